"""What became of each fact about a child's care: which began a placement, which did not, and by which rule.

The engine's own reading, traced: no rule is applied here a second time.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

from holdfast.contracts.codes import LEGAL_STATUSES, MISSING_KINDS, REASONS_EPISODE_CEASED
from holdfast.contracts.facts import Fact, Kind
from holdfast.indicators import stays
from holdfast.indicators.calendar import birthdays
from holdfast.indicators.care import Journey
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.journey import journey
from holdfast.indicators.missing import day_said
from holdfast.indicators.ordering import in_order
from holdfast.indicators.wording import placed, spoken

Became = stays.Became | Literal["opened", "short break", "past eighteen", "outside", "status", "ended"]

SENTENCES: dict[Became, str] = {
    "began": "began a placement",
    "opened": "began the first placement",
    "same carer": "same carer: the placement is described anew, it is not another one",
    "away": "a temporary placement, from which the child had not come back: not a placement of its own",
    "came back": "a temporary placement, from which the child came back: not a placement of its own",
    "failed": "a temporary placement, from which the child did not go back: a placement of its own",
    "return": "return from a temporary placement to the placement left: not a new one",
    "restart": "a move to the very placement that the child was in: joined to it",
    "replaced": "followed by another on the same day: lasted less than a day, so not counted",
    "short break": "during agreed short breaks (V3, V4): not looked after",
    "past eighteen": "after the 18th birthday: not looked after",
    "outside": "outside any period of care: counts nowhere",
    "status": "legal status only: no placement begins",
    "ended": "ended the period of care",
}
# Moves that began no placement.
LEFT_OUT: frozenset[Became] = frozenset(
    ("same carer", "away", "came back", "return", "restart", "replaced", "short break", "past eighteen", "outside")
)


class Told(Struct, frozen=True, gc=False):
    """One fact about a child's care, and what became of it. What it states is worded only for whoever asks."""

    stated: Fact
    became: Became

    @property
    def fact(self) -> str:
        """Its key."""
        return self.stated.key

    @property
    def day(self) -> int:
        """The day it is about, an ordinal."""
        return self.stated.on or 1

    @property
    def on(self) -> date:
        """The same as a date."""
        return date.fromordinal(self.day)

    @property
    def says(self) -> str:
        """What it states, in words."""
        return says(self.stated)

    @property
    def sentence(self) -> str:
        """What became of it, in words."""
        return SENTENCES[self.became]


class Account(Struct, frozen=True, gc=False):
    """A journey with what became of every fact about care, in the engine's order."""

    child: Journey
    told: tuple[Told, ...]

    def beginning(self, day: int) -> str | None:
        """The key of the fact that began the placement that begins on a day; None where none did."""
        # After short breaks it is the legal status that lets one begin.
        return self.fact_on(day, ("began", "failed", "opened")) or self.fact_on(day, ("status",))

    def fact_on(self, day: int, became: Collection[str]) -> str | None:
        """The key of the last fact of a day of which one of these things became."""
        return next((told.fact for told in reversed(self.told) if told.day == day and told.became in became), None)


def account(facts: Iterable[Fact], choices: Choices = DEFAULTS) -> Account:
    """Read one child's standing facts, given in any order, and say what became of each."""
    facts = list(facts)
    trace: stays.Trace = []
    return account_of(facts, journey(facts, choices, trace), trace)


def account_of(facts: Iterable[Fact], child: Journey, trace: stays.Trace) -> Account:
    """The same of a journey read already, with what became of its moves."""
    traced = {(fact.system, fact.key): became for fact, became in trace}
    outside = {finding.fact for finding in child.findings if finding.code in _OUTSIDE}
    of_care = [fact for fact in facts if fact.kind not in (Kind.MISSING_EPISODE, Kind.WITHDRAWAL)]
    return Account(
        child,
        tuple(
            Told(
                fact,
                "outside"
                if fact.key in outside
                else traced.get((fact.system, fact.key)) or _untraced(child, fact, fact.on or 1),
            )
            for fact in in_order(of_care, [])
        ),
    )


_OUTSIDE = (
    "move-outside-care",
    "status-outside-care",
    "discharge-without-period",
    "second-discharge",
    "one-day-period",
)


def _untraced(child: Journey, fact: Fact, day: int) -> Became:
    """Placements are told nothing of what only opens a stretch, or lies between two, or is of no placement."""
    if fact.kind is Kind.DISCHARGE:
        return "ended"
    if not any(period.begins <= day and (period.ends is None or day <= period.ends) for period in child.periods):
        return "outside"
    if fact.kind is Kind.LEGAL_STATUS:
        return "status"
    if any(stretch.begins == day for stretch in child.stretches):
        return "opened"
    if child.date_of_birth is not None and day >= birthdays(child.date_of_birth)[4]:
        return "past eighteen"
    return "short break"


def says(fact: Fact) -> str:
    """What a fact states, in words, without its day."""
    if fact.kind is Kind.WITHDRAWAL:
        return "never was"
    if fact.missing is not None:
        back = "not back" if fact.missing.ends is None else f"back on {spoken(day_said(fact.missing.ends))}"
        return f"{MISSING_KINDS[fact.missing.kind]}, {back}"
    if fact.kind is Kind.DISCHARGE:
        return f"left care: {REASONS_EPISODE_CEASED[fact.reason or 'E8']} ({fact.reason})"
    if fact.placement is None:
        return f"legal status: {LEGAL_STATUSES[fact.legal_status or 'C2']} ({fact.legal_status})"
    came = "came into care, to" if fact.kind is Kind.ADMISSION else "moved to"
    return f"{came} {placed(fact.placement)}"
