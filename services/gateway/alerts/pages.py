"""The alerts standing now, as the part of the scorecard that shows them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from holdfast.contracts.figures import Reading
from holdfast.contracts.targets import Target
from holdfast.indicators.values import printed
from services.gateway.domain import Principal
from services.gateway.parts import Made, Parts
from services.gateway.people.access import allowed_to
from services.gateway.presentation import authority_words, words
from services.gateway.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/authorities/{authority}/alerts")
async def alerts(authority: str, _: Annotated[Principal, Depends(allowed_to("alerts"))], parts: Made) -> Response:
    """The alerts standing now, as the part of the scorecard that shows them."""
    text = render("alerts.html", alerts=standing(parts, authority), authority=authority_words(authority))
    return Response(text, media_type="text/html", headers={"Cache-Control": "no-store"})


def standing(parts: Parts, authority: str) -> list[dict[str, Any]]:
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
