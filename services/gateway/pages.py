"""The pages of an authority: scorecard, indicator, the children behind a figure, a child's journey; and the stream.

Every page can be read without a script. What is on it is worded in `views.py` and `journeys.py`.
"""

from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from holdfast.contracts.authorities import authorities
from holdfast.contracts.figures import WHOLE, Period, Reading, breakdown_of
from holdfast.contracts.targets import Target
from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.parts import is_broken_down
from holdfast.indicators.values import printed
from holdfast.runtime.http import Problem
from services.gateway.access import allowed_to
from services.gateway.api import Made, Reader
from services.gateway.authors import names_of
from services.gateway.benchmarks import benchmark_rows, benchmarks_of
from services.gateway.domain import Principal
from services.gateway.figures import Held
from services.gateway.journeys import account
from services.gateway.parity_words import in_words
from services.gateway.parts import Parts
from services.gateway.presentation import (
    PERIODS,
    breakdown_words,
    day_words,
    groups,
    instant_words,
    published_words,
    words,
)
from services.gateway.settledness import months_settled
from services.gateway.templating import page, render
from services.gateway.views import (
    Tile,
    cell_groups,
    large_tile,
    month_rows,
    tile,
)

router = APIRouter(include_in_schema=False)

MOST_CHILDREN_SHOWN = 2000
Nearer = Annotated[Principal, Depends(allowed_to("children"))]


@router.get("/live")
async def live(
    request: Request, authority: str, principal: Reader, parts: Made, view: Annotated[str, Query()] = ""
) -> Response:
    """An authority's figures as they are said; with `view=scorecard` as the tiles of its page."""
    make = (lambda held: _tile_event(parts, held)) if view == "scorecard" else None
    return parts.live.stream(request, authority, lambda: parts.access.still(principal), make)


def _tile_event(parts: Parts, held: Held) -> bytes:
    made = _tile(parts, held)
    # A rate of residents that nobody has estimated has no place on the page.
    if made is None:
        return b""
    return msgspec.json.encode(
        {
            "indicator": made.indicator,
            "as_at": instant_words(made.as_at),
            "sentence": made.sentence,
            "html": render("tile.html", tile=made, hidden_behind_link=False),
        }
    )


def _tile(parts: Parts, held: Held) -> Tile | None:
    """None where there is no reading."""
    _, targets = parts.targets.of(held.head.authority, held.head.indicator)
    figure = held.figure()
    return tile(figure, targets) if figure.readings else None


@router.get("/authorities/{authority}")
async def scorecard(request: Request, authority: str, principal: Reader, parts: Made) -> Response:
    """The scorecard of an authority."""
    held = parts.figures.of(authority).held
    shown = {code: made for (code, cell), one in held.items() if cell == WHOLE and (made := _tile(parts, one))}
    parted = {name: [shown[code] for code in codes if code in shown] for name, codes in groups().items()}
    return page(
        request,
        "scorecard.html",
        principal=principal,
        authority=authority_words(authority),
        groups={name: tiles for name, tiles in parted.items() if tiles},
        as_at=max((made.as_at for made in shown.values()), default=""),
        alerts=_alerts(parts, authority),
        parity=in_words(found) if (found := parts.parity.of(authority)) else "",
        today=parts.clock.today(),
        settled=months_settled(await parts.settled.of(principal, authority, parts.clock.today())) if shown else [],
    )


@router.get("/authorities/{authority}/alerts")
async def alerts(authority: str, _: Annotated[Principal, Depends(allowed_to("alerts"))], parts: Made) -> Response:
    """The alerts standing now, as the part of the scorecard that shows them."""
    text = render("alerts.html", alerts=_alerts(parts, authority), authority=authority_words(authority))
    return Response(text, media_type="text/html", headers={"Cache-Control": "no-store"})


def _alerts(parts: Parts, authority: str) -> list[dict[str, Any]]:
    found = []
    for alert in parts.alerts.raised(authority):
        evidence = alert.evidence
        reading = evidence.reading
        found.append(
            {
                "indicator": evidence.indicator,
                "title": words(evidence.indicator).title,
                "reading": _ratio(reading, words(evidence.indicator).per, evidence.target),
                "on": evidence.on,
                "since": alert.since,
            }
        )
    return found


def _ratio(reading: Reading, per: int, target: Target) -> str:
    if not reading.denominator:
        return ""
    return f"{printed(reading, per, target)} ({reading.numerator:,} of {reading.denominator:,})"


def authority_words(code: str) -> dict[str, str]:
    """An authority's code and name."""
    held = authorities().get(code)
    return {"code": code, "name": held.name if held else code}


@router.get("/authorities/{authority}/indicators/{indicator}")
async def indicator(request: Request, authority: str, indicator: str, principal: Reader, parts: Made) -> Response:
    """One indicator: today, its month ends, its breakdowns, and what is to come if nothing further is said."""
    _known(indicator)
    state = parts.figures.of(authority).held
    cells = {cell: held.figure() for (code, cell), held in state.items() if code == indicator}
    if WHOLE not in cells or not cells[WHOLE].readings:
        raise Problem(
            404, "no-figure-yet", "There is no figure of this indicator yet", "It comes with the first events."
        )
    place, held = authority_words(authority), benchmarks_of(authority, indicator)
    version, targets = parts.targets.of(authority, indicator)
    figure = cells[WHOLE]
    settled = months_settled(await parts.settled.of(principal, authority, parts.clock.today()))
    return page(
        request,
        "indicator.html",
        principal=principal,
        authority=place,
        tile=large_tile(figure, targets),
        narrow_chart=tile(figure, targets).chart,
        month_ends=list(reversed(month_rows(figure.month_ends, indicator, targets))),
        settled={month.on: month for month in settled if month.said},
        ahead=month_rows(figure.ahead, indicator, targets),
        groups=cell_groups(cells, indicator),
        # Of the residents no child is told of: neither those behind a rate nor which cell they would be in.
        of_children=is_broken_down(indicator),
        benchmarks=benchmark_rows(held, place["name"]) if held else [],
        year_ending=date(held.year, 3, 31) if held else None,
        published=published_words(indicator),
        definitions=figure.definitions,
        read_to=figure.read_to,
        on=figure.as_at,
        targets=targets,
        version=version,
    )


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
    _known(indicator)
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
        "children.html",
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
        "child.html",
        principal=principal,
        authority=authority_words(authority),
        child=child,
        journey=journey,
        names=await names_of(parts, [one.statedby for one in journey.statements if one.statedby]),
        today=day_words(parts.clock.today()),
    )


def _known(indicator: str) -> None:
    if indicator not in INDICATORS:
        raise Problem(404, "unknown-indicator", "There is no indicator of this name")
