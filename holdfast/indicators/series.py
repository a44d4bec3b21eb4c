"""Steps: what one child adds to the figures, on every day, as signed and packed integers. Not how they are found.

A step says at once every cell and part that the child is in from its day on, up to the child's next step; one of a
flow, those that something on its day counts in. Only where steps are summed up does each part and cell have a key.
"""

from array import array
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from holdfast.indicators.breakdowns import CELL_NUMBERS, DIMENSIONS

# A step is (flow or not, marks, cells, day), negative where it is taken away. For each dimension of the breakdowns it
# has which of its cells, counted from 1; 0 is none. A mark stands for a part, of stocks for others than of flows. A
# child's last step that is not of a flow has no marks: its day is the one on which nothing holds any more, or FOREVER.
# A key is (part, cell, day), and (part, cell) together are a series: with 2048 of them, 64 parts, a key and the
# direction of a change fill 32 bits.
DAY_BITS = 20
_CELL_BITS = 5
_DAY_MASK = (1 << DAY_BITS) - 1
CELLS_PER_PART = 1 << _CELL_BITS

_WIDTHS = {name: len(values).bit_length() for name, values in DIMENSIONS.items()}
_SHIFTS = {name: DAY_BITS + sum(list(_WIDTHS.values())[:place]) for place, name in enumerate(DIMENSIONS)}
# The number of the cell before the first of a dimension.
_BEFORE = {name: CELL_NUMBERS[f"{name}:{values[0]}"] - 1 for name, values in DIMENSIONS.items()}
# The same for each dimension at once, after the whole, of which every step is in the first cell.
_EACH_SHIFT = np.array([0, *_SHIFTS.values()])[:, None]
_EACH_MASK = np.array([0, *((1 << width) - 1 for width in _WIDTHS.values())])[:, None]
_EACH_BEFORE = np.array([-1, *_BEFORE.values()]).astype(np.uint32)[:, None]
_MARKS_SHIFT = DAY_BITS + sum(_WIDTHS.values())
_MARKS_BITS = 25
_MARKS_MASK = (1 << _MARKS_BITS) - 1
_FLOW = 1 << _MARKS_SHIFT + _MARKS_BITS
# What a profile is without marks.
CELLS_MASK = (1 << _MARKS_SHIFT) - 1

Keys = NDArray[np.uint32]

_NO_STEP = np.zeros(1, np.int64)
# So few that what is made of them stays in a processor's cache.
_AT_A_TIME = 1 << 13


def series_of(part: int, cell: int) -> int:
    """The number of a part's series in a cell."""
    return part << _CELL_BITS | cell


def step_of(profile: int, day: int) -> int:
    """From a day on the child is in the cells and parts of the profile, and in no others."""
    return profile | day


def flow_step_of(profile: int, day: int) -> int:
    """What happened on a day counts in the cells and the parts, those of flows, of the profile."""
    return _FLOW | profile | day


def is_of_flow(step: int) -> bool:
    """Whether a step says what happened on its day, and not what holds from it on."""
    return step >= _FLOW


def day_in(step: int) -> int:
    """The day of a step."""
    return step & _DAY_MASK


def in_cell(dimension: str, cell: int) -> int:
    """The share of a profile that says that it is in a cell of a dimension."""
    return cell - _BEFORE[dimension] << _SHIFTS[dimension]


def cells_in(step: int) -> tuple[int, ...]:
    """Of each dimension the cell that a step is in, counted from 1; 0 where it is in none."""
    return tuple(step >> shift & _mask(name) for name, shift in _SHIFTS.items())


def marked(mark: int) -> int:
    """The share of a profile that says that it has a mark."""
    if mark >= _MARKS_BITS:
        raise ValueError(f"a step has room for {_MARKS_BITS} marks")
    return 1 << _MARKS_SHIFT + mark


def without(*dimensions: str) -> int:
    """The mask that leaves everything of a profile but its cells of these dimensions."""
    return ~sum(_mask(name) << _SHIFTS[name] for name in dimensions)


def _mask(dimension: str) -> int:
    return (1 << _WIDTHS[dimension]) - 1


