"""Residents under 18 of an authority, as estimated for the middle of a year, and which year's estimate a day takes."""

from collections.abc import Callable
from datetime import date
from functools import cache

from holdfast.england.published import number, rows

# A day's ordinal to (residents under 18, the year in whose middle); None where nothing was published that early.
Residents = Callable[[int], tuple[int, int] | None]

# Counties that became one unitary authority of the same area; their earlier estimates stand under the code before.
_BEFORE = {"E06000060": "E10000002", "E06000065": "E10000023", "E06000066": "E10000027"}


def residents_of(authority: str) -> Residents:
    """How many under 18 live in an authority, by the day: for its nine-character code.

    A day takes the estimate of the calendar year before the 31 March that ends its financial year (30 June 2017, whose
    financial year ends on 31 March 2018: mid-2017); where that is not published, the latest earlier one.
    """
    estimates = sorted(_estimates().get(authority, {}).items(), reverse=True)

    def on(day: int) -> tuple[int, int] | None:
        wanted = mid_year_of(day)
        return next(((residents, mid_year) for mid_year, residents in estimates if mid_year <= wanted), None)

    return on


def mid_year_of(day: int) -> int:
    """The year whose middle a day's estimate is of, whether or not it is published: `day` is an ordinal."""
    on = date.fromordinal(day)
    return on.year if on.month >= 4 else on.year - 1


@cache
def _estimates() -> dict[str, dict[int, int]]:
    """By authority, its estimates by year, with those that stand under the code it had before."""
    found: dict[str, dict[int, int]] = {}
    for row in rows("residents-under-18.csv"):
        residents = number(row["residents_under_18"])
        if residents is not None:
            found.setdefault(row["code"], {})[int(row["mid_year"])] = residents
    for code, before in _BEFORE.items():
        found[code] = found.get(before, {}) | found.get(code, {})
    return found
