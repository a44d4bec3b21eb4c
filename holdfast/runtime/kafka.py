"""How our processes talk to the broker: one producer, one plain consumer, and the declaring of topics.

Groups, commits and changelogs are Faust's, and live in the metrics service alone.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from holdfast.contracts.topics import Topic

REQUEST_TIMEOUT_MS = 15_000
BATCH_BYTES = 256 * 1024


def producer(bootstrap: str, **overrides: Any) -> AIOKafkaProducer:
    """An idempotent producer whose acknowledgement means every in-sync replica has the record. Not started yet."""
    settings: dict[str, Any] = {
        "bootstrap_servers": bootstrap,
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "snappy",
        "linger_ms": 0,
        "max_batch_size": BATCH_BYTES,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
    }
    return AIOKafkaProducer(**settings | overrides)


class Consumer(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka is untyped here
    """A consumer that can be stopped whatever the broker does."""

    async def stop(self) -> None:
        """Stop. A fetch that was under way is cancelled by the driver, which lets that escape: it is not ours."""
        try:
            await super().stop()
        except asyncio.CancelledError:
            stopping = asyncio.current_task()
            if stopping is not None and stopping.cancelling():
                raise
            await self._client.close()


def consumer(bootstrap: str, **overrides: Any) -> Consumer:
    """A consumer of partitions that the caller assigns; it commits nothing. Not started yet."""
    settings: dict[str, Any] = {
        "bootstrap_servers": bootstrap,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "fetch_max_wait_ms": 50,
        "max_partition_fetch_bytes": 1024 * 1024,
    }
    return Consumer(**settings | overrides)


async def assign_from_start(reader: AIOKafkaConsumer, topic: str, only: int | None = None) -> dict[TopicPartition, int]:
    """Assign a topic, or one partition of it, from its first record; returns each partition's end as it is now."""
    partitions = await partitions_of(reader, topic) if only is None else {only}
    assigned = [TopicPartition(topic, number) for number in sorted(partitions)]
    reader.assign(assigned)
    # Not seek_to_beginning: it races with the reset and may read nothing.
    for partition, offset in (await reader.beginning_offsets(assigned)).items():
        reader.seek(partition, offset)
    return dict(await reader.end_offsets(assigned))


async def partitions_of(reader: AIOKafkaConsumer, topic: str) -> set[int]:
    """The numbers of a topic's partitions. Raises KafkaError where there is no such topic."""
    if known := reader.partitions_for_topic(topic):
        return set(known)
    if topic not in await reader.topics():
        raise KafkaError(f"the topic {topic} does not exist: run `holdfast setup`")
    # A consumer only learns the partitions of what it has been assigned.
    first = TopicPartition(topic, 0)
    reader.assign([first])
    await reader.beginning_offsets([first])
    return set(reader.partitions_for_topic(topic) or ())


async def read_to_end(reader: AIOKafkaConsumer, topic: str, only: int | None = None) -> AsyncIterator[ConsumerRecord]:
    """Every record of a topic, or of one partition, up to its end as of now; the reader then stands there or after."""
    ends = await assign_from_start(reader, topic, only)
    for partition, end in ends.items():
        while await reader.position(partition) < end:
            fetched = await reader.getmany(partition, timeout_ms=500)
            for record in fetched.get(partition, ()):
                yield record


async def declare(bootstrap: str, topics: Iterable[Topic], replication: int = 1) -> list[str]:
    """Make the topics that are not there yet; returns the names of those made.

    Raises ValueError where one is there with another number of partitions: that number is fixed for ever.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        wanted = list(topics)
        held = {item["topic"]: len(item["partitions"]) for item in await admin.describe_topics()}
        for topic in wanted:
            if held.get(topic.name, topic.partitions) != topic.partitions:
                raise ValueError(
                    f"{topic.name} has {held[topic.name]} partitions and the settings say {topic.partitions}: "
                    "the number is fixed when a topic is made; set HOLDFAST_PARTITIONS to what it has"
                )
        made = [topic for topic in wanted if topic.name not in held]
        answer = await admin.create_topics(
            [NewTopic(t.name, t.partitions, replication, topic_configs=t.config) for t in made]
        )
        for name, code, *_ in answer.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise for_code(code)(name)
        return [topic.name for topic in made]
    finally:
        await admin.close()


async def configurations(bootstrap: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """The broker's own settings of these topics, by topic. Raises KafkaError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    finally:
        await admin.close()
    found: dict[str, dict[str, str]] = {}
    for code, _, _, name, entries in (resource for answer in answers for resource in answer.resources):
        if code:
            raise for_code(code)(name)
        found[name] = {entry[0]: entry[1] for entry in entries if entry[1] is not None}
    return found
