"""What the register and the gateway say to each other of findings: the list, one with its history, and decisions.

Which figures hang on a finding, and how it is found, is the engine's (`indicators`); here are only its words.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct

from holdfast.contracts.effects import Counts, FigureChange
from holdfast.contracts.figures import Period

LONGEST_REASON = 2_000

Decided = Literal["accepted", "asked", "mended", "reopened"]
# What a finding's last decision makes of it; one that was reopened, or never decided on, is open.
Status = Literal["open", "asked", "accepted", "mended"]
STATUSES: tuple[Status, ...] = ("open", "asked", "mended", "accepted")
Standing = Literal["standing", "superseded", "withdrawn"]


class Decision(Struct, frozen=True):
    """A decision as kept. `about` and `fact` are the finding's day and fact, for when it is gone."""

    child: str
    finding: str
    code: str
    about: date | None
    fact: str | None
    decision: Decided
    author: str
    role: str
    reason: str
    decided_at: datetime


class Allowed(Struct, frozen=True):
    """Whether stewards may correct, and who last said so; nobody has where `author` is None."""

    allowed: bool = False
    author: str | None = None
    role: str | None = None
    decided_at: datetime | None = None


class RestsOn(Struct, frozen=True):
    """A fact that a finding rests on, as it stands; `on` is its day, of an episode the day it began.

    A finding about a steward's correction that the system outvoted rests on the correction too, as it was made.
    """

    system: str
    fact: str
    kind: str
    on: date | None
    says: str
    recordedtime: str
    by_steward: bool


class CountsOnDay(Struct, frozen=True):
    """What a child counts for in a figure on a day, and the figure itself."""

    date: date
    child: Counts
    authority: Counts | None


class FigureCount(Struct, frozen=True, kw_only=True):
    """A figure in which a child counts on some days."""

    indicator: str
    period: Period
    sentence: str
    days: list[CountsOnDay]


class Touches(Struct, frozen=True, kw_only=True):
    """The figures that hang on a finding.

    `otherwise`: `figures` would change were it as `supposing` says. `counted`: nothing says how it would be otherwise;
    in `counts` the child counts as it is. `elsewhere`: a breakdown, or a figure of other days, would change too.
    """

    rule: Literal["otherwise", "counted"]
    supposing: str
    figures: list[FigureChange]
    counts: list[FigureCount]
    elsewhere: bool = False


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement. `standing`: it stands; a later one of its fact does (`superseded`); the fact was `withdrawn`."""

    statement: str
    type: str
    fact: str
    system: str
    recordedtime: str
    receivedtime: str
    partition: int
    offset: int
    standing: Standing
    data: Raw
    statedby: str | None = None


class FindingListed(Struct, frozen=True, kw_only=True):
    """A finding with what hangs on it. `came_up`: when it was recorded; None where it rests on no one fact.

    `holds`: it is true of what is known now; else it is there for what was decided on it.
    """

    finding: str
    child: str
    code: str
    sentence: str
    mend: str
    on: date | None
    fact: str | None
    systems: list[str]
    holds: bool
    status: Status
    came_up: str | None
    rests_on: list[RestsOn]
    touches: Touches | None
    decision: Decision | None


class FindingsTold(Struct, frozen=True, kw_only=True):
    """A page of an authority's findings; `number` are as asked for. `counts`: of all that hold, by code and status."""

    authority: str
    on: date
    definitions: str
    read_to: int
    counts: dict[str, dict[Status, int]]
    number: int
    findings: list[FindingListed]
    link: dict[str, str]
    next: str | None


class FindingTold(Struct, frozen=True, kw_only=True):
    """One finding, every decision on it, and every statement of the facts it rests on; whether stewards may correct."""

    authority: str
    on: date
    listed: FindingListed
    decisions: list[Decision]
    statements: list[Said]
    corrections: Allowed


class DecisionWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision to be kept; `request` is made up by the asker, so that asking again decides nothing twice."""

    decision: Decided
    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")]
    request: UUID


class AllowedWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether stewards are to be let correct."""

    allowed: bool
