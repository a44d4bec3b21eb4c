"""`holdfast printed`: what a council printed of itself beside what the platform says, read over the gateway's API.

Reckons nothing: each number is one that the platform answered. What was printed is in `borough/printed.py`.
"""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import typer
from msgspec import Struct

from holdfast.cli.borough.printed import PRINTED, Figure, Month, Printed, printed_by
from holdfast.cli.door import connect
from holdfast.cli.figures_asked import RegisterBehind, rows_asked
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, layout_from
from holdfast.cli.sender_token import find_reader_token
from holdfast.contracts.figures import Reading
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.values import printed as in_words
from holdfast.runtime.clock import Clock, london_date

# By indicator and period, of a day, the whole authority's numerator and denominator.
_Said = dict[tuple[str, str], tuple[int, int | None]]
_TO_COME = "to come"


class Line(Struct, frozen=True):
    """A printed figure of a month and what the platform says of it: as known when it was printed, and now.

    `then` is None where that time has not come yet, `now` where the month has not ended.
    """

    month: Month
    figure: Figure
    then: tuple[int, int | None] | None
    now: tuple[int, int | None] | None

    @property
    def is_equal(self) -> bool:
        """Both integers are those printed."""
        return self.then == (self.figure.numerator, self.figure.denominator)


def printed(
    name: Annotated[str, typer.Argument(help=f"Whose figures: {', '.join(PRINTED)}.")],
    authority: Annotated[str | None, typer.Option(help="The authority, if not the council's own code.")] = None,
    url: Annotated[
        str | None, typer.Option(envvar="HOLDFAST_GATEWAY_URL", help="The gateway; without it the one that runs here.")
    ] = None,
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_READER_TOKEN", help="A reader's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="A file with it.")] = None,
) -> None:
    """Print what a council printed beside the platform's figures, each as known when it was printed, and as now."""
    council = printed_by(name)
    code = authority or council.authority
    here = layout_from(os.environ)
    gateway = url or f"http://{HOST}:{here.ports.gateway}"
    with connect(gateway, find_reader_token(code, token, token_file)) as client:
        lines = list(lines_read(client, code, council, Clock(here.home).now()))
    for text in table_of(council, code, lines):
        typer.echo(text)
    if not all(line.is_equal for line in lines if line.then is not None):
        raise typer.Exit(1)


def lines_read(client: httpx.Client, authority: str, council: Printed, now: datetime) -> Iterator[Line]:
    """A line for each printed figure, with what the gateway answers. Raises CannotRun where it answers nothing."""
    for month in council.months:
        on = month.ends_on
        then = _said(client, authority, on, month.known_at) if month.known_at <= now else {}
        said = _said(client, authority, on, None) if on <= london_date(now) else {}
        for figure in month.figures:
            name = figure.indicator, figure.period
            yield Line(month, figure, then[name] if then else None, said[name] if said else None)


def _said(client: httpx.Client, authority: str, on: date, known_at: datetime | None) -> _Said:
    asked = {"on": on.isoformat()} | ({"known_at": known_at.isoformat()} if known_at else {})
    try:
        rows = rows_asked(client, authority, asked)
    except RegisterBehind:
        raise CannotRun("The register has not read to the end yet: ask again in a little while.") from None
    return {
        (row.indicator, "on" if row.period is msgspec.UNSET else row.period): (row.numerator, row.denominator)
        for row in rows
        if row.breakdown is None
    }


def table_of(council: Printed, authority: str, lines: list[Line]) -> Iterator[str]:
    """The lines of the table, and under it how many numbers are equal."""
    yield f"What {council.council} printed, beside what the platform says of {authority}"
    yield ""
    rows = [["Month", "Known by", "Indicator", "Printed", "Platform", "", "Now"], *map(_cells, lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    yield _summary(lines)


def _cells(line: Line) -> list[str]:
    figure, month = line.figure, line.month
    shown = figure.percentage or _text((figure.numerator, figure.denominator))
    then = _TO_COME if line.then is None else _text(line.then, as_percentage=figure.percentage is not None)
    mark = "" if line.then is None else "=" if line.is_equal else "differs"
    days = [f"{month.ends_on:%b %Y}", f"{month.known_at:%d/%m/%Y}"]
    now = "" if line.now is None else _text(line.now)
    return [*days, INDICATORS[figure.indicator].title, shown, then, mark, now]


def _text(said: tuple[int, int | None], *, as_percentage: bool = False) -> str:
    numerator, denominator = said
    if denominator is None:
        return f"{numerator:,}"
    counts = f"{numerator:,} of {denominator:,}"
    return f"{in_words(Reading('on', numerator, denominator))} ({counts})" if as_percentage else counts


def _summary(lines: list[Line]) -> str:
    due = [line for line in lines if line.then is not None]
    numbers = sum(len(line.figure.integers) for line in due)
    right = sum(len(line.figure.integers) for line in due if line.is_equal)
    restated = sum(line.now != line.then for line in due)
    told = "All" if right == numbers else f"{right} of"
    coming = f" {len(lines) - len(due)} figures are to come." if len(due) < len(lines) else ""
    return (
        f"{told} {numbers} numbers are equal. Each is as recorded by the end of the day it was known by; "
        f"{restated} figures have been restated by what was recorded since.{coming}"
    )
