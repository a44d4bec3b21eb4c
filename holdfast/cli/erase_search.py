"""Looks for texts in every store there is: every table of the database, every topic of the broker. Changes nothing.

A topic's records are judged by what stands under each key; what compaction has not come to yet is told apart.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg
from aiokafka import ConsumerRecord
from msgspec import Struct

from holdfast.runtime.kafka import configurations, consumer, read_to_end

_TABLES = """
SELECT n.nspname AS schema, c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY 1, 2
"""


class Needles(Struct, frozen=True):
    """What is looked for: names of children, and the 16 bytes of statements."""

    children: frozenset[str]
    statements: frozenset[bytes]

    @property
    def texts(self) -> list[str]:
        """As rows are written out: a column of bytes as its hex digits."""
        names = [*self.children, *(one.hex() for one in self.statements)]
        return [*names, *(name.encode().hex() for name in names)]

    @property
    def in_bytes(self) -> re.Pattern[bytes]:
        """As records hold them: written out, or the bytes themselves."""
        every = [text.encode() for text in self.texts] + list(self.statements)
        return re.compile(b"|".join(map(re.escape, every)))


class Table(Struct, frozen=True):
    """A table that was searched: its rows, and those in which something was found."""

    name: str
    rows: int
    found: int


class Topic(Struct, frozen=True):
    """A topic that was searched. `found` stands under its keys; of `values` and `names` only the files hold something.

    `values`: records that say something, replaced or erased since; `names`: what erased them; `since`: the last of it.
    """

    name: str
    records: int
    found: int
    values: int
    names: int
    since: datetime | None
    config: dict[str, str]


async def tables(url: str, needles: Needles) -> list[Table]:
    """Every table of a database, by an account that sees all rows."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        found = []
        for row in await connection.fetch(_TABLES):
            name = f'"{row["schema"]}"."{row["name"]}"'
            # A whole row as text: whatever its columns are, and whoever adds one.
            counts = await connection.fetchrow(
                "SELECT count(*) AS rows, count(*) FILTER (WHERE EXISTS "
                "(SELECT FROM unnest($1::text[]) AS needle WHERE strpos(searched::text, needle) > 0)) AS found "
                f"FROM {name} AS searched",
                needles.texts,
                timeout=3600,
            )
            assert counts is not None
            found.append(Table(f"{row['schema']}.{row['name']}", counts["rows"], counts["found"]))
        return found
    finally:
        await connection.close()


class _Key:
    """What is known of one key in which, or under which, something was found."""

    __slots__ = ("names", "since", "stands", "values")

    def __init__(self) -> None:
        self.stands = False
        self.values = self.names = 0
        self.since = 0

    def take(self, record: ConsumerRecord, *, found: bool) -> None:
        """The next record of the key. What stood before it only lies in the files from now on."""
        self.values += self.stands
        self.stands = found and record.value is not None
        if record.value is None:
            self.names += found
        self.since = max(self.since, record.timestamp)


async def topics(bootstrap: str, needles: Needles) -> list[Topic]:
    """Every topic of the broker but its own. Raises KafkaError."""
    reader = consumer(bootstrap, max_partition_fetch_bytes=4 * 1024 * 1024)
    await reader.start()
    try:
        names = sorted(name for name in await reader.topics() if not name.startswith("__"))
    finally:
        await reader.stop()
    configs = await configurations(bootstrap, names) if names else {}
    return [await _topic(bootstrap, name, needles.in_bytes, configs[name]) for name in names]


async def _topic(bootstrap: str, name: str, needles: re.Pattern[bytes], config: dict[str, str]) -> Topic:
    reader = consumer(bootstrap, max_partition_fetch_bytes=4 * 1024 * 1024)
    await reader.start()
    keys: dict[tuple[int, bytes], _Key] = {}
    compacted = "compact" in config.get("cleanup.policy", "")
    many = 0
    try:
        async for record in read_to_end(reader, name):
            many += 1
            # Where nothing is compacted every record stands for itself.
            key = (record.partition, record.key or b"" if compacted else str(record.offset).encode())
            found = _is_in(record, needles)
            if found or key in keys:
                keys.setdefault(key, _Key()).take(record, found=found)
    finally:
        await reader.stop()
    return _told(name, many, keys.values(), config)


def _is_in(record: ConsumerRecord, needles: re.Pattern[bytes]) -> bool:
    held = (record.key or b"", record.value or b"", *(value for _, value in record.headers))
    return any(map(needles.search, held))


def _told(name: str, many: int, keys: Iterable[_Key], config: dict[str, str]) -> Topic:
    known = list(keys)
    gone = [key.since for key in known if not key.stands]
    return Topic(
        name=name,
        records=many,
        found=sum(key.stands for key in known),
        values=sum(key.values for key in known),
        names=sum(key.names for key in known),
        since=datetime.fromtimestamp(max(gone) / 1000, UTC) if gone else None,
        config=config,
    )
