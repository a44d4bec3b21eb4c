"""What the door asks before it takes a steward's correction: may stewards correct, and was the fact ever stated?"""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from holdfast.contracts.corrections import Correctable, Named
from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, instant
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, answered, for_intake
from services.placements.findings.deciding import Decisions
from services.placements.store import snapshot

_LONGEST_QUESTION_BYTES = 4 * 1024


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.post("/correctable")
    async def correctable(request: Request, claims: Annotated[Claims, Depends(for_intake(context))]) -> Response:
        named = _named_in(await bounded_body(request, _LONGEST_QUESTION_BYTES))

        async def read() -> Correctable:
            async with snapshot(context.pool, claims.authority) as now:
                held = await now.of_child(named.child)
                allowed = (await Decisions(now).allowed()).allowed
                if held:
                    await now.record_look(claims, [named.child], "correction")
                facts = [fact_of(decode_event(one.event), one.statement) for one in held]
                return correctable_of(named, facts, allowed=allowed)

        return json_response(await answered(context, read), headers={"Cache-Control": "no-store"})

    return routes


def correctable_of(named: Named, stated: Iterable[Fact], *, allowed: bool) -> Correctable:
    """What is known of a fact among everything that was stated of its child."""
    places, recorded = set(), [0]
    for fact in stated:
        if fact.placement is not None:
            places.add(fact.placement)
        if (fact.system, fact.key) == (named.system, named.fact):
            recorded.append(fact.recorded_at)
    return Correctable(
        allowed=allowed,
        recordedtime=instant(max(recorded)) if len(recorded) > 1 else None,
        placement_ids=sorted({each.placement_id for each in places if each.placement_id is not None}),
        localities=sorted({each.locality for each in places if each.locality is not None}),
    )


def _named_in(body: bytes) -> Named:
    try:
        return msgspec.json.decode(body, type=Named)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error
