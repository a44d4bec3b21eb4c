"""The years in which codes of the return held, where they did not always. Outside them a code is a finding."""

from datetime import date

from holdfast.contracts.facts import Fact, Kind
from holdfast.indicators.calendar import FOREVER

# The first and the last day; where the sources name only a year, the widest reading.
Years = tuple[int, int]


def _until(year: int, month: int, day: int) -> Years:
    return 0, date(year, month, day).toordinal()


def _since(year: int, month: int, day: int) -> Years:
    return date(year, month, day).toordinal(), FOREVER


_STATUSES: dict[str | None, Years] = {"D1": _until(2005, 12, 31)}
_PLACEMENT_TYPES: dict[str, Years] = {
    "P2": _until(2023, 10, 27),
    "H5": _until(2025, 3, 31),
    "K3": _since(2024, 4, 1),
    **{code: _since(2025, 4, 1) for code in ("Z11", "Z12", "Z13", "Z14")},
}
_REASONS_CEASED: dict[str | None, Years] = {
    **{code: _until(2019, 12, 31) for code in ("E43", "E44")},
    **{code: _since(2018, 4, 1) for code in ("E45", "E46", "E47", "E48")},
}
_REASONS_FOR_CHANGE: dict[str | None, Years] = {"CUSTOD": _since(2018, 4, 1)}


def outside_its_years(fact: Fact) -> bool:
    """Does the fact use a code on a day on which the return did not have it?"""
    place = fact.placement
    if place is not None and place.type in _PLACEMENT_TYPES and _outside(fact, _PLACEMENT_TYPES[place.type]):
        return True
    if fact.legal_status in _STATUSES and _outside(fact, _STATUSES[fact.legal_status]):
        return True
    if fact.kind is Kind.DISCHARGE:
        return fact.reason in _REASONS_CEASED and _outside(fact, _REASONS_CEASED[fact.reason])
    change = fact.reason_for_placement_change
    return change in _REASONS_FOR_CHANGE and _outside(fact, _REASONS_FOR_CHANGE[change])


def _outside(fact: Fact, years: Years) -> bool:
    return fact.on is not None and not years[0] <= fact.on <= years[1]
