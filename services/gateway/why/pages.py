"""The pages of why a figure is what it is: its receipt, the bridge between two readings, and the months ahead.

What is asked for is read from the address alone, so that an address reopens what it showed. Wording is in templates.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from holdfast.contracts.authorities import authorities
from holdfast.contracts.figures import WHOLE, Reading, breakdown_of
from holdfast.indicators.calendar import LONDON
from holdfast.indicators.values import printed
from holdfast.runtime.http import Problem
from services.gateway.neighbours.register import Parameters
from services.gateway.parts import Made
from services.gateway.presentation import PERIODS, breakdown_words, day_words, words
from services.gateway.templating import page
from services.gateway.why.api import (
    LINES_AT_ONCE,
    Nearer,
    ReadingTold,
    What,
    ahead_of,
    asked_for,
    bridge_of,
    receipt_of,
)
from services.gateway.why.waterfall import waterfall

router = APIRouter(include_in_schema=False, prefix="/authorities/{authority}/indicators/{indicator}")


@router.get("/receipt")
async def receipt(authority: str, indicator: str, request: Request, principal: Nearer, parts: Made) -> Response:
    """The receipt of a figure."""
    asked = _asked("receipt", indicator, request.query_params)
    asked.setdefault("on", parts.clock.today().isoformat())
    told = await receipt_of(parts, principal, authority, asked | {"limit": str(LINES_AT_ONCE)})
    reading = Reading(told.period, told.numerator, told.denominator)
    return page(
        request,
        "why/receipt.html",
        principal=principal,
        authority=_authority(authority),
        receipt=told,
        words=words(indicator),
        value=printed(reading, words(indicator).per) or "No value",
        cell=_cell(told.breakdown),
        period=PERIODS[told.period],
        numerator=[line for line in told.lines if line.of == "numerator"],
        others=[line for line in told.lines if line.of == "denominator"],
        near=[line for line in told.lines if line.near],
        is_part=told.next is not None or "cursor" in asked,
    )


@router.get("/bridge")
async def bridge(authority: str, indicator: str, request: Request, principal: Nearer, parts: Made) -> Response:
    """The bridge between two readings: from the last month end to today, unless others are asked for.

    From a frozen pack it leads to today's reading of its own month end.
    """
    asked = _asked("bridge", indicator, _with_instants(request.query_params))
    today = parts.clock.today()
    if "first_pack" not in asked:
        asked.setdefault("first_on", _last_month_end(today).isoformat())
        if "second_pack" not in asked:
            asked.setdefault("second_on", today.isoformat())
    told = await bridge_of(parts, principal, authority, asked | {"limit": str(LINES_AT_ONCE)})
    has_pack = told.first.pack is not None or told.second.pack is not None
    names = (
        _reading_words(told.first, asked.get("first_known_at"), has_pack),
        _reading_words(told.second, asked.get("second_known_at"), has_pack),
    )
    drawn = [("Numerator" if told.denominator else words(indicator).counted.capitalize(), told.numerator)]
    drawn += [("Denominator", told.denominator)] if told.denominator else []
    return page(
        request,
        "why/bridge.html",
        principal=principal,
        authority=_authority(authority),
        bridge=told,
        words=words(indicator),
        names=names,
        cell=_cell(told.breakdown),
        period=PERIODS[told.period],
        parts=[(name, part, waterfall(part, *names, name)) for name, part in drawn],
        known=[_known_on(asked.get(f"{end}_known_at")) for end in ("first", "second")],
        clock=asked.get("clock", "recorded"),
        is_part=told.next is not None or "cursor" in asked,
    )


@router.get("/ahead")
async def ahead(authority: str, indicator: str, request: Request, principal: Nearer, parts: Made) -> Response:
    """The months ahead, who crosses when, and the room to the next band."""
    asked = _asked("ahead", indicator, request.query_params)
    asked.setdefault("on", parts.clock.today().isoformat())
    told = await ahead_of(parts, principal, authority, asked | {"limit": str(LINES_AT_ONCE)})
    said = words(indicator)
    rows = [
        (room, printed(room.reading, said.per) or "No value")
        for room in ([told.now] if told.now else []) + told.month_ends
    ]
    return page(
        request,
        "why/ahead.html",
        principal=principal,
        authority=_authority(authority),
        ahead=told.register,
        words=said,
        rows=rows,
        cell=_cell(told.register.breakdown),
        period=PERIODS[told.register.period],
        is_part=told.register.next is not None or "cursor" in asked,
    )


def _asked(what: What, indicator: str, given: Mapping[str, str]) -> Parameters:
    asked = asked_for(what, {**given, "indicator": indicator})
    asked.setdefault("breakdown", WHOLE)
    return asked


def _with_instants(given: Mapping[str, str]) -> dict[str, str]:
    """A form names a day that something was known by; an instant is the end of that day in London."""
    found = dict(given)
    for end in ("first", "second"):
        on = found.pop(f"{end}_known_on", "")
        if on:
            found[f"{end}_known_at"] = _end_of(on).isoformat()
    return found


def _end_of(day: str) -> datetime:
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Problem(400, "no-such-day", "A day is written as 2017-06-30") from error
    return datetime.combine(after, time(), LONDON) - timedelta(microseconds=1)


def _known_on(instant: str | None) -> str:
    return "" if instant is None else datetime.fromisoformat(instant).astimezone(LONDON).date().isoformat()


def _reading_words(told: ReadingTold, known_at: str | None, beside_pack: bool) -> str:
    if told.pack is not None:
        frozen = datetime.fromisoformat(told.pack.frozen_at).astimezone(LONDON).date()
        return f"{day_words(told.on)}, as frozen on {day_words(frozen)}"
    known = _known_on(known_at)
    if known:
        return f"{day_words(told.on)}, as known on {day_words(date.fromisoformat(known))}"
    return f"{day_words(told.on)}, as known now" if beside_pack else day_words(told.on)


def _last_month_end(today: date) -> date:
    return today.replace(day=1) - timedelta(days=1)


def _cell(breakdown: str) -> str:
    return breakdown_words(breakdown) if breakdown_of(breakdown) else ""


def _authority(code: str) -> dict[str, str]:
    held = authorities().get(code)
    return {"code": code, "name": held.name if held else code}
