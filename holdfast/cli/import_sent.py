"""The sending half of `holdfast import`: a reading goes to the door twice, first to see what would change.

Holds no key and no state: the door compares. Prints files and row numbers, never what is in them.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import httpx
import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from holdfast.cli.door import Door, DoorAway, DoorRefused, Stopped, connect
from holdfast.contracts.door_verdicts import CODES
from holdfast.returns import Reading
from holdfast.returns.sending import SYSTEM, Chunk, Outcome, Rejected, chunks

TRIES = 8
# While one request is compared, the next is on its way and the register takes in what the last one published.
REQUESTS_AT_ONCE = 4
# Beside those, ready to go or answered already: the first that was sent is not always the first to be answered.
_REQUESTS_BESIDE = 4
SHOWN = 20
GO_ON = "Run the same command again to go on: what was sent is not sent again."


class Sent(Struct):
    """How far an import came: what the comparison found, and what became of the sending, if it was come to.

    `stopped` says in a sentence why it ended before its end, `unconfirmed` that a person ought to have said yes.
    """

    compared: Outcome
    compared_seconds: float = 0
    sent_seconds: float = 0
    outcome: Outcome | None = None
    stopped: str | None = None
    unconfirmed: bool = False


def send_reading(
    out: Console,
    reading: Reading,
    *,
    url: str,
    bearer: str,
    recorded_at: str | None,
    confirm: Callable[[Outcome], bool],
) -> Sent:
    """Compare, ask where much would be withdrawn, and send. Where `confirm` says no, nothing is sent."""
    sent = Sent(Outcome())
    with connect(url, bearer) as client:
        try:
            sent.compared_seconds = _go_through(
                out, client, reading, "Comparing", _params(recorded_at, tried=True), sent.compared
            )
            if sent.compared.withdraws_much and not confirm(sent.compared):
                sent.unconfirmed = True
                return sent
            params = _params(sent.compared.recordedtime, tried=False)
            sent.outcome = Outcome()
            sent.sent_seconds = _go_through(out, client, reading, "Sending", params, sent.outcome)
        except DoorRefused as trouble:
            sent.stopped = str(trouble)
        except (DoorAway, Stopped) as trouble:
            sent.stopped = f"{trouble} {GO_ON}".strip()
        except msgspec.MsgspecError:
            sent.stopped = f"What answers at {url} is not a door of this version."
        except KeyboardInterrupt:
            sent.stopped = f"Stopped. {GO_ON}"
    return sent


def _params(recorded_at: str | None, *, tried: bool) -> dict[str, str]:
    recorded = {} if recorded_at is None else {"recordedtime": recorded_at}
    return {"system": SYSTEM, "withdraw": "true", **({"dry_run": "true"} if tried else {}), **recorded}


def _go_through(
    out: Console, client: httpx.Client, reading: Reading, doing: str, params: dict[str, str], outcome: Outcome
) -> float:
    """Ask for everything once, and show how far it is; how long it took."""
    bar = Progress(
        TextColumn(f"{doing} facts"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=out,
    )
    began = time.monotonic()
    with bar:
        task = bar.add_task("facts", total=len(reading.facts), rate="")
        for chunk, body in _answers(out, client, reading, params):
            outcome.take_in(chunk, body)
            rate = f"{outcome.sent / max(time.monotonic() - began, 0.001):,.0f} facts/s"
            bar.update(task, completed=outcome.sent, rate=rate)
    return time.monotonic() - began


def _answers(
    out: Console, client: httpx.Client, reading: Reading, params: dict[str, str]
) -> Iterator[tuple[Chunk, bytes]]:
    """The door's answers in the order of the requests, a few of which are under way at a time: no two share a child."""
    stopping = Event()
    door = Door(client, tries=TRIES, wait=lambda seconds: _wait(stopping, seconds), say=out.print)
    under_way: deque[tuple[Chunk, Future[bytes]]] = deque()
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(REQUESTS_AT_ONCE))
        # Whatever ends this, nothing that waits still goes, and nobody goes on waiting for a door that is away.
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        stack.callback(stopping.set)
        for chunk in chunks(reading):
            if len(under_way) == REQUESTS_AT_ONCE + _REQUESTS_BESIDE:
                first, answer = under_way.popleft()
                yield first, answer.result()
            under_way.append((chunk, pool.submit(door.post, "/imports", chunk.body, "application/x-ndjson", params)))
        for first, answer in under_way:
            yield first, answer.result()


def show_outcome(out: Console, outcome: Outcome) -> None:
    """What became of the facts, and the rows that the door refused."""
    out.print(
        f"{outcome.new:,} new, {outcome.restated:,} restated, {outcome.withdrawn:,} withdrawn, "
        f"{outcome.unchanged:,} unchanged, {outcome.rejected_lines:,} rejected."
    )
    if outcome.outvoted:
        out.print(f"{outcome.outvoted:,} left as a later return, imported before, has them.")
    if outcome.later:
        out.print(f"{outcome.later:,} were recorded later than asked, to outvote what this source said since.")
    for rejected in outcome.rejected[:SHOWN]:
        out.print(f"  {_located(rejected)}", markup=False)
    if len(outcome.rejected) > SHOWN:
        out.print(f"  and {len(outcome.rejected) - SHOWN:,} more")


def show_withdrawal(out: Console, outcome: Outcome) -> None:
    """What would go, where it is so much that a person is asked."""
    out.print(
        f"{outcome.rows_withdrawn:,} of the {outcome.rows_held:,} rows held for these years are no longer in the files "
        "and would be withdrawn. Is a file missing, or one of another authority among them?"
    )


def _located(rejected: Rejected) -> str:
    said = f"{CODES.get(rejected.code, rejected.code)} ({rejected.pointer})"
    origin = rejected.origin
    return f"a child as a whole: {said}" if origin is None else f"{Path(origin.file).name} row {origin.row}: {said}"


def _wait(stopping: Event, seconds: float) -> bool:
    return stopping.wait(seconds)
