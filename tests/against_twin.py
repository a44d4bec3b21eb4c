"""The engine and the brute-force twin side by side: days worth comparing on, the first figure that differs, and the
shortest history in which it still does. What histories there are is said elsewhere.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact
from holdfast.indicators.choices import CHOICES, DEFAULTS, Choices, choose
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import Cell, readings_on
from holdfast.indicators.steps import Steps, fold
from tests.factories import facts
from tests.reference import Counts, child_of, counts_of, tally_on
from tests.reference_journey import months_after

# Every choice taken the other way, one at a time, and all of them.
_OTHER = {name: f"{name}={values[1]}" for name, values in CHOICES.items()}
OTHERWISE = {name: choose(setting) for name, setting in _OTHER.items()} | {"all": choose(",".join(_OTHER.values()))}

MONTH_ENDS, RANDOM_DAYS = 24, 40
EVERY_DAY_OF_TEN_YEARS = [date(2010, 4, 1) + timedelta(days=day) for day in range(3653)]
_ONE_DAY = timedelta(days=1)
# A figure may change this long after a fact though nothing is said: windows, clocks, and what becomes of ninety days.
_SPANS_MONTHS, _SPAN_DAYS = (12, 24, 30), 90
_BIRTHDAYS = (1, 5, 10, 16, 18)
_FAR_AHEAD_DAYS = 4000


# --- Days worth looking at --------------------------------------------------------------------------------------------


def own_days(child: Sequence[Fact]) -> set[date]:
    """Every day the facts speak of."""
    days = {date.fromordinal(fact.on) for fact in child if fact.on is not None}
    for fact in child:
        if fact.missing is not None:
            days |= {date.fromisoformat(text[:10]) for text in (fact.missing.begins, fact.missing.ends) if text}
    return days


def boundaries(child: Sequence[Fact]) -> set[date]:
    """Own days, and days on which a figure may change though nothing is said; with the day either side of each."""
    own = own_days(child)
    born = [date.fromordinal(fact.date_of_birth) for fact in child if fact.date_of_birth is not None]
    days = own | {day + timedelta(days=_SPAN_DAYS) for day in own}
    days |= {months_after(day, 12 * years) for day in born for years in _BIRTHDAYS}
    days |= {months_after(day, months) for day in own for months in _SPANS_MONTHS}
    return {day + either * _ONE_DAY for day in days for either in (-1, 0, 1)}


def days_of(child: Sequence[Fact], random: Random) -> list[date]:
    """Every boundary, two years of month ends, and days of no account."""
    first = min(own_days(child), default=date(2016, 1, 31)).replace(day=1)
    since = random.randint(0, 36)
    month_ends = {months_after(first, since + month) - _ONE_DAY for month in range(MONTH_ENDS)}
    others = {first + timedelta(days=random.randint(-400, _FAR_AHEAD_DAYS)) for _ in range(RANDOM_DAYS)}
    return sorted(boundaries(child) | month_ends | others)


# --- Comparing --------------------------------------------------------------------------------------------------------


def ledger_of(children: Iterable[Steps]) -> Ledger:
    """A ledger of children folded already, not settled yet."""
    ledger = Ledger()
    for steps in children:
        ledger.add(steps)
    return ledger


def counted_on(ledger: Ledger, days: Sequence[date], cells: Iterable[Cell] = FIGURES) -> list[Counts]:
    """What the ledger holds in these cells on each of the days, read in one go; without figures of nobody."""
    counted: list[Counts] = [{} for _ in days]
    for (code, cell), readings in readings_on(ledger, [day.toordinal() for day in days], cells):
        for on, one_day in zip(counted, readings, strict=True):
            for reading in one_day:
                if reading.numerator or reading.denominator or reading.unknown:
                    on[code, cell, reading.period] = (reading.numerator, reading.denominator, reading.unknown)
    return counted


def disagreement(stated: Sequence[AnyEvent], days: Sequence[date], choices: Choices = DEFAULTS) -> str | None:
    """The first figure of one child on which the engine differs from the twin, in words; or None."""
    child = facts(*stated)
    ledger = ledger_of([fold(child, choices)])
    # What the ledger doesn't say has changed is counted of nobody, or the twin says otherwise.
    ours = counted_on(ledger, days, ledger.settle())
    twin = child_of(child, max(days), choices)
    for day, mine in zip(days, ours, strict=True):
        theirs = counts_of(tally_on([twin], day))
        if mine != theirs:
            key = min(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))
            return f"{day} {' '.join(key)}: {mine.get(key)}, by the twin {theirs.get(key)}"
    return None


def shortest(stated: Sequence[AnyEvent], days: Sequence[date], choices: Choices = DEFAULTS) -> list[AnyEvent]:
    """A history that still disagrees, of which no statement can be left out."""
    kept = list(stated)
    for event in stated:
        fewer = [one for one in kept if one is not event]
        if disagreement(fewer, days, choices):
            kept = fewer
    return kept


def assert_agrees(name: str, stated: Sequence[AnyEvent], days: Sequence[date], choices: Choices = DEFAULTS) -> None:
    """Fails with the shortest history that still disagrees, and the first figure that does."""
    if disagreement(stated, days, choices):
        kept = shortest(stated, days, choices)
        story = "\n".join(f"{event.recordedtime} {event.type} {event.fact} {event.data}" for event in kept)
        raise AssertionError(f"{name}, {choices}: {disagreement(kept, days, choices)}\n{story}")
