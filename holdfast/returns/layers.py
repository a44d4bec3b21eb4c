"""Returns laid over one another by year: which rows stand once every later return has had its say.

Pure. The rule is that of the event contract, "From an SSDA903 return"; what standing rows mean is in `wanted`.
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import UNSET, Struct

from holdfast.returns.faults import Fault, finding
from holdfast.returns.rows import EpisodeRow, HeaderRow, Key, MissingRow, Rows


class Return(Struct, frozen=True):
    """One year's return: `year_ending` is its 31 March; `missing` is None where it has no such file."""

    year_ending: date
    episodes: Rows[EpisodeRow]
    headers: Rows[HeaderRow]
    missing: Rows[MissingRow] | None

    @property
    def begins_on(self) -> date:
        """1 April."""
        return date(self.year_ending.year - 1, 4, 1)

    @property
    def named(self) -> set[str]:
        """Every child in any of its files."""
        return self.episodes.named | self.headers.named | (self.missing.named if self.missing else set())


class Standing(Struct):
    """What stands of all returns, by key, in the order of their years and files.

    `dropped` counts the rows that a later return of their child no longer has.
    """

    episodes: dict[Key, EpisodeRow]
    headers: dict[str, HeaderRow]
    missing: dict[Key, MissingRow]
    findings: list[Fault]
    dropped: int = 0


Dated = TypeVar("Dated", EpisodeRow, MissingRow)


def year_ending(day: date) -> date:
    """The 31 March that ends the financial year of a day."""
    return date(day.year + ((day.month, day.day) >= (4, 1)), 3, 31)


def lay_over(returns: Iterable[Return]) -> Standing:
    """Lay returns over one another in the order of their years."""
    standing = Standing({}, {}, {}, [])
    absent: dict[str, EpisodeRow] = {}
    for later in sorted(returns, key=lambda one: one.year_ending):
        named = later.named
        standing.dropped += _drop(standing.episodes, later.episodes.keys, later, named)
        _lay(standing.episodes, later.episodes.good, standing.findings)
        _lay_headers(standing, later)
        if later.missing is not None:
            standing.dropped += _drop(standing.missing, later.missing.keys, later, named)
            _lay(standing.missing, later.missing.good, standing.findings)
        absent = _open_and_unnamed(standing, named)
    standing.findings += [finding(row.origin, "absent-next-year", "DEC") for row in absent.values()]
    return standing


def _drop(held: dict[Key, Dated], stated: set[Key], later: Return, named: set[str]) -> int:
    """Forget rows that cover a day of the later return's year, whose child it names, and that it has not."""
    gone = [key for key, row in held.items() if row.child in named and key not in stated and _covers(row, later)]
    for key in gone:
        del held[key]
    return len(gone)


def _covers(row: EpisodeRow | MissingRow, later: Return) -> bool:
    # Half-open days: a row that ended on 1 April covers none of the year that begins then.
    return row.began_on <= later.year_ending and (row.ended_on is None or row.ended_on > later.begins_on)


def _lay(held: dict[Key, Dated], rows: list[Dated], findings: list[Fault]) -> None:
    read: dict[Key, Dated] = {}
    for row in rows:
        if row.key in read:
            findings.append(finding(read[row.key].origin, "repeated-row"))
            row = _restated(read.pop(row.key), row)
        read[row.key] = row
    for key, row in read.items():
        before = held.pop(key, None)  # taken out, so that the order is that of the last reading
        held[key] = row if before is None else _restated(before, row)


def _restated(before: Dated, row: Dated) -> Dated:
    """The later row, with what its set has no column for as it was."""
    kept = {
        field: getattr(before, field)
        for field in row.__struct_fields__
        if getattr(row, field) is UNSET and getattr(before, field) is not UNSET
    }
    return msgspec.structs.replace(row, **kept) if kept else row


def _lay_headers(standing: Standing, later: Return) -> None:
    read: dict[str, HeaderRow] = {}
    for row in later.headers.good:
        if row.child in read:
            standing.findings += _repeated_header(read[row.child], row)
        read[row.child] = row
    for child, row in read.items():
        before = standing.headers.get(child)
        standing.headers[child] = row if before is None else _known(before, row)


def _repeated_header(before: HeaderRow, row: HeaderRow) -> list[Fault]:
    """Two rows of one return under one reference: the same child again, or, where they disagree, perhaps another."""
    column = _disagreement(before, row)
    if column is None:
        return [finding(before.origin, "repeated-row")]
    return [finding(origin, "one-reference-two-children", column) for origin in (before.origin, row.origin)]


def _disagreement(before: HeaderRow, row: HeaderRow) -> str | None:
    """The column in which both say something, and something else."""
    said = {
        "DOB": (before.date_of_birth, row.date_of_birth),
        "SEX": tuple(None if sex == "unknown" else sex for sex in (before.sex, row.sex)),
        "UPN": (before.upn, row.upn),
    }
    return next((column for column, (one, other) in said.items() if one and other and one != other), None)


def _known(before: HeaderRow, row: HeaderRow) -> HeaderRow:
    """A blank cell takes back nothing."""
    return msgspec.structs.replace(
        row, date_of_birth=row.date_of_birth or before.date_of_birth, sex=row.sex or before.sex
    )


def _open_and_unnamed(standing: Standing, named: set[str]) -> dict[str, EpisodeRow]:
    """The last row of each child that a return does not name, where it is open."""
    last: dict[str, EpisodeRow] = {}
    for row in standing.episodes.values():
        if row.child not in named and (row.child not in last or row.began_on >= last[row.child].began_on):
            last[row.child] = row
    return {child: row for child, row in last.items() if row.ended_on is None}
