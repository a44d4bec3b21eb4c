"""`holdfast reconcile`: an analyst's own list of children set against a figure of SSDA903 returns.

Who differs and why is found by the pure engine; here the list is read, and the answer gets its files, rows and shape.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from holdfast.cli.asked import choices_asked, indicator_asked, where
from holdfast.cli.explain import indented
from holdfast.cli.offline import (
    Offline,
    csv_bytes,
    day_asked,
    errors,
    read_offline,
    write_answer,
    write_lines,
)
from holdfast.cli.returns_asked import Paths, Postcodes, Responsible, YearEnding, give_up, how_to_read
from holdfast.contracts.figures import Period
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.otherwise import WAYS
from holdfast.indicators.reconcile import Counting, Difference, Reconciled
from holdfast.indicators.reconcile import reconcile as reconciled
from holdfast.indicators.wording import some, spoken

_COLUMN = "CHILD"
_COLUMNS = ("child", "in", "way", "rule", "rows")
# What is worth saying beside a row of what became of it.
_BECAME = {
    "same carer": ", same carer",
    "away": ", temporary",
    "came back": ", temporary",
    "failed": ", temporary",
    "return": ", return",
    "restart": ", the same placement",
    "replaced": ", less than a day",
    "status": ", legal status",
    "ended": ", left care",
}
_TITLES = {way.code: way.title for way in WAYS}


class Written(StrEnum):
    """For people, or for programs."""

    text = "text"
    json = "json"
    csv = "csv"


class Within(StrEnum):
    """What a flow is counted over."""

    month = "month"
    year_to_date = "year_to_date"
    rolling_year = "rolling_year"


def reconcile(
    paths: Paths,
    mine: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Your list: a CSV file with a column CHILD.")],
    indicator: Annotated[str, typer.Option(help="The figure's code, such as three_or_more_placements.")],
    on: Annotated[str, typer.Option(help="The day, such as 2018-03-31.")],
    within: Annotated[
        Within, typer.Option("--period", help="Of what is counted as it happens: over which time.")
    ] = Within.rolling_year,
    settings: Annotated[
        list[str] | None,
        typer.Option("--choose", help="Another reading of the definitions, such as eighteen=counted.", metavar="A=B"),
    ] = None,
    written_as: Annotated[Written, typer.Option("--format", help="For people, or for programs.")] = Written.text,
    year_ending: YearEnding = None,
    postcodes: Postcodes = None,
    authority: Responsible = None,
) -> None:
    """Say which children are in your own list or in the figure alone, and which rule or row decides it."""
    day, choices = day_asked(on, "--on"), choices_asked(settings or [])
    code = indicator_asked(indicator)
    listed = read_list(mine)
    offline = read_offline(paths, errors(), how_to_read(year_ending, postcodes, authority))
    period: Period = within.value if INDICATORS[code].kind == "flow" else "on"
    said = reconciled(offline.children, listed, code, day, period, choices)
    if written_as is Written.text:
        write_lines(lines(said, offline))
    elif written_as is Written.json:
        write_answer(msgspec.json.encode(as_data(said, offline)) + b"\n")
    else:
        write_answer(csv_bytes(_COLUMNS, (_flat(each, offline) for each in said.differences)))


def read_list(path: Path) -> list[str]:
    """The references in the column CHILD, or in the only column of a file without one, each once."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")
    # A spreadsheet writes semicolons where it takes the comma for a decimal sign.
    semicolons = ";" in text.partition("\n")[0]
    rows = [
        row for row in csv.reader(io.StringIO(text), delimiter=";" if semicolons else ",") if any(map(str.strip, row))
    ]
    if not rows:
        give_up(f"{path.name} has no rows: write a column CHILD with one child's reference in each.")
    heads = [cell.strip().upper() for cell in rows[0]]
    if _COLUMN in heads:
        place, rows = heads.index(_COLUMN), rows[1:]
    elif max(map(len, rows)) == 1:
        place = 0
    else:
        give_up(f"{path.name} has several columns and none is named CHILD: name the one with the references so.")
    return list(dict.fromkeys(row[place].strip() for row in rows if len(row) > place and row[place].strip()))


def as_data(said: Reconciled, offline: Offline) -> dict[str, Any]:
    """The answer as plain data, with the rows that each difference is about as `file` and `row`."""
    data: dict[str, Any] = msgspec.to_builtins(said)
    for row in (row for each in data["differences"] for row in each["rows"]):
        origin = offline.origins.get(row["fact"])
        row["file"], row["row"] = (None, None) if origin is None else (origin.file, origin.row)
    return data


