"""Records into as few producer batches as fit: one future a batch instead of one a record."""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer

Header = tuple[str, bytes]
Record = tuple[bytes, bytes | None, list[Header]]
Acknowledgement = asyncio.Future[Any]


async def send_records(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Iterable[Record]
) -> list[Acknowledgement]:
    """Hand the records to the producer, in order. The futures end when the broker has acknowledged, or failed to."""
    sent: list[Acknowledgement] = []
    batch = producer.create_batch()
    for key, value, headers in records:
        if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
            sent.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            # The first record of a batch always fits it, however large.
            batch.append(key=key, value=value, timestamp=None, headers=headers)
    if batch.record_count():
        sent.append(await producer.send_batch(batch, topic, partition=partition))
    return sent
