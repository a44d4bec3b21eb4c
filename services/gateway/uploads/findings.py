"""Findings of an upload for its page and its download: files by the names they came with, alike ones together.

Pure. A finding names a file, a row and a column, never what a cell holds.
"""

import csv
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast.contracts.door_verdicts import CODES
from holdfast.returns import Fault
from holdfast.returns.sending import Rejected
from services.gateway.uploads.messages import Group, Located

ROWS_SHOWN = 40
# A file that is wrong in every cell is told as well by its first rows.
MOST_DOWNLOADED = 100_000
COLUMNS = ("file", "row", "column", "code", "what is wrong", "how to mend it", "left out")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    rows: dict[tuple[str, str | None], list[int]] = {}
    for fault in faults:
        rows.setdefault((fault.file, fault.column), []).extend([] if fault.row is None else [fault.row])
    return [Located(file, column, sorted(those)) for (file, column), those in rows.items()]


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
    )


def compressed(faults: Sequence[Fault]) -> bytes:
    """Every finding as a CSV file in UTF-8, compressed."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for fault in faults[:MOST_DOWNLOADED]:
        cells = (fault.file, fault.row, fault.column, fault.code, fault.sentence, fault.mend)
        writer.writerow([*map(_inert, cells), "yes" if fault.left_out else "no"])
    if len(faults) > MOST_DOWNLOADED:
        writer.writerow([f"and {len(faults) - MOST_DOWNLOADED:,} more"])
    # A spreadsheet knows UTF-8 by the mark at its beginning.
    return zlib.compress(text.getvalue().encode("utf-8-sig"))


def _inert(cell: str | int | None) -> str | int | None:
    """A name that a spreadsheet would take for a formula is made text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
