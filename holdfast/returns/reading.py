"""Reads the files of SSDA903 returns and says which facts they want stated, and everything that is wrong with them.

Reads files and nothing else: it knows no door, no key and no clock. First every row is loaded and kept by child, then
the returns are laid over one another a child at a time, so that a million rows need little memory.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from holdfast.returns.distances import Directory, Distances, look_up
from holdfast.returns.faults import Fault, finding
from holdfast.returns.files import Found, LeftOut, find_files
from holdfast.returns.kept import Kept
from holdfast.returns.layers import Return, Source, lay_over, origin_of
from holdfast.returns.loading import Loader
from holdfast.returns.named import Named
from holdfast.returns.odd import odd_child
from holdfast.returns.parts import Part, laid_out, load_part
from holdfast.returns.progress import Progress, Told
from holdfast.returns.rows import EpisodeRow
from holdfast.returns.tables import EPISODES, HEADER, MISSING, Sheaf, Table, gather, recognise
from holdfast.returns.wanted import WantedFact, number_of_facts, wanted_facts

# So often it is told how far the laying over is.
_CHILDREN_TOLD = 1_000


class SeveralReturns(Exception):
    """One year was named for several Episodes files; the text is one sentence."""


class FileRead(Struct, frozen=True):
    """A table that was read (an XML file has three): its rows are those read, left out, and without any text."""

    file: str
    table: str
    encoding: str
    year_ending: date
    rows: int
    read: int
    left_out: int
    blank: int


class YearRead(Struct, frozen=True):
    """What was recognised of one year: its files, and how many rows of each table were read, and how many left out.

    `latest_on` is the latest DECOM of its rows, which is what makes it the return of that year, unless that was said.
    `children`: those with an episode that was read.
    """

    year_ending: date
    latest_on: date
    files: tuple[str, ...]
    episodes: int
    headers: int
    missing: int
    children: int
    left_out: int = 0

    @property
    def begins_on(self) -> date:
        """1 April."""
        return date(self.year_ending.year - 1, 4, 1)


class Facts(Collection[WantedFact]):
    """The facts of a reading, grouped by child in the order of the references; made anew whenever gone through."""

    def __init__(self, kept: Kept, sources: Sequence[Source], distances: Distances | None, count: int) -> None:
        self._kept, self._sources, self._distances, self._count = kept, sources, distances, count

    def __iter__(self) -> Iterator[WantedFact]:
        for child, rows in self._kept:
            yield from wanted_facts(child, lay_over(rows, self._sources), self._sources, self._distances)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, fact: object) -> bool:
        return any(fact == one for one in self)


class Reading(Struct, frozen=True):
    """Facts grouped by child; faults by file and row; years in order; `dropped` counts outvoted rows.

    `named` tells of every child that is in any file, with its facts; `children` counts those with facts.

    A return may have a million facts: go through them as they come, once or again, and never hold them all.
    """

    facts: Collection[WantedFact]
    faults: list[Fault]
    years: list[YearRead]
    left_out: list[LeftOut]
    dropped: int
    named: Named
    files: list[FileRead] = []
    children: int = 0


def read_returns(
    paths: Iterable[Path],
    *,
    today: date | None = None,
    year: date | None = None,
    postcodes: Directory | None = None,
    told: Told | None = None,
) -> Reading:
    """Read the returns in folders, zip files or files.

    `today` bounds dates to a year ahead, as the door does; `year` is the 31 March that ends the year of the only return
    there is, where its rows don't say. Raises `SeveralReturns` and `NoDirectory`.
    """
    faults: list[Fault] = []
    left_out: list[LeftOut] = []
    with ExitStack() as opened:
        sheaves = _sheaves(find_files(paths, opened), faults, left_out)
        if year is not None and len(sheaves) > 1:
            raise SeveralReturns(f"There are {len(sheaves)} Episodes files, and one year can't be that of all of them.")
        size = sum(table.found.size for sheaf in sheaves for table in sheaf.tables)
        loader = Loader(_year_after(today) if today else date.max, size, told)
        parts = [part for sheaf in sheaves if (part := load_part(loader, sheaf, year, faults, left_out)) is not None]
    faults += loader.faults()
    sources, returns = laid_out(parts, len(loader.loads), faults)
    distances = None if postcodes is None else _distances(postcodes, loader.kept, told)
    seen = _Seen()
    _look_through(loader.kept, sources, distances, seen, told)
    faults += seen.findings
    faults.sort(key=lambda fault: (fault.file, fault.row or 0, fault.column or "", fault.code))
    return Reading(
        facts=Facts(loader.kept, sources, distances, seen.facts),
        faults=faults,
        years=[_year_read(one, returns[one], seen.children[one]) for one in returns],
        left_out=left_out,
        dropped=seen.dropped,
        named=Named(loader.kept, sources, distances),
        files=list(_files_read(parts)),
        children=seen.with_facts,
    )


def _year_after(today: date) -> date:
    # 29 February gives 1 March, as at the door.
    leap_day = (today.month, today.day) == (2, 29)
    return date(today.year + 1, 3, 1) if leap_day else today.replace(year=today.year + 1)


def _sheaves(files: Iterable[Found | LeftOut | Fault], faults: list[Fault], left_out: list[LeftOut]) -> list[Sheaf]:
    """The files that belong together; what is no table of a return, or can't be read, is put into the lists."""
    tables: list[Table] = []
    unread: set[str] = set()
    for file in files:
        match recognise(file) if isinstance(file, Found) else file:
            case Table() as table:
                tables.append(table)
            case LeftOut() as unused:
                left_out.append(unused)
            case fault:
                faults.append(fault)
                if isinstance(file, Found) and fault.code != "empty":
                    unread.add(file.folder)
    sheaves: list[Sheaf] = []
    for gathered in gather(tables, unread):
        match gathered:
            case Sheaf():
                sheaves.append(gathered)
            case LeftOut():
                left_out.append(gathered)
            case _:
                faults.append(gathered)
    return sheaves


