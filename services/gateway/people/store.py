"""Every SQL statement of the gateway about people, tokens and sessions. Those about webhooks are in `alerts/store.py`.

Secrets come in hashed; nothing here can give one back.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg
from msgspec import Struct


class User(Struct, frozen=True):
    """A person with a local account."""

    id: UUID
    name: str
    password_hash: str
    role: str
    authority: str | None
    disabled_at: datetime | None


class Session(Struct, frozen=True):
    """A session that is good now, with whose it is."""

    user_id: UUID
    name: str
    role: str
    authority: str | None
    csrf: str


class ReaderToken(Struct, frozen=True):
    """A machine's token, without its secret."""

    id: str
    role: str
    authority: str
    created_at: datetime
    expires_on: date | None
    revoked_at: datetime | None


class NameTaken(Exception):
    """Somebody has this name already."""


class Store:
    """People, tokens and sessions, over a pool."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def add_user(self, name: str, password_hash: str, role: str, authority: str | None) -> None:
        """Keep a new person; raises NameTaken."""
        try:
            await self._pool.execute(
                "INSERT INTO users (name, password_hash, role, authority) VALUES ($1, $2, $3, $4)",
                name, password_hash, role, authority,
            )  # fmt: skip
        except asyncpg.UniqueViolationError as error:
            raise NameTaken(name) from error

    async def set_password(self, name: str, password_hash: str) -> bool:
        """Give a person a new password, and end their sessions; False where there is no such person."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(
                "UPDATE users SET password_hash = $2 WHERE lower(name) = lower($1) RETURNING id", name, password_hash
            )
            await connection.execute("DELETE FROM sessions WHERE user_id = $1", found)
        return found is not None

    async def user(self, name: str) -> User | None:
        """The person of this name."""
        row = await self._pool.fetchrow(
            "SELECT id, name, password_hash, role, authority, disabled_at FROM users WHERE lower(name) = lower($1)",
            name,
        )
        return None if row is None else User(**dict(row))

    async def users(self) -> list[User]:
        """Everybody, by name."""
        rows = await self._pool.fetch(
            "SELECT id, name, '' AS password_hash, role, authority, disabled_at FROM users ORDER BY lower(name)"
        )
        return [User(**dict(row)) for row in rows]

    async def names_of(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        """What people of these ids are called, by id; those that are not known any more are left out."""
        rows = await self._pool.fetch("SELECT id, name FROM users WHERE id = ANY($1::uuid[])", ids)
        return {row["id"]: row["name"] for row in rows}

    async def disable_user(self, name: str) -> bool:
        """Let a person in no more, and end their sessions; False where there is no such person."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(
                "UPDATE users SET disabled_at = coalesce(disabled_at, now()) WHERE lower(name) = lower($1) "
                "RETURNING id",
                name,
            )
            await connection.execute("DELETE FROM sessions WHERE user_id = $1", found)
        return found is not None

    async def begin_session(self, token_hash: bytes, user_id: UUID, csrf: str, hours: int) -> None:
        """Keep a session good for so many hours, and clear away those that are over."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("DELETE FROM sessions WHERE expires_at < now()")
            await connection.execute(
                "INSERT INTO sessions (token_hash, user_id, csrf, expires_at) "
                "VALUES ($1, $2, $3, now() + make_interval(hours => $4))",
                token_hash, user_id, csrf, hours,
            )  # fmt: skip

    async def session(self, token_hash: bytes) -> Session | None:
        """The session under this hash, where it is good now and its person may come in."""
        row = await self._pool.fetchrow(
            "SELECT user_id, name, role, authority, csrf FROM sessions JOIN users ON users.id = user_id "
            "WHERE token_hash = $1 AND expires_at > now() AND disabled_at IS NULL",
            token_hash,
        )
        return None if row is None else Session(**dict(row))

    async def end_session(self, token_hash: bytes) -> None:
        """Forget a session."""
        await self._pool.execute("DELETE FROM sessions WHERE token_hash = $1", token_hash)

    async def clear_sessions(self) -> None:
        """Forget the sessions that are over."""
        await self._pool.execute("DELETE FROM sessions WHERE expires_at < now()")

    async def add_token(
        self, token_id: str, secret_hash: bytes, role: str, authority: str, expires_on: date | None
    ) -> None:
        """Keep a reader's token."""
        await self._pool.execute(
            "INSERT INTO reader_tokens (id, secret_hash, role, authority, expires_on) VALUES ($1, $2, $3, $4, $5)",
            token_id, secret_hash, role, authority, expires_on,
        )  # fmt: skip

    async def token(self, secret_hash: bytes) -> ReaderToken | None:
        """The token with this hash, where it is good now: through the whole of its last day in London."""
        row = await self._pool.fetchrow(
            "SELECT id, role, authority, created_at, expires_on, revoked_at FROM reader_tokens "
            "WHERE secret_hash = $1 AND revoked_at IS NULL "
            "AND (expires_on IS NULL OR expires_on >= (now() AT TIME ZONE 'Europe/London')::date)",
            secret_hash,
        )
        return None if row is None else ReaderToken(**dict(row))

    async def tokens(self) -> Sequence[ReaderToken]:
        """Every reader's token, the latest first."""
        rows = await self._pool.fetch(
            "SELECT id, role, authority, created_at, expires_on, revoked_at FROM reader_tokens ORDER BY created_at DESC"
        )
        return [ReaderToken(**dict(row)) for row in rows]

    async def revoke_token(self, token_id: str) -> bool:
        """End a token; False where there is none of this id."""
        return bool(
            await self._pool.fetchval(
                "UPDATE reader_tokens SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING id", token_id
            )
        )
