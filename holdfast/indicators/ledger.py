"""The ledger of an authority: the sum of its children's steps, kept sparse. Knows no rule and no today."""

import numpy as np
from numpy.typing import NDArray

from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.parts import MARKS, PARTS, is_broken_down
from holdfast.indicators.series import CELLS_PER_PART, DAY_BITS, Keys, Steps, directed_keys

Integers = NDArray[np.int64]
Counts = NDArray[np.int32]
Places = NDArray[np.intp]

# Steps waiting to be merged are merged on their own at this size.
_PENDING_BYTES = 1 << 20


class Ledger:
    """Sorted keys (series and day) with the running total at each; children are added and subtracted, then settled.

    Eight bytes an entry. Totals run on over all series and begin with 0. They are exact integers, so subtracting what
    was added leaves nothing behind. Not safe between threads.
    """

    __slots__ = ("_changed", "_keys", "_pending", "_totals")

    def __init__(self) -> None:
        self._keys: Keys = np.empty(0, np.uint32)
        self._totals: Counts = np.zeros(1, np.int32)
        self._pending = bytearray()
        self._changed: set[int] = set()

    def __len__(self) -> int:
        """How many days with a change are kept, over all series."""
        self._merge()
        return len(self._keys)

    def add(self, steps: Steps) -> None:
        """A child's steps begin to count."""
        self._await(steps.packed)

    def subtract(self, steps: Steps) -> None:
        """A child's steps, as they were added, no longer count."""
        self._await(steps.taken_away())

    def add_ledger(self, other: "Ledger") -> None:
        """Everything another ledger holds counts here too."""
        other._merge()
        self._merge()
        self._take_in(other._keys, np.diff(other._totals))

    def settle(self) -> set[tuple[str, str]]:
        """Take in what is pending. Returns the (indicator, breakdown text) whose series changed since last settled."""
        self._merge()
        changed, self._changed = self._changed, set()
        return {
            (code, CELLS[series % CELLS_PER_PART])
            for series in changed
            for code in PARTS[series // CELLS_PER_PART].shown_by
            if not series % CELLS_PER_PART or is_broken_down(code)
        }

    def totals(self, series: Integers, days: Integers) -> Integers:
        """The running totals of series at the end of days, broadcast against each other."""
        self._merge()
        begins = series << DAY_BITS
        # Of the keys' own type: searching for others would convert them all.
        before = np.searchsorted(self._keys, begins.astype(np.uint32))
        places = np.searchsorted(self._keys, (begins + days).astype(np.uint32), side="right")
        totals: Integers = self._totals[places].astype(np.int64) - self._totals[before]
        return totals

    def _await(self, packed: bytes) -> None:
        self._pending += packed
        if len(self._pending) > _PENDING_BYTES:
            self._merge()

    def _merge(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, bytearray()
            directed = directed_keys(pending, MARKS)
            if len(directed):
                self._take_in(*_summed(directed))

    def _take_in(self, keys: Keys, changes: Counts) -> None:
        """Add sorted, distinct keys with changes other than 0."""
        if not len(keys):
            return
        self._changed.update(np.unique(keys >> DAY_BITS).tolist())
        kept = np.diff(self._totals)
        places = np.searchsorted(self._keys, keys)
        held = np.zeros(len(keys), bool)
        inside = places < len(self._keys)
        held[inside] = self._keys[places[inside]] == keys[inside]
        kept[places[held]] += changes[held]
        emptied = places[held][kept[places[held]] == 0]
        self._rebuild(kept, emptied, places[~held], keys[~held], changes[~held])

    def _rebuild(self, kept: Counts, emptied: Places, places: Places, keys: Keys, changes: Counts) -> None:
        if len(emptied):
            places = places - np.searchsorted(emptied, places)
            self._keys, kept = np.delete(self._keys, emptied), np.delete(kept, emptied)
        if len(places):
            self._keys, kept = np.insert(self._keys, places, keys), np.insert(kept, places, changes)
        self._totals = np.zeros(len(kept) + 1, np.int32)
        np.cumsum(kept, out=self._totals[1:])


def _summed(directed: Keys) -> tuple[Keys, Counts]:
    """Distinct keys in order, each with the steps up less the steps down; those that cancel out are dropped."""
    # One sort of whole numbers is several times as fast as sorting changes by their keys.
    directed.sort()
    keys = directed >> 1
    firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sums = np.add.reduceat(1 - 2 * (directed & 1).astype(np.int32), firsts)
    left = sums != 0
    return keys[firsts][left], sums[left]
