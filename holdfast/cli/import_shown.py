"""What `holdfast import` shows of a reading: years and files, rows left out, faults grouped, facts counted.

Prints files and row numbers, never what is in them.
"""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from holdfast.returns import Fault, Reading

SHOWN = 20


def show_reading(out: Console, reading: Reading) -> None:
    """What was recognised, what was left out and why, and how many facts there are to send."""
    table = Table("Year ending", "Files", "Episodes", "Header", "Missing", "Children", box=None, header_style="bold")
    for year in reading.years:
        files = ", ".join(Path(file).name for file in year.files)
        numbers = (year.episodes, year.headers, year.missing, year.children)
        table.add_row(f"{year.year_ending:%d/%m/%Y}", escape(files), *(f"{number:,}" for number in numbers))
    if reading.years:
        out.print(table)
    for unread in reading.left_out:
        out.print(f"Not read: {unread.file} ({unread.because})", markup=False)
    if reading.dropped:
        out.print(f"{reading.dropped:,} rows left out: a later return of the same child no longer has them.")
    _show_faults(out, "left out", [fault for fault in reading.faults if fault.left_out])
    _show_faults(out, "read, but odd", [fault for fault in reading.faults if not fault.left_out])
    out.print(f"{len(reading.facts):,} facts of {len({fact.subject for fact in reading.facts}):,} children.")


def _show_faults(out: Console, kind: str, faults: list[Fault]) -> None:
    for sentence in sorted({fault.sentence for fault in faults}):
        alike = [fault for fault in faults if fault.sentence == sentence]
        number = len(alike)
        out.print(f"{number:,} {kind}: {sentence} {alike[0].mend}", markup=False)
        rows = ", ".join(_located(fault) for fault in alike[:SHOWN])
        out.print(f"    {rows}{f', and {number - SHOWN:,} more' if number > SHOWN else ''}", markup=False)


def _located(fault: Fault) -> str:
    where = Path(fault.file).name
    return where if fault.row is None else f"{where} row {fault.row}"
