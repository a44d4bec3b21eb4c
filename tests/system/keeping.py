"""Keeps all that the running stream says of an authority, as it says it, and when each event had been received.

Read from the topics while the platform runs, before anything of them is compacted. Nothing of ours is imported.
"""

import asyncio
import threading
from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from tests.system.platform import LONDON

# (period, numerator, denominator, of how many it can't be told)
Numbers = tuple[tuple[str, int, int | None, int | None], ...]
# Indicator and breakdown.
Cell = tuple[str, str]

EVENTS, FIGURES = "care.events", "care.indicators"


class _Reading(msgspec.Struct):
    period: str
    numerator: int
    denominator: int | None = None
    unknown: int | None = None


class _MonthEnd(msgspec.Struct):
    on: str
    readings: list[_Reading]


class _ReadTo(msgspec.Struct):
    offset: int


class _Figure(msgspec.Struct):
    as_at: str
    readings: list[_Reading]
    month_ends: list[_MonthEnd]
    ahead: list[_MonthEnd]
    read_to: _ReadTo


class _Event(msgspec.Struct):
    receivedtime: str


class Said(msgspec.Struct, frozen=True):
    """One figure as it was published: when, on which day in London, read to which offset, and its numbers.

    `month_ends` has those past and to come; `today` the numbers of the day itself.
    """

    as_at: datetime
    on: date
    read_to: int
    today: Numbers
    month_ends: Mapping[str, Numbers]


class Quiet(msgspec.Struct, frozen=True):
    """An instant at which the stream had said all that was received by then, and the offset behind that."""

    at: datetime
    read_to: int


class Keeper:
    """Reads both topics from their beginnings in a thread of its own until stopped."""

    def __init__(self, bootstrap: str, authority: str) -> None:
        self.authority = authority
        # In the order of the topic.
        self.said: list[tuple[Cell, Said]] = []
        self.latest: dict[Cell, Said] = {}
        # The offset behind each event, and when it had been received.
        self.received: list[tuple[int, datetime]] = []
        self._decode = msgspec.json.Decoder(_Figure).decode
        self._received_of = msgspec.json.Decoder(_Event).decode
        self._over = threading.Event()
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(bootstrap,), daemon=True)
        self._thread.start()

    def check(self) -> "Keeper":
        """Raises what ended the reading."""
        for failure in self._failed:
            raise failure
        return self

    def stop(self) -> None:
        """Read no more."""
        self._over.set()
        self._thread.join(60)
        self.check()

    @property
    def read_to(self) -> int:
        """The offset behind the last event that was seen; 0 where none was."""
        return self.received[-1][0] if self.received else 0

    def says_of(self, day: date, read_to: int = 0) -> bool:
        """Whether every figure was said on a day, of all events before an offset."""
        every = list(self.check().latest.values())
        return bool(every) and all(said.on == day and said.read_to >= read_to for said in every)

    def quiet(self) -> list[Quiet]:
        """The ends of sayings during which no event had been received that was not in what was said."""
        said, found = [each for _, each in self.said], []
        for last, following in pairwise(said):
            over = last.read_to != following.read_to or last.on != following.on
            if over and last.read_to == self._behind(last.as_at):
                found.append(Quiet(last.as_at, last.read_to))
        return found

    def published(self, at: datetime) -> dict[Cell, Said]:
        """Of each figure what had been published last by an instant."""
        return {cell: said for cell, said in self.said if said.as_at <= at}

    def _behind(self, at: datetime) -> int:
        return max((offset for offset, received in self.received if received <= at), default=0)

    # --- reading ----------------------------------------------------------------------------------------------

    def _run(self, bootstrap: str) -> None:
        try:
            asyncio.run(self._follow(bootstrap))
        except BaseException as failure:
            self._failed.append(failure)

    async def _follow(self, bootstrap: str) -> None:
        reader = AIOKafkaConsumer(EVENTS, FIGURES, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        await reader.start()
        try:
            while not self._over.is_set():
                for partition, records in (await reader.getmany(timeout_ms=250)).items():
                    for record in records:
                        self._event(record) if partition.topic == EVENTS else self._figure(record)
        finally:
            await reader.stop()

    def _event(self, record: ConsumerRecord) -> None:
        if record.key.decode().startswith(f"{self.authority}/"):
            at = datetime.fromisoformat(self._received_of(record.value).receivedtime)
            self.received.append((record.offset + 1, at))

    def _figure(self, record: ConsumerRecord) -> None:
        authority, indicator, breakdown = record.key.decode().split("/", 2)
        if authority != self.authority or breakdown.endswith("/daily"):
            return
        figure = self._decode(record.value)
        cell, as_at = (indicator, breakdown), datetime.fromisoformat(figure.as_at)
        ends: Mapping[str, Numbers] = {
            end.on: self._numbers(end.readings) for end in (*figure.ahead, *figure.month_ends)
        }
        before = self.latest.get(cell)
        if before is not None and before.month_ends == ends:
            ends = before.month_ends  # held once: most say what they said the day before
        said = self.latest[cell] = Said(
            as_at, as_at.astimezone(LONDON).date(), figure.read_to.offset, self._numbers(figure.readings), ends
        )
        self.said.append((cell, said))

    def _numbers(self, readings: list[_Reading]) -> Numbers:
        return tuple((each.period, each.numerator, each.denominator, each.unknown) for each in readings)
