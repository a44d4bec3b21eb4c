"""What a statement would change, as the register tells the door, and what the door answers to a dry run with it.

Before and after are whole counts, never differences. How effects are found is in `holdfast.indicators.effects`.
"""

from datetime import date
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from holdfast.contracts.door_verdicts import Fault
from holdfast.contracts.figures import Period, ReadTo

# How many events a dry run may hold, and how far around its day it looks: month ends up to it, and after it.
MOST_EVENTS = 100
MONTH_ENDS, MONTH_ENDS_AHEAD = 24, 12

# `stated`: a fact not known before. `restated`: this replaces what was stated of the fact. `withdrawn`: the fact never
# was. `outvoted`: another statement of the fact stands. `duplicate`: this very statement was made already.
Outcome = Literal["stated", "restated", "withdrawn", "outvoted", "duplicate"]


class Counts(Struct, frozen=True, gc=False):
    """What a figure is made of. No denominator: a count. `unknown`: of how many of them it can't be told."""

    numerator: int
    denominator: int | None = None
    unknown: int | UnsetType = UNSET


class Shift(Struct, frozen=True, gc=False):
    """Counts without the statement and with it."""

    before: Counts
    after: Counts


class DayChange(Struct, frozen=True, gc=False):
    """A figure on one day: what the child adds to it, and the authority's own where the asker may see that."""

    date: date
    child: Shift
    authority: Shift | UnsetType = UNSET


class FigureChange(Struct, frozen=True, kw_only=True):
    """One figure of the whole authority on the days on which the child comes to count in it otherwise, in order."""

    indicator: str
    period: Period
    sentence: str
    days: list[DayChange]


class Placements(Struct, frozen=True):
    """In how many placements the child was in the rolling year that ends on the day of the dry run."""

    before: int
    after: int


class EffectFinding(Struct, frozen=True):
    """What does not add up, what would mend it, the day it is about, and the fact to look at first, where there is one.

    The fact is named as the sender of the dry run does, where it is among what was sent; else it has no name.
    """

    code: str
    sentence: str
    mend: str
    on: date | None
    fact: str | None


class Effect(Struct, frozen=True, kw_only=True):
    """What one statement would change, on top of those before it. `sentence` sums it up."""

    outcome: Outcome
    sentence: str
    placements_in_year: Placements | None
    figures: list[FigureChange]
    findings_new: list[EffectFinding]
    findings_mended: list[EffectFinding]


class Reached(Struct, frozen=True, kw_only=True):
    """What an answer is of: the day, today, how far the register has read and what it had still to read, and by which
    definitions. `figures`: whether the authority's own are told.
    """

    on: date
    today: date
    read_to: ReadTo
    behind: int
    definitions: str
    figures: bool


class Effects(Reached, frozen=True, kw_only=True):
    """The register's answer: the effect of each statement, in order, each on top of those before it."""

    effects: list[Effect]


class Tried(Struct, frozen=True, kw_only=True):
    """One event of a dry run, by the sender's own names: its verdict, and what it would change where accepted."""

    id: str | None
    subject: str | None
    verdict: Literal["accepted", "rejected"]
    errors: tuple[Fault, ...]
    effect: Effect | None


class DryRun(Reached, frozen=True, kw_only=True):
    """The door's answer to a dry run: who asks, and each event in order."""

    source: str
    types: list[str]
    events: list[Tried]
