"""Every SQL statement about frozen packs, each within a snapshot of the register. Decides nothing."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from holdfast.contracts.figures import Row
from holdfast.contracts.packs import Pack, PackTold
from holdfast.contracts.targets import Target
from services.placements.store import Snapshot

_HEAD = (
    "p.authority, p.pack, p.month_end, p.number, p.supersedes, s.pack AS superseded_by, p.frozen_at, p.person, p.role, "
    "p.shown_as, p.note, p.definitions, p.partition, p.read_to, p.children, p.statements"
)
_FROM = (
    "FROM packs AS p LEFT JOIN packs AS s ON s.authority = p.authority AND s.month_end = p.month_end "
    "AND s.supersedes = p.pack WHERE p.authority = $1"
)
_rows = msgspec.json.Decoder(list[Row])
_targets = msgspec.json.Decoder(dict[str, Target])


async def listed(now: Snapshot, month_end: date | None, begins: int, most: int) -> list[Pack]:
    """The packs of an authority, or of one of its month ends, the latest first."""
    rows = await now.connection.fetch(
        f"SELECT {_HEAD} {_FROM} AND ($2::date IS NULL OR p.month_end = $2) "
        "ORDER BY p.month_end DESC, p.number DESC OFFSET $3 LIMIT $4",
        now.authority,
        month_end,
        begins,
        most,
    )
    return [_head(row) for row in rows]


async def latest(now: Snapshot, month_end: date) -> Pack | None:
    """The pack of a month end that none supersedes."""
    found = await listed(now, month_end, 0, 1)
    return found[0] if found else None


async def pack(now: Snapshot, name: UUID) -> PackTold | None:
    """A pack with its targets and figures."""
    row = await now.connection.fetchrow(
        f"SELECT {_HEAD}, p.targets, p.figures {_FROM} AND p.pack = $2", now.authority, name
    )
    if row is None:
        return None
    return PackTold(_head(row), _targets.decode(row["targets"]), _rows.decode(row["figures"]))


async def held_in(now: Snapshot, read_to: int) -> tuple[int, int]:
    """How many children and statements are held of the cut up to an offset."""
    [row] = await now.connection.fetch(
        "SELECT count(DISTINCT child) AS children, count(*) AS statements FROM statements "
        'WHERE authority = $1 AND "offset" < $2',
        now.authority,
        read_to,
    )
    return row["children"], row["statements"]


async def add(now: Snapshot, issuer: str, frozen: PackTold) -> None:
    """Keep a pack. Raises UniqueViolationError where another of its number was kept meanwhile."""
    head = frozen.pack
    await now.connection.execute(
        "INSERT INTO packs (authority, pack, month_end, number, supersedes, frozen_at, issuer, person, role, shown_as, "
        "note, definitions, partition, read_to, children, statements, targets, figures) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        head.authority,
        head.pack,
        head.month_end,
        head.number,
        head.supersedes,
        datetime.fromisoformat(head.frozen_at),
        issuer,
        head.person,
        head.role,
        head.shown_as,
        head.note,
        head.definitions,
        head.partition,
        head.read_to,
        head.children,
        head.statements,
        msgspec.json.encode(frozen.targets).decode(),
        msgspec.json.encode(frozen.figures).decode(),
    )


def _head(row: Any) -> Pack:
    told = {name: row[name] for name in Pack.__struct_fields__}
    told["frozen_at"] = row["frozen_at"].astimezone(UTC).isoformat().replace("+00:00", "Z")
    # The driver's own kind of UUID is not told as text.
    told |= {name: _uuid(row[name]) for name in ("pack", "supersedes", "superseded_by")}
    return Pack(**told)


def _uuid(name: Any) -> UUID | None:
    return None if name is None else UUID(bytes=name.bytes)
