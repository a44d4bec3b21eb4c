"""The XML form of a return: its elements, as rows of the tables that the CSV form has. Reads no more than that.

Nothing is expanded and nothing outside the file is looked at: a document type, which alone could ask for either, is
refused. Memory stays within a few rows, whatever the file holds.
"""

from collections import Counter
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from msgspec import Struct

from holdfast.returns.texts import Unreadable
from holdfast.returns.xml_plain import PlainReader, plain_children
from holdfast.returns.xml_rows import CELLS, REFERENCE, TABLES, Element, element

ROOT, CHILD = "EXPSSDA903", "CHILD"
_CHUNK_BYTES = 64 * 1024
# No tag of a return is nearly as long, no cell, no nesting as deep; and no child has as many rows before its HEADER.
_LONGEST_TAG_BYTES = 1024 * 1024
_LONGEST_CELL = 1000
_DEEPEST = 100
_MOST_HELD = 10_000


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
    """An element that is a row, begun and not yet over, with the cells that it has so far."""

    tag: str
    line: int
    place: str
    cells: dict[str, str]


class _Reader:
    """Takes a file in as it comes, and gives its rows as they are over and their child's reference is known.

    There are very many cells: those of a plain child never reach the parser, only the tags around it do. Of the others
    as little is done as can be.
    """

    __slots__ = (
        *("_begun", "_cells", "_child_at", "_child_open", "_children", "_counts", "_done", "_fed", "_held", "_inside"),
        *("_level", "_parser", "_plain", "_reference", "_skipped_bytes", "_skipped_lines", "_text"),
    )

    def __init__(self, encoding: str) -> None:
        # What the file itself says of its encoding holds, unless it can't be that.
        self._parser = parser = expat.ParserCreate("windows-1252" if encoding == "cp1252" else None)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take_text
        parser.StartDoctypeDeclHandler = _refuse
        self._plain = PlainReader()
        # How many bytes the parser got, where in them the last child began, and what was kept from it.
        self._fed = self._skipped_bytes = self._skipped_lines = 0
        self._child_at = -1
        # How deep it is among the elements that hold rows, and among the cells of a row.
        self._level = self._inside = 0
        self._text = ""
        self._child_open = False
        self._children = 0
        self._counts: Counter[str] = Counter()
        self._reference: str | None = None
        # HEADER, and inside it AMISSING; the cells of the last of them.
        self._begun: list[_Row] = []
        self._cells: dict[str, str] = {}
        self._held: list[_Row] = []
        self._done: list[Element] = []

    @property
    def reached(self) -> int:
        """Up to which byte sense could be made of the file."""
        return self._parser.CurrentByteIndex + self._skipped_bytes

    def feed(self, chunk: bytes, *, final: bool = False) -> list[Element]:
        """The rows that are over."""
        try:
            reached = 0
            for child in plain_children(chunk):
                tag_at = self._fed + child.begins - reached
                self._parse(chunk[reached : child.rows_begin])
                reached = child.rows_begin
                if self._child_at == tag_at:
                    # The last that the parser made of it is that a child begins here: these rows are its rows.
                    reached = child.rows_end
                    self._take_plain(chunk[child.rows_begin : child.rows_end])
            self._parse(chunk[reached:], final)
        except (expat.ExpatError, LookupError, ValueError):
            raise Unreadable("broken-xml") from None
        done, self._done = self._done, []
        return done

    def _parse(self, part: bytes, final: bool = False) -> None:
        self._fed += len(part)
        self._parser.Parse(part, final)

    def _take_plain(self, part: bytes) -> None:
        child, first = self._plain.rows(part.decode("ascii")), self._line()
        self._done += [
            element(row.tag, first + row.line, self._place(row.tag), child.reference, row.cells) for row in child.rows
        ]
        self._skipped_bytes += len(part)
        self._skipped_lines += child.lines

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._skipped_lines

    def _place(self, tag: str) -> str:
        """Which element the next of this tag is."""
        self._counts[tag] += 1
        which = tag if tag == "HEADER" else f"{tag} {self._counts[tag]}"
        return f"child {self._children}, {which}"

    def _take_text(self, text: str) -> None:
        if len(self._text) < _LONGEST_CELL:
            self._text += text

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._text = ""
        if self._inside:
            self._inside += 1
            if self._inside > _DEEPEST:
                raise Unreadable("broken-xml")
            return
        if self._begun and tag not in TABLES:
            self._inside = 1
            return
        self._level += 1
        if self._level <= 2:
            self._open(tag)
        elif tag in TABLES and self._child_open:
            self._begin(tag)
        elif self._level > _DEEPEST:
            raise Unreadable("broken-xml")

    def _end(self, tag: str) -> None:
        if self._inside == 1:
            self._inside = 0
            self._cells[tag] = self._text
            return
        if self._inside:
            self._inside -= 1
            return
        if self._begun and tag == self._begun[-1].tag:
            self._over()
        elif self._level == 2:
            self._release(self._reference or "")
            self._child_open = False
        self._level -= 1

    def _open(self, tag: str) -> None:
        if self._level == 1 and tag != ROOT:
            raise Unreadable("not-a-return")
        if self._level == 2 and tag == CHILD:
            self._child_at = self._parser.CurrentByteIndex
            self._child_open = True
            self._children += 1
            self._counts.clear()
            self._reference = None

    def _begin(self, tag: str) -> None:
        self._cells = {}
        self._begun.append(_Row(tag, self._line(), self._place(tag), self._cells))

    def _over(self) -> None:
        row = self._begun.pop()
        self._cells = self._begun[-1].cells if self._begun else {}
        self._held.append(row)
        if row.tag == "HEADER":
            self._reference = row.cells.get(REFERENCE, "")
        if self._reference is not None:
            self._release(self._reference)
        elif len(self._held) > _MOST_HELD:
            raise Unreadable("broken-xml")

    def _release(self, reference: str) -> None:
        self._done += [
            element(row.tag, row.line, row.place, reference, [row.cells.get(cell, "") for cell in CELLS[row.tag]])
            for row in self._held
        ]
        self._held.clear()


def _refuse(*_: object) -> None:
    raise Unreadable("doctype")
