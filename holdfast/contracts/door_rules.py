"""The rules a posted event must keep beyond its form: what may be said now, by this sender, and fields that disagree.

Whether the event fits the child's other facts is not asked here: it may be early, or its neighbour late.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from holdfast.contracts import door_forms as forms
from holdfast.contracts.door_verdicts import Fault

EARLIEST_ON = date(1980, 1, 1)
MOST_RECORDED_AHEAD = timedelta(minutes=5)
RECORDED_AHEAD = Fault(
    "recorded-ahead",
    "/recordedtime",
    "This was recorded more than five minutes ahead of the platform's clock: check the clock of your system.",
)
_TIME_AHEAD = Fault(
    "recorded-ahead",
    "/time",
    "Without a recordedtime this counts as when it was recorded, and it is more than five minutes ahead of the "
    "platform's clock: give a recordedtime of its own.",
)
# Reasons for a new episode under which the legal status changes too.
_WITH_LEGAL_STATUS = frozenset({"B", "U"})
_LONDON = ZoneInfo("Europe/London")


class Terms(Struct, frozen=True):
    """What this sender may say now: for which sources, which types, and up to when."""

    sources: frozenset[str]
    types: frozenset[str]
    authorities: frozenset[str]
    latest_on: date
    latest_recorded_at: datetime


def terms_at(now: datetime, *, sources: frozenset[str], types: frozenset[str], authorities: frozenset[str]) -> Terms:
    """The terms at an instant (UTC): dates up to a year ahead, recorded up to five minutes ahead."""
    return Terms(sources, types, authorities, latest_on_at(now), now + MOST_RECORDED_AHEAD)


def latest_on_at(now: datetime) -> date:
    """The latest day that may be spoken of at an instant: a year after its day in London."""
    day = now.astimezone(_LONDON).date()
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def broken(event: forms.AnyPosted, terms: Terms) -> Iterator[Fault]:
    """Every rule that a well-formed event breaks."""
    yield from _about_sender(event, terms)
    yield from _about_instants(event, terms)
    yield from broken_data(event.data)
    if event.fact is None and isinstance(event, forms.PostedWithdrawal):
        yield Fault(
            "fact-missing",
            "/fact",
            "Say which fact never was: give as `fact` the name under which it was stated.",
        )


def broken_data(data: Struct) -> Iterator[Fault]:
    """Every rule that what an event says breaks by itself."""
    match data:
        case forms.PostedAdmissionData():
            if data.date_of_birth is not None and data.date_of_birth > data.on:
                yield Fault(
                    "born-after",
                    "/data/date_of_birth",
                    "The date of birth is after the day of the admission: correct whichever is wrong.",
                )
        case forms.PostedMoveData():
            if data.legal_status is not None and data.reason_for_new_episode not in _WITH_LEGAL_STATUS:
                yield Fault(
                    "legal-status-not-here",
                    "/data/legal_status",
                    f"Reason {data.reason_for_new_episode} says that the legal status did not change: leave "
                    "legal_status out, or give B or U as the reason for the new episode.",
                )
        case forms.PostedMissingData():
            if data.ends is not None and _ends_before(data.begins, data.ends):
                yield Fault(
                    "until-before-from",
                    "/data/until",
                    "The child returned before going missing: correct whichever of from and until is wrong.",
                )


def broken_years(child: forms.WantedChild) -> Iterator[Fault]:
    """The rules that a child's line of an import breaks: a return's year ends on 31 March."""
    for place, year in enumerate(child.years):
        if not _ends_a_year(year):
            yield _not_a_year_ending(f"/years/{place}")
    for place, one in enumerate(child.silent):
        if not _ends_a_year(one.year):
            yield _not_a_year_ending(f"/silent/{place}/year")


def _ends_a_year(day: date) -> bool:
    return day.month == 3 and day.day == 31 and day >= EARLIEST_ON


def _not_a_year_ending(pointer: str) -> Fault:
    return Fault("not-a-year-ending", pointer, "Give the 31 March that ends the return's year, from 1980 on.")


def _about_sender(event: forms.AnyPosted, terms: Terms) -> Iterator[Fault]:
    if event.source not in terms.sources:
        authority = authority_in(event.source)
        if authority is not None and authority not in terms.authorities:
            yield Fault(
                "unknown-authority",
                "/source",
                "This platform serves no authority of that code: use the nine-character code of the authority, such as "
                "/authorities/E08000018/systems/liquidlogic.",
            )
        else:
            named = ", ".join(sorted(terms.sources))
            yield Fault("foreign-source", "/source", f"This token may only speak for {named}: use that as the source.")
    if event.type not in terms.types:
        yield Fault(
            "foreign-type",
            "/type",
            f"This token may not state {event.type}: send it with the token of the system that does.",
        )


def _about_instants(event: forms.AnyPosted, terms: Terms) -> Iterator[Fault]:
    recorded_at = recorded(event)
    if recorded_at is None:
        yield Fault(
            "recordedtime-missing",
            "/recordedtime",
            "Say when your system recorded this, such as 2017-06-20T16:41:09Z: which of two statements of a fact "
            "stands depends on it.",
        )
    elif recorded_at > terms.latest_recorded_at:
        yield _TIME_AHEAD if event.recordedtime is None else RECORDED_AHEAD


def recorded(event: forms.AnyPosted) -> datetime | None:
    """When it was recorded: `recordedtime`, or `time` where the event names no fact."""
    if event.recordedtime is not None or event.fact is not None:
        return event.recordedtime
    return event.time


def authority_in(source: str) -> str | None:
    """The code in `/authorities/CODE/systems/NAME`; None where the source has another form."""
    parts = source.split("/")
    return (
        parts[2] if len(parts) == 5 and parts[0] == "" and parts[1] == "authorities" and parts[3] == "systems" else None
    )


@lru_cache(maxsize=4096)
def day_or_instant(text: str) -> date | datetime | None:
    """A `YYYY-MM-DD` date or an RFC 3339 instant with its offset (then a `datetime`); None where it is neither."""
    try:
        if len(text) == 10:
            return msgspec.convert(text, date)
        return msgspec.convert(text, forms.Instant)
    except msgspec.ValidationError:
        return None


def _ends_before(begins: str, ends: str) -> bool:
    first, last = day_or_instant(begins), day_or_instant(ends)
    if isinstance(first, datetime) and isinstance(last, datetime):
        return last < first
    return first is not None and last is not None and london_day(last) < london_day(first)


def london_day(value: date | datetime) -> date:
    """The calendar day in Europe/London."""
    return value.astimezone(_LONDON).date() if isinstance(value, datetime) else value


def utc(value: datetime) -> str:
    """An instant as RFC 3339 text in UTC, ending in `Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
