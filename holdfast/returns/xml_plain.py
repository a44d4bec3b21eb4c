"""The children of an XML return that are as plain as nearly all are, read from its bytes: a HEADER, rows, and cells.

Whether such bytes are a child at all (and not within a comment), only the parser knows: it is asked in `xml_form`.
What is anything but plain is not found here, and nothing is lost by that but time: the parser reads it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter

from msgspec import Struct

from holdfast.returns.xml_rows import CELLS

# The text of a cell: ASCII without references, control characters or an end of line that XML would make another, so
# that the bytes hold what the parser would tell, in any encoding in which it takes the tags for tags.
_TEXT = "[\t\n -%'-;=?-~]{0,999}+"
_NAME = "[A-Z_]{1,40}+"
_BLANK = "[ \t\r\n]*+"
_CELL = re.compile(f"<({_NAME})(?:/>|>({_TEXT})<)")
# What that comes to where the text is known to be such.
_ANY = "[^<]*+"
# No row of a return has nearly as many different cells.
_MOST_TAGS = 60


def _cells(name: str) -> str:
    tag = f"(?P<{name}>(?!(?:HEADER|EPISODE|AMISSING)[/>]){_NAME})"
    return f"(?:{_BLANK}<{tag}(?:/>|>{_TEXT}</(?P={name})>))*+{_BLANK}"


_CHILD = re.compile(
    (
        f"<CHILD>(?P<rows>{_BLANK}<HEADER>{_cells('a')}(?:<AMISSING>{_cells('b')}</AMISSING>{_BLANK})*+</HEADER>"
        f"(?:{_BLANK}<EPISODE>{_cells('c')}</EPISODE>)*+){_BLANK}</CHILD>"
    ).encode()
)


class PlainRow(Struct, frozen=True, gc=False):
    """A row: the line it begins on, counted from the child's as 0, and its cells in the order of `CELLS`."""

    tag: str
    line: int
    cells: Sequence[str]


class PlainChild(Struct, frozen=True, gc=False):
    """Where in the bytes its start tag begins, and the rows in it."""

    begins: int
    rows_begin: int
    rows_end: int


def plain_children(chunk: bytes) -> Iterator[PlainChild]:
    """Those that are in a part of a file from start to end."""
    for child in _CHILD.finditer(chunk):
        yield PlainChild(child.start(), child.start("rows"), child.end("rows"))


class PlainRows(Struct, frozen=True, gc=False):
    """The rows of a child in the order in which they end (HEADER after what is in it), and how many lines they take."""

    reference: str
    rows: list[PlainRow]
    lines: int


class PlainReader:
    """Reads the rows of the plain children of one file."""

    def __init__(self) -> None:
        self._alike = {tag: RowsAlike(cells) for tag, cells in CELLS.items()}

    def rows(self, text: str) -> PlainRows:
        """Those of one child."""
        inside, *episodes = text.split("<EPISODE>")
        before, _, header = inside.partition("<HEADER>")
        own, *missing = header.split("<AMISSING>")
        begins = count_lines(before)
        head = PlainRow("HEADER", begins, self._alike["HEADER"].cells(own))
        found: list[PlainRow] = []
        line = self._read("AMISSING", begins + count_lines(own), missing, found)
        found.append(head)
        line = self._read("EPISODE", line, episodes, found)
        return PlainRows(head.cells[0], found, line)

    def _read(self, tag: str, line: int, rows: Sequence[str], found: list[PlainRow]) -> int:
        """Read rows that follow one another, the first from a line on; the line that is reached."""
        cells = self._alike[tag].cells
        for row in rows:
            found.append(PlainRow(tag, line, cells(row)))
            line += count_lines(row)
        return line


class RowsAlike:
    """The rows of one element, which are written alike in a file: the same tags in the same order, some left out.

    One expression so reads all cells of a row at once, made of the tags seen; a row that it doesn't fit is read a cell
    at a time, and what tags it has beyond those are taken into it.
    """

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted
        self._tags: list[str] = []
        self._expect()

    def cells(self, row: str) -> Sequence[str]:
        """The wanted cells of a row that is plain, begun and perhaps ended; blank where there is none."""
        match = self._expected.match(row)
        if match is not None:
            return self._in_order(match.groups(""))
        found = dict(_CELL.findall(row))
        if not found.keys() <= set(self._tags) and len(self._tags) < _MOST_TAGS:
            self._take_in(found)
            self._expect()
        return [found.get(tag, "") for tag in self._wanted]

    def _take_in(self, tags: Iterable[str]) -> None:
        """Each new tag comes behind the one that it was found behind, as long as they are not too many."""
        place = 0
        for tag in tags:
            if len(self._tags) == _MOST_TAGS:
                return
            if tag not in self._tags:
                self._tags.insert(place, tag)
            place = self._tags.index(tag) + 1

    def _expect(self) -> None:
        lacking = [tag for tag in self._wanted if tag not in self._tags]
        cells = "".join(_one(tag, f"({_ANY})" if tag in self._wanted else _ANY) for tag in self._tags)
        # A cell that no row has had yet is one without text.
        self._expected = re.compile(f"{_BLANK}{cells}{'()' * len(lacking)}(?:</|\\Z)")
        captured = [tag for tag in self._tags if tag in self._wanted] + lacking
        self._in_order: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*map(captured.index, self._wanted))


def _one(tag: str, text: str) -> str:
    return f"(?:<{tag}(?:/>|>{text}</{tag}>){_BLANK})?+"


def count_lines(text: str) -> int:
    """How many lines end in it, as the parser counts them."""
    found = text.count("\n")
    return found + text.count("\r") - text.count("\r\n") if "\r" in text else found
