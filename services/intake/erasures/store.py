"""What was erased and is refused from then on, and the forgetting of what the door holds of it: every SQL statement.

Safe to repeat from any line: first it is refused, for good, then forgotten, the reference last.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import asyncpg
import msgspec
from msgspec import Struct

from holdfast.contracts.door import LONGEST_EVENT_BYTES, UNREADABLE
from holdfast.contracts.door_verdicts import Fault
from services.intake.domain import AuthorityKeys, pseudonym
from services.intake.sealing import NotOurs, unseal, unwrapped_keys
from services.intake.store import ONE_AT_A_TIME, Lent, Store

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

ALL_OF_IT = b""
# Bodies of the quarantine unsealed at a time: 64 MiB at the most.
_BODIES_AT_ONCE = 200

CHILD_ERASED = Fault(
    "erased",
    "/subject",
    "This child was erased from the platform: take the child out of what you send. A steward of the authority can say "
    "why.",
)
STATEMENT_ERASED = Fault(
    "erased",
    "",
    "This very statement was erased from the platform: take it out of what you send, or state what is right instead.",
)

_REFUSED = "SELECT child, statement FROM refused WHERE authority = $1 AND child = ANY($2::text[])"
_REFUSE = """
INSERT INTO refused (authority, child, statement, refused_by, reason) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
_REFERENCE = "SELECT reference FROM children WHERE authority = $1 AND pseudonym = $2"
_BODIES = "SELECT entry, body, child FROM quarantine WHERE authority = $1 AND entry > $2 ORDER BY entry LIMIT $3"
_COUNTS = """
SELECT count(*) AS children, coalesce(sum(statements), 0) AS statements,
       (SELECT count(*) FROM returned WHERE authority = $1 AND child = $2) AS returned
FROM children WHERE authority = $1 AND pseudonym = $2
"""
_FORGET = (
    "DELETE FROM returned WHERE authority = $1 AND child = $2",
    "DELETE FROM statements USING children AS c WHERE c.child = statements.child "
    "AND c.authority = $1 AND c.pseudonym = $2",
    "DELETE FROM children WHERE authority = $1 AND pseudonym = $2",
)
_FORGET_STATEMENT = """
WITH gone AS (
    DELETE FROM statements USING children AS c
    WHERE c.child = statements.child AND c.authority = $1 AND c.pseudonym = $2 AND statements.hash = $3
    RETURNING statements.child
)
UPDATE children SET statements = statements - 1 WHERE child IN (SELECT child FROM gone)
"""


class Erasure(Struct, frozen=True):
    """What is to be erased: a child, or one statement about it (16 bytes), by whom and why."""

    authority: str
    child: str
    statement: bytes
    by: str
    reason: str


class Holdings(Struct, frozen=True):
    """What the door held of it, and holds no more: whether it knew the child, and rows of each kind."""

    child: bool
    statements: int
    returned: int
    quarantined: int
    refused: bool


async def refused_of(store: Store, authority: str, children: Sequence[str]) -> dict[tuple[str, bytes], Fault]:
    """Of these children what is refused: (child, statement), the statement `ALL_OF_IT` where it is the whole child."""
    if not children:
        return {}
    rows = await store.tried(lambda connection: connection.fetch(_REFUSED, authority, children))
    return {(row["child"], row["statement"]): STATEMENT_ERASED if row["statement"] else CHILD_ERASED for row in rows}


def fault_of(refused: dict[tuple[str, bytes], Fault], child: str, statement: bytes = ALL_OF_IT) -> Fault | None:
    """Why nothing, or not this statement, is taken of a child; None where it is."""
    return refused.get((child, ALL_OF_IT)) or refused.get((child, statement))


def subject_in(text: bytes) -> str | None:
    """The child's reference in the clear that an event, however wrong, names; None where none can be read."""
    if len(text) > LONGEST_EVENT_BYTES:
        return None
    try:
        subject = msgspec.json.decode(text, type=_Clear).subject
    except UNREADABLE:
        return None
    return subject if isinstance(subject, str) else None


class _Clear(Struct):
    subject: object = None


async def held_of(store: Store, keys: AuthorityKeys, erasure: Erasure) -> Holdings:
    """What the door holds of it now. Forgets nothing."""
    held, _ = await _stock(store, keys, erasure)
    return held


async def forget(store: Store, keys: AuthorityKeys, erasure: Erasure) -> Holdings:
    """Refuse it from now on and forget what is held of it. Returns once that is durable, with what was held."""
    await store.tried(lambda connection: _refuse(connection, erasure))
    held, entries = await _stock(store, keys, erasure)
    await store.tried(lambda connection: _forget(connection, erasure, entries))
    return held


async def _refuse(connection: Lent, one: Erasure) -> None:
    async with connection.transaction():
        # So that no keeping under way outlives it: whoever comes after this sees that it is refused.
        await connection.execute(ONE_AT_A_TIME, one.authority)
        await connection.execute(_REFUSE, one.authority, one.child, one.statement, one.by, one.reason)


