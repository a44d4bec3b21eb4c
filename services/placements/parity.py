"""The figures that the stream's are compared with: the same days, of the same records read, and no child.

A service's own question, so it has a role of its own. Whether the two agree is judged by whoever asks.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from holdfast.england.residents import residents_of
from holdfast.indicators.reading import FigureReadings, figures
from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.service_token import PARITY_ROLE, Claims
from services.placements.api import Authority, Context, answered, claims_of, day_of, figure_headers
from services.placements.readings import ReadTo
from services.placements.store import Known

MOST_MONTH_ENDS = 120
MOST_AHEAD = 12


class _Asked:
    """The days asked for, and how far the stream had read."""

    def __init__(
        self,
        on: date,
        read_to: Annotated[int, Query(ge=0, le=2**62)],
        month_ends: Annotated[int, Query(ge=0, le=MOST_MONTH_ENDS)] = 0,
        ahead: Annotated[int, Query(ge=0, le=MOST_AHEAD)] = 0,
    ) -> None:
        self.on, self.read_to, self.month_ends, self.ahead = on, read_to, month_ends, ahead


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    def checker(request: Request, authority: Authority) -> Claims:
        claims = claims_of(context, request, authority)
        if claims.issuer != "gateway" or claims.role != PARITY_ROLE:
            raise Problem(403, "not-your-role", "Only the gateway's own check asks this")
        return claims

    @routes.get("/parity")
    async def parity(asked: Annotated[_Asked, Depends()], claims: Annotated[Claims, Depends(checker)]) -> Response:
        day_of(asked.on, context.clock)
        found, reached = await answered(context, lambda: _read(context, claims.authority, asked))
        return json_response(found, headers=figure_headers(context, reached))

    return routes


async def _read(context: Context, authority: str, asked: _Asked) -> tuple[list[FigureReadings], ReadTo]:
    readings = context.readings
    async with readings.as_known(authority) as question:
        if question.state.erased_to > asked.read_to:
            raise Problem(409, "erased-since", "Something that had been read by then has been erased since")
        ledger = await question.ledger(Known(read_to=asked.read_to), context.choices)
        found = await readings.in_thread(
            figures,
            ledger,
            asked.on,
            month_ends=asked.month_ends,
            ahead=asked.ahead,
            residents=residents_of(authority),
        )
        return found, question.read_to
