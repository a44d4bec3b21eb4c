"""Every SQL statement of the register: the one writer's, and the snapshots that answers are read from.

Decides nothing: what a record means is in `domain.py`, what is shown of a child in `account.py`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal, TypeAlias

import asyncpg
import msgspec
from msgspec import Struct

from holdfast.runtime.postgres import AWAY
from holdfast.runtime.service_token import Claims
from services.placements.domain import Batch, Statement

Connection: TypeAlias = "asyncpg.Connection[Any]"
Lent: TypeAlias = "asyncpg.pool.PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"
Clocked = Literal["recorded", "received"]

# The database is away, or the writer has not made the tables yet.
UNANSWERED = (*AWAY, asyncpg.UndefinedTableError)

# One writer for a database: any number will do, as long as every instance uses the same.
_WRITING = 0x7265676973746572
# The writer says something at least every second, so a session silent for this long is hung: another may write.
_HUNG_AFTER = "30s"
_ROWS_AT_ONCE = 2_000
_COLUMNS = Statement.__struct_fields__


class OutOfStep(Exception):
    """The offsets are not where this writer left them: another one has written. Nothing was written; begin again."""


class Known(Struct, frozen=True):
    """Only the statements that were recorded, or received, by an instant, and first came before an offset.

    With None, whenever they were. With an offset it is a data cut that only an erasure can change.
    """

    at: datetime | None = None
    clock: Clocked = "recorded"
    read_to: int | None = None


class AuthorityState(Struct, frozen=True):
    """How far an authority's statements have come: offsets as versions, and how many different ones there are."""

    changed_to: int = 0
    erased_to: int = 0
    statements: int = 0


class Held(Struct, frozen=True):
    """A statement as the register holds it."""

    child: str
    statement: bytes
    event: bytes
    recorded_at: datetime
    received_at: datetime
    partition: int
    offset: int


class Told(Struct, frozen=True):
    """A statement as the register holds it, with what it became known by."""

    child: str
    statement: bytes
    event: bytes
    recorded_at: datetime
    received_at: datetime
    offset: int

    def is_in(self, known: Known) -> bool:
        """Whether it is among what is known so."""
        at = self.recorded_at if known.clock == "recorded" else self.received_at
        return (known.at is None or at <= known.at) and (known.read_to is None or self.offset < known.read_to)


class Writer:
    """The connection that may write: it holds the advisory lock, so what it loses with the connection is the right."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def take(self) -> bool:
        """Try to become the one writer; it stays so until the connection ends."""
        taken = await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", _WRITING)
        if taken:
            await self._connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS staged (LIKE statements) ON COMMIT DELETE ROWS"
            )
        return bool(taken)

    async def beat(self) -> None:
        """Say something, and find out whether the connection is still there."""
        await self._connection.execute("SELECT 1")

    async def offsets(self, topic: str, partitions: int) -> dict[int, int]:
        """The next offset of each partition; all 0 where the topic is new. Raises ValueError where it has changed."""
        rows = await self._connection.fetch("SELECT partition, read_to FROM offsets WHERE topic = $1", topic)
        if not rows:
            await self._connection.execute(
                "INSERT INTO offsets (topic, partition, read_to) SELECT $1, n, 0 FROM generate_series(0, $2) AS n",
                topic,
                partitions - 1,
            )
            return dict.fromkeys(range(partitions), 0)
        if len(rows) != partitions:
            raise ValueError(f"{topic} has {partitions} partitions and was read with {len(rows)}: it is another topic")
        return {row["partition"]: row["read_to"] for row in rows}

    @asynccontextmanager
    async def of_everyone(self) -> AsyncIterator[Connection]:
        """A transaction over all authorities."""
        async with self._connection.transaction():
            await name_authority(self._connection, "*")
            yield self._connection

    async def write(self, topic: str, batch: Batch, read: dict[int, tuple[int, int]]) -> int:
        """Write a batch and move the offsets of `read` (partition: from, to), or neither. Returns the new statements.

        Raises OutOfStep where the offsets were not where they are moved from.
        """
        async with self._connection.transaction():
            await name_authority(self._connection, "*")
            if batch.erased:
                await self._erase(batch)
            new = await self._insert(batch.stated.values()) if batch.stated else 0
            await self._move(topic, read)
        return new

    async def _erase(self, batch: Batch) -> None:
        authorities, children, statements = (list(column) for column in zip(*batch.erased, strict=True))
        await self._connection.execute(_ERASE, authorities, children, statements, list(batch.erased.values()))

    async def _insert(self, stated: Iterable[Statement]) -> int:
        # COPY is refused where row-level security is forced: it goes into a table of the session.
        await self._connection.copy_records_to_table(
            "staged", records=map(msgspec.structs.astuple, stated), columns=_COLUMNS
        )
        return int(await self._connection.fetchval(_INSERT))

    async def _move(self, topic: str, read: dict[int, tuple[int, int]]) -> None:
        moved = await self._connection.execute(
            "UPDATE offsets AS o SET read_to = r.read_to "
            "FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS r (partition, read_from, read_to) "
            "WHERE o.topic = $1 AND o.partition = r.partition AND o.read_to = r.read_from",
            topic,
            list(read),
            [begin for begin, _ in read.values()],
            [end for _, end in read.values()],
        )
        if moved != f"UPDATE {len(read)}":
            raise OutOfStep


_ERASE = """
WITH erased AS (
    DELETE FROM statements AS s
    USING unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[]) AS t (authority, child, statement, at)
    WHERE s.authority = t.authority AND s.child = t.child AND s.statement = t.statement
    RETURNING s.authority, t.at)
