"""The pages of children: those behind a figure, and a child's journey. What is on it is worded in `journeys.py`."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from holdfast.contracts.figures import WHOLE, Period, breakdown_of
from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime.http import Problem
from services.gateway.api.parameters import refuse_unknown
from services.gateway.children.journeys import account
from services.gateway.domain import Principal
from services.gateway.parts import Made
from services.gateway.people.access import allowed_to
from services.gateway.people.authors import names_of
from services.gateway.presentation import PERIODS, authority_words, breakdown_words, day_words, words
from services.gateway.templating import page

router = APIRouter(include_in_schema=False)

MOST_CHILDREN_SHOWN = 2000
Nearer = Annotated[Principal, Depends(allowed_to("children"))]


@router.get("/authorities/{authority}/indicators/{indicator}/children")
async def children(
    request: Request,
    authority: str,
    indicator: str,
    principal: Nearer,
    parts: Made,
    on: Annotated[date | None, Query()] = None,
    breakdown: Annotated[str, Query()] = WHOLE,
    period: Annotated[Period | None, Query()] = None,
) -> Response:
    """The children who make up a figure, by pseudonym, as the register has them."""
    refuse_unknown(indicator)
    if breakdown != WHOLE and breakdown not in map(str, BREAKDOWNS):
        raise Problem(404, "unknown-breakdown", "There is no breakdown of this name")
    stock = INDICATORS[indicator].kind == "stock"
    chosen: Period = "on" if stock else (period or "month")
    if stock != (chosen == "on") and period is not None:
        raise Problem(404, "no-such-figure", "This indicator has no figure over such a period")
    day = on or parts.clock.today()
    asked = {"indicator": indicator, "on": day.isoformat(), "breakdown": breakdown, "period": chosen}
    found = await parts.register.children(principal, authority, asked)
    numerator, denominator = found["numerator"], found.get("denominator") or []
    counted = set(numerator)
    others = [child for child in denominator if child not in counted]
    return page(
        request,
        "children/list.html",
        principal=principal,
        authority=authority_words(authority),
        indicator=indicator,
        words=words(indicator),
        on=day,
        period=chosen,
        period_words=PERIODS[chosen],
        cell=breakdown_words(breakdown) if breakdown_of(breakdown) else "",
        numerator=numerator[:MOST_CHILDREN_SHOWN],
        others=others[:MOST_CHILDREN_SHOWN],
        counts=(len(numerator), len(others)),
        most=MOST_CHILDREN_SHOWN,
    )


@router.get("/authorities/{authority}/children/{child}")
async def child(request: Request, authority: str, child: str, principal: Nearer, parts: Made) -> Response:
    """A child's journey, with every statement behind it."""
    if not (len(child) == 26 and child.isascii() and child.isalnum() and child == child.lower()):
        raise Problem(404, "unknown-child", "No child is known by this name")
    journey = account(await parts.register.journey(principal, authority, child, {}), parts.clock.today())
    return page(
        request,
        "children/child.html",
        principal=principal,
        authority=authority_words(authority),
        child=child,
        journey=journey,
        names=await names_of(parts, [one.statedby for one in journey.statements if one.statedby]),
        today=day_words(parts.clock.today()),
    )
