"""Days spent away from a stay that goes on: hospital, a holiday, the carers' holiday. Seldom nobody comes back."""

from datetime import date, timedelta
from random import Random

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.stays import Stay

_MARGIN = timedelta(3)


class Away(Struct, frozen=True):
    """A temporary stay (T1 to T4) from a day on; without a day of return the child goes to live elsewhere after it."""

    type: str
    begins_on: date
    back_on: date | None


def away_from(random: Random, stay: Stay, *, goes_on: bool) -> list[Away]:
    """Every temporary stay during a stay, in order. `goes_on`: another one follows, so that the last may fail."""
    busy = [change.since for change in stay.home.changes(stay.begins_on, stay.ends_on)]
    busy += [since for since, _ in stay.types[1:]]
    found: list[Away] = []
    for begins_on, back_on, kind in sorted([*_holidays(stay), *_own(random, stay)]):
        after = found[-1].back_on if found else stay.begins_on
        clear = not any(begins_on - _MARGIN <= day <= back_on + _MARGIN for day in busy)
        if after and after + _MARGIN <= begins_on and back_on + _MARGIN <= stay.ends_on and clear:
            found.append(Away(kind, begins_on, back_on))
    if goes_on and random.random() < rates.AWAY_FAILS and stay.ends_on - stay.begins_on > timedelta(40):
        begins_on = stay.ends_on - timedelta(random.randint(2, 6))
        last = found[-1].back_on if found else stay.begins_on
        if last and last + _MARGIN < begins_on and not any(day >= begins_on - _MARGIN for day in busy):
            found.append(Away(random.choice(("T1", "T4")), begins_on, None))
    return found


def _holidays(stay: Stay) -> list[tuple[date, date, str]]:
    """Of the carers, so of every child there: T3."""
    return [
        (begins_on, back_on, "T3")
        for begins_on, back_on in stay.home.holidays
        if stay.begins_on < begins_on and back_on < stay.ends_on
    ]


def _own(random: Random, stay: Stay) -> list[tuple[date, date, str]]:
    found = []
    day = stay.begins_on
    while (day := day + timedelta(some_days(random, rates.AWAY_EVERY_DAYS, least=4))) < stay.ends_on:
        kind = rates.AWAY.draw(random)
        least, mean, most = rates.AWAY_DAYS[kind]
        back_on = day + timedelta(some_days(random, mean, least=least, most=most))
        found.append((day, back_on, kind))
        day = back_on
    return found
