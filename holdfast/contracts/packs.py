"""Frozen packs as the register tells them and the gateway asks for them: the integers of a month end, never a child."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from holdfast.contracts.figures import WHOLE, Period, Row
from holdfast.contracts.targets import Target

LONGEST_NOTE = 500
# Of one month end: each supersedes the one before it.
MOST_OF_A_MONTH_END = 100

# An indicator, a breakdown as text and a period: what names one figure in a pack.
Key = tuple[str, str, Period]
Note = Annotated[str, Meta(max_length=LONGEST_NOTE)]


class PackWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked to be frozen. `pack` names it, so that asking again makes no second one.

    `targets` are those in force on the month end, by indicator; `shown_as` is whom people know the freezer as.
    """

    pack: UUID
    month_end: date
    targets: Annotated[dict[str, Target], Meta(max_length=200)]
    note: Note = ""
    shown_as: Annotated[str, Meta(max_length=200)] = ""


class PackNamed(Struct, frozen=True):
    """Which pack a reading is of."""

    pack: UUID
    month_end: date
    number: int
    frozen_at: str
    shown_as: str


class Pack(Struct, frozen=True, kw_only=True):
    """A pack without its figures: the first of a month end has number 1, and each later one supersedes the last.

    All that was known at `frozen_at` is what had been read of `partition` up to the offset `read_to`, of so many
    `children` by so many `statements`.
    """

    authority: str
    pack: UUID
    month_end: date
    number: int
    supersedes: UUID | None
    superseded_by: UUID | None
    frozen_at: str
    person: str
    role: str
    shown_as: str
    note: str
    definitions: str
    partition: int
    read_to: int
    children: int
    statements: int

    @property
    def named(self) -> PackNamed:
        """Its name."""
        return PackNamed(self.pack, self.month_end, self.number, self.frozen_at, self.shown_as)


class PackTold(Struct, frozen=True):
    """A pack with the targets it was frozen with, by indicator, and every figure: all breakdowns, all periods."""

    pack: Pack
    targets: dict[str, Target]
    figures: list[Row]


class PackList(Struct, frozen=True):
    """A page of an authority's packs: the latest month end first, and of one month end the latest pack."""

    packs: list[Pack]
    next: str | None


class Kept(Struct, frozen=True):
    """A number as the pack keeps it, as the re-run has it, and how many fewer the latter is: more, where negative."""

    kept: int
    now: int
    fewer: int


# `erased`: statements of the cut are gone, and `fewer` says how many that is in the figure. `estimate`: of residents
# there is another estimate now. `gone`: no such figure is made any more. `fault`: nothing has happened that may make a
# difference.
Cause = Literal["erased", "estimate", "gone", "fault"]


class PackDifference(Struct, frozen=True, kw_only=True):
    """A figure that the re-run has otherwise; None: it has no such number."""

    indicator: str
    breakdown: str
    period: Period
    cause: Cause
    numerator: Kept | None
    denominator: Kept | None
    unknown: Kept | None


class Rerun(Struct, frozen=True, kw_only=True):
    """What folding a pack's cut again came to. `same` is None where it can't be done, and `why_not` says why."""

    pack: Pack
    same: bool | None
    why_not: str
    figures: int
    children_erased: int
    statements_erased: int
    differences: list[PackDifference]


def key_of(row: Row) -> Key:
    """What names the figure that a row tells."""
    breakdown = WHOLE if row.breakdown is None else str(row.breakdown)
    return row.indicator, breakdown, row.period or "on"
