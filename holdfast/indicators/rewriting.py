"""A child's facts as someone who counts otherwise takes them: each a pure rewriting, read by the same engine.

Which ways of counting these make up, and what they are called, is in `otherwise`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise, zip_longest

from msgspec import Struct, structs

from holdfast.contracts.codes import SHORT_BREAKS, TEMPORARY
from holdfast.contracts.facts import Described, Fact, Kind
from holdfast.indicators.accounts import Account, Became


class Read(Struct, frozen=True, gc=False):
    """A child's facts, those of care in the engine's order, with what became of each; `day` is the day asked about."""

    facts: tuple[Fact, ...]
    account: Account
    day: int

    def became(self) -> Iterable[tuple[Fact, Became | None]]:
        """Each fact with what became of it; None for missing episodes."""
        return zip_longest(self.facts, (told.became for told in self.account.told))


def read_of(facts: Sequence[Fact], told: Account, day: int) -> Read:
    """A child's standing facts, given in any order, with the account of them."""
    of_missing = [fact for fact in facts if fact.kind is Kind.MISSING_EPISODE]
    return Read((*(each.stated for each in told.told), *of_missing), told, day)


Rewriting = Callable[[Read], list[Fact]]

_ADOPTIVE_APART = {"A3": "A4", "A5": "A6"}
AWAY: tuple[Became, ...] = ("away", "came back", "failed")


def _apart(fact: Fact, place: Described) -> Fact:
    """The same as a move to a placement that nothing else is the same as."""
    kind = "Z1" if place.type in TEMPORARY else _ADOPTIVE_APART.get(place.type, place.type)
    alone = structs.replace(place, type=kind, placement_id=fact.key)
    return structs.replace(fact, kind=Kind.PLACEMENT_MOVE, reason="P", placement=alone)


def read_as(apart: Collection[str] = (), described: Collection[str] = (), left_out: Collection[str] = ()) -> Rewriting:
    """Facts of which these became: each a move to a placement apart, or with the same carer, or as if never said."""

    def rewrite(read: Read) -> list[Fact]:
        if not any(told.became in (*apart, *described, *left_out) for told in read.account.told):
            return list(read.facts)
        rereading = _Rereading(read, apart, described)
        return [rereading.of(fact, became) for fact, became in read.became() if became not in left_out]

    return rewrite


def restarts_apart(keys: Collection[str]) -> Rewriting:
    """Some moves to the very placement left as moves to placements that nothing else is the same as."""

    def rewrite(read: Read) -> list[Fact]:
        rereading = _Rereading(read, (), ())
        became = ((fact, "began" if fact.key in keys and each == "restart" else each) for fact, each in read.became())
        return [rereading.of(fact, each) for fact, each in became]

    return rewrite


class _Rereading:
    """Every placement gets an id, as the definitions tell them apart, so that no other rule sees what is rewritten."""

    def __init__(self, read: Read, apart: Collection[str], described: Collection[str]) -> None:
        self.apart = apart
        self.described = described
        self.placed_on = {fact.on for fact in read.facts if fact.placement is not None}
        self.current: str | None = None
        self.latest: Described | None = None

    def of(self, fact: Fact, became: Became | None) -> Fact:
        if became is None:
            return fact
        if fact.placement is None:
            return self._status(fact) if became == "status" and "status" in self.apart else fact
        fact = self._placed(fact, fact.placement, became)
        self.latest = fact.placement
        return fact

    def _status(self, fact: Fact) -> Fact:
        """Short breaks stay what they are; with a move of its day it is one row; of an absence it says nothing."""
        latest = self.latest
        if fact.legal_status in SHORT_BREAKS or fact.on in self.placed_on or latest is None or latest.type in TEMPORARY:
            return fact
        self.current = fact.key
        return _apart(fact, latest)

    def _placed(self, fact: Fact, place: Described, became: Became) -> Fact:
        if became == "same carer" and place.type in TEMPORARY:
            # Between two temporary placements: it describes whatever the first is taken for.
            kind = "Z1" if "away" in self.apart else place.type
            return structs.replace(fact, placement=structs.replace(place, type=kind))
        if became in self.apart:
            self.current = fact.key
            return _apart(fact, place)
        if became in ("return", "restart", "same carer"):
            fact = structs.replace(fact, placement=structs.replace(place, placement_id=self.current))
            return structs.replace(fact, reason="T") if became in self.described else fact
        if became not in ("away", "came back", "replaced"):
            self.current = fact.key
        return structs.replace(fact, placement=structs.replace(place, placement_id=fact.key))


def stays_of_less_than_a_day(read: Read) -> list[Fact]:
    """Stays of less than a day put a day earlier each, as far as the facts before leave room."""
    facts = list(read.facts)
    became = dict(zip(range(len(facts)), (each for _, each in read.became()), strict=True))
    for place in range(len(facts) - 1, 0, -1):
        day, after = facts[place].on, facts[place + 1].on if place + 1 < len(facts) else None
        if became[place] == "replaced" and day is not None and after is not None:
            earlier = max((fact.on or 0 for fact in facts[:place] if (fact.on or 0) < day), default=day)
            if min(day, after) - 1 > earlier:
                facts[place] = structs.replace(facts[place], on=min(day, after) - 1)
    return facts


def present_care_only(read: Read) -> list[Fact]:
    """Only what was said of the period of care that the day is in, or the last one before it."""
    begun = [period.begins for period in read.account.child.periods if period.begins <= read.day]
    since = begun[-1] if begun else 0
    ended = {told.fact for told in read.account.told if told.became == "ended" and told.day == since}
    return [fact for fact in read.facts if fact.on is None or (fact.on >= since and fact.key not in ended)]


def touching_joined(read: Read) -> list[Fact]:
    """Out of care and in again on one day as a move."""
    periods = read.account.child.periods
    touching = {after.begins for before, after in pairwise(periods) if before.ends == after.begins}
    return [
        structs.replace(fact, kind=Kind.PLACEMENT_MOVE, reason="B")
        if fact.kind is Kind.ADMISSION and fact.on in touching
        else fact
        for fact in read.facts
        if fact.kind is not Kind.DISCHARGE or fact.on not in touching
    ]


def short_breaks_counted(read: Read) -> list[Fact]:
    return [
        structs.replace(fact, legal_status="V2") if fact.legal_status in SHORT_BREAKS else fact for fact in read.facts
    ]


def left_that_day(read: Read) -> list[Fact]:
    """A discharge on the day itself put off until the next."""
    return [
        structs.replace(fact, on=read.day + 1) if fact.kind is Kind.DISCHARGE and fact.on == read.day else fact
        for fact in read.facts
    ]


def beginnings_taken(read: Read) -> list[Fact]:
    """What opens a period of care taken for an admission on its day."""
    unknown = {period.begins for period in read.account.child.periods if not period.begins_known}
    return [
        structs.replace(fact, kind=Kind.ADMISSION, reason=None, began_before=False)
        if became == "opened" and fact.on in unknown
        else fact
        for fact, became in read.became()
    ]


def adoption_apart(read: Read) -> list[Fact]:
    """Adoptive placements with another carer described as fostering for adoption: no clock is taken over."""
    return [
        structs.replace(fact, placement=structs.replace(fact.placement, type="U5"))
        if became == "began" and fact.placement is not None and fact.placement.type in ("A4", "A6")
        else fact
        for fact, became in read.became()
    ]


def away_is_missing(read: Read) -> list[Fact]:
    return [
        structs.replace(fact, missing=structs.replace(fact.missing, kind="M"))
        if fact.missing is not None and fact.missing.kind == "A"
        else fact
        for fact in read.facts
    ]
