"""What the register answers over HTTP: figures, who makes them up, a child's journey, and what an import differs from.

The caller's token says who asks and for which authority; the database enforces that authority again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar

import msgspec
import stamina
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from msgspec import Meta, Struct
from pydantic import AwareDatetime

from holdfast.contracts.figures import WHOLE, Period
from holdfast.contracts.topics import partition_of
from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices, definitions
from holdfast.indicators.parts import is_broken_down
from holdfast.runtime.clock import Clock, london_date
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.service_token import Claims, Refused, verify
from services.placements.account import account_of, last_stated
from services.placements.ends import Ends
from services.placements.readings import Cell, NotRead, Readings, ReadTo
from services.placements.store import UNANSWERED, AuthorityState, Held, Known, Pool, snapshot

EXACT_ROLES = frozenset({"manager", "analyst", "steward"})
MOST_CHILDREN = 10_000
# Some 30 bytes a child, and room to spare.
LONGEST_COMPARISON_BYTES = 1024 * 1024
# Questions answered, and comparisons waited with, at one time; whoever comes on top is asked to come again.
MOST_QUESTIONS = 64
MOST_COMPARISONS = 16
_EARLIEST = date(1980, 1, 1)
_FURTHEST_AHEAD = timedelta(days=366)
_LOOK_AGAIN_SECONDS = 0.05
_TRY_AGAIN = {"Retry-After": "5"}
PSEUDONYM = r"^[a-z2-7]{26}$"
_WHOLE = frozenset({WHOLE})
_CELLS = frozenset({WHOLE, *map(str, BREAKDOWNS)})

Answer = TypeVar("Answer")

Authority = Annotated[str, Path(pattern=r"^[A-Z]\d{8}$")]
Pseudonym = Annotated[str, Meta(pattern=PSEUDONYM)]
Clocked = Literal["recorded", "received"]


class Context(Struct, frozen=True):
    """What answering needs, as wired in `app.py`."""

    pool: Pool
    readings: Readings
    ends: Ends
    clock: Clock
    trusted_keys: dict[str, str]
    topic: str
    partitions: int
    wait_seconds: float
    choices: Choices
    asking: asyncio.Semaphore = msgspec.field(default_factory=lambda: asyncio.Semaphore(MOST_QUESTIONS))
    comparing: asyncio.Semaphore = msgspec.field(default_factory=lambda: asyncio.Semaphore(MOST_COMPARISONS))


class Comparison(Struct, frozen=True):
    """What an import asks: the last statement that a system itself made of each fact of these children."""

    system: Annotated[str, Meta(min_length=1, max_length=100)]
    children: Annotated[list[Pseudonym], Meta(max_length=MOST_CHILDREN)]
    partition_end: bool = True


def known_by(
    known_at: AwareDatetime | None = None,
    clock: Clocked = "recorded",
    read_to: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> Known | None:
    """The question's data cut: the instant known at, by which clock, and the offset read to; None asks for all."""
    return None if known_at is None and read_to is None else Known(known_at, clock, read_to)


KnownBy = Annotated[Known | None, Depends(known_by)]


