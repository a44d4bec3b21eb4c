"""Steps: what one child adds to the figures, on every day, as signed and packed integers. Not how they are found."""

from array import array

from msgspec import Struct

from holdfast.indicators.breakdowns import CELLS

# A step is (series << DAY_BITS | day), negative for a step down. A series is one part of the catalogue in one cell.
DAY_BITS = 20
CELLS_PER_PART = len(CELLS)


def series_of(part: int, cell: int) -> int:
    """The number of a part's series in a cell."""
    return part * CELLS_PER_PART + cell


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
