"""Reading figures out of a ledger, on any day, past or to come. Applies no rule, no target and no mask."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import numpy as np
from msgspec import UNSET, Struct

from holdfast.contracts.figures import MonthEnd, Period, Reading, Row
from holdfast.indicators.breakdowns import BREAKDOWNS, CELL_NUMBERS, CELLS
from holdfast.indicators.calendar import (
    financial_year_start,
    month_ends_after,
    month_ends_to,
    month_start,
    rolling_year_start,
)
from holdfast.indicators.catalogue import INDICATORS, PARTS_OF, Indicator
from holdfast.indicators.ledger import Integers, Ledger
from holdfast.indicators.series import Steps, series_of

_PERIOD_STARTS = {"month": month_start, "year_to_date": financial_year_start, "rolling_year": rolling_year_start}
PERIODS: dict[str, tuple[Period, ...]] = {"stock": ("on",), "flow": ("month", "year_to_date", "rolling_year")}

# One indicator in one cell: the row of the catalogue and the number of the cell.
Cell = tuple[Indicator, int]


class FigureReadings(Struct, frozen=True, gc=False):
    """What a figure holds, before it is rated: today's readings, the month ends up to today and those ahead."""

    indicator: str
    breakdown: str
    readings: list[Reading]
    month_ends: list[MonthEnd]
    ahead: list[MonthEnd]


def rows(ledger: Ledger, on: date, *, breakdowns: bool) -> list[Row]:
    """Every indicator on a day: the whole, then where asked every cell, zeros too. A flow has a row for each period."""
    cells = [(row, cell) for row in INDICATORS.values() for cell in range(len(CELLS) if breakdowns else 1)]
    return [
        Row(
            indicator=row.code,
            date=on,
            period=UNSET if reading.period == "on" else reading.period,
            numerator=reading.numerator,
            denominator=reading.denominator,
            breakdown=BREAKDOWNS[cell - 1] if cell else None,
        )
        for (row, cell), (readings,) in _read(ledger, cells, [on.toordinal()])
        for reading in readings
    ]


def figures(
    ledger: Ledger,
    today: date,
    *,
    month_ends: int,
    ahead: int,
    only: Collection[tuple[str, str]] | None = None,
) -> list[FigureReadings]:
    """Every figure, or those (indicator, breakdown text) asked for, today and on the month ends around it."""
    if only is None:
        cells = [(row, cell) for row in INDICATORS.values() for cell in range(len(CELLS))]
    else:
        cells = [(INDICATORS[code], CELL_NUMBERS[text]) for code, text in only]
    day = today.toordinal()
    days = [day, *month_ends_to(day, month_ends), *month_ends_after(day, ahead)]
    dates = [date.fromordinal(each) for each in days]
    past, coming = dates[1 : 1 + month_ends], dates[1 + month_ends :]
    return [
        FigureReadings(
            row.code,
            CELLS[cell],
            readings[0],
            list(map(MonthEnd, past, readings[1 : 1 + month_ends])),
            list(map(MonthEnd, coming, readings[1 + month_ends :])),
        )
        for (row, cell), readings in _read(ledger, cells, days)
    ]


def counts(steps: Steps, on: date) -> dict[tuple[str, str, Period], tuple[int, int | None]]:
    """What one child counts for on a day, by (indicator, breakdown text, period), where it counts at all."""
    ledger = Ledger()
    ledger.add(steps)
    cells = [(INDICATORS[code], CELL_NUMBERS[text]) for code, text in ledger.settle()]
    return {
        (row.code, CELLS[cell], reading.period): (reading.numerator, reading.denominator)
        for (row, cell), (readings,) in _read(ledger, cells, [on.toordinal()])
        for reading in readings
        if reading.numerator or reading.denominator
    }


def _read(ledger: Ledger, cells: Sequence[Cell], days: Sequence[int]) -> Iterator[tuple[Cell, list[list[Reading]]]]:
    """The readings of each cell on each day, a list of them (one for each period) a day. Stocks first, then flows."""
    for kind, periods in PERIODS.items():
        chosen = [cell for cell in cells if cell[0].kind == kind]
        if chosen:
            numerators = _counts(
                ledger, [series_of(PARTS_OF[row.code][0], cell) for row, cell in chosen], periods, days
            )
            denominators = _denominators(ledger, chosen, periods, days)
            for cell, above, below in zip(chosen, numerators, denominators, strict=True):
                yield cell, _readings(periods, above, below)


def _readings(periods: Sequence[Period], above: list[list[int]], below: list[list[int]] | None) -> list[list[Reading]]:
    if below is None and len(periods) == 1:
        return [[Reading("on", number)] for number in above[0]]
    if len(periods) == 1 and below is not None:
        return [[Reading("on", *pair)] for pair in zip(above[0], below[0], strict=True)]
    totals: Sequence[Sequence[int | None]] = below or [[None] * len(above[0])] * len(periods)
    by_period = [
        list(map(Reading, [period] * len(numbers), numbers, of))
        for period, numbers, of in zip(periods, above, totals, strict=True)
    ]
    return list(map(list, zip(*by_period, strict=True)))


def _denominators(
    ledger: Ledger, cells: Sequence[Cell], periods: Sequence[Period], days: Sequence[int]
) -> list[list[list[int]] | None]:
    parts = [PARTS_OF[row.code][1] for row, _ in cells]
    series = [series_of(part, cell) for part, (_, cell) in zip(parts, cells, strict=True) if part is not None]
    counted = iter(_counts(ledger, series, periods, days) if series else ())
    return [None if part is None else next(counted) for part in parts]


def _counts(
    ledger: Ledger, series: Sequence[int], periods: Sequence[Period], days: Sequence[int]
) -> list[list[list[int]]]:
    """By series, by period, by day."""
    which = np.array(series, np.int64)[:, None, None]
    starts = np.array([[_PERIOD_STARTS[period](day) for day in days] for period in periods if period != "on"], np.int64)
    ends = np.array([days], np.int64)
    counted: Integers = ledger.totals(which, ends)
    if len(starts):
        counted = counted - ledger.totals(which, starts - 1)
    by_series: list[list[list[int]]] = counted.tolist()
    return by_series
