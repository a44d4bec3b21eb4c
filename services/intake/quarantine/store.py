"""Every SQL statement of what stewards do to rejected events; that they are kept at all is `store.py`'s.

Every question names the authority that asks. What changes an entry writes who and why, and counts it, in one statement.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from holdfast.contracts.door_verdicts import CODES, RejectedFault
from holdfast.contracts.quarantine import MOST_STEPS, Action, EntryStep, Listed, SourceDay, Status, Summary, Wrong
from services.intake.store import Store

if TYPE_CHECKING:
    import asyncpg

_LISTED = """
SELECT entry, system, id, type, errors, status, replay IS NOT NULL AND status = 'waiting' AS begun,
    received_at, last_received_at, times, decided_by, decided_at
FROM quarantine WHERE authority = $1
"""
_PAGE = f"""{_LISTED}
    AND ($2::bigint IS NULL OR entry < $2) AND ($3::text IS NULL OR system = $3)
    AND ($4::text IS NULL OR errors @> jsonb_build_array(jsonb_build_object('code', $4::text)))
    AND ($5::text IS NULL OR status = $5)
ORDER BY entry DESC LIMIT $6
"""
_STATUSES = "SELECT status, count(*) AS many FROM quarantine WHERE authority = $1 GROUP BY status"
_SYSTEMS = "SELECT DISTINCT system FROM quarantine WHERE authority = $1 ORDER BY system"
_CODES = """
SELECT DISTINCT error ->> 'code' AS code FROM quarantine, jsonb_array_elements(errors) AS error
WHERE authority = $1 ORDER BY code
"""
_STEPS = f"""
SELECT at, by, action, reason FROM (
    SELECT * FROM quarantine_audit WHERE authority = $1 AND entry = $2 ORDER BY line DESC LIMIT {MOST_STEPS}
) AS latest ORDER BY line
"""
_SEALED = "SELECT entry, system, errors, status, body, replay FROM quarantine WHERE authority = $1 AND entry = ANY($2)"
_BEGIN = """
UPDATE quarantine SET replay = begun.replay, child = begun.child
FROM unnest($2::bigint[], $3::text[], $4::bytea[]) AS begun (entry, child, replay)
WHERE authority = $1 AND quarantine.entry = begun.entry AND status = 'waiting' AND quarantine.replay IS NULL
RETURNING quarantine.entry
"""
_UNDO = (
    "UPDATE quarantine SET replay = NULL, child = NULL WHERE authority = $1 AND entry = ANY($2) AND status = 'waiting'"
)
_NOTE = "INSERT INTO quarantine_audit (at, authority, entry, by, action, reason) "
_COUNT = """
INSERT INTO quarantine_days (authority, system, day, {0})
SELECT $1, system, $2, count(*) FROM {1} GROUP BY system ORDER BY system
ON CONFLICT (authority, system, day) DO UPDATE SET {0} = quarantine_days.{0} + excluded.{0}
"""
# $1 authority, $2 day, $3 entries, $4 by, $5 at, $6 why.
_DECIDE = f"""
WITH changed AS (
    UPDATE quarantine SET {{sets}}
    WHERE authority = $1 AND entry = ANY($3::bigint[]) AND {{where}}
    RETURNING entry, system
), noted AS (
    {_NOTE} SELECT $5, $1, entry, $4, '{{action}}', $6 FROM changed ORDER BY entry
)
{_COUNT.format("{action}", "changed")}
"""
_DECIDED = "status = '{action}', decided_by = $4, decided_at = $5, reason = $6"
_DECISIONS: dict[Action, str] = {
    "replayed": _DECIDE.format(
        action="replayed", sets=_DECIDED.format(action="replayed"), where="status = 'waiting' AND replay IS NOT NULL"
    ),
    "dismissed": _DECIDE.format(
        action="dismissed", sets=_DECIDED.format(action="dismissed"), where="status = 'waiting' AND replay IS NULL"
    ),
    "reopened": _DECIDE.format(
        action="reopened",
        sets="status = 'waiting', decided_by = NULL, decided_at = NULL, reason = NULL",
        where="status = 'dismissed'",
    ),
}
_FAILED = _COUNT.format("failed", "unnest($3::text[]) AS failed (system)")
_OPENED = f"{_NOTE} VALUES ($1, $2, $3, $4, 'opened', $5)"
_DAYS = """
SELECT system, day, arrived, entered, replayed, dismissed, reopened, failed FROM quarantine_days
WHERE authority = $1 AND day BETWEEN $2 AND $3 ORDER BY day, system
"""

_faults = msgspec.json.Decoder(list[RejectedFault])


class Chosen(Struct, frozen=True):
    """Which entries are listed: those before a cursor, of one system, with a fault of one code, of one status."""

    before: int | None = None
    system: str | None = None
    code: str | None = None
    status: Status | None = None


class Sealed(Struct, frozen=True):
    """An entry with its body, and with what a replay has fixed, both sealed."""

    entry: int
    system: str
    errors: Sequence[RejectedFault]
    status: Status
    body: bytes
    replay: bytes | None


class Begun(Struct, frozen=True):
    """What the replay of an entry says, sealed, and the pseudonym of the child that it says it of."""

    entry: int
    child: str
    replay: bytes


class Who(Struct, frozen=True):
    """A steward of an authority, at an instant and on its day in London."""

    authority: str
    by: str
    at: datetime
    day: date


class QuarantineStore:
    """What is in quarantine, for one authority at a time."""

    def __init__(self, store: Store) -> None:
        self._try = store.tried

    async def page(self, authority: str, chosen: Chosen, most: int) -> list[Listed]:
        """So many entries at most, newest first."""
        values = (chosen.before, chosen.system, chosen.code, chosen.status, most)
        rows = await self._try(lambda connection: connection.fetch(_PAGE, authority, *values))
        return [_listed(row) for row in rows]

    async def summary(self, authority: str) -> Summary:
        """What there is to filter by."""
        statuses = await self._try(lambda connection: connection.fetch(_STATUSES, authority))
        systems = await self._try(lambda connection: connection.fetch(_SYSTEMS, authority))
        codes = await self._try(lambda connection: connection.fetch(_CODES, authority))
        return Summary(
            {row["status"]: row["many"] for row in statuses},
            [row["system"] for row in systems],
            [row["code"] for row in codes],
        )

    async def entry(self, authority: str, entry: int) -> Listed | None:
        """One entry as it is listed."""
        row = await self._try(lambda connection: connection.fetchrow(f"{_LISTED} AND entry = $2", authority, entry))
        return None if row is None else _listed(row)

    async def steps(self, authority: str, entry: int) -> list[EntryStep]:
        """What was done to an entry, the latest last."""
        rows = await self._try(lambda connection: connection.fetch(_STEPS, authority, entry))
        return [EntryStep(row["at"], row["by"], row["action"], row["reason"]) for row in rows]

    async def sealed(self, authority: str, entries: Sequence[int]) -> dict[int, Sealed]:
        """Those of these entries that there are."""
        rows = await self._try(lambda connection: connection.fetch(_SEALED, authority, entries))
        return {row["entry"]: Sealed(**{**row, "errors": _faults.decode(row["errors"])}) for row in rows}

    async def note_opened(self, who: Who, entry: int, why: str) -> None:
        """Write down who opens an entry and why, before it is opened."""
        values = (who.at, who.authority, entry, who.by, why)
        await self._try(lambda connection: connection.execute(_OPENED, *values))

    async def begin(self, authority: str, begun: Sequence[Begun]) -> set[int]:
        """Fix what the replays of waiting entries say; returns those for which nothing was fixed before."""
        columns = [one.entry for one in begun], [one.child for one in begun], [one.replay for one in begun]
        rows = await self._try(lambda connection: connection.fetch(_BEGIN, authority, *columns))
        return {row["entry"] for row in rows}

    async def undo(self, authority: str, entries: Sequence[int]) -> None:
        """Fix nothing for these: nothing was published of them."""
        await self._try(lambda connection: connection.execute(_UNDO, authority, entries))

    async def decide(self, who: Who, action: Action, entries: Sequence[int], why: str | None) -> None:
        """Give those of the entries that may have it another status. Said twice, it changes nothing the second time."""
        query, values = _DECISIONS[action], (who.authority, who.day, entries, who.by, who.at, why)
        await self._try(lambda connection: connection.execute(query, *values))

    async def count_failed(self, who: Who, systems: Sequence[str]) -> None:
        """Count attempts that failed, a system for each: all that is kept of them."""
        await self._try(lambda connection: connection.execute(_FAILED, who.authority, who.day, systems))

    async def days(self, authority: str, first: date, last: date) -> list[SourceDay]:
        """The counts of each source and day, the earliest first."""
        rows = await self._try(lambda connection: connection.fetch(_DAYS, authority, first, last))
        return [SourceDay(**row) for row in rows]


def _listed(row: "asyncpg.Record") -> Listed:
    errors = [Wrong(one.code, one.pointer, CODES.get(one.code, "")) for one in _faults.decode(row["errors"])]
    return Listed(**{**row, "errors": errors})
