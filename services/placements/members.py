"""Who is in every figure at many month ends, over HTTP: a page of children at a time, each look written down."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.indicators.calendar import month_ends_between
from holdfast.indicators.memberships import OF_CHILDREN, Membership, memberships, possible_since
from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, KnownBy, answered, day_of, for_people
from services.placements.as_known import Folded, View
from services.placements.cuts import Cut, Page, chosen, cut_told, page, reading_link, told
from services.placements.store import Known

MOST_MONTH_ENDS = 24


class MemberTold(Struct, frozen=True):
    """A child with its rows."""

    child: str
    rows: list[Membership]


class MembersTold(Struct, frozen=True, kw_only=True):
    """A page of the children who are in anything at the month ends from a first day to `on`, by their pseudonyms."""

    authority: str
    first: date
    on: date
    cut: Cut
    children: list[MemberTold]
    link: dict[str, str]
    next: str | None


def indicators_in(indicators: str | None = None) -> tuple[str, ...]:
    """A dependency: the indicators named, by commas, or every one of children; 400 where one is none of them."""
    wanted = indicators.split(",") if indicators else OF_CHILDREN
    if not set(OF_CHILDREN).issuperset(wanted):
        raise Problem(400, "no-such-figure", "One of these indicators is none of children")
    return tuple(wanted)


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.get("/members")
    async def members(
        request: Request,
        known: KnownBy,
        first: date,
        on: date,
        only: Annotated[tuple[str, ...], Depends(indicators_in)],
        part: Annotated[Page, Depends(page)],
        claims: Annotated[Claims, Depends(for_people(context))],
        definitions: str | None = None,
    ) -> Response:
        choices, cut = chosen(definitions, context.choices), known or Known()
        ends = _ends(day_of(first, context.clock), day_of(on, context.clock))
        what = f"children at month ends {first.isoformat()} to {on.isoformat()}"

        async def read() -> MembersTold:
            async with context.readings.as_known(claims.authority) as question:
                view = await question.view(cut, choices)
                found, following = await context.readings.in_thread(_page, view, ends, only, part)
                await question.now.record_look(claims, [each.child for each in found], what)
                cut_shown = cut_told(question, cut)
                link = {
                    "first": first.isoformat(),
                    "indicators": ",".join(only),
                    **reading_link(on, cut_shown, choices),
                }
                return MembersTold(
                    authority=claims.authority,
                    first=first,
                    on=on,
                    cut=cut_shown,
                    children=found,
                    link=link if cut_shown.known_at is None else link | {"clock": cut_shown.clock},
                    next=following,
                )

        answer = await answered(context, read)
        return told(request, answer, answer.link, answer.next)

    return routes


def _ends(first: date, last: date) -> list[int]:
    ends = month_ends_between(first.toordinal(), last.toordinal())
    if len(ends) > MOST_MONTH_ENDS:
        raise Problem(400, "too-many-month-ends", f"Ask for {MOST_MONTH_ENDS} month ends at once at most")
    return ends


def _page(view: View, ends: Sequence[int], only: Collection[str], part: Page) -> tuple[list[MemberTold], str | None]:
    """The part of those who may be in anything, without those who are in nothing; and where the next one begins."""
    possible = sorted(child for child, folded in view.children.items() if _may_be_in(folded, ends))
    rows = [MemberTold(child, memberships(view.children[child].steps, ends, only)) for child in part.of(possible)]
    return [each for each in rows if each.rows], part.following(possible)


def _may_be_in(folded: Folded, ends: Sequence[int]) -> bool:
    return bool(ends) and folded.came_on <= ends[-1] and folded.gone_on >= possible_since(ends[0])
