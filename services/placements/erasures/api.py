"""Erases a child, or one statement, from the register and the topic: the gateway asks, for a steward.

First it is listed, so that whoever reads of it again erases it again; then the register reads to the partition's end;
then a tombstone is written for each statement that is held. Their rows go when the one that writes reads them, be it
this instance or another. Last goes what other tables hold. Whatever is killed in between is mended by asking again.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Meta, Struct

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import fact_of, standing
from holdfast.contracts.figures import WHOLE
from holdfast.contracts.topics import Erasing, partition_of
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.steps import Steps, fold
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.logs import logger
from holdfast.runtime.outlet import Outlet
from holdfast.runtime.service_token import ERASURE_PURPOSE, Claims
from services.placements.api import Authority, Context, Pseudonym, answered, behind, claims_of
from services.placements.domain import Key, happened_on_of, key_bytes
from services.placements.erasures import store as erased
from services.placements.erasures.closing import Closing
from services.placements.store import Held, snapshot

log = logger(__name__)

_LONGEST_BODY_BYTES = 4 * 1024
_TRY_AGAIN = {"Retry-After": "5"}


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be erased; `statement` is its 32 hex digits, none: the whole child. `dry_run`: say what would go."""

    child: Pseudonym
    statement: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")] | None = None
    dry_run: bool = False


class Kind(Struct, frozen=True):
    """How many statements of a type a system made."""

    type: str
    system: str
    statements: int


class Stock(Struct, frozen=True):
    """What the register holds of it: statements, and rows of other tables; the days that it is about.

    `indicators` count it on some day, and so many `figures`, with those of breakdowns, are others without it.
    `packs` were frozen of month ends from `first_on` on: they keep their integers.
    """

    statements: int
    kinds: list[Kind]
    first_on: date | None
    last_on: date | None
    others: int
    indicators: list[str]
    figures: int
    packs: int


class Erased(Struct, frozen=True):
    """What was done. `read_to`: figures that have read so far are without it. Instants: none where there is no bound.

    `values_gone_by`: by then the broker's files hold no statement of it, by `names_gone_by` no tombstone either.
    """

    statements: int
    others: int
    read_to: int
    erased_at: datetime | None
    values_gone_by: datetime | None
    names_gone_by: datetime | None


def router(context: Context, outlet: Outlet, closing: Closing) -> APIRouter:
    """The address of erasures."""
    routes = APIRouter(prefix="/authorities/{authority}")

    def steward(request: Request, authority: Authority) -> Claims:
        claims = claims_of(context, request, authority)
        if claims.issuer != "gateway" or claims.role != "steward" or claims.purpose != ERASURE_PURPOSE:
            raise Problem(403, "not-your-role", "Only a steward erases, by way of the gateway")
        return claims

    @routes.post("/erasures")
    async def erasures(request: Request, claims: Annotated[Claims, Depends(steward)]) -> Response:
        asked = _asked(await bounded_body(request, _LONGEST_BODY_BYTES))
        if asked.dry_run:
            return json_response(await _held(context, claims, asked))
        done = await _erase(context, outlet, claims, asked)
        closing.wake()
        return json_response(await _dated(closing, context, claims, asked, done))

    return routes


