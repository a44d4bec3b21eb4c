"""Every SQL statement of the running door. A dependency that is away is `Unavailable`, after a few tries.

Tokens and keys are issued by `issue.py`; what stewards do to rejected events is in `quarantine/store.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias, TypeVar

import asyncpg
import msgspec
import stamina
from msgspec import Struct

from holdfast.runtime.postgres import AWAY
from services.intake.by_row import Memory
from services.intake.failures import Unavailable

_TRIES = 3
_LONGEST_SECONDS = 5.0

Answer = TypeVar("Answer")
Lent: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_TOKENS = "SELECT token, authority, system, types, expires_at, revoked_at, figures_as FROM tokens"
# One keeping at a time in an authority, so that the counts hold until the commit and nobody waits in a circle.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext($1))"
_NEW_CHILDREN = """
INSERT INTO children (authority, pseudonym, reference)
SELECT $1, pseudonym, reference FROM unnest($2::text[], $3::bytea[]) AS new (pseudonym, reference)
WHERE NOT EXISTS (SELECT FROM refused WHERE authority = $1 AND child = new.pseudonym AND statement = '')
ON CONFLICT DO NOTHING
"""
# Of a statement alone nothing is lost that isn't sent again; a child's reference must outlive anything.
_NEED_NOT_WAIT = "SET LOCAL synchronous_commit TO off"
_NEW_STATEMENTS = """
WITH posted AS (
    SELECT children.child, children.statements, given.pseudonym, given.hash, given.nth
    FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS given (pseudonym, hash, nth)
    LEFT JOIN children ON children.authority = $1 AND children.pseudonym = given.pseudonym
), fresh AS (
    SELECT *, row_number() OVER (PARTITION BY child ORDER BY nth) AS place FROM posted
    WHERE child IS NOT NULL AND NOT EXISTS (
        SELECT FROM statements WHERE statements.child = posted.child AND statements.hash = posted.hash
    )
), kept AS (
    INSERT INTO statements (child, hash) SELECT child, hash FROM fresh WHERE statements + place <= $4
    RETURNING child
), counted AS (
    UPDATE children SET statements = children.statements + added.many
    FROM (SELECT child, count(*)::integer AS many FROM kept GROUP BY child) AS added
    WHERE children.child = added.child
)
SELECT pseudonym, hash, false AS forgotten FROM fresh WHERE statements + place > $4
UNION ALL
SELECT pseudonym, hash, true FROM posted WHERE child IS NULL
"""
# The same, and nothing kept. A child that is not known yet has none.
_TOO_MANY = """
WITH posted AS (
    SELECT children.child, coalesce(children.statements, 0) AS statements, given.pseudonym, given.hash, given.nth
    FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS given (pseudonym, hash, nth)
    LEFT JOIN children ON children.authority = $1 AND children.pseudonym = given.pseudonym
), fresh AS (
    SELECT *, row_number() OVER (PARTITION BY pseudonym ORDER BY nth) AS place FROM posted
    WHERE NOT EXISTS (
        SELECT FROM statements WHERE statements.child = posted.child AND statements.hash = posted.hash
    )
)
SELECT pseudonym, hash FROM fresh WHERE statements + place > $4
"""
_QUARANTINE = """
WITH kept AS (
    INSERT INTO quarantine (authority, digest, system, id, type, errors, body, received_at, last_received_at)
    SELECT $1, digest, $2, id, type, errors::jsonb, body, $3, $3
    FROM unnest($5::bytea[], $6::text[], $7::text[], $8::text[], $9::bytea[]) AS entry (digest, id, type, errors, body)
    ORDER BY digest
    ON CONFLICT (authority, digest) DO UPDATE
    SET last_received_at = excluded.last_received_at, times = quarantine.times + 1
    RETURNING xmax = 0 AS fresh
)
INSERT INTO quarantine_days (authority, system, day, arrived, entered)
SELECT $1, $2, $4, count(*), count(*) FILTER (WHERE fresh) FROM kept
ON CONFLICT (authority, system, day) DO UPDATE
SET arrived = quarantine_days.arrived + excluded.arrived, entered = quarantine_days.entered + excluded.entered
"""
_RETURNED = "SELECT child, said FROM returned WHERE authority = $1 AND system = $2 AND child = ANY($3::text[])"
_REMEMBER = """
INSERT INTO returned (authority, system, child, said)
SELECT $1, $2, child, said FROM unnest($3::text[], $4::bytea[]) AS new (child, said)
WHERE NOT EXISTS (SELECT FROM refused WHERE authority = $1 AND refused.child = new.child AND statement = '')
ORDER BY child
ON CONFLICT (authority, system, child) DO UPDATE SET said = excluded.said
"""
_PURGE_OLD = "DELETE FROM quarantine WHERE last_received_at < $1"
_PURGE_MANY = """
DELETE FROM quarantine USING (
    SELECT entry, row_number() OVER (PARTITION BY authority ORDER BY last_received_at DESC) AS nth FROM quarantine
) AS aged WHERE aged.entry = quarantine.entry AND aged.nth > $1
"""

_memory = msgspec.json.Decoder(Memory)


class Forgotten(Exception):
    """A child that was known is known no more."""


class HeldToken(Struct, frozen=True):
    """A token as stored; times are real, not the platform's."""

    token: int
    authority: str
    system: str
    types: frozenset[str]
    expires_at: datetime
    revoked_at: datetime | None
    figures_as: str | None


class Entry(Struct, frozen=True):
    """A rejected event to be kept: `digest` is the same for the same body, `errors` name our own fields alone."""

    digest: bytes
    id: str | None
    type: str | None
    errors: list[dict[str, str]]
    body: bytes


