"""The JSON that machines and pages read: figures, alerts, targets, webhooks. Who may ask is `access.py`'s to say."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import msgspec
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.alerts import Alert
from holdfast.contracts.figures import Row
from holdfast.contracts.targets import Target, Targets
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.openapi import answer, json_body
from services.gateway import figure_examples as examples
from services.gateway.access import allowed_to
from services.gateway.addresses import Unusable, check_url
from services.gateway.benchmarks import BenchmarksTold, benchmarks_of, benchmarks_told
from services.gateway.deliveries import Webhook
from services.gateway.described import CUT, answered
from services.gateway.domain import Principal
from services.gateway.memory import from_memory
from services.gateway.parameters import THREE, Authority, IndicatorNamed
from services.gateway.parts import Parts
from services.gateway.register import day_parameters
from services.gateway.targets import faults_of, publish
from services.gateway.webhooks import new_secret

router = APIRouter(prefix="/api/authorities/{authority}", tags=["figures"])

LARGEST_BODY_BYTES = 64 * 1024
MOST_WEBHOOKS = 10

Reader = Annotated[Principal, Depends(allowed_to("figures"))]
Analyst = Annotated[Principal, Depends(allowed_to("targets"))]
Caller = Annotated[Principal, Depends(allowed_to("webhooks"))]


def parts_of(request: Request) -> Parts:
    """What the gateway is made of."""
    held: Parts = request.app.state.parts
    return held


Made = Annotated[Parts, Depends(parts_of)]


@router.get(
    "/indicators",
    summary="Every figure on a day, also as it was known then",
    responses=answered({200: answer("A row for each figure", list[Row], examples.ROWS, etag=True)}, "no-offset", *CUT),
)
async def indicators(
    authority: Authority,
    request: Request,
    principal: Reader,
    parts: Made,
    on: Annotated[date | None, Query(description="The day; today unless one is named", examples=["2017-06-30"])] = None,
    breakdowns: Annotated[bool, Query(description="Whether every cell is wanted too", examples=[True])] = False,
    known_at: Annotated[
        datetime | None,
        Query(description="As known at this instant, with its offset", examples=["2017-07-10T09:00:00Z"]),
    ] = None,
    clock: Annotated[
        Literal["recorded", "received"] | None,
        Query(
            description="Known by when a source recorded it (unless said) or when it came here", examples=["received"]
        ),
    ] = None,
    read_to: Annotated[
        int | None, Query(ge=0, le=2**62, description="By the events read up to this offset", examples=[1284])
    ] = None,
) -> Response:
    """An authority's figures on a day as a list of rows: from memory where held, else as the register says.

    `known_at` by `clock`, `read_to` or both: as they were known then, and by the events read to that offset.
    """
    day = on or parts.clock.today()
    if known_at is None and clock is None and read_to is None:
        body = from_memory(parts.figures, authority, day, breakdowns=breakdowns)
        if body is not None:
            return cacheable(request, body)
    parameters = day_parameters(day, breakdowns=breakdowns)
    if known_at is not None:
        parameters["known_at"] = instant_text(known_at)
    if clock is not None:
        parameters["clock"] = clock
    if read_to is not None:
        parameters["read_to"] = str(read_to)
    return cacheable(request, msgspec.json.encode(await parts.register.rows(principal, authority, parameters)))


@router.get(
    "/benchmarks",
    summary="England's published figures beside an indicator",
    responses=answered(
        {200: answer("The published figures of a year", BenchmarksTold, examples.BENCHMARKS, etag=True)},
        "unknown-indicator",
        "no-benchmark",
    ),
)
async def benchmarks(
    authority: Authority,
    request: Request,
    _: Reader,
    indicator: Annotated[
        str,
        Query(
            min_length=1,
            description="The code of an indicator",
            examples=[THREE],
            json_schema_extra={"enum": sorted(INDICATORS)},
        ),
    ],
    year: Annotated[
        int | None, Query(description="The year in which the financial year ends, 31 March", examples=[2017])
    ] = None,
) -> Response:
    """England's published figures beside an indicator that equals one of them; the latest year unless one is named."""
    _known(indicator)
    held = benchmarks_of(authority, indicator, year)
    if held is None:
        raise Problem(404, "no-benchmark", "Nothing was published for that year that equals this indicator")
    return cacheable(request, msgspec.json.encode(benchmarks_told(indicator, held)))


