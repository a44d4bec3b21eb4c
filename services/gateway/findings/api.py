"""Findings for machines: what does not add up, which figures hang on it, decisions, and the file to mend from.

All of it is the register's. Who may decide is settled here and there; names of people are put in on the pages alone.
"""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from holdfast.contracts.findings import Allowed, AllowedWanted, DecisionWanted, FindingsTold, FindingTold
from holdfast.indicators.data_note import DataNote
from holdfast.runtime.http import Problem
from holdfast.runtime.openapi import answer, file_answer, json_body, text_answer
from services.gateway.api.bodies import body_as, cacheable
from services.gateway.api.document import REGISTER, answered
from services.gateway.api.paging import paged, pages_of
from services.gateway.api.parameters import Authority, Child, FindingsAsked, FindingsFileAsked, Named, NoteAsked
from services.gateway.api.parameters import given as given_in
from services.gateway.domain import Principal
from services.gateway.findings import examples
from services.gateway.findings.files import csv_of, xlsx_of
from services.gateway.neighbours.register import Parameters
from services.gateway.parts import Made, Parts
from services.gateway.people.access import allowed_to
from services.gateway.workbook import CSV, XLSX, as_file

router = APIRouter(prefix="/api/authorities/{authority}", tags=["findings"])

Finder = Annotated[Principal, Depends(allowed_to("findings"))]
Decider = Annotated[Principal, Depends(allowed_to("decisions"))]
Allower = Annotated[Principal, Depends(allowed_to("corrections_allowed"))]

# As many as the register answers with at once, and as many times as a file asks for more.
FINDINGS_AT_ONCE = 200
MOST_PAGES = 25
_PROBLEMS = (*REGISTER, "no-such-finding")


@router.get(
    "/findings",
    summary="What does not add up, and what hangs on it",
    responses=answered(
        {200: answer("A page of findings", FindingsTold, examples.LISTED, etag=True, pages=True)}, *_PROBLEMS
    ),
)
async def findings(
    authority: Authority, request: Request, principal: Finder, parts: Made, given: Annotated[FindingsAsked, Query()]
) -> Response:
    """A page of what does not add up: by `status`, `code`, `source` and `child`, with what hangs on each."""
    asked = given_in(given)
    body = await parts.register.explained(principal, authority, "findings", asked)
    return paged(request, body, asked)


@router.get(
    "/findings.csv",
    summary="What to mend in the case system, as a flat file",
    responses=answered(
        {200: text_answer("A line a finding", "text/csv", examples.FINDINGS_CSV)}, *_PROBLEMS, "too-many-findings"
    ),
)
async def findings_csv(
    authority: Authority, principal: Finder, parts: Made, given: Annotated[FindingsFileAsked, Query()]
) -> Response:
    """The list *to mend in the case system* as a flat file, a line a finding."""
    told = await all_findings(parts, principal, authority, given_in(given))
    return _file(csv_of(told), CSV, told, "csv")


@router.get(
    "/findings.xlsx",
    summary="What to mend in the case system, as a workbook",
    responses=answered({200: file_answer("The workbook", XLSX)}, *_PROBLEMS, "too-many-findings"),
)
async def findings_xlsx(
    authority: Authority, principal: Finder, parts: Made, given: Annotated[FindingsFileAsked, Query()]
) -> Response:
    """The same as a workbook: a cover, notes, the findings, and the figures that hang on them."""
    told = await all_findings(parts, principal, authority, given_in(given))
    return _file(xlsx_of(told), XLSX, told, "xlsx")


@router.get(
    "/data-note",
    summary="A drafted note on moves that moved nothing",
    responses=answered({200: answer("The note", DataNote, examples.NOTE, etag=True)}, *REGISTER, "no-such-day"),
)
async def data_note(
    authority: Authority, request: Request, principal: Finder, parts: Made, given: Annotated[NoteAsked, Query()]
) -> Response:
    """A drafted note on moves to the placement a child was in already, `over` the `year` or `month` that `on` is in."""
    return cacheable(request, msgspec.json.encode(await note_of(parts, principal, authority, given_in(given))))


