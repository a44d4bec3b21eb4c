"""The statutory return in terms of facts: the years it is made for, what its rows are called, which facts they are.

EVENTS.md section 5, said once for whoever reads files and for the door, which knows rows by their facts alone. Pure.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from holdfast.contracts.codes import REASONS_FOR_NEW_EPISODE

STARTED = "S"
LEGAL_STATUS_ALONE = "L"
# Of a move for these reasons the event itself can say the legal status.
WITH_LEGAL_STATUS = frozenset({"B", "U"})
MOVES = frozenset(REASONS_FOR_NEW_EPISODE)
REASONS = (STARTED, *REASONS_FOR_NEW_EPISODE, LEGAL_STATUS_ALONE)


def year_ending(day: date) -> date:
    """The 31 March that ends the financial year of a day."""
    return date(day.year + ((day.month, day.day) >= (4, 1)), 3, 31)


@lru_cache(maxsize=200)
def begins_on(year: date) -> date:
    """The 1 April on which the year that ends on a 31 March begins."""
    return date(year.year - 1, 4, 1)


def covers(began_on: date, ended_on: date | None, year: date) -> bool:
    """Whether a row, of half-open days or still open, covers a day of the year that ends on `year`."""
    return began_on <= year and (ended_on is None or ended_on > begins_on(year))


def episode_fact(child: str, began_on: date, reason: str) -> str:
    """The name of a row of Episodes: its key, which is child, DECOM and RNE."""
    return f"{child}/{began_on.isoformat()}/{reason}"


def missing_fact(child: str, kind: str, began_on: str) -> str:
    """The name of a row of Missing: its key, which is child, MISSING and MIS_START."""
    return f"{child}/{kind}/{began_on}"


# What the names of facts end in that are not a row's own.
STATUS, DISCHARGE = "/status", "/discharge"


class Part(Enum):
    """What a row of Episodes may state; `suffix` is what the fact's name ends in beyond that of the row."""

    ADMISSION = ("admission", "")
    MOVE = ("move", "")
    LEGAL_STATUS = ("legal status", "")
    STATUS = ("status", STATUS)
    DISCHARGE = ("discharge", DISCHARGE)

    def __init__(self, _: str, suffix: str) -> None:
        self.suffix = suffix


def row_of(fact: str) -> str:
    """The name of the row that a fact is of, were it of one."""
    return fact.removesuffix(STATUS).removesuffix(DISCHARGE) if fact.endswith((STATUS, DISCHARGE)) else fact


class EpisodeLike(Protocol):
    """What must be known of a row to say which facts it is. `ceased` is its REC where care ended with it."""

    @property
    def began_on(self) -> date: ...
    @property
    def reason(self) -> str: ...
    @property
    def legal_status(self) -> str | None: ...
    @property
    def ended_on(self) -> date | None: ...
    @property
    def ceased(self) -> str | None: ...


Row = TypeVar("Row", bound=EpisodeLike)


class Stated(Struct, Generic[Row], frozen=True, gc=False):
    """One fact of a row; `before` is the child's row before it, `sequence` its place among those of its day."""

    part: Part
    row: Row
    before: Row | None
    sequence: int | None


def facts_of(rows: Sequence[Row]) -> Iterator[Stated[Row]]:
    """The facts that a child's rows are, in the order in which they began: what a row says depends on the one before.

    A child's first row is an admission, whatever its reason; a legal status is told beside a row that can't say it.
    """
    begun = places(row.began_on for row in rows)
    ceased = places(row.ended_on if row.ceased else None for row in rows)
    before: Row | None = None
    for row, place, end in zip(rows, begun, ceased, strict=True):
        part = _part(row, before)
        yield Stated(part, row, before, place)
        if part is Part.MOVE and before and _status_is_news(row, before):
            yield Stated(Part.STATUS, row, before, place)
        if row.ceased and row.ended_on:
            yield Stated(Part.DISCHARGE, row, before, end)
        before = row


def _part(row: EpisodeLike, before: EpisodeLike | None) -> Part:
    if row.reason == STARTED or before is None:
        return Part.ADMISSION
    return Part.LEGAL_STATUS if row.reason == LEGAL_STATUS_ALONE else Part.MOVE


def _status_is_news(row: EpisodeLike, before: EpisodeLike) -> bool:
    return row.reason not in WITH_LEGAL_STATUS and row.legal_status != before.legal_status


def places(days: Iterable[Hashable | None]) -> list[int | None]:
    """1, 2, 3 for those of one day, in their order; one that is alone on its day, or has none, has no place."""
    listed = list(days)
    known = [day for day in listed if day is not None]
    if len(set(known)) == len(known):
        return [None] * len(listed)
    number, seen = Counter(listed), Counter[Hashable | None]()
    found: list[int | None] = []
    for day in listed:
        seen[day] += 1
        found.append(seen[day] if day is not None and number[day] > 1 else None)
    return found
