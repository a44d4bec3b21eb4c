"""Tables as files for analysts: flat CSV, and workbooks with a table a sheet. Knows nothing of what is in them."""

import csv
from collections.abc import Iterable
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from fastapi.responses import Response

Cell = str | int | date | None
Table = tuple[list[str], list[list[Cell]]]

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def flat(table: Table) -> bytes:
    """A table as CSV; UTF-8 with the mark that spreadsheets look for."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(table[0])
    writer.writerows(table[1])
    return text.getvalue().encode("utf-8-sig")


def workbook(sheets: Iterable[tuple[str, Table]]) -> bytes:
    """A workbook with a table a sheet; text is text, and never a formula."""
    # Some megabytes of code, for the few who ask for a workbook.
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, table in sheets:
            _write(book, name, table, bold, day)
    return made.getvalue()


def _write(book: Any, name: str, table: Table, bold: Any, day: Any) -> None:
    sheet = book.add_worksheet(name)
    heads, rows = table
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(heads) - 1, 18)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write_number(number, column, cell)


def as_file(body: bytes, media_type: str, name: str) -> Response:
    """An answer that a browser saves under a name, and nobody keeps on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
