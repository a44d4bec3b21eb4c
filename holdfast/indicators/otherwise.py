"""Other common ways of counting, each as a rewriting of a child's facts or another choice, for the same engine to read.

None is right: they are what lists made elsewhere are compared with. Nothing is counted here.
"""

from collections.abc import Callable, Collection, Iterable
from itertools import pairwise

from msgspec import Struct, structs

from holdfast.contracts.codes import SHORT_BREAKS, TEMPORARY
from holdfast.contracts.facts import Described, Fact, Kind
from holdfast.indicators.accounts import Account, Became
from holdfast.indicators.choices import Choices


class Read(Struct, frozen=True):
    """A child's facts in the engine's order, with what became of each; `day` is the day asked about."""

    facts: tuple[Fact, ...]
    account: Account
    day: int

    def became(self) -> Iterable[tuple[Fact, Became | None]]:
        """Each fact with what became of it; None for missing episodes."""
        known = {told.fact: told.became for told in self.account.told}
        return ((fact, known.get(fact.key)) for fact in self.facts)


Rewriting = Callable[[Read], list[Fact]]


class Way(Struct, frozen=True):
    """A way of counting. `title` completes *counted with ...*; `rule` says what the definitions say instead."""

    code: str
    title: str
    rule: str
    rewrite: Rewriting | None = None
    choice: tuple[str, str] | None = None
    only_for: Collection[str] = ()

    def choices(self, choices: Choices) -> Choices:
        """The choices with its own."""
        return choices if self.choice is None else structs.replace(choices, **dict([self.choice]))


def rewritten(way: Way, read: Read) -> tuple[Fact, ...]:
    """The facts as this way sees them; the same object where it sees nothing else."""
    if way.rewrite is None:
        return read.facts
    facts = tuple(way.rewrite(read))
    return read.facts if facts == read.facts else facts


# --- Rewritings -------------------------------------------------------------------------------------------------------

_ADOPTIVE_APART = {"A3": "A4", "A5": "A6"}
_AWAY: tuple[Became, ...] = ("away", "came back", "failed")


def _apart(fact: Fact, latest: Described | None = None) -> Fact:
    """The same as a move to a placement that nothing else is the same as."""
    place = fact.placement or latest or Described("Z1")
    kind = "Z1" if place.type in TEMPORARY else _ADOPTIVE_APART.get(place.type, place.type)
    alone = structs.replace(place, type=kind, placement_id=f"apart/{fact.key}")
    return structs.replace(fact, kind=Kind.PLACEMENT_MOVE, reason="P", placement=alone)


def _read_as(apart: Collection[str] = (), described: Collection[str] = (), left_out: Collection[str] = ()) -> Rewriting:
    """Moves of which these things became: each to a placement apart, with the same carer, or as if never made."""

    def rewrite(read: Read) -> list[Fact]:
        return [
            _reread(fact, became, apart, described)
            for fact, became in read.became()
            if became is None or became not in left_out
        ]

    return rewrite


def _reread(fact: Fact, became: Became | None, apart: Collection[str], described: Collection[str]) -> Fact:
    place = fact.placement
    if place is None or became is None:
        return fact
    if became == "same carer" and place.type in TEMPORARY:
        # Between two temporary placements: it describes whatever the first is taken for.
        return structs.replace(fact, placement=structs.replace(place, type="Z1")) if "away" in apart else fact
    if became in apart:
        return _apart(fact)
    return structs.replace(fact, reason="T") if became in described else fact


def _statuses_apart(read: Read) -> list[Fact]:
    """Each legal status a move to where the child is; with a move of its day it is one."""
    facts: list[Fact] = []
    latest: Described | None = None
    days = {fact.on for fact in read.facts if fact.placement is not None}
    for fact, became in read.became():
        latest = fact.placement or latest
        alone = became == "status" and fact.legal_status not in SHORT_BREAKS and fact.on not in days
        alone = alone and latest is not None and latest.type not in TEMPORARY
        facts.append(_apart(fact, latest) if alone else fact)
    return facts


def _every_row(read: Read) -> list[Fact]:
    """Every row a placement: legal statuses, same carer, temporary ones and returns, restarts."""
    apart = _read_as(("began", "same carer", *_AWAY, "return", "restart"))
    return _statuses_apart(structs.replace(read, facts=tuple(apart(read))))


def _days_before(read: Read) -> list[Fact]:
    """Stays of less than a day put a day earlier each, as far as the facts before leave room."""
    facts = list(read.facts)
    became = dict(zip(range(len(facts)), (each for _, each in read.became()), strict=True))
    for place in range(len(facts) - 1, 0, -1):
        day, after = facts[place].on, facts[place + 1].on if place + 1 < len(facts) else None
        if became[place] == "replaced" and day is not None and after is not None:
            earlier = max((fact.on or 0 for fact in facts[:place] if (fact.on or 0) < day), default=day)
            if min(day, after) - 1 > earlier:
                facts[place] = structs.replace(_apart(facts[place]), on=min(day, after) - 1)
    return facts


def _current_care(read: Read) -> list[Fact]:
    """Only what was said of the period of care that the day is in, or the last one before it."""
    begun = [period.begins for period in read.account.child.periods if period.begins <= read.day]
    since = begun[-1] if begun else 0
    ended = {told.fact for told in read.account.told if told.became == "ended" and told.on.toordinal() == since}
    return [fact for fact in read.facts if fact.on is None or (fact.on >= since and fact.key not in ended)]


