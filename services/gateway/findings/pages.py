"""The pages of what does not add up: the list, a finding with its history and the forms to decide, and who may correct.

Every page can be read without a script. What is on it is the register's; here are words, links and forms.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from holdfast.contracts.findings import LONGEST_REASON, Allowed, AllowedWanted, DecisionWanted, FindingTold
from holdfast.indicators.findings import SENTENCES
from holdfast.runtime.http import Problem
from services.gateway.api.parameters import Child, Named
from services.gateway.children.journeys import statements_of
from services.gateway.domain import Principal, may
from services.gateway.findings.api import (
    Allower,
    Decider,
    Finder,
    allowed,
    asked_for,
    decided,
    finding_of,
    findings_of,
    note_of,
)
from services.gateway.findings.files import figure_sentences
from services.gateway.parts import Made, Parts
from services.gateway.people.access import allowed_to
from services.gateway.people.authors import names_of
from services.gateway.presentation import authority_words
from services.gateway.templating import page

router = APIRouter(include_in_schema=False, prefix="/authorities/{authority}")

ON_A_PAGE = 50
STATUSES = {
    "undecided": "All that are not accepted",
    "open": "Open",
    "asked": "Asked of the source",
    "mended": "Said to be mended, and still there",
    "accepted": "Accepted as they are",
    "all": "All that hold",
    "gone": "Decided on, and gone since",
}
STATUS_WORDS = {"open": "Open", "asked": "Asked", "mended": "Said to be mended", "accepted": "Accepted"}
DECISIONS = {
    "asked": ("Ask the source", "It goes on the list to mend in the case system."),
    "mended": ("Mended", "It was put right at the source, and will go once that has come through."),
    "accepted": ("Accept it", "It is as it is: nothing is to be mended."),
    "reopened": ("Open it again", "What was decided before no longer holds."),
}


@router.get("/findings")
async def findings(authority: str, request: Request, principal: Finder, parts: Made) -> Response:
    """What does not add up in an authority, with counts by code, narrowed as asked."""
    asked = asked_for(request.query_params)
    told = await findings_of(parts, principal, authority, asked | {"limit": str(ON_A_PAGE)})
    kept = {name: value for name, value in asked.items() if name not in ("cursor", "limit", "read_to")}
    return page(
        request,
        "findings/list.html",
        principal=principal,
        authority=authority_words(authority),
        told=told,
        asked=asked,
        query=urlencode(kept),
        # Of a list so narrowed there may be nothing, where there is much otherwise.
        counts=[(code, code_words(code), by, sum(by.values())) for code, by in told.counts.items()],
        codes={code: code_words(code) for code in SENTENCES},
        statuses=STATUSES,
        status_words=STATUS_WORDS,
        figures={one.finding: figure_sentences(one.touches) for one in told.findings},
        sources=sorted(
            {system for one in told.findings for system in one.systems} | set(filter(None, [asked.get("source")]))
        ),
        first="cursor" not in asked,
    )


def code_words(code: str) -> str:
    """What a kind of finding is called: `spurious restart`."""
    return code.replace("-", " ").capitalize()


@router.get("/findings/{child}/{finding}")
async def finding(
    authority: str, child: Child, finding: Named, request: Request, principal: Finder, parts: Made
) -> Response:
    """One finding."""
    told = await finding_of(parts, principal, authority, (child, finding))
    return await _finding_page(request, principal, parts, told)


@router.post("/findings/{child}/{finding}")
async def decide(
    authority: str,
    child: Child,
    finding: Named,
    request: Request,
    principal: Decider,
    parts: Made,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    asked_by: Annotated[UUID | None, Form(alias="request")] = None,
) -> Response:
    """Keep a decision, then show the finding; a form without a decision or reason comes back with what is missing."""
    fault = _fault_of(decision, reason, DECISIONS)
    if fault:
        told = await finding_of(parts, principal, authority, (child, finding))
        return await _finding_page(request, principal, parts, told, fault=fault, given=(decision, reason))
    wanted = msgspec.convert(
        {"decision": decision, "reason": reason, "request": str(asked_by or uuid4())}, type=DecisionWanted
    )
    await decided(parts, principal, authority, (child, finding), wanted)
    return RedirectResponse(f"/authorities/{authority}/findings/{child}/{finding}", 303)


def _fault_of(decision: str, reason: str, known: Iterable[str]) -> str:
    if decision not in known:
        return "Choose what you decide."
    if not reason.strip():
        return "Give a reason, so that whoever reads this later knows why."
    return f"The reason is longer than {LONGEST_REASON:,} characters." if len(reason) > LONGEST_REASON else ""


async def _finding_page(
    request: Request,
    principal: Principal,
    parts: Parts,
    told: FindingTold,
    *,
    fault: str = "",
    given: tuple[str, str] = ("", ""),
) -> Response:
    listed = told.listed
    names = await names_of(parts, [each.author for each in told.decisions] + [told.corrections.author or ""])
    return page(
        request,
        "findings/finding.html",
        status=400 if fault else 200,
        principal=principal,
        authority=authority_words(told.authority),
        told=told,
        one=listed,
        title=code_words(listed.code),
        status_words=STATUS_WORDS,
        touched=figure_sentences(listed.touches),
        decision_words={name: words for name, (words, _) in DECISIONS.items()},
        choices={
            name: words
            for name, words in DECISIONS.items()
            if (name == "reopened") == (listed.status == "accepted") or (name == "reopened" and listed.status != "open")
        },
        names=names,
        statements=statements_of(msgspec.json.decode(msgspec.json.encode(told.statements))),
        fault=fault,
        given=given,
        # Made up anew with each page: sent twice, the form decides once.
        decision_request=uuid4(),
    )


@router.get("/data-note")
async def data_note(authority: str, request: Request, principal: Finder, parts: Made) -> Response:
    """The drafted data note, to be copied; by default of the month that ended last."""
    on = request.query_params.get("on") or (parts.clock.today().replace(day=1) - timedelta(days=1)).isoformat()
    over = request.query_params.get("over") or "year"
    note = await note_of(parts, principal, authority, {"on": on, "over": over})
    return page(
        request, "findings/data_note.html", principal=principal, authority=authority_words(authority), note=note
    )


@router.get("/corrections")
async def corrections(
    authority: str, request: Request, principal: Annotated[Principal, Depends(allowed_to("children"))], parts: Made
) -> Response:
    """Whether stewards may correct, who said so, and for a manager the form to say otherwise."""
    answer = await parts.register.explained(principal, authority, "corrections-allowed", {})
    held = msgspec.json.decode(answer, type=Allowed)
    names = await names_of(parts, [held.author] if held.author else [])
    return page(
        request,
        "findings/corrections.html",
        principal=principal,
        authority=authority_words(authority),
        held=held,
        names=names,
        may_say=may(principal, "corrections_allowed"),
    )


@router.post("/corrections")
async def allow(authority: str, principal: Allower, parts: Made, say: Annotated[str, Form()] = "") -> Response:
    """Let stewards correct, or no longer."""
    wanted: dict[str, Any] = {"allow": True, "stop": False}
    if say not in wanted:
        raise Problem(400, "unusable-request", "Say whether stewards may correct")
    await allowed(parts, principal, authority, AllowedWanted(wanted[say]))
    return RedirectResponse(f"/authorities/{authority}/corrections", 303)
