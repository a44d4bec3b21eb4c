"""The sending half of `holdfast import`: the wanted facts of a reading posted to the door, and what became of them.

Holds no key and no state: the door compares. Prints files and row numbers, never what is in them.
"""

import time
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from holdfast.cli.door import Door, DoorAway, DoorRefused, Stopped, connect
from holdfast.contracts.door_verdicts import CODES
from holdfast.returns import WantedFact

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


def chunks(facts: Iterable[WantedFact]) -> Iterator[Chunk]:
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


def send_facts(
    out: Console, facts: Collection[WantedFact], *, url: str, bearer: str, recorded_at: str | None
) -> tuple[Outcome, str | None]:
    """Send facts, a request at a time, and show how far it is. The text says why it stopped before the end."""
    params = {"system": SYSTEM, **({"recordedtime": recorded_at} if recorded_at else {})}
    outcome = Outcome()
    with connect(url, bearer) as client:
        try:
            _send(out, Door(client, tries=TRIES, wait=_sleep, say=out.print), facts, params, outcome)
        except (DoorRefused, DoorAway, Stopped) as trouble:
            return outcome, str(trouble)
    return outcome, None


def _send(out: Console, door: Door, facts: Collection[WantedFact], params: dict[str, str], outcome: Outcome) -> None:
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


def show_outcome(out: Console, outcome: Outcome) -> None:
    """What the door published, found unchanged and refused."""
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


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