class Store:
    """Intake's schema, through a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def ping(self) -> None:
        """Raises Unavailable where the database is away."""
        await self._try(lambda connection: connection.fetchval("SELECT 1"))

    async def token(self, hashed: bytes) -> HeldToken | None:
        """The token with this SHA-256."""
        row = await self._try(
            lambda connection: connection.fetchrow(
                f"{_TOKENS} WHERE hash = $1",
                hashed,
            )
        )
        return None if row is None else HeldToken(**{**row, "types": frozenset(row["types"])})

    async def live_tokens(self, authority: str, system: str) -> list[tuple[int, frozenset[str]]]:
        """The tokens of a system that are good now, by the real clock, each with the types it may state."""
        rows = await self._try(
            lambda connection: connection.fetch(
                "SELECT token, types FROM tokens "
                "WHERE authority = $1 AND system = $2 AND revoked_at IS NULL AND expires_at > now() ORDER BY token",
                authority,
                system,
            )
        )
        return [(row["token"], frozenset(row["types"])) for row in rows]

    async def wrapped_keys(self, authority: str | None = None) -> list[tuple[str, str, bytes]]:
        """(authority, id of the master key, wrapped keys) of one authority or all."""
        rows = await self._try(
            lambda connection: connection.fetch(
                "SELECT authority, master_id, wrapped FROM authority_keys WHERE $1::text IS NULL OR authority = $1",
                authority,
            )
        )
        return [(row["authority"], row["master_id"], row["wrapped"]) for row in rows]

    async def keep(
        self,
        authority: str,
        new: Sequence[tuple[str, bytes]],
        statements: Sequence[tuple[str, int]],
        most: int,
    ) -> set[tuple[str, int]]:
        """Keep new children (pseudonym, sealed reference) and the hashes of statements about any (pseudonym, hash).

        Returns the statements that are too many for their child: more than `most` different ones. Each (pseudonym,
        hash) may be given once. All is kept when this returns, or nothing is. Raises Forgotten where a child that is
        not among the new is not held either, or has been erased just now.
        """

        async def kept(connection: Lent) -> set[tuple[str, int]]:
            async with connection.transaction():
                await connection.execute(ONE_AT_A_TIME, authority)
                made = "INSERT 0 0"
                if new:
                    made = await connection.execute(_NEW_CHILDREN, authority, [p for p, _ in new], [r for _, r in new])
                if made == "INSERT 0 0":
                    await connection.execute(_NEED_NOT_WAIT)
                rows = await connection.fetch(
                    _NEW_STATEMENTS, authority, [p for p, _ in statements], [h for _, h in statements], most
                )
                if any(row["forgotten"] for row in rows):
                    raise Forgotten
                return {(row["pseudonym"], row["hash"]) for row in rows}

        return await self._try(kept)

    async def too_many(self, authority: str, statements: Sequence[tuple[str, int]], most: int) -> set[tuple[str, int]]:
        """Those that `keep` would say are too many; nothing is kept. Each (pseudonym, hash) may be given once."""
        rows = await self._try(
            lambda connection: connection.fetch(
                _TOO_MANY, authority, [p for p, _ in statements], [h for _, h in statements], most
            )
        )
        return {(row["pseudonym"], row["hash"]) for row in rows}

    async def quarantine(
        self, authority: str, system: str, received_at: datetime, day: date, entries: Sequence[Entry]
    ) -> None:
        """Keep rejected events, and count them under their day. Each digest may be given once."""
        columns = (
            [entry.digest for entry in entries],
            [entry.id for entry in entries],
            [entry.type for entry in entries],
            [msgspec.json.encode(entry.errors).decode() for entry in entries],
            [entry.body for entry in entries],
        )
        await self._try(
            lambda connection: connection.execute(_QUARANTINE, authority, system, received_at, day, *columns)
        )

    async def returned(self, authority: str, system: str, children: Sequence[str]) -> dict[str, Memory]:
        """What is remembered of a system's returns, by child."""
        rows = await self._try(lambda connection: connection.fetch(_RETURNED, authority, system, children))
        return {row["child"]: _memory.decode(row["said"]) for row in rows}

    async def remember(self, authority: str, system: str, memories: Mapping[str, Memory]) -> None:
        """Remember this of a system's returns, by child, in place of what was remembered."""
        if memories:
            said = [msgspec.json.encode(memory) for memory in memories.values()]

            async def remembered(connection: Lent) -> None:
                async with connection.transaction():
                    await connection.execute(ONE_AT_A_TIME, authority)
                    await connection.execute(_REMEMBER, authority, system, list(memories), said)

            await self._try(remembered)

    async def purge(self, before: datetime, most: int) -> None:
        """Drop what came last before an instant, and of each authority all but the latest `most`."""
        await self._try(lambda connection: connection.execute(_PURGE_OLD, before))
        await self._try(lambda connection: connection.execute(_PURGE_MANY, most))

    async def tried(self, ask: Callable[[Lent], Awaitable[Answer]]) -> Answer:
        """The answer of the database, asked a few times; raises Unavailable."""
        return await self._try(ask)

    async def _try(self, ask: Callable[[Lent], Awaitable[Answer]]) -> Answer:
        try:
            async for attempt in stamina.retry_context(
                on=AWAY, attempts=_TRIES, timeout=_LONGEST_SECONDS, wait_initial=0.05, wait_max=1.0
            ):
                with attempt:
                    async with self._pool.acquire(timeout=_LONGEST_SECONDS) as connection:
                        return await ask(connection)
        except AWAY as error:
            raise Unavailable("the database") from error
        raise AssertionError("a retry ends in an answer or an error")
