"""The order of facts, so that it never depends on the order they arrived in. What they add up to is not said here."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import inf
from typing import Any

from holdfast.contracts.facts import Fact, canonical_data
from holdfast.indicators.findings import Finding, found

# The place of each kind within a day, by its number. A discharge comes first: that of a period open as the day begins;
# one of a period begun that day is put last by the reader of periods, which alone knows.
_RANKS = (0, 1, 2, 3, 0, 0, 0)

Place = tuple[Any, ...]


def in_order(facts: list[Fact], findings: list[Finding]) -> list[Fact]:
    """The facts of a journey by day, by kind, and within a kind by sequence (none first) and earliest recording."""
    # Most children have no two facts of a kind on one day.
    by_day = {_day_and_kind(fact): fact for fact in facts}
    if len(by_day) == len(facts):
        return [by_day[day] for day in sorted(by_day)]
    return sort(facts, _place, findings)


def _day_and_kind(fact: Fact) -> int:
    return (fact.on or 0) << 2 | _RANKS[fact.kind]


def _place(fact: Fact) -> Place:
    return _day_and_kind(fact), -inf if fact.sequence is None else fact.sequence, fact.first_recorded_at


def sort(facts: list[Fact], place: Callable[[Fact], Place], findings: list[Finding]) -> list[Fact]:
    """By place; where alike, by canonical data and then by the fact's name. That the name decided is a finding."""
    if len(facts) == 1:
        return facts
    places = [place(fact) for fact in facts]
    told = Counter(places)
    if len(told) == len(places):
        return [fact for _, fact in sorted(zip(places, facts, strict=True))]
    alike = {
        (fact.system, fact.key): (where, canonical_data(fact) if told[where] > 1 else b"")
        for where, fact in zip(places, facts, strict=True)
    }

    def sameness(fact: Fact) -> tuple[Place, bytes]:
        return alike[fact.system, fact.key]

    ordered = sorted(facts, key=lambda fact: (*sameness(fact), fact.key, fact.system))
    tied = (two for one, two in pairwise(ordered) if sameness(one) == sameness(two))
    findings += [found("order-undecided", fact.on, fact) for fact in tied]
    return ordered
