"""Figures as a table for people: the value, what it is made of, and which way it went since the month end before.

Without colours: there are no targets here. Nothing is reckoned but what is shown.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from holdfast.contracts.figures import WHOLE, Reading, breakdown_of
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.catalogue import INDICATORS, Indicator
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import Cell, Residents, readings_on
from holdfast.indicators.values import WITHHELD, is_withheld, printed, travel, verdict

PERIODS = {"on": "", "month": "month", "year_to_date": "year to date", "rolling_year": "12 months"}

# By day, the readings of every figure.
_Held = dict[date, dict[Cell, list[Reading]]]


def table_lines(
    ledger: Ledger, days: Sequence[date], *, breakdowns: bool, residents: Residents | None
) -> Iterator[str]:
    """The lines of a table for each day."""
    cells = FIGURES if breakdowns else [(code, WHOLE) for code in INDICATORS]
    before = {day: date.fromordinal(month_ends_to(day.toordinal() - 1, 1)[0]) for day in days}
    held = _held(ledger, sorted({*days, *before.values()}), cells, residents)
    withheld = False
    for day, then in before.items():
        read = [
            (cell, now, was)
            for cell in cells
            for now, was in zip(held[day].get(cell, []), held[then].get(cell, []), strict=True)
        ]
        yield f"On {day:%d/%m/%Y}; the direction is that since {then:%d/%m/%Y}"
        yield from _aligned([_columns(breakdowns), *(_line(*one, breakdowns) for one in read)])
        yield ""
        withheld = withheld or any(is_withheld(now) for _, now, _ in read)
    if withheld:
        yield f"{WITHHELD}: of more than 5% the distance is not known, so that a percentage would mislead."


def _held(ledger: Ledger, days: list[date], cells: Sequence[Cell], residents: Residents | None) -> _Held:
    held: _Held = {day: {} for day in days}
    for cell, by_day in readings_on(ledger, [day.toordinal() for day in days], cells, residents):
        for day, readings in zip(days, by_day, strict=True):
            held[day][cell] = readings
    return held


def _columns(breakdowns: bool) -> list[str]:
    return ["Indicator", *(["Of these"] if breakdowns else []), "Period", "Value", "Made of", "Direction"]


def _line(cell: Cell, now: Reading, was: Reading, breakdowns: bool) -> list[str]:
    row = INDICATORS[cell[0]]
    which = [row.title, cell_in_words(cell[1])] if breakdowns else [row.title]
    return [*which, PERIODS[now.period], printed(now, row.per) or "no value", made_of(now), direction(row, now, was)]


def _aligned(lines: list[list[str]]) -> Iterator[str]:
    """Columns as wide as what is in them; values stand to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = lines[0].index("Value")
    for line in lines:
        cells = [
            cell.rjust(width) if place == right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def cell_in_words(text: str) -> str:
    """`age_band:5_to_9` as `age band: 5 to 9`; nothing for the whole."""
    cell = breakdown_of(text)
    return f"{cell.dimension}: {cell.value}".replace("_", " ") if cell else ""


def made_of(reading: Reading) -> str:
    """What a percentage is made of, and how many are unknown; nothing for a count."""
    if reading.denominator is None:
        return ""
    unknown = "" if reading.unknown is None else f", {reading.unknown:,} not known"
    return f"{reading.numerator:,} of {reading.denominator:,}{unknown}"


def direction(row: Indicator, now: Reading, was: Reading) -> str:
    """Up, down or the same since then, and whether that is better. A year to date, which begins anew, has none."""
    way = None if now.period == "year_to_date" else travel(now, was)
    judged = way and verdict(way, row.good)
    return f"{way}, {judged}" if judged else way or ""
