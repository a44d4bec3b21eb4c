"""Every SQL statement about what was erased: the list of it, what else names the child, and when files are closed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec import Struct

from services.placements.domain import Key
from services.placements.store import Connection, Lent, Pool, name_authority

ALL_OF_IT = b""
EVERYONE = "*"

Either: TypeAlias = "Connection | Lent"

# Of every table that names an authority's child: but the statements, which go as their tombstones are read, and those
# that say who looked at a child and who was erased, which stay.
_TABLES = """
SELECT c.relname AS name, bool_or(a.attname = 'statement') AS has_statement
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
AND c.relname NOT IN ('statements', 'looks', 'erased')
GROUP BY c.relname HAVING bool_or(a.attname = 'child') AND bool_or(a.attname = 'authority')
ORDER BY c.relname
"""
_AGAIN = """
SELECT e.authority, e.child, e.statement FROM erased e
JOIN unnest($1::text[], $2::text[]) AS given (authority, child) USING (authority, child)
"""


class Pending(Struct, frozen=True):
    """Something erased that the broker's files still hold, and how often they were closed since."""

    authority: str
    child: str
    statement: bytes
    erased_at: datetime
    closings: int


async def note(pool: Pool, authority: str, child: str, statement: bytes) -> None:
    """Put it on the list: from here on whoever reads of it erases it."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        await name_authority(connection, authority)
        await connection.execute(
            "INSERT INTO erased (authority, child, statement) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            authority, child, statement,
        )  # fmt: skip


async def again(connection: Either, keys: Collection[Key]) -> list[Key]:
    """Those of these statements that were erased, by themselves or with their child. In a transaction for everyone."""
    if not keys:
        return []
    children = {key[:2] for key in keys}
    rows = await connection.fetch(_AGAIN, [child[0] for child in children], [child[1] for child in children])
    listed = {(row["authority"], row["child"], row["statement"]) for row in rows}
    if not listed:
        return []
    return [key for key in keys if key in listed or (key[0], key[1], ALL_OF_IT) in listed]


async def said(connection: Either, keys: Collection[Key]) -> None:
    """Tombstones of these statements are in the broker's files as of now. In a transaction for everyone."""
    await connection.execute(
        "UPDATE erased AS e SET erased_at = now(), closings = 0 "
        "FROM unnest($1::text[], $2::text[], $3::bytea[]) AS k (authority, child, statement) "
        "WHERE e.authority = k.authority AND e.child = k.child AND e.statement IN (k.statement, '')",
        *(list(column) for column in zip(*keys, strict=True)),
    )


async def erased_at(pool: Pool, authority: str, child: str, statement: bytes) -> datetime | None:
    """When tombstones of it were written last; None where it was never erased."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        await name_authority(connection, authority)
        found: datetime | None = await connection.fetchval(
            "SELECT erased_at FROM erased WHERE authority = $1 AND child = $2 AND statement = $3",
            authority, child, statement,
        )  # fmt: skip
        return found


async def note_said(pool: Pool, keys: Collection[Key]) -> None:
    """The same as `said`, in a transaction of its own."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        await name_authority(connection, EVERYONE)
        await said(connection, keys)


async def others_of(pool: Pool, authority: str, child: str, statement: bytes) -> int:
    """How many rows of other tables are about it: what people decided and noted."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        conditions = await _conditions(connection, authority, child, statement)
        return sum([await _count(connection, *one) for one in conditions])


async def packs_from(pool: Pool, authority: str, day: Sequence[date]) -> int:
    """How many packs were frozen of month ends from a day on; none where there is no day."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        await name_authority(connection, authority)
        query = "SELECT count(*) FROM packs WHERE authority = $1 AND month_end >= ANY($2::date[])"
        return int(await connection.fetchval(query, authority, day))


async def remove_others(pool: Pool, authority: str, child: str, statement: bytes) -> int:
    """Delete what other tables hold of it; returns how many rows. Raises LookupError where a table lets none go."""
    removed = 0
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        for table, condition, values in await _conditions(connection, authority, child, statement):
            removed += await _count(connection, table, condition, values)
            for name in (EVERYONE, authority):
                await name_authority(connection, name)
                await connection.execute(f'DELETE FROM "{table}" WHERE {condition}', *values)
            if await _count(connection, table, condition, values):
                raise LookupError(f"the table {table} lets nobody delete what it holds of a child")
    return removed


async def _conditions(
    connection: Either, authority: str, child: str, statement: bytes
) -> list[tuple[str, str, list[Any]]]:
    """Of each other table the condition under which a row is about it. Of one statement, where the table names them."""
    rows = await connection.fetch(_TABLES)
    if not statement:
        return [(row["name"], "authority = $1 AND child = $2", [authority, child]) for row in rows]
    return [
        (row["name"], "authority = $1 AND child = $2 AND statement = $3", [authority, child, statement])
        for row in rows
        if row["has_statement"]
    ]


async def _count(connection: Either, table: str, condition: str, values: Sequence[Any]) -> int:
    found = 0
    # Some tables are read by naming the authority, some by naming everyone.
    for name in (EVERYONE, values[0]):
        await name_authority(connection, name)
        found = max(found, await connection.fetchval(f'SELECT count(*) FROM "{table}" WHERE {condition}', *values))
    return found


async def in_files(pool: Pool) -> list[Pending]:
    """What was erased and is in the broker's files still."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        await name_authority(connection, EVERYONE)
        rows = await connection.fetch(
            "SELECT authority, child, statement, erased_at, closings FROM erased WHERE closings < 2 ORDER BY erased_at"
        )
        return [Pending(*row) for row in rows]


async def closed(pool: Pool, pending: Sequence[Pending]) -> None:
    """The broker's files that hold these were closed once more."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        await name_authority(connection, EVERYONE)
        await connection.executemany(
            "UPDATE erased SET closings = closings + 1 "
            "WHERE authority = $1 AND child = $2 AND statement = $3 AND erased_at = $4 AND closings = $5",
            [(one.authority, one.child, one.statement, one.erased_at, one.closings) for one in pending],
        )