def _touching_joined(read: Read) -> list[Fact]:
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


def _breaks_counted(read: Read) -> list[Fact]:
    return [
        structs.replace(fact, legal_status="V2") if fact.legal_status in SHORT_BREAKS else fact for fact in read.facts
    ]


def _left_that_day(read: Read) -> list[Fact]:
    """A discharge on the day itself put off until the next."""
    return [
        structs.replace(fact, on=read.day + 1) if fact.kind is Kind.DISCHARGE and fact.on == read.day else fact
        for fact in read.facts
    ]


def _beginning_taken(read: Read) -> list[Fact]:
    """What opens a period of care taken for an admission on its day."""
    unknown = {period.begins for period in read.account.child.periods if not period.begins_known}
    return [
        structs.replace(fact, kind=Kind.ADMISSION, reason=None, began_before=False)
        if became == "opened" and fact.on in unknown
        else fact
        for fact, became in read.became()
    ]


def _adoption_apart(read: Read) -> list[Fact]:
    """Adoptive placements with another carer described as fostering for adoption: no clock is taken over."""
    return [
        structs.replace(fact, placement=structs.replace(fact.placement, type="U5"))
        if became == "began" and fact.placement is not None and fact.placement.type in ("A4", "A6")
        else fact
        for fact, became in read.became()
    ]


def _away_is_missing(read: Read) -> list[Fact]:
    return [
        structs.replace(fact, missing=structs.replace(fact.missing, kind="M"))
        if fact.missing is not None and fact.missing.kind == "A"
        else fact
        for fact in read.facts
    ]


# The narrower before the wider: the first under which a child is on the other side is the rule that decides.
WAYS: tuple[Way, ...] = (
    Way(
        "same_carer",
        "moves with the same carer counted too",
        "A move with the same carer (T, U, or to adoption by the carer) describes the placement anew; it begins none.",
        _read_as(apart=("same carer",)),
    ),
    Way(
        "return",
        "every return from a temporary placement counted as a new one",
        "The return from a temporary placement goes on with the placement that was left.",
        _read_as(apart=("return",), left_out=("came back",)),
    ),
    Way(
        "temporary_placement",
        "every temporary placement counted, returns not",
        "A temporary placement (T0 to T4) from which the child came back is no placement of its own.",
        _read_as(apart=_AWAY, described=("return",)),
    ),
    Way(
        "temporary_and_return",
        "every temporary placement counted, and every return",
        "A temporary placement (T0 to T4) and the return from it are not placements of their own.",
        _read_as(apart=(*_AWAY, "return")),
    ),
    Way(
        "temporary_never",
        "no temporary placement ever counted",
        "A temporary placement from which the child did not go back counts as a placement.",
        _read_as(left_out=("failed",)),
    ),
    Way(
        "restart_joined",
        "moves to the very same placement counted",
        "A move to the very placement that the child was in is joined to it.",
        choice=("spurious_restart", "counted"),
    ),
    Way(
        "same_day",
        "stays of less than a day counted",
        "Of the placements begun on one day only the last counts.",
        _days_before,
    ),
    Way(
        "legal_status",
        "changes of legal status alone counted",
        "A change of legal status alone begins no placement.",
        _statuses_apart,
    ),
    Way(
        "re_entry",
        "only the present time in care counted",
        "What the child lived in during an earlier time in care counts too, and going back into care begins another "
        "placement.",
        _current_care,
    ),
    Way(
        "touching",
        "out of care and in again on one day taken for a move",
        "Out of care and in again on one day are two periods of care: every clock begins again.",
        _touching_joined,
    ),
    Way(
        "short_break",
        "short breaks counted",
        "Days under agreed short breaks (V3, V4) are not days looked after.",
        _breaks_counted,
    ),
    Way(
        "eighteenth_birthday",
        "days past the 18th birthday counted",
        "Days from the 18th birthday on are not days looked after.",
        choice=("eighteen", "counted"),
    ),
    Way(
        "two_year_cohort",
        "the two-year cohort as those in their present care for 24 months",
        "The two-year cohort is of the children looked after in the year before the last twelve months.",
        choice=("two_year_cohort", "current_period"),
    ),
    Way(
        "adoption_clock",
        "a placement for adoption with a clock of its own",
        "A placement for adoption takes over the clock of the placement before it.",
        _adoption_apart,
        only_for=("long_term_stable",),
    ),
    Way(
        "beginning_not_known",
        "care whose beginning is not known counted as begun on its first row",
        "Care that had begun before its first row has no known beginning, and is no admission.",
        _beginning_taken,
    ),
    Way(
        "left_that_day",
        "those who left on the day itself still counted",
        "A child who leaves care on a day is not looked after at its end.",
        _left_that_day,
    ),
    Way(
        "away_as_missing",
        "away without authorisation counted as missing",
        "Being away without authorisation (A) is not being missing (M).",
        _away_is_missing,
    ),
    Way(
        "every_row",
        "every row counted as a placement",
        "Changes of legal status, moves with the same carer, temporary placements and returns begin no placement.",
        _every_row,
    ),
)