class Steps(Struct, frozen=True, array_like=True, gc=False):
    """Native signed 64-bit integers, one a step, in order of their days but for those of flows. From facts alone."""

    packed: bytes = b""

    def __len__(self) -> int:
        return len(self.packed) // 8

    def each(self) -> list[int]:
        """The steps as integers."""
        return array("q", self.packed).tolist()

    def of_days(self) -> list[int]:
        """Those that are not of flows."""
        return [step for step in self.each() if step < _FLOW]

    def taken_away(self) -> bytes:
        """What is packed, each step the other way: added to it leaves nothing."""
        return (-np.frombuffer(self.packed, np.int64)).tobytes()


def pack(steps: list[int]) -> Steps:
    """Steps from integers."""
    return Steps(array("q", steps).tobytes())


def directed_keys(packed: bytes | bytearray, marks: Sequence[int], flow_marks: Sequence[int]) -> Keys:
    """The keys of what changes with packed steps, in no order; the last bit is 1 where the change is down.

    `marks` and `flow_marks`: the numbers of the parts that each mark stands for, of stocks and of flows.
    """
    steps = np.frombuffer(packed, np.int64)
    flows = np.abs(steps) >= _FLOW
    # Each step stands beside the one before it.
    held, happened = np.concatenate([_NO_STEP, steps[~flows]]), steps[flows]
    keys = [
        _each(*_changes(held[first : first + _AT_A_TIME + 1]), marks) for first in range(0, len(held) - 1, _AT_A_TIME)
    ]
    return np.concatenate([*keys, _each(*_counts(happened), flow_marks)])


def _changes(steps: NDArray[np.int64]) -> tuple[Keys, Keys]:
    """The marks that hold no longer in a cell, and those that had not held in it before; and the keys but for the part.

    Of each step but the first, beside the one before it. What goes on in the same cell is in neither. A child's first
    step follows another's last, on which nothing holds.
    """
    cells, marks, keys = _in_cells(steps)
    before, now, keys = cells[:, :-1], cells[:, 1:], keys[1:]
    # Nothing ends on the last of all days.
    marks_before, marks = np.where(keys >> 1 == _DAY_MASK, np.uint32(0), marks[:-1]), marks[1:]
    going_on = np.where(before == now, marks & marks_before, np.uint32(0))
    over, new = marks_before & ~going_on, marks & ~going_on
    over[before == 0] = 0
    new[now == 0] = 0
    return np.concatenate([over, new]), np.concatenate([_key(before, keys ^ np.uint32(1)), _key(now, keys)])


def _counts(steps: NDArray[np.int64]) -> tuple[Keys, Keys]:
    """The marks of what happened, in each cell that it counts in; and the keys but for the part."""
    cells, marks, keys = _in_cells(steps)
    counted: Keys = np.where(cells, marks, np.uint32(0))
    return counted, _key(cells, keys)


def _in_cells(steps: NDArray[np.int64]) -> tuple[Keys, Keys, Keys]:
    """By dimension the cells, counted from 1, the whole as the first; the marks; and the keys but for part and cell."""
    away, steps = steps < 0, np.abs(steps)
    cells = (steps >> _EACH_SHIFT & _EACH_MASK).astype(np.uint32)
    cells[0] = 1
    marks = (steps >> _MARKS_SHIFT & _MARKS_MASK).astype(np.uint32)
    keys: Keys = ((steps & _DAY_MASK) << 1 | away).astype(np.uint32, copy=False)
    return cells, marks, keys


def _key(cells: Keys, keys: Keys) -> Keys:
    each: Keys = np.left_shift(cells + _EACH_BEFORE, DAY_BITS + 1, dtype=np.uint32) | keys
    return each


def _each(marks: Keys, keys: Keys, parts: Sequence[int]) -> Keys:
    """A key for each mark."""
    in_part = np.array(parts, np.uint32) << _CELL_BITS + DAY_BITS + 1
    some = np.flatnonzero(marks)
    marks, keys = marks.ravel()[some], keys.ravel()[some]
    each: list[Keys] = []
    # Of all that still have a mark, the lowest.
    while len(marks):
        below = marks & -marks
        each.append(keys | in_part[np.bitwise_count(below - np.uint32(1))])
        marks ^= below
        some = np.flatnonzero(marks)
        marks, keys = marks[some], keys[some]
    return np.concatenate([marks, *each])