def claims_of(context: Context, request: Request, authority: str) -> Claims:
    """Who asks, by a token of a service that is trusted here and for this very authority; else 401 or 403."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise Refused("there is no bearer token")
        claims = verify(context.trusted_keys, token)
    except Refused as error:
        headers = {"WWW-Authenticate": "Bearer"}
        raise Problem(401, "not-signed-in", "A service token is needed", str(error), headers=headers) from error
    if claims.authority != authority:
        raise Problem(403, "not-your-authority", "The token is for another authority")
    return claims


def for_people(context: Context) -> Callable[[Request, str], Claims]:
    """A dependency: a person who may see exact figures and children, by way of the gateway."""

    def person(request: Request, authority: Authority) -> Claims:
        claims = claims_of(context, request, authority)
        if claims.issuer != "gateway" or claims.role not in EXACT_ROLES:
            raise Problem(403, "not-your-role", "This role sees no exact figure and no child")
        return claims

    return person


def for_intake(context: Context) -> Callable[[Request, str], Claims]:
    """A dependency: the door, and nobody else."""

    def door(request: Request, authority: Authority) -> Claims:
        claims = claims_of(context, request, authority)
        if claims.issuer != "intake":
            raise Problem(403, "not-your-role", "Only the door asks this")
        return claims

    return door


def router(context: Context) -> APIRouter:
    """Every address but those of health."""
    routes = APIRouter(prefix="/authorities/{authority}")
    _figures(routes, context)
    _children(routes, context)
    _reading(routes, context)
    return routes


def _figures(routes: APIRouter, context: Context) -> None:
    person = Depends(for_people(context))

    @routes.get("/indicators")
    async def indicators(
        known: KnownBy, on: date | None = None, breakdowns: bool = False, claims: Claims = person
    ) -> Response:
        day = day_of(on, context.clock)
        found, read_to = await answered(
            context, lambda: context.readings.rows(claims.authority, day, breakdowns=breakdowns, known=known)
        )
        return json_response(found, headers=figure_headers(context, read_to))

    @routes.get("/children")
    async def children(
        indicator: str,
        on: date | None = None,
        breakdown: str = WHOLE,
        period: Period = "on",
        claims: Claims = person,
    ) -> Response:
        day, cell = day_of(on, context.clock), cell_of(indicator, breakdown, period)
        found, read_to = await answered(context, lambda: context.readings.made_of(claims, day, cell))
        return json_response(found, headers=figure_headers(context, read_to))


def _children(routes: APIRouter, context: Context) -> None:
    person = Depends(for_people(context))

    @routes.get("/children/{child}")
    async def child(
        child: Annotated[str, Path(pattern=PSEUDONYM)], known: KnownBy, claims: Claims = person
    ) -> Response:
        async def read() -> tuple[list[Held], ReadTo]:
            async with snapshot(context.pool, claims.authority) as now:
                held = await now.of_child(child, known)
                if held:
                    await now.record_look(claims, [child], "journey")
                return held, await context.readings.read_to(claims.authority, now)

        held, read_to = await answered(context, read)
        if not held:
            # The same for a child of another authority: whether there is one is nobody's business here.
            raise Problem(404, "no-such-child", "Nothing is known about this child")
        # What time alone brings to light had come to light by the day that is asked as of.
        today = context.clock.today() if known is None or known.at is None else london_date(known.at)
        told = await asyncio.to_thread(account_of, claims.authority, child, held, today, context.choices)
        return json_response(told, headers=figure_headers(context, read_to))


def _reading(routes: APIRouter, context: Context) -> None:
    @routes.get("/read-to")
    async def read_to(claims: Annotated[Claims, Depends(for_people(context))]) -> Response:
        async def read() -> tuple[ReadTo, AuthorityState]:
            async with snapshot(context.pool, claims.authority) as now:
                return await context.readings.read_to(claims.authority, now), await now.state()

        reached, state = await answered(context, read)
        return json_response(
            {"partition": reached.partition, "offset": reached.offset, "statements": state.statements},
            headers=figure_headers(context, reached),
        )

    @routes.post("/comparisons")
    async def comparisons(request: Request, claims: Annotated[Claims, Depends(for_intake(context))]) -> Response:
        # Not a parameter: the framework would read all of it before it asks who sent it.
        asked = comparison_in(await bounded_body(request, LONGEST_COMPARISON_BYTES))

        async def read() -> tuple[list[tuple[str, bytes, bytes]], ReadTo]:
            async with snapshot(context.pool, claims.authority) as now:
                stated = await now.stated_by(asked.system, asked.children)
                return stated, await context.readings.read_to(claims.authority, now)

        async with room(context.comparing):
            if asked.partition_end and await behind(context, claims.authority, context.wait_seconds):
                raise Problem(503, "behind", "The register has not read to the end yet", headers=_TRY_AGAIN)
            stated, reached = await answered(context, read)
        told = await asyncio.to_thread(last_stated, stated)
        return json_response({"children": told}, headers=figure_headers(context, reached))


def comparison_in(body: bytes) -> Comparison:
    """What a body asks; 400 where it asks nothing that can be answered."""
    try:
        return msgspec.json.decode(body, type=Comparison)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error


async def behind(context: Context, authority: str, seconds: float) -> int:
    """Wait until the register has read to the partition's end as it is now; how many records short it is after that.

    503 where the broker can't be asked for the end.
    """
    partition = partition_of(authority, context.partitions)
    try:
        end = (await context.ends.read(partition))[partition]
    except KafkaError as error:
        raise Problem(503, "unavailable", "The broker cannot be reached", headers=_TRY_AGAIN) from error

    async def reached() -> ReadTo:
        async with snapshot(context.pool, authority) as now:
            return await context.readings.read_to(authority, now)

    give_up_at = time.monotonic() + seconds
    while (short := end - (await answered(context, reached)).offset) > 0:
        if time.monotonic() > give_up_at:
            return short
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return 0


@asynccontextmanager
async def room(places: asyncio.Semaphore) -> AsyncIterator[None]:
    """One of so many places; 503 at once where none is free, so that nobody queues here."""
    if places.locked():
        raise Problem(503, "busy", "Too many questions are being answered just now", headers=_TRY_AGAIN)
    async with places:
        yield


async def answered(context: Context, question: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of the database, asked up to three times within five seconds; 503 where it is away."""
    async with room(context.asking):
        return await _asked(question)


async def _asked(question: Callable[[], Awaitable[Answer]]) -> Answer:
    try:
        async for attempt in stamina.retry_context(
            on=UNANSWERED, attempts=3, timeout=5.0, wait_initial=0.1, wait_max=1.0
        ):
            with attempt:
                return await question()
    except NotRead as error:
        raise Problem(503, "behind", "The register has not read that far yet", headers=_TRY_AGAIN) from error
    except UNANSWERED as error:
        raise Problem(503, "unavailable", "The register cannot be read just now", headers=_TRY_AGAIN) from error
    raise AssertionError("a retry either answers or raises")


def day_of(on: date | None, clock: Clock) -> date:
    """The day asked about: today where none is; 400 outside what anything is known of."""
    today = clock.today()
    if on is not None and not _EARLIEST <= on <= today + _FURTHEST_AHEAD:
        raise Problem(400, "no-such-day", "The day must lie between 1980 and a year from today")
    return on or today


def cell_of(indicator: str, breakdown: str, period: Period) -> Cell:
    """The cell of a figure; 400 where there is none such."""
    kind = INDICATORS[indicator].kind if indicator in INDICATORS else None
    whole_alone = kind is not None and not is_broken_down(indicator)
    if kind is None or breakdown not in (_WHOLE if whole_alone else _CELLS) or (period == "on") != (kind == "stock"):
        raise Problem(400, "no-such-figure", "There is no figure of this indicator, breakdown and period")
    return indicator, breakdown, period


def figure_headers(context: Context, read_to: ReadTo) -> dict[str, str]:
    """By which definitions an answer was made, and how far the register had read."""
    version = definitions(context.choices)
    return {"Holdfast-Definitions": version, "Holdfast-Read-To": str(read_to), "Cache-Control": "no-store"}
