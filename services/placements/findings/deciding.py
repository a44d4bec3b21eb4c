"""What was decided on findings, and whether stewards may correct: these two tables, written down for good.

Who may decide is settled in `api.py`; what a finding is, in the engine.
"""

from collections.abc import Iterable
from uuid import UUID

from holdfast.contracts.findings import STATUSES, Allowed, Decision, Status
from services.placements.store import Snapshot

_DECISION = ", ".join(Decision.__struct_fields__)


class Decisions:
    """Decisions of one authority, in the transaction of a snapshot."""

    def __init__(self, now: Snapshot) -> None:
        self._connection, self._authority = now.connection, now.authority

    async def latest(self, child: str | None = None) -> dict[str, Decision]:
        """The last decision on each finding ever decided on, of one child or all, by the finding."""
        rows = await self._connection.fetch(
            f"SELECT DISTINCT ON (finding) {_DECISION} FROM decisions "
            "WHERE authority = $1 AND ($2::text IS NULL OR child = $2) ORDER BY finding, number DESC",
            self._authority,
            child,
        )
        return {row["finding"]: Decision(**dict(row)) for row in rows}

    async def of(self, child: str, finding: str) -> list[Decision]:
        """Every decision on a finding, the first first."""
        rows = await self._connection.fetch(
            f"SELECT {_DECISION} FROM decisions WHERE authority = $1 AND child = $2 AND finding = $3 ORDER BY number",
            self._authority,
            child,
            finding,
        )
        return [Decision(**dict(row)) for row in rows]

    async def add(self, decided: Decision, request: UUID) -> None:
        """Write a decision down, once for each request."""
        values = [getattr(decided, name) for name in Decision.__struct_fields__]
        places = ", ".join(f"${number}" for number in range(1, len(values) + 3))
        await self._connection.execute(
            f"INSERT INTO decisions ({_DECISION}, authority, request) VALUES ({places}) "
            "ON CONFLICT (authority, request) DO NOTHING",
            *values,
            self._authority,
            request,
        )

    async def allowed(self) -> Allowed:
        """Whether stewards may correct."""
        row = await self._connection.fetchrow(
            "SELECT allowed, author, role, decided_at FROM corrections_allowed WHERE authority = $1 "
            "ORDER BY number DESC LIMIT 1",
            self._authority,
        )
        return Allowed() if row is None else Allowed(**dict(row))

    async def allow(self, allowed: Allowed) -> None:
        """Write down whether stewards may correct."""
        await self._connection.execute(
            "INSERT INTO corrections_allowed (authority, allowed, author, role, decided_at) "
            "VALUES ($1, $2, $3, $4, $5)",
            self._authority,
            allowed.allowed,
            allowed.author,
            allowed.role,
            allowed.decided_at,
        )


def status_of(decided: Decision | None) -> Status:
    """What a finding is by its last decision."""
    return "open" if decided is None or decided.decision == "reopened" else decided.decision


def counted(statuses: Iterable[tuple[str, Status]]) -> dict[str, dict[Status, int]]:
    """How many findings there are, by code and status, the codes in their order."""
    counts: dict[str, dict[Status, int]] = {}
    for code, status in sorted(statuses):
        by_status = counts.setdefault(code, dict.fromkeys(STATUSES, 0))
        by_status[status] += 1
    return counts
