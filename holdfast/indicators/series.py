"""Steps: what one child adds to the figures, on every day, as signed and packed integers. Not how they are found.

A step says at once every cell it is counted in; only where it is summed up does it become a key for each of them.
"""

from array import array

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from holdfast.indicators.breakdowns import DIMENSIONS

# A step is (part, profile, day), negative for a step down. A profile has the number of a cell for each dimension of
# the breakdowns, 0 for none of its cells. A key is (part, cell, day), and (part, cell) together are a series: with 2048
# of them, 64 parts, a key and the direction of a step fill 32 bits.
DAY_BITS = 20
_CELL_BITS = 5
_CELL_MASK = (1 << _CELL_BITS) - 1
_DAY_MASK = (1 << DAY_BITS) - 1
CELLS_PER_PART = 1 << _CELL_BITS

SHIFTS: dict[str, int] = {name: DAY_BITS + place * _CELL_BITS for place, name in enumerate(DIMENSIONS)}
_PART_SHIFT = DAY_BITS + len(DIMENSIONS) * _CELL_BITS

Keys = NDArray[np.uint32]


def series_of(part: int, cell: int) -> int:
    """The number of a part's series in a cell."""
    return part << _CELL_BITS | cell


def step_of(part: int, profile: int, day: int) -> int:
    """A step up of a part on a day, in the whole and in each cell of the profile."""
    return part << _PART_SHIFT | profile | day


def without(*dimensions: str) -> int:
    """The mask that leaves everything of a profile but its cells of these dimensions."""
    return ~sum(_CELL_MASK << SHIFTS[name] for name in dimensions)


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


def directed_keys(packed: bytes | bytearray) -> Keys:
    """The keys of packed steps, in no order; the last bit is 1 where the step is down."""
    steps = np.frombuffer(packed, np.int64)
    down = steps < 0
    steps = np.abs(steps)
    in_whole = ((steps >> _PART_SHIFT << _CELL_BITS + DAY_BITS | steps & _DAY_MASK) << 1 | down).astype(np.uint32)
    # Out of one profile and into the next on the same day: the cells of both cancel out.
    turning = in_whole[:-1] == in_whole[1:] + 1
    turning &= down[:-1]
    keys = [in_whole[_left(turning, len(steps))]]
    for shift in SHIFTS.values():
        cells = (steps >> shift & _CELL_MASK).astype(np.uint32)
        left = _left(turning & (cells[:-1] == cells[1:]), len(steps)) & (cells != 0)
        keys.append(in_whole[left] | cells[left] << DAY_BITS + 1)
    return np.concatenate(keys)


def _left(cancelled: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Which of so many steps are left where those at a place and the next cancel out."""
    left = np.ones(count, bool)
    left[:-1] = ~cancelled
    left[1:] &= ~cancelled
    return left
