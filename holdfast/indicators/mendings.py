"""Findings of which one mending is determinate: the facts of the child as they would then stand, and in words, how.

A mending is what would change figures most plainly, not what is likely; which it is to be, a person says.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct, structs

from holdfast.contracts.facts import Fact, Kind, content_of, outvoted_correction, standing
from holdfast.indicators.findings import Finding
from holdfast.indicators.rewriting import Read, restarts_apart, short_breaks_counted

# No fact of a sender's: their names are hashes of 26 letters.
_SUPPOSED = "supposed"
# Neither a way to permanence nor to anything else that is counted by itself.
_ANY_OTHER_REASON = "E8"


class Case(Struct, frozen=True):
    """A finding, every statement about its child, what stands of them, and how the engine reads that."""

    finding: Finding
    stated: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    read: Callable[[], Read]

    @property
    def named(self) -> Fact | None:
        """The fact to look at first."""
        return next((fact for fact in self.facts if fact.key == self.finding.fact), None)

    def with_named(self, change: Callable[[Fact], Fact]) -> list[Fact] | None:
        """What stands, with the named fact changed."""
        named = self.named
        return None if named is None else [change(fact) if fact is named else fact for fact in self.facts]


class Mending(Struct, frozen=True):
    """`supposing` finishes the sentence *Were …*; `facts` are None where there is nothing to suppose after all."""

    supposing: str
    facts: Callable[[Case], Sequence[Fact] | None]


def _restart(case: Case) -> Sequence[Fact] | None:
    return None if case.finding.fact is None else restarts_apart([case.finding.fact])(case.read())


def _ended_on(case: Case) -> Sequence[Fact] | None:
    """A discharge on the finding's day, recorded before anything else, so that it ends what was open that morning."""
    if case.finding.on is None:
        return None
    first = min(fact.first_recorded_at for fact in case.facts) - 1
    discharge = Fact(
        _SUPPOSED, _SUPPOSED, Kind.DISCHARGE, first, first, b"", on=case.finding.on, reason=_ANY_OTHER_REASON
    )
    return [*case.facts, discharge]


def _recorded_last(case: Case) -> Sequence[Fact] | None:
    last = max(fact.first_recorded_at for fact in case.facts)
    return case.with_named(lambda fact: structs.replace(fact, first_recorded_at=last + 1))


def _recorded_first(case: Case) -> Sequence[Fact] | None:
    first = min(fact.first_recorded_at for fact in case.facts)
    return case.with_named(lambda fact: structs.replace(fact, first_recorded_at=first - 1))


def _other_date_of_birth(case: Case) -> Sequence[Fact] | None:
    return _given_to_all(case, "date_of_birth")


def _other_sex(case: Case) -> Sequence[Fact] | None:
    return _given_to_all(case, "sex")


def _given_to_all(case: Case, field: str) -> Sequence[Fact] | None:
    named = case.named
    if named is None:
        return None
    given = {field: getattr(named, field)}
    return [structs.replace(fact, **given) if fact.kind is Kind.ADMISSION else fact for fact in case.facts]


def _other_statement(case: Case) -> Sequence[Fact] | None:
    """What would stand had those statements that say what stands never been made at that instant."""
    named = case.named
    if named is None:
        return None
    name, said = (named.system, named.key), content_of(named)
    others = [
        fact
        for fact in case.stated
        if (fact.system, fact.key) != name or fact.recorded_at != named.recorded_at or content_of(fact) != said
    ]
    return list(standing(others).values()) if len(others) < len(case.stated) else None


def _as_corrected(case: Case) -> Sequence[Fact] | None:
    return case.with_named(
        lambda fact: structs.replace(
            outvoted_correction(fact) or fact, first_recorded_at=fact.first_recorded_at, correction=None
        )
    )


MENDINGS: dict[str, Mending] = {
    "spurious-restart": Mending("this a move to another placement", _restart),
    "second-admission": Mending(
        "the child discharged on the day of this admission, for a reason that no figure counts apart", _ended_on
    ),
    "second-discharge": Mending("this discharge to end the care begun that day", _recorded_last),
    "short-breaks-inside-care": Mending(
        "the days under V3 and V4 days looked after", lambda case: short_breaks_counted(case.read())
    ),
    "open-past-eighteen": Mending(
        "the discharge stated for that day, for a reason that no figure counts apart", _ended_on
    ),
    "date-of-birth-disagrees": Mending("the other date of birth the right one", _other_date_of_birth),
    "sex-disagrees": Mending("the other sex the right one", _other_sex),
    "correction-outvoted": Mending("the steward's correction the one that stands", _as_corrected),
    "contested": Mending("the other statement the one that stands", _other_statement),
    "order-undecided": Mending("the two of that day the other way round", _recorded_first),
}
