"""What the clock will do: who will cross into a figure or out of it if nothing further is said, and the room left.

The figures of the months ahead are readings like any other. Here is who makes them change, on which day, and how far
a numerator is from the next band of a target, as exact whole numbers.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from math import floor
from typing import Literal

from msgspec import Struct

from holdfast.contracts.figures import Rating
from holdfast.contracts.targets import Target
from holdfast.indicators.calendar import FOREVER, financial_year_start, leaves_window, month_after
from holdfast.indicators.members import Asked
from holdfast.indicators.rating import limits, rate
from holdfast.indicators.series import Steps

MONTHS_AHEAD = 12


class Crossing(Struct, frozen=True):
    """From `on` a child, or what happened to one on `happened_on`, counts in a part of a figure, or does no longer."""

    on: date
    of: Literal["numerator", "denominator"]
    way: Literal["comes", "goes"]
    child: str
    happened_on: date | None = None


class Headroom(Struct, frozen=True):
    """Another colour begins at this numerator of the same denominator, so many (`by`) more, or fewer where negative."""

    rating: Rating
    begins_at: int
    by: int


def crossings(child: str, asked: Asked, steps: Steps, day: int, until: int) -> Iterator[Crossing]:
    """Every crossing of one child after a day, up to another and with it, numerators first, in order of their days."""
    for below in (False, True) if asked.figure.is_share else (False,):
        turns = _of_period(asked, steps, until, below) if asked.figure.is_flow else _of_stock(asked, steps, below)
        for on, comes, happened in sorted(turns):
            if day < on <= until:
                yield Crossing(
                    date.fromordinal(on),
                    "denominator" if below else "numerator",
                    "comes" if comes else "goes",
                    child,
                    date.fromordinal(happened) if happened else None,
                )


# The day, whether it comes, and the day of the happening (0 of a stock).
_Turns = Iterable[tuple[int, bool, int]]


def _of_stock(asked: Asked, steps: Steps, below: bool) -> _Turns:
    for begins, ends in asked.spans(steps, below=below):
        yield begins, True, 0
        if ends < FOREVER:
            yield ends, False, 0


def _of_period(asked: Asked, steps: Steps, until: int, below: bool) -> _Turns:
    for happened, _ in asked.happenings(steps, until)[below]:
        yield happened, True, happened
        yield _leaves(asked.figure.period, happened), False, happened


def _leaves(period: str, day: int) -> int:
    """The first day whose period no longer has a day in it."""
    on = date.fromordinal(day)
    if period == "month":
        return month_after(on.year, on.month)
    if period == "year_to_date":
        return date(date.fromordinal(financial_year_start(day)).year + 1, 4, 1).toordinal()
    return leaves_window(day + 1, 12)


def headroom(numerator: int, denominator: int | None, target: Target) -> tuple[Headroom, ...]:
    """The nearest numerator below and above at which the colour is another, the denominator staying as it is.

    `63 of 522; amber begins at 62`. Of a count (denominator None) there is no most; nothing where there is no colour.
    """
    now = rate(numerator, denominator, target)
    if now is None:
        return ()
    of = 1 if denominator is None else denominator
    # The colour can change only where a bound lies between one whole number and the next.
    edges = sorted({floor(limit.at * of) + beside for limit in limits(target) for beside in (-1, 0, 1)})
    edges = [edge for edge in edges if edge >= 0 and (denominator is None or edge <= denominator)]
    found: list[Headroom] = []
    for side in ([edge for edge in reversed(edges) if edge < numerator], [e for e in edges if e > numerator]):
        for edge in side:
            rating = rate(edge, denominator, target)
            if rating is not None and rating != now:
                found.append(Headroom(rating, edge, edge - numerator))
                break
    return tuple(found)
