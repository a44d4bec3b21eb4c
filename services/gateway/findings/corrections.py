"""A steward's correction of a fact behind a finding: over the API and as a form. It goes through the door.

First the door is asked whether it would be taken, then the decision is kept with its reason, then the door is asked in
earnest: with one request all of it may be asked again, whatever was killed in between, and is done once.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Meta, Struct

from holdfast.contracts.corrections import WITHDRAWAL, Corrected, Correction, Pseudonym, System, Type
from holdfast.contracts.findings import LONGEST_REASON, DecisionWanted
from holdfast.runtime.http import Problem
from holdfast.runtime.openapi import answer, json_body
from services.gateway.api.bodies import body_as
from services.gateway.api.document import DOOR, REGISTER, answered
from services.gateway.api.parameters import Authority, Child, Named
from services.gateway.children.journeys import statements_of
from services.gateway.domain import Principal
from services.gateway.findings import examples
from services.gateway.findings.api import decided, finding_of
from services.gateway.findings.correction_forms import (
    DROP,
    FIELDS,
    KEEP,
    Known,
    correction_in,
    data_entered,
    places_known,
    values_of,
)
from services.gateway.parts import Made, Parts
from services.gateway.people.access import allowed_to
from services.gateway.presentation import authority_words
from services.gateway.templating import page

router = APIRouter()

Corrector = Annotated[Principal, Depends(allowed_to("corrections"))]
_PAGE = "/authorities/{authority}/findings/{child}/{finding}/correct"


class CorrectionWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What a fact is to state instead (of type `care.withdrawal.v1`: nothing), and why. Names are pseudonyms.

    `request` is made up by the asker: asked twice, it is one correction.
    """

    system: System
    fact: Pseudonym
    type: Type
    data: dict[str, Any]
    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")]
    request: UUID


@router.post(
    "/api/authorities/{authority}/findings/{child}/{finding}/corrections",
    summary="Restate or withdraw a fact behind a finding",
    tags=["findings"],
    responses=answered(
        {200: answer("The statement that it became", Corrected, examples.CORRECTED)},
        *REGISTER,
        *DOOR,
        "unusable-correction",
        "corrections-not-allowed",
        "not-your-role",
        "no-such-fact",
        "unknown-finding",
        "another-correction",
        "too-many-statements",
    ),
    openapi_extra=json_body(CorrectionWanted, examples.CORRECTION),
)
async def correct(
    authority: Authority, child: Child, finding: Named, request: Request, principal: Corrector, parts: Made
) -> Response:
    """Restate or withdraw a fact of the finding's child, with a reason; 403 until a manager lets stewards correct."""
    wanted = await body_as(request, CorrectionWanted)
    body = await corrected(parts, principal, authority, (child, finding), wanted)
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


async def corrected(
    parts: Parts, principal: Principal, authority: str, named: tuple[str, str], wanted: CorrectionWanted
) -> bytes:
    """Check, decide, and correct. Raises Problem where the door or the register refuses it."""
    data = msgspec.Raw(msgspec.json.encode(wanted.data))
    correction = Correction(named[0], wanted.system, wanted.fact, wanted.request, wanted.type, data)
    await parts.intake.correct(principal, authority, correction, dry_run=True)
    # Before it is published, for with it the finding may be gone.
    decision = DecisionWanted("mended", wanted.reason, wanted.request)
    await decided(parts, principal, authority, named, decision)
    return await parts.intake.correct(principal, authority, correction, dry_run=False)


@router.get(_PAGE, include_in_schema=False)
async def form(
    authority: str, child: Child, finding: Named, request: Request, principal: Corrector, parts: Made
) -> Response:
    """The facts of the finding's child to choose from; of the one chosen, the form."""
    about = await _about(parts, principal, authority, child, finding, request.query_params)
    return _form_page(request, principal, about)


