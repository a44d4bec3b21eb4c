"""Faults of a return as a CSV file, for a spreadsheet. Files, rows and columns; never what a cell holds."""

import csv
import io
from collections.abc import Iterable

from holdfast.returns.faults import Fault

COLUMNS = ("file", "row", "column", "code", "sentence", "mend", "left_out", "place")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def faults_csv(faults: Iterable[Fault]) -> bytes:
    """A row for each fault, in UTF-8 with the mark by which a spreadsheet knows it; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(tuple(inert(getattr(fault, column)) for column in COLUMNS) for fault in faults)
    return text.getvalue().encode("utf-8-sig")


def inert(cell: object) -> object:
    """A file may be named as a spreadsheet writes a formula: it is to be taken for text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
