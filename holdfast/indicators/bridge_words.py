"""Why a child came into a figure or went out of it, in a sentence: what was said, or what time alone did.

Decides nothing.
"""

from collections.abc import Callable, Sequence

from holdfast.contracts.facts import Fact, Kind
from holdfast.indicators.bridge_stops import Stop, dated
from holdfast.indicators.calendar import FOREVER, birthdays, london_day
from holdfast.indicators.care import Journey
from holdfast.indicators.choices import Choices, definitions
from holdfast.indicators.contributions import contributions
from holdfast.indicators.counted import STARTS
from holdfast.indicators.journey import journey
from holdfast.indicators.members import Asked, Span
from holdfast.indicators.reasons import checks
from holdfast.indicators.wording import spoken

_AGES = (1, 5, 10, 16, 18)
_PERIODS = {"month": "month", "year_to_date": "financial year to date", "rolling_year": "rolling year"}


def of_definitions(before: Choices, after: Choices) -> str:
    """Which version of the definitions followed which."""
    return f"Counted by the definitions {definitions(after)} otherwise than by {definitions(before)}."


def of_fact(fact: Fact, was: Fact | None, says: Callable[[Fact], str]) -> str:
    """What was stated, what that replaced, and when it was recorded."""
    recorded = f"recorded on {spoken(london_day(fact.recorded_at))}"
    if fact.kind is Kind.WITHDRAWAL:
        said = f'"{_on(was)}{says(was)}" was withdrawn' if was and was.kind is not Kind.WITHDRAWAL else "Withdrawn"
        return f"{said}, {recorded}."
    told = f"{_on(fact)}{says(fact)}"
    if was is None or was.kind is Kind.WITHDRAWAL:
        return f"{told}; {recorded}."
    before = f"{_on(was)}{says(was)}"
    if before == told:
        return f"{told}; stated again with other details, {recorded}."
    return f"{told}; {recorded}. Before: {before}."


def _on(fact: Fact | None) -> str:
    return f"{spoken(dated(fact))}: " if fact is not None and dated(fact) else ""


def of_time(asked: Asked, before: Stop, stop: Stop, *, below: bool) -> str:
    """What the days between did by themselves: a birthday, a span reached, a window left."""
    if asked.figure.is_flow:
        earlier, later = sorted((before.day, stop.day))
        period = _PERIODS[asked.figure.period]
        if STARTS[asked.figure.period](earlier) == STARTS[asked.figure.period](later):
            return f"The {period} to {spoken(later)} has more days than that to {spoken(earlier)}."
        return f"The {period} to {spoken(before.day)} and the {period} to {spoken(stop.day)} are of different days."
    forward = stop if stop.day > before.day else before
    child = journey(forward.facts, forward.choices)
    spans = asked.spans(contributions(child), below=below)
    turns = turned_on(spans, *sorted((before.day, stop.day)))
    return turning_into(child, asked.figure.indicator, turns) if turns else "Counted otherwise on the other day."


def turned_on(spans: Sequence[Span], after: int, until: int) -> int | None:
    """The last day of those after one, up to another, on which a span begins or has ended."""
    days = [day for span in spans for day in span if after < day <= until and day < FOREVER]
    return max(days, default=None)


def turning_into(child: Journey, code: str, day: int) -> str:
    """Which birthday it is, or which condition first came out otherwise on a day than on the day before."""
    born = child.date_of_birth
    age = _AGES[birthdays(born).index(day)] if born is not None and day in birthdays(born) else 0
    if age == 18 or (age == 16 and code == "long_term_stable"):
        return f"Turned {age} on {spoken(day)}."
    for was, now in zip(checks(child, code, day - 1), checks(child, code, day), strict=False):
        if was.holds != now.holds:
            return f"On {spoken(day)}: {now.sentence}"
    return f"Turned {age} on {spoken(day)}." if age else f"From {spoken(day)} described otherwise."
