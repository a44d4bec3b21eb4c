"""The ledger of an authority: the sum of its children's steps, kept sparse. Knows no rule and no today."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import PARTS
from holdfast.indicators.series import CELLS_PER_PART, DAY_BITS, Steps

Integers = NDArray[np.int64]

# Steps waiting to be merged are merged on their own at this size.
_PENDING_BYTES = 1 << 22


class Ledger:
    """Sorted keys (series and day) with the change on each; children are added and subtracted, then settled.

    Totals are exact integers, so subtracting what was added leaves nothing behind. Not safe between threads.
    """

    __slots__ = ("_added", "_changed", "_changes", "_keys", "_taken", "_totals")

    def __init__(self) -> None:
        self._keys: Integers = np.empty(0, np.int64)
        self._changes: NDArray[np.int32] = np.empty(0, np.int32)
        self._totals: Integers | None = None
        self._added = bytearray()
        self._taken = bytearray()
        self._changed: set[int] = set()

    def __len__(self) -> int:
        """How many days with a change are kept, over all series."""
        self._merge()
        return len(self._keys)

    def add(self, steps: Steps) -> None:
        """A child's steps begin to count."""
        self._added += steps.packed
        if len(self._added) > _PENDING_BYTES:
            self._merge()

    def subtract(self, steps: Steps) -> None:
        """A child's steps, as they were added, no longer count."""
        self._taken += steps.packed
        if len(self._taken) > _PENDING_BYTES:
            self._merge()

    def add_ledger(self, other: "Ledger") -> None:
        """Everything another ledger holds counts here too."""
        other._merge()
        self._merge()
        self._take_in(other._keys, other._changes)

    def settle(self) -> set[tuple[str, str]]:
        """Take in what is pending. Returns the (indicator, breakdown text) whose series changed since last settled."""
        self._merge()
        changed, self._changed = self._changed, set()
        return {
            (code, CELLS[series % CELLS_PER_PART])
            for series in changed
            for code in PARTS[series // CELLS_PER_PART].shown_by
        }

    def totals(self, series: Integers, days: Integers) -> Integers:
        """The running totals of series at the end of days, broadcast against each other."""
        self._merge()
        totals = self._running()
        before: Integers = totals[np.searchsorted(self._keys, series << DAY_BITS)]
        return totals[np.searchsorted(self._keys, (series << DAY_BITS) + days, side="right")] - before

    def _running(self) -> Integers:
        """The sum of all changes before each key, and of all of them last."""
        if self._totals is None:
            self._totals = np.zeros(len(self._keys) + 1, np.int64)
            np.cumsum(self._changes, out=self._totals[1:])
        return self._totals

    def _merge(self) -> None:
        if not (self._added or self._taken):
            return
        added, taken = self._added, self._taken
        self._added, self._taken = bytearray(), bytearray()
        # Taking a step away is the same step the other way.
        steps = np.concatenate([np.frombuffer(added, np.int64), -np.frombuffer(taken, np.int64)])
        self._take_in(*_summed(np.abs(steps), np.sign(steps).astype(np.int32)))

    def _take_in(self, keys: Integers, changes: NDArray[np.int32]) -> None:
        """Add sorted, distinct keys with changes other than 0."""
        if not len(keys):
            return
        self._changed.update(np.unique(keys >> DAY_BITS).tolist())
        places = np.searchsorted(self._keys, keys)
        held = np.zeros(len(keys), bool)
        inside = places < len(self._keys)
        held[inside] = self._keys[places[inside]] == keys[inside]
        self._changes[places[held]] += changes[held]
        emptied = places[held][self._changes[places[held]] == 0]
        self._rebuild(emptied, places[~held], keys[~held], changes[~held])
        self._totals = None

    def _rebuild(self, emptied: NDArray[Any], places: NDArray[Any], keys: Integers, changes: NDArray[np.int32]) -> None:
        if len(emptied):
            places = places - np.searchsorted(emptied, places)
            self._keys = np.delete(self._keys, emptied)
            self._changes = np.delete(self._changes, emptied)
        if len(places):
            self._keys = np.insert(self._keys, places, keys)
            self._changes = np.insert(self._changes, places, changes)


def _summed(keys: Integers, changes: NDArray[np.int32]) -> tuple[Integers, NDArray[np.int32]]:
    """Distinct keys in order, each with the sum of its changes; those that cancel out are dropped."""
    order = np.argsort(keys, kind="stable")
    keys, changes = keys[order], changes[order]
    firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sums = np.add.reduceat(changes, firsts, dtype=np.int32)
    left = sums != 0
    return keys[firsts][left], sums[left]
