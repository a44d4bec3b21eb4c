"""Handles one batch of records of one partition: facts into the table, their records into the changelog.

Plain and in order: what the driver does around it (offsets, rebalances, fences) is in `transport`, what figures come
of it in `saying`. Whatever goes wrong here ends the worker before the offset moves.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition

from holdfast.runtime.logs import logger
from services.metrics import telemetry
from services.metrics.domain import Child, Encoded, Staged, Unreadable, encode, merge, stage
from services.metrics.ledgers import SLICE_SECONDS, Ledgers
from services.metrics.rereads import facts_left
from services.metrics.restoring import restore
from services.metrics.sending import Acknowledgement, Record, send_records
from services.metrics.settings import MetricsSettings
from services.metrics.table import Table, changelog_records

log = logger(__name__)

# Between looks at the clock while folding a batch.
_CHILDREN_A_LOOK = 32


class Stream:
    """The table and the ledgers of this process, as the drain and the rebalances move them."""

    def __init__(self, settings: MetricsSettings, producer: Callable[[], AIOKafkaProducer]) -> None:
        self.settings = settings
        self._producer = producer
        self.table = Table()
        self.ledgers = Ledgers(self.table, settings.partitions, settings.chosen)
        self.progressed_at = time.monotonic()
        self.assigned = False
        # Read so far, from the events and from the changelog.
        self.records = 0
        self.changed: Callable[[], None] = lambda: None

    def progress(self, records: int = 0) -> None:
        """Note that work moves, though no offset does yet."""
        self.progressed_at = time.monotonic()
        self.records += records

    # The partitions that are ours

    def drop(self, partitions: set[int]) -> None:
        """Forget partitions that are no longer ours."""
        self.ledgers.drop(partitions)
        for number in partitions:
            del self.table.partitions[number]

    def _begin_ledgers(self, partitions: set[int]) -> None:
        due_at = time.monotonic() + self.settings.settled_seconds
        for number in partitions:
            self.ledgers.restored(number, all_due_at=due_at)

    def positioned(self, partition: int, offset: int) -> None:
        """The drain goes on from this offset: what lies before it has been folded."""
        held = self.table.partitions.get(partition)
        if held is not None:
            held.position = max(held.position, offset)
            self.changed()

    async def restore(self, partitions: set[int]) -> None:
        """Read back what is assigned and not known as it is in the changelog."""
        began = time.monotonic()
        topic = self.settings.changelog_topic
        stale = await restore(self.settings.kafka, topic, self.table, partitions, self.progress)
        if stale:
            self._begin_ledgers(stale)
            telemetry.RESTORE_SECONDS.observe(time.monotonic() - began)
            log.info("partitions restored", partitions=sorted(stale), seconds=round(time.monotonic() - began, 3))

    # The batches

    async def handle(self, partition: int, records: Sequence[ConsumerRecord]) -> list[Acknowledgement]:
        """Fold a batch and send the changelog records of the children it touched; returns what must be acknowledged.

        The table changes at once and whole, when all of the batch is folded, so that a saying never sees half of it.
        """
        began = time.monotonic()
        position = records[-1].offset + 1
        try:
            staged = stage(records)
            changed, erased = await self._fold(partition, staged, position)
            self.ledgers.touch(partition, [*changed, *erased], all_due_at=began)
            # Whoever erased waits for every figure to be said without it, changed or not.
            self.ledgers.say_all(staged.erased, at=began)
        except Unreadable as error:
            log.error("a record can't be read: the worker stops before it", partition=partition, reason=str(error))
            raise
        held = self.table[partition]
        held.apply(changed.items(), erased, position)
        self.changed()
        sent = await self.write(partition, list(changelog_records(changed.items(), erased, position)))
        self.records += len(records)
        telemetry.EVENTS.inc(len(records))
        telemetry.BATCH_SECONDS.observe(time.monotonic() - began)
        return sent

    async def write(self, partition: int, records: Sequence[Record]) -> list[Acknowledgement]:
        """Send records to the partition's changelog; they count as this process's own."""
        self.table[partition].changelog_end += len(records)
        return await send_records(self._producer(), self.settings.changelog_topic, partition, records)

    async def _fold(self, partition: int, staged: Staged, position: int) -> tuple[dict[Child, Encoded], set[Child]]:
        changed: dict[Child, Encoded] = {}
        erased: set[Child] = set()
        if staged.erased:
            changed, erased = await self._left(partition, staged.erased, position)
        stated = {child: said for child, said in staged.stated.items() if child not in staged.erased}
        until = time.monotonic() + SLICE_SECONDS
        for number, (child, encoded) in enumerate(merge(stated, self.table[partition].children.get)):
            changed[child] = encoded
            if number % _CHILDREN_A_LOOK == 0 and time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + SLICE_SECONDS
        return changed, erased

    async def _left(
        self, partition: int, children: set[Child], position: int
    ) -> tuple[dict[Child, Encoded], set[Child]]:
        at = TopicPartition(self.settings.events_topic, partition)
        left = await facts_left(self.settings.kafka, at, children, position, self.progress)
        changed = {child: encode(facts) for child, facts in left.items() if facts}
        return changed, children - changed.keys()
