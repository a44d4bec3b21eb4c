"""Findings over HTTP: what does not add up in an authority, which figures hang on it, and what was decided on it.

Only a role that may see children asks, by way of the gateway; only a steward decides, and only a manager lets stewards
correct.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from holdfast.contracts.findings import (
    Allowed,
    AllowedWanted,
    Decision,
    DecisionWanted,
    FindingListed,
    FindingsTold,
    FindingTold,
)
from holdfast.england.residents import residents_of
from holdfast.indicators.choices import definitions
from holdfast.indicators.effects import figures_of
from holdfast.indicators.findings import SENTENCES
from holdfast.indicators.identity import Identified
from holdfast.indicators.touches import days_to
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.service_token import Claims
from services.placements.account import account_of
from services.placements.api import PSEUDONYM, Authority, Context, answered, for_people
from services.placements.as_known import facts_by_child
from services.placements.cuts import Page, page, told
from services.placements.findings.deciding import Decisions, counted, status_of
from services.placements.findings.found import (
    Entry,
    Filter,
    Telling,
    Wanted,
    held_on,
    place,
    tell_child,
    tell_gone,
)
from services.placements.readings import Question
from services.placements.store import Known

LONGEST_DECISION_BYTES = 16 * 1024
# What hangs on them is found by reading each child twice more.
MOST_TOUCHED = 200

Pseudonym = Annotated[str, Path(pattern=PSEUDONYM)]
Named = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def wanted(
    status: Wanted = "undecided",
    code: str | None = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    child: Annotated[str | None, Query(pattern=PSEUDONYM)] = None,
) -> Filter:
    """A dependency: the findings asked for; 400 where there is no such code."""
    if code is not None and code not in SENTENCES:
        raise Problem(400, "no-such-finding", "There is no kind of finding of this code")
    return Filter(status, code, source, child)


class Findings:
    """Reads findings from the folded children, and what hangs on those of a page from their statements."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def listed(
        self, question: Question, known: Known, asked: Filter, part: Page, on: date, *, touched: bool
    ) -> FindingsTold:
        """A page of the findings of a day, at a data cut."""
        known = question.cut(known)
        decided = await Decisions(question.now).latest()
        held = await self._held(question, known, on)
        statuses = {one.id: status_of(decided.get(one.id)) for _, one in held}
        found: list[FindingListed]
        if asked.status == "gone":
            gone = [each for each in decided.values() if each.finding not in statuses and asked.takes_gone(each)]
            gone.sort(key=lambda each: each.decided_at, reverse=True)
            number, found, following = len(gone), [tell_gone(each) for each in part.of(gone)], part.following(gone)
        else:
            taken = sorted((entry for entry in held if asked.takes(*entry, statuses[entry[1].id])), key=place)
            number, following = len(taken), part.following(taken)
            found = await self.told(question, known, part.of(taken), decided, on, touched=touched)
        return FindingsTold(
            authority=question.authority,
            on=on,
            definitions=definitions(self._context.choices),
            read_to=known.read_to or 0,
            counts=counted((one.finding.code, statuses[one.id]) for _, one in held),
            number=number,
            findings=found,
            link=asked.link() | {"read_to": str(known.read_to)},
            next=following,
        )

    async def one(self, question: Question, child: str, finding: str, on: date) -> FindingTold:
        """A finding by its name; raises Problem 404 where it neither holds nor was ever decided on."""
        decisions = Decisions(question.now)
        history = await decisions.of(child, finding)
        known = question.cut(Known())
        entries = [entry for entry in await self._held(question, known, on, child) if entry[1].id == finding]
        if not entries and not history:
            raise Problem(404, "unknown-finding", "There is no such finding, and nothing was decided on it")
        latest = {finding: history[-1]} if history else {}
        listed = (await self.told(question, known, entries, latest, on, touched=True) or [tell_gone(history[-1])])[0]
        held = await question.now.of_child(child)
        facts = {each.fact for each in listed.rests_on} | {listed.fact}
        account = account_of(question.authority, child, held, on, self._context.choices)
        return FindingTold(
            authority=question.authority,
            on=on,
            listed=listed,
            decisions=history,
            statements=[said for said in account.statements if said.fact in facts],
            corrections=await decisions.allowed(),
        )

    async def told(
        self,
        question: Question,
        known: Known,
        entries: Collection[Entry],
        decided: Mapping[str, Decision],
        on: date,
        *,
        touched: bool,
    ) -> list[FindingListed]:
        """These findings with their facts, and where asked what hangs on them."""
        view = await question.view(known, self._context.choices)
        in_thread, residents = self._context.readings.in_thread, residents_of(question.authority)
        figures = None
        if touched and entries:
            figures = await in_thread(lambda: figures_of(view.ledger, days_to(on), residents))
        telling = Telling(question.authority, on, self._context.choices, figures, decided)
        by_child: dict[str, list[Identified]] = defaultdict(list)
        for child, one in entries:
            by_child[child].append(one)
        found: dict[str, FindingListed] = {}
        async for slice_ in question.now.by_child(known, sorted(by_child)):
            for child, stated in facts_by_child(slice_).items():
                told_of = await in_thread(tell_child, telling, child, stated, by_child[child])
                found |= {listed.finding: listed for listed in told_of}
        return [found[one.id] for _, one in entries]

    async def _held(self, question: Question, known: Known, on: date, child: str | None = None) -> list[Entry]:
        children = (await question.view(known, self._context.choices)).children
        if child is not None:
            children = {child: children[child]} if child in children else {}
        return held_on(children, on.toordinal())


