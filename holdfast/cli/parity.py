"""`holdfast parity`: stream, register and an offline reading of the events, set side by side, integer by integer.

All three as of one offset and day: what the stream said last, what the register answers for that offset, and what a
dump of the topic adds up to here. What is read and asked is in `parity_sides.py`.
"""

import asyncio
import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Annotated

import httpx
import typer
from msgspec import Struct

from holdfast.cli import dumped
from holdfast.cli.door import connect
from holdfast.cli.dump import Authority, Broker, broker_asked, dump_of
from holdfast.cli.figures_asked import RegisterBehind
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import HOST, layout_from
from holdfast.cli.parity_sides import Stream, offline_side, register_side, stream_side
from holdfast.cli.sender_token import find_reader_token
from holdfast.contracts.figures import WHOLE
from holdfast.indicators.agreement import ByDay, Cell, Difference, differences, established
from holdfast.indicators.catalogue import INDICATORS

# The stream says the cells that changed one after another: what only isn't said yet is looked at again.
LOOKS = 8
BETWEEN_LOOKS_SECONDS = 3.0
MOST_LINES = 100

Pair = tuple[str, str]
# One integer: its cell, day, period and name.
Name = tuple[str, str, str, str, str]


class Found(Struct, frozen=True):
    """A look: what was compared, and what differs between each two sides."""

    stream: Stream
    cells: int
    days: int
    differing: dict[Pair, dict[Cell, list[Difference]]]


class Asked(Struct, frozen=True):
    """What to compare, and where to ask."""

    authority: str
    bootstrap: str
    client: httpx.Client
    dump: dumped.Dump | None


def parity(
    authority: Authority,
    dump: Annotated[Path | None, typer.Option(help="A file of `holdfast dump`; without it the topic is read.")] = None,
    broker: Broker = None,
    url: Annotated[
        str | None, typer.Option(envvar="HOLDFAST_GATEWAY_URL", help="The gateway; without it the one that runs here.")
    ] = None,
    token: Annotated[str | None, typer.Option(envvar="HOLDFAST_READER_TOKEN", help="A reader's token.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="A file with it.")] = None,
) -> None:
    """Compare every integer of stream, register and an offline reading of the events; 1 where they differ."""
    gateway = url or f"http://{HOST}:{layout_from(os.environ).ports.gateway}"
    with connect(gateway, find_reader_token(authority, token, token_file)) as client:
        held = dumped.read(dump) if dump else None
        found = asyncio.run(compared(Asked(authority, broker_asked(broker), client, held)))
    for line in lines_of(authority, found):
        typer.echo(line)
    if any(found.differing.values()):
        raise typer.Exit(1)


async def compared(asked: Asked) -> Found:
    """The first look of which it is sure. Raises CannotRun where there is none."""
    before: dict[Pair, dict[Cell, int]] = {}
    why = ""
    for look in range(LOOKS):
        if look:
            await asyncio.sleep(BETWEEN_LOOKS_SECONDS)
        stream = await stream_side(asked.bootstrap, asked.authority)
        if stream is None:
            why = "The stream has said no figure of this authority, or is between two days"
            continue
        try:
            found = await _found(asked, stream)
        except RegisterBehind:
            why = "The register has not read as far as the stream"
            continue
        sure = {pair: _sure(pair, differing, stream, before) for pair, differing in found.differing.items()}
        if all(sure[pair] == found.differing[pair].keys() for pair in sure):
            return found
        before = {
            pair: {cell: stream.said_in.get(cell, -1) for cell in differing}
            for pair, differing in found.differing.items()
        }
        why = "The stream was saying its figures anew at every look"
    raise CannotRun(f"{why}: nothing could be compared in {LOOKS} looks. Ask again in a little while.")


def _sure(
    pair: Pair, differing: dict[Cell, list[Difference]], stream: Stream, before: dict[Pair, dict[Cell, int]]
) -> set[Cell]:
    if "stream" not in pair:
        return set(differing)
    return established(differing, stream.said_in, stream.read_to, before.get(pair, {}))


async def _found(asked: Asked, stream: Stream) -> Found:
    dump = asked.dump or await dump_of(asked.bootstrap, asked.authority)
    if (dump.cut.authority, dump.cut.partition) != (asked.authority, stream.partition):
        raise CannotRun(f"The dump is of {dump.cut.authority}, or of another topic: make one of {asked.authority}.")
    if dump.cut.read_to < stream.furthest:
        raise CannotRun(
            f"The dump ends at offset {dump.cut.read_to:,} and the stream has read to {stream.furthest:,}: "
            "make another dump."
        )
    register = await asyncio.to_thread(register_side, asked.client, asked.authority, stream)
    sides: dict[str, dict[Cell, ByDay]] = {
        "stream": stream.by_day(),
        "register": register,
        "offline": await asyncio.to_thread(offline_side, dump, stream),
    }
    return Found(
        stream=stream,
        cells=len(set().union(*sides.values())),
        days=len(stream.days()),
        differing={pair: differences(sides[pair[0]], sides[pair[1]]) for pair in combinations(sides, 2)},
    )


def lines_of(authority: str, found: Found) -> Iterator[str]:
    """The table of agreement, and each integer that differs with what all sides say of it."""
    stream = found.stream
    yield (
        f"{authority} on {stream.on:%d/%m/%Y}, by the events read to offset {stream.furthest:,} of partition "
        f"{stream.partition}; definitions {stream.definitions}"
    )
    yield f"Compared: every integer of {found.cells:,} cells on {found.days} days"
    yield ""
    for (first, second), differing in found.differing.items():
        integers = sum(map(len, differing.values()))
        told = f"{integers:,} integers of {len(differing):,} cells differ" if differing else "agree"
        yield f"{first:8}  {second:8}  {told}"
    named = _named(found.differing)
    if named:
        yield ""
    # Whole authorities before cells, and today before other days.
    today = stream.on.isoformat()
    for name in sorted(named, key=lambda name: (name[1] != WHOLE, name[2] != today, name))[:MOST_LINES]:
        yield _line(name, named[name])
    if len(named) > MOST_LINES:
        yield f"and {len(named) - MOST_LINES:,} more"


def _named(differing: dict[Pair, dict[Cell, list[Difference]]]) -> dict[Name, dict[str, int | None]]:
    """What each side says of every integer that differs between any two."""
    named: dict[Name, dict[str, int | None]] = {}
    for (first, second), cells in differing.items():
        for one in (one for found in cells.values() for one in found):
            name = (one.indicator, one.breakdown, one.on.isoformat(), one.period, one.number)
            named.setdefault(name, {}).update({first: one.first, second: one.second})
    return named


def _line(name: Name, said: dict[str, int | None]) -> str:
    indicator, breakdown, on, period, number = name
    values = ", ".join(f"{side} {'none' if value is None else f'{value:,}'}" for side, value in said.items())
    title = INDICATORS[indicator].title if indicator in INDICATORS else indicator
    return f"{title} ({indicator}), {breakdown}, {on}, {period}, {number}: {values}"