def _distances(directory: Directory, kept: Kept, told: Told | None) -> Distances:
    wanted: set[str] = set()
    for _, rows in kept:
        for row in rows:
            if isinstance(row, EpisodeRow):
                wanted.update(code for code in (row.postcode, row.home_postcode) if code)
    return look_up(directory, wanted, told)


class _Seen(Struct):
    """What came out of laying all children's rows over one another."""

    facts: int = 0
    with_facts: int = 0
    dropped: int = 0
    findings: list[Fault] = []
    children: Counter[Return] = msgspec.field(default_factory=Counter)


def _look_through(
    kept: Kept, sources: Sequence[Source], distances: Distances | None, seen: _Seen, told: Told | None
) -> None:
    """Go through the children once: count their facts, and find what is odd between their rows."""
    for number, (_, rows) in enumerate(kept):
        if told is not None and not number % _CHILDREN_TOLD:
            told(Progress("Laying years over one another", number, len(kept)))
        episodes = {row.source for row in rows if isinstance(row, EpisodeRow)}
        for one in {sources[source].part_of for source in episodes}:
            if one is not None:
                seen.children[one] += 1
        standing = lay_over(rows, sources)
        seen.findings += standing.findings
        seen.findings += [
            finding(origin_of(row, sources), code, *where) for row, code, *where in odd_child(standing, distances)
        ]
        facts = number_of_facts(standing)
        seen.facts += facts
        seen.with_facts += facts > 0
        seen.dropped += standing.dropped


def _year_read(one: Return, parts: list[Part], children: int) -> YearRead:
    loads = [load for part in parts for load in part.loads]
    return YearRead(
        year_ending=one.year_ending,
        latest_on=max(day for load in loads for day, _ in load.latest[:1]),
        files=tuple(dict.fromkeys(load.file for load in loads)),
        episodes=sum(load.read for load in loads if load.table == EPISODES),
        headers=sum(load.read for load in loads if load.table == HEADER),
        missing=sum(load.read for load in loads if load.table == MISSING),
        children=children,
        left_out=sum(load.left_out for load in loads),
    )


def _files_read(parts: list[Part]) -> Iterator[FileRead]:
    for part in parts:
        for load in part.loads:
            counts = (load.rows, load.read, load.left_out, load.blank)
            yield FileRead(load.file, load.table, load.encoding, part.year, *counts)
