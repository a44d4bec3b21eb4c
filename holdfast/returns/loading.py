"""Loads the rows of a return's files: each is kept by child, or is left out with every reason why; none is passed over.

A file that breaks off somewhere is not read at all: none of its rows counts, and no fault of them is told.
"""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from holdfast.returns.faults import Fault, Origin, file_fault, finding, row_fault
from holdfast.returns.files import UNREADABLE
from holdfast.returns.kept import Kept
from holdfast.returns.progress import Progress, Told
from holdfast.returns.rows import EpisodeRow, Faults, RowReader, forms
from holdfast.returns.tables import WHOLE, Table
from holdfast.returns.texts import Unreadable, lines, records
from holdfast.returns.xml_form import elements
from holdfast.returns.xml_rows import COLUMNS

# So often it is told how far the reading is.
_ROWS_TOLD = 2_000


class Load(Struct):
    """A table of a file as it is loaded: its rows are those read, those left out and those without any text.

    `number` is the source of its rows. `latest` are the last two days on which rows of Episodes begin, each with its
    row; `whole`: it did not break off.
    """

    number: int
    file: str
    table: str
    encoding: str
    lacks: frozenset[str]
    rows: int = 0
    read: int = 0
    left_out: int = 0
    blank: int = 0
    faults: list[Fault] = []
    latest: list[tuple[date, Origin]] = []
    whole: bool = True


class Loader:
    """Loads one file after another; `loads` are numbered as the rows' sources are."""

    def __init__(self, latest: date, total_bytes: int, told: Told | None) -> None:
        self.kept = Kept()
        self.loads: list[Load] = []
        self._broken: list[Fault] = []
        self._forms = forms(latest)
        self._total, self._told = total_bytes, told
        self._bytes_before = self._rows = 0

    def load(self, table: Table) -> list[Load]:
        """Load a file; of XML, each of the tables that are in it."""
        first = len(self.loads)
        try:
            self._load_xml(table) if table.kind == WHOLE else self._load_csv(table)
        except Unreadable as trouble:
            self._break_off(table, first, str(trouble))
        except UNREADABLE:
            self._break_off(table, first, "unreadable")
        self._bytes_before += table.found.size
        return self.loads[first:]

    def faults(self) -> list[Fault]:
        """What is wrong with the files and rows that were loaded."""
        return self._broken + [fault for load in self.loads if load.whole for fault in load.faults]

    def _break_off(self, table: Table, first: int, code: str) -> None:
        self._broken.append(file_fault(table.file, code))
        for load in self.loads[first:]:
            load.whole = False

    def _begin(self, table: Table, kind: str, columns: tuple[str, ...]) -> tuple[Load, RowReader]:
        reader = RowReader(self._forms[kind], columns, len(self.loads))
        load = Load(len(self.loads), table.file, kind, table.encoding, reader.lacks)
        self.loads.append(load)
        return load, reader

    def _load_csv(self, table: Table) -> None:
        load, reader = self._begin(table, table.kind, table.columns)
        with table.found.open() as stream:
            source = records(lines(stream, table.encoding), table.delimiter, len(table.columns))
            for row, (cells, whole) in enumerate(source, start=1):
                if row > table.names_row:
                    self._take(load, reader, row, None, cells, whole)
                    self._tell(stream.tell)

    def _load_xml(self, table: Table) -> None:
        begun = {kind: self._begin(table, kind, columns) for kind, columns in COLUMNS.items()}
        with table.found.open() as stream:
            for element in elements(stream, table.encoding):
                self._take(*begun[element.table], element.line, element.place, element.cells, True)
                self._tell(stream.tell)

    def _take(self, load: Load, reader: RowReader, row: int, place: str | None, cells: list[str], whole: bool) -> None:
        load.rows += 1
        try:
            child, read = reader.read(row, place, cells, whole)
        except Faults as found:
            if whole and not "".join(cells).strip():
                load.blank += 1
            else:
                self._leave_out(load, Origin(load.file, row, place), found)
            return
        load.read += 1
        self.kept.add(child, read)
        if len(cells) < reader.width:
            load.faults.append(finding(Origin(load.file, row, place), "short-row"))
        if isinstance(read, EpisodeRow) and (len(load.latest) < 2 or read.began_on > load.latest[1][0]):
            begun = (read.began_on, Origin(load.file, row, place))
            load.latest = sorted([*load.latest, begun], key=_day, reverse=True)[:2]

    def _leave_out(self, load: Load, origin: Origin, found: Faults) -> None:
        load.left_out += 1
        load.faults += [row_fault(origin, fault.code, fault.column) for fault in found.faults]
        if found.child is not None:
            self.kept.add(found.child, found.unread)

    def _tell(self, reached: Callable[[], int]) -> None:
        self._rows += 1
        if self._told is not None and not self._rows % _ROWS_TOLD:
            self._told(Progress("Reading", self._bytes_before + reached(), self._total, self._rows))


def _day(begun: tuple[date, Origin]) -> date:
    return begun[0]
