"""The text of a table: which encoding it is in, its lines, and their cells. Knows no table.

Memory stays within a few lines, whatever the file holds. A row whose quotation mark is never closed is one row's
trouble: the lines below it are read as if it were not there.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO

from holdfast.returns.files import Found

MOST_CHARACTERS_A_LINE = 64 * 1024
# A cell of text may go over some lines; more are taken to be a quotation mark too many.
MOST_LINES_A_ROW = 50
DELIMITERS = ",;\t"

_CHUNK_BYTES = 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# The cells of a row, and whether that is all of it: those before a quotation mark out of place are told alone.
Record = tuple[list[str], bool]


class Unreadable(Exception):
    """A file that can't be read from start to end; the text is the code of its fault."""


def encoding_of(found: Found) -> str:
    """UTF-8 (with or without a mark), UTF-16 with one, or Windows-1252. Raises `Unreadable` where it is none."""
    with found.open() as stream:
        start = stream.read(4)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    for name in [marked] if marked else ["utf-8", "cp1252"]:
        if _decodes(found, name):
            return name
    raise Unreadable("not-text")


def _decodes(found: Found, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with found.open() as stream:
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                if "\0" in decoder.decode(chunk):
                    return False  # no text has it, and UTF-16 without its mark does
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def lines(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines of a text, each with its end. Raises `Unreadable` at one that is too long."""
    text = TextIOWrapper(stream, encoding)
    while line := text.readline(MOST_CHARACTERS_A_LINE):
        if len(line) == MOST_CHARACTERS_A_LINE:
            raise Unreadable("line-too-long")
        yield line


def records(source: Iterator[str], delimiter: str, width: int | None = None) -> Iterator[Record]:
    """The rows of a table of `width` columns, in the order of the file."""
    waiting: deque[str] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        if '"' not in line:
            yield line.rstrip("\n").split(delimiter), True
            continue
        cells = _quoted(line, delimiter) or _over_lines(line, delimiter, width, waiting, source)
        yield (line.partition('"')[0].split(delimiter)[:-1], False) if cells is None else (cells, True)


def _over_lines(
    line: str, delimiter: str, width: int | None, waiting: deque[str], source: Iterator[str]
) -> list[str] | None:
    """A row that goes on in the lines below, if that gives as many cells as there are columns."""
    for taken in range(1, MOST_LINES_A_ROW + 1):
        if taken > len(waiting):
            more = next(source, None)
            if more is None:
                return None
            waiting.append(more)
        line += waiting[taken - 1]
        cells = _quoted(line, delimiter) if '"' in waiting[taken - 1] else None
        if cells is not None and width in (None, len(cells)):
            for _ in range(taken):
                waiting.popleft()
            return cells
    return None


def _quoted(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
