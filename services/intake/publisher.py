"""Publishing: what this returns from has been acknowledged by the broker from all in-sync replicas.

A producer that has failed in any way is thrown away and another is made: an idempotent one that has lost a batch
can't be used again. What it may still deliver is harmless, for the same statement has the same key.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from msgspec import Struct

from holdfast.runtime.logs import logger
from services.intake.failures import Unavailable
from services.intake.telemetry import PUBLISH_SECONDS, UNAVAILABLE

log = logger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0
_DISCARD_SECONDS = 3.0
# So many records of one request are sent as batches: told of one by one, each costs more than all else that is done.
_MANY = 64


class Outgoing(Struct, frozen=True, gc=False):
    """A record on its way: topic, partition, key and value."""

    topic: str
    partition: int
    key: bytes
    value: bytes


class Publisher:
    """Holds one producer, or is making one. `make` gives one that is not started."""

    def __init__(self, make: Callable[[], AIOKafkaProducer], longest_seconds: float) -> None:
        self._make = make
        self._longest_seconds = longest_seconds
        self._producer: AIOKafkaProducer | None = None
        self._wanted = asyncio.Event()
        self._wanted.set()

    @property
    def ready(self) -> bool:
        """Whether there is a producer that has not failed."""
        return self._producer is not None

    async def run(self) -> None:
        """Keep a producer ready, until cancelled. Pauses between tries grow to 5 s, with jitter."""
        pause = _FIRST_PAUSE_SECONDS
        try:
            while True:
                await self._wanted.wait()
                if await self._start():
                    pause = _FIRST_PAUSE_SECONDS
                    continue
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        finally:
            if self._producer is not None:
                producer, self._producer = self._producer, None
                await _discard(producer)

    async def _start(self) -> bool:
        producer = self._make()
        try:
            await asyncio.wait_for(producer.start(), self._longest_seconds)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("the broker cannot be reached", kind=type(error).__name__)
            await _discard(producer)
            return False
        except asyncio.CancelledError:
            await _discard(producer)
            raise
        self._producer = producer
        self._wanted.clear()
        return True

    async def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish all of them; raises Unavailable within the bound where any may not be durable."""
        producer = self._producer
        if producer is None:
            raise self._away()
        try:
            with PUBLISH_SECONDS.time():
                async with asyncio.timeout(self._longest_seconds):
                    await _send(producer, records)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("what was sent was not acknowledged", kind=type(error).__name__)
            self._replace(producer)
            raise self._away() from error

    def _away(self) -> Unavailable:
        UNAVAILABLE.labels("broker").inc()
        return Unavailable("the broker")

    def _replace(self, failed: AIOKafkaProducer) -> None:
        # Of several requests that failed together, the first one replaces.
        if self._producer is failed:
            self._producer = None
            self._wanted.set()
            self._discarding = asyncio.create_task(_discard(failed))


async def _send(producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> None:
    sent: list[asyncio.Future[Any]] = []
    try:
        for place, together in _by_place(records).items():
            async for future in _put_in(producer, *place, together):
                sent.append(future)
        for future in sent:
            await future
    finally:
        for future in sent:
            # Of a failed batch every future has the error: asked for once is enough.
            future.add_done_callback(_heard)


def _by_place(records: Sequence[Outgoing]) -> dict[tuple[str, int], list[Outgoing]]:
    found: dict[tuple[str, int], list[Outgoing]] = {}
    for record in records:
        found.setdefault((record.topic, record.partition), []).append(record)
    return found


async def _put_in(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Outgoing]
) -> AsyncIterator[asyncio.Future[Any]]:
    """What tells that each is acknowledged. Many make batches of their own, and few share one with other requests'."""
    if len(records) < _MANY:
        for record in records:
            yield await producer.send(topic, record.value, key=record.key, partition=partition)
    else:
        for batch in batches(producer, records):
            yield await producer.send_batch(batch, topic, partition=partition)


def batches(producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> Iterator[Any]:
    """The records in as few batches as they fit in: one takes any record, but no more than its bytes of others."""
    batch = producer.create_batch()
    for record in records:
        if batch.append(key=record.key, value=record.value, timestamp=None) is None:
            yield batch
            batch = producer.create_batch()
            batch.append(key=record.key, value=record.value, timestamp=None)
    # No other request's are to join it: it is told of as a whole.
    batch.close()
    yield batch


def _heard(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


async def _discard(producer: AIOKafkaProducer) -> None:
    """Close without waiting for what is still in it: it was never acknowledged to anyone."""
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.stop(), _DISCARD_SECONDS)
        return
    sender = producer._sender
    if sender.sender_task is not None:
        sender.sender_task.cancel()
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.client.close(), _DISCARD_SECONDS)
