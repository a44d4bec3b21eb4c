"""A producer for few records: started when it is first needed, and again after a failure."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from holdfast.runtime.kafka import producer

_STOP_SECONDS = 3.0

# A key, and what is said under it; None erases what was.
Said = tuple[bytes, bytes | None]


class Outlet:
    """Sends records and waits for every in-sync replica; raises KafkaError. One call at a time."""

    def __init__(self, bootstrap: str, seconds: float = 15.0) -> None:
        self._bootstrap, self._seconds = bootstrap, seconds
        self._turn = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def send_and_wait(self, topic: str, value: bytes, key: bytes) -> object:
        """Send one record, to the partition of its key; returns what the broker acknowledged."""
        return (await self._send(topic, [(key, value)], None))[-1]

    async def send_all(self, topic: str, partition: int, records: Sequence[Said]) -> int:
        """Send records to a partition, in order; returns the offset after the last. At least one is given."""
        acknowledged = await self._send(topic, records, partition)
        return int(acknowledged[-1].offset) + 1

    async def close(self) -> None:
        """Stop the producer, where it was started."""
        made, self._producer = self._producer, None
        if made is not None:
            await _stop(made)

    async def _send(self, topic: str, records: Sequence[Said], partition: int | None) -> list[Any]:
        async with self._turn:
            try:
                async with asyncio.timeout(self._seconds):
                    sender = await self._started()
                    sent = [await sender.send(topic, value, key, partition=partition) for key, value in records]
                    return list(await asyncio.gather(*sent))
            except (KafkaError, TimeoutError) as error:
                # An idempotent producer that failed once may never send again.
                await self.close()
                if isinstance(error, TimeoutError):
                    raise KafkaTimeoutError("the broker did not acknowledge in time") from error
                raise

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            made = producer(self._bootstrap)
            try:
                await made.start()
            except BaseException:
                await _stop(made)
                raise
            self._producer = made
        return self._producer


async def _stop(made: AIOKafkaProducer) -> None:
    # One that failed may never come to its end: nobody was promised what is still in it.
    with contextlib.suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(made.stop(), _STOP_SECONDS)
