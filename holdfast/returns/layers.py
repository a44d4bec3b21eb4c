"""One child's rows of all returns laid over one another by year: which stand once every later return has had its say.

Pure. The rule is that of the event contract, "From an SSDA903 return"; what standing rows mean is in `wanted`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from holdfast.contracts.returned import covers
from holdfast.returns.faults import Fault, Origin, finding
from holdfast.returns.rows import AnyRow, AsylumRow, EpisodeRow, HeaderRow, Key, MissingRow, UnreadRow
from holdfast.returns.tables import EPISODES, HEADER, MISSING


class Return(Struct, frozen=True):
    """One year's return: `year_ending` is its 31 March; which tables it has, and whether it is the last there is.

    `lacks`: the fields of a row of Episodes that none of its files has a column for.
    """

    year_ending: date
    has_header: bool
    has_missing: bool
    lacks: frozenset[str]
    last: bool


class Source(Struct, frozen=True):
    """A table of a file. `lacks`: the fields of a row that it has no column for; `order`: its place among all.

    `part_of` is None where nothing of it is read: it broke off, or no episode of it could be read.
    """

    file: str
    lacks: frozenset[str]
    order: int
    part_of: Return | None


class Standing(Struct):
    """What stands of one child, by key, in the order of the years and files; `dropped` counts the rows that don't.

    `lacking`: by row of Episodes, the fields of it that no set it is in has a column for.

    `header_known_of`: some return that names the child has a Header; `header_left_out`: with a row of the child that
    could not be read.
    """

    episodes: dict[Key, EpisodeRow]
    missing: dict[Key, MissingRow]
    findings: list[Fault]
    lacking: dict[Key, frozenset[str]]
    header: HeaderRow | None = None
    header_known_of: bool = False
    header_left_out: bool = False
    asylum: bool = False
    dropped: int = 0


Dated = TypeVar("Dated", EpisodeRow, MissingRow)
_BEGAN_ON = attrgetter("began_on")


def lay_over(rows: Iterable[AnyRow], sources: Sequence[Source]) -> Standing:
    """Lay the rows of one child over one another, in the order of the years of their returns."""
    standing = Standing({}, {}, [], {})
    named_last = True
    for one, of_return in by_return(rows, sources):
        _lay_return(standing, one, of_return, sources)
        named_last = one.last
    if not named_last:
        _find_absent(standing, sources)
    return standing


def by_return(rows: Iterable[AnyRow], sources: Sequence[Source]) -> Iterator[tuple[Return, list[AnyRow]]]:
    """The rows of one child in each of the returns that name it, in the order of their years and files."""
    used = [row for row in rows if sources[row.source].part_of is not None]
    used.sort(key=lambda row: sources[row.source].order)
    for one, of_return in groupby(used, key=lambda row: sources[row.source].part_of):
        if one is not None:
            yield one, list(of_return)


def _lay_return(standing: Standing, one: Return, rows: list[AnyRow], sources: Sequence[Source]) -> None:
    kinds: dict[type[AnyRow], list[Any]] = {}
    for row in rows:
        kinds.setdefault(type(row), []).append(row)
    episodes: list[EpisodeRow] = kinds.get(EpisodeRow, [])
    headers: list[HeaderRow] = kinds.get(HeaderRow, [])
    if standing.episodes:
        standing.dropped += _drop(standing.episodes, _keys(episodes) | keys_unread(rows, EPISODES), one)
    _lay(standing, standing.episodes, episodes, sources)
    if one.has_missing:
        missing: list[MissingRow] = kinds.get(MissingRow, [])
        if standing.missing:
            standing.dropped += _drop(standing.missing, _keys(missing) | keys_unread(rows, MISSING), one)
        _lay(standing, standing.missing, missing, sources)
    _lay_headers(standing, headers, sources)
    standing.header_known_of |= one.has_header
    standing.header_left_out |= any(row.table == HEADER for row in kinds.get(UnreadRow, ()))
    standing.asylum |= AsylumRow in kinds or any(row.asylum for row in headers)


def _keys(rows: Sequence[EpisodeRow | MissingRow]) -> set[Key]:
    return {row.key for row in rows}


def keys_unread(rows: Sequence[AnyRow], table: str) -> set[Key]:
    """The rows that a return has and that could not be read; not those that it has once more, and whole."""
    unread = {row.key for row in rows if isinstance(row, UnreadRow) and row.table == table and row.key}
    return unread and unread - {row.key for row in rows if isinstance(row, EpisodeRow | MissingRow)}


def _drop(held: dict[Key, Dated], stated: set[Key], later: Return) -> int:
    """Forget rows that cover a day of the later return's year and that it has not: it names their child."""
    gone = [
        key for key, row in held.items() if key not in stated and covers(row.began_on, row.ended_on, later.year_ending)
    ]
    for key in gone:
        del held[key]
    return len(gone)


