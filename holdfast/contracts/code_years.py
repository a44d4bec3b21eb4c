"""The years in which codes of the return held, where they did not always. A code outside them is taken, and told.

The first and the last day; where the sources name only a year, the widest reading.
"""

from collections.abc import Mapping
from datetime import date

Years = tuple[date, date]


def _until(year: int, month: int, day: int) -> Years:
    return date.min, date(year, month, day)


def _since(year: int, month: int, day: int) -> Years:
    return date(year, month, day), date.max


LEGAL_STATUSES: Mapping[str, Years] = {"D1": _until(2005, 12, 31)}
PLACEMENT_TYPES: Mapping[str, Years] = {
    "P2": _until(2023, 10, 27),
    "H5": _until(2025, 3, 31),
    "K3": _since(2024, 4, 1),
    **{code: _since(2025, 4, 1) for code in ("Z11", "Z12", "Z13", "Z14")},
}
REASONS_EPISODE_CEASED: Mapping[str, Years] = {
    **{code: _until(2019, 12, 31) for code in ("E43", "E44")},
    **{code: _since(2018, 4, 1) for code in ("E45", "E46", "E47", "E48")},
}
REASONS_FOR_PLACEMENT_CHANGE: Mapping[str, Years] = {"CUSTOD": _since(2018, 4, 1)}


def outside(years: Mapping[str, Years], code: str | None, on: date) -> bool:
    """Did the return not have this code on that day? A code of which no years are known held always."""
    span = years.get(code) if code else None
    return span is not None and not span[0] <= on <= span[1]
