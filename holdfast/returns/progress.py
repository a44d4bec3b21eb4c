"""How far a reading is, as it tells whoever asked to be told. What is done with it is theirs."""

from collections.abc import Callable

from msgspec import Struct


class Progress(Struct, frozen=True):
    """`done` of `total` of whatever `doing` goes through (bytes of the files, children), and the rows so far."""

    doing: str
    done: int
    total: int
    rows: int = 0


Told = Callable[[Progress], None]
