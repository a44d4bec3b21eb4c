"""Faust's Kafka driver, draining whole batches: the one place that uses names private to Faust 0.15.3.

Faust keeps the group, the assignment, the table's name, the producer and the commit. Here is what a batch is, which
offset may be committed, and what happens around a rebalance. What a batch means is the stream's.
"""

import asyncio
import os
from collections import defaultdict, deque
from time import monotonic
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from holdfast.runtime.logs import logger
from holdfast.runtime.watch import EXIT_HUNG
from services.metrics.sending import Acknowledgement

log = logger(__name__)

_TICK_SECONDS = 0.2
_FETCH_SECONDS = 1.0
_SEEK_AGAIN_SECONDS = 0.1


class Producer(driver.Producer):  # type: ignore[misc]  # Faust is untyped here
    """Faust's producer, idempotent and acknowledged by every in-sync replica."""

    def _settings_extra(self) -> dict[str, Any]:
        return {"acks": "all", "enable_idempotence": True}

    @property
    def raw(self) -> AIOKafkaProducer:
        """The producer underneath, which takes whole batches."""
        return self._ensure_producer()


class Consumer(driver.Consumer):  # type: ignore[misc]
    """Faust's consumer with a drain of its own. The application is `app.MetricsApp`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        # By partition: the acknowledgements of each batch in flight and the offset behind it, oldest first.
        self._inflight: dict[TP, deque[tuple[list[Acknowledgement], int]]] = defaultdict(deque)
        self._acknowledged: dict[TP, int] = {}
        self._epoch = 0
        self._dropped = False
        self._turned_at = monotonic()
        self.broken = False
        self.idle = asyncio.Event()
        self.idle.set()
        super().__init__(*arguments, **named)

    # A process that was paused must not write any more

    def fence(self) -> None:
        """End the process where its loop has not turned for half a session: its partitions may be another's by now.

        At once and without a flush: what is still in its buffers must not reach the broker.
        """
        if monotonic() - self._turned_at > self.app.conf.broker_session_timeout / 2:
            os.write(2, b"fenced: this process was paused, and its partitions may have moved\n")
            os._exit(EXIT_HUNG)
        self._turned_at = monotonic()

    async def on_start(self) -> None:
        """Begin to watch the loop, before there is anything to drain."""
        self._turned_at = monotonic()
        self._tick()

    def _tick(self) -> None:
        self.fence()
        self.loop.call_later(_TICK_SECONDS, self._tick)

    # What may be committed

    def _new_offset(self, tp: TP) -> int | None:
        """The offset behind the last batch whose changelog records are all acknowledged; raises what one raised."""
        queue = self._inflight[tp]
        while queue and all(sent.done() for sent in queue[0][0]):
            for sent in queue[0][0]:
                sent.result()
            self._acknowledged[tp] = queue.popleft()[1]
        return self._acknowledged.get(tp)

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> list[TP]:
        if self.broken:
            return []
        return [tp for tp in list(self._inflight) if topics is None or tp in topics or tp.topic in topics]

    async def wait_empty(self) -> None:
        """Wait for the batch in hand and all that it sent (each ends within the send timeout), then commit."""
        await self.idle.wait()
        sent = [one for queue in self._inflight.values() for batch, _ in queue for one in batch]
        if sent:
            await asyncio.wait(sent)
        await super().wait_empty()

    def committed(self, tp: TP) -> int:
        """The offset last committed by or known to this process; 0 where none is."""
        return self._committed_offset[tp] or 0

    async def finish(self) -> None:
        """Take no more, and wait for the batch in hand."""
        self.stop_flow()
        await self.idle.wait()

    def end_of(self, tp: TP) -> int:
        """The partition's end, as the broker last said; 0 where it has not, or the partition is not ours."""
        return (self.highwater(tp) or 0) if tp in self.assignment() else 0

    @property
    def started_up(self) -> bool:
        """Whether there is an assignment to ask about."""
        return self._thread._consumer is not None

    # Rebalances

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish the batch and the saying in hand (not the fetch: it ends only with the rebalance), then commit."""
        self._epoch += 1
        self.stop_flow()
        await self.app.saying.close()
        await self.idle.wait()
        try:
            await super().on_partitions_revoked(revoked)
        finally:
            self._inflight.clear()
            self._acknowledged.clear()

    async def perform_seek(self) -> None:
        """Seek to the committed offsets, and to the earliest where nothing was ever committed."""
        await super().perform_seek()
        events = [tp for tp in self.assignment() if not self._is_changelog_tp(tp)]
        fresh = [tp for tp in events if not self._committed_offset[tp]]
        earliest = await self.earliest_offsets(*fresh) if fresh else {}
        if fresh:
            await self.seek_wait({tp: earliest[tp] for tp in fresh})
        changelogs = [TopicPartition(*tp) for tp in self.assignment() - set(events)]
        if changelogs:
            # The table is read back: what we write from here on need not be fetched again.
            await self._thread.call_thread(self._thread._ensure_consumer().pause, *changelogs)
        for tp in events:
            self.app.batches.positioned(tp.partition, self._committed_offset[tp] or earliest[tp])
        self.app.batches.assigned = True
        self.app.saying.open()

    # The drain

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self._stopped.is_set() or fetcher.should_stop):
                if not self.flow_active:
                    await self.wait(self.can_resume_flow)  # a rebalance: wait for its end, holding nothing
                elif self._dropped:
                    await self._seek_again()
                else:
                    await self._drain_once()
                await asyncio.sleep(0)
        except (*self.consumer_stopped_errors, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _seek_again(self) -> None:
        self._dropped = False
        try:
            await self.perform_seek()
        except (KafkaError, AssertionError) as error:  # the assignment is moving: Faust asserts that there is one
            log.warning("could not seek after a rebalance, will again", kind=type(error).__name__)
            self._dropped = True
            await asyncio.sleep(_SEEK_AGAIN_SECONDS)

    async def _drain_once(self) -> None:
        epoch = self._epoch
        # The driver blocks in here for as long as a rebalance takes, so the records can be of either side of it.
        fetched, active = await self._wait_next_records(_FETCH_SECONDS)
        if epoch != self._epoch or not self.flow_active:
            self._dropped = self._dropped or bool(fetched)
            return
        self.idle.clear()
        try:
            if fetched:
                await self._handle(fetched, active)
            else:
                await self._pass_gaps(epoch)
        finally:
            self.idle.set()

    async def _handle(self, fetched: dict[Any, list[Any]], active: set[TP]) -> None:
        for at, records in fetched.items():
            tp = ensure_TP(at)
            if not self.flow_active:
                self._dropped = True
                return
            if tp not in active:  # paused meanwhile
                self._dropped = self._dropped or not self._is_changelog_tp(tp)
            elif self._is_changelog_tp(tp):
                await self._late_changelog(tp, records)
            elif records:
                self.fence()
                sent = await self.app.batches.handle(tp.partition, records)
                self._inflight[tp].append((sent, records[-1].offset + 1))
                self._tell_monitor(tp)
                await asyncio.sleep(0)

    def _tell_monitor(self, tp: TP) -> None:
        """Without this Faust takes the stream to be idle, and logs errors."""
        monitor = self.app.monitor
        monitor.stream_inbound_time[tp] = monotonic()
        monitor.track_tp_end_offset(tp, self.end_of(tp))

    async def _late_changelog(self, tp: TP, records: list[Any]) -> None:
        """Records came after the table was read back, from a process late to notice its end: read it back again.

        The last one goes Faust's own way, which ends its recovery.
        """
        await self.app.batches.restore({tp.partition})
        await self.callback(self._to_message(tp, records[-1]))

    async def _pass_gaps(self, epoch: int) -> None:
        """Nothing came: where compaction left a gap up to the end, go past it, or it would look like lag for ever."""
        for tp in list(self._active_partitions):
            held = self.app.batches.table.partitions.get(tp.partition)
            if held is None or self._is_changelog_tp(tp) or held.position >= self.end_of(tp):
                continue
            position = await self.position(tp)
            if epoch != self._epoch or not self.flow_active:
                return
            if position is not None and position > held.position:
                self.app.batches.positioned(tp.partition, position)
                self._inflight[tp].append(([], position))


class Transport(driver.Transport):  # type: ignore[misc]
    """The driver with these two in place of its own."""

    Consumer = Consumer
    Producer = Producer
