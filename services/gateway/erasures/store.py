"""Every SQL statement about the record of erasures: who, when and why; never which child."""

from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

_MOST_LISTED = 200


class Recorded(Struct, frozen=True):
    """An erasure as it is recorded; `done_at` is none where it was broken off."""

    what: str
    asked_by: str
    role: str
    reason: str
    asked_at: datetime
    done_at: datetime | None
    statements: int | None
    figures_gone_at: datetime | None
    values_gone_by: datetime | None
    names_gone_by: datetime | None


class ErasureStore:
    """The record of erasures, over a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def begin(self, authority: str, what: str, by: str, role: str, reason: str, at: datetime) -> UUID:
        """Record that somebody erases, before anything is; `at` is the platform's clock, as that of its figures."""
        made: UUID = await self._pool.fetchval(
            "INSERT INTO erasures (authority, what, asked_by, role, reason, asked_at) VALUES ($1, $2, $3, $4, $5, $6) "
            "RETURNING id",
            authority, what, by, role, reason, at,
        )  # fmt: skip
        return made

    async def end(
        self,
        erasure: UUID,
        statements: int,
        figures_gone_at: datetime | None,
        values_gone_by: datetime | None,
        names_gone_by: datetime | None,
    ) -> None:
        """Record that it was done, and by when what was erased is gone."""
        await self._pool.execute(
            "UPDATE erasures SET done_at = now(), statements = $2, figures_gone_at = $3, values_gone_by = $4, "
            "names_gone_by = $5 WHERE id = $1",
            erasure, statements, figures_gone_at, values_gone_by, names_gone_by,
        )  # fmt: skip

    async def listed(self, authority: str) -> list[Recorded]:
        """An authority's erasures, the latest first: the last 200."""
        rows = await self._pool.fetch(
            "SELECT what, asked_by, role, reason, asked_at, done_at, statements, figures_gone_at, values_gone_by, "
            "names_gone_by FROM erasures WHERE authority = $1 ORDER BY asked_at DESC LIMIT $2",
            authority, _MOST_LISTED,
        )  # fmt: skip
        return [Recorded(**dict(row)) for row in rows]
