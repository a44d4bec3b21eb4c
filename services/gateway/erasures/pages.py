"""The pages on which a steward erases: what would go, the confirmation, what was done, and the record of erasures."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from holdfast.indicators.catalogue import INDICATORS
from services.gateway.children.journeys import KINDS
from services.gateway.erasures.api import Steward
from services.gateway.erasures.erasing import LONGEST_REASON, PSEUDONYM, STATEMENT, Asked, erase, would_erase
from services.gateway.parts import Made, Parts
from services.gateway.people.authors import names_of
from services.gateway.presentation import authority_words, words
from services.gateway.templating import page

router = APIRouter(include_in_schema=False, prefix="/authorities/{authority}")

# So many letters of the pseudonym are typed to confirm: nobody erases by a slip, or another child than is shown.
CONFIRMED_BY = 6

Child = Annotated[str, Path(pattern=PSEUDONYM)]
One = Annotated[str | None, Query(pattern=STATEMENT)]


@router.get("/children/{child}/erase")
async def ask(
    request: Request, authority: str, child: Child, principal: Steward, parts: Made, statement: One = None
) -> Response:
    """What would be removed, and the form to confirm it with."""
    return await _form(request, parts, principal, authority, Asked(child, "asked", statement))


@router.post("/children/{child}/erase")
async def confirm(
    request: Request,
    authority: str,
    child: Child,
    principal: Steward,
    parts: Made,
    statement: One = None,
    reason: Annotated[str, Form()] = "",
    typed: Annotated[str, Form()] = "",
) -> Response:
    """Erase it, once the reason and the letters are given."""
    reason = reason.strip()
    asked = Asked(child, reason or "asked", statement)
    if not 0 < len(reason) <= LONGEST_REASON:
        return await _form(request, parts, principal, authority, asked, "Say why, in up to 500 letters.")
    if not hmac.compare_digest(typed.strip().lower().encode(), child[:CONFIRMED_BY].encode()):
        return await _form(
            request, parts, principal, authority, asked, "The letters don't fit. Type them as they are shown.", reason
        )
    outcome = await erase(parts, principal, authority, asked)
    return page(
        request,
        "erasures/erased.html",
        principal=principal,
        authority=authority_words(authority),
        outcome=outcome,
    )


@router.get("/erasures")
async def recorded(request: Request, authority: str, principal: Steward, parts: Made) -> Response:
    """Who erased something, when and why."""
    found = await parts.erasures.listed(authority)
    return page(
        request,
        "erasures/list.html",
        principal=principal,
        authority=authority_words(authority),
        erasures=found,
        names=await names_of(parts, [one.asked_by for one in found]),
    )


async def _form(
    request: Request, parts: Parts, principal: Steward, authority: str, asked: Asked, fault: str = "", reason: str = ""
) -> Response:
    would = await would_erase(parts, principal, authority, asked)
    return page(
        request,
        "erasures/erase.html",
        status=400 if fault else 200,
        principal=principal,
        authority=authority_words(authority),
        child=asked.child,
        statement=asked.statement,
        letters=asked.child[:CONFIRMED_BY],
        would=would,
        kinds=[(KINDS.get(kind.type, kind.type), kind.system, kind.statements) for kind in would.register.kinds],
        indicators=[words(code).title for code in INDICATORS if code in would.register.indicators],
        longest=LONGEST_REASON,
        fault=fault,
        reason=reason,
    )