def router(context: Context) -> APIRouter:
    """Every address about findings."""
    routes = APIRouter(prefix="/authorities/{authority}")
    findings = Findings(context)
    _asking(routes, context, findings)
    _deciding(routes, context, findings)
    _allowing(routes, context)
    return routes


def _asking(routes: APIRouter, context: Context, findings: Findings) -> None:
    person = Depends(for_people(context))

    @routes.get("/findings")
    async def listed(
        request: Request,
        asked: Annotated[Filter, Depends(wanted)],
        part: Annotated[Page, Depends(page)],
        touched: Annotated[bool, Query(alias="touches")] = True,
        read_to: Annotated[int | None, Query(ge=0, le=2**62)] = None,
        claims: Claims = person,
    ) -> Response:
        part = Page(part.begins, min(part.most, MOST_TOUCHED)) if touched else part
        known = Known(read_to=read_to)

        async def read() -> FindingsTold:
            async with context.readings.as_known(claims.authority) as question:
                answer = await findings.listed(question, known, asked, part, context.clock.today(), touched=touched)
                seen = sorted({one.child for one in answer.findings})
                await question.now.record_look(claims, seen, "findings")
                return answer

        answer = await answered(context, read)
        return told(request, answer, answer.link, answer.next)

    @routes.get("/findings/{child}/{finding}")
    async def one(child: Pseudonym, finding: Named, claims: Claims = person) -> Response:
        async def read() -> FindingTold:
            async with context.readings.as_known(claims.authority) as question:
                answer = await findings.one(question, child, finding, context.clock.today())
                await question.now.record_look(claims, [child], f"finding {answer.listed.code}")
                return answer

        return json_response(await answered(context, read), headers={"Cache-Control": "no-store"})


def _deciding(routes: APIRouter, context: Context, findings: Findings) -> None:
    steward = Depends(for_role(context, "steward", "Only a steward decides on findings"))

    @routes.post("/findings/{child}/{finding}/decisions")
    async def decide(request: Request, child: Pseudonym, finding: Named, claims: Claims = steward) -> Response:
        asked = _in(await bounded_body(request, LONGEST_DECISION_BYTES), DecisionWanted)

        async def write() -> FindingTold:
            async with context.readings.as_known(claims.authority) as question:
                known = await findings.one(question, child, finding, context.clock.today())
                listed = known.listed
                decided = Decision(
                    child, finding, listed.code, listed.on, listed.fact, asked.decision, claims.user, claims.role,
                    asked.reason.strip(), context.clock.now(),
                )  # fmt: skip
                await Decisions(question.now).add(decided, asked.request)
                await question.now.record_look(claims, [child], f"decision on {listed.code}: {asked.decision}")
                return await findings.one(question, child, finding, context.clock.today())

        return json_response(await answered(context, write), headers={"Cache-Control": "no-store"})


def _allowing(routes: APIRouter, context: Context) -> None:
    @routes.get("/corrections-allowed")
    async def allowed(claims: Annotated[Claims, Depends(for_people(context))]) -> Response:
        async def read() -> Allowed:
            async with context.readings.as_known(claims.authority) as question:
                return await Decisions(question.now).allowed()

        return json_response(await answered(context, read), headers={"Cache-Control": "no-store"})

    manager = Depends(for_role(context, "manager", "Only a manager lets stewards correct, or no longer"))

    @routes.put("/corrections-allowed")
    async def allow(request: Request, claims: Claims = manager) -> Response:
        asked = _in(await bounded_body(request, LONGEST_DECISION_BYTES), AllowedWanted)

        async def write() -> Allowed:
            async with context.readings.as_known(claims.authority) as question:
                decisions = Decisions(question.now)
                if (await decisions.allowed()).allowed != asked.allowed:
                    await decisions.allow(Allowed(asked.allowed, claims.user, claims.role, context.clock.now()))
                return await decisions.allowed()

        return json_response(await answered(context, write), headers={"Cache-Control": "no-store"})


def for_role(context: Context, role: str, otherwise: str) -> Any:
    """A dependency: somebody of one role, by way of the gateway."""
    person = for_people(context)

    def of_role(request: Request, authority: Authority) -> Claims:
        claims = person(request, authority)
        if claims.role != role:
            raise Problem(403, "not-your-role", otherwise)
        return claims

    return of_role


def _in(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error
