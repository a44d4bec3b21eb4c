"""Whether two readings of an authority's figures hold the same integers, and where they don't.

Pure. Ratings are not compared: they follow from targets, which only the stream applies.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from holdfast.contracts.figures import MonthEnd, Period, Reading

# One indicator in one cell: its code and the text of the cell.
Cell = tuple[str, str]
# The readings of one cell by day.
ByDay = Mapping[date, Sequence[Reading]]

_NUMBERS = ("numerator", "denominator", "unknown", "mid_year")
_NOTHING: ByDay = {}


class Said(Protocol):
    """What is looked at of a figure."""

    @property
    def readings(self) -> list[Reading]:
        """Today's."""

    @property
    def month_ends(self) -> list[MonthEnd]:
        """The last ones."""

    @property
    def ahead(self) -> list[MonthEnd]:
        """Those to come."""


class Difference(Struct, frozen=True):
    """One integer that is another in the second reading; None is one that a reading doesn't have."""

    indicator: str
    breakdown: str
    on: date
    period: Period
    number: str
    first: int | None
    second: int | None


def by_day(said: Said, today: date) -> dict[date, list[Reading]]:
    """A figure's readings by day: today, the month ends, and those ahead."""
    return {end.on: end.readings for end in (*said.month_ends, *said.ahead)} | {today: said.readings}


def differences(first: Mapping[Cell, ByDay], second: Mapping[Cell, ByDay]) -> dict[Cell, list[Difference]]:
    """The cells of either reading that differ, each with every integer that does, by day."""
    return {
        cell: found
        for cell in sorted(first.keys() | second.keys())
        if (found := list(_of_cell(cell, first.get(cell, _NOTHING), second.get(cell, _NOTHING))))
    }


def _of_cell(cell: Cell, first: ByDay, second: ByDay) -> Iterator[Difference]:
    if first == second:
        return
    mine, theirs = _numbers(first), _numbers(second)
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            on, period, number = name
            yield Difference(*cell, on, period, number, mine.get(name), theirs.get(name))


def _numbers(readings: ByDay) -> dict[tuple[date, Period, str], int]:
    return {
        (on, reading.period, name): number
        for on, found in readings.items()
        for reading in found
        for name in _NUMBERS
        if (number := getattr(reading, name)) is not None
    }


def established(
    found: Iterable[Cell], said_in: Mapping[Cell, int], read_to: Mapping[Cell, int], before: Mapping[Cell, int]
) -> set[Cell]:
    """Of the cells that differ, those of which it is sure.

    The stream says the cells that changed one after another, so that one which differs may only not have been said
    yet. It is sure where the cell was said at the furthest of `read_to`, or where the same record (`said_in`, by its
    offset) differed at an earlier look already: `before`.
    """
    furthest = max(read_to.values(), default=0)
    return {
        cell
        for cell in found
        if read_to.get(cell) == furthest or (cell in before and before[cell] == said_in.get(cell, -1))
    }
