"""The three sides that `holdfast parity` compares: what the topic says, what the register answers, what is folded."""

from collections.abc import Iterable
from datetime import date, datetime

import httpx
import msgspec
from aiokafka.errors import KafkaError
from msgspec import Struct

from holdfast.cli import dumped
from holdfast.cli.figures_asked import rows_asked
from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.facts import microseconds
from holdfast.contracts.figures import WHOLE, Figure, MonthEnd, Reading, Row
from holdfast.contracts.topics import INDICATORS
from holdfast.england.residents import residents_of
from holdfast.indicators.agreement import ByDay, Cell, by_day
from holdfast.indicators.choices import choices_of
from holdfast.indicators.reading import figures
from holdfast.runtime import kafka
from holdfast.runtime.clock import london_date


class Stream(Struct, frozen=True):
    """An authority's figures as said last, each with its record's offset: of one day, partition and version."""

    on: date
    partition: int
    definitions: str
    figures: dict[Cell, Figure]
    said_in: dict[Cell, int]

    @property
    def read_to(self) -> dict[Cell, int]:
        """How far the stream had read when it said each cell."""
        return {cell: figure.read_to.offset for cell, figure in self.figures.items()}

    @property
    def furthest(self) -> int:
        """The furthest of them."""
        return max(self.read_to.values())

    def by_day(self) -> dict[Cell, ByDay]:
        """The readings of each cell by day."""
        return {cell: by_day(figure, self.on) for cell, figure in self.figures.items()}

    def days(self) -> list[date]:
        """Every day that a figure has a reading of."""
        return sorted({day for readings in self.by_day().values() for day in readings})


async def stream_side(bootstrap: str, authority: str) -> Stream | None:
    """What the stream said last; None where it has said nothing, or is between two days or versions."""
    held: dict[Cell, tuple[int, Figure]] = {}
    reader = kafka.consumer(bootstrap)
    try:
        await reader.start()
        async for record in kafka.read_to_end(reader, INDICATORS):
            if _is_theirs(record.key, authority) and record.value is not None:
                said = msgspec.json.decode(record.value, type=Figure)
                cell = said.indicator, said.breakdown
                if cell not in held or _stands(said, held[cell][1]):
                    held[cell] = record.offset, said
    except (KafkaError, OSError) as error:
        raise CannotRun(f"The figures can't be read from Kafka at {bootstrap}: {type(error).__name__}.") from error
    finally:
        await reader.stop()
    return _whole(held)


def _is_theirs(key: bytes, authority: str) -> bool:
    return key.startswith(f"{authority}/".encode()) and not key.endswith(b"/daily")


def _stands(said: Figure, held: Figure) -> bool:
    """A late word of an old worker changes nothing; another topic, partition or version begins anew."""
    mine, theirs = said.read_to, held.read_to
    if (mine.topic, mine.partition, said.definitions) != (theirs.topic, theirs.partition, held.definitions):
        return True
    return (mine.offset, microseconds(said.as_at)) >= (theirs.offset, microseconds(held.as_at))


def _whole(held: dict[Cell, tuple[int, Figure]]) -> Stream | None:
    said = {cell: figure for cell, (_, figure) in held.items()}
    heads = {(_day(figure.as_at), figure.read_to.partition, figure.definitions) for figure in said.values()}
    if len(heads) != 1:
        return None
    return Stream(*heads.pop(), said, {cell: offset for cell, (offset, _) in held.items()})


def _day(as_at: str) -> date:
    return london_date(datetime.fromisoformat(as_at))


def register_side(client: httpx.Client, authority: str, stream: Stream) -> dict[Cell, ByDay]:
    """What the register answers for the stream's offset on each of its days. Raises CannotRun and RegisterBehind."""
    found: dict[Cell, dict[date, list[Reading]]] = {}
    for day in stream.days():
        asked = {"on": day.isoformat(), "breakdowns": "true", "read_to": str(stream.furthest)}
        for row in rows_asked(client, authority, asked):
            cell = row.indicator, WHOLE if row.breakdown is None else str(row.breakdown)
            found.setdefault(cell, {}).setdefault(day, []).append(_reading(row))
    return dict(found)


def _reading(row: Row) -> Reading:
    return Reading(
        "on" if row.period is msgspec.UNSET else row.period,
        row.numerator,
        row.denominator,
        None,
        None if row.unknown is msgspec.UNSET else row.unknown,
        None if row.mid_year is msgspec.UNSET else row.mid_year,
    )


def offline_side(dump: dumped.Dump, stream: Stream) -> dict[Cell, ByDay]:
    """What a dump adds up to, cut at the stream's offset, by the stream's definitions."""
    try:
        choices = choices_of(stream.definitions)
    except ValueError as error:
        raise CannotRun(str(error)) from error
    found = figures(
        dumped.ledger_of(dump, stream.furthest, choices),
        stream.on,
        month_ends=_most(figure.month_ends for figure in stream.figures.values()),
        ahead=_most(figure.ahead for figure in stream.figures.values()),
        residents=residents_of(dump.cut.authority),
    )
    return {(one.indicator, one.breakdown): by_day(one, stream.on) for one in found}


def _most(lists: Iterable[list[MonthEnd]]) -> int:
    return max(map(len, lists), default=0)
