"""`holdfast findings`: everything that does not add up in SSDA903 returns, by file and row.

What is wrong with a row comes from reading it, what is odd between rows from each child's journey. Repeats no cell.
"""

import datetime
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from holdfast.cli.asked import choices_asked
from holdfast.cli.faults_shown import in_words
from holdfast.cli.offline import (
    NOTHING_READ,
    Format,
    Offline,
    csv_bytes,
    day_asked,
    errors,
    read_what_there_is,
    say_recognised,
    write_answer,
    write_lines,
)
from holdfast.cli.returns_asked import Paths, Postcodes, Responsible, YearEnding, give_up, how_to_read
from holdfast.contracts.facts import Fact
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.findings import Finding
from holdfast.indicators.journey import journey
from holdfast.returns import Fault, Origin
from holdfast.returns.faults_csv import inert


class Found(Fault, frozen=True):
    """Something that does not add up, be it about a day."""

    date: datetime.date | None = None


# Where a return is put right otherwise than a case system: by finding.
_MENDS = {
    "beginning-not-known": "Add the return of the year in which this period of care began.",
}
# The reading says of every child without one why there is none, and where that is put right.
_TOLD_BY_ROWS = frozenset({"no-date-of-birth"})


def findings(
    paths: Paths,
    on: Annotated[
        str | None, typer.Option(help="As of this day; by default the last day of the last year read.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--choose", help="Another reading of the definitions, such as eighteen=counted.", metavar="A=B"),
    ] = None,
    written_as: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
    year_ending: YearEnding = None,
    postcodes: Postcodes = None,
    authority: Responsible = None,
) -> None:
    """List what does not add up in SSDA903 returns, by file and row. Exit code 2 where nothing could be read."""
    day, choices = day_asked(on, "--on") if on else None, choices_asked(settings or [])
    said = errors()
    offline = read_what_there_is(paths, said, how_to_read(year_ending, postcodes, authority))
    say_recognised(offline.reading, said)
    found = everything_found(offline, day, choices)
    if written_as is Format.json:
        write_answer(msgspec.json.encode(found) + b"\n")
    elif written_as is Format.csv:
        write_answer(
            csv_bytes(
                Found.__struct_fields__, ([inert(cell) for cell in msgspec.structs.astuple(one)] for one in found)
            )
        )
    else:
        write_lines(_in_words(found))
    if not offline.children:
        give_up(NOTHING_READ)


def everything_found(offline: Offline, on: datetime.date | None = None, choices: Choices = DEFAULTS) -> list[Found]:
    """What was found in the rows and between them as of a day, each once, by file and row."""
    day = on or max((year.year_ending for year in offline.reading.years), default=datetime.date.min)
    found = [Found(**msgspec.structs.asdict(fault)) for fault in offline.reading.faults]
    told = {(one.file, one.row, one.place, one.code) for one in found}
    for facts in offline.children.values():
        for odd in journey(facts, choices).findings_on(day.toordinal()):
            one = _of_journey(odd, facts, offline.origins)
            if one.code not in _TOLD_BY_ROWS and (one.file, one.row, one.place, one.code) not in told:
                found.append(one)
    return sorted(set(found), key=_place)


def _place(found: Found) -> tuple[str, int, str, str, datetime.date]:
    return (found.file, found.row or 0, found.code, found.column or "", found.date or datetime.date.min)


def _of_journey(odd: Finding, facts: list[Fact], origins: dict[str, Origin]) -> Found:
    origin = origins[odd.fact or _told_last(facts, odd.on)]
    on = None if odd.on is None else datetime.date.fromordinal(odd.on)
    mend = _MENDS.get(odd.code, odd.mend)
    return Found(origin.file, origin.row, None, odd.code, odd.sentence, mend, False, origin.place, on)


def _told_last(facts: list[Fact], on: int | None) -> str:
    """The fact to look at where a finding names none: the last one of care by its day, else the first there is."""
    care = sorted((fact for fact in facts if fact.on is not None), key=lambda fact: fact.on or 0) or facts
    return next((fact.key for fact in reversed(care) if on is not None and (fact.on or 0) <= on), care[0].key)


def _in_words(found: list[Found]) -> Iterator[str]:
    yield from in_words(found)
    yield f"{_number(len(found), 'finding')} in {_number(len({one.file for one in found}), 'file')}."


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
