"""What statements would change: for their child, and so for the authority's figures, each on top of those before it.

Nothing is kept. An authority's figure is a sum over its children, so what a child adds otherwise is what changes in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from msgspec import UNSET, Struct, structs

from holdfast.contracts.effects import (
    MONTH_ENDS,
    MONTH_ENDS_AHEAD,
    Counts,
    DayChange,
    Effect,
    EffectFinding,
    FigureChange,
    Outcome,
    Placements,
    Shift,
)
from holdfast.contracts.facts import Fact, Kind, standing, supersede
from holdfast.contracts.figures import WHOLE, Period
from holdfast.indicators.calendar import month_ends_after, month_ends_to, rolling_year_start
from holdfast.indicators.care import Journey
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices
from holdfast.indicators.contributions import contributions
from holdfast.indicators.effect_words import change_in_words, summed_up
from holdfast.indicators.findings import Finding
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import Residents, readings_on
from holdfast.indicators.reasons import overlapping
from holdfast.indicators.series import Steps

_WHOLES = tuple((code, WHOLE) for code in INDICATORS)


class Name(NamedTuple):
    """One figure of the whole authority on a day, an ordinal."""

    indicator: str
    period: Period
    day: int


Figures = dict[Name, Counts]


class _Child(Struct, frozen=True):
    """A child as told of so far: every statement by its hash, what stands, and what that adds up to."""

    statements: set[bytes]
    facts: dict[tuple[str, str], Fact]
    journey: Journey
    steps: Steps
    figures: Figures


def days_around(on: date) -> list[int]:
    """The day, the month ends up to it and those to come, as ordinals, each once and in order."""
    day = on.toordinal()
    return sorted({day, *month_ends_to(day, MONTH_ENDS), *month_ends_after(day, MONTH_ENDS_AHEAD)})


def figures_of(ledger: Ledger, days: list[int], residents: Residents | None = None) -> Figures:
    """Every figure of the whole on the days."""
    return {
        Name(code, reading.period, day): Counts(
            reading.numerator, reading.denominator, UNSET if reading.unknown is None else reading.unknown
        )
        for (code, _), by_day in readings_on(ledger, days, _WHOLES, residents)
        for day, readings in zip(days, by_day, strict=True)
        for reading in readings
    }


class Trial:
    """Takes statements one on top of another and says what each changes; keeps no more than the children told of.

    `authority`: its figures on the `days_around` the day, without the statements; None: they are not to be told.
    """

    def __init__(
        self, on: date, choices: Choices, residents: Residents | None = None, authority: Figures | None = None
    ) -> None:
        self._on, self._choices, self._residents = on, choices, residents
        self._days = days_around(on)
        self._authority = None if authority is None else dict(authority)
        self._nobody = self._child(set(), {})
        self._children: dict[str, _Child] = {}

    def know(self, child: str, stated: Iterable[Fact]) -> None:
        """A child of whom something has been stated before."""
        facts = list(stated)
        self._children[child] = self._child({fact.statement for fact in facts}, standing(facts))

    def take(self, child: str, stated: Fact) -> Effect:
        """The effect of a statement about a child; those taken after it are on top of it."""
        before = self._children.get(child, self._nobody)
        name = stated.system, stated.key
        held = before.facts.get(name)
        stands = supersede(held, stated)
        outcome = _outcome(held, stated, stands, stated.statement in before.statements)
        statements = before.statements | {stated.statement}
        if stands is held:
            after = structs.replace(before, statements=statements)
        else:
            after = self._child(statements, before.facts | {name: stands})
        self._children[child] = after
        placements = self._placements(before.journey, after.journey)
        figures = list(changes(before.figures, after.figures, self._on, self._authority))
        new, mended = self._findings(before.journey, after.journey)
        return Effect(
            outcome=outcome,
            sentence=summed_up(
                outcome, held, placements, figures, (new, mended), self._on, elsewhere=before.steps != after.steps
            ),
            placements_in_year=placements,
            figures=figures,
            findings_new=new,
            findings_mended=mended,
        )

    def _child(self, statements: set[bytes], facts: dict[tuple[str, str], Fact]) -> _Child:
        told = journey(facts.values(), self._choices)
        steps, alone = contributions(told), Ledger()
        alone.add(steps)
        return _Child(statements, facts, told, steps, figures_of(alone, self._days, self._residents))

    def _placements(self, before: Journey, after: Journey) -> Placements | None:
        """How many in the rolling year, where that changes."""
        day = self._on.toordinal()
        begins = rolling_year_start(day)
        found = Placements(len(overlapping(before, begins, day)), len(overlapping(after, begins, day)))
        return None if found.before == found.after else found

    def _findings(self, before: Journey, after: Journey) -> tuple[list[EffectFinding], list[EffectFinding]]:
        """Those that appear and those that go, as of the day."""
        day = self._on.toordinal()
        there, here = Counter(before.findings_on(day)), Counter(after.findings_on(day))
        return [*map(_told, (here - there).elements())], [*map(_told, (there - here).elements())]


def changes(before: Figures, after: Figures, on: date, authority: Figures | None = None) -> Iterator[FigureChange]:
    """The figures that a child counts in otherwise, each on its days in order. `on`: the day asked about.

    Where the authority's own figures are given they are told too, and moved on to what they come to with it.
    """
    changed: dict[tuple[str, Period], list[DayChange]] = {}
    for name, counts in after.items():
        if counts != before[name]:
            day = _on_day(name, before[name], counts, authority)
            changed.setdefault((name.indicator, name.period), []).append(day)
    for (code, period), days in changed.items():
        sentence = change_in_words(code, period, days, on)
        yield FigureChange(indicator=code, period=period, sentence=sentence, days=days)


def _on_day(name: Name, before: Counts, after: Counts, authority: Figures | None) -> DayChange:
    on, child = date.fromordinal(name.day), Shift(_of_one(name, before), _of_one(name, after))
    if authority is None:
        return DayChange(on, child)
    there = authority[name]
    authority[name] = _moved(there, before, after)
    return DayChange(on, child, Shift(there, authority[name]))


def _outcome(held: Fact | None, stated: Fact, stands: Fact, known: bool) -> Outcome:
    if known:
        return "duplicate"
    if stands.statement != stated.statement:
        return "outvoted"
    if stated.kind is Kind.WITHDRAWAL:
        return "withdrawn"
    return "stated" if held is None else "restated"


def _of_one(name: Name, counts: Counts) -> Counts:
    """Of residents no one child is a share."""
    return Counts(counts.numerator) if INDICATORS[name.indicator].of_residents else counts


def _moved(there: Counts, before: Counts, after: Counts) -> Counts:
    """The authority's counts with one child's changed."""
    below = None
    if there.denominator is not None:
        below = there.denominator + (after.denominator or 0) - (before.denominator or 0)
    unknown = there.unknown
    if unknown is not UNSET:
        unknown += (after.unknown or 0) - (before.unknown or 0)
    return Counts(there.numerator + after.numerator - before.numerator, below, unknown)


def _told(finding: Finding) -> EffectFinding:
    on = None if finding.on is None else date.fromordinal(finding.on)
    return EffectFinding(finding.code, finding.sentence, finding.mend, on, finding.fact)
