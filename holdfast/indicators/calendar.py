"""Days as proleptic ordinals, and the calendar sums the definitions are made of.

Windows are never inverted by adding months: the last day of a window is found by testing days against it.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# Later than any day a fact can be about, and small enough for the 20 bits a step keeps its day in.
FOREVER = (1 << 20) - 1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MICROSECOND = timedelta(microseconds=1)
_HOUR_MICROSECONDS = 3_600_000_000
# Each cache is bounded; a miss costs a microsecond.
_CACHED_DAYS = 1 << 16


def _months_later(day: int, months: int) -> int:
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day).toordinal()
    except ValueError:
        return month_after(year, month + 1) - 1


@lru_cache(_CACHED_DAYS)
def add_months(day: int, months: int) -> int:
    """`months` calendar months later (or earlier, where negative), clamped to the month's last day."""
    return _months_later(day, months)


def month_after(year: int, month: int) -> int:
    """The first day of the month after this one."""
    return date(year + month // 12, month % 12 + 1, 1).toordinal()


def window_start(day: int, months: int) -> int:
    """The first day of the window of so many calendar months that ends on `day`: the day after it, less the months."""
    return add_months(day + 1, -months)


def rolling_year_start(day: int) -> int:
    """The first day of the rolling year that ends on `day`."""
    return add_months(day + 1, -12)


@lru_cache(_CACHED_DAYS)
def leaves_window(ended: int, months: int) -> int:
    """The least day whose window of so many months starts on or after `ended`, the day on which something was over."""
    day = ended + months * 30
    while window_start(day, months) < ended:
        day += 1
    return day


def month_start(day: int) -> int:
    """The first of the month."""
    return date.fromordinal(day).replace(day=1).toordinal()


def financial_year_start(day: int) -> int:
    """The 1 April on or before `day`."""
    on = date.fromordinal(day)
    return date(on.year if on.month >= 4 else on.year - 1, 4, 1).toordinal()


@lru_cache(_CACHED_DAYS >> 2)
def birthdays(date_of_birth: int) -> tuple[int, int, int, int, int]:
    """The days of becoming 1, 5, 10, 16 and 18. Born on 29 February, a year older on 28 February."""
    first, fifth, tenth, sixteenth, eighteenth = (_months_later(date_of_birth, 12 * age) for age in (1, 5, 10, 16, 18))
    return first, fifth, tenth, sixteenth, eighteenth


def month_ends_to(day: int, count: int) -> list[int]:
    """The last `count` month ends on or before `day`, oldest first."""
    first = month_start(day + 1)
    return [add_months(first, -back) - 1 for back in range(count - 1, -1, -1)]


def month_ends_between(first: int, last: int) -> list[int]:
    """The month ends from one day to another, both with them, oldest first."""
    ends: list[int] = []
    end = add_months(month_start(first), 1) - 1
    while end <= last:
        ends.append(end)
        end = add_months(end + 1, 1) - 1
    return ends


def month_ends_after(day: int, count: int) -> list[int]:
    """The next `count` month ends after `day`."""
    first = month_start(day + 1)
    return [add_months(first, ahead) - 1 for ahead in range(1, count + 1)]


def day_of(text: str) -> int:
    """The ordinal of `YYYY-MM-DD`."""
    return date.fromisoformat(text).toordinal()


def london_day(instant: int) -> int:
    """The London day of an instant in microseconds since 1970 UTC, summer time included."""
    days, since_midnight = divmod(instant, 24 * _HOUR_MICROSECONDS)
    if instant >= 0 and since_midnight < 23 * _HOUR_MICROSECONDS:
        # Since 1970 London has never been behind UTC, nor more than an hour ahead.
        return _EPOCH_DAY + days
    return (_EPOCH + instant * _MICROSECOND).astimezone(LONDON).toordinal()


def london_midnight(day: int) -> int:
    """The instant at which a London day begins, in microseconds since 1970 UTC."""
    midnight = datetime.combine(date.fromordinal(day), datetime.min.time(), LONDON)
    return (midnight - _EPOCH) // _MICROSECOND
