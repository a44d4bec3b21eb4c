"""The borough day by day: who is admitted, what happens, and everything posted on each day."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from holdfast.cli.borough.likeness import admissions_like
from holdfast.cli.borough.lives import Absence, Life, life_until
from holdfast.cli.borough.population import Admitted, Borough, admissions
from holdfast.cli.borough.printed import printed_by
from holdfast.cli.borough.telling import Posting, tell_of_absence, tell_of_happening

# Something of a life: the place of a happening in it, or an absence.
Part = int | Absence
# Everything that is said of a part of a life, and when.
Teller = Callable[[Life, Part], Iterable[Posting]]


class Day(Struct, frozen=True):
    """What is posted on a day, in order; the first day holds what was recorded before it too."""

    on: date
    postings: list[Posting]


def days(borough: Borough, until: date | None = None) -> Iterator[Day]:
    """Every day from the first; with `until` nothing happens after it, and the last day is that of the last posting."""
    return days_of(borough.begins_on, admitted(borough), usual_teller(borough.name, borough.source), until)


def lives_by(borough: Borough, day: date) -> Iterator[Life]:
    """What has happened to every child by the end of a day."""
    for on, lives in admitted(borough):
        if on > day:
            return
        yield from (life_until(life, day) for life in lives if life.admitted_on <= day)


def admitted(borough: Borough) -> Iterator[Admitted]:
    """The lives that begin with each day; of a borough like a council's, those chosen. May raise CannotBeLike."""
    if borough.like:
        return admissions_like(borough, printed_by(borough.like))
    return admissions(borough.name, borough.children, borough.begins_on)


def usual_teller(name: str, source: str) -> Teller:
    """Says what the borough's case system says."""

    def tell(life: Life, part: Part) -> Iterable[Posting]:
        if isinstance(part, Absence):
            return tell_of_absence(name, source, life, part)
        return tell_of_happening(name, source, life, part)

    return tell


def days_of(
    begins_on: date, admitted: Iterable[tuple[date, Iterable[Life]]], tell: Teller, until: date | None = None
) -> Iterator[Day]:
    """Every day from the first on which something is posted of these lives; see `days`.

    `admitted` has every day in order, from before the first. Each part of a life is told of on its day, not before.
    """
    agenda: dict[date, list[tuple[Life, Part]]] = defaultdict(list)
    waiting: list[Posting] = []
    on = begins_on
    for on, lives in admitted:
        if until is not None and on > until:
            break
        for life in lives:
            _plan(agenda, life if until is None else life_until(life, until))
        for life, part in agenda.pop(on, []):
            for posting in tell(life, part):
                # What was recorded before the beginning is brought over once.
                if not posting.again or posting.at.date() >= begins_on:
                    heapq.heappush(waiting, posting)
        if on >= begins_on:
            yield Day(on, list(_due(waiting, on)))
    while waiting:
        yield Day(on, list(_due(waiting, on)))
        on += timedelta(1)


def _plan(agenda: dict[date, list[tuple[Life, Part]]], life: Life) -> None:
    for place, happening in enumerate(life.happenings):
        agenda[happening.on].append((life, place))
    for absence in life.absences:
        agenda[absence.begins_at.date()].append((life, absence))


def _due(waiting: list[Posting], on: date) -> Iterator[Posting]:
    tomorrow = datetime.combine(on + timedelta(1), time(), UTC)
    while waiting and waiting[0].at < tomorrow:
        yield heapq.heappop(waiting)