UPDATE authorities AS a
SET statements = a.statements - e.number, changed_to = e.erased_to, erased_to = e.erased_to
FROM (SELECT authority, count(*) AS number, max(at) + 1 AS erased_to FROM erased GROUP BY authority) AS e
WHERE a.authority = e.authority
"""

# What is held already stays as it first came.
_INSERT = """
WITH new AS (
    INSERT INTO statements SELECT * FROM staged
    ON CONFLICT (authority, child, statement) DO NOTHING
    RETURNING authority, "offset"),
changed AS (
    INSERT INTO authorities AS a (authority, changed_to, statements)
    SELECT authority, max("offset") + 1, count(*) FROM new GROUP BY authority
    ON CONFLICT (authority) DO UPDATE SET
        changed_to = greatest(a.changed_to, excluded.changed_to),
        statements = a.statements + excluded.statements)
SELECT count(*) FROM new
"""


@asynccontextmanager
async def writer(url: str) -> AsyncIterator[Writer]:
    """A connection that may become the writer; the server ends it where we fall silent."""
    connection = await asyncpg.connect(
        url,
        timeout=10,
        command_timeout=20,
        server_settings={
            "idle_session_timeout": _HUNG_AFTER,
            "idle_in_transaction_session_timeout": _HUNG_AFTER,
            "tcp_keepalives_idle": "10",
            "tcp_keepalives_interval": "5",
            "tcp_keepalives_count": "3",
        },
    )
    try:
        yield Writer(connection)
    finally:
        # Not close(): it would wait for a server that may be gone. The server lets go of the lock.
        connection.terminate()


class Snapshot:
    """One authority's statements as of one instant of the database, and nobody else's."""

    def __init__(self, connection: "Connection | Lent", authority: str) -> None:
        self._connection = connection
        self._authority = authority

    @property
    def connection(self) -> "Connection | Lent":
        """For the statements that are in a module of their own."""
        return self._connection

    @property
    def authority(self) -> str:
        """The one authority that is seen."""
        return self._authority

    async def state(self) -> AuthorityState:
        """How far this authority has come; all 0 where nothing was ever said."""
        row = await self._connection.fetchrow(
            "SELECT changed_to, erased_to, statements FROM authorities WHERE authority = $1", self._authority
        )
        return AuthorityState() if row is None else AuthorityState(*row)

    async def read_to(self, topic: str) -> dict[int, int]:
        """The next offset of every partition that the register reads."""
        rows = await self._connection.fetch("SELECT partition, read_to FROM offsets WHERE topic = $1", topic)
        return {row["partition"]: row["read_to"] for row in rows}

    async def changed_since(self, offset: int) -> list[str]:
        """The children with a statement that first came at this offset or later."""
        rows = await self._connection.fetch(
            'SELECT DISTINCT child FROM statements WHERE authority = $1 AND "offset" >= $2', self._authority, offset
        )
        return [row["child"] for row in rows]

    async def outside(self, known: Known) -> list[str]:
        """The children with a statement that is not among what is known."""
        condition, values = _narrowed(known)
        rows = await self._connection.fetch(
            f"SELECT DISTINCT child FROM statements WHERE authority = $1 AND NOT (true{condition})",
            self._authority,
            *values,
        )
        return [row["child"] for row in rows]

    async def told_of(self, children: Sequence[str], known: Known) -> list[Told]:
        """What is known of these children, in no order."""
        condition, values = _narrowed(known, first=3)
        rows = await self._connection.fetch(
            'SELECT child, statement, event, recorded_at, received_at, "offset" FROM statements '
            f"WHERE authority = $1 AND child = ANY($2::text[]){condition}",
            self._authority,
            children,
            *values,
        )
        return [Told(*row) for row in rows]

    async def by_child(
        self, known: Known | None = None, children: Sequence[str] | None = None
    ) -> AsyncIterator[list[tuple[str, bytes, bytes]]]:
        """(child, statement, event) of all children, or of some, in slices of whole children.

        A slice is at most 2,000 rows and a child long. With `known`, only what was recorded or received by then.
        """
        condition, values = _narrowed(known)
        if children is not None:
            values.append(children)
            condition += f" AND child = ANY(${len(values) + 1}::text[])"
        cursor = self._connection.cursor(
            f"SELECT child, statement, event FROM statements WHERE authority = $1{condition} ORDER BY child",
            self._authority,
            *values,
            prefetch=_ROWS_AT_ONCE,
        )
        slice_: list[tuple[str, bytes, bytes]] = []
        async for row in cursor:
            if len(slice_) >= _ROWS_AT_ONCE and slice_[-1][0] != row["child"]:
                yield slice_
                slice_ = []
            slice_.append((row["child"], row["statement"], row["event"]))
        if slice_:
            yield slice_

    async def of_child(self, child: str, known: Known | None = None) -> list[Held]:
        """Every statement about a child, in the order they were recorded, those of one instant as they came."""
        condition, values = _narrowed(known)
        rows = await self._connection.fetch(
            'SELECT child, statement, event, recorded_at, received_at, partition, "offset" FROM statements '
            f"WHERE authority = $1{condition} AND child = ${len(values) + 2} "
            'ORDER BY recorded_at, "offset"',
            self._authority,
            *values,
            child,
        )
        return [Held(*row) for row in rows]

    async def stated_by(self, system: str, children: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
        """(child, statement, event) of what a system itself, and no steward, has said of these children."""
        rows = await self._connection.fetch(
            "SELECT child, statement, event FROM statements "
            "WHERE authority = $1 AND child = ANY($2::text[]) AND system = $3 AND NOT by_steward",
            self._authority,
            children,
            system,
        )
        return [(row["child"], row["statement"], row["event"]) for row in rows]

    async def fetch(self, question: str, *values: Any) -> list[Any]:
        """The rows of a question kept in a file of its own; its $1 is the authority."""
        return list(await self._connection.fetch(question, self._authority, *values))

    async def record_look(self, claims: Claims, children: Sequence[str], what: str) -> None:
        """Write down that somebody looked at these children, in the transaction that read them."""
        await self._connection.execute(
            "INSERT INTO looks (authority, issuer, person, role, purpose, child, what) "
            "SELECT $1, $2, $3, $4, $5, child, $7 FROM unnest($6::text[]) AS child",
            self._authority,
            claims.issuer,
            claims.user,
            claims.role,
            claims.purpose,
            children,
            what,
        )


def _narrowed(known: Known | None, first: int = 2) -> tuple[str, list[Any]]:
    """The condition that statements are among what is known, with its values numbered from `first`."""
    conditions: list[str] = []
    values: list[Any] = []
    if known is not None and known.at is not None:
        conditions.append(f"{_CLOCKS[known.clock]} <= ${first}")
        values.append(known.at)
    if known is not None and known.read_to is not None:
        conditions.append(f'"offset" < ${first + len(values)}')
        values.append(known.read_to)
    return "".join(f" AND {condition}" for condition in conditions), values


_CLOCKS = {"recorded": "recorded_at", "received": "received_at"}


@asynccontextmanager
async def snapshot(pool: Pool, authority: str) -> AsyncIterator[Snapshot]:
    """A transaction that sees one authority as it is now, whatever is written meanwhile."""
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        await name_authority(connection, authority)
        yield Snapshot(connection, authority)


async def name_authority(connection: "Connection | Lent", authority: str) -> None:
    """Say of whom the transaction is: of one authority, or `*`, everyone's, which only the consumer's work is."""
    await connection.execute("SELECT set_config('holdfast.authority', $1, true)", authority)
