"""How settled recent months are: the answer for machines, and the page with a curve a source. Reckons nothing."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from holdfast.indicators.settledness import Settledness
from holdfast.runtime.openapi import answer
from services.gateway.api.bodies import cacheable
from services.gateway.api.document import REGISTER, answered
from services.gateway.api.parameters import Authority
from services.gateway.parts import Made
from services.gateway.people.access import Reader
from services.gateway.presentation import authority_words
from services.gateway.settledness import examples
from services.gateway.settledness.settled import COLUMNS, curves_shown, months_settled
from services.gateway.templating import page

router = APIRouter()

On = Annotated[date | None, Query(description="As of this day; today unless one is named", examples=["2017-07-14"])]


@router.get(
    "/api/authorities/{authority}/settledness",
    summary="How settled recent months are",
    tags=["figures"],
    responses=answered(
        {200: answer("All together, and by source", Settledness, examples.SETTLEDNESS, etag=True)},
        *REGISTER,
        "no-such-day",
    ),
)
async def settledness(
    authority: Authority, request: Request, principal: Reader, parts: Made, on: On = None
) -> Response:
    """How much of what will be said about recent months has been, with its range: all together, and by source."""
    told = await parts.register.settledness(principal, authority, on or parts.clock.today())
    return cacheable(request, msgspec.json.encode(told))


@router.get("/authorities/{authority}/settledness", include_in_schema=False)
async def settled(authority: str, request: Request, principal: Reader, parts: Made, on: On = None) -> Response:
    """The page."""
    told = await parts.register.settledness(principal, authority, on or parts.clock.today())
    return page(
        request,
        "settledness.html",
        principal=principal,
        authority=authority_words(authority),
        told=told,
        months=months_settled(told),
        columns=COLUMNS,
        curves=curves_shown(told),
    )
