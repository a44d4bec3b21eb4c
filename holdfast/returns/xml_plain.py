"""The children of an XML return that are as plain as nearly all are, read from its bytes: a HEADER, rows, and cells.

Whether such bytes are a child at all (and not within a comment), only the parser knows: it is asked in `xml_form`.
What is anything but plain is not found here, and nothing is lost by that but time: the parser reads it.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

# The text of a cell: ASCII without references, control characters or an end of line that XML would make another, so
# that the bytes hold what the parser would tell, in any encoding in which it takes the tags for tags.
_TEXT = "[\t\n -%'-;=?-~]{0,999}+"
_NAME = "[A-Z_]{1,40}+"
_BLANK = "[ \t\r\n]*+"
_CELL = re.compile(f"<({_NAME})(?:/>|>({_TEXT})<)")


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
    """A row: the line it begins on, counted from the child's as 0, and its cells."""

    tag: str
    line: int
    cells: dict[str, str]


class PlainChild(Struct, frozen=True, gc=False):
    """Where in the bytes its start tag begins, and the rows in it."""

    begins: int
    rows_begin: int
    rows_end: int


def plain_children(chunk: bytes) -> Iterator[PlainChild]:
    """Those that are in a part of a file from start to end."""
    for child in _CHILD.finditer(chunk):
        yield PlainChild(child.start(), child.start("rows"), child.end("rows"))


def plain_rows(rows: bytes) -> list[PlainRow]:
    """The rows of a plain child in the order in which they end: HEADER after what is in it."""
    header, *episodes = rows.split(b"<EPISODE>")
    before, _, inside = header.partition(b"<HEADER>")
    own, *missing = inside.split(b"<AMISSING>")
    begins = count_lines(before)
    line = begins + count_lines(own)
    found: list[PlainRow] = []
    for row in missing:
        found.append(PlainRow("AMISSING", line, _read(row)))
        line += count_lines(row)
    found.append(PlainRow("HEADER", begins, _read(own)))
    for row in episodes:
        found.append(PlainRow("EPISODE", line, _read(row)))
        line += count_lines(row)
    return found


def _read(cells: bytes) -> dict[str, str]:
    return dict(_CELL.findall(cells.decode("ascii")))


def count_lines(text: bytes) -> int:
    """How many lines end in it, as the parser counts them."""
    found = text.count(b"\n")
    return found + text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else found
