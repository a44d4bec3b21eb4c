"""Reads the files of SSDA903 returns and says which facts they want stated, and everything that is wrong with them.

Reads files and nothing else: it knows no door, no key and no clock.
"""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct

from holdfast.returns.faults import Fault, file_fault, finding
from holdfast.returns.files import LeftOut, Sheaf, Table, find_files, gather, recognise
from holdfast.returns.layers import Return, lay_over, year_ending
from holdfast.returns.named import Named
from holdfast.returns.rows import EpisodeRow, episode, findings, header, joined, missing, read_rows
from holdfast.returns.wanted import WantedFact, wanted_facts


class YearRead(Struct, frozen=True):
    """What was recognised of one year: its files, and how many rows of each table were read.

    `latest_on` is the latest DECOM of its rows, which is what makes it the return of that year.
    """

    year_ending: date
    latest_on: date
    files: tuple[str, ...]
    episodes: int
    headers: int
    missing: int
    children: int

    @property
    def begins_on(self) -> date:
        """1 April."""
        return date(self.year_ending.year - 1, 4, 1)


class Reading(Struct, frozen=True):
    """Facts grouped by child; faults by file and row; years in order; `dropped` counts outvoted rows.

    `named` tells of every child that is in any file.

    A return may have a million facts: go through them as they come, once or again, and never hold them all.
    """

    facts: Collection[WantedFact]
    faults: list[Fault]
    years: list[YearRead]
    left_out: list[LeftOut]
    dropped: int
    named: Named


def read_returns(paths: Iterable[Path], *, today: date | None = None) -> Reading:
    """Read the returns in folders (or files). `today` bounds dates to a year ahead, as the door does."""
    latest = _year_after(today) if today else date.max
    faults: list[Fault] = []
    left_out: list[LeftOut] = []
    tables: list[Table] = []
    for path in find_files(paths):
        match recognise(path):
            case Table() as table:
                tables.append(table)
            case LeftOut() as unread:
                left_out.append(unread)
            case fault:
                faults.append(fault)
    by_year: dict[date, list[tuple[Sheaf, Return]]] = {}
    for sheaf in gather(tables):
        if isinstance(sheaf, Fault):
            faults.append(sheaf)
        else:
            _read_sheaf(sheaf, latest, by_year, faults)
    returns = [_one_year(year, by_year[year]) for year in sorted(by_year)]
    standing = lay_over(one for _, one in returns)
    facts, odd = wanted_facts(standing)
    faults += standing.findings + odd
    faults.sort(key=lambda fault: (fault.file, fault.row or 0, fault.column or ""))
    named = Named((one for _, one in returns), standing.headers)
    return Reading(facts, faults, [year for year, _ in returns], left_out, standing.dropped, named)


def _year_after(today: date) -> date:
    # 29 February gives 1 March, as at the door.
    leap_day = (today.month, today.day) == (2, 29)
    return date(today.year + 1, 3, 1) if leap_day else today.replace(year=today.year + 1)


def _read_sheaf(
    sheaf: Sheaf, latest: date, by_year: dict[date, list[tuple[Sheaf, Return]]], faults: list[Fault]
) -> None:
    episodes = read_rows(sheaf.episodes, episode, latest)
    headers = joined([read_rows(table, header, latest) for table in sheaf.headers])
    missings = joined([read_rows(table, missing, latest) for table in sheaf.missing])
    faults += episodes.faults + headers.faults + missings.faults
    faults += [odd for row in episodes.good for odd in findings(row)]
    if not episodes.good:
        faults.append(file_fault(sheaf.episodes.file, "no-row-read" if episodes.faults else "empty"))
        return
    year = year_ending(max(row.began_on for row in episodes.good))
    faults += _alone_in_its_year(episodes.good)
    one = Return(year, episodes, headers, missings if sheaf.missing else None)
    by_year.setdefault(year, []).append((sheaf, one))


def _alone_in_its_year(rows: list[EpisodeRow]) -> list[Fault]:
    """A mistyped DECOM takes the whole file into another year: told where the rest of the file is years before it."""
    *earlier, last = sorted(rows, key=lambda row: row.began_on)
    gap = year_ending(last.began_on).year - year_ending(earlier[-1].began_on).year if earlier else 0
    return [finding(last.origin, "alone-in-its-year", "DECOM")] if gap > 1 else []


def _one_year(year: date, parts: list[tuple[Sheaf, Return]]) -> tuple[YearRead, Return]:
    """Episodes files of one year are one return, read in the order of their names."""
    parts = sorted(parts, key=lambda part: (part[0].episodes.path.name, part[0].episodes.file))
    episodes = joined([one.episodes for _, one in parts])
    headers = joined([one.headers for _, one in parts])
    missings = [one.missing for _, one in parts if one.missing is not None]
    whole = Return(year, episodes, headers, joined(missings) if missings else None)
    files = tuple(table.file for sheaf, _ in parts for table in (sheaf.episodes, *sheaf.headers, *sheaf.missing))
    absences = len(whole.missing.good) if whole.missing else 0
    latest_on = max(row.began_on for row in episodes.good)
    numbers = (len(episodes.good), len(headers.good), absences, len(episodes.named))
    return YearRead(year, latest_on, files, *numbers), whole
