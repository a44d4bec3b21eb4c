"""The ledger of an authority: the sum of its children's steps, kept sparse. Knows no rule and no today."""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.parts import FLOW_MARKS, MARKS, PARTS, is_broken_down
from holdfast.indicators.series import CELLS_PER_PART, DAY_BITS, Keys, Steps, directed_keys

Integers = NDArray[np.int64]
Counts = NDArray[np.int32]
_Value = TypeVar("_Value", np.uint32, np.int32)

# Steps waiting to be merged are merged on their own at this size, or at a share of what is held already.
_PENDING_BYTES = 1 << 22
_RECENT_ENTRIES = 1 << 13
_SHARE = 8


class _Sums(NamedTuple):
    """Sorted keys (series and day) with the running total at each. Totals run on over all series and begin with 0."""

    keys: Keys
    totals: Counts

    def at(self, begins: Integers, ends: Integers) -> Integers:
        """The totals between two keys, the last included."""
        # Of the keys' own type: searching for others would convert them all.
        before = np.searchsorted(self.keys, begins.astype(np.uint32))
        places = np.searchsorted(self.keys, ends.astype(np.uint32), side="right")
        totals: Integers = self.totals[places].astype(np.int64) - self.totals[before]
        return totals


_NOTHING = _Sums(np.empty(0, np.uint32), np.zeros(1, np.int32))


class Ledger:
    """What an authority's children add up to, by series and day; children are added and subtracted, then settled.

    Eight bytes an entry: the many held, and the few that changed since those were last written anew. Sums are exact
    integers, so subtracting what was added leaves nothing behind. Not safe between threads.
    """

    __slots__ = ("_changed", "_held", "_pending", "_recent")

    def __init__(self) -> None:
        self._held = _NOTHING
        self._recent = _NOTHING
        self._pending = bytearray()
        self._changed: set[int] = set()

    def __len__(self) -> int:
        """How many days with a change are kept, over all series."""
        self._merge()
        self._write_anew()
        return len(self._held.keys)

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
        for sums in (other._held, other._recent):
            self._take_in(sums.keys, np.diff(sums.totals))

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
        ends = begins + days
        return self._held.at(begins, ends) + self._recent.at(begins, ends)

    def _await(self, packed: bytes) -> None:
        self._pending += packed
        if len(self._pending) > max(_PENDING_BYTES, len(self._held.keys)):
            self._merge()

    def _merge(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, bytearray()
            self._take_in(*_summed(directed_keys(pending, MARKS, FLOW_MARKS)))

    def _take_in(self, keys: Keys, changes: Counts) -> None:
        """Add sorted, distinct keys with changes other than 0."""
        if not len(keys):
            return
        self._changed.update(np.unique(keys >> DAY_BITS).tolist())
        self._recent = _added(self._recent, keys, changes)
        if len(self._recent.keys) > max(_RECENT_ENTRIES, len(self._held.keys) // _SHARE):
            self._write_anew()

    def _write_anew(self) -> None:
        self._held = _added(self._held, self._recent.keys, np.diff(self._recent.totals))
        self._recent = _NOTHING


def _added(sums: _Sums, keys: Keys, changes: Counts) -> _Sums:
    """The sums with changes other than 0 at sorted, distinct keys; what comes to nothing is dropped."""
    if not len(keys):
        return sums
    if not len(sums.keys):
        return _Sums(keys, _running(changes))
    kept = np.diff(sums.totals)
    places = np.searchsorted(sums.keys, keys)
    held = sums.keys.take(places, mode="clip") == keys
    kept[places[held]] += changes[held]
    new = ~held
    at = places[new] + np.arange(np.count_nonzero(new))
    all_keys, all_changes = _inserted(sums.keys, at, keys[new]), _inserted(kept, at, changes[new])
    some = all_changes != 0
    if not some.all():
        all_keys, all_changes = all_keys[some], all_changes[some]
    return _Sums(all_keys, _running(all_changes))


def _inserted(kept: NDArray[_Value], at: Integers, new: NDArray[_Value]) -> NDArray[_Value]:
    """Values with new ones among them, each in its place in the whole, which are in order."""
    whole = np.empty(len(kept) + len(new), kept.dtype)
    was_there = np.ones(len(whole), bool)
    was_there[at] = False
    whole[at], whole[was_there] = new, kept
    return whole


def _running(changes: Counts) -> Counts:
    totals = np.zeros(len(changes) + 1, np.int32)
    np.cumsum(changes, out=totals[1:])
    return totals


def _summed(directed: Keys) -> tuple[Keys, Counts]:
    """Distinct keys in order, each with the steps up less the steps down; those that cancel out are dropped."""
    if not len(directed):
        return directed, np.zeros(0, np.int32)
    # One sort of whole numbers is several times as fast as sorting changes by their keys.
    directed.sort()
    lasts = _lasts(directed)
    times = np.diff(lasts, prepend=-1).astype(np.int32)
    alike = directed[lasts]
    # The ups of a key stand beside its downs.
    changes, keys = np.where(alike & 1, -times, times), alike >> np.uint32(1)
    lasts = _lasts(keys)
    sums = np.diff(np.cumsum(changes, dtype=np.int32)[lasts], prepend=np.int32(0))
    left = sums != 0
    return keys[lasts][left], sums[left]


def _lasts(ordered: Keys) -> Integers:
    """The last place of each of the values, where equal ones stand together."""
    return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
