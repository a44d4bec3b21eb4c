"""Sees to it that what was erased leaves the broker's files in time, however quiet a partition is.

A file is closed only when another record comes, and only a closed one is cleaned: so a record that changes nothing is
sent when one is due, once for what was erased and once more for its tombstones. Sent twice it does no harm.
"""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

import asyncpg
from aiokafka.errors import KafkaError

from holdfast.contracts.topics import CHANGELOG, EVENTS, Erasing, nobodys_key, partition_of
from holdfast.runtime.kafka import configurations
from holdfast.runtime.logs import logger
from holdfast.runtime.outlet import Outlet
from services.placements.erasures import store as erased
from services.placements.store import UNANSWERED, Pool

log = logger(__name__)

_LOOK_SECONDS = 60.0
_SOONEST_SECONDS = 0.5


class Closing:
    """Looks every minute, or sooner where the topic's files are short-lived or something was erased just now."""

    def __init__(self, bootstrap: str, topic: str, partitions: int, pool: Pool, outlet: Outlet) -> None:
        self._bootstrap, self._topic, self._partitions = bootstrap, topic, partitions
        self._pool, self._outlet = pool, outlet
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was erased."""
        self._woken.set()

    async def run(self) -> None:
        """Look until cancelled. What is away is looked for again the next time."""
        while True:
            pause = _LOOK_SECONDS
            try:
                pause = await self._look()
            except asyncpg.UndefinedTableError:
                # Whoever writes has not made the tables yet: nothing was ever erased.
                pause = _LOOK_SECONDS
            except (KafkaError, OSError, *UNANSWERED) as error:
                log.warning("files that hold what was erased could not be seen to", kind=type(error).__name__)
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), pause)
            except TimeoutError:
                continue

    async def _look(self) -> float:
        pending = await erased.in_files(self._pool)
        times = await self.erasing() if pending else None
        if times is None:
            return _LOOK_SECONDS
        now = datetime.now(UTC)
        due = [one for one in pending if now >= _closes_at(times, one)]
        by_partition: dict[int, list[erased.Pending]] = defaultdict(list)
        for one in due:
            by_partition[partition_of(one.authority, self._partitions)].append(one)
        for partition, ones in by_partition.items():
            await self._outlet.send_all(self._topic, partition, [(nobodys_key(ones[0].authority), None)])
            await erased.closed(self._pool, ones)
        return max(_SOONEST_SECONDS, min(_LOOK_SECONDS, times.segment.total_seconds() / 2))

    async def erasing(self) -> Erasing | None:
        """What the settings of the topic and of the stream's changelog say, the longer of both; None: no bound."""
        topics = [self._topic, CHANGELOG] if self._topic == EVENTS else [self._topic]
        held = await configurations(self._bootstrap, topics)
        found = [Erasing.of(held[topic]) for topic in topics]
        bounded = [one for one in found if one is not None]
        if len(bounded) < len(found):
            return None
        return Erasing(
            max(one.segment for one in bounded), max(one.lag for one in bounded), max(one.retention for one in bounded)
        )


def _closes_at(times: Erasing, one: erased.Pending) -> datetime:
    return times.closes_again_at(one.erased_at) if one.closings else times.closes_at(one.erased_at)
