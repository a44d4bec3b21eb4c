"""What the register knows of how late facts came, and the one question about it. Children are counted, none is told of.

A fact comes with the first statement of it that is received. What restates or withdraws it later is no other fact.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from holdfast.indicators.calendar import LONDON
from holdfast.indicators.settledness import Came, Settledness, learnt_from, settledness
from holdfast.runtime.http import json_response
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, answered, day_of, for_people
from services.placements.store import Snapshot, snapshot

# Of the facts that happened between two days: by source, day and day of receipt, how many.
_CAME = f"""
SELECT system, happened_on, received_on, count(*)
FROM (
    SELECT s.system, s.happened_on, (s.received_at AT TIME ZONE '{LONDON.key}')::date AS received_on
    FROM statements AS s
    WHERE s.authority = $1 AND s.happened_on BETWEEN $2 AND $3 AND NOT EXISTS (
        SELECT FROM statements AS earlier
        WHERE earlier.authority = $1 AND earlier.child = s.child AND earlier.system = s.system
            AND earlier.fact = s.fact
            AND (earlier.received_at, earlier."offset") < (s.received_at, s."offset"))) AS first
GROUP BY system, happened_on, received_on
"""

_BEGAN = f"""
SELECT system, (min(received_at) AT TIME ZONE '{LONDON.key}')::date
FROM statements WHERE authority = $1 GROUP BY system
"""


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.get("/settledness")
    async def settled(claims: Annotated[Claims, Depends(for_people(context))], on: date | None = None) -> Response:
        day = day_of(on, context.clock)

        async def read() -> tuple[list[Came], dict[str, date]]:
            async with snapshot(context.pool, claims.authority) as now:
                return await came(now, day), await began(now, day)

        rows, begun = await answered(context, read)
        told = await context.readings.in_thread(_told, claims.authority, rows, begun, day)
        return json_response(told, headers={"Cache-Control": "no-store"})

    return routes


async def came(now: Snapshot, on: date) -> list[Came]:
    """How many facts, of those that a day can be told of by, came on which day. At most a row a fact."""
    return [Came(*row) for row in await now.fetch(_CAME, *learnt_from(on))]


async def began(now: Snapshot, on: date) -> dict[str, date]:
    """The day on which each source first said anything, of those that had by a day."""
    return {system: day for system, day in await now.fetch(_BEGAN) if day <= on}


def _told(authority: str, rows: list[Came], begun: dict[str, date], on: date) -> Settledness:
    return settledness(authority, [each for each in rows if each.source in begun], begun, on)
