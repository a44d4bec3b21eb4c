"""The authorities of England: nine-character codes, names, regions and the department's three-digit codes."""

import csv
from functools import cache
from importlib.resources import files
from io import StringIO

from msgspec import Struct


class Authority(Struct, frozen=True):
    """One authority with responsibility for looked-after children."""

    code: str
    dfe_code: str
    name: str
    region_code: str
    region: str


@cache
def authorities() -> dict[str, Authority]:
    """Every English authority by code, in the order of the codes."""
    text = files("holdfast.contracts").joinpath("authorities.csv").read_text(encoding="utf-8")
    return {row["code"]: Authority(**row) for row in csv.DictReader(StringIO(text))}
