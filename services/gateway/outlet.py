"""The one producer of the gateway, for targets alone: started when it is first needed, and again after a failure."""

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from holdfast.runtime.kafka import producer


class Outlet:
    """Sends a record and waits for every in-sync replica; raises KafkaError. Few are ever sent, one at a time."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._turn = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def send_and_wait(self, topic: str, value: bytes, key: bytes) -> object:
        """Send one record; returns what the broker acknowledged."""
        async with self._turn:
            if self._producer is None:
                made = producer(self._bootstrap)
                await made.start()
                self._producer = made
            try:
                return await self._producer.send_and_wait(topic, value, key)
            except KafkaError:
                # An idempotent producer that failed once may never send again.
                broken, self._producer = self._producer, None
                await broken.stop()
                raise

    async def close(self) -> None:
        """Stop the producer, where it was started."""
        if self._producer is not None:
            await self._producer.stop()
