"""Reads `care.events` into the register: batches of records, written with their offsets in one transaction.

One instance at a time writes: the one whose connection holds the lock; the others wait to take over. A dependency
that is away is tried again and never skipped; a record that cannot be read ends the reading, loudly. What was erased
and is stated again is erased again.
"""

import asyncio
import random
import time
from typing import Literal

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from msgspec import Struct

from holdfast.runtime import kafka, postgres
from holdfast.runtime.logs import logger
from holdfast.runtime.outlet import Outlet
from services.placements import telemetry
from services.placements.domain import Batch, Delivery, Key, Unreadable, batch_of, key_bytes
from services.placements.ends import Ends
from services.placements.erasures import store as erased
from services.placements.store import OutOfStep, Writer, writer

log = logger(__name__)

PACKAGE = "services.placements"
STALLED_SECONDS = 25.0
_POLL_MS = 500
_LOOK_SECONDS = 3.0
# Tries in a row, about ten seconds, before an instance says that it is not ready.
_TRIES = 6
_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 5.0

State = Literal["starting", "waiting", "reading", "paused", "stopped"]


class ShortOfOurs(KafkaError):  # type: ignore[misc]
    """The broker's ends lie before what was read, and it may yet find them: one that was killed knows them late."""


class Remade(Exception):
    """The topic is not the one that was read: it ends before what we have read of it, or has other partitions."""


class Source(Struct, frozen=True):
    """What is read and where it goes: at most `batch_records` records in a transaction."""

    bootstrap: str
    topic: str
    partitions: int
    database_url: str
    batch_records: int = 5_000
    remade_after_seconds: float = 20.0


