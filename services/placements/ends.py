"""How far the broker has come: the end of each partition, asked of the broker itself by a connection of its own.

Reads no record. Whether the register keeps up is judged in `consumer.py`.
"""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from holdfast.runtime import kafka

_TIMEOUT_MS = 5_000


class Ends:
    """Asks for the ends of a topic's partitions. Connects when first asked, and anew after a failure."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._reader: AIOKafkaConsumer | None = None
        self._connecting = asyncio.Lock()

    async def read(self, only: int | None = None) -> dict[int, int]:
        """Partition to the offset that its next record will have. Raises KafkaError within some seconds."""
        reader = await self._connected()
        try:
            # A client knows the partitions of what it has asked about.
            first = TopicPartition(self._topic, only or 0)
            ends = await reader.end_offsets([first])
            if only is None:
                partitions = reader.partitions_for_topic(self._topic) or set()
                ends = await reader.end_offsets([TopicPartition(self._topic, number) for number in partitions])
        except KafkaError:
            await self.stop()
            raise
        return {partition.partition: end for partition, end in ends.items()}

    async def stop(self) -> None:
        """Let go of the broker."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.stop()

    async def _connected(self) -> AIOKafkaConsumer:
        # Many may ask at once; one connects.
        async with self._connecting:
            if self._reader is None:
                reader = kafka.consumer(self._bootstrap, request_timeout_ms=_TIMEOUT_MS)
                try:
                    await reader.start()
                except KafkaError:
                    await reader.stop()
                    raise
                self._reader = reader
            return self._reader
