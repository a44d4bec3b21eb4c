"""`holdfast findings`: everything that does not add up in SSDA903 returns, by file and row.

What is wrong with a row comes from reading it, what is odd between rows from each child's journey. Repeats no cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from textwrap import TextWrapper
from typing import Annotated

import msgspec
import typer
from msgspec import Struct

from holdfast.cli.offline import (
    NOTHING_READ,
    Format,
    Offline,
    csv_bytes,
    day_asked,
    errors,
    give_up,
    read_what_there_is,
    say_recognised,
    write_answer,
    write_lines,
)
from holdfast.contracts.facts import Fact
from holdfast.indicators.findings import Finding
from holdfast.indicators.journey import journey
from holdfast.returns import Fault, Origin


class Found(Struct, frozen=True):
    """Something that does not add up. `row`: None where it is the whole file. `column` and `date`: where it is of one.

    `left_out`: the row, or the file, was not read because of it.
    """

    file: str
    row: int | None
    column: str | None
    date: date | None
    code: str
    sentence: str
    mend: str
    left_out: bool


# Where a return is put right otherwise than a case system: by finding.
_MENDS = {
    "beginning-not-known": "Add the return of the year in which this period of care began.",
    "no-date-of-birth": "Fill in DOB in the child's Header row.",
    "missing-left-open": "Give MIS_END of the earlier episode.",
}


def findings(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Folders of SSDA903 CSV files, or the files.")],
    on: Annotated[
        str | None, typer.Option(help="As of this day; by default the last day of the last year read.")
    ] = None,
    written_as: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.table,
) -> None:
    """List what does not add up in SSDA903 returns, by file and row. Exit code 2 where nothing could be read."""
    day = day_asked(on, "--on") if on else None
    offline = read_what_there_is(paths)
    say_recognised(offline.reading, errors())
    found = everything_found(offline, day)
    if written_as is Format.json:
        write_answer(msgspec.json.encode(found) + b"\n")
    elif written_as is Format.csv:
        write_answer(csv_bytes(Found.__struct_fields__, map(msgspec.structs.astuple, found)))
    else:
        write_lines(_in_words(found))
    if not offline.children:
        give_up(NOTHING_READ)


def everything_found(offline: Offline, on: date | None = None) -> list[Found]:
    """What was found in the rows and between them as of a day, each once, by file and row."""
    day = on or max((year.year_ending for year in offline.reading.years), default=date.min)
    found = [_of_row(fault) for fault in offline.reading.faults]
    for facts in offline.children.values():
        found += [_of_journey(odd, facts, offline.origins) for odd in journey(facts).findings_on(day.toordinal())]
    return sorted(dict.fromkeys(found), key=_place)


def _place(found: Found) -> tuple[str, int, str, str, date]:
    return (found.file, found.row or 0, found.code, found.column or "", found.date or date.min)


def _of_row(fault: Fault) -> Found:
    return Found(fault.file, fault.row, fault.column, None, fault.code, fault.sentence, fault.mend, fault.left_out)


def _of_journey(odd: Finding, facts: list[Fact], origins: dict[str, Origin]) -> Found:
    origin = origins[odd.fact or _told_last(facts, odd.on)]
    on = None if odd.on is None else date.fromordinal(odd.on)
    mend = _MENDS.get(odd.code, odd.mend)
    return Found(origin.file, origin.row, None, on, odd.code, odd.sentence, mend, left_out=False)


def _told_last(facts: list[Fact], on: int | None) -> str:
    """The fact to look at where a finding names none: the last one of care by its day, else the first there is."""
    care = sorted((fact for fact in facts if fact.on is not None), key=lambda fact: fact.on or 0) or facts
    return next((fact.key for fact in reversed(care) if on is not None and (fact.on or 0) <= on), care[0].key)


def _in_words(found: list[Found]) -> Iterator[str]:
    """What is wrong and what would mend it, said once with how often; then every row, by file."""
    alike: dict[tuple[bool, str, str], list[Found]] = defaultdict(list)
    for one in found:
        alike[(not one.left_out, one.sentence, one.mend)].append(one)
    for (read, sentence, mend), those in sorted(alike.items()):
        code = those[0].code
        yield f"{len(those):,} {'read, but odd' if read else 'left out'} ({code}): {sentence} {mend}"
        for file, inside in groupby(those, key=lambda one: one.file):
            yield from _wrapped(f"{file}{_rows(inside)}")
        yield ""
    yield f"{_number(len(found), 'finding')} in {_number(len({one.file for one in found}), 'file')}."


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


_wrapped = TextWrapper(
    width=120, initial_indent="    ", subsequent_indent="        ", break_long_words=False, break_on_hyphens=False
).wrap


def _rows(found: Iterable[Found]) -> str:
    rows = sorted({one.row for one in found if one.row is not None})
    if not rows:
        return ""
    return f" row{'' if len(rows) == 1 else 's'} {', '.join(map(str, rows))}"
