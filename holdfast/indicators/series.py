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


def pack(steps: list[int]) -> Steps:
    """Steps from signed integers."""
    return Steps(array("q", steps).tobytes())


def keys_of(packed: bytes | bytearray) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The keys of packed steps, in no order: those of steps up, and those of steps down."""
    steps = np.frombuffer(packed, np.int64)
    return _keys(steps[steps > 0]), _keys(-steps[steps < 0])


def _keys(steps: NDArray[np.int64]) -> NDArray[np.uint32]:
    in_whole = (steps >> _PART_SHIFT << _CELL_BITS + DAY_BITS | steps & _DAY_MASK).astype(np.uint32)
    keys = [in_whole]
    for shift in SHIFTS.values():
        cells = (steps >> shift & _CELL_MASK).astype(np.uint32)
        keys.append((in_whole | cells << DAY_BITS)[cells != 0])
    return np.concatenate(keys)
