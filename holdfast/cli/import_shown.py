"""What `holdfast import` shows of a reading: years and files, what was left out and why, faults grouped, facts counted.

Prints files and row numbers, never what is in them.
"""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from holdfast.cli.faults_shown import in_words
from holdfast.cli.files_shown import short_names
from holdfast.cli.offline import unread_lines
from holdfast.cli.returns_asked import give_up
from holdfast.indicators.wording import some
from holdfast.returns import Reading
from holdfast.returns.faults_csv import faults_csv

# So many rows of one fault are listed; the file of faults has them all.
SHOWN = 20


def show_reading(out: Console, reading: Reading) -> None:
    """What was recognised, what was left out and why, what is odd, and how many facts there are to send."""
    if reading.years:
        out.print(_recognised(reading))
    for line in unread_lines(reading):
        out.print(line, markup=False)
    names = short_names(fault.file for fault in reading.faults)
    of_rows = [fault for fault in reading.faults if fault.row is not None or not fault.left_out]
    for line in in_words(of_rows, SHOWN, lambda file: names[file]):
        out.print(line, markup=False)
    out.print(_summary(reading))


def _recognised(reading: Reading) -> Table:
    table = Table("Year ending", Column("Files", overflow="fold"), box=None, header_style="bold")
    for head in ("Children", "Episodes", "Header", "Missing", "Rows left out"):
        table.add_column(head, justify="right")
    names = short_names(file for year in reading.years for file in year.files)
    for year in reading.years:
        files = ", ".join(names[file] for file in year.files)
        numbers = (year.children, year.episodes, year.headers, year.missing, year.left_out)
        table.add_row(f"{year.year_ending:%d/%m/%Y}", escape(files), *(f"{number:,}" for number in numbers))
    return table


def _summary(reading: Reading) -> str:
    files = sum(fault.left_out and fault.row is None for fault in reading.faults)
    rows = sum(file.left_out for file in reading.files)
    odd = sum(not fault.left_out for fault in reading.faults)
    return (
        f"{some(files, 'file', 'files')} and {some(rows, 'row', 'rows')} left out, "
        f"{some(odd, 'finding', 'findings')} on what was read. "
        f"{some(len(reading.facts), 'fact', 'facts')} of {some(reading.children, 'child', 'children')}."
    )


def show_check(out: Console, reading: Reading) -> None:
    """What a person does next, where nothing is to be sent."""
    if any(fault.left_out for fault in reading.faults):
        advice = "Put right what was left out and check again; imported as it is, it will be missing from the figures."
    elif reading.faults:
        advice = "All of it can be sent. Figures are made of what was read, so the findings are worth a look first."
    else:
        advice = "All of it can be sent, and nothing in it is odd."
    out.print(f"Only checked, nothing was sent. {advice}")


def write_faults(out: Console, reading: Reading, file: Path) -> None:
    """Every fault and finding as a CSV file, for those who put them right."""
    try:
        file.write_bytes(faults_csv(reading.faults))
    except OSError as trouble:
        give_up(f"--faults-csv: {file} can't be written: {trouble.strerror}.")
    out.print(f"{len(reading.faults):,} faults and findings written to {file}.", markup=False)