async def _forget(connection: Lent, one: Erasure, entries: Sequence[int]) -> None:
    async with connection.transaction():
        await connection.execute(ONE_AT_A_TIME, one.authority)
        if one.statement:
            await connection.execute(_FORGET_STATEMENT, one.authority, one.child, short_hash(one.statement))
            return
        await connection.execute("DELETE FROM quarantine WHERE entry = ANY($1::bigint[])", entries)
        for delete in _FORGET:
            await connection.execute(delete, one.authority, one.child)


async def _stock(store: Store, keys: AuthorityKeys, one: Erasure) -> tuple[Holdings, list[int]]:
    """What is held, and the entries of the quarantine among it. Of one statement nothing but its hash is held."""
    refused = await refused_of(store, one.authority, [one.child])
    row = await store.tried(lambda connection: connection.fetchrow(_COUNTS, one.authority, one.child))
    assert row is not None
    entries = [] if one.statement else await _quarantined(store, keys, one)
    held = Holdings(
        child=bool(row["children"]),
        statements=0 if one.statement else int(row["statements"]),
        returned=0 if one.statement else row["returned"],
        quarantined=len(entries),
        refused=fault_of(refused, one.child, one.statement) is not None,
    )
    return held, entries


async def _quarantined(store: Store, keys: AuthorityKeys, one: Erasure) -> list[int]:
    quoted = await _quoted_reference(store, keys, one)

    async def bodies(query: str, *values: object) -> "list[asyncpg.Record]":
        return await store.tried(lambda connection: connection.fetch(query, *values))

    return await _entries_of(bodies, one.authority, one.child, _recogniser(keys, one.child, quoted))


async def sealed_of(connection: Connection, master: bytes, authority: str, child: str) -> int:
    """How many entries of the quarantine name a child that is erased."""
    wrapped = await connection.fetchval("SELECT wrapped FROM authority_keys WHERE authority = $1", authority)
    if wrapped is None:
        return 0
    recognise = _recogniser(unwrapped_keys(master, authority, wrapped), child, None)
    return len(await _entries_of(connection.fetch, authority, child, recognise))


async def _entries_of(
    bodies: Callable[..., "Awaitable[list[asyncpg.Record]]"],
    authority: str,
    child: str,
    recognise: Callable[[bytes], bool],
) -> list[int]:
    """The entries of the quarantine that are of a child: by their sealed bodies, or as mended for a replay."""
    found: list[int] = []
    last = -1
    while rows := await bodies(_BODIES, authority, last, _BODIES_AT_ONCE):
        last = rows[-1]["entry"]
        found += [row["entry"] for row in rows if row["child"] == child or recognise(row["body"])]
    return found


async def _quoted_reference(store: Store, keys: AuthorityKeys, one: Erasure) -> bytes | None:
    sealed = await store.tried(lambda connection: connection.fetchval(_REFERENCE, one.authority, one.child))
    if sealed is None:
        return None
    return msgspec.json.encode(unseal(keys.sealing, sealed, f"child {one.child}").decode())


def _recogniser(keys: AuthorityKeys, child: str, quoted: bytes | None) -> Callable[[bytes], bool]:
    def is_of_child(sealed: bytes) -> bool:
        try:
            body = unseal(keys.sealing, sealed, "quarantine")
        except NotOurs:
            return False
        subject = subject_in(body)
        if subject is not None:
            return pseudonym(keys.names, "subject", subject) == child
        # What can't be read is of the child where it quotes its reference.
        return quoted is not None and quoted in body

    return is_of_child


def short_hash(statement: bytes) -> int:
    """A statement's 16 bytes as the door counts it by: the first eight, signed."""
    return int.from_bytes(statement[:8], signed=True)


class Listed(Struct, frozen=True):
    """A line of the list of what is refused, as it is written out and read back in; `statement` empty: the child."""

    authority: str
    child: str
    statement: str
    refused_at: datetime
    refused_by: str
    reason: str


async def listed(connection: Connection) -> list[Listed]:
    """Everything that is refused, in order."""
    rows = await connection.fetch("SELECT * FROM refused ORDER BY authority, refused_at, child, statement")
    return [Listed(**{**dict(row), "statement": row["statement"].hex()}) for row in rows]


async def restore(connection: Connection, lines: Sequence[Listed]) -> int:
    """Refuse again what a list names; returns how much of it was not refused here."""
    made = 0
    async with connection.transaction():
        for one in lines:
            done = await connection.execute(
                "INSERT INTO refused VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                one.authority, one.child, bytes.fromhex(one.statement), one.refused_at, one.refused_by, one.reason,
            )  # fmt: skip
            made += int(done.rsplit(" ", 1)[1])
    return made
