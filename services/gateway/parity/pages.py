"""Where people see whether stream and register agree, and analysts and stewards which integers don't."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.openapi import answer
from services.gateway.api.document import answered
from services.gateway.api.parameters import Authority
from services.gateway.domain import Principal
from services.gateway.parity import examples
from services.gateway.parity.check import MOST_SHOWN, Agreement
from services.gateway.parity.words import in_words
from services.gateway.parts import Made
from services.gateway.people.access import allowed_to
from services.gateway.presentation import PERIODS, authority_words, breakdown_words, words
from services.gateway.templating import page

router = APIRouter()

Checker = Annotated[Principal, Depends(allowed_to("parity"))]

_NUMBERS = {"mid_year": "year of the estimate"}


@router.get(
    "/api/authorities/{authority}/parity",
    summary="Whether stream and register agree",
    tags=["figures"],
    responses=answered({200: answer("How they stood", Agreement, examples.AGREEMENT)}, "not-compared-yet"),
)
async def parity(authority: Authority, _: Checker, parts: Made) -> Response:
    """How the figures said and the register's stood at the last look, and every integer that differed."""
    found = parts.parity.of(authority)
    if found is None:
        raise Problem(404, "not-compared-yet", "The figures of this authority have not been compared yet")
    return json_response(found)


@router.get("/authorities/{authority}/parity", include_in_schema=False)
async def parity_page(request: Request, authority: str, principal: Checker, parts: Made) -> Response:
    """The same as a page."""
    found = parts.parity.of(authority)
    return page(
        request,
        "parity.html",
        principal=principal,
        authority=authority_words(authority),
        agreement=found,
        says=in_words(found) if found else "Stream and register have not been compared yet",
        most=MOST_SHOWN,
        rows=[
            (
                words(one.indicator).title,
                breakdown_words(one.breakdown) or "All children",
                one.on,
                PERIODS[one.period],
                _NUMBERS.get(one.number, one.number),
                one.first,
                one.second,
            )
            for one in (found.differences if found else ())
        ],
    )
