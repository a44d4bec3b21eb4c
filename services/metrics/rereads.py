"""Reads anew, from the partition itself, what is left of children of whom something was erased.

Once a batch that holds an erasure: the whole partition up to the batch's end, by a plain consumer.
"""

from collections.abc import Callable, Sequence

from aiokafka import ConsumerRecord, TopicPartition

from holdfast.contracts.facts import Fact, standing
from holdfast.runtime.kafka import consumer
from services.metrics.domain import Child, child_of, fact_in


async def facts_left(
    bootstrap: str, at: TopicPartition, children: set[Child], end: int, progress: Callable[[], None]
) -> dict[Child, list[Fact]]:
    """The facts of the children that the partition's records before offset `end` still state."""
    stated: dict[Child, dict[bytes, ConsumerRecord]] = {child: {} for child in children}
    reader = consumer(bootstrap)
    await reader.start()
    try:
        reader.assign([at])
        reader.seek(at, (await reader.beginning_offsets([at]))[at])
        while await reader.position(at) < end:
            for records in (await reader.getmany(at, timeout_ms=500)).values():
                _note(records, stated, end)
            progress()
    finally:
        await reader.stop()
    return {child: _facts(records) for child, records in stated.items()}


def _note(records: Sequence[ConsumerRecord], stated: dict[Child, dict[bytes, ConsumerRecord]], end: int) -> None:
    for record in records:
        of_child = stated.get(child_of(record.key)) if record.offset < end else None
        if of_child is None:
            continue
        if record.value is None:
            of_child.pop(record.key, None)
        else:
            of_child[record.key] = record


def _facts(records: dict[bytes, ConsumerRecord]) -> list[Fact]:
    return list(standing(map(fact_in, records.values())).values())