def instant_text(instant: datetime) -> str:
    """An instant as the register takes it; raises Problem 400 where it has no offset."""
    if instant.tzinfo is None:
        raise Problem(400, "no-offset", "known_at is an instant with an offset, such as 2017-07-01T09:00:00Z")
    return instant.isoformat()


def cacheable(request: Request, body: bytes) -> Response:
    """The body with an ETag, or 304 where the reader has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    held = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.get(
    "/alerts",
    summary="The state of each alert",
    responses=answered({200: answer("The latest said last", list[Alert], examples.ALERTS)}),
)
async def alerts(authority: Authority, _: Annotated[Principal, Depends(allowed_to("alerts"))], parts: Made) -> Response:
    """The state of each of an authority's alerts, the latest said last."""
    return json_response([held.alert for held in parts.alerts.newer_than(authority, -1)])


@router.get(
    "/targets/{indicator}",
    summary="The targets of an indicator",
    responses=answered(
        {200: answer("The targets", list[Target], examples.TARGETS) | {"headers": examples.VERSION}},
        "unknown-indicator",
    ),
)
async def targets(authority: Authority, indicator: IndicatorNamed, _: Reader, parts: Made) -> Response:
    """The targets of an indicator, with the ETag to change them by."""
    _known(indicator)
    version, held = parts.targets.of(authority, indicator)
    return json_response(held, headers={"ETag": f'"{version}"'})


@router.put(
    "/targets/{indicator}",
    summary="Set all targets of an indicator",
    responses=answered(
        {200: answer("The targets as set", Targets, examples.TARGETS_SET)},
        "unknown-indicator",
        "unusable-targets",
        "changed-meanwhile",
        "broker-unavailable",
    ),
    openapi_extra=json_body(list[Target], examples.TARGETS),
)
async def set_targets(
    authority: Authority,
    indicator: IndicatorNamed,
    request: Request,
    principal: Analyst,
    parts: Made,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The `ETag` they were read with: 412 where they were set since",
            examples=['"41"'],
        ),
    ] = None,
) -> Response:
    """Set all targets of an indicator; answers once the broker has acknowledged them."""
    _known(indicator)
    wanted = await body_as(request, list[Target])
    row = INDICATORS[indicator]
    faults = faults_of(wanted, counted=row.denominator is None and not row.of_residents)
    if faults:
        raise Problem(400, "unusable-targets", "The targets are not usable", errors=faults)
    version, _ = parts.targets.of(authority, indicator)
    if if_match is not None and if_match.strip() not in ("*", f'"{version}"'):
        raise Problem(412, "changed-meanwhile", "Somebody else has set these targets since you read them")
    wanted = sorted(wanted, key=lambda target: target.in_force_from)
    stated = Targets(authority, indicator, wanted, principal.id, parts.clock.instant())
    await publish(parts.producer, stated, parts.settings.broker_seconds)
    return json_response(stated)


def _known(indicator: str) -> None:
    if indicator not in INDICATORS:
        raise Problem(404, "unknown-indicator", "There is no indicator of this name")


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


async def body_as(request: Request, kind: Any, largest_bytes: int = LARGEST_BODY_BYTES) -> Any:
    """The body as a value of this type; raises Problem 400, 413 or 415."""
    if request.headers.get("content-type", "application/json").partition(";")[0].strip() != "application/json":
        raise Problem(415, "not-json", "Send JSON, as application/json")
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > largest_bytes:
            raise Problem(413, "too-large", f"The body is larger than {largest_bytes} bytes")
    try:
        return msgspec.json.decode(bytes(held), type=kind)
    except msgspec.ValidationError as error:
        message, _, pointer = str(error).partition(" - at `$")
        errors: Sequence[dict[str, str]] = [
            {"code": "unusable", "pointer": pointer.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/"),
             "message": message}
        ]  # fmt: skip
        raise Problem(400, "unusable-body", "The body is not usable", errors=errors) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "not-json", "The body is not JSON") from error
