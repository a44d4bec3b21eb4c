"""The parts that returns are made of: an Episodes file with the files that belong to it, loaded, and of which year.

Episodes files of one year are one return. What is odd about a part as a whole is told here.
"""

from datetime import date
from itertools import count as counting
from itertools import groupby

from msgspec import Struct

from holdfast.contracts.returned import year_ending
from holdfast.returns.faults import Fault, file_fault, file_finding, finding
from holdfast.returns.files import LeftOut
from holdfast.returns.layers import Return, Source
from holdfast.returns.loading import Load, Loader
from holdfast.returns.tables import EPISODES, HEADER, MISSING, Sheaf


class Part(Struct, frozen=True):
    """A sheaf, what was loaded of it, and the year of its return."""

    year: date
    sheaf: Sheaf
    loads: list[Load]


def load_part(
    loader: Loader, sheaf: Sheaf, year: date | None, faults: list[Fault], left_out: list[LeftOut]
) -> Part | None:
    """Load the files of a sheaf; none of them where no episode can be read. `year` is that of the return, if said."""
    loads = loader.load(sheaf.episodes)
    episodes = next(load for load in loads if load.table == EPISODES)
    if episodes.whole and not episodes.read:
        faults.append(file_fault(episodes.file, "no-row-read" if episodes.left_out else "empty"))
    if not episodes.read or not episodes.whole:
        left_out += [LeftOut(table.file, "its Episodes file could not be read") for table in sheaf.others]
        return None
    for table in sheaf.others:
        loads += loader.load(table)
    latest = [day for day, _ in episodes.latest]
    if year is None and len(latest) > 1 and year_ending(latest[0]).year - year_ending(latest[1]).year > 1:
        # A mistyped DECOM takes the whole file into another year.
        faults.append(finding(episodes.latest[0][1], "alone-in-its-year", "DECOM"))
    return Part(year or year_ending(latest[0]), sheaf, [load for load in loads if load.whole])


def laid_out(parts: list[Part], count: int, faults: list[Fault]) -> tuple[list[Source], dict[Return, list[Part]]]:
    """The sources of all rows by their numbers, and the parts of each return, in the order of the years.

    Parts of one year are read in the order of their names.
    """
    parts = sorted(parts, key=lambda part: (part.year, part.sheaf.episodes.found.name, part.sheaf.episodes.file))
    sources = [Source("", frozenset(), 0, None)] * count
    returns: dict[Return, list[Part]] = {}
    order = counting()
    for year, of_year in groupby(parts, key=lambda part: part.year):
        together = list(of_year)
        one = _return(year, together, last=together[-1] is parts[-1])
        returns[one] = together
        if not one.has_header:
            faults += [file_finding(part.sheaf.episodes.file, "no-header-file") for part in together]
        for load in (load for part in together for load in part.loads):
            sources[load.number] = Source(load.file, load.lacks, next(order), one)
    return sources, returns


def _return(year: date, parts: list[Part], *, last: bool) -> Return:
    loads = [load for part in parts for load in part.loads]
    has_header = any(load.rows for load in loads if load.table == HEADER)
    has_missing = any(load.table == MISSING for load in loads)
    lacks = frozenset.intersection(*(load.lacks for load in loads if load.table == EPISODES))
    return Return(year, has_header, has_missing, lacks, last)
