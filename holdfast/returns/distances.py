"""How far from home a placement is, and whether it lies in the authority's own area: by a directory of postcodes.

The directory is that of the Office for National Statistics, a CSV file of some two and a half million postcodes: it is
gone through once, and what occurs in the returns is kept. The formula and its exceptions are the return's own
(PL_DISTANCE, PL_LOCATION).
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator
from math import hypot
from pathlib import Path

from msgspec import Struct

from holdfast.contracts import codes
from holdfast.returns.progress import Progress, Told
from holdfast.returns.rows import EpisodeRow
from holdfast.returns.texts import Unreadable, lines

METRES_A_MILE = 1000 * 1.6093
_LINES_TOLD = 50_000

# Northern Ireland is on a grid of its own, so its metres say nothing beside those of Great Britain.
_ENGLAND, _NORTHERN_IRELAND = "E", "N"
# A district below a county, whose code is then in a column of its own.
_DISTRICT = "E07"
# What is read, and what its column is called in the directories of different years.
_COLUMNS = {
    "postcode": re.compile(r"pcds|pcd[278]?"),
    "eastings": re.compile(r"(os)?east1m"),
    "northings": re.compile(r"osnrth1m|north1m"),
    "local authority": re.compile(r"(os)?laua|lad\d\dcd"),
    "county": re.compile(r"(os)?cty|cty\d\dcd"),
}


class NoDirectory(Exception):
    """A file that is no directory of postcodes; the text is one sentence."""


class Directory(Struct, frozen=True):
    """The file, and the nine-character code of the authority that is responsible for the children."""

    file: Path
    authority: str


class Place(Struct, frozen=True, gc=False):
    """Where a postcode lies: metres on the grid of its country, None where it is on none; its upper-tier authority."""

    east: int | None
    north: int | None
    authority: str


class Distances(Struct, frozen=True):
    """What was found of the postcodes that occur; `authority` is the responsible one's nine-character code."""

    authority: str
    places: dict[str, Place]

    def of(self, row: EpisodeRow, asylum: bool) -> tuple[float | None, bool | None]:
        """Miles, and whether it is inside: each None where it is not known, or not asked of such a child.

        What the return says itself stands.
        """
        said = (row.distance_miles, row.in_authority)
        if None not in said or not asked(row, asylum):
            return said
        placed, home = self.places.get(row.postcode or ""), self.places.get(row.home_postcode or "")
        miles = _miles(home, placed) if home and placed else None
        inside = None if placed is None else placed.authority == self.authority
        return miles if said[0] is None else said[0], inside if said[1] is None else said[1]

    def unknown(self, row: EpisodeRow, asylum: bool) -> str | None:
        """The column of a postcode that is not in the directory, where a distance is asked for."""
        given = {"PL_POST": row.postcode, "HOME_POST": row.home_postcode} if asked(row, asylum) else {}
        return next((column for column, code in given.items() if code and code not in self.places), None)


def asked(row: EpisodeRow, asylum: bool) -> bool:
    """The return has no distance of children who came seeking asylum alone, nor of short breaks."""
    return not asylum and row.legal_status not in codes.SHORT_BREAKS


def _miles(home: Place, placed: Place) -> float | None:
    if not home.authority.startswith(_ENGLAND) or placed.authority.startswith(_NORTHERN_IRELAND):
        return None
    if home.east is None or home.north is None or placed.east is None or placed.north is None:
        return None
    return round(hypot(placed.east - home.east, placed.north - home.north) / METRES_A_MILE, 1)


def look_up(directory: Directory, wanted: Collection[str], told: Told | None = None) -> Distances:
    """What the directory says of some postcodes (capitals, no spaces). Raises `NoDirectory`."""
    try:
        with directory.file.open("rb") as stream:
            source = _telling(lines(stream, "utf-8-sig"), stream.tell, directory.file.stat().st_size, told)
            places = dict(_matching(source, wanted, directory.authority))
    except (OSError, UnicodeError, Unreadable, csv.Error):
        raise NoDirectory(
            f"{directory.file.name} can't be read as a directory of postcodes: give its CSV file."
        ) from None
    return Distances(directory.authority, places)


def _telling(source: Iterator[str], reached: Callable[[], int], size: int, told: Told | None) -> Iterator[str]:
    for number, line in enumerate(source):
        if told is not None and not number % _LINES_TOLD:
            told(Progress("Looking up postcodes", reached(), size))
        yield line


def _matching(source: Iterator[str], wanted: Collection[str], authority: str) -> Iterator[tuple[str, Place]]:
    names = next(csv.reader([next(source, "")]), [])
    at = {what: _column(what, names) for what in _COLUMNS}
    first = at["postcode"]
    served = False
    for line in source:
        served = served or authority in line
        # Most lines are of no postcode that occurs: they are taken apart no further than needed.
        cells = line.split(",", first + 1)
        code = cells[first].strip('" \n').replace(" ", "") if len(cells) > first else ""
        if code in wanted:
            yield code, _place(next(csv.reader([line])), at)
    if not served:
        raise NoDirectory(
            f"No postcode of the directory lies in {authority}: take one of the years in which the authority has "
            "had that code, or everything would seem to be outside."
        )


def _column(what: str, names: list[str]) -> int:
    for place, name in enumerate(names):
        if _COLUMNS[what].fullmatch(name.strip().casefold()):
            return place
    raise NoDirectory(
        f"The file has no column of the {what}, as the directory of the Office for National Statistics has."
    )


def _place(cells: list[str], at: dict[str, int]) -> Place:
    authority = cells[at["local authority"]].strip()
    if authority.startswith(_DISTRICT):
        authority = cells[at["county"]].strip()
    return Place(_metres(cells[at["eastings"]]), _metres(cells[at["northings"]]), authority)


def _metres(cell: str) -> int | None:
    return int(cell) if cell.strip().isdecimal() and int(cell) else None
