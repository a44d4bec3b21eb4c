"""What an operator sees: health, lag and counts. No figure, no child, no person."""

import asyncio
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Struct

from services.gateway.domain import Principal
from services.gateway.neighbours.neighbour import problem_in
from services.gateway.parity.words import in_words, is_well
from services.gateway.parts import Made, Parts
from services.gateway.people.access import allowed_to
from services.gateway.templating import page

router = APIRouter(include_in_schema=False)

Operator = Annotated[Principal, Depends(allowed_to("operations"))]


class Health(Struct, frozen=True):
    """How one process or topic is."""

    name: str
    well: bool
    says: str


@router.get("/operations")
async def operations(request: Request, principal: Operator, parts: Made) -> Response:
    """The operator's page."""
    neighbours = parts.settings.neighbours
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        services = await asyncio.gather(*(_ask(client, name, url) for name, url in neighbours.items()))
    topics = [
        Health(follower.topic, follower.fault() is None, follower.fault() or f"{follower.lag:,} records to read")
        for follower in parts.followers
    ]
    pending, _ = await parts.deliveries.pending()
    return page(
        request,
        "operations.html",
        principal=principal,
        services=[Health("gateway", True, "answering"), *services],
        topics=topics,
        parity=[Health(authority, is_well(found), in_words(found)) for authority, found in parts.parity.all().items()],
        counts=_counts(parts, pending),
        now=parts.clock.instant(),
    )


def _counts(parts: Parts, pending: int) -> list[tuple[str, int]]:
    held = parts.figures.counts()
    return [
        ("Authorities with figures", held["authorities"]),
        ("Figures in memory", held["figures"]),
        ("Live streams open", len(parts.live)),
        ("Returns being imported", len(parts.uploads)),
        ("Webhook deliveries to be made", pending),
    ]


async def _ask(client: httpx.AsyncClient, name: str, url: str) -> Health:
    try:
        answer = await client.get(f"{url}/readyz")
    except httpx.HTTPError:
        return Health(name, False, "not answering")
    if answer.is_success:
        return Health(name, True, "ready")
    return Health(name, False, f"not ready: {problem_in(answer).get('title') or answer.status_code}")
