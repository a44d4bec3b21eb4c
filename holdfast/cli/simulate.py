"""`holdfast simulate`: posts the demonstration borough's events through the door as the platform's clock reaches them.

A client like any other. What was posted may be posted again: the door and the figures don't mind.
"""

import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import msgspec
import typer
from msgspec import Struct

from holdfast.cli.borough import Posting, days
from holdfast.cli.door import Door, DoorAway, DoorRefused, Stopped, connect
from holdfast.cli.sender_token import find_token
from holdfast.contracts.authorities import authorities
from holdfast.contracts.door_verdicts import Verdict
from holdfast.runtime.clock import Clock

SYSTEM = "borough"
FILE_NAME = "simulate.json"
HISTORY_YEARS = 5
MOST_AT_ONCE = 500
# The clock may be set meanwhile, so no wait is longer.
LONGEST_SLEEP_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 10.0
BATCH = "application/cloudevents-batch+json"


class Progress(Struct, frozen=True, kw_only=True):
    """Which borough lives here and how far it has come; another seed or size is another borough."""

    authority: str
    seed: int
    children: int
    begins_on: date
    posted_to: datetime | None = None
    posted: int = 0


def simulate(
    authority: Annotated[str, typer.Option(help="The authority it lives under.")] = "E08000018",
    url: Annotated[str, typer.Option(envvar="HOLDFAST_INTAKE_URL", help="The door.")] = "http://127.0.0.1:8101",
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_TOKEN", help="The sender's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(envvar="HOLDFAST_TOKEN_FILE", help="A file with it.")] = None,
    children: Annotated[int, typer.Option(min=1, max=5_000, help="How many are looked after at a time.")] = 150,
    seed: Annotated[int, typer.Option(help="Another seed is another borough.")] = 7,
    home: Annotated[Path, typer.Option(envvar="HOLDFAST_HOME", help="Where the clock is.")] = Path(".holdfast"),
) -> None:
    """Live as a made-up borough: five years of history, then as the platform's clock goes, until stopped."""
    if authority not in authorities():
        _give_up(f"{authority} is not the code of an English authority with looked-after children.")
    bearer = find_token(authority, SYSTEM, token, token_file)
    clock, place = Clock(home), home / FILE_NAME
    home.mkdir(parents=True, exist_ok=True)
    begins_on = history_begins_on(clock.today())
    wanted = Progress(authority=authority, seed=seed, children=children, begins_on=begins_on)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        with connect(url, bearer) as client:
            # Bounded by being stopped alone: a borough does not go away because the door does.
            door = Door(client, tries=None, wait=_sleep, say=_say)
            live(door, clock, found(place, wanted), lambda progress: keep(place, progress))
    except Stopped:
        _say("Stopped.")
    except (DoorRefused, DoorAway) as trouble:
        _give_up(str(trouble))


def history_begins_on(today: date) -> date:
    """The 1 April that begins the fifth financial year before today's."""
    year = today.year if (today.month, today.day) >= (4, 1) else today.year - 1
    return date(year - HISTORY_YEARS, 4, 1)


def live(door: Door, clock: Clock, progress: Progress, keep_progress: Callable[[Progress], None]) -> None:
    """Post what is due, wait for what comes next, without end; Stopped and DoorRefused pass through."""
    said_at = -SECONDS_BETWEEN_LINES
    source = f"/authorities/{progress.authority}/systems/{SYSTEM}"
    _say(f"A borough of about {progress.children} children, from {progress.begins_on}; {progress.posted:,} posted.")
    for batch in due_batches(postings_to_come(progress, source), clock):
        rejected = post(door, batch)
        progress = msgspec.structs.replace(progress, posted=progress.posted + len(batch), posted_to=batch[-1].at)
        keep_progress(progress)
        for code in sorted(set(rejected)):
            _say(f"{rejected.count(code)} events were rejected: {code}.")
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            _say(f"{batch[-1].at:%Y-%m-%d %H:%M}: {progress.posted:,} events posted.")


def postings_to_come(progress: Progress, source: str) -> Iterator[Posting]:
    """Every posting that is not known to have been posted, in order, without end."""
    since = progress.posted_to
    for day in days(progress.seed, progress.children, progress.begins_on, source):
        if since is None or day.on >= since.date():
            # The last instant's again: some of its postings may be missing.
            yield from (posting for posting in day.postings if since is None or posting.at >= since)


def due_batches(to_come: Iterator[Posting], clock: Clock) -> Iterator[list[Posting]]:
    """Postings once the clock has reached them, up to 500 at a time where it is ahead."""
    batch: list[Posting] = []
    for posting in to_come:
        if posting.at > clock.now():
            if batch:
                yield batch
                batch = []
            while posting.at > clock.now():
                _sleep(min(clock.real_seconds_until(posting.at) + 0.01, LONGEST_SLEEP_SECONDS))
        batch.append(posting)
        if len(batch) == MOST_AT_ONCE:
            yield batch
            batch = []


def post(door: Door, batch: list[Posting]) -> list[str]:
    """Post a batch; the codes of what was rejected."""
    body = door.post("/events", msgspec.json.encode([posting.event for posting in batch]), BATCH)
    verdicts = msgspec.json.decode(body, type=list[Verdict])
    return [fault.code for verdict in verdicts for fault in verdict.errors]


def found(place: Path, wanted: Progress) -> Progress:
    """How far this borough had come here; from the beginning where another one, or none, has lived here."""
    try:
        held = msgspec.json.decode(place.read_bytes(), type=Progress)
    except (FileNotFoundError, msgspec.MsgspecError):
        return wanted
    same = (held.authority, held.seed, held.children) == (wanted.authority, wanted.seed, wanted.children)
    return held if same else wanted


def keep(place: Path, progress: Progress) -> None:
    """Write it whole or not at all."""
    beside = place.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(progress))
    beside.replace(place)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # Raised wherever we are: a request that was under way is posted again at the next start.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _say(sentence: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {sentence}", flush=True)


def _give_up(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
