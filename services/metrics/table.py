"""The children's facts in memory, encoded, partition by partition, and how they are written in the changelog.

A changelog record is the offset its facts were folded to, eight bytes, then the facts; where a child has none left
the record has no value, and the offset travels in a header. Talks to nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from services.metrics.domain import Child, Encoded
from services.metrics.sending import Record

_OFFSET_BYTES = 8
_FOLDED_TO = "folded-to"
_LONE_CODE_LETTERS = 9


class Partition:
    """What is held of one partition.

    `changelog_end`: the changelog's end as far as it is known here: what was read back and what was written since.
    `position`: the next offset of the events to fold. `ahead`: the greatest offset that facts read back were folded
    to; until `position` has passed it the facts are of no one moment, and nothing may be said of them.
    `days`: for each authority the last day (an ordinal) whose daily figures were said.
    """

    __slots__ = ("ahead", "changelog_end", "children", "days", "position", "written")

    def __init__(self) -> None:
        self.children: dict[Child, Encoded] = {}
        self.days: dict[str, int] = {}
        self.changelog_end = 0
        self.written = 0
        self.position = 0
        self.ahead = 0

    @property
    def settled(self) -> bool:
        """Whether the facts held are those of the statements before `position`, and of no others."""
        return self.position >= self.ahead

    def apply(self, changed: Iterable[tuple[Child, Encoded]], erased: Iterable[Child], position: int) -> None:
        """Hold the facts of a batch that ends before `position`."""
        self.children.update(changed)
        for child in erased:
            self.children.pop(child, None)
        self.position = max(self.position, position)


class Restoration:
    """Reads a partition's changelog back, record by record.

    Of one child the record folded to the greatest offset counts, not the last: a process that was paused may have
    written an old one late.
    """

    def __init__(self, partition: Partition) -> None:
        self._partition = partition
        self._folded_to: dict[bytes, int] = {}

    def read(self, records: Sequence[Any]) -> None:
        """Apply records in their order; each has `key`, `value` and `headers`."""
        partition, folded_to = self._partition, self._folded_to
        for record in records:
            key, value = record.key, record.value
            offset = int.from_bytes(value[:_OFFSET_BYTES] if value is not None else _header(record.headers))
            if offset < folded_to.get(key, 0):
                continue
            folded_to[key] = offset
            if len(key) == _LONE_CODE_LETTERS:
                partition.days[key.decode()] = msgspec.msgpack.decode(value[_OFFSET_BYTES:], type=int)
                continue
            partition.ahead = max(partition.ahead, offset)
            if value is None:
                partition.children.pop(key, None)
            else:
                partition.children[key] = value[_OFFSET_BYTES:]


def _header(headers: Iterable[tuple[str, bytes]]) -> bytes:
    return dict(headers).get(_FOLDED_TO, b"")


def changelog_records(
    changed: Iterable[tuple[Child, Encoded]], erased: Iterable[Child], position: int
) -> Iterator[Record]:
    """The changelog records of a batch that ends before `position`."""
    offset = position.to_bytes(_OFFSET_BYTES)
    for child, encoded in changed:
        yield child, offset + encoded, []
    for child in erased:
        yield child, None, [(_FOLDED_TO, offset)]


def day_record(authority: str, day: int) -> Record:
    """The changelog record that says an authority's daily figures of a day (an ordinal) have been said."""
    return authority.encode(), day.to_bytes(_OFFSET_BYTES) + msgspec.msgpack.encode(day), []


class Table:
    """The partitions that are assigned to this process."""

    def __init__(self) -> None:
        self.partitions: dict[int, Partition] = {}

    def __getitem__(self, number: int) -> Partition:
        return self.partitions[number]

    def __len__(self) -> int:
        return sum(len(partition.children) for partition in self.partitions.values())

    @property
    def facts_bytes(self) -> int:
        """The bytes of all facts held, and of their keys; what Python adds for each is not in it."""
        held = (partition.children for partition in self.partitions.values())
        return sum(sum(map(len, children)) + sum(map(len, children.values())) for children in held)
