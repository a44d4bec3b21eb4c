"""The drafted data note on spurious restarts over HTTP: of the financial year or the month that a day is in."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from holdfast.contracts.facts import standing
from holdfast.england.residents import residents_of
from holdfast.indicators.data_note import CODE, Counting, DataNote, Over, Span, span_to
from holdfast.indicators.effects import figures_of
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, answered, day_of, for_people
from services.placements.as_known import Slice, facts_by_child
from services.placements.cuts import told
from services.placements.findings.deciding import Decisions
from services.placements.readings import Question
from services.placements.store import Known


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.get("/data-note")
    async def data_note(
        request: Request,
        claims: Annotated[Claims, Depends(for_people(context))],
        on: date | None = None,
        over: Over = "year",
    ) -> Response:
        span = span_to(day_of(on, context.clock), over)

        async def read() -> DataNote:
            async with context.readings.as_known(claims.authority) as question:
                return await _noted(context, question, span, claims)

        return told(request, await answered(context, read), {}, None)

    return routes


async def _noted(context: Context, question: Question, span: Span, claims: Claims) -> DataNote:
    view = await question.view(Known(), context.choices)
    in_thread, residents = context.readings.in_thread, residents_of(question.authority)
    found = {
        child: {one.id: str(one.finding.fact) for one in folded.found if _is_in(span, one.finding.code, one.finding.on)}
        for child, folded in view.children.items()
    }
    restarts = {child: names for child, names in found.items() if names}
    figures = await in_thread(lambda: figures_of(view.ledger, [span.on.toordinal()], residents))
    counting = Counting(span, context.choices, residents, figures)
    async for slice_ in question.now.by_child(children=sorted(restarts)):
        await in_thread(_take, counting, slice_, restarts)
    await question.now.record_look(claims, sorted(restarts), "data note on spurious restarts")
    decided = await Decisions(question.now).latest()
    accepted = sum(
        decided[name].decision == "accepted" for names in restarts.values() for name in names if name in decided
    )
    return counting.note(accepted)


def _is_in(span: Span, code: str, on: int | None) -> bool:
    return code == CODE and span.has(on)


def _take(counting: Counting, slice_: Slice, restarts: Mapping[str, Mapping[str, str]]) -> None:
    for child, stated in facts_by_child(slice_).items():
        counting.take(tuple(standing(stated).values()), frozenset(restarts[child].values()))
