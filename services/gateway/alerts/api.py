"""Alerts as JSON, and the webhooks that they are sent to. Who may ask is `people/access.py`'s to say."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.alerts import Alert
from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.openapi import answer, json_body
from services.gateway.alerts import examples
from services.gateway.alerts.addresses import Unusable, check_url
from services.gateway.alerts.store import Webhook
from services.gateway.alerts.webhooks import new_secret
from services.gateway.api.bodies import body_as
from services.gateway.api.document import answered
from services.gateway.api.parameters import Authority
from services.gateway.domain import Principal
from services.gateway.parts import Made
from services.gateway.people.access import allowed_to

router = APIRouter(prefix="/api/authorities/{authority}", tags=["figures"])

MOST_WEBHOOKS = 10

Caller = Annotated[Principal, Depends(allowed_to("webhooks"))]


@router.get(
    "/alerts",
    summary="The state of each alert",
    responses=answered({200: answer("The latest said last", list[Alert], examples.ALERTS)}),
)
async def alerts(authority: Authority, _: Annotated[Principal, Depends(allowed_to("alerts"))], parts: Made) -> Response:
    """The state of each of an authority's alerts, the latest said last."""
    return json_response([held.alert for held in parts.alerts.newer_than(authority, -1)])


class WebhookWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Where alerts are to be sent."""

    url: str


class WebhookMade(Struct, frozen=True):
    """A webhook that was registered; `secret` signs what is sent to it, and is told this once."""

    id: UUID
    url: str
    secret: str


WebhookNamed = Annotated[
    UUID, Path(description="The id of a webhook, as the list has it", examples=[examples.WEBHOOK_MADE["id"]])
]


@router.get(
    "/webhooks",
    summary="Where alerts are sent, and how that goes",
    responses=answered({200: answer("The oldest first", list[Webhook], examples.WEBHOOKS)}),
)
async def webhooks(authority: Authority, _: Caller, parts: Made) -> Response:
    """An authority's webhooks, with how their deliveries stand; never their secrets."""
    return json_response(await parts.deliveries.webhooks(authority))


@router.post(
    "/webhooks",
    status_code=201,
    summary="Register a webhook for alerts",
    responses=answered(
        {201: answer("The webhook with its secret", WebhookMade, examples.WEBHOOK_MADE)},
        "unusable-address",
        "too-many-webhooks",
    ),
    openapi_extra=json_body(WebhookWanted, examples.WEBHOOK_WANTED),
)
async def register_webhook(authority: Authority, request: Request, principal: Caller, parts: Made) -> Response:
    """Register a webhook for what is said from now on; answers its signing secret, this once."""
    wanted = await body_as(request, WebhookWanted)
    try:
        check_url(wanted.url, demonstration=parts.settings.demonstration)
    except Unusable as error:
        raise Problem(400, "unusable-address", str(error)) from error
    if len(await parts.deliveries.webhooks(authority)) >= MOST_WEBHOOKS:
        raise Problem(409, "too-many-webhooks", f"An authority has {MOST_WEBHOOKS} webhooks at most: delete one first")
    webhook_id, secret = uuid4(), new_secret()
    await parts.deliveries.register(
        webhook_id,
        authority,
        wanted.url,
        parts.seal.close(webhook_id, secret),
        principal.id,
        parts.alerts.generation,
        parts.alerts.next_offset,
    )
    return json_response(WebhookMade(webhook_id, wanted.url, secret), 201)


@router.delete(
    "/webhooks/{webhook}",
    status_code=204,
    summary="Send nothing more to a webhook",
    responses=answered({204: {"description": "Nothing more is sent to it"}}, "unknown-webhook"),
)
async def remove_webhook(authority: Authority, webhook: WebhookNamed, _: Caller, parts: Made) -> Response:
    """Send nothing more to a webhook."""
    if not await parts.deliveries.remove(authority, webhook):
        raise Problem(404, "unknown-webhook", "The authority has no such webhook")
    return Response(status_code=204)
