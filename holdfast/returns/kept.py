"""The rows of a reading by child, kept small: a return may have a million of them. Knows nothing of what they mean.

A row is a line of JSON, about a hundred bytes; as an object it takes several times that. Rows are objects again a child
at a time.
"""

from collections.abc import Iterator

import msgspec

from holdfast.returns.rows import AnyRow

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyRow] = msgspec.json.Decoder(AnyRow)


class Kept:
    """Rows put in one by one, and taken out child by child in the order of the children's references."""

    def __init__(self) -> None:
        self._children: dict[str, bytearray] = {}

    def add(self, child: str, row: AnyRow) -> None:
        """Keep a row behind the others of its child."""
        lines = self._children.get(child)
        if lines is None:
            lines = self._children[child] = bytearray()
        _ENCODER.encode_into(row, lines, -1)
        lines += b"\n"

    def rows(self, child: str) -> list[AnyRow]:
        """The rows of a child, in the order in which they were kept."""
        return _DECODER.decode_lines(self._children.get(child, b""))

    def __iter__(self) -> Iterator[tuple[str, list[AnyRow]]]:
        for child in sorted(self._children):
            yield child, self.rows(child)

    def __len__(self) -> int:
        return len(self._children)
