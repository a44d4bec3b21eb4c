"""What the door says of rejected events to the gateway, for stewards. An opened body alone can name a child.

The rules of mending and replaying are the door's. An entry is named by a number of the door's own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from holdfast.contracts.door_verdicts import Fault

MOST_AT_ONCE = 100
MOST_ON_A_PAGE = 100
MOST_STEPS = 100
LONGEST_REASON = 300
# Counts are asked for so many days at most: two years and a day.
MOST_DAYS = 732

Status = Literal["waiting", "replayed", "dismissed"]
STATUSES: tuple[Status, ...] = ("waiting", "replayed", "dismissed")
Action = Literal["opened", "replayed", "dismissed", "reopened"]

# Why a mended event is refused beyond what the door refuses anybody; said to stewards alone.
KEPT = "kept"
MENDING_CODES: dict[str, str] = {
    KEPT: "a mended event names another id, source, child, fact or time of recording than the one that came",
}

# Names of systems and codes, as they may be asked for.
NAME = r"^[A-Za-z0-9_-]{1,64}$"
# Nothing that a database can't hold.
Reason = Annotated[str, Meta(min_length=3, max_length=LONGEST_REASON, pattern=r"^[^\x00]*$")]
EntryNumber = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class Wrong(Struct, frozen=True):
    """A fault as it was kept: its code, where, and what the code means. What was sent is never quoted."""

    code: str
    pointer: str
    sentence: str


class Listed(Struct, frozen=True):
    """An entry without its body. `id` is hashed; `begun`: a replay has fixed what it says and has not ended."""

    entry: int
    system: str
    id: str | None
    type: str | None
    errors: Sequence[Wrong]
    status: Status
    begun: bool
    received_at: datetime
    last_received_at: datetime
    times: int
    decided_by: str | None
    decided_at: datetime | None


class Summary(Struct, frozen=True):
    """What there is to filter by: entries by status, and the systems and codes among them."""

    statuses: dict[Status, int]
    systems: Sequence[str]
    codes: Sequence[str]


class EntryPage(Struct, frozen=True):
    """Entries, newest first, and the cursor of those after them."""

    entries: Sequence[Listed]
    next: int | None
    summary: Summary


class EntryStep(Struct, frozen=True):
    """What somebody did to an entry, when, and why."""

    at: datetime
    by: str
    action: Action
    reason: str | None


class Shown(Struct, frozen=True):
    """An entry with what was done to it, the latest last."""

    listed: Listed
    steps: Sequence[EntryStep]


class Opened(Struct, frozen=True):
    """An entry's body as it came, with what is wrong with it now and what a mended one must keep.

    `whole`: no part of it was cut off. `recordedtime`: the one it will be recorded with; none: that of its replay.
    """

    listed: Listed
    steps: Sequence[EntryStep]
    body: str
    whole: bool
    errors: Sequence[Fault]
    keeps: Sequence[str]
    recordedtime: str | None


class Why(Struct, frozen=True, forbid_unknown_fields=True):
    """Why somebody opens an entry."""

    reason: Reason


class Mended(Struct, frozen=True, forbid_unknown_fields=True):
    """An event as a steward has written it."""

    text: str


class Checked(Struct, frozen=True):
    """The verdict on a mended event, of which nothing was kept. `recordedtime`: see `Opened`."""

    verdict: Literal["accepted", "rejected"]
    errors: Sequence[Fault] = ()
    recordedtime: str | None = None


class Replay(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry to be replayed: as mended in `text`, or as it came."""

    entry: EntryNumber
    text: str | None = None


class Replays(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries to be replayed."""

    entries: Annotated[list[Replay], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Decided(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries to be dismissed or reopened, and why."""

    entries: Annotated[list[EntryNumber], Meta(min_length=1, max_length=MOST_AT_ONCE)]
    reason: Reason


class EntryOutcome(Struct, frozen=True):
    """What became of one entry of a request: whether it was done, its status now (none: there is no such entry),
    and, where it was not done, a sentence and the faults that stand against it."""

    entry: int
    done: bool
    status: Status | None
    sentence: str = ""
    errors: Sequence[Fault] = ()


class SourceDay(Struct, frozen=True):
    """A source's day: rejections that arrived, of which new entries; what stewards did; attempts that failed."""

    system: str
    day: date
    arrived: int
    entered: int
    replayed: int
    dismissed: int
    reopened: int
    failed: int
