"""`holdfast indicators`: every figure of SSDA903 returns on any day, by the engine that the platform uses.

Which days are asked for and how figures are written for programs; the table for people is in `figure_table`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from holdfast.cli.figure_table import table_lines
from holdfast.cli.offline import (
    Format,
    csv_bytes,
    day_asked,
    errors,
    read_offline,
    write_answer,
    write_lines,
)
from holdfast.cli.returns_asked import Paths, Postcodes, Responsible, YearEnding, give_up, how_to_read
from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Row
from holdfast.indicators.calendar import add_months, month_ends_after
from holdfast.indicators.choices import DEFAULTS, Choices, choose, definitions
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import Residents, rows
from holdfast.indicators.steps import fold
from holdfast.returns import Reading

COLUMNS = ("indicator", "date", "period", "numerator", "denominator", "dimension", "value", "unknown")

_MONTH = re.compile(r"\d{4}-\d{2}")


def indicators(
    paths: Paths,
    on: Annotated[str | None, typer.Option(help="Days, such as 2018-03-31,2019-03-31.")] = None,
    month_ends: Annotated[
        str | None, typer.Option(help="Every month end of 2017-04..2018-03, or between two days.", metavar="FROM..TO")
    ] = None,
    breakdowns: Annotated[bool, typer.Option("--breakdowns", help="Also by age band, placement, and so on.")] = False,
    residents: Annotated[
        int | None, typer.Option(min=1, help="Residents under 18, for the rate per 10,000.", metavar="N")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--choose", help="Another reading of the definitions, such as eighteen=counted.", metavar="A=B"),
    ] = None,
    written_as: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
    year_ending: YearEnding = None,
    postcodes: Postcodes = None,
    authority: Responsible = None,
) -> None:
    """Print every figure of SSDA903 returns on the days asked for; no service is needed."""
    days = days_asked(on, month_ends)
    choices = choices_asked(settings or [])
    said = errors()
    offline = read_offline(paths, said, how_to_read(year_ending, postcodes, authority))
    _say_outside(offline.reading, days, said)
    ledger = ledger_of(offline.children.values(), choices)
    if choices != DEFAULTS:
        said.print(f"Definitions {definitions(choices)}")
    per_day = None if residents is None else _same_every_day(residents)
    if written_as is Format.table:
        write_lines(table_lines(ledger, days, breakdowns=breakdowns, residents=per_day))
        return
    figures = figures_on(ledger, days, breakdowns=breakdowns, residents=per_day)
    if written_as is Format.json:
        write_answer(msgspec.json.encode(figures) + b"\n")
    else:
        write_answer(csv_bytes(COLUMNS, map(_flat, figures)))


def _say_outside(reading: Reading, days: list[date], said: Console) -> None:
    """Returns tell of their own years; before, of what was still open, and after, of what was."""
    first, last = reading.years[0].begins_on, reading.years[-1].year_ending
    outside = [day for day in days if not first <= day <= last]
    if outside:
        said.print(
            f"The returns are of {first:%d/%m/%Y} to {last:%d/%m/%Y}, and {len(outside):,} of the days asked for lie "
            "outside: before, only what lasted into those years is known; after, nothing more is taken to happen."
        )


def ledger_of(children: Iterable[Iterable[Fact]], choices: Choices = DEFAULTS) -> Ledger:
    """What all children add up to."""
    ledger = Ledger()
    for facts in children:
        ledger.add(fold(facts, choices))
    ledger.settle()
    return ledger


def figures_on(
    ledger: Ledger, days: Iterable[date], *, breakdowns: bool = False, residents: Residents | None = None
) -> list[Row]:
    """Every figure of the days, in their order. The year of an estimate is left out: it is not known here."""
    return [
        row if row.mid_year is msgspec.UNSET else msgspec.structs.replace(row, mid_year=msgspec.UNSET)
        for day in days
        for row in rows(ledger, day, breakdowns=breakdowns, residents=residents)
    ]


def _same_every_day(residents: int) -> Residents:
    return lambda _day: (residents, 0)


def _flat(row: Row) -> tuple[str | int | None, ...]:
    cell = row.breakdown
    period = None if row.period is msgspec.UNSET else row.period
    unknown = None if row.unknown is msgspec.UNSET else row.unknown
    dimension, value = (None, None) if cell is None else (cell.dimension, cell.value)
    numbers = (row.numerator, row.denominator)
    return (row.indicator, row.date.isoformat(), period, *numbers, dimension, value, unknown)


def choices_asked(settings: list[str]) -> Choices:
    """The readings chosen by texts such as `eighteen=counted`; what is no choice ends the command with a sentence."""
    try:
        return choose(",".join(settings))
    except ValueError as trouble:
        give_up(f"--choose: {trouble}")


def days_asked(on: str | None, month_ends: str | None) -> list[date]:
    """The days of `--on` and `--month-ends`, each once, in order."""
    days = [day_asked(text, "--on") for text in on.split(",")] if on else []
    if month_ends:
        days += _month_ends(month_ends)
    if not days:
        give_up("Say which days: --on 2018-03-31, or --month-ends 2017-04..2018-03.")
    return sorted(set(days))


def _month_ends(text: str) -> Iterator[date]:
    first, between, last = text.partition("..")
    if not between:
        give_up("--month-ends: write two months or two days, such as 2017-04..2018-03.")
    begins, ends = _edge(first, last=False), _edge(last, last=True)
    # That of the month in which the span begins is the first after the day before.
    found = [day for day in month_ends_after(begins - 1, _months(begins, ends)) if day <= ends]
    if not found:
        give_up(f"--month-ends: there is no month end from {first} to {last}.")
    yield from map(date.fromordinal, found)


def _edge(text: str, *, last: bool) -> int:
    """The first or last day that a month or a day stands for."""
    month = _MONTH.fullmatch(text.strip())
    day = day_asked(f"{text.strip()}-01" if month else text, "--month-ends").toordinal()
    return add_months(day, 1) - 1 if month and last else day


def _months(begins: int, ends: int) -> int:
    first, last = date.fromordinal(begins), date.fromordinal(ends)
    return max(0, (last.year - first.year) * 12 + last.month - first.month + 1)
