"""The rows of a return, typed: which columns each table is read for, and what a row is made of.

Each cell that can't be read is a located fault, and any of them costs the row. Knows nothing of other rows; laying
returns over one another is in `layers`, what a row means is in `wanted`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import getitem, itemgetter
from typing import Any

from msgspec import Struct

from holdfast.contracts import codes
from holdfast.returns import cells
from holdfast.returns.cells import Faulty, Known, Reader
from holdfast.returns.tables import ASYLUM, EPISODES, HEADER, MISSING

SEXES = {"1": "male", "M": "male", "2": "female", "F": "female", "U": "unknown"}
LOCATIONS = {"IN": True, "OUT": False}
FLAGS = {"0": False, "1": True}
REASONS_FOR_NEW_EPISODE = frozenset({"S", "L", *codes.REASONS_FOR_NEW_EPISODE})
REASONS_CEASED = frozenset({"X1", *codes.REASONS_EPISODE_CEASED})
# Why a child has no pupil number.
_NO_UPN = re.compile(r"UN[1-9]")

# A child's rows are told apart by the day they began and their reason or kind.
Key = tuple[date, str]


class Row(Struct, frozen=True, array_like=True, gc=False):
    """A row of one child: the `source` it came from (a number), the row in it, and in XML which element it is."""

    source: int
    row: int
    place: str | None


class EpisodeRow(Row, frozen=True, tag="episode"):
    """A row of Episodes: half-open days [began_on, ended_on); `reason_for_change` is why this placement ended."""

    began_on: date
    reason: str
    legal_status: str
    placement_type: str
    ended_on: date | None
    reason_ceased: str | None
    need: str | None
    provider: str | None
    reason_for_change: str | None
    home_postcode: str | None
    postcode: str | None
    urn: str | None
    distance_miles: float | None
    in_authority: bool | None

    @property
    def key(self) -> Key:
        """DECOM and RNE."""
        return (self.began_on, self.reason)

    @property
    def ceased(self) -> str | None:
        """Why care ended with it, where a discharge is read from it."""
        ends = self.ended_on is not None and self.reason_ceased in codes.REASONS_EPISODE_CEASED
        return self.reason_ceased if ends else None


class MissingRow(Row, frozen=True, tag="missing"):
    """A row of Missing: `M` missing or `A` away without authorisation; no end: not yet back."""

    began_on: date
    kind: str
    ended_on: date | None

    @property
    def key(self) -> Key:
        """MIS_START and MISSING."""
        return (self.began_on, self.kind)


class HeaderRow(Row, frozen=True, tag="header"):
    """A row of Header: who the child is, as far as the platform needs it; `upn` tells twins of one reference apart."""

    date_of_birth: date | None
    sex: str | None
    upn: str | None
    asylum: bool | None


class AsylumRow(Row, frozen=True, tag="uasc"):
    """A row of UASC: the child came, or had come, seeking asylum alone."""


class UnreadRow(Row, frozen=True, tag="unread"):
    """A row that could not be read: its child is named all the same, and where it can be read, so is its key."""

    table: str
    key: Key | None


_WITH_DAYS = (EpisodeRow, MissingRow)
AnyRow = EpisodeRow | MissingRow | HeaderRow | AsylumRow | UnreadRow


class Column(Struct, frozen=True):
    """A column and how its cells are read; `field` is what it is called in the row."""

    name: str
    field: str
    read: Reader


class Form(Struct, frozen=True):
    """A table as it is read. `columns` has those of the key first, in the order of the row's fields."""

    table: str
    row: type[EpisodeRow] | type[MissingRow] | type[HeaderRow] | type[AsylumRow]
    columns: tuple[Column, ...]
    # The column of the last day, where rows have days.
    last_day: str | None = None


_CHILD = Column("CHILD", "child", cells.required(cells.reference))


