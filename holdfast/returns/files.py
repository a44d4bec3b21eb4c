"""Finding the files of a return: which table each file is, by its columns, and which Episodes file it belongs to.

Reads text and nothing else; what the rows say is in `rows`. Only CSV in UTF-8 is read.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from msgspec import Struct

from holdfast.returns.faults import Fault, file_fault

# A table is known by these columns; the rest of what it must have is in `REQUIRED`.
TELLING = {
    "episodes": {"DECOM", "RNE"},
    "missing": {"MISSING", "MIS_START"},
    "header": {"SEX", "DOB"},
}
REQUIRED = {
    "episodes": ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"),
    "missing": ("CHILD", "MISSING", "MIS_START", "MIS_END"),
    "header": ("CHILD", "SEX", "DOB"),
}
# Tables of the return that no fact is made of.
UNUSED = {
    "Reviews": "REVIEW_CODE",
    "OC2": "SDQ_SCORE",
    "OC3": "IN_TOUCH",
    "AD1": "DATE_MATCH",
    "PlacedAdoption": "DATE_PLACED",
    "PrevPerm": "PREV_PERM",
    "UASC": "DUC",
    "SWEpisodes": "SW_ID",
    "DoLo": "DOLO_START",
}


class Table(Struct, frozen=True):
    """A recognised file: `kind` is `episodes`, `header` or `missing`; `rows` are its cells below the column names."""

    kind: str
    path: Path
    columns: tuple[str, ...]
    rows: list[list[str]]

    @property
    def file(self) -> str:
        """The file as its faults name it."""
        return str(self.path)

    def named_like(self) -> str:
        """The file's name without the table's word, alike for the files of one return."""
        return self.path.name.casefold().replace(self.kind, "", 1)


class LeftOut(Struct, frozen=True):
    """A file that was not read, and why; not a fault."""

    file: str
    because: str


class Sheaf(Struct, frozen=True):
    """An Episodes file and the files that belong to it."""

    episodes: Table
    headers: tuple[Table, ...]
    missing: tuple[Table, ...]


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The CSV files named, or directly inside the folders named; each once, by folder and name."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(path.glob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.suffix.casefold() == ".csv" and file.is_file():
                found.setdefault(file.resolve(), file)
    return list(found.values())


def recognise(path: Path) -> Table | LeftOut | Fault:
    """What a file is, by its columns."""
    file = str(path)
    try:
        lines = list(csv.reader(StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError:
        return file_fault(file, "not-utf-8")
    except csv.Error:
        return file_fault(file, "unreadable")
    if not lines:
        return file_fault(file, "empty")
    columns = tuple(cell.strip().upper() for cell in lines[0])
    if len(columns) == 1 and ";" in columns[0]:
        return file_fault(file, "semicolons")
    kind = _kind(set(columns))
    if kind is None:
        return LeftOut(file, _unused(columns))
    lacking = next((column for column in REQUIRED[kind] if column not in columns), None)
    if lacking is not None:
        return file_fault(file, "lacks-column", lacking)
    return Table(kind, path, columns, lines[1:])


def _kind(columns: set[str]) -> str | None:
    kind = next((kind for kind, telling in TELLING.items() if telling <= columns), None)
    # Other tables give sex and date of birth beside what they are of.
    return None if kind == "header" and "ETHNIC" not in columns and columns & set(UNUSED.values()) else kind


def _unused(columns: tuple[str, ...]) -> str:
    name = next((name for name, column in UNUSED.items() if column in columns), None)
    return f"{name}: no figure is made of it" if name else "not a table of the return"


def gather(tables: list[Table]) -> Iterator[Sheaf | Fault]:
    """One sheaf for each Episodes file; a fault for a file that belongs to none or can't be told."""
    folders: dict[Path, list[Table]] = {}
    for table in tables:
        folders.setdefault(table.path.parent.resolve(), []).append(table)
    for inside in folders.values():
        yield from _gather_folder(inside)


def _gather_folder(tables: list[Table]) -> Iterator[Sheaf | Fault]:
    episodes = [table for table in tables if table.kind == "episodes"]
    belonging: dict[str, list[Table]] = {}
    for table in tables:
        if table.kind == "episodes":
            continue
        owner = _owner(table, episodes)
        if owner is None:
            yield file_fault(table.file, "no-episodes")
        else:
            belonging.setdefault(owner.file, []).append(table)
    for owner in episodes:
        mine = belonging.get(owner.file, [])
        yield Sheaf(
            owner,
            tuple(table for table in mine if table.kind == "header"),
            tuple(table for table in mine if table.kind == "missing"),
        )


def _owner(table: Table, episodes: list[Table]) -> Table | None:
    alike = [owner for owner in episodes if owner.named_like() == table.named_like()]
    if alike:
        return alike[0]
    return episodes[0] if len(episodes) == 1 else None