class Register:
    """The reading of the topic, and what is to be said of its health."""

    def __init__(self, source: Source, ends: Ends) -> None:
        self._source = source
        self._ends = ends
        self._outlet = Outlet(source.bootstrap)
        self.state: State = "starting"
        self._fault = "the register has not begun to read"
        self._migrated = False
        self._failures = 0
        self._positions: dict[int, int] = {}
        self._lag = 0
        self._broker_failures = 0
        self._remade = ""
        self._found_since: dict[str, float] = {}
        self._moved_at = time.monotonic()

    def faults(self) -> list[str]:
        """Why this instance is not ready; nothing where it is. One that waits for its turn to write is ready."""
        faults = [] if self.state in ("waiting", "reading") else [self._fault]
        if self._broker_failures >= _TRIES // 2:
            faults.append("the broker cannot be reached")
        return faults

    def stalled(self) -> str | None:
        """A sentence where there is something to read and the offsets have stood still for too long."""
        still = time.monotonic() - self._moved_at
        if self.state != "reading" or self._lag <= 0 or self._broker_failures or still < STALLED_SECONDS:
            return None
        return f"the register has not moved for {still:.0f} s and is {self._lag} records behind"

    async def run(self) -> None:
        """Read until cancelled, or until a record or a topic is met that must not be gone past."""
        try:
            await self._run()
        finally:
            await self._outlet.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._session()
            except (Unreadable, Remade) as error:
                self._say("stopped", f"the register reads no further: {error}")
                log.critical("the register reads no further", reason=str(error))
                return
            except postgres.AWAY as error:
                await self._pause("the database", error)
            except KafkaError as error:
                await self._pause("the broker", error)
            except OutOfStep as error:
                await self._pause("the writer's place", error)
            finally:
                telemetry.WRITER.set(0)

    async def watch_ends(self) -> None:
        """Every few seconds, compare with the broker how far we have read."""
        while True:
            await self._look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self) -> None:
        # Taken before the ends are asked for, so that a position past its end is no mere race.
        positions = dict(self._positions)
        try:
            ends = await self._ends.read()
        except KafkaError:
            self._broker_failures += 1
            return
        self._broker_failures = 0
        lags = {partition: ends.get(partition, 0) - offset for partition, offset in positions.items()}
        for partition, lag in lags.items():
            telemetry.LAG_RECORDS.labels(str(partition)).set(lag)
        self._remade = self._for_good("ends", _remade(positions, ends))
        if not any(lags.values()):
            self._moved_at = time.monotonic()
        self._lag = sum(lags.values())

    async def _session(self) -> None:
        if not self._migrated:
            await postgres.migrate(self._source.database_url, PACKAGE)
            self._migrated = True
        async with writer(self._source.database_url) as held:
            while not await held.take():
                self._say("waiting")
                self._failures = 0
                await asyncio.sleep(random.uniform(0.5, 1.5))
            telemetry.WRITER.set(1)
            await self._read(held)

    async def _read(self, held: Writer) -> None:
        ends = await self._ends.read()
        if len(ends) != self._source.partitions:
            raise Remade(
                f"{self._source.topic} has {len(ends)} partitions and the settings say {self._source.partitions}: "
                "the number is fixed when the topic is made"
            )
        try:
            self._positions = await held.offsets(self._source.topic, self._source.partitions)
        except ValueError as error:
            raise Remade(str(error)) from error
        if fault := _remade(self._positions, ends):
            if self._for_good("ends", fault):
                raise Remade(fault)
            raise ShortOfOurs(fault)
        reader = kafka.consumer(self._source.bootstrap, fetch_max_wait_ms=_POLL_MS, auto_offset_reset="none")
        try:
            await reader.start()
            # A client's own tasks must have begun before it can be stopped.
            await asyncio.sleep(0)
            self._stand(reader)
            while True:
                await self._turn(reader, held)
        finally:
            self._positions = {}
            await reader.stop()

    def _for_good(self, what: str, fault: str) -> str:
        """The fault, once it has been found at every look at `what` for a while; until then nothing."""
        if not fault:
            self._found_since.pop(what, None)
            return ""
        now = time.monotonic()
        since = self._found_since.setdefault(what, now)
        return fault if now - since >= self._source.remade_after_seconds else ""

    def _stand(self, reader: AIOKafkaConsumer) -> None:
        topic = self._source.topic
        reader.assign([TopicPartition(topic, partition) for partition in self._positions])
        for partition, offset in self._positions.items():
            reader.seek(TopicPartition(topic, partition), offset)
        self._moved_at = time.monotonic()
        self._say("reading")

    async def _turn(self, reader: AIOKafkaConsumer, held: Writer) -> None:
        if self._remade:
            raise Remade(self._remade)
        try:
            fetched = await reader.getmany(timeout_ms=_POLL_MS, max_records=self._source.batch_records)
        except OffsetOutOfRangeError as error:
            fault = "the broker no longer has the offset that the register has read to"
            raise (Remade(fault) if self._for_good("offset", fault) else ShortOfOurs(fault)) from error
        self._for_good("offset", "")
        # Not the last record's: compaction leaves gaps, also at the end.
        read = {
            partition: (offset, position)
            for partition, offset in self._positions.items()
            if (position := await reader.position(TopicPartition(self._source.topic, partition))) != offset
        }
        if read:
            await self._write(held, [_delivery(record) for records in fetched.values() for record in records], read)
        else:
            await held.beat()
        self._failures = 0

    async def _write(self, held: Writer, deliveries: list[Delivery], read: dict[int, tuple[int, int]]) -> None:
        batch = batch_of(deliveries, self._source.partitions)
        await self._erase_again(held, batch)
        with telemetry.BATCH_SECONDS.time():
            new = await held.write(self._source.topic, batch, read)
        self._positions |= {partition: end for partition, (_, end) in read.items()}
        self._moved_at = time.monotonic()
        telemetry.RECORDS.inc(len(deliveries))
        telemetry.STATEMENTS.inc(new)
        telemetry.TOMBSTONES.inc(len(batch.erased))

    async def _erase_again(self, held: Writer, batch: Batch) -> None:
        """Tombstones for what a door let in late, or a backup brought back, before the offsets move past it."""
        async with held.of_everyone() as connection:
            keys = await erased.again(connection, batch.stated)
        by_partition: dict[int, list[Key]] = {}
        for key in keys:
            by_partition.setdefault(batch.stated[key].partition, []).append(key)
        for partition, some in by_partition.items():
            await self._outlet.send_all(self._source.topic, partition, [(key_bytes(key), None) for key in some])
        if keys:
            async with held.of_everyone() as connection:
                await erased.said(connection, keys)
            log.warning("what was erased was stated again, and was erased again", statements=len(keys))

    async def _pause(self, dependency: str, error: BaseException) -> None:
        self._failures += 1
        telemetry.FAILURES.labels(dependency).inc()
        log.warning("the reading failed and is tried again", dependency=dependency, kind=type(error).__name__)
        if self._failures >= _TRIES or self.state == "starting":
            self._say("paused", f"{dependency} cannot be reached")
        longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**self._failures)
        await asyncio.sleep(random.uniform(longest / 2, longest))

    def _say(self, state: State, fault: str = "") -> None:
        if state != self.state:
            log.info("the register's state", state=state)
        self.state, self._fault = state, fault


def _remade(positions: dict[int, int], ends: dict[int, int]) -> str:
    """What is wrong where a partition ends before what was read of it; empty where nothing is."""
    for partition, offset in sorted(positions.items()):
        end = ends.get(partition, 0)
        if end < offset:
            return (
                f"partition {partition} ends at {end} and the register has read it to {offset}: the topic was made "
                "anew or has lost records. Restore it, or give the register an empty database to read it into"
            )
    return ""


def _delivery(record: ConsumerRecord) -> Delivery:
    return Delivery(record.partition, record.offset, record.key, record.value, record.timestamp)