@router.get(
    "/data-note.txt",
    summary="The paragraph of the drafted note",
    responses=answered({200: text_answer("The paragraph", "text/plain", examples.NOTE_TEXT)}, *REGISTER, "no-such-day"),
)
async def data_note_text(
    authority: Authority, principal: Finder, parts: Made, given: Annotated[NoteAsked, Query()]
) -> Response:
    """The paragraph alone."""
    note = await note_of(parts, principal, authority, given_in(given))
    return Response(f"{note.text}\n", media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@router.get(
    "/findings/{child}/{finding}",
    summary="One finding with its history",
    responses=answered({200: answer("The finding", FindingTold, examples.TOLD)}, *REGISTER, "unknown-finding"),
)
async def finding(authority: Authority, child: Child, finding: Named, principal: Finder, parts: Made) -> Response:
    """One finding: what hangs on it, what it rests on, and every decision on it, the first first."""
    return _private(await parts.register.explained(principal, authority, _path(child, finding), {}, "finding"))


@router.post(
    "/findings/{child}/{finding}/decisions",
    summary="Decide on a finding, with a reason",
    responses=answered(
        {200: answer("The finding with the decision", FindingTold, examples.TOLD)},
        *REGISTER,
        "unknown-finding",
        "not-your-role",
    ),
    openapi_extra=json_body(DecisionWanted, examples.DECISION),
)
async def decide(
    authority: Authority, child: Child, finding: Named, request: Request, principal: Decider, parts: Made
) -> Response:
    """Decide on a finding, with a reason: `accepted`, `asked`, `mended` or `reopened`. Answers the finding anew."""
    return _private(
        await decided(parts, principal, authority, (child, finding), await body_as(request, DecisionWanted))
    )


@router.get(
    "/corrections-allowed",
    summary="Whether stewards may correct",
    responses=answered({200: answer("Whether, and who said so", Allowed, examples.ALLOWED)}, *REGISTER),
)
async def corrections_allowed(
    authority: Authority, principal: Annotated[Principal, Depends(allowed_to("children"))], parts: Made
) -> Response:
    """Whether stewards may correct what systems have stated, and who said so."""
    return _private(await parts.register.explained(principal, authority, "corrections-allowed", {}))


@router.put(
    "/corrections-allowed",
    summary="Let stewards correct, or no longer",
    responses=answered({200: answer("As it is now", Allowed, examples.ALLOWED)}, *REGISTER, "not-your-role"),
    openapi_extra=json_body(AllowedWanted, examples.ALLOWED_WANTED),
)
async def allow_corrections(authority: Authority, request: Request, principal: Allower, parts: Made) -> Response:
    """Let stewards correct what systems have stated, or no longer: a manager's to say."""
    wanted = await body_as(request, AllowedWanted)
    return _private(await allowed(parts, principal, authority, wanted))


def asked_for(given: Mapping[str, str]) -> Parameters:
    """The parameters of a list that the register takes."""
    return {name: given[name] for name in FindingsAsked.model_fields if given.get(name)}


async def note_of(parts: Parts, principal: Principal, authority: str, given: Mapping[str, str]) -> DataNote:
    """The drafted data note."""
    asked = {name: given[name] for name in ("on", "over") if given.get(name)}
    answer = await parts.register.explained(principal, authority, "data-note", asked)
    return msgspec.json.decode(answer, type=DataNote)


async def findings_of(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> FindingsTold:
    """A page of findings."""
    answer = await parts.register.explained(principal, authority, "findings", asked)
    return msgspec.json.decode(answer, type=FindingsTold)


async def all_findings(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> FindingsTold:
    """Every page as one; raises Problem 413 where there are more findings than a file takes."""
    pages = await pages_of(partial(findings_of, parts, principal, authority), asked, FINDINGS_AT_ONCE, MOST_PAGES)
    if pages[-1].next is not None:
        raise Problem(
            413, "too-many-findings", f"A file takes {MOST_PAGES * FINDINGS_AT_ONCE:,} findings at most: ask by code"
        )
    return msgspec.structs.replace(pages[0], findings=[one for page in pages for one in page.findings], next=None)


async def finding_of(parts: Parts, principal: Principal, authority: str, named: tuple[str, str]) -> FindingTold:
    """One finding, by child and name."""
    answer = await parts.register.explained(principal, authority, _path(*named), {}, "finding")
    return msgspec.json.decode(answer, type=FindingTold)


async def decided(
    parts: Parts, principal: Principal, authority: str, named: tuple[str, str], wanted: DecisionWanted
) -> bytes:
    """Keep a decision; the finding anew."""
    what = f"{_path(*named)}/decisions"
    return await parts.register.told(principal, authority, "POST", what, "decision on a finding", wanted)


async def allowed(parts: Parts, principal: Principal, authority: str, wanted: AllowedWanted) -> bytes:
    """Say whether stewards may correct."""
    what = "corrections-allowed"
    return await parts.register.told(principal, authority, "PUT", what, "corrections by stewards", wanted)


def _path(child: str, finding: str) -> str:
    return f"findings/{child}/{finding}"


def _private(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _file(body: bytes, media_type: str, told: FindingsTold, ending: str) -> Response:
    return as_file(body, media_type, f"to-mend-{told.authority}-{told.on.isoformat()}.{ending}")
