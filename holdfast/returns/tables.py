"""Which table of the return a file is, by its columns, and which Episodes file it belongs to.

Reads the line of column names and nothing below it; what the rows say is in `rows`.
"""

from collections.abc import Iterator

from msgspec import Struct

from holdfast.returns.faults import Fault, file_fault
from holdfast.returns.files import UNREADABLE, XML, Found, LeftOut
from holdfast.returns.texts import DELIMITERS, Unreadable, encoding_of, lines, records

EPISODES, HEADER, MISSING, ASYLUM, WHOLE = "episodes", "header", "missing", "uasc", "xml"

# A table is known by the first of these that it has; the rest of what it must have is in `REQUIRED`.
TELLING = (
    (EPISODES, {"DECOM"}),
    (MISSING, {"MIS_START"}),
    (HEADER, {"ETHNIC"}),
    (ASYLUM, {"DUC"}),
)
# Of a Header file cut down to what is read; other tables give date of birth, and sex, beside what they are of.
BARE_HEADER = {"SEX", "DOB"}
REQUIRED = {
    EPISODES: ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"),
    MISSING: ("CHILD", "MISSING", "MIS_START", "MIS_END"),
    ASYLUM: ("CHILD", "DUC"),
    HEADER: ("CHILD", "SEX", "DOB"),
}
# Tables of the return that no fact is made of.
UNUSED = {
    "Reviews": "REVIEW_CODE",
    "OC2": "SDQ_SCORE",
    "OC3": "IN_TOUCH",
    "AD1": "DATE_MATCH",
    "PlacedAdoption": "DATE_PLACED",
    "PrevPerm": "PREV_PERM",
    "SWEpisodes": "SW_ID",
    "DoLo": "DOLO_START",
}


class Table(Struct, frozen=True):
    """A recognised file. `names_row` is the row of the column names, below which its own rows begin.

    `kind` is `episodes`, `header`, `missing` or `uasc`; or `xml`, which is a return by itself and has no columns.
    """

    kind: str
    found: Found
    encoding: str
    delimiter: str = ","
    columns: tuple[str, ...] = ()
    names_row: int = 1

    @property
    def file(self) -> str:
        """The file as its faults name it."""
        return self.found.file

    def named_like(self) -> str:
        """The file's name without the table's word, alike for the files of one return."""
        return self.found.name.casefold().replace(self.kind, "", 1)


class Sheaf(Struct, frozen=True):
    """An Episodes file, or an XML file, and the files that belong to it."""

    episodes: Table
    others: tuple[Table, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """All its files."""
        return (self.episodes, *self.others)


def recognise(found: Found) -> Table | LeftOut | Fault:
    """What a file is, by its columns."""
    try:
        encoding = encoding_of(found)
        if found.suffix == XML:
            return Table(WHOLE, found, encoding)
        names_row, line = _names(found, encoding)
    except Unreadable as trouble:
        return file_fault(found.file, str(trouble))
    except UNREADABLE:
        return file_fault(found.file, "unreadable")
    if not line:
        return file_fault(found.file, "empty")
    split = {delimiter: _columns(line, delimiter) for delimiter in DELIMITERS}
    kinds = {delimiter: kind for delimiter, columns in split.items() if (kind := _kind(set(columns)))}
    delimiter = next(iter(kinds), ",")
    if not kinds:
        return LeftOut(found.file, _unused(split))
    table = Table(kinds[delimiter], found, encoding, delimiter, split[delimiter], names_row)
    return _lacking(table) or table


def _names(found: Found, encoding: str) -> tuple[int, str]:
    """The first line with any text, and which it is. Above it may be blank lines, or how a spreadsheet parts cells."""
    with found.open() as stream:
        for number, line in enumerate(lines(stream, encoding), start=1):
            if line.strip(f" {DELIMITERS}\n") and not line.casefold().startswith("sep="):
                return number, line
    return 1, ""


def _columns(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(cell.strip().upper() for cell in next(records(iter([line]), delimiter))[0])


def _kind(columns: set[str]) -> str | None:
    kind = next((kind for kind, telling in TELLING if telling <= columns), None)
    if kind is None and columns >= BARE_HEADER and not columns & set(UNUSED.values()):
        return HEADER
    return kind


def _unused(split: dict[str, tuple[str, ...]]) -> str:
    columns = {column for columns in split.values() for column in columns}
    name = next((name for name, column in UNUSED.items() if column in columns), None)
    return f"{name}: no figure is made of it" if name else "not a table of the return"


def _lacking(table: Table) -> Fault | None:
    required = REQUIRED[table.kind]
    lacking = next((column for column in required if column not in table.columns), None)
    if lacking is not None:
        return file_fault(table.file, "lacks-column", lacking)
    repeated = next((column for column in table.columns if column and table.columns.count(column) > 1), None)
    return file_fault(table.file, "repeated-column", repeated) if repeated in required else None


def gather(tables: list[Table], unread: set[str]) -> Iterator[Sheaf | LeftOut | Fault]:
    """One sheaf for each Episodes or XML file; a fault for a file that belongs to none or can't be told.

    `unread` are the folders in which a file could not be recognised.
    """
    folders: dict[str, list[Table]] = {}
    for table in tables:
        if table.kind == WHOLE:
            yield Sheaf(table)
        else:
            folders.setdefault(table.found.folder, []).append(table)
    for folder, inside in folders.items():
        yield from _gather_folder(inside, folder not in unread)


def _gather_folder(tables: list[Table], all_known: bool) -> Iterator[Sheaf | LeftOut | Fault]:
    episodes = [table for table in tables if table.kind == EPISODES]
    belonging: dict[str, list[Table]] = {owner.file: [] for owner in episodes}
    for table in tables:
        if table.kind == EPISODES:
            continue
        owner = _owner(table, episodes, all_known)
        if owner is not None:
            belonging[owner.file].append(table)
        elif table.kind == ASYLUM:
            yield LeftOut(table.file, "no Episodes file belongs to it; it is wanted for distances alone")
        else:
            yield file_fault(table.file, "no-episodes")
    for owner in episodes:
        yield Sheaf(owner, tuple(belonging[owner.file]))


def _owner(table: Table, episodes: list[Table], all_known: bool) -> Table | None:
    alike = [owner for owner in episodes if owner.named_like() == table.named_like()]
    if alike:
        return alike[0]
    # The only one there is; but where a file could not be recognised, it may be the one that is meant.
    return episodes[0] if len(episodes) == 1 and all_known else None
