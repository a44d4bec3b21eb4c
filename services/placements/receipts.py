"""The receipt of a figure over HTTP: who makes it up, why, and who is just outside, at a data cut."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.figures import Period
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.near import possible_since
from holdfast.indicators.receipts import Line, Receipt, line_of, receipt_of
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, KnownBy, answered, day_of, for_people
from services.placements.as_known import Folded
from services.placements.cuts import Cut, Page, chosen, cut_told, figure, figure_link, page, reading_link, told
from services.placements.readings import Question, Readings
from services.placements.store import Known

# Of a thousand children one is a few MB.
MOST_RECEIPTS = 16


class ReceiptTold(Struct, frozen=True, kw_only=True):
    """A page of a receipt. `link` holds the parameters that reopen it; `next` is the cursor of the next page."""

    authority: str
    indicator: str
    title: str
    breakdown: str
    period: Period
    on: date
    definitions: str
    cut: Cut
    numerator: int
    denominator: int | None
    children: int
    near_misses: int
    lines: list[Line]
    link: dict[str, str]
    next: str | None


Key = tuple[str, Known, Choices, Figure, date, int]


class Receipts:
    """Makes receipts, and keeps the last few for their further pages."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._kept: OrderedDict[Key, Receipt] = OrderedDict()

    async def of(self, question: Question, known: Known, choices: Choices, asked: Figure, on: date) -> Receipt:
        """The whole receipt of a figure at a data cut."""
        cut = question.cut(known)
        key = (question.authority, cut, choices, asked, on, question.state.erased_to)
        if key not in self._kept:
            self._kept[key] = await self._made(question, cut, choices, asked, on)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_RECEIPTS:
            self._kept.popitem(last=False)
        return self._kept[key]

    async def _made(self, question: Question, cut: Known, choices: Choices, asked: Figure, on: date) -> Receipt:
        view = await question.view(cut, choices)
        day = on.toordinal()
        # Who was gone before anything looks back, or had not come yet, is in no figure of the day, nor near one.
        since = possible_since(asked, day)
        possible = {
            child: folded
            for child, folded in view.children.items()
            if folded.came_on <= day and folded.gone_on >= since
        }
        return await self._readings.in_thread(_receipt, possible, Asked(asked), on, choices)


def _receipt(children: Mapping[str, Folded], asked: Asked, on: date, choices: Choices) -> Receipt:
    lines = (line_of(child, folded.facts, asked, on, choices, folded.steps) for child, folded in children.items())
    return receipt_of((line for line in lines if line is not None), asked.figure, on, choices)


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")
    receipts = Receipts(context.readings)

    @routes.get("/receipt")
    async def receipt(
        request: Request,
        known: KnownBy,
        asked: Annotated[Figure, Depends(figure)],
        part: Annotated[Page, Depends(page)],
        claims: Annotated[Claims, Depends(for_people(context))],
        on: date | None = None,
        definitions: str | None = None,
    ) -> Response:
        day, choices = day_of(on, context.clock), chosen(definitions, context.choices)

        async def read() -> ReceiptTold:
            async with context.readings.as_known(claims.authority) as question:
                made = await receipts.of(question, known or Known(), choices, asked, day)
                cut = cut_told(question, known or Known())
                answer = _told(claims, made, cut, choices, part)
                seen = [line.child for line in answer.lines]
                what = f"receipt {asked.indicator} {asked.breakdown} {asked.period} on {day.isoformat()}"
                await question.now.record_look(claims, seen, what)
                return answer

        answer = await answered(context, read)
        return told(request, answer, answer.link, answer.next)

    return routes


def _told(claims: Claims, made: Receipt, cut: Cut, choices: Choices, part: Page) -> ReceiptTold:
    asked = made.figure
    clock = {} if cut.known_at is None else {"clock": cut.clock}
    return ReceiptTold(
        authority=claims.authority,
        indicator=asked.indicator,
        title=INDICATORS[asked.indicator].title,
        breakdown=asked.breakdown,
        period=asked.period,
        on=made.on,
        definitions=made.definitions,
        cut=cut,
        numerator=made.numerator,
        denominator=made.denominator,
        children=sum(line.of != "near miss" for line in made.lines),
        near_misses=sum(bool(line.near) for line in made.lines),
        lines=list(part.of(made.lines)),
        link={**figure_link(asked), **reading_link(made.on, cut, choices), **clock},
        next=part.following(made.lines),
    )
