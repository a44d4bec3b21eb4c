"""What a statement would change, in plain English: of one figure, and all in all. Decides nothing."""

from collections.abc import Sequence
from datetime import date

from msgspec import UNSET

from holdfast.contracts.effects import Counts, DayChange, EffectFinding, FigureChange, Outcome, Placements, Shift
from holdfast.contracts.facts import Fact, instant
from holdfast.contracts.figures import Period
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.wording import some, spoken

_WHEN: dict[Period, str] = {
    "on": "on",
    "month": "in the month to",
    "year_to_date": "in the financial year to",
    "rolling_year": "in the twelve months to",
}


def change_in_words(code: str, period: Period, days: Sequence[DayChange], on: date) -> str:
    """One figure that changes on some days: on the day asked about, or the last before it, or the first after it."""
    lead = next(iter([day for day in reversed(days) if day.date <= on] or days))
    when = f"{_WHEN[period]} {_day(lead.date)}{', if nothing more is said' if lead.date > on else ''}"
    said = f"{INDICATORS[code].title}, {when}: this child goes {_shift(lead.child)}"
    if lead.authority is not UNSET:
        said += f"; the authority goes {_shift(lead.authority)}"
    return f"{said}{_elsewhen([day.date for day in days if day is not lead])}."


def counted_in_words(code: str, period: Period, days: Sequence[tuple[date, Counts]], on: date) -> str:
    """One figure in which a child counts on some days: on the day asked about, or the last of them."""
    lead, counts = next(iter([day for day in reversed(days) if day[0] <= on] or days))
    said = f"{INDICATORS[code].title}, {_WHEN[period]} {_day(lead)}: this child counts as {_counts(counts)}"
    others = len(days) - 1
    return said + (f"; it does at {some(others, 'other month end')} too." if others else ".")


def _elsewhen(others: Sequence[date]) -> str:
    """The other days are month ends, for only those are looked at beside the day asked about."""
    if len(others) > 1:
        return f"; it changes at {len(others)} other month ends too, from {_day(others[0])} to {_day(others[-1])}"
    return f"; it changes on {_day(others[0])} too" if others else ""


def _shift(shift: Shift) -> str:
    return f"from {_counts(shift.before)} to {_counts(shift.after)}"


def _counts(counts: Counts) -> str:
    said = f"{counts.numerator:,}" if counts.denominator is None else f"{counts.numerator:,} of {counts.denominator:,}"
    return said if counts.unknown is UNSET else f"{said} ({counts.unknown:,} not known)"


def _day(on: date) -> str:
    return spoken(on.toordinal())


def summed_up(
    outcome: Outcome,
    held: Fact | None,
    placements: Placements | None,
    figures: Sequence[FigureChange],
    findings: tuple[Sequence[EffectFinding], Sequence[EffectFinding]],
    on: date,
    *,
    elsewhere: bool,
) -> str:
    """Everything in a sentence or two. `elsewhere`: the child comes to count otherwise, if only in breakdowns or later.

    `held`: what stood of the fact before.
    """
    said = [_OUTCOMES[outcome], _of_what_stood(outcome, held)]
    if placements is not None:
        many = some(placements.after, "placement")
        said.append(f"This child goes from {placements.before} to {many} in the twelve months to {_day(on)}.")
    if figures:
        said.append(f"{some(len(figures), 'figure changes', 'figures change')}.")
    elif elsewhere:
        said.append(
            "No figure of the whole changes on the days looked at; a breakdown, or a figure on other days, does."
        )
    elif outcome != "duplicate":
        said.append("No figure changes.")
    new, mended = findings
    said += [f"It no longer holds: {finding.sentence}" for finding in mended]
    said += [f"Does not add up: {finding.sentence} {finding.mend}" for finding in new]
    return " ".join(filter(None, said))


_OUTCOMES: dict[Outcome, str] = {
    "stated": "A fact that was not known before.",
    "restated": "A fact stated anew:",
    "withdrawn": "A fact withdrawn:",
    "outvoted": "Nothing of it counts:",
    "duplicate": "Nothing: this very statement was made already.",
}


def _of_what_stood(outcome: Outcome, held: Fact | None) -> str:
    if outcome == "withdrawn" and held is None:
        return "none of this name is known; a statement of it recorded earlier will not count."
    if held is None or outcome == "duplicate":
        return ""
    at = instant(held.recorded_at)
    if outcome == "outvoted":
        return f"the statement of this fact that was recorded at {at} stands."
    return f"what was recorded at {at} no longer stands."