def _flat(each: Difference, offline: Offline) -> tuple[str | None, ...]:
    return each.child, "figure" if each.counted else "list", each.way, each.rule, "; ".join(_rows(each, offline))


def _rows(each: Difference, offline: Offline) -> list[str]:
    return [
        f"{origin} ({row.on.day} {row.on:%b %Y}{_BECAME.get(row.became, '')})"
        for row in each.rows
        for origin in [where(offline, row.fact)]
        if origin
    ]


def lines(said: Reconciled, offline: Offline) -> Iterator[str]:
    """The answer for people."""
    yield f"{said.title}, {spoken(said.on.toordinal())}"
    yield ""
    yield from _summary(said)
    yield ""
    yield from _countings(said)
    for counts, title in ((False, "In your list and not in the figure"), (True, "In the figure and not in your list")):
        alone = [each for each in said.differences if each.counted is counts]
        if alone:
            yield from ("", f"{title}: {some(len(alone), 'child', 'children')}")
            yield from _by_rule(alone, offline)


def _summary(said: Reconciled) -> Iterator[str]:
    ours = said.ways[0]
    mine_alone = sum(not each.counted for each in said.differences)
    if said.period == "on":
        yield f"  Your list   {_figure(said.mine, ours.denominator)}"
        yield f"  The figure  {_figure(ours.numerator, ours.denominator)}"
    else:
        # A list is of children, the figure of what happened to them.
        row = INDICATORS[said.indicator]
        yield f"  Your list   {some(said.mine, 'child', 'children')}"
        yield (
            f"  The figure  {_figure(ours.numerator, ours.denominator).strip()}: {row.counted} of "
            f"{some(said.both + len(said.differences) - mine_alone, 'child', 'children')}"
        )
    yield (
        f"  In both     {said.both:,} children; {mine_alone:,} in your list alone, "
        f"{len(said.differences) - mine_alone:,} in the figure alone"
    )
    best = next(each for each in said.ways if each.fits_best)
    if best.way != "as_defined":
        yield ""
        yield f"  Your list fits best with {best.title}: {_figure(best.numerator, best.denominator).strip()}."


def _figure(numerator: int, denominator: int | None) -> str:
    if denominator is None:
        return f"{numerator:5,}"
    share = f" = {100 * numerator / denominator:.1f}%" if denominator else ""
    return f"{numerator:5,} of {denominator:,}{share}"


def _countings(said: Reconciled) -> Iterator[str]:
    width = max(len(each.title) for each in said.ways)
    figures = [_figure(each.numerator, each.denominator) for each in said.ways]
    broad = max(map(len, figures))
    yield "Counted otherwise"
    for each, figure in zip(said.ways, figures, strict=True):
        yield f"  {each.title:{width}}  {figure:{broad}}  {_fit(each)}"
    if said.without_effect:
        number = some(len(said.without_effect), "other way makes", "other ways make")
        yield from indented("  ", f"{number} no difference here: {'; '.join(said.without_effect)}.")


def _fit(each: Counting) -> str:
    differing = "the very children of your list" if not each.differences else ""
    differing = differing or f"differs from your list by {some(each.differences, 'child', 'children')}"
    return f"{differing}{'  <- fits best' if each.fits_best else ''}"


def _by_rule(alone: list[Difference], offline: Offline) -> Iterator[str]:
    def rule(each: Difference) -> tuple[bool, str]:
        return each.way is None, each.way or ""

    for (unexplained, way), group in groupby(sorted(alone, key=rule), key=rule):
        children = list(group)
        if unexplained:
            yield from indented(f"  {len(children):4}  ", "No single other way of counting explains these.")
        else:
            yield from indented(f"  {len(children):4}  ", f"{children[0].rule} [{_TITLES[way]}]")
        width = max(len(each.child) for each in children)
        for each in children:
            yield from _child(each, width, unexplained, offline)


def _child(each: Difference, width: int, unexplained: bool, offline: Offline) -> Iterable[str]:
    # A row is kept on one line.
    rows = ", ".join(row.replace(" ", chr(160)) for row in _rows(each, offline))
    said = f"{each.rule}{f'  [{rows}]' if rows else ''}" if unexplained else rows
    return indented(f"          {each.child:{width}}  ", said or "-")
