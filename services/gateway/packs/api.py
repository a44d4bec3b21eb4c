"""Frozen packs for machines: list, freeze, one with its figures, its re-run, and files. They are kept by the register.

The targets in force on the month end are ours to add when a pack is frozen.
"""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.packs import Note, PackList, PackTold, PackWanted, Rerun
from holdfast.contracts.targets import Target
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.rating import target_in_force
from holdfast.runtime.openapi import answer, file_answer, json_body, text_answer
from services.gateway.api.bodies import body_as, cacheable
from services.gateway.api.document import REGISTER, answered
from services.gateway.api.paging import leading_on
from services.gateway.api.parameters import PACK, Authority
from services.gateway.domain import Principal
from services.gateway.neighbours.register import Parameters
from services.gateway.packs import examples
from services.gateway.packs.files import pack_csv, pack_xlsx
from services.gateway.parts import Made, Parts
from services.gateway.people.access import Reader, allowed_to
from services.gateway.workbook import CSV, XLSX, as_file

router = APIRouter(prefix="/api/authorities/{authority}/packs", tags=["packs"])

Freezer = Annotated[Principal, Depends(allowed_to("packs"))]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^\d{1,9}$", description="`next` of the page before; none asks for the first", examples=["200"]),
]
PackName = Annotated[UUID, Path(description="The name of a pack, as the list has it", examples=[PACK])]
PACKS_AT_ONCE = 200


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be frozen. With a `pack` of the asker's own, a UUID, asking again makes no second one."""

    month_end: date
    note: Note = ""
    pack: UUID | None = None


@router.get(
    "",
    summary="Frozen packs, the latest month end first",
    responses=answered({200: answer("A page of packs", PackList, examples.LISTED, etag=True, pages=True)}, *REGISTER),
)
async def listed(
    authority: Authority,
    request: Request,
    principal: Reader,
    parts: Made,
    month_end: Annotated[date | None, Query(description="Of this month end", examples=["2017-06-30"])] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="So many a page at most", examples=[50])] = PACKS_AT_ONCE,
) -> Response:
    """A page of the authority's packs, the latest month end first, without their figures."""
    asked = {"limit": str(limit)} | ({"month_end": month_end.isoformat()} if month_end else {})
    body = await _asked(parts, principal, authority, "packs", asked | ({"cursor": cursor} if cursor else {}))
    return leading_on(cacheable(request, body), request, asked, msgspec.json.decode(body, type=PackList).next)


@router.post(
    "",
    status_code=201,
    summary="Freeze a month end",
    responses=answered(
        {201: answer("The pack, at the address in `Location`", PackTold, examples.TOLD)},
        *REGISTER,
        "no-such-month-end",
        "another-pack",
        "frozen-meanwhile",
        "nothing-to-freeze",
        "too-many-packs",
    ),
    openapi_extra=json_body(Wish, examples.WISH),
)
async def freeze(authority: Authority, request: Request, principal: Freezer, parts: Made) -> Response:
    """Freeze a month end with the targets in force on it; a month end that was frozen before is superseded."""
    wish: Wish = await body_as(request, Wish)
    body = await frozen(parts, principal, authority, wish)
    name = msgspec.json.decode(body, type=PackTold).pack.pack
    return Response(body, 201, media_type="application/json", headers={"Location": f"{request.url.path}/{name}"})


@router.get(
    "/{pack}",
    summary="A pack with every figure",
    responses=answered({200: answer("The pack", PackTold, examples.TOLD, etag=True)}, *REGISTER, "no-such-pack"),
)
async def one(authority: Authority, pack: PackName, request: Request, principal: Reader, parts: Made) -> Response:
    """A pack: what it was made from, its targets, and every figure in all breakdowns and periods."""
    return cacheable(request, await _asked(parts, principal, authority, f"packs/{pack}"))


@router.get(
    "/{pack}/rerun",
    summary="A pack folded again: whether it comes to the same",
    responses=answered({200: answer("What it came to", Rerun, examples.RERUN, etag=True)}, *REGISTER, "no-such-pack"),
)
async def rerun(authority: Authority, pack: PackName, request: Request, principal: Reader, parts: Made) -> Response:
    """The pack's data cut folded again by its definitions: the same, or what differs and by what cause."""
    return cacheable(request, await _asked(parts, principal, authority, f"packs/{pack}/rerun"))


@router.get(
    "/{pack}/figures.csv",
    summary="A pack as a flat file",
    responses=answered(
        {200: text_answer("A line a figure", "text/csv", examples.FIGURES_CSV)}, *REGISTER, "no-such-pack"
    ),
)
async def figures_csv(authority: Authority, pack: PackName, principal: Reader, parts: Made) -> Response:
    """Every figure of a pack as a flat file, a line a figure."""
    told = await pack_of(parts, principal, authority, pack)
    return as_file(pack_csv(told), CSV, _file_name(told, "csv"))


@router.get(
    "/{pack}/figures.xlsx",
    summary="A pack as a workbook",
    responses=answered({200: file_answer("The workbook", XLSX)}, *REGISTER, "no-such-pack"),
)
async def figures_xlsx(authority: Authority, pack: PackName, principal: Reader, parts: Made) -> Response:
    """A pack as a workbook: a cover, notes, the figures of the whole, the breakdowns and the targets, a sheet each."""
    told = await pack_of(parts, principal, authority, pack)
    return as_file(pack_xlsx(told), XLSX, _file_name(told, "xlsx"))


async def frozen(parts: Parts, principal: Principal, authority: str, wish: Wish) -> bytes:
    """Freeze it; the pack as JSON."""
    wanted = PackWanted(
        pack=wish.pack or uuid4(),
        month_end=wish.month_end,
        targets=targets_on(parts, authority, wish.month_end),
        note=wish.note.strip(),
        shown_as=principal.shown_as,
    )
    return await parts.register.told(principal, authority, "POST", "packs", "freezing", wanted)


def targets_on(parts: Parts, authority: str, day: date) -> dict[str, Target]:
    """The targets in force on a day, by indicator."""
    found = {code: target_in_force(parts.targets.of(authority, code)[1], day) for code in INDICATORS}
    return {code: target for code, target in found.items() if target is not None}


async def packs_of(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> PackList:
    """A page of packs."""
    return msgspec.json.decode(await _asked(parts, principal, authority, "packs", asked), type=PackList)


async def pack_of(parts: Parts, principal: Principal, authority: str, pack: UUID) -> PackTold:
    """A pack."""
    return msgspec.json.decode(await _asked(parts, principal, authority, f"packs/{pack}"), type=PackTold)


async def rerun_of(parts: Parts, principal: Principal, authority: str, pack: UUID) -> Rerun:
    """A pack folded again."""
    return msgspec.json.decode(await _asked(parts, principal, authority, f"packs/{pack}/rerun"), type=Rerun)


async def _asked(
    parts: Parts, principal: Principal, authority: str, what: str, parameters: Parameters | None = None
) -> bytes:
    return await parts.register.explained(principal, authority, what, parameters or {}, "packs")


def _file_name(told: PackTold, ending: str) -> str:
    return f"pack-{told.pack.authority}-{told.pack.month_end.isoformat()}-{told.pack.number}.{ending}"
