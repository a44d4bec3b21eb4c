"""What the clock will do, over HTTP: a figure's month ends ahead if nothing further is said, and who crosses when."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.figures import MonthEnd, Period, Reading
from holdfast.england.residents import residents_of
from holdfast.indicators.ahead import MONTHS_AHEAD, Crossing, crossings
from holdfast.indicators.bridge_words import turning_into
from holdfast.indicators.calendar import month_ends_after
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices
from holdfast.indicators.journey import journey
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.reading import figures
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, KnownBy, answered, day_of, for_people
from services.placements.as_known import View
from services.placements.cuts import Cut, Page, chosen, cut_told, figure, figure_link, page, reading_link, told
from services.placements.readings import Question
from services.placements.store import Known


class CrossingTold(Struct, frozen=True):
    """A crossing, and what makes it: a birthday, a span, a window that is left, or what was said of days to come."""

    crossing: Crossing
    sentence: str


class AheadTold(Struct, frozen=True, kw_only=True):
    """The month ends ahead of a figure, and a page of the crossings up to the last of them, the next first."""

    authority: str
    indicator: str
    title: str
    breakdown: str
    period: Period
    on: date
    definitions: str
    cut: Cut
    reading: Reading | None
    month_ends: list[MonthEnd]
    number_of_crossings: int
    crossings: list[CrossingTold]
    link: dict[str, str]
    next: str | None


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.get("/ahead")
    async def ahead(
        request: Request,
        known: KnownBy,
        asked: Annotated[Figure, Depends(figure)],
        part: Annotated[Page, Depends(page)],
        claims: Annotated[Claims, Depends(for_people(context))],
        on: date | None = None,
        definitions: str | None = None,
    ) -> Response:
        day, choices = day_of(on, context.clock), chosen(definitions, context.choices)

        async def read() -> AheadTold:
            async with context.readings.as_known(claims.authority) as question:
                answer = await _answer(context, question, known or Known(), choices, asked, day, part)
                seen = sorted({each.crossing.child for each in answer.crossings})
                what = f"ahead {asked.indicator} {asked.breakdown} {asked.period} from {day.isoformat()}"
                await question.now.record_look(claims, seen, what)
                return answer

        answer = await answered(context, read)
        return told(request, answer, answer.link, answer.next)

    return routes


async def _answer(
    context: Context, question: Question, known: Known, choices: Choices, asked: Figure, on: date, part: Page
) -> AheadTold:
    run, cut = context.readings.in_thread, cut_told(question, known)
    view = await question.view(known, choices)
    every = await run(_crossings, view, Asked(asked), on)
    shown = part.of(every)
    reading, month_ends = await run(_readings, view, asked, on)
    clock = {} if cut.known_at is None else {"clock": cut.clock}
    link = {**figure_link(asked), **reading_link(on, cut, choices), **clock}
    return AheadTold(
        authority=question.authority,
        indicator=asked.indicator,
        title=INDICATORS[asked.indicator].title,
        breakdown=asked.breakdown,
        period=asked.period,
        on=on,
        definitions=link["definitions"],
        cut=cut,
        reading=reading,
        month_ends=month_ends,
        number_of_crossings=len(every),
        crossings=await run(_worded, shown, view, asked, choices),
        link=link,
        next=part.following(every),
    )


def _crossings(view: View, asked: Asked, on: date) -> list[Crossing]:
    day = on.toordinal()
    until = month_ends_after(day, MONTHS_AHEAD)[-1]
    found = [
        each for child, folded in view.children.items() for each in crossings(child, asked, folded.steps, day, until)
    ]
    return sorted(found, key=lambda each: (each.on, each.of != "numerator", each.way, each.child))


def _readings(view: View, asked: Figure, on: date) -> tuple[Reading | None, list[MonthEnd]]:
    """The reading of the period on the day, None of a rate where residents are not known, and of the month ends."""
    found = figures(
        view.ledger,
        on,
        month_ends=0,
        ahead=MONTHS_AHEAD,
        only=[(asked.indicator, asked.breakdown)],
        residents=residents_of(view.authority),
    )
    if not found:
        return None, []
    month_ends = [MonthEnd(each.on, _of_period(each.readings, asked)) for each in found[0].ahead]
    return next(iter(_of_period(found[0].readings, asked)), None), month_ends


def _of_period(readings: Sequence[Reading], asked: Figure) -> list[Reading]:
    return [reading for reading in readings if reading.period == asked.period]


def _worded(shown: Sequence[Crossing], view: View, asked: Figure, choices: Choices) -> list[CrossingTold]:
    if asked.is_flow:
        return [CrossingTold(each, _of_flow(each)) for each in shown]
    journeys = {child: journey(view.children[child].facts, choices) for child in {each.child for each in shown}}
    return [
        CrossingTold(each, turning_into(journeys[each.child], asked.indicator, each.on.toordinal())) for each in shown
    ]


def _of_flow(crossing: Crossing) -> str:
    if crossing.way == "comes":
        return "Said already of a day to come."
    return f"Of {crossing.happened_on:%-d %B %Y}, which is then no longer in the period."
