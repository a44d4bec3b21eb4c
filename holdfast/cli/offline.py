"""Reads returns for the commands that need no service: every child's facts, and which row each came from.

What was recognised is said beside the answer (on standard error), so that standard output holds what was asked alone.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from msgspec import Struct
from rich.console import Console

from holdfast.cli.files_shown import short_names
from holdfast.cli.returns_asked import How, give_up, read_as_asked
from holdfast.contracts.facts import Fact
from holdfast.returns import Origin, Reading, facts_offline

# Whose return it is and when it was recorded change no figure: all facts share both.
_AUTHORITY = ""
_RECORDED_AT = datetime(2000, 1, 1, tzinfo=UTC)


NOTHING_READ = "No Episodes file with a row that can be read was found."
# Days that figures are read on: wide enough for anything, and narrow enough for every window to be a date.
FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)


class Format(StrEnum):
    """How an answer is written: for people, or for programs."""

    table = "table"
    json = "json"
    csv = "csv"


class Offline(Struct, frozen=True):
    """Facts by child's reference; `origins` gives the file and row by a fact's key, `reading` all that was odd."""

    children: dict[str, list[Fact]]
    reading: Reading
    origins: dict[str, Origin]


def errors() -> Console:
    """Standard error, for what is said beside the answer. Lines are left as long as they are."""
    return Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def write_lines(lines: Iterable[str]) -> None:
    """Lines to standard output; what its encoding lacks is written as an escape."""
    out = typer.get_text_stream("stdout", errors="backslashreplace")
    for line in lines:
        out.write(f"{line}\n")
    out.flush()


def write_answer(encoded: bytes) -> None:
    """Bytes to standard output as they are, on any system."""
    out = typer.get_binary_stream("stdout")
    out.write(encoded)
    out.flush()


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file in UTF-8; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def day_asked(text: str, option: str) -> date:
    """A day as `YYYY-MM-DD`; anything else ends the command with a sentence."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        give_up(f"{option}: {text.strip()!r} is not a day: write it as 2018-03-31.")
    if not FIRST_DAY <= day <= LAST_DAY:
        give_up(f"{option}: figures are read on days from {FIRST_DAY:%Y} to {LAST_DAY:%Y}, not on {day}.")
    return day


def read_offline(paths: list[Path], said: Console, how: How) -> Offline:
    """Read returns, laid over one another; `said` is told what was recognised. Nothing to read: `typer.Exit(2)`."""
    offline = read_what_there_is(paths, said, how)
    say_recognised(offline.reading, said)
    _point_to_findings(offline.reading, said)
    if not offline.children:
        give_up(f"{NOTHING_READ} `holdfast findings` says what is wrong.")
    return offline


def read_what_there_is(paths: list[Path], said: Console | None = None, how: How | None = None) -> Offline:
    """Read returns, be it nothing."""
    reading = read_as_asked(paths, how or How(), said or errors())
    children = facts_offline(reading, _AUTHORITY, _RECORDED_AT)
    return Offline(children, reading, {wanted.fact: wanted.origin for wanted in reading.facts})


def say_recognised(reading: Reading, said: Console) -> None:
    """Which year each file was read as and why, which files were not read, and how many rows no longer stand."""
    names = short_names(file for year in reading.years for file in year.files)
    for year in reading.years:
        files = ", ".join(names[file] for file in year.files)
        left_out = f"; {year.left_out:,} rows left out" if year.left_out else ""
        said.print(
            f"Year ending {year.year_ending:%d/%m/%Y} (latest DECOM {year.latest_on:%d/%m/%Y}): {files}: "
            f"{year.episodes:,} episodes, {year.headers:,} Header rows, {year.missing:,} missing episodes, "
            f"{year.children:,} children{left_out}"
        )
    for line in unread_lines(reading):
        said.print(line)


def unread_lines(reading: Reading) -> Iterator[str]:
    """Which files were not read as they are or at all, and why, and how many rows no longer stand."""
    for file in dict.fromkeys(file.file for file in reading.files if file.encoding == "cp1252"):
        yield f"Read as Windows-1252, since it is not UTF-8: {file}"
    for unread in reading.left_out:
        yield f"Not read: {unread.file} ({unread.because})"
    for fault in reading.faults:
        if fault.row is None and fault.left_out:
            yield f"Not read: {fault.file}: {fault.sentence} {fault.mend}"
    if reading.dropped:
        yield f"{reading.dropped:,} rows no longer stand: a later return of the same child does not have them."


def _point_to_findings(reading: Reading, said: Console) -> None:
    rows = sum(file.left_out for file in reading.files)
    odd = sum(not fault.left_out for fault in reading.faults)
    if rows or odd:
        said.print(f"{rows:,} rows left out, {odd:,} findings on what was read: see `holdfast findings`.")
