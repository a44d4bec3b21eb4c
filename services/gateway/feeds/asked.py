"""Which month ends a feed is asked for: those of the last 24 months unless others are named. Never too many."""

from datetime import date

from holdfast.indicators.calendar import month_ends_between, month_ends_to
from holdfast.runtime.http import Problem

USUAL_MONTH_ENDS = 24
_EARLIEST = date(1980, 1, 1)


def month_ends_asked(since: date | None, until: date | None, today: date, most: int) -> list[date]:
    """The month ends from one day to another, both with them, oldest first; Problem 400 where they can't be told.

    Month ends after today are left out: what they will be if nothing further is said is no figure yet.
    """
    if min(since or today, until or today) < _EARLIEST:
        raise Problem(400, "no-such-day", "The days must lie after 1979")
    last = min(until or today, today).toordinal()
    usual = month_ends_to(last, USUAL_MONTH_ENDS)
    ends = usual if since is None else month_ends_between(since.toordinal(), last)
    if len(ends) > most:
        raise Problem(
            400,
            "too-many-month-ends",
            f"Ask for {most} month ends at once at most",
            "Ask for them a few years at a time, with from= and to=.",
        )
    if not ends:
        raise Problem(400, "no-month-end", "No month has ended between these days and today")
    return [date.fromordinal(end) for end in ends]