def _lay(standing: Standing, held: dict[Key, Dated], rows: list[Dated], sources: Sequence[Source]) -> None:
    read: dict[Key, Dated] = {}
    for row in rows:
        key = row.key
        if key in read:
            standing.findings.append(finding(origin_of(read[key], sources), "repeated-row"))
            row = _restated(read.pop(key), row, sources)
        read[key] = row
    for key, row in read.items():
        before = held.pop(key, None)  # taken out, so that the order is that of the last reading
        held[key] = row if before is None else _restated(before, row, sources)
        lacks = sources[row.source].lacks
        if lacks:
            standing.lacking[key] = lacks if before is None else lacks & standing.lacking.get(key, frozenset())
        else:
            standing.lacking.pop(key, None)


def _restated(before: Dated, row: Dated, sources: Sequence[Source]) -> Dated:
    """The later row, with what its set has no column for as it was."""
    kept = {field: getattr(before, field) for field in sources[row.source].lacks}
    return msgspec.structs.replace(row, **kept) if kept else row


def _lay_headers(standing: Standing, rows: list[HeaderRow], sources: Sequence[Source]) -> None:
    for before, row in pairwise(rows):
        column = _disagreement(before, row)
        told = [before] if column is None else [before, row]
        code = "repeated-row" if column is None else "one-reference-two-children"
        standing.findings += [finding(origin_of(each, sources), code, column) for each in told]
    if rows:
        standing.header = rows[-1] if standing.header is None else _known(standing.header, rows[-1])


def _disagreement(before: HeaderRow, row: HeaderRow) -> str | None:
    """The column in which both say something, and something else: the same child again, or perhaps another."""
    said = {
        "DOB": (before.date_of_birth, row.date_of_birth),
        "SEX": tuple(None if sex == "unknown" else sex for sex in (before.sex, row.sex)),
        "UPN": (before.upn, row.upn),
    }
    return next((column for column, (one, other) in said.items() if one and other and one != other), None)


def _known(before: HeaderRow, row: HeaderRow) -> HeaderRow:
    """A blank cell takes back nothing."""
    return msgspec.structs.replace(
        row,
        date_of_birth=row.date_of_birth or before.date_of_birth,
        sex=row.sex or before.sex,
    )


def _find_absent(standing: Standing, sources: Sequence[Source]) -> None:
    """The last return does not name the child: odd where its last row is open."""
    if not standing.episodes:
        return
    last = max(enumerate(standing.episodes.values()), key=lambda row: (row[1].began_on, row[0]))[1]
    if last.ended_on is None:
        standing.findings.append(finding(origin_of(last, sources), "absent-next-year", "DEC"))


def origin_of(row: AnyRow, sources: Sequence[Source]) -> Origin:
    """The file and row that it came from."""
    return Origin(sources[row.source].file, row.row, row.place)


def in_order(rows: Iterable[Dated]) -> list[Dated]:
    """Rows in the order of their days, those of one day as they were read."""
    return sorted(rows, key=_BEGAN_ON)
