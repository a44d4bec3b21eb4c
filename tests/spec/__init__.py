"""The spec tables: what was told of a child, and what the figures then are on given days, worked out by hand.

Each module here is a table, a tuple named `CASES`; all of them together are the specification of the figures.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.spec.case import Case, Counts, Line, Name

__all__ = ["CASES", "Case", "Counts", "Line", "Name"]

TABLES: dict[str, tuple[Case, ...]] = {
    module.name: import_module(f"{__name__}.{module.name}").CASES
    for module in iter_modules(__path__)
    if module.name != "case"
}

CASES: tuple[Case, ...] = tuple(case for table in TABLES.values() for case in table)
