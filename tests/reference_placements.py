"""The brute-force twin, placements: the stays with one carer that the moves of a stretch of days looked after make.

Written from section 2 of the definitions alone ("Placement", rules 1 to 5; the rule numbers here are its own). It
knows no periods of care and no legal status: `reference_journey` says which days are a stretch.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from msgspec.structs import replace as described_with

from holdfast.contracts.facts import Described, Fact

TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
ADOPTION_BY_CURRENT_CARER = ("A3", "A5")
# Where a URN is unknown on both sides these may still be the same placement (rule 5).
WITHOUT_URN = ("U1", "U2", "U3", "U4", "U5", "U6", "P1")
UNKNOWN_URN = "XXXXXXX"
UNKNOWN_MILES = 999.9


class Ways(Protocol):
    """Which way each **choice** of the definitions is taken."""

    @property
    def eighteen(self) -> str:
        """`cut` or `counted`: section 2, "Eighteen"."""

    @property
    def spurious_restart(self) -> str:
        """`joined` or `counted`: section 2, rule 5."""

    @property
    def two_year_cohort(self) -> str:
        """`year_before` or `current_period`: section 3, `three_or_more_placements_2y`."""


@dataclass(frozen=True)
class Chosen:
    """The choices by name; every default is that of the definitions."""

    eighteen: str = "cut"
    spurious_restart: str = "joined"
    two_year_cohort: str = "year_before"


AS_DEFINED = Chosen()


@dataclass(slots=True, eq=False)
class Placement:
    """A stay with one carer.

    `described` is every description it had, each with the day from which it held; `reason_for_change` says why the
    stay before it ended, where a move began it.
    """

    begins: date
    by_move: bool
    described: list[tuple[date, Described]]
    reason_for_change: str | None = None
    ends: date | None = None

    @property
    def latest(self) -> Described:
        """The description that was stated last."""
        return self.described[-1][1]


@dataclass
class BegunToday:
    """The last stay that the moves of a day begin: its descriptions, and why the stay that really ended did."""

    described: list[Described] = field(default_factory=list)
    reason_for_change: str | None = None


class Stretch:
    """The placements of days looked after without a break, built from the moves in order (rules 1 to 5)."""

    def __init__(self, first: date, described: Described, ways: Ways) -> None:
        """Whatever was last said by the end of the first day describes the first placement, which no move began."""
        self.placements = [Placement(first, False, [(first, described)])]
        # Temporary stays, one after the other, of which it isn't known yet whether the child returned.
        self.absence: list[Placement] = []
        self.ways = ways

    @property
    def current(self) -> Placement:
        """The placement the child is in, or is away from."""
        return self.placements[-1]

    @property
    def last_held(self) -> Described:
        """How things stand: where the child is away, the description of that."""
        return self.absence[-1].latest if self.absence else self.current.latest

    def spend(self, day: date, moves: list[Fact]) -> None:
        """One day. Only its last stay counts (rule 4): a later `P` or `B` on the day replaces an earlier one.

        A stay that is replaced so leaves its reason for change behind: that is why the stay that really ended did.
        """
        begun = BegunToday()
        for move in moves:
            assert move.placement is not None
            to = move.placement
            had_begun = bool(begun.described)
            if not (move.reason in ("T", "U") or to.type in ADOPTION_BY_CURRENT_CARER):
                begun.described = [to]
            elif had_begun:
                begun.described = self._said_of_stay_begun_today(day, begun.described, to)
            else:
                begun.described = self._said_of_stay_going_on(day, to)
            if not had_begun:
                begun.reason_for_change = move.reason_for_placement_change
        if begun.described:
            self._begin(day, begun)

    def _said_of_stay_begun_today(self, day: date, begun: list[Described], to: Described) -> list[Described]:
        away, goes_away = begun[-1].type in TEMPORARY, to.type in TEMPORARY
        if away and not goes_away:
            return self._said_of_stay_going_on(day, to)
        if goes_away and not away:
            return [to]
        return [*begun, to]

    def _said_of_stay_going_on(self, day: date, to: Described) -> list[Described]:
        """A `T`, `U`, `A3` or `A5` re-describes (rule 2) or returns; into a `T0`-`T4` it begins an absence (rule 3)."""
        if to.type not in TEMPORARY:
            self.absence = []
            self.current.described.append((day, to))
        elif self.absence:
            self.absence[-1].described.append((day, to))
        elif self.current.latest.type in TEMPORARY:
            self.current.described.append((day, to))
        else:
            return [to]
        return []

    def _begin(self, day: date, begun: BegunToday) -> None:
        first, *redescribed = begun.described
        if first.type in TEMPORARY:
            described = [(day, words) for words in begun.described]
            self.absence.append(Placement(day, True, described, begun.reason_for_change))
        else:
            self._arrive(day, first, begun.reason_for_change)
            self.current.described += [(day, words) for words in redescribed]

    def _arrive(self, day: date, to: Described, reason_for_change: str | None) -> None:
        """A `P` or `B` move to somewhere that isn't temporary: a return, a spurious restart, or a placement begun.

        Where an absence fails, each temporary stay keeps the reason that was given as it began (rule 3).
        """
        joined = self.ways.spurious_restart == "joined"
        if self.absence and returns_to(to, self.current.latest):
            self.current.described.append((day, kept_where_unknown(to, self.current.latest)))
        elif joined and not self.absence and restarts(to, self.current.latest):
            self.current.described.append((day, to))
        else:
            self.placements += [*self.absence, Placement(day, True, [(day, to)], reason_for_change)]
        self.absence = []


def known_urn(described: Described) -> str | None:
    """The URN as text; `XXXXXXX` is unknown."""
    return None if described.urn == UNKNOWN_URN else described.urn


def known_miles(described: Described) -> float | None:
    """The distance from home; 999.9 is unknown."""
    return None if described.distance_miles == UNKNOWN_MILES else described.distance_miles


def returns_to(to: Described, left: Described) -> bool:
    """Rule 3: the same id where both give one; otherwise alike as far as is known on both sides."""
    if to.placement_id is not None and left.placement_id is not None:
        return to.placement_id == left.placement_id
    pairs = [(to.provider, left.provider), (known_urn(to), known_urn(left)), (to.locality, left.locality)]
    return to.type == left.type and all(a == b for a, b in pairs if a is not None and b is not None)


def restarts(to: Described, old: Described) -> bool:
    """Rule 5: the same id; or, where not both give one, type, provider and locality known and equal, and URN equal."""
    if to.placement_id is not None and old.placement_id is not None:
        return to.placement_id == old.placement_id
    if to.type != old.type or to.provider is None or to.locality is None:
        return False
    if to.provider != old.provider or to.locality != old.locality or known_urn(to) != known_urn(old):
        return False
    return known_urn(to) is not None or to.type in WITHOUT_URN


def kept_where_unknown(to: Described, before: Described) -> Described:
    """A return keeps what its new description leaves unknown (rule 3), be it blank or a code that says unknown."""
    kept = to
    if to.provider is None:
        kept = described_with(kept, provider=before.provider)
    if to.placement_id is None:
        kept = described_with(kept, placement_id=before.placement_id)
    if known_urn(to) is None:
        kept = described_with(kept, urn=before.urn)
    if known_miles(to) is None:
        kept = described_with(kept, distance_miles=before.distance_miles)
    if to.in_authority is None:
        kept = described_with(kept, in_authority=before.in_authority)
    if to.locality is None:
        kept = described_with(kept, locality=before.locality)
    return kept
