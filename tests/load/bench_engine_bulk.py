"""Very many children folded by processes side by side, a share each, into ledgers that are then one. Prints nothing.

Facts are made outside the time, in chunks, so that memory stays bounded: made-up children are told of again and again
with all their days later. Their care is read once more, outside the time too, for the rows that SQL is given.
"""

import gc
import multiprocessing
import pickle
import resource
import time
from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.contracts.codes import ADOPTIVE
from holdfast.contracts.facts import Fact
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.steps import fold_each
from tests.load.bench_engine_children import later, some_children

PROCESSES = 2
_CHUNK = 5_000
# Each time a child is told of again its days are so many later: no divisor of weeks, months or years.
_LATER_DAYS = 13

# Rows of whole numbers, a column each; days are ordinals, and no day is 0.
PERIOD_COLUMNS = ("child", "period", "begins", "ends", "discharged", "date_of_birth")
STAY_COLUMNS = ("child", "period", "begins", "ends", "adoptive")
Rows = NDArray[np.int32]


class Share(NamedTuple):
    """A process's share: so many children, of which so many are distinct; `number` tells shares apart."""

    number: int
    children: int
    distinct: int
    rows_too: bool


class Folded(NamedTuple):
    """What became of a share. The ledger is pickled; seconds are of folding, adding, settling and pickling alone."""

    ledger: bytes
    elapsed_seconds: float
    processor_seconds: float
    peak_bytes: int
    periods: Rows
    stays: Rows


def fold_in_processes(children: int, distinct: int, *, rows_too: bool) -> list[Folded]:
    """So many children, as equal shares, each folded by a process of its own at the same time."""
    shares = [Share(each, children // PROCESSES, distinct // PROCESSES, rows_too) for each in range(PROCESSES)]
    # Processes that share no memory with this one, so that theirs is theirs.
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        return pool.map(fold_share, shares, chunksize=1)


def fold_share(share: Share) -> Folded:
    """Folds a share of the children, a chunk at a time."""
    ledger, rows = Ledger(), _Rows(share)
    elapsed = processor = 0.0
    for chunk in _chunks(share):
        elapsed, processor = elapsed - time.perf_counter(), processor - time.process_time()
        for steps in fold_each(chunk):
            ledger.add(steps)
        elapsed, processor = elapsed + time.perf_counter(), processor + time.process_time()
        rows.read(chunk)
    elapsed, processor = elapsed - time.perf_counter(), processor - time.process_time()
    ledger.settle()
    pickled = pickle.dumps(ledger, pickle.HIGHEST_PROTOCOL)
    elapsed, processor = elapsed + time.perf_counter(), processor + time.process_time()
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Folded(pickled, elapsed, processor, peak_bytes, rows.periods(), rows.stays())


def _chunks(share: Share) -> Iterator[Sequence[list[Fact]]]:
    told = some_children(share.distinct, seed=share.number)
    gc.collect()
    gc.freeze()
    for first in range(0, share.children, _CHUNK):
        last = min(first + _CHUNK, share.children)
        yield [later(told[one % share.distinct], one // share.distinct * _LATER_DAYS) for one in range(first, last)]


class _Rows:
    """Periods of care and placements as rows; children are numbered on from where the share before ends."""

    def __init__(self, share: Share) -> None:
        self._wanted = share.rows_too
        self._child = share.number * share.children
        self._period = self._child * 100
        self._periods = array("i")
        self._stays = array("i")

    def read(self, chunk: Sequence[list[Fact]]) -> None:
        for facts in chunk if self._wanted else ():
            self._read_child(facts)
            self._child += 1

    def _read_child(self, facts: list[Fact]) -> None:
        child = journey(facts)
        for period in child.periods:
            discharged = period.ends is not None
            for stretch in period.stretches:
                row = (self._child, self._period, stretch.begins, stretch.ends or 0, discharged)
                self._periods.extend((*row, child.date_of_birth or 0))
            for stay in period.placements:
                adoptive = stay.described[0][1].type in ADOPTIVE
                self._stays.extend((self._child, self._period, stay.begins, stay.ends or 0, adoptive))
            self._period += 1

    def periods(self) -> Rows:
        return np.frombuffer(self._periods, np.int32).reshape(-1, len(PERIOD_COLUMNS))

    def stays(self) -> Rows:
        return np.frombuffer(self._stays, np.int32).reshape(-1, len(STAY_COLUMNS))
