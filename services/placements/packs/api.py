"""Frozen packs over HTTP: freeze a month end, list packs, tell one, and fold its cut again to see that it is the same.

A pack's figures, cut and offset are of one snapshot, and it is kept in the transaction that read them.
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from holdfast.contracts.packs import MOST_OF_A_MONTH_END, Pack, PackList, PackTold, PackWanted, Rerun
from holdfast.indicators.choices import choices_of, definitions
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.service_token import Claims
from services.placements.api import Authority, Context, answered, behind, for_people, room
from services.placements.cuts import Page, page, told
from services.placements.packs import store
from services.placements.packs.frozen import can_be_frozen, differences_of
from services.placements.readings import Question
from services.placements.store import Known, Snapshot, snapshot
from services.placements.telemetry import PACKS, RERUNS

FREEZING_ROLES = frozenset({"analyst", "steward"})
# A target is some 200 bytes.
LONGEST_WISH_BYTES = 256 * 1024
# What somebody has just sent is to be in the pack; a register with much to read says so instead.
_WAIT_SECONDS = 5.0


def for_freezing(context: Context) -> Callable[[Request, str], Claims]:
    """A dependency: a person who may freeze, by way of the gateway."""
    person = for_people(context)

    def freezer(request: Request, authority: Authority) -> Claims:
        claims = person(request, authority)
        if claims.role not in FREEZING_ROLES:
            raise Problem(403, "not-your-role", "This role freezes no packs")
        return claims

    return freezer


def router(context: Context) -> APIRouter:
    """Every address of packs."""
    routes = APIRouter(prefix="/authorities/{authority}/packs")
    _freezing(routes, context)
    _reading(routes, context)
    return routes


def _freezing(routes: APIRouter, context: Context) -> None:
    @routes.post("")
    async def freeze(request: Request, claims: Annotated[Claims, Depends(for_freezing(context))]) -> Response:
        wanted = _wanted_in(await bounded_body(request, LONGEST_WISH_BYTES))
        if not can_be_frozen(wanted.month_end, context.clock.today()):
            raise Problem(400, "no-such-month-end", "Only the last day of a month that has come can be frozen")

        async def read() -> tuple[PackTold, bool]:
            async with context.readings.as_known(claims.authority) as question:
                held = await store.pack(question.now, wanted.pack)
                return (held, False) if held else (await _frozen(context, question, claims, wanted), True)

        async with room(context.comparing):
            if await behind(context, claims.authority, min(_WAIT_SECONDS, context.wait_seconds)):
                raise Problem(503, "behind", "The register has not read to the end yet", headers={"Retry-After": "5"})
            try:
                frozen, is_new = await answered(context, read)
            except asyncpg.UniqueViolationError as error:
                raise Problem(409, "frozen-meanwhile", "Somebody else froze this month end just now") from error
        if frozen.pack.month_end != wanted.month_end:
            raise Problem(409, "another-pack", "This name was given to a pack of another month end")
        if is_new:
            PACKS.inc()
        return json_response(frozen, 201 if is_new else 200, headers={"Cache-Control": "no-store"})


async def _frozen(context: Context, question: Question, claims: Claims, wanted: PackWanted) -> PackTold:
    """Fold all that is known, and keep what it comes to on the month end."""
    if not question.state.statements:
        raise Problem(409, "nothing-to-freeze", "Nothing is known of this authority yet")
    last = await store.latest(question.now, wanted.month_end)
    if last is not None and last.number >= MOST_OF_A_MONTH_END:
        raise Problem(409, "too-many-packs", f"A month end has {MOST_OF_A_MONTH_END} packs at most")
    cut = question.cut(Known())
    view = await question.view(cut, context.choices)
    figures = await context.readings.in_thread(view.rows, wanted.month_end, breakdowns=True)
    children, statements = await store.held_in(question.now, cut.read_to or 0)
    head = Pack(
        authority=claims.authority,
        pack=wanted.pack,
        month_end=wanted.month_end,
        number=1 if last is None else last.number + 1,
        supersedes=None if last is None else last.pack,
        superseded_by=None,
        frozen_at=context.clock.instant(),
        person=claims.user,
        role=claims.role,
        shown_as=wanted.shown_as,
        note=wanted.note,
        definitions=definitions(context.choices),
        partition=question.read_to.partition,
        read_to=cut.read_to or 0,
        children=children,
        statements=statements,
    )
    frozen = PackTold(head, wanted.targets, figures)
    await store.add(question.now, claims.issuer, frozen)
    return frozen


def _reading(routes: APIRouter, context: Context) -> None:
    person = Depends(for_people(context))

    @routes.get("")
    async def listed(
        request: Request, part: Annotated[Page, Depends(page)], month_end: date | None = None, claims: Claims = person
    ) -> Response:
        async def read() -> list[Pack]:
            async with snapshot(context.pool, claims.authority) as now:
                # One more than the page, to know whether there is another.
                return await store.listed(now, month_end, part.begins, part.most + 1)

        found = await answered(context, read)
        following = str(part.begins + part.most) if len(found) > part.most else None
        link = {} if month_end is None else {"month_end": month_end.isoformat()}
        return told(request, PackList(found[: part.most], following), link, following)

    @routes.get("/{pack}")
    async def one(request: Request, pack: UUID, claims: Claims = person) -> Response:
        async def read() -> PackTold:
            async with snapshot(context.pool, claims.authority) as now:
                return await pack_named(now, pack)

        return told(request, await answered(context, read), {}, None)

    @routes.get("/{pack}/rerun")
    async def rerun(request: Request, pack: UUID, claims: Claims = person) -> Response:
        async def read() -> Rerun:
            async with context.readings.as_known(claims.authority) as question:
                return await _rerun(context, question, await pack_named(question.now, pack))

        answer = await answered(context, read)
        RERUNS.labels(_outcome(answer)).inc()
        return told(request, answer, {}, None)


async def pack_named(now: Snapshot, name: UUID) -> PackTold:
    """A pack of the snapshot's authority; raises Problem 404."""
    held = await store.pack(now, name)
    if held is None:
        raise Problem(404, "no-such-pack", "The authority has no such pack")
    return held


async def _rerun(context: Context, question: Question, kept: PackTold) -> Rerun:
    """Fold the pack's cut again by the pack's definitions, and hold every figure against what is kept."""
    pack = kept.pack
    children, statements = await store.held_in(question.now, pack.read_to)
    answer = Rerun(
        pack=pack,
        same=None,
        why_not="",
        figures=len(kept.figures),
        children_erased=pack.children - children,
        statements_erased=pack.statements - statements,
        differences=[],
    )
    try:
        choices = choices_of(pack.definitions)
    except ValueError as error:
        return msgspec.structs.replace(answer, why_not=str(error))
    view = await question.view(Known(read_to=pack.read_to), choices)
    now = await context.readings.in_thread(view.rows, pack.month_end, breakdowns=True)
    differences = differences_of(kept.figures, now, erased=answer.statements_erased > 0)
    return msgspec.structs.replace(answer, same=not differences, differences=differences)


def _outcome(rerun: Rerun) -> str:
    if rerun.same is None:
        return "definitions unknown"
    causes = {each.cause for each in rerun.differences}
    return "same" if rerun.same else "fault" if "fault" in causes else "otherwise"


def _wanted_in(body: bytes) -> PackWanted:
    try:
        return msgspec.json.decode(body, type=PackWanted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error
