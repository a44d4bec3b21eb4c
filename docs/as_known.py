"""Figures of a simulated borough as they were known at an instant, beside what truly happened. Reckons; draws nothing.

By the engine alone: statements are taken in the order in which they were recorded, and read on the way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from holdfast.cli.borough import Borough, days, lives_by, true_events
from holdfast.contracts.facts import Fact, FactKey, fact_of, supersede
from holdfast.contracts.figures import WHOLE
from holdfast.contracts.unhashed import unhashed
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import readings_on
from holdfast.indicators.steps import fold

_LONDON = ZoneInfo("Europe/London")
# Later facts still inform a figure: who was away came back, or did not.
_SETTLED = timedelta(180)


class Count(NamedTuple):
    """A percentage's numerator and denominator."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float:
        """Not rounded."""
        return 100 * self.numerator / self.denominator


class Known(NamedTuple):
    """One indicator on one month end: what truly was, and what was known of it so many days after, in their order."""

    month_end: date
    true: Count
    known: tuple[Count, ...]


def known_and_true(
    borough: Borough, indicators: Sequence[str], month_ends: Sequence[date], days_after: Sequence[int]
) -> dict[str, list[Known]]:
    """Each indicator on each month end, oldest first. Known is what was recorded by the end of a day in London."""
    last = max(month_ends) + _SETTLED
    truth = _Heard(true for life in lives_by(borough, last) for true in true_events(borough.source, life))
    told = _Heard(posting.event for day in days(borough, last) for posting in day.postings if not posting.again)
    readings = sorted({(month_end + timedelta(after), month_end) for month_end in month_ends for after in days_after})
    known = {(on, month_end): told.read(indicators, month_end, known_on=on) for on, month_end in readings}
    true = {month_end: truth.read(indicators, month_end, known_on=date.max) for month_end in month_ends}
    return {
        code: [
            Known(
                month_end,
                true[month_end][code],
                tuple(known[month_end + timedelta(after), month_end][code] for after in days_after),
            )
            for month_end in sorted(month_ends)
        ]
        for code in indicators
    }


class _Heard:
    """Statements in the order in which they were recorded, and a ledger of those heard so far."""

    def __init__(self, events: Iterable[dict[str, Any]]) -> None:
        heard = [(event["subject"], fact_of(unhashed(event))) for event in events]
        self._to_come: Iterator[tuple[str, Fact]] = iter(sorted(heard, key=lambda one: one[1].recorded_at))
        self._next = next(self._to_come, None)
        self._facts: dict[str, dict[FactKey, Fact]] = defaultdict(dict)
        self._ledger = Ledger()

    def read(self, indicators: Sequence[str], on: date, *, known_on: date) -> dict[str, Count]:
        """Figures on a day, once all that was recorded by the end of another is heard, never earlier than the last."""
        self._hear(known_on)
        cells = [(code, WHOLE) for code in indicators]
        read = readings_on(self._ledger, [on.toordinal()], cells)
        return {code: Count(one.numerator, one.denominator or 0) for (code, _), [[one]] in read}

    def _hear(self, known_on: date) -> None:
        until = _end_of(known_on)
        heard: dict[str, list[Fact]] = defaultdict(list)
        while self._next is not None and self._next[1].recorded_at < until:
            heard[self._next[0]].append(self._next[1])
            self._next = next(self._to_come, None)
        for child, facts in heard.items():
            held = self._facts[child]
            if held:
                self._ledger.subtract(fold(held.values()))
            for fact in facts:
                name = (fact.system, fact.key)
                held[name] = supersede(held.get(name), fact)
            self._ledger.add(fold(held.values()))


def _end_of(day: date) -> float:
    """Microseconds since 1970 at which a day ends in London."""
    if day == date.max:
        return float("inf")
    return datetime.combine(day + timedelta(1), time(), _LONDON).timestamp() * 1e6
