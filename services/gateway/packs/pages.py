"""The pages of frozen packs: the list by month end, a pack, its breakdowns, its re-run, and freezing with a confirm.

What is on them is worded in `views.py`; all of it can be read and done without a script.
"""

from datetime import date
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from holdfast.contracts.packs import LONGEST_NOTE, PackTold
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime.http import Problem
from services.gateway.packs.api import (
    PACKS_AT_ONCE,
    Cursor,
    Freezer,
    Wish,
    frozen,
    pack_of,
    packs_of,
    rerun_of,
    targets_on,
)
from services.gateway.packs.views import cells_shown, difference_shown, freezer_words, whole_shown
from services.gateway.parts import Made
from services.gateway.people.access import Reader
from services.gateway.presentation import authority_words, words
from services.gateway.settledness.settled import months_settled
from services.gateway.templating import page

router = APIRouter(prefix="/authorities/{authority}/packs", include_in_schema=False)

# How far back a month end is offered; any other can be named in the address.
_MONTHS_OFFERED = 24


@router.get("")
async def listed(request: Request, authority: str, principal: Reader, parts: Made, cursor: Cursor = None) -> Response:
    """The packs by month end, the latest first."""
    asked = {"limit": str(PACKS_AT_ONCE)} | ({"cursor": cursor} if cursor else {})
    found = await packs_of(parts, principal, authority, asked)
    today = parts.clock.today()
    offered = [date.fromordinal(day) for day in reversed(month_ends_to(today.toordinal(), _MONTHS_OFFERED))]
    return page(
        request,
        "packs/list.html",
        principal=principal,
        authority=authority_words(authority),
        months=[(month_end, list(packs)) for month_end, packs in groupby(found.packs, lambda pack: pack.month_end)],
        by=freezer_words,
        offered=offered,
        # A month that ends today is not over.
        latest=next(day for day in offered if day < today),
        next=found.next,
    )


@router.get("/freeze")
async def ask(
    request: Request, authority: str, principal: Freezer, parts: Made, month_end: Annotated[date, Query()]
) -> Response:
    """What freezing a month end would do, to be confirmed."""
    held = (await packs_of(parts, principal, authority, {"month_end": month_end.isoformat(), "limit": "1"})).packs
    settled = months_settled(await parts.settled.of(principal, authority, parts.clock.today()))
    return page(
        request,
        "packs/freeze.html",
        principal=principal,
        authority=authority_words(authority),
        month_end=month_end,
        last=held[0] if held else None,
        by=freezer_words,
        settled=next((month.sentence for month in settled if month.on == month_end), ""),
        targets=len(targets_on(parts, authority, month_end)),
        # Sent twice, the form makes one pack.
        name=uuid4(),
        longest_note=LONGEST_NOTE,
    )


@router.post("/freeze")
async def freeze(
    authority: str,
    principal: Freezer,
    parts: Made,
    month_end: Annotated[date, Form()],
    pack: Annotated[UUID, Form()],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Freeze it, and lead to the pack."""
    await frozen(parts, principal, authority, Wish(month_end, note, pack))
    return RedirectResponse(f"/authorities/{authority}/packs/{pack}", 303)


@router.get("/{pack}")
async def one(request: Request, authority: str, pack: UUID, principal: Reader, parts: Made) -> Response:
    """A pack: who froze what and when, and the figures of the whole with their colours."""
    told = await pack_of(parts, principal, authority, pack)
    return page(
        request,
        "packs/pack.html",
        principal=principal,
        authority=authority_words(authority),
        **_head(told),
        groups=whole_shown(told),
    )


@router.get("/{pack}/indicators/{indicator}")
async def cells(
    request: Request, authority: str, pack: UUID, indicator: str, principal: Reader, parts: Made
) -> Response:
    """The breakdowns of one indicator of a pack."""
    told = await pack_of(parts, principal, authority, pack)
    groups = cells_shown(told, indicator)
    if not groups:
        raise Problem(404, "no-such-figure", "The pack has no breakdowns of this indicator")
    return page(
        request,
        "packs/indicator.html",
        principal=principal,
        authority=authority_words(authority),
        **_head(told),
        indicator=indicator,
        words=words(indicator),
        is_flow=indicator in INDICATORS and INDICATORS[indicator].kind == "flow",
        groups=groups,
    )


@router.get("/{pack}/rerun")
async def rerun(request: Request, authority: str, pack: UUID, principal: Reader, parts: Made) -> Response:
    """The pack's data cut folded again, now."""
    again = await rerun_of(parts, principal, authority, pack)
    return page(
        request,
        "packs/rerun.html",
        principal=principal,
        authority=authority_words(authority),
        **_head(PackTold(again.pack, {}, [])),
        rerun=again,
        is_fault=any(each.cause == "fault" for each in again.differences),
        differences=[difference_shown(each) for each in again.differences],
        now=parts.clock.instant(),
    )


def _head(told: PackTold) -> dict[str, Any]:
    return {
        "pack": told.pack,
        "by": freezer_words(told.pack),
        "here": f"/authorities/{told.pack.authority}/packs/{told.pack.pack}",
        "targets": len(told.targets),
    }
