"""Findings of an upload for its page and its download: files by the names they came with, alike ones together.

Pure. A finding names a file, a row and a column, never what a cell holds.
"""

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast.contracts.door_verdicts import CODES
from holdfast.returns import Fault
from holdfast.returns.faults_csv import faults_csv
from holdfast.returns.sending import Rejected
from services.gateway.uploads.messages import Group, Located

ROWS_SHOWN = 40
# A file that is wrong in every cell is told as well by its first rows.
MOST_DOWNLOADED = 100_000


def named(file: str, folder: Path) -> str:
    """A file as its owner knows it: without the folder that it was put into."""
    return file.removeprefix(f"{folder}/")


def grouped(faults: Iterable[Fault]) -> list[Group]:
    """Faults that say the same, together: what was left out first, then the most frequent."""
    alike: dict[tuple[bool, str, str, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((not fault.left_out, fault.code, fault.sentence, fault.mend), []).append(fault)
    order = sorted(alike.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1:]))
    return [
        Group(
            code,
            sentence,
            mend,
            not read,
            len(those),
            min(len(those), ROWS_SHOWN),
            _places(those[:ROWS_SHOWN]),
        )
        for (read, code, sentence, mend), those in order
    ]


def _places(faults: Iterable[Fault]) -> list[Located]:
    rows: dict[tuple[str, str | None], list[tuple[int, str | None]]] = {}
    for fault in faults:
        located = [] if fault.row is None else [(fault.row, fault.place)]
        rows.setdefault((fault.file, fault.column), []).extend(located)
    return [_located(file, column, those) for (file, column), those in rows.items()]


def _located(file: str, column: str | None, rows: list[tuple[int, str | None]]) -> Located:
    # In XML there are lines, each with the element that it is in.
    word = "line" if any(place for _, place in rows) else "row"
    told = [str(row) if place is None else f"{row} ({place})" for row, place in sorted(rows, key=lambda one: one[0])]
    return Located(file, column, word if len(rows) == 1 else f"{word}s", told)


def refused(rejected: Rejected, folder: Path) -> Fault:
    """What the door refused, as a finding of its row, or of no one row. The door's sentence may quote what was sent."""
    said = CODES.get(rejected.code, "no reason that is known here")
    where = rejected.pointer.removeprefix("/data").strip("/").replace("/", " ").replace("_", " ")
    origin = rejected.origin
    return Fault(
        "" if origin is None else named(origin.file, folder),
        None if origin is None else origin.row,
        where or None,
        rejected.code,
        f"The door refused it: {said}.",
        "Correct the row, and upload the return again.",
        place=None if origin is None else origin.place,
    )


def compressed(faults: Sequence[Fault]) -> bytes:
    """Every finding as a CSV file, compressed."""
    more = len(faults) - MOST_DOWNLOADED
    text = faults_csv(faults[:MOST_DOWNLOADED]) + (f"and {more} more\r\n".encode() if more > 0 else b"")
    return zlib.compress(text)
