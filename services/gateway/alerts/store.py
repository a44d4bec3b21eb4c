"""Every SQL statement about webhooks and their deliveries.

A delivery is claimed for a while, not locked: whoever dies with one in hand leaves it to be tried again, under its id.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from services.gateway.alerts.held import HeldAlert

# Longer than an attempt can take.
CLAIMED_SECONDS = 60


class Webhook(Struct, frozen=True):
    """Where an authority's alerts are sent, without the secret they are signed with."""

    id: UUID
    authority: str
    url: str
    registered_at: datetime
    pending: int
    delivered: int
    given_up: int


class Delivery(Struct, frozen=True):
    """One message to one webhook, claimed to be attempted; `attempts` counts this attempt too."""

    id: UUID
    url: str
    sealed_secret: bytes
    body: str
    attempts: int
    webhook_id: UUID
    created_at: datetime


class Deliveries:
    """Webhooks and what is to be sent to them, over a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def register(
        self, webhook_id: UUID, authority: str, url: str, sealed: bytes, by: str, generation: str, from_offset: int
    ) -> None:
        """Keep a webhook that hears of alerts from an offset on."""
        await self._pool.execute(
            "INSERT INTO webhooks (id, authority, url, sealed_secret, registered_by, generation, from_offset) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            webhook_id, authority, url, sealed, by, generation, from_offset,
        )  # fmt: skip

    async def webhooks(self, authority: str) -> list[Webhook]:
        """The webhooks of an authority, the oldest first, with how their deliveries stand."""
        rows = await self._pool.fetch(
            "SELECT w.id, w.authority, w.url, w.registered_at, "
            "count(*) FILTER (WHERE d.status = 'pending') AS pending, "
            "count(*) FILTER (WHERE d.status = 'delivered') AS delivered, "
            "count(*) FILTER (WHERE d.status = 'given up') AS given_up "
            "FROM webhooks w LEFT JOIN deliveries d ON d.webhook_id = w.id "
            "WHERE w.authority = $1 AND w.removed_at IS NULL GROUP BY w.id ORDER BY w.registered_at",
            authority,
        )
        return [Webhook(**dict(row)) for row in rows]

    async def remove(self, authority: str, webhook_id: UUID) -> bool:
        """Send nothing more to a webhook; False where the authority has no such one."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(
                "UPDATE webhooks SET removed_at = now() WHERE id = $1 AND authority = $2 AND removed_at IS NULL "
                "RETURNING id",
                webhook_id, authority,
            )  # fmt: skip
            await connection.execute(
                "UPDATE deliveries SET status = 'given up', last_outcome = 'webhook removed', ended_at = now() "
                "WHERE webhook_id = $1 AND status = 'pending'",
                found,
            )
        return found is not None

    async def note(self, generation: str, alerts: Sequence[tuple[HeldAlert, str]], next_offset: int) -> int:
        """Turn alerts, each with the body to send, into deliveries and move on; returns how many are new."""
        made = 0
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.fetchval("SELECT next_offset FROM alerts_read WHERE generation = $1", generation)
            for held, body in alerts:
                if held.offset < (done or 0):
                    continue
                status = await connection.execute(
                    "INSERT INTO deliveries (webhook_id, alert_key, since, alert_state, body) "
                    "SELECT id, $1, $2, $3, $4 FROM webhooks WHERE authority = $5 AND removed_at IS NULL "
                    "AND (generation <> $6 OR from_offset <= $7) ON CONFLICT DO NOTHING",
                    held.key, held.alert.since, held.alert.state, body, held.alert.authority, generation, held.offset,
                )  # fmt: skip
                made += int(status.rsplit(" ", 1)[1])
            await connection.execute(
                "INSERT INTO alerts_read VALUES ($1, $2) ON CONFLICT (generation) "
                "DO UPDATE SET next_offset = greatest(alerts_read.next_offset, excluded.next_offset)",
                generation, next_offset,
            )  # fmt: skip
        return made

    async def claim(self, most: int) -> list[Delivery]:
        """Claim deliveries that are due, for a minute; each counts as attempted."""
        rows = await self._pool.fetch(
            "UPDATE deliveries d SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2) "
            "FROM webhooks w WHERE w.id = d.webhook_id AND d.id IN ("
            "SELECT id FROM deliveries WHERE status = 'pending' AND next_attempt_at <= now() "
            "ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED) "
            "RETURNING d.id, w.url, w.sealed_secret, d.body, d.attempts, d.webhook_id, d.created_at",
            most, CLAIMED_SECONDS,
        )  # fmt: skip
        return [Delivery(**dict(row)) for row in rows]

    async def end(self, delivery_id: UUID, status: str, outcome: str) -> None:
        """A delivery was delivered, or is given up."""
        await self._pool.execute(
            "UPDATE deliveries SET status = $2, last_outcome = $3, ended_at = now() "
            "WHERE id = $1 AND status = 'pending'",
            delivery_id, status, outcome,
        )  # fmt: skip

    async def postpone(self, delivery_id: UUID, seconds: float, outcome: str) -> None:
        """Try a delivery again after so long."""
        await self._pool.execute(
            "UPDATE deliveries SET next_attempt_at = now() + make_interval(secs => $2), last_outcome = $3 "
            "WHERE id = $1 AND status = 'pending'",
            delivery_id, seconds, outcome,
        )  # fmt: skip

    async def pending(self) -> tuple[int, float | None]:
        """How many are still to be made, and in how many seconds the next is due."""
        row = await self._pool.fetchrow(
            "SELECT count(*) AS pending, extract(epoch FROM min(next_attempt_at) - now())::float8 AS due "
            "FROM deliveries WHERE status = 'pending'"
        )
        assert row is not None
        return row["pending"], row["due"]

    async def clear_away(self, days: int) -> None:
        """Forget deliveries that ended longer ago."""
        await self._pool.execute("DELETE FROM deliveries WHERE ended_at < now() - make_interval(days => $1)", days)
