"""What makes a finding the same finding: its code, its day, and what the facts that it rests on state.

While these stay, what a person decided on it stays with it; once they change it is another finding, undecided.
"""

import hashlib
from collections.abc import Collection, Iterable

import msgspec
from msgspec import Struct

from holdfast.contracts.facts import Fact, Kind, content_of, outvoted_correction
from holdfast.indicators.findings import Finding
from holdfast.indicators.missing import day_stated

_encode = msgspec.json.Encoder(order="sorted").encode


class Identified(Struct, frozen=True):
    """A finding under the name that it keeps, and the systems that state what it rests on.

    `awaits`: it is not one before its day.
    """

    id: str
    finding: Finding
    systems: tuple[str, ...]
    awaits: bool = False

    def holds_on(self, day: int) -> bool:
        """Whether it has come true by a day."""
        return not self.awaits or self.finding.on is None or self.finding.on <= day


def resting_on(finding: Finding, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a finding rests on, of a child's standing ones, in a fixed order.

    The fact that it names; where it names none, those stated of its day; where it has no day either, the admissions.
    One that is about a correction rests on that too.
    """
    if finding.fact is not None:
        found = [fact for fact in facts if fact.key == finding.fact]
    elif finding.on is not None:
        found = [fact for fact in facts if day_stated(fact) == finding.on]
    else:
        found = [fact for fact in facts if fact.kind is Kind.ADMISSION]
    if finding.code == "correction-outvoted":
        found += [said for fact in found if (said := outvoted_correction(fact))]
    return sorted(found, key=lambda fact: (fact.system, fact.key))


def identity_of(child: str, finding: Finding, facts: Collection[Fact]) -> str:
    """32 hex digits: the same for as long as the code, the day and what its facts state are the same.

    Who stated a fact, when, and under which id play no part: said once more, it is the same finding.
    """
    stated = [[fact.system, fact.key, content_of(fact)] for fact in resting_on(finding, facts)]
    return hashlib.sha256(_encode([child, finding.code, finding.on, stated])).hexdigest()[:32]


def identified(
    child: str, findings: Iterable[Finding], awaiting: Iterable[Finding], facts: Collection[Fact]
) -> tuple[Identified, ...]:
    """A child's findings by name, each once. `facts`: what stands of it."""
    named: dict[str, Identified] = {}
    for awaits, found in ((False, findings), (True, awaiting)):
        for finding in found:
            name = identity_of(child, finding, facts)
            systems = sorted({fact.system for fact in resting_on(finding, facts)})
            named.setdefault(name, Identified(name, finding, tuple(systems), awaits))
    return tuple(named.values())