def forms(latest: date) -> dict[str, Form]:
    """Every table that is read; dates may lie no later than `latest`."""
    day = cells.days(latest)
    begins = cells.required(day)
    episodes = (
        _CHILD,
        Column("DECOM", "began_on", begins),
        Column("RNE", "reason", cells.required(cells.one_of(REASONS_FOR_NEW_EPISODE))),
        Column("LS", "legal_status", cells.required(cells.one_of(codes.LEGAL_STATUSES))),
        Column("PLACE", "placement_type", cells.required(cells.one_of(codes.PLACEMENT_TYPES))),
        Column("DEC", "ended_on", day),
        Column("REC", "reason_ceased", cells.one_of(REASONS_CEASED)),
        Column("CIN", "need", cells.one_of(codes.NEEDS)),
        Column("PLACE_PROVIDER", "provider", cells.one_of(codes.PROVIDERS)),
        Column("REASON_PLACE_CHANGE", "reason_for_change", cells.one_of(codes.REASONS_FOR_PLACEMENT_CHANGE)),
        Column("HOME_POST", "home_postcode", cells.postcode_if_one),
        Column("PL_POST", "postcode", cells.postcode),
        Column("URN", "urn", cells.urn),
        Column("PL_DISTANCE", "distance_miles", cells.miles),
        Column("PL_LOCATION", "in_authority", cells.meaning(LOCATIONS)),
    )
    missing = (
        _CHILD,
        Column("MIS_START", "began_on", begins),
        Column("MISSING", "kind", cells.required(cells.one_of(codes.MISSING_KINDS))),
        Column("MIS_END", "ended_on", day),
    )
    header = (
        _CHILD,
        Column("DOB", "date_of_birth", day),
        Column("SEX", "sex", cells.meaning(SEXES)),
        Column("UPN", "upn", _upn),
        Column("UASC", "asylum", cells.meaning(FLAGS)),
    )
    return {
        EPISODES: Form(EPISODES, EpisodeRow, episodes, "DEC"),
        MISSING: Form(MISSING, MissingRow, missing, "MIS_END"),
        HEADER: Form(HEADER, HeaderRow, header),
        ASYLUM: Form(ASYLUM, AsylumRow, (_CHILD,)),
    }


def _upn(text: str) -> str | None:
    number = cells.anything(text)
    return None if number and _NO_UPN.fullmatch(number) else number


class Faults(Exception):
    """What keeps a row from being read: every cell that can't be, or the one thing wrong with the whole row.

    `child` and `unread` are who and what it was, as far as that is told.
    """

    def __init__(self, faults: list[Faulty], child: str | None, unread: UnreadRow) -> None:
        super().__init__()
        self.faults, self.child, self.unread = faults, child, unread


class RowReader:
    """Reads the rows of one file: finds each column of its form among those that the file has."""

    def __init__(self, form: Form, columns: tuple[str, ...], source: int) -> None:
        self._form, self._source = form, source
        self.width = len(columns)
        places = {name: place for place, name in reversed(list(enumerate(columns)))}
        self.lacks = frozenset(column.field for column in form.columns if column.name not in places)
        # A column that the file has not is blank in every row: behind the cells of each there is one more, for those.
        self._reads: list[tuple[int, Reader]] = [
            (places[column.name], column.read) if column.name in places else (self.width, cells.nothing)
            for column in form.columns
        ]
        self._known = [Known(read) for _, read in self._reads]
        # That one is taken at the end too: of a table with one column there would be no tuple otherwise.
        self._in_order: Callable[[list[str]], Iterable[str]] = itemgetter(*[at for at, _ in self._reads], self.width)

    def read(self, row: int, place: str | None, record: list[str], whole: bool = True) -> tuple[str, AnyRow]:
        """The child and its row; cells that are lacking at the end are blank. Raises `Faults`."""
        fitted = [*record, ""]
        if len(record) != self.width or not whole:
            if not whole:
                raise self._unread(row, place, record, Faulty("stray-quote"))
            if any(text.strip() for text in record[self.width :]):
                raise self._unread(row, place, record, Faulty("too-many-cells"))
            fitted = self._fitted(record)
        try:
            child, *values = map(getitem, self._known, self._in_order(fitted))
        except Faulty:
            raise self._unread(row, place, record) from None
        made: AnyRow = self._form.row(self._source, row, place, *values)
        if isinstance(made, _WITH_DAYS) and made.ended_on and made.ended_on < made.began_on:
            raise self._unread(row, place, record, Faulty("ends-before-it-begins", self._form.last_day))
        return child, made

    def _fitted(self, record: list[str]) -> list[str]:
        there = record[: self.width]
        return there + [""] * (self.width + 1 - len(there))

    def _unread(self, row: int, place: str | None, record: list[str], only: Faulty | None = None) -> Faults:
        """What is wrong with a row: that one fault, or each of its cells that can't be read."""
        found: list[Faulty] = []
        child, *values = self._each(self._fitted(record), found)
        key = (values[0], values[1]) if self._form.last_day and None not in values[:2] else None
        return Faults([only] if only else found, child, UnreadRow(self._source, row, place, self._form.table, key))

    def _each(self, fitted: list[str], found: list[Faulty]) -> Iterator[Any]:
        for (at, read), column in zip(self._reads, self._form.columns, strict=True):
            try:
                yield read(fitted[at].strip())
            except Faulty as fault:
                found.append(Faulty(fault.code, column.name))
                yield None
