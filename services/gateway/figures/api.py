"""Figures, benchmarks and targets as JSON, for machines and pages. Who may ask is `people/access.py`'s to say."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response

from holdfast.contracts.figures import Row
from holdfast.contracts.targets import Target, Targets
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.openapi import answer, json_body
from services.gateway.api.bodies import body_as, cacheable
from services.gateway.api.document import CUT, answered
from services.gateway.api.parameters import Authority, IndicatorAsked, IndicatorNamed, refuse_unknown
from services.gateway.domain import Principal
from services.gateway.figures import examples
from services.gateway.figures.benchmarks import BenchmarksTold, benchmarks_of, benchmarks_told
from services.gateway.figures.memory import from_memory
from services.gateway.figures.targets import faults_of, publish
from services.gateway.neighbours.register import day_parameters
from services.gateway.parts import Made
from services.gateway.people.access import Reader, allowed_to

router = APIRouter(prefix="/api/authorities/{authority}", tags=["figures"])

Analyst = Annotated[Principal, Depends(allowed_to("targets"))]


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
    indicator: IndicatorAsked,
    year: Annotated[
        int | None, Query(description="The year in which the financial year ends, 31 March", examples=[2017])
    ] = None,
) -> Response:
    """England's published figures beside an indicator that equals one of them; the latest year unless one is named."""
    refuse_unknown(indicator)
    held = benchmarks_of(authority, indicator, year)
    if held is None:
        raise Problem(404, "no-benchmark", "Nothing was published for that year that equals this indicator")
    return cacheable(request, msgspec.json.encode(benchmarks_told(indicator, held)))


def instant_text(instant: datetime) -> str:
    """An instant as the register takes it; raises Problem 400 where it has no offset."""
    if instant.tzinfo is None:
        raise Problem(400, "no-offset", "known_at is an instant with an offset, such as 2017-07-01T09:00:00Z")
    return instant.isoformat()


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
    refuse_unknown(indicator)
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
    refuse_unknown(indicator)
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
