"""Every golden journey, by what it is about. A new one is one more row in its table, and a section of its own needs a
line here.
"""

from holdfast.cli.conformance.care import PLACEMENTS_AND_CARE
from holdfast.cli.conformance.cases import Case
from holdfast.cli.conformance.days import LEGAL_STATUSES, TIME
from holdfast.cli.conformance.happenings import MISSING, STATEMENTS, WHERE

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Care and placements": PLACEMENTS_AND_CARE,
    "Time": TIME,
    "Legal statuses": LEGAL_STATUSES,
    "Missing and away": MISSING,
    "Where children live": WHERE,
    "Statements": STATEMENTS,
}

GOLDEN: tuple[Case, ...] = tuple(case for cases in SECTIONS.values() for case in cases)
