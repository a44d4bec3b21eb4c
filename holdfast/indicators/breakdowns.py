"""The cells every indicator is broken down by, in their published order, and which code falls in which cell.

A cell is numbered by its place in `CELLS`; number 0 is the whole authority. Which day's values decide is not said here.
"""

from holdfast.contracts.codes import (
    ADOPTIVE,
    COMMISSIONED,
    FOSTERED,
    NEEDS,
    PLACEMENT_TYPES,
    RESIDENTIAL,
    SUPPORTED_OR_INDEPENDENT,
)
from holdfast.contracts.figures import WHOLE, Breakdown

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "age_band": ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_and_over", "unknown"),
    "placement_group": (
        "fostered",
        "residential",
        "with_parents",
        "placed_for_adoption",
        "supported_or_independent",
        "other",
    ),
    "provider": ("in_house", "commissioned"),
    "sex": ("male", "female", "unknown"),
    "legal_status": ("interim_care_order", "care_order", "accommodated", "placement_order", "other"),
    "category_of_need": ("n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "unknown"),
}

BREAKDOWNS: tuple[Breakdown, ...] = tuple(
    Breakdown(dimension, value) for dimension, values in DIMENSIONS.items() for value in values
)

# The text of each cell by its number.
CELLS: tuple[str, ...] = (WHOLE, *(str(breakdown) for breakdown in BREAKDOWNS))
CELL_NUMBERS: dict[str, int] = {text: number for number, text in enumerate(CELLS)}


def _cell(dimension: str, value: str) -> int:
    return CELL_NUMBERS[f"{dimension}:{value}"]


def _group(placement_type: str) -> str:
    groups = {
        "fostered": FOSTERED,
        "residential": RESIDENTIAL,
        "with_parents": frozenset({"P1"}),
        "placed_for_adoption": ADOPTIVE,
        "supported_or_independent": SUPPORTED_OR_INDEPENDENT,
    }
    return next((name for name, types in groups.items() if placement_type in types), "other")


# The bands begin at birth and on the 1st, 5th, 10th and 16th birthdays.
AGE_BANDS: tuple[int, ...] = tuple(_cell("age_band", band) for band in DIMENSIONS["age_band"][:5])
AGE_UNKNOWN = _cell("age_band", "unknown")

GROUP_OF_TYPE: dict[str, int] = {code: _cell("placement_group", _group(code)) for code in PLACEMENT_TYPES}
# PR0 and unknown are in neither cell.
CELL_OF_PROVIDER: dict[str | None, int] = {
    "PR1": _cell("provider", "in_house"),
    **{code: _cell("provider", "commissioned") for code in COMMISSIONED},
}
CELL_OF_SEX: dict[str | None, int] = {sex: _cell("sex", sex) for sex in ("male", "female")}
SEX_UNKNOWN = _cell("sex", "unknown")
CELL_OF_STATUS: dict[str | None, int] = {
    "C1": _cell("legal_status", "interim_care_order"),
    "C2": _cell("legal_status", "care_order"),
    "V2": _cell("legal_status", "accommodated"),
    "E1": _cell("legal_status", "placement_order"),
}
STATUS_OTHER = _cell("legal_status", "other")
CELL_OF_NEED: dict[str | None, int] = {code: _cell("category_of_need", code.lower()) for code in NEEDS}
NEED_UNKNOWN = _cell("category_of_need", "unknown")
