"""`holdfast explain`: why a child counts in a figure of SSDA903 returns, or doesn't, in plain English.

What is said is found by the pure engine; here it gets its files and rows, and a shape for the eye.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from itertools import chain
from textwrap import wrap
from typing import Annotated, Any

import msgspec
import typer

from holdfast.cli.asked import child_asked, choices_asked, indicator_asked, where
from holdfast.cli.offline import Offline, day_asked, errors, read_offline, write_answer, write_lines
from holdfast.cli.returns_asked import Paths, Postcodes, Responsible, YearEnding, how_to_read
from holdfast.indicators.calendar import rolling_year_start
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.explain import Explanation, LeftOut, StayTold
from holdfast.indicators.explain import explain as explained
from holdfast.indicators.wording import spoken

_WIDTH = 120


class Written(StrEnum):
    """For people, or for programs."""

    text = "text"
    json = "json"


def explain(
    paths: Paths,
    child: Annotated[str, typer.Option(help="The child's reference, as in the column CHILD.")],
    indicator: Annotated[str, typer.Option(help="The figure's code, such as three_or_more_placements.")],
    on: Annotated[str, typer.Option(help="The day, such as 2018-03-31.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--choose", help="Another reading of the definitions, such as eighteen=counted.", metavar="A=B"),
    ] = None,
    written_as: Annotated[Written, typer.Option("--format", help="For people, or for programs.")] = Written.text,
    year_ending: YearEnding = None,
    postcodes: Postcodes = None,
    authority: Responsible = None,
) -> None:
    """Say why a child counts in a figure on a day, or doesn't: the placements and rows, and the clock it missed."""
    day, choices = day_asked(on, "--on"), choices_asked(settings or [])
    code = indicator_asked(indicator)
    offline = read_offline(paths, errors(), how_to_read(year_ending, postcodes, authority))
    said = explained(offline.children[child_asked(child, offline)], code, day, choices)
    if written_as is Written.json:
        write_answer(msgspec.json.encode(as_data(said, child, offline)) + b"\n")
    else:
        write_lines(lines(said, child, offline))


def as_data(said: Explanation, child: str, offline: Offline) -> dict[str, Any]:
    """The explanation as plain data, each fact with the `file` and `row` it came from."""
    data: dict[str, Any] = {"child": child, **msgspec.to_builtins(said)}
    for each in chain(data["stays"], data["occurrences"], data["left_out"]):
        origin = offline.origins.get(each["fact"])
        each["file"], each["row"] = (None, None) if origin is None else (origin.file, origin.row)
    return data


def lines(said: Explanation, child: str, offline: Offline) -> Iterator[str]:
    """The explanation for people."""
    yield f"{said.title}, {spoken(said.on.toordinal())}, child {child}"
    yield ""
    yield f"  {said.verdict}"
    yield ""
    if said.checks:
        yield from _checks(said)
    else:
        yield from indented("  ", said.care)
        yield ""
        yield from _happenings(said, offline)
    if said.stays:
        yield from ("", "Where the child was" if said.stays[0].counted is None else "Placements")
        for stay in said.stays:
            yield from _stay(stay, where(offline, stay.fact))
    if said.left_out:
        yield from ("", "Rows that began no placement of their own")
        for row in said.left_out:
            yield from _left_out(row, where(offline, row.fact))


def _checks(said: Explanation) -> Iterator[str]:
    if not any(check.sentence == said.care for check in said.checks):
        yield from indented("       ", said.care)
    for check in said.checks:
        yield from indented(f"  {'yes' if check.holds else 'no':4} ", check.sentence)
    yield ""
    yield from indented("  ", said.turning)


def _happenings(said: Explanation, offline: Offline) -> Iterator[str]:
    row = INDICATORS[said.indicator]
    if not said.occurrences:
        yield f"No {row.counted_one} is known of."
        return
    yield f"What happened in the 12 months to {spoken(said.on.toordinal())}, or nearest to them"
    begins = date.fromordinal(rolling_year_start(said.on.toordinal()))
    for each in said.occurrences:
        mark = "counted" if each.counted else "denominator" if each.in_denominator else "not counted"
        mark = "earlier" if each.on < begins else "later" if each.on > said.on else mark
        origin = where(offline, each.fact)
        yield from indented(f"  {mark:11}  {_day(each.on)}  ", f"{each.sentence}{_from(origin)}")


def _stay(stay: StayTold, origin: str | None) -> Iterator[str]:
    until = f"to {_day(stay.ends)}" if stay.ends else "and on" + " " * 8
    mark = "" if stay.counted is None else "counted      " if stay.counted else "not counted  "
    why = f"; {stay.why}" if stay.why else ""
    yield from indented(f"  {mark}{_day(stay.begins)} {until}  ", f"{stay.place}{why}{_from(origin)}")


def _left_out(row: LeftOut, origin: str | None) -> Iterator[str]:
    yield from indented(f"  {_day(row.on)}  ", f"{_sentence(row.says)} {_sentence(row.sentence)}{_from(origin)}")


def _from(origin: str | None) -> str:
    # Kept on one line.
    return f"  [{origin.replace(' ', chr(160))}]" if origin else ""


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."


def _day(on: date) -> str:
    """` 3 May 2017`, all of one width."""
    return f"{on.day:2} {on:%b %Y}"


def indented(first: str, text: str) -> Iterable[str]:
    """Lines of a text, the first begun with `first` and the others as far in."""
    wrapped = wrap(text, _WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False)
    return (line.replace(chr(160), " ") for line in wrapped)
