"""Which figures hang on a finding, and by how much: the child read with the thing the other way, or counted as it is.

Where one mending is determinate (`mendings`), the figures that it would change, from and to. Where none is, the figures
that the finding bears on in which the child counts from the finding's day on: what is in doubt, not what is wrong.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from holdfast.contracts.effects import Counts
from holdfast.contracts.facts import Fact, standing
from holdfast.contracts.figures import Period
from holdfast.contracts.findings import CountsOnDay, FigureCount, Touches
from holdfast.indicators.accounts import account
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.effect_words import counted_in_words
from holdfast.indicators.effects import Figures, Name, changes, figures_of
from holdfast.indicators.findings import Finding
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.mendings import MENDINGS, Case
from holdfast.indicators.reading import Residents
from holdfast.indicators.rewriting import read_of
from holdfast.indicators.steps import fold

# Beside the day itself: as many as a page shows.
MONTH_ENDS = 24

_MISSING = ("missing_now", "missing_in_year", "repeat_missing", "missing_episodes", "away_episodes")
_CLOCKS = (
    "three_or_more_placements",
    "three_or_more_placements_2y",
    "long_term_stable",
    "started_in_year",
    "admissions",
)
# What a finding without a determinate mending can bear on; where a code is not here, any figure.
BEARS_ON: dict[str, tuple[str, ...]] = {
    "beginning-not-known": _CLOCKS,
    "missing-overlap": _MISSING,
    "missing-left-open": _MISSING,
    "no-date-of-birth": ("long_term_stable",),
}


def days_to(on: date) -> list[int]:
    """The day and the month ends up to it, as ordinals, each once and in order."""
    day = on.toordinal()
    return sorted({day, *month_ends_to(day, MONTH_ENDS)})


def touches(
    finding: Finding,
    stated: Collection[Fact],
    on: date,
    choices: Choices = DEFAULTS,
    residents: Residents | None = None,
    authority: Figures | None = None,
) -> Touches:
    """What hangs on a finding of a child of whom this was stated, today being `on`.

    `authority`: its own figures on `days_to` that day; None: they are not to be told.
    """
    facts = tuple(standing(stated).values())
    days = days_to(on)
    before = _figures(facts, days, choices, residents)
    mending = MENDINGS.get(finding.code)
    if mending is not None:
        case = Case(finding, tuple(stated), facts, lambda: read_of(facts, account(facts, choices), days[-1]))
        mended = mending.facts(case)
        if mended is not None:
            after = _figures(mended, days, choices, residents)
            changed = list(changes(before, after, on, None if authority is None else dict(authority)))
            elsewhere = not changed and fold(facts, choices) != fold(mended, choices)
            return Touches(
                rule="otherwise", supposing=mending.supposing, figures=changed, counts=[], elsewhere=elsewhere
            )
    counts = list(_counted(finding, before, on, authority))
    return Touches(rule="counted", supposing="", figures=[], counts=counts)


def _figures(facts: Iterable[Fact], days: list[int], choices: Choices, residents: Residents | None) -> Figures:
    alone = Ledger()
    alone.add(fold(facts, choices))
    return figures_of(alone, days, residents)


def _counted(finding: Finding, figures: Figures, on: date, authority: Figures | None) -> Iterator[FigureCount]:
    bears_on = BEARS_ON.get(finding.code, tuple(INDICATORS))
    found: dict[tuple[str, Period], list[CountsOnDay]] = {}
    for name, counts in figures.items():
        below = counts.denominator if not INDICATORS[name.indicator].of_residents else 0
        if name.indicator in bears_on and name.day >= (finding.on or 0) and (counts.numerator or below):
            found.setdefault((name.indicator, name.period), []).append(_on_day(name, counts, authority))
    for (code, period), days in found.items():
        sentence = counted_in_words(code, period, [(day.date, day.child) for day in days], on)
        yield FigureCount(indicator=code, period=period, sentence=sentence, days=days)


def _on_day(name: Name, counts: Counts, authority: Figures | None) -> CountsOnDay:
    of_residents = INDICATORS[name.indicator].of_residents
    child = Counts(counts.numerator) if of_residents else counts
    return CountsOnDay(date.fromordinal(name.day), child, None if authority is None else authority[name])
