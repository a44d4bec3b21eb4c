"""The XML form of a return: its elements, as rows of the tables that the CSV form has. Reads no more than that.

Nothing is expanded and nothing outside the file is looked at: a document type, which alone could ask for either, is
refused. Memory stays within a few rows, whatever the file holds.
"""

from collections import Counter
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from msgspec import Struct

from holdfast.returns.tables import EPISODES, HEADER, MISSING
from holdfast.returns.texts import Unreadable

ROOT, CHILD, REFERENCE = "EXPSSDA903", "CHILD", "CHILDID"
# Which elements are rows of which table.
_TABLES = {"HEADER": HEADER, "EPISODE": EPISODES, "AMISSING": MISSING}
# Their cells, by the names of the columns in the CSV form; what an element has not is blank.
COLUMNS = {
    HEADER: ("CHILD", "DOB", "SEX", "UPN", "UASC"),
    EPISODES: (
        *("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC", "CIN", "PLACE_PROVIDER"),
        *("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
    ),
    MISSING: ("CHILD", "MIS_START", "MISSING", "MIS_END"),
}
_TAGS = {"PLACE": "PL"}
_CELLS = {table: [_TAGS.get(column, column) for column in columns[1:]] for table, columns in COLUMNS.items()}

_CHUNK_BYTES = 64 * 1024
# No tag of a return is nearly as long, no cell, no nesting as deep; and no child has as many rows before its HEADER.
_LONGEST_TAG_BYTES = 1024 * 1024
_LONGEST_CELL = 1000
_DEEPEST = 100
_MOST_HELD = 10_000


class Element(Struct, frozen=True, gc=False):
    """A row: its table, the line it begins on, which element it is, and its cells in the order of `COLUMNS`."""

    table: str
    line: int
    place: str
    cells: list[str]


def elements(stream: IO[bytes], encoding: str) -> Iterator[Element]:
    """The rows of every child, in the order of the file. Raises `Unreadable`."""
    reader = _Reader(encoding)
    fed = 0
    while chunk := stream.read(_CHUNK_BYTES):
        fed += len(chunk)
        yield from reader.feed(chunk)
        if fed - reader.reached > _LONGEST_TAG_BYTES:
            raise Unreadable("broken-xml")
    yield from reader.feed(b"", final=True)


class _Row(Struct, gc=False):
    """An element that is a row, begun and not yet over; its cells are one level below."""

    table: str
    line: int
    place: str
    level: int
    cells: dict[str, str]


class _Reader:
    """Takes a file in as it comes, and gives its rows as they are over and their child's reference is known."""

    def __init__(self, encoding: str) -> None:
        # What the file itself says of its encoding holds, unless it can't be that.
        self._parser = parser = expat.ParserCreate("windows-1252" if encoding == "cp1252" else None)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        self._level = 0
        self._children = 0
        self._counts: Counter[str] = Counter()
        self._reference: str | None = None
        # HEADER, and inside it AMISSING.
        self._begun: list[_Row] = []
        self._cell_level = 0
        self._cell = ""
        self._held: list[_Row] = []
        self._done: list[Element] = []

    @property
    def reached(self) -> int:
        """Up to which byte sense could be made of the file."""
        return self._parser.CurrentByteIndex

    def feed(self, chunk: bytes, *, final: bool = False) -> list[Element]:
        """The rows that are over."""
        try:
            self._parser.Parse(chunk, final)
        except (expat.ExpatError, LookupError, ValueError):
            raise Unreadable("broken-xml") from None
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._level += 1
        self._cell = ""
        if self._level == self._cell_level and tag not in _TABLES:
            return
        if self._level <= 2:
            self._open(tag)
        elif tag in _TABLES and self._children:
            self._begin(tag)
        elif self._level > _DEEPEST:
            raise Unreadable("broken-xml")

    def _open(self, tag: str) -> None:
        if self._level == 1 and tag != ROOT:
            raise Unreadable("not-a-return")
        if self._level == 2 and tag == CHILD:
            self._children += 1
            self._counts.clear()
            self._reference = None

    def _begin(self, tag: str) -> None:
        self._counts[tag] += 1
        which = tag if tag == "HEADER" else f"{tag} {self._counts[tag]}"
        place = f"child {self._children}, {which}"
        self._begun.append(_Row(_TABLES[tag], self._parser.CurrentLineNumber, place, self._level, {}))
        self._cell_level = self._level + 1

    def _text(self, text: str) -> None:
        if self._level == self._cell_level and len(self._cell) < _LONGEST_CELL:
            self._cell += text

    def _end(self, tag: str) -> None:
        if self._level == self._cell_level:
            self._begun[-1].cells[tag] = self._cell
        elif self._level + 1 == self._cell_level:
            self._over()
        elif self._level == 2:
            self._release(self._reference or "")
        self._level -= 1

    def _over(self) -> None:
        row = self._begun.pop()
        self._cell_level = self._begun[-1].level + 1 if self._begun else 0
        self._held.append(row)
        if row.table == HEADER:
            self._reference = row.cells.get(REFERENCE, "")
        if self._reference is not None:
            self._release(self._reference)
        elif len(self._held) > _MOST_HELD:
            raise Unreadable("broken-xml")

    def _release(self, reference: str) -> None:
        for row in self._held:
            cells = [row.cells.get(tag, "") for tag in _CELLS[row.table]]
            self._done.append(Element(row.table, row.line, row.place, [reference, *cells]))
        self._held.clear()


def _refuse(*_: object) -> None:
    raise Unreadable("doctype")
