"""Posts the days of a borough through the door as the platform's clock reaches them, and remembers how far it came.

A client like any other. What was posted may be posted again: the door and the figures don't mind.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from holdfast.cli.borough import Borough, Day, Posting
from holdfast.cli.door import Door
from holdfast.contracts.door_verdicts import Verdict
from holdfast.runtime.clock import Clock

MOST_AT_ONCE = 1_000
# The clock may be set meanwhile, so no wait is longer.
LONGEST_SLEEP_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 10.0
BATCH = "application/cloudevents-batch+json"


class Progress(Struct, frozen=True, kw_only=True):
    """Which borough lives here, until when where it ends, and how far it has come."""

    borough: Borough
    until: date | None = None
    posted_to: datetime | None = None
    posted: int = 0


class AnotherLivesHere(Exception):
    """Another borough has posted from here for this authority. The text is one sentence for people."""


def live(
    door: Door, clock: Clock, days: Iterable[Day], progress: Progress, keep_progress: Callable[[Progress], None]
) -> None:
    """Post what is due and wait for what comes next, to the last day. Stopped and DoorRefused pass through."""
    keep_progress(progress)
    which = progress.borough
    say(f"A borough of about {which.children} children, from {which.begins_on}; {progress.posted:,} posted.")
    pace = _Pace(progress.posted)
    for batch in due_batches(postings_to_come(days, progress.posted_to), clock):
        rejected = _post(door, batch)
        progress = msgspec.structs.replace(progress, posted=progress.posted + len(batch), posted_to=batch[-1].at)
        keep_progress(progress)
        for code in sorted(set(rejected)):
            say(f"{rejected.count(code)} events were rejected: {code}.")
        pace.tell(progress.posted, batch[-1].at)
    say(f"All is told: {progress.posted:,} events posted.")


class _Pace:
    """Says now and then how far the borough is and how fast it goes."""

    def __init__(self, posted: int) -> None:
        self._posted, self._since = posted, time.monotonic()

    def tell(self, posted: int, at: datetime) -> None:
        seconds = time.monotonic() - self._since
        if seconds >= SECONDS_BETWEEN_LINES:
            a_second = (posted - self._posted) / seconds
            how_fast = f", {a_second:,.0f} a second" if a_second >= 1 else ""
            say(f"{at:%Y-%m-%d %H:%M}: {posted:,} events posted{how_fast}.")
            self._posted, self._since = posted, time.monotonic()


def postings_to_come(days: Iterable[Day], since: datetime | None) -> Iterator[Posting]:
    """Every posting that is not known to have been posted, in order."""
    for day in days:
        if since is None or day.on >= since.date():
            # The last instant's again: some of its postings may be missing.
            yield from (posting for posting in day.postings if since is None or posting.at >= since)


def due_batches(to_come: Iterable[Posting], clock: Clock) -> Iterator[list[Posting]]:
    """Postings once the clock has reached them, many at a time where it is ahead."""
    batch: list[Posting] = []
    for posting in to_come:
        if posting.at > clock.now():
            if batch:
                yield batch
                batch = []
            while posting.at > clock.now():
                sleep(min(clock.real_seconds_until(posting.at) + 0.01, LONGEST_SLEEP_SECONDS))
        batch.append(posting)
        if len(batch) == MOST_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _post(door: Door, batch: list[Posting]) -> list[str]:
    """Post a batch; the codes of what was rejected."""
    body = door.post("/events", msgspec.json.encode([posting.event for posting in batch]), BATCH)
    verdicts = msgspec.json.decode(body, type=list[Verdict])
    return [fault.code for verdict in verdicts for fault in verdict.errors]


def found(place: Path, wanted: Progress, *, whenever_begun: bool) -> Progress:
    """How far this borough had come here; where none has lived here, that it is at its beginning.

    `whenever_begun`: its first day is the one it had. Raises AnotherLivesHere: both would be counted together.
    """
    held = held_at(place)
    if held is None:
        return wanted
    asked = wanted.borough
    if whenever_begun:
        asked = msgspec.structs.replace(asked, begins_on=held.borough.begins_on)
    if (held.borough, held.until) != (asked, wanted.until):
        raise AnotherLivesHere(
            f"A borough of {held.borough.children} children, seed {held.borough.seed}, from {held.borough.begins_on} "
            f"{f'until {held.until} ' if held.until else ''}has lived here under {held.borough.authority}, and both "
            "would be counted together: ask for that one again, take another authority, or `holdfast reset`."
        )
    return held


def held_at(place: Path) -> Progress | None:
    """What is held of the borough that has lived here. Raises AnotherLivesHere where that can't be read."""
    try:
        return msgspec.json.decode(place.read_bytes(), type=Progress)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        raise AnotherLivesHere(f"What {place} says of the borough that lives here can't be read.") from None


def keep(place: Path, progress: Progress) -> None:
    """Write it whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(progress))
    beside.replace(place)


def sleep(seconds: float) -> bool:
    """Wait; never asks to stop."""
    time.sleep(seconds)
    return False


def say(sentence: str) -> None:
    """One line, with the real time of day."""
    print(f"{datetime.now(UTC):%H:%M:%S} {sentence}", flush=True)
