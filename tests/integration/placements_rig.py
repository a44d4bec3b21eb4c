"""A register for tests: a topic of its own, a database of its own, records sent to it, and its tables read back."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from msgspec import Struct

from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.topics import Topic, partition_of
from holdfast.runtime import kafka, postgres
from services.placements.consumer import Register, Source
from services.placements.ends import Ends

PARTITIONS = 2
SERVICE = "placements_rig"
OTHER = "neighbour_rig"
WITHIN_SECONDS = 30.0

Record = tuple[int, bytes, bytes | None]


class Rig(Struct, frozen=True):
    """Where things are: the broker, the topic, the service's database address and the neighbour's."""

    bootstrap: str
    topic: str
    url: str
    other_url: str

    def source(self, batch_records: int = 5_000) -> Source:
        return Source(self.bootstrap, self.topic, PARTITIONS, self.url, batch_records, remade_after_seconds=2.0)

    async def send(self, *events: AnyEvent) -> None:
        await self.send_records(record_of(event) for event in events)

    async def send_records(self, records: Iterable[Record]) -> None:
        producer = kafka.producer(self.bootstrap)
        await producer.start()
        try:
            sent = [await producer.send(self.topic, value, key, partition=at) for at, key, value in records]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    async def rows(self, query: str, *values: Any, authority: str = "*") -> list[Any]:
        """What the service's own role reads, naming an authority, or all."""
        connection = await asyncpg.connect(self.url)
        try:
            async with connection.transaction():
                await connection.execute("SELECT set_config('holdfast.authority', $1, true)", authority)
                return [tuple(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    async def read_to(self) -> int:
        """The sum of the offsets read; 0 before there are any."""
        try:
            return int((await self.rows("SELECT coalesce(sum(read_to), 0) FROM offsets"))[0][0])
        except asyncpg.UndefinedTableError:
            return 0

    async def until_read(self, records: int) -> None:
        await until(lambda: self.read_to(), lambda read: read >= records)


@asynccontextmanager
async def rigged(bootstrap: str, superuser_url: str, **config: str) -> AsyncIterator[Rig]:
    """A new topic, compacted as `config` says, and prepared roles; the topic is dropped at the end."""
    topic = f"placements.test.{uuid.uuid4().hex}"
    database = urlsplit(superuser_url).path.strip("/")
    await postgres.prepare(superuser_url, database, {SERVICE: "one", OTHER: "two"})
    await kafka.declare(bootstrap, [Topic(topic, PARTITIONS, {"cleanup.policy": "compact", **config})])
    url, other_url = (
        postgres.service_url(superuser_url, database, name, word) for name, word in ((SERVICE, "one"), (OTHER, "two"))
    )
    try:
        yield Rig(bootstrap, topic, url, other_url)
    finally:
        await drop(bootstrap, topic)


async def drop(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


@asynccontextmanager
async def reading(source: Source) -> AsyncIterator[Register]:
    """A register that reads until the block ends."""
    ends = Ends(source.bootstrap, source.topic)
    register = Register(source, ends)
    tasks = [asyncio.create_task(register.run()), asyncio.create_task(register.watch_ends())]
    try:
        yield register
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await ends.stop()


def record_of(event: AnyEvent) -> Record:
    return partition_of(event.authority, PARTITIONS), record_key(event), encode_event(event)


async def until(ask: Callable[[], Any], good: Callable[[Any], bool] = bool) -> Any:
    """Ask until the answer is good, for a bounded time."""
    give_up_at = time.monotonic() + WITHIN_SECONDS
    while True:
        answer = ask()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if good(answer):
            return answer
        assert time.monotonic() < give_up_at, f"not within {WITHIN_SECONDS:.0f} s: {answer!r}"
        await asyncio.sleep(0.05)
