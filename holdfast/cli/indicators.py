"""`holdfast indicators`: every figure of SSDA903 returns on any day, by the engine that the platform uses.

How figures are written for programs; the table for people is in `figure_table`.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from holdfast.cli.asked import choices_asked, days_asked
from holdfast.cli.figure_table import table_lines
from holdfast.cli.offline import (
    Format,
    csv_bytes,
    errors,
    read_offline,
    write_answer,
    write_lines,
)
from holdfast.cli.returns_asked import Paths, Postcodes, Responsible, YearEnding, how_to_read
from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Row
from holdfast.indicators.choices import DEFAULTS, Choices, definitions
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import Residents, rows
from holdfast.indicators.steps import fold_each
from holdfast.returns import Reading

COLUMNS = ("indicator", "date", "period", "numerator", "denominator", "dimension", "value", "unknown")


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
    for steps in fold_each(children, choices):
        ledger.add(steps)
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
