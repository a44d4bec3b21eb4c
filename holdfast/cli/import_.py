"""`holdfast import`: reads SSDA903 returns and asks the door to make what its source last said the same.

Holds no key and no state: the door compares. Prints files and row numbers, never what is in them.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
from msgspec import Struct
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from holdfast.cli.door import Door, DoorAway, DoorRefused, Stopped, connect
from holdfast.cli.sender_token import find_token
from holdfast.contracts.authorities import authorities
from holdfast.contracts.door_verdicts import CODES
from holdfast.returns import Fault, Reading, WantedFact, read_returns
from holdfast.runtime.clock import Clock

SYSTEM = "ssda903"
MOST_FACTS = 2_000
MOST_BYTES = 4 * 1024 * 1024
TRIES = 8
SHOWN = 20


class Chunk(Struct, frozen=True):
    """What one request asks for: whole children, a line a fact."""

    facts: list[WantedFact]
    body: bytes


class Rejected(Struct, frozen=True):
    """A line that the door refused; `line` counts from 1. Its sentence is left unread: it may quote what was sent."""

    line: int
    code: str
    pointer: str = ""
    fact: str | None = None


class Answer(Struct, frozen=True):
    """The door's answer. `later`: facts recorded later than asked, to outvote what the source said since."""

    published: int
    unchanged: int
    rejected: list[Rejected] = []
    later: list[msgspec.Raw] = []


class Outcome(Struct):
    """What became of an import so far."""

    published: int = 0
    unchanged: int = 0
    later: int = 0
    rejected: list[tuple[WantedFact, Rejected]] = []


def chunks(facts: list[WantedFact]) -> Iterator[Chunk]:
    """Requests of whole children, up to 2,000 facts and 4 MiB, more only where one child has more."""
    held: list[WantedFact] = []
    lines: list[bytes] = []
    size = 0
    for _, of_child in groupby(facts, key=lambda fact: fact.subject):
        more = list(of_child)
        encoded = [_line(fact) for fact in more]
        added = sum(map(len, encoded))
        if held and (len(held) + len(more) > MOST_FACTS or size + added > MOST_BYTES):
            yield Chunk(held, b"".join(lines))
            held, lines, size = [], [], 0
        held, lines, size = held + more, lines + encoded, size + added
    if held:
        yield Chunk(held, b"".join(lines))


def _line(fact: WantedFact) -> bytes:
    said = {"subject": fact.subject, "fact": fact.fact, "type": fact.type, "data": fact.data}
    return msgspec.json.encode(said) + b"\n"


def import_returns(
    folders: Annotated[list[Path], typer.Argument(exists=True, help="Folders of SSDA903 CSV files, or the files.")],
    authority: Annotated[str, typer.Option(help="The authority's nine-character code, such as E08000016.")],
    url: Annotated[str, typer.Option(envvar="HOLDFAST_INTAKE_URL", help="The door.")] = "http://127.0.0.1:8101",
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_TOKEN", help="The sender's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(envvar="HOLDFAST_TOKEN_FILE", help="A file with it.")] = None,
    recorded_at: Annotated[str | None, typer.Option(help="When it was recorded, such as 2018-06-30T12:00:00Z.")] = None,
) -> None:
    """Import SSDA903 returns. Importing the same files twice sends nothing."""
    out = Console(highlight=False, soft_wrap=True)
    if authority not in authorities():
        _give_up(f"{authority} is not the code of an English authority with looked-after children.")
    recorded = _instant(recorded_at)
    bearer = find_token(authority, SYSTEM, token, token_file)
    reading = read_returns(folders, today=Clock().today())
    _show_reading(out, reading)
    if not reading.facts:
        _give_up("No Episodes file with a row that can be read was found: nothing was sent.")
    params = {"system": SYSTEM, **({"recordedtime": recorded} if recorded else {})}
    outcome = Outcome()
    with connect(url, bearer) as client:
        try:
            _send(out, Door(client, tries=TRIES, wait=_sleep, say=out.print), reading.facts, params, outcome)
        except (DoorRefused, DoorAway, Stopped) as trouble:
            _show_outcome(out, outcome)
            _give_up(str(trouble))
    _show_outcome(out, outcome)
    left_out = any(fault.left_out for fault in reading.faults)
    raise typer.Exit(1 if outcome.rejected or left_out else 0)


