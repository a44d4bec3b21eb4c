"""Whether this worker is ready and alive. Alive is: the committed offset advances while there is lag."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from services.metrics import telemetry
from services.metrics.memory import give_back
from services.metrics.stream import Stream

# Sizes are summed over all children, so not at every look.
_MEASURE_SECONDS = 10.0
_MUCH_RECORDS = 20_000


class Drain(Protocol):
    """What is asked of the consumer."""

    flow_active: bool

    def assignment(self) -> set[Any]:
        """The partitions that are this worker's."""

    def end_of(self, tp: Any) -> int:
        """A partition's end, as the broker last said; 0 where it has not."""

    def committed(self, tp: Any) -> int:
        """The offset last committed; 0 where none is."""


class Health:
    """Looks at the drain once a second (`look`), and answers from what it saw."""

    def __init__(
        self,
        stream: Stream,
        *,
        stall_seconds: float,
        rebalance_seconds: float,
        informed: Iterable[tuple[str, Callable[[], bool]]],
    ) -> None:
        self._stream = stream
        self._stall_seconds = stall_seconds
        self._rebalance_seconds = rebalance_seconds
        self._informed = list(informed)
        self._committed: dict[Any, tuple[int, float]] = {}
        self._ends: dict[Any, tuple[int, int]] = {}
        self._given_back_at = 0
        self._flowed_at = time.monotonic()
        self._lagging: list[str] = []
        self._measured_at = float("-inf")

    def look(self, drain: Drain, events_topic: str) -> None:
        """Note lags and committed offsets."""
        now = time.monotonic()
        if drain.flow_active and self._stream.assigned:
            self._flowed_at = now
        mine = {tp for tp in drain.assignment() if tp.topic == events_topic}
        self._lagging = []
        for tp in mine:
            self._look_at(tp, drain.committed(tp), drain.end_of(tp), now)
        for tp in self._committed.keys() - mine:
            del self._committed[tp], self._ends[tp]
            telemetry.LAG.remove(str(tp.partition))
        telemetry.CHILDREN.set(len(self._stream.table))
        if now >= self._measured_at + _MEASURE_SECONDS:
            self._measured_at = now
            telemetry.FACTS_BYTES.set(self._stream.table.facts_bytes)
            telemetry.LEDGER_ENTRIES.set(self._stream.ledgers.entries)
            self._give_back()

    def _give_back(self) -> None:
        """After much has been read, and once there is no more of it."""
        much = self._stream.records - self._given_back_at > _MUCH_RECORDS
        if much and all(committed >= end for committed, end in self._ends.values()):
            self._given_back_at = self._stream.records
            give_back()

    def _look_at(self, tp: Any, committed: int, end: int, now: float) -> None:
        telemetry.LAG.labels(str(tp.partition)).set(max(0, end - committed))
        before, since = self._committed.get(tp, (-1, now))
        moved = committed != before or committed >= end
        since = now if moved else max(since, self._stream.progressed_at)
        self._committed[tp] = (committed, since)
        self._ends[tp] = (committed, end)
        if now - since > self._stall_seconds:
            self._lagging.append(
                f"partition {tp.partition} has lag and its offset has not moved for {now - since:.0f} s"
            )

    def live(self) -> list[str]:
        """What is wrong such that a restart would help."""
        still = time.monotonic() - max(self._flowed_at, self._stream.progressed_at)
        if still > self._stall_seconds + self._rebalance_seconds:
            return [f"nothing has been drained or restored for {still:.0f} s", *self._lagging]
        return self._lagging

    def stalled(self) -> str | None:
        """The first of them, for the watch."""
        return next(iter(self.live()), None)

    def ready(self) -> list[str]:
        """Why figures are not being said yet."""
        faults = [f"the {topic} have not been read" for topic, read in self._informed if not read()]
        if not self._stream.assigned:
            return [*faults, "no partitions have been assigned yet"]
        behind = [number for number, held in self._stream.table.partitions.items() if not held.settled]
        if behind:
            faults.append(f"{len(behind)} partitions have not been drained to where they were when last written")
        unsaid = [account for account in self._stream.ledgers.accounts.values() if account.said_at == float("-inf")]
        if unsaid:
            faults.append(f"the ledgers of {len(unsaid)} authorities are being derived")
        return faults
