"""The addresses by which a steward erases, and reads the record of it. What is done is in `erasing.py`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from holdfast.runtime.http import json_response
from holdfast.runtime.openapi import answer, answers, json_body
from services.gateway.api.bodies import body_as
from services.gateway.api.document import DOOR, REGISTER, answered
from services.gateway.api.parameters import Authority
from services.gateway.domain import Principal
from services.gateway.erasures import examples
from services.gateway.erasures.erasing import Asked, ErasureOutcome, Would, erase, would_erase
from services.gateway.erasures.store import Recorded
from services.gateway.parts import Made
from services.gateway.people.access import allowed_to

router = APIRouter(prefix="/api/authorities/{authority}", tags=["erasures"])

Steward = Annotated[Principal, Depends(allowed_to("erasures"))]


@router.post(
    "/erasures",
    summary="Erase a child or a statement, or say what that would remove",
    responses=answered(
        {200: answers("What was done; of a dry run, what would go", (ErasureOutcome, Would), examples.ANSWERS)},
        *REGISTER,
        *DOOR,
        "no-such-child",
        "no-such-statement",
    ),
    openapi_extra=json_body(Asked, examples.ASKED),
)
async def erasures(authority: Authority, request: Request, principal: Steward, parts: Made) -> Response:
    """Erase a child or a statement, everywhere; with `dry_run`, only say what would go. Repeating it is harmless."""
    asked = await body_as(request, Asked)
    if asked.dry_run:
        return json_response(await would_erase(parts, principal, authority, asked))
    return json_response(await erase(parts, principal, authority, asked))


@router.get(
    "/erasures",
    summary="The record of erasures",
    responses=answered({200: answer("The latest first", list[Recorded], examples.RECORDED)}),
)
async def recorded(authority: Authority, _: Steward, parts: Made) -> Response:
    """The record of erasures, the latest first: who, when and why; never which child."""
    return json_response(await parts.erasures.listed(authority))