def _send(out: Console, door: Door, facts: list[WantedFact], params: dict[str, str], outcome: Outcome) -> None:
    bar = Progress(
        TextColumn("Sending facts"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=out,
    )
    began = time.monotonic()
    with bar:
        task = bar.add_task("facts", total=len(facts), rate="")
        sent = 0
        for chunk in chunks(facts):
            body = door.post("/imports", chunk.body, "application/x-ndjson", params)
            _take_in(outcome, chunk, msgspec.json.decode(body, type=Answer))
            sent += len(chunk.facts)
            rate = f"{sent / max(time.monotonic() - began, 0.001):,.0f} facts/s"
            bar.update(task, completed=sent, rate=rate)


def _take_in(outcome: Outcome, chunk: Chunk, answer: Answer) -> None:
    outcome.published += answer.published
    outcome.unchanged += answer.unchanged
    outcome.later += len(answer.later)
    for rejected in answer.rejected:
        outcome.rejected.append((chunk.facts[rejected.line - 1], rejected))


def _show_reading(out: Console, reading: Reading) -> None:
    table = Table("Year ending", "Files", "Episodes", "Header", "Missing", "Children", box=None, header_style="bold")
    for year in reading.years:
        files = ", ".join(Path(file).name for file in year.files)
        numbers = (year.episodes, year.headers, year.missing, year.children)
        table.add_row(f"{year.year_ending:%d/%m/%Y}", escape(files), *(f"{number:,}" for number in numbers))
    if reading.years:
        out.print(table)
    for unread in reading.left_out:
        out.print(f"Not read: {unread.file} ({unread.because})", markup=False)
    if reading.dropped:
        out.print(f"{reading.dropped:,} rows left out: a later return of the same child no longer has them.")
    _show_faults(out, "left out", [fault for fault in reading.faults if fault.left_out])
    _show_faults(out, "read, but odd", [fault for fault in reading.faults if not fault.left_out])
    out.print(f"{len(reading.facts):,} facts of {len({fact.subject for fact in reading.facts}):,} children.")


def _show_faults(out: Console, kind: str, faults: list[Fault]) -> None:
    for sentence in sorted({fault.sentence for fault in faults}):
        alike = [fault for fault in faults if fault.sentence == sentence]
        number = len(alike)
        out.print(f"{number:,} {kind}: {sentence} {alike[0].mend}", markup=False)
        rows = ", ".join(_located(fault) for fault in alike[:SHOWN])
        out.print(f"    {rows}{f', and {number - SHOWN:,} more' if number > SHOWN else ''}", markup=False)


def _located(fault: Fault) -> str:
    where = Path(fault.file).name
    return where if fault.row is None else f"{where} row {fault.row}"


def _show_outcome(out: Console, outcome: Outcome) -> None:
    # The door tells every fault of a line.
    lines = len({fact.fact for fact, _ in outcome.rejected})
    numbers = f"{outcome.published:,} published, {outcome.unchanged:,} unchanged, {lines:,} rejected."
    out.print(numbers)
    if outcome.later:
        out.print(f"{outcome.later:,} were recorded later than asked, to outvote what this source said since.")
    for fact, rejected in outcome.rejected[:SHOWN]:
        where = f"{Path(fact.origin.file).name} row {fact.origin.row}"
        out.print(f"  {where}: {CODES.get(rejected.code, rejected.code)} ({rejected.pointer})", markup=False)
    if len(outcome.rejected) > SHOWN:
        out.print(f"  and {len(outcome.rejected) - SHOWN:,} more")


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    instant = None
    with suppress(ValueError):
        instant = datetime.fromisoformat(text)
    if instant is None or instant.tzinfo is None:
        _give_up("--recorded-at is an instant with an offset, such as 2018-06-30T12:00:00Z.")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _give_up(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