def _asked(body: bytes) -> Asked:
    try:
        return msgspec.json.decode(body, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error


async def _statements(context: Context, claims: Claims, asked: Asked) -> list[Held]:
    """Every statement about the child, for which a look is written down, as this shows what is known of it."""

    async def read() -> list[Held]:
        async with snapshot(context.pool, claims.authority) as now:
            held = await now.of_child(asked.child)
            if held and asked.dry_run:
                await now.record_look(claims, [asked.child], "erasure")
            return held

    return await answered(context, read)


def _meant(held: Sequence[Held], asked: Asked) -> list[Held]:
    return [one for one in held if asked.statement is None or one.statement.hex() == asked.statement]


async def _held(context: Context, claims: Claims, asked: Asked) -> Stock:
    held = await _statements(context, claims, asked)
    meant = _meant(held, asked)
    statement = bytes.fromhex(asked.statement or "")
    others = await answered(context, lambda: erased.others_of(context.pool, claims.authority, asked.child, statement))
    changed = await asyncio.to_thread(_counted_in, held, meant, context.choices)
    events = [decode_event(one.event) for one in meant]
    kinds = Counter((event.type, event.system) for event in events)
    days = sorted(day for event in events if (day := happened_on_of(event)) is not None)
    return Stock(
        statements=len(meant),
        kinds=[Kind(*kind, many) for kind, many in sorted(kinds.items())],
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        others=others,
        indicators=[indicator for indicator in INDICATORS if (indicator, WHOLE) in changed],
        figures=len(changed),
        packs=await answered(context, lambda: erased.packs_from(context.pool, claims.authority, days[:1])),
    )


def _counted_in(held: Sequence[Held], meant: Sequence[Held], choices: Choices) -> set[tuple[str, str]]:
    """The figures (indicator, breakdown) that are others without what is meant, on whatever day."""
    gone = {one.statement for one in meant}
    ledger = Ledger()
    ledger.add(_steps_of(held, choices))
    ledger.subtract(_steps_of([one for one in held if one.statement not in gone], choices))
    return ledger.settle()


def _steps_of(held: Sequence[Held], choices: Choices) -> Steps:
    facts = standing(fact_of(decode_event(one.event), one.statement) for one in held)
    return fold(facts.values(), choices)


async def _erase(context: Context, outlet: Outlet, claims: Claims, asked: Asked) -> tuple[int, int]:
    """How many statements and other rows went."""
    authority, child, statement = claims.authority, asked.child, bytes.fromhex(asked.statement or "")
    await answered(context, lambda: erased.note(context.pool, authority, child, statement))
    await _catch_up(context, authority)
    keys: list[Key] = [
        (authority, child, one.statement) for one in _meant(await _statements(context, claims, asked), asked)
    ]
    if keys:
        await _write_tombstones(context, outlet, keys)
        await answered(context, lambda: erased.note_said(context.pool, keys))
        await _catch_up(context, authority)
    if _meant(await _statements(context, claims, asked), asked):
        raise Problem(503, "behind", "Something was stated again meanwhile: ask again", headers=_TRY_AGAIN)
    others = await answered(context, lambda: erased.remove_others(context.pool, authority, child, statement))
    context.readings.forget(authority)
    log.info("something was erased", by=claims.user, authority=authority, statements=len(keys), others=others)
    return len(keys), others


async def _catch_up(context: Context, authority: str) -> None:
    if await behind(context, authority, context.wait_seconds):
        raise Problem(503, "behind", "The register has not read to the end yet: ask again", headers=_TRY_AGAIN)


async def _write_tombstones(context: Context, outlet: Outlet, keys: Sequence[Key]) -> None:
    partition = partition_of(keys[0][0], context.partitions)
    try:
        await outlet.send_all(context.topic, partition, [(key_bytes(key), None) for key in keys])
    except (KafkaError, OSError) as error:
        raise Problem(503, "unavailable", "The broker cannot be reached", headers=_TRY_AGAIN) from error


async def _dated(closing: Closing, context: Context, claims: Claims, asked: Asked, done: tuple[int, int]) -> Erased:
    async def read_to() -> int:
        async with snapshot(context.pool, claims.authority) as now:
            return (await now.state()).erased_to

    statement = bytes.fromhex(asked.statement or "")
    at = await answered(context, lambda: erased.erased_at(context.pool, claims.authority, asked.child, statement))
    try:
        times = await closing.erasing()
    except (KafkaError, OSError) as error:
        raise Problem(503, "unavailable", "The broker cannot be reached", headers=_TRY_AGAIN) from error
    return _told(done, await answered(context, read_to), at, times)


def _told(done: tuple[int, int], read_to: int, at: datetime | None, times: Erasing | None) -> Erased:
    by = None if times is None or at is None else (times.values_gone_by(at), times.names_gone_by(at))
    return Erased(
        statements=done[0],
        others=done[1],
        read_to=read_to,
        erased_at=at and at.astimezone(UTC),
        values_gone_by=by and by[0].astimezone(UTC),
        names_gone_by=by and by[1].astimezone(UTC),
    )
