"""The issuing of senders' tokens and of the keys of their authorities: every SQL statement of the command line.

A type has one live holder in an authority, so that one admission told by two systems is never two.
"""

import hashlib
import secrets
from datetime import datetime
from typing import TypeAlias

import asyncpg
from msgspec import Struct

from services.intake.domain import keys_of
from services.intake.sealing import NotOurs, master_id, new_secret, unwrap, wrap

WITHDRAWAL = "care.withdrawal.v1"
PREFIX = "hfs_"
# Roles that see exact figures: a dry run masks none yet, so it tells them to no other.
FIGURES_ROLES = ("analyst", "manager")
# One issuing at a time, so that the rule of one holder can't be raced.
_ISSUING = 0x69737375

# asyncpg is generic to type checkers alone.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Refusal(Exception):
    """The command may not do this; the text says why, and what to do."""


class Listed(Struct, frozen=True):
    """A token as listed: everything but its hash."""

    token: int
    authority: str
    system: str
    types: list[str]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    figures_as: str | None


def hashed(token: str) -> bytes:
    """How a token is stored. It is 256 random bits, so a fast hash tells nothing."""
    return hashlib.sha256(token.encode()).digest()


async def issue(
    connection: Connection,
    master: bytes,
    authority: str,
    system: str,
    types: list[str],
    expires_at: datetime,
    figures_as: str | None = None,
) -> str:
    """A new token, in the clear this once. Makes the authority's keys with its first; raises Refusal.

    `figures_as`: the role as which its dry runs are told the authority's figures.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _ISSUING)
        await _refuse_second_holder(connection, authority, system, types)
        await _ensure_keys(connection, master, authority)
        token = PREFIX + secrets.token_urlsafe(32)
        await connection.execute(
            "INSERT INTO tokens (hash, authority, system, types, expires_at, figures_as) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            hashed(token),
            authority,
            system,
            types,
            expires_at,
            figures_as,
        )
        return token


async def _refuse_second_holder(connection: Connection, authority: str, system: str, types: list[str]) -> None:
    held = await connection.fetchrow(
        "SELECT token, system, types FROM tokens WHERE authority = $1 AND system <> $2 AND types && $3::text[] "
        "AND revoked_at IS NULL AND expires_at > now() ORDER BY token LIMIT 1",
        authority,
        system,
        [kind for kind in types if kind != WITHDRAWAL],
    )
    if held:
        both = sorted(set(types) & set(held["types"]) - {WITHDRAWAL})
        raise Refusal(
            f"{held['system']} already states {', '.join(both)} for {authority} (token {held['token']}): two systems "
            f"stating one thing would count it twice. Revoke that token, or give "
            f"--types that {held['system']} does not state."
        )


async def _ensure_keys(connection: Connection, master: bytes, authority: str) -> None:
    held = await connection.fetchrow("SELECT wrapped FROM authority_keys WHERE authority = $1", authority)
    if held:
        _check(master, authority, held["wrapped"])
        return
    secret = new_secret()
    await connection.execute(
        "INSERT INTO authority_keys (authority, keyid, master_id, wrapped) VALUES ($1, $2, $3, $4)",
        authority,
        keys_of(secret).keyid,
        master_id(master),
        wrap(master, authority, secret),
    )


def _check(master: bytes, authority: str, wrapped: bytes) -> bytes:
    try:
        return unwrap(master, authority, wrapped)
    except NotOurs as error:
        raise Refusal(
            f"the keys of {authority} are wrapped by another master key than HOLDFAST_MASTER_KEY: set the one they "
            "were made or last rotated with"
        ) from error


async def tokens(connection: Connection, authority: str | None) -> list[Listed]:
    """Every token of an authority or of all, ended ones too, the oldest first."""
    rows = await connection.fetch(
        "SELECT token, authority, system, types, made_at, expires_at, revoked_at, figures_as FROM tokens "
        "WHERE $1::text IS NULL OR authority = $1 ORDER BY token",
        authority,
    )
    return [Listed(**row) for row in rows]


async def revoke(connection: Connection, token: int) -> None:
    """End a token now, for ever. Raises Refusal where there is none of that number."""
    done = await connection.execute(
        "UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE token = $1", token
    )
    _some(done, token)


async def expire(connection: Connection, token: int, expires_at: datetime) -> None:
    """Bring forward the end of a token. Raises Refusal where there is none of that number, or it ends before."""
    held = await connection.fetchval("SELECT expires_at FROM tokens WHERE token = $1", token)
    if held is not None and held < expires_at:
        raise Refusal(f"token {token} ends at {held} already: a later end needs a new token")
    _some(await connection.execute("UPDATE tokens SET expires_at = $2 WHERE token = $1", token, expires_at), token)


def _some(done: str, token: int) -> None:
    if done.endswith(" 0"):
        raise Refusal(f"there is no token {token}: `token list` shows them")


async def rotate(connection: Connection, old: bytes, new: bytes) -> int:
    """Wrap every authority's keys anew, all or none; returns how many. What they seal need not change."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _ISSUING)
        rows = await connection.fetch(
            "SELECT authority, wrapped FROM authority_keys WHERE master_id <> $1", master_id(new)
        )
        for row in rows:
            secret = _check(old, row["authority"], row["wrapped"])
            await connection.execute(
                "UPDATE authority_keys SET wrapped = $2, master_id = $3 WHERE authority = $1",
                row["authority"],
                wrap(new, row["authority"], secret),
                master_id(new),
            )
        return len(rows)
