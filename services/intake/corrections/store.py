"""The SQL of corrections: when each counts as recorded, so that one asked again is the same statement."""

from uuid import UUID

import asyncpg

from services.intake.store import Store

# Nobody asks again after so long.
_KEPT = "90 days"


class CorrectionsStore:
    """The table of corrections, through the door's own store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def first(self, authority: str, request: UUID, digest: bytes, recordedtime: str) -> tuple[str, bytes]:
        """The recorded time and the digest that a request was first made with: these, where it is new."""

        async def kept(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> tuple[str, bytes]:
            async with connection.transaction():
                await connection.execute(f"DELETE FROM corrections WHERE made_at < now() - interval '{_KEPT}'")
                await connection.execute(
                    "INSERT INTO corrections (authority, request, digest, recordedtime) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT DO NOTHING",
                    authority,
                    request,
                    digest,
                    recordedtime,
                )
                row = await connection.fetchrow(
                    "SELECT recordedtime, digest FROM corrections WHERE authority = $1 AND request = $2",
                    authority,
                    request,
                )
                assert row is not None
                return row["recordedtime"], row["digest"]

        return await self._store.tried(kept)
