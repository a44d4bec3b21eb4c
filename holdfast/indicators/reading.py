"""Reading figures out of a ledger, on any day, past or to come. Applies no rule, no target and no mask."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import repeat
from operator import add

import numpy as np
from msgspec import Struct

from holdfast.contracts.figures import MonthEnd, Period, Reading, Row, row_of
from holdfast.indicators.breakdowns import BREAKDOWNS, CELL_NUMBERS, CELLS
from holdfast.indicators.calendar import (
    financial_year_start,
    month_ends_after,
    month_ends_to,
    month_start,
    rolling_year_start,
)
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.ledger import Integers, Ledger
from holdfast.indicators.parts import FIGURES, PARTS_OF, PartsOf
from holdfast.indicators.series import Steps, series_of

_PERIOD_STARTS = {"month": month_start, "year_to_date": financial_year_start, "rolling_year": rolling_year_start}
PERIODS: dict[str, tuple[Period, ...]] = {"stock": ("on",), "flow": ("month", "year_to_date", "rolling_year")}

# One indicator in one cell: its code and the text of the cell.
Cell = tuple[str, str]
# From a day's ordinal to the residents under 18 and the mid-year that the estimate is of; None where there is none.
Residents = Callable[[int], tuple[int, int] | None]
_ROLES = len(PartsOf._fields)
# By period, by day.
_Numbers = list[list[int]]


class FigureReadings(Struct, frozen=True, gc=False):
    """What a figure holds, before it is rated: today's readings, the month ends up to today and those ahead."""

    indicator: str
    breakdown: str
    readings: list[Reading]
    month_ends: list[MonthEnd]
    ahead: list[MonthEnd]


def rows(ledger: Ledger, on: date, *, breakdowns: bool, residents: Residents | None = None) -> list[Row]:
    """Every indicator on a day: the whole, then where asked every cell, zeros too. A flow has a row for each period.

    What is of the residents is left out where nobody says how many there are.
    """
    cells = FIGURES if breakdowns else [(code, CELLS[0]) for code in INDICATORS]
    return [
        row_of(code, BREAKDOWNS[CELL_NUMBERS[cell] - 1] if cell != CELLS[0] else None, on, reading)
        for (code, cell), (readings,) in readings_on(ledger, [on.toordinal()], cells, residents)
        for reading in readings
    ]


def figures(
    ledger: Ledger,
    today: date,
    *,
    month_ends: int,
    ahead: int,
    only: Collection[Cell] | None = None,
    residents: Residents | None = None,
) -> list[FigureReadings]:
    """Every figure, or those (indicator, breakdown text) asked for, today and on the month ends around it."""
    day = today.toordinal()
    days = [day, *month_ends_to(day, month_ends), *month_ends_after(day, ahead)]
    dates = [date.fromordinal(each) for each in days]
    past, coming = dates[1 : 1 + month_ends], dates[1 + month_ends :]
    return [
        FigureReadings(
            code,
            cell,
            readings[0],
            list(map(MonthEnd, past, readings[1 : 1 + month_ends])),
            list(map(MonthEnd, coming, readings[1 + month_ends :])),
        )
        for (code, cell), readings in readings_on(ledger, days, FIGURES if only is None else only, residents)
    ]


def counts(steps: Steps, on: date) -> dict[tuple[str, str, Period], tuple[int, int | None]]:
    """What one child counts for on a day, by (indicator, breakdown text, period), where it counts at all."""
    ledger = Ledger()
    ledger.add(steps)
    return {
        (code, cell, reading.period): (reading.numerator, reading.denominator)
        for (code, cell), (readings,) in readings_on(ledger, [on.toordinal()], ledger.settle())
        for reading in readings
        if reading.numerator or reading.denominator
    }


def readings_on(
    ledger: Ledger, days: Sequence[int], cells: Iterable[Cell] = FIGURES, residents: Residents | None = None
) -> Iterator[tuple[Cell, list[list[Reading]]]]:
    """The readings of each cell on each day (ordinals), a list of them (one for each period) a day.

    Stocks come first, then flows, else as asked.
    """
    asked = list(cells)
    for kind, periods in PERIODS.items():
        chosen = [cell for cell in asked if INDICATORS[cell[0]].kind == kind]
        if residents is None:
            chosen = [cell for cell in chosen if not INDICATORS[cell[0]].of_residents]
        if not chosen:
            continue
        counted = _counted(ledger, chosen, periods, days)
        for cell, above, below, below_too, unknown in zip(chosen, *counted, strict=True):
            if residents is not None and INDICATORS[cell[0]].of_residents:
                yield cell, [_of_residents(number, residents(day)) for number, day in zip(above[0], days, strict=True)]
            else:
                yield cell, _readings(periods, above, _added(below, below_too), unknown)


def _counted(
    ledger: Ledger, cells: Sequence[Cell], periods: Sequence[Period], days: Sequence[int]
) -> Iterator[list[_Numbers | None]]:
    """Of each role that a part can have for an indicator, its numbers cell by cell; None where it has no such part."""
    wanted = [
        None if part is None else series_of(part, CELL_NUMBERS[cell])
        for role in range(_ROLES)
        for code, cell in cells
        for part in [PARTS_OF[code][role]]
    ]
    series = list(dict.fromkeys(number for number in wanted if number is not None))
    numbers = dict(zip(series, _counts(ledger, series, periods, days), strict=True))
    held = [None if number is None else numbers[number] for number in wanted]
    return (held[role * len(cells) : (role + 1) * len(cells)] for role in range(_ROLES))


def _added(some: _Numbers | None, others: _Numbers | None) -> _Numbers | None:
    if some is None or others is None:
        return some
    return [list(map(add, one, other)) for one, other in zip(some, others, strict=True)]


def _readings(
    periods: Sequence[Period], above: _Numbers | None, below: _Numbers | None, unknown: _Numbers | None
) -> list[list[Reading]]:
    if above is None:
        raise ValueError("an indicator without a numerator")
    by_period = [
        list(
            map(Reading, repeat(period), above[place], *([below[place]] if below else []))
            if unknown is None
            else map(
                Reading,
                repeat(period),
                above[place],
                below[place] if below else repeat(None),
                repeat(None),
                unknown[place],
            )
        )
        for place, period in enumerate(periods)
    ]
    return list(map(list, zip(*by_period, strict=True)))


def _of_residents(number: int, residents: tuple[int, int] | None) -> list[Reading]:
    """Nothing for a day for which there is no estimate."""
    return [] if residents is None else [Reading("on", number, residents[0], mid_year=residents[1])]


def _counts(ledger: Ledger, series: Sequence[int], periods: Sequence[Period], days: Sequence[int]) -> list[_Numbers]:
    """By series, by period, by day."""
    which = np.array(series, np.int64)[:, None, None]
    starts = np.array([[_PERIOD_STARTS[period](day) for day in days] for period in periods if period != "on"], np.int64)
    ends = np.array([days], np.int64)
    counted: Integers = ledger.totals(which, ends)
    if len(starts):
        counted = counted - ledger.totals(which, starts - 1)
    by_series: list[_Numbers] = counted.tolist()
    return by_series
