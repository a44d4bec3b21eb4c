"""Following one compacted topic from its first record, as long as the process lives, and knowing how far it has got.

What the records mean is the caller's. A broker that is away is waited for; nothing is skipped.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from holdfast.runtime.kafka import assign_from_start, consumer
from holdfast.runtime.logs import logger
from services.gateway.generation import generation_of
from services.gateway.telemetry import LAG_RECORDS, RECORDS

log = logger(__name__)

Take = Callable[[list[ConsumerRecord]], Awaitable[None]]

# A batch is taken without a pause, so it is small enough that live streams don't wait for it: about 10 ms.
BATCH_RECORDS = 500
LOOK_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 10.0
# The broker answers as soon as there is something. Not longer: until it answers, it does not say where the topic ends.
LONGEST_FETCH_MS = 1000
STALLED_SECONDS = 25.0


class Follower:
    """Reads a topic of one partition from its start. `take` gets each batch; `began` the topic's generation, first."""

    def __init__(self, bootstrap: str, topic: str, began: Callable[[str], None], take: Take) -> None:
        self.topic = topic
        self._bootstrap, self._began, self._take = bootstrap, began, take
        self._partition = TopicPartition(topic, 0)
        self._generation = ""
        self._first_end: int | None = None
        self._end = 0
        self._next = 0
        self._moved_at = time.monotonic()

    @property
    def lag(self) -> int:
        """Records not read yet, as of the last look at the topic's end."""
        return max(0, self._end - self._next)

    def fault(self) -> str | None:
        """Why what is held can't be served yet; None once it was read to its end as that was at the start."""
        if self._first_end is None:
            return f"{self.topic} is not being read yet: the broker has not answered"
        if self._next < self._first_end:
            return f"{self.topic} is read to {self._next} of {self._first_end}"
        return None

    def stalled(self) -> str | None:
        """A sentence where there is something to read and nothing was read for too long. Called from another thread."""
        if self.lag and time.monotonic() - self._moved_at > STALLED_SECONDS:
            return f"{self.topic} has records that are not being read"
        return None

    async def run(self) -> None:
        """Follow until cancelled. A broker that is away is tried again, with growing waits of 10 s at most."""
        failures = 0
        while True:
            began_at = time.monotonic()
            try:
                await self._follow()
            except (KafkaError, OSError) as error:
                log.warning("the broker is not answering", topic=self.topic, kind=type(error).__name__)
            failures = 0 if time.monotonic() - began_at > 60 else failures + 1
            wait = min(LONGEST_WAIT_SECONDS, 0.25 * 2.0 ** min(failures, 6))
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))

    async def _follow(self) -> None:
        # A place that is no longer there is an error, not a start elsewhere: the topic may have been made anew.
        reader = consumer(self._bootstrap, fetch_max_wait_ms=LONGEST_FETCH_MS, auto_offset_reset="none")
        await reader.start()
        looking: asyncio.Task[None] | None = None
        try:
            self._generation = await generation_of(reader, self.topic)
            self._began(self._generation)
            end = (await assign_from_start(reader, self.topic))[self._partition]
            self._next, self._end = await reader.position(self._partition), end
            self._moved_at = time.monotonic()
            if self._first_end is None:
                self._first_end = end
            looking = asyncio.create_task(self._look(reader))
            while not looking.done():
                fetched = await reader.getmany(self._partition, timeout_ms=1000, max_records=BATCH_RECORDS)
                for records in fetched.values():
                    await self._took(records)
                if not fetched:
                    # Positions also pass what compaction left out.
                    self._next = max(self._next, await reader.position(self._partition))
            looking.result()
        finally:
            if looking is not None:
                looking.cancel()
            await reader.stop()

    async def _took(self, records: list[ConsumerRecord]) -> None:
        await self._take(records)
        self._next = records[-1].offset + 1
        self._moved_at = time.monotonic()
        RECORDS.labels(self.topic).inc(len(records))

    async def _look(self, reader: AIOKafkaConsumer) -> None:
        """See now and then where the topic ends, and whether it is still the same topic; ends where it is not."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                ends = await asyncio.wait_for(reader.end_offsets([self._partition]), 5)
                generation = await asyncio.wait_for(generation_of(reader, self.topic), 5)
            except (KafkaError, TimeoutError):
                # The broker is away: no lag is known, and none is claimed.
                self._moved_at = time.monotonic()
                continue
            if generation != self._generation:
                log.warning("the topic was made anew and is read from its start", topic=self.topic)
                return
            if not self.lag:
                self._moved_at = time.monotonic()
            self._end = ends[self._partition]
            LAG_RECORDS.labels(self.topic).set(self.lag)
