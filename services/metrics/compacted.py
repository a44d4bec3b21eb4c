"""Follows a small compacted topic of one partition: from its beginning, then as it grows. Keeps nothing itself."""

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition

from holdfast.runtime.kafka import consumer

Record = Callable[[bytes, bytes | None], None]

_POLL_MS = 500


class Follower:
    """Hands each record's key and value to `note`, and can tell when all that was there has been handed over."""

    def __init__(self, bootstrap: str, topic: str, note: Record) -> None:
        self._bootstrap = bootstrap
        self._at = TopicPartition(topic, 0)
        self._note = note
        self._reader: AIOKafkaConsumer | None = None
        self._read_to = -1
        self._moved = asyncio.Condition()

    @property
    def begun(self) -> bool:
        """Whether all that was there at the start has been handed over."""
        return self._read_to >= 0

    async def run(self) -> None:
        """Follow until cancelled."""
        # A record that comes is told at once in any case; asking more often than this only wears the broker.
        self._reader = consumer(self._bootstrap, fetch_max_wait_ms=250)
        await self._reader.start()
        try:
            self._reader.assign([self._at])
            end = (await self._reader.end_offsets([self._at]))[self._at]
            self._reader.seek(self._at, (await self._reader.beginning_offsets([self._at]))[self._at])
            while True:
                position = await self._reader.position(self._at)
                if position >= end:
                    await self._moved_to(position)
                for records in (await self._reader.getmany(timeout_ms=_POLL_MS)).values():
                    for record in records:
                        self._note(record.key, record.value)
        finally:
            await self._reader.stop()

    async def caught_up(self) -> None:
        """Wait until all that is there as of now has been handed over."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.begun)
        assert self._reader is not None
        end = (await self._reader.end_offsets([self._at]))[self._at]
        async with self._moved:
            await self._moved.wait_for(lambda: self._read_to >= end)

    async def _moved_to(self, position: int) -> None:
        async with self._moved:
            self._read_to = position
            self._moved.notify_all()