@router.post(_PAGE, include_in_schema=False)
async def send(
    authority: str, child: Child, finding: Named, request: Request, principal: Corrector, parts: Made
) -> Response:
    """Correct as the form says, then show the finding; what the door finds wrong comes back with the form."""
    entered = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    about = await _about(parts, principal, authority, child, finding, entered)
    if about.chosen is None:
        raise Problem(404, "no-such-fact", "This system has stated no such fact of this child")
    if not entered.get("reason", "").strip():
        return _form_page(request, principal, about, entered, ["Give a reason: it is kept with your name."])
    kind = WITHDRAWAL if entered.get("what") == "withdraw" else about.chosen["type"]
    wanted = {
        "system": about.chosen["system"],
        "fact": about.chosen["fact"],
        "type": kind,
        "data": data_entered(kind, about.chosen["data"], entered, about.places),
        "reason": entered["reason"],
        "request": entered.get("request", ""),
    }
    try:
        await corrected(parts, principal, authority, (child, finding), _converted(wanted))
    except Problem as problem:
        if problem.code != "unusable-correction":
            raise
        faults = [str(each.get("message", "")) for each in problem.errors]
        return _form_page(request, principal, about, entered, faults)
    return RedirectResponse(f"/authorities/{authority}/findings/{child}/{finding}", 303)


def _converted(wanted: Mapping[str, Any]) -> CorrectionWanted:
    try:
        return msgspec.convert(wanted, type=CorrectionWanted)
    except msgspec.ValidationError as error:
        raise Problem(400, "unusable-body", "The form is not usable", str(error)) from error


class About(Struct, frozen=True):
    """What a form is about: the finding, what stands of its child, the fact chosen, and the places known.

    `outvoted`: the correction of the chosen fact that the finding is about, where it is about one.
    """

    authority: str
    child: str
    finding: str
    allowed: bool
    rests_on: frozenset[str]
    standing: list[dict[str, Any]]
    chosen: dict[str, Any] | None
    places: list[Known]
    outvoted: dict[str, Any] | None = None


async def _about(
    parts: Parts, principal: Principal, authority: str, child: str, finding: str, asked: Mapping[str, str]
) -> About:
    told = await finding_of(parts, principal, authority, (child, finding))
    journey = await parts.register.journey(principal, authority, child, {})
    said = journey["statements"]
    # A fact that was withdrawn is corrected by stating it anew, from what it said last.
    latest = {(one["system"], one["fact"]): one for one in said if one["type"] != WITHDRAWAL}
    standing = {(one["system"], one["fact"]): one for one in said if one["standing"] == "standing"}
    latest |= {name: one for name, one in standing.items() if one["type"] != WITHDRAWAL}
    chosen = latest.get((asked.get("system", ""), asked.get("fact", "")))
    # It rests on what stands, and on the correction last.
    about_it = told.listed.code == "correction-outvoted" and asked.get("fact") == told.listed.fact and told.listed.holds
    return About(
        authority=authority,
        child=child,
        finding=finding,
        allowed=told.corrections.allowed,
        rests_on=frozenset(each.fact for each in told.listed.rests_on),
        standing=sorted(latest.values(), key=lambda one: str(one["data"].get("on") or one["data"].get("from"))),
        chosen=chosen,
        places=places_known(said),
        outvoted=correction_in(said, told.listed.rests_on[-1]) if about_it else None,
    )


def _form_page(
    request: Request,
    principal: Principal,
    about: About,
    entered: Mapping[str, str] | None = None,
    faults: list[str] | None = None,
) -> Response:
    chosen = about.chosen
    kind = "" if chosen is None else chosen["type"]
    return page(
        request,
        "findings/correction.html",
        status=400 if faults else 200,
        principal=principal,
        authority=authority_words(about.authority),
        about=about,
        facts=list(zip(about.standing, statements_of(about.standing), strict=True)),
        chosen=chosen,
        worded=None if chosen is None else statements_of([chosen])[0],
        outvoted=None if about.outvoted is None else statements_of([about.outvoted])[0],
        fields=FIELDS.get(kind, ()),
        values=entered or ({} if chosen is None else values_of(kind, chosen["data"])),
        given=entered or {},
        has_place=kind in ("care.admission.v1", "care.placement-move.v1"),
        keep=KEEP,
        drop=DROP,
        faults=faults or [],
        longest_reason=LONGEST_REASON,
        correction_request=(entered or {}).get("request") or uuid4(),
    )
