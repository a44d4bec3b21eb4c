"""The options that all commands that read returns have, and the reading itself, with its progress on a terminal.

What can't be done ends the command with one sentence on standard error and exit code 2.
"""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from msgspec import Struct
from rich.console import Console

from holdfast.cli.progress import progress
from holdfast.contracts.authorities import authorities
from holdfast.returns import Directory, NoDirectory, Reading, SeveralReturns, read_returns
from holdfast.runtime.clock import Clock

Paths = Annotated[
    list[Path],
    typer.Argument(exists=True, help="SSDA903 returns: folders or zip files of CSV files, the files, or XML files."),
]
YearEnding = Annotated[
    str | None,
    typer.Option(
        "--year-ending", help="The year of the only return there is, such as 2018, if not that of its latest DECOM."
    ),
]
Postcodes = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="The ONS postcode directory (CSV): distances from home are computed here, by HOME_POST and PL_POST.",
    ),
]
Responsible = Annotated[
    str | None, typer.Option("--authority", help="With --postcodes: whose children they are, such as E08000016.")
]

_YEAR = re.compile(r"(?:31/03/)?(\d{4})(?:-03-31)?")


class How(Struct, frozen=True):
    """How returns are to be read: of which year, if that is said, and with which directory of postcodes."""

    year: date | None = None
    postcodes: Directory | None = None


def how_to_read(year_ending: str | None, postcodes: Path | None, authority: str | None) -> How:
    """The options, checked."""
    year = _YEAR.fullmatch(year_ending.strip()) if year_ending else None
    if year_ending and (year is None or not 1980 < int(year[1]) < 2200):
        give_up(f"--year-ending: {year_ending.strip()!r} is not the year of a return: write it as 2018.")
    if authority is not None and authority not in authorities():
        give_up(f"{authority} is not the code of an English authority with looked-after children.")
    if postcodes is not None and authority is None:
        give_up("--postcodes: say with --authority whose children they are: inside or outside depends on it.")
    directory = Directory(postcodes, authority) if postcodes and authority else None
    return How(date(int(year[1]), 3, 31) if year else None, directory)


def read_as_asked(paths: list[Path], how: How, said: Console) -> Reading:
    """Read returns. Dates up to a year from today are taken, as at the door."""
    try:
        with progress(said) as told:
            return read_returns(paths, today=Clock().today(), year=how.year, postcodes=how.postcodes, told=told)
    except SeveralReturns as reason:
        give_up(f"--year-ending: {reason}")
    except NoDirectory as reason:
        give_up(f"--postcodes: {reason}")


def give_up(sentence: str, code: int = 2) -> NoReturn:
    """Say on standard error why there is no answer, and end with the exit code."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
