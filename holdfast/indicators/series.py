"""Steps: what one child adds to the figures, on every day, as signed and packed integers. Not how they are found.

A step says at once every cell and part it is counted in; only where it is summed up does it become a key for each.
"""

from array import array
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from holdfast.indicators.breakdowns import CELL_NUMBERS, DIMENSIONS

# A step is (part, marks, profile, day), negative for a step down. A profile has, for each dimension of the breakdowns,
# which of its cells, counted from 1; 0 is none. A mark stands for one more part that the step is counted in. A key is
# (part, cell, day), and (part, cell) together are a series: with 2048 of them, 64 parts, a key and the direction of a
# step fill 32 bits.
DAY_BITS = 20
_CELL_BITS = 5
_DAY_MASK = (1 << DAY_BITS) - 1
CELLS_PER_PART = 1 << _CELL_BITS

_WIDTHS = {name: len(values).bit_length() for name, values in DIMENSIONS.items()}
_SHIFTS = {name: DAY_BITS + sum(list(_WIDTHS.values())[:place]) for place, name in enumerate(DIMENSIONS)}
# The number of the cell before the first of a dimension.
_BEFORE = {name: CELL_NUMBERS[f"{name}:{values[0]}"] - 1 for name, values in DIMENSIONS.items()}
_MARKS_SHIFT = DAY_BITS + sum(_WIDTHS.values())
_MARKS_BITS = 20
_PART_SHIFT = _MARKS_SHIFT + _MARKS_BITS
# What a profile is without marks.
PROFILE_MASK = (1 << _MARKS_SHIFT) - 1

Keys = NDArray[np.uint32]


def series_of(part: int, cell: int) -> int:
    """The number of a part's series in a cell."""
    return part << _CELL_BITS | cell


def step_of(part: int, profile: int, day: int) -> int:
    """A step up of a part on a day, in the whole and in each cell of the profile."""
    return part << _PART_SHIFT | profile | day


def in_cell(dimension: str, cell: int) -> int:
    """The share of a profile that says that it is in a cell of a dimension."""
    return cell - _BEFORE[dimension] << _SHIFTS[dimension]


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
    """Native signed 64-bit integers, one a step: +1 on its day or, where negative, -1. Depends on facts alone."""

    packed: bytes = b""

    def __len__(self) -> int:
        return len(self.packed) // 8

    def each(self) -> list[int]:
        """The steps as signed integers."""
        return array("q", self.packed).tolist()

    def taken_away(self) -> bytes:
        """What is packed, each step the other way: added to it leaves nothing."""
        return (-np.frombuffer(self.packed, np.int64)).tobytes()


def pack(steps: list[int]) -> Steps:
    """Steps from signed integers."""
    return Steps(array("q", steps).tobytes())


def directed_keys(packed: bytes | bytearray, marks: Sequence[int]) -> Keys:
    """The keys of packed steps, in no order; the last bit is 1 where the step is down.

    `marks`: the number of the part that each mark stands for.
    """
    steps = np.frombuffer(packed, np.int64)
    down = steps < 0
    steps = np.abs(steps)
    parts = steps >> _PART_SHIFT
    mark, place = np.nonzero(steps >> np.arange(_MARKS_SHIFT, _MARKS_SHIFT + len(marks))[:, None] & 1)
    if len(mark):
        parts = np.concatenate([parts, np.array(marks, np.int64)[mark]])
        steps, down = np.concatenate([steps, steps[place]]), np.concatenate([down, down[place]])
    return _keys(parts, steps, down)


def _keys(parts: NDArray[np.int64], steps: NDArray[np.int64], down: NDArray[np.bool_]) -> Keys:
    in_whole = ((parts << _CELL_BITS + DAY_BITS | steps & _DAY_MASK) << 1 | down).astype(np.uint32)
    # Out of one profile and into the next on the same day: the cells of both cancel out.
    turning = in_whole[:-1] == in_whole[1:] + 1
    turning &= down[:-1]
    keys = [in_whole[_left(turning, len(steps))]]
    for name, shift in _SHIFTS.items():
        cells = (steps >> shift & _mask(name)).astype(np.uint32)
        left = _left(turning & (cells[:-1] == cells[1:]), len(steps)) & (cells != 0)
        keys.append(in_whole[left] | cells[left] + np.uint32(_BEFORE[name]) << DAY_BITS + 1)
    return np.concatenate(keys)


def _left(cancelled: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Which of so many steps are left where those at a place and the next cancel out."""
    left = np.ones(count, bool)
    left[:-1] = ~cancelled
    left[1:] &= ~cancelled
    return left
