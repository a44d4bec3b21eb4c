"""The addresses of the feeds, and the page that says how to use them. Who may ask is `people/access.py`'s to say."""

from contextlib import ExitStack
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from holdfast.runtime.openapi import text_answer
from services.gateway.api.document import REGISTER, answered
from services.gateway.api.parameters import THREE, Authority
from services.gateway.domain import Principal
from services.gateway.feeds.asked import USUAL_MONTH_ENDS, month_ends_asked
from services.gateway.feeds.children import children_feed
from services.gateway.feeds.columns import CHILDREN, FIGURES
from services.gateway.feeds.figures import figures_feed
from services.gateway.feeds.lines import head
from services.gateway.feeds.sent import Sent, unchanged
from services.gateway.parts import Made
from services.gateway.people.access import Reader, allowed_to
from services.gateway.presentation import authority_words
from services.gateway.templating import page

router = APIRouter()

MOST_MONTH_ENDS = 60
MOST_MONTH_ENDS_OF_CHILDREN = 24

_PROBLEMS = ("no-such-day", "no-month-end", "too-many-month-ends", "too-many-feeds", *REGISTER)
_HEADS = head(FIGURES).decode(), head(CHILDREN).decode()

Nearer = Annotated[Principal, Depends(allowed_to("children"))]
Since = Annotated[
    date | None, Query(alias="from", description="The first day: month ends from it on", examples=["2016-04-01"])
]
Until = Annotated[
    date | None, Query(alias="to", description="The last day; today unless one is named", examples=["2017-06-30"])
]


@router.get(
    "/api/authorities/{authority}/feeds/figures.csv",
    summary="Every figure at each month end, as a flat file",
    tags=["feeds"],
    responses=answered({200: text_answer("A line a figure", "text/csv", _HEADS[0], etag=True)}, *_PROBLEMS),
)
async def figures(
    authority: Authority, request: Request, principal: Reader, parts: Made, since: Since = None, until: Until = None
) -> Response:
    """Every figure, whole and in every breakdown, at each month end: the last 24, or those from one day to another."""
    ends = month_ends_asked(since, until, parts.clock.today(), MOST_MONTH_ENDS)
    with ExitStack() as place:
        place.enter_context(parts.feeds.room())
        feed = await figures_feed(parts, principal, authority, ends)
        name = f"figures-{authority}.csv"
        return unchanged(request, feed.tag) or Sent(feed.parts(), feed.tag, name, place.pop_all())


@router.get(
    "/api/authorities/{authority}/feeds/children.csv",
    summary="Every child in every figure at each month end, as a flat file",
    tags=["feeds"],
    responses=answered(
        {200: text_answer("A line a child and figure", "text/csv", _HEADS[1], etag=True)},
        *_PROBLEMS,
        "unknown-indicator",
    ),
)
async def children(
    authority: Authority,
    request: Request,
    principal: Nearer,
    parts: Made,
    since: Since = None,
    until: Until = None,
    indicators: Annotated[
        str | None, Query(description="The codes of those wanted, by commas; all unless said", examples=[THREE])
    ] = None,
) -> Response:
    """Every child in every figure at each month end, by pseudonym: 24 month ends at most. Every look is recorded."""
    ends = month_ends_asked(since, until, parts.clock.today(), MOST_MONTH_ENDS_OF_CHILDREN)
    with ExitStack() as place:
        place.enter_context(parts.feeds.room())
        feed = await children_feed(parts.register, principal, authority, ends, indicators)
        name = f"children-{authority}.csv"
        return unchanged(request, feed.tag) or Sent(feed.parts(), feed.tag, name, place.pop_all())


@router.get("/authorities/{authority}/feeds", include_in_schema=False)
async def feeds(authority: str, request: Request, principal: Reader, parts: Made) -> Response:
    """The page: the addresses, how to read them with a spreadsheet, and what each column is."""
    scheme = "https" if parts.settings.secure_cookies else request.url.scheme
    return page(
        request,
        "feeds.html",
        principal=principal,
        authority=authority_words(authority),
        address=f"{scheme}://{request.url.netloc}/api/authorities/{authority}/feeds",
        usual=USUAL_MONTH_ENDS,
        most=(MOST_MONTH_ENDS, MOST_MONTH_ENDS_OF_CHILDREN),
        tables=[("figures.csv", FIGURES), ("children.csv", CHILDREN)],
    )
