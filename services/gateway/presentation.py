"""How cells, days and instants are worded for people. What an indicator is called and counts is the catalogue's."""

import re
from datetime import date, datetime

from msgspec import Struct

from holdfast.contracts.authorities import authorities
from holdfast.contracts.codes import NEEDS
from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime.clock import LONDON


class Words(Struct, frozen=True):
    """An indicator in plain words: what it means, what is counted, and what it is a share of, and per how many."""

    title: str
    meaning: str
    counted: str
    counted_one: str
    share_of: str = ""
    per: int = 100


# The parts of the scorecard and what is in each, in the order of the page. What is in none stands at its end.
_GROUPS = {
    "Stability": (
        "three_or_more_placements",
        "long_term_stable",
        "three_or_more_placements_2y",
        "placement_moves",
        "unplanned_moves",
    ),
    "Children in care": (
        "looked_after",
        "looked_after_rate",
        "started_in_year",
        "ceased_in_year",
        "admissions",
        "discharges",
    ),
    "Where children live": (
        "family_based",
        "placed_with_parents",
        "commissioned",
        "fostered",
        "fostered_in_house",
        "residential",
        "childrens_homes",
        "distant",
        "over_20_miles",
    ),
    "Leaving care": ("discharged_to_permanence", "discharged_to_special_guardianship", "adoptions"),
    "Missing and away": ("missing_now", "missing_in_year", "repeat_missing", "missing_episodes", "away_episodes"),
}
_ELSEWHERE = "Other figures"

_DIMENSIONS = {
    "age_band": "Age",
    "placement_group": "Placement",
    "provider": "Provider",
    "sex": "Sex",
    "legal_status": "Legal status",
    "category_of_need": "Category of need",
}
_CELLS = {
    "under_1": "Under 1",
    "1_to_4": "1 to 4",
    "5_to_9": "5 to 9",
    "10_to_15": "10 to 15",
    "16_and_over": "16 and over",
    "fostered": "Fostered",
    "residential": "Residential",
    "with_parents": "With parents",
    "placed_for_adoption": "Placed for adoption",
    "supported_or_independent": "Supported or independent",
    "in_house": "The authority's own",
    "commissioned": "Commissioned",
    "male": "Male",
    "female": "Female",
    "interim_care_order": "Interim care order",
    "care_order": "Care order",
    "accommodated": "Accommodated (section 20)",
    "placement_order": "Placement order",
    "unknown": "Not known",
    "other": "Other",
}

PERIODS = {
    "on": "On the day",
    "month": "This month",
    "year_to_date": "Since 1 April",
    "rolling_year": "Last 12 months",
}


def words(indicator: str) -> Words:
    """An indicator's words; one that the catalogue does not hold is worded by its code alone."""
    row = INDICATORS.get(indicator)
    if row is None:
        return Words(_plain(indicator), "", "children", "child", "children looked after")
    return Words(row.title, row.meaning, row.counted, row.counted_one, row.share_of, row.per)


def authority_words(code: str) -> dict[str, str]:
    """An authority's code and name."""
    held = authorities().get(code)
    return {"code": code, "name": held.name if held else code}


def published_words(indicator: str) -> str:
    """Which published measure an indicator equals, or how it differs; other indicators by their titles."""
    return re.sub(r"`(\w+)`", lambda code: f"“{words(code[1]).title}”", INDICATORS[indicator].published)


def groups() -> dict[str, tuple[str, ...]]:
    """The scorecard's parts by name, each with the indicators in it."""
    placed = {code for codes in _GROUPS.values() for code in codes}
    return _GROUPS | {_ELSEWHERE: tuple(code for code in INDICATORS if code not in placed)}


def cell_words(value: str) -> str:
    """One cell of a dimension, such as `5_to_9`."""
    if value.upper() in NEEDS:
        need = NEEDS[value.upper()]
        return f"{need[0].upper()}{need[1:]} ({value.upper()})"
    return _CELLS.get(value, _plain(value))


def dimensions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every dimension in words, each with its cells as (breakdown text, words)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for cell in BREAKDOWNS:
        found.setdefault(cell.dimension, []).append((str(cell), cell_words(cell.value)))
    return [(_DIMENSIONS.get(name, _plain(name)), cells) for name, cells in found.items()]


def breakdown_words(breakdown: str) -> str:
    """A breakdown in words, such as `Age: 5 to 9`; empty for the whole authority."""
    dimension, _, value = breakdown.partition(":")
    return f"{_DIMENSIONS.get(dimension, _plain(dimension))}: {cell_words(value)}" if value else ""


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()


def day_words(day: date) -> str:
    """A day as people write it: 3 May 2017."""
    return f"{day.day} {day:%B %Y}"


def month_words(day: date) -> str:
    """A month: May 2017."""
    return f"{day:%B %Y}"


def instant_words(instant: str) -> str:
    """An instant in London: 14:02:11 on 3 May 2017."""
    told = datetime.fromisoformat(instant).astimezone(LONDON)
    return f"{told:%H:%M:%S} on {day_words(told.date())}"
