"""The pages of an authority: its scorecard, and an indicator; and the stream of what changes on them.

Every page can be read without a script. What is on it is worded in `views.py`.
"""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from holdfast.contracts.figures import WHOLE
from holdfast.indicators.parts import is_broken_down
from holdfast.runtime.http import Problem
from services.gateway.alerts.pages import standing
from services.gateway.api.parameters import refuse_unknown
from services.gateway.figures.benchmarks import benchmark_rows, benchmarks_of
from services.gateway.figures.held import Held
from services.gateway.figures.views import (
    Tile,
    cell_groups,
    large_tile,
    month_rows,
    tile,
)
from services.gateway.parity.words import in_words
from services.gateway.parts import Made, Parts
from services.gateway.people.access import Reader
from services.gateway.presentation import (
    authority_words,
    groups,
    instant_words,
    published_words,
)
from services.gateway.settledness.settled import months_settled
from services.gateway.templating import page, render

router = APIRouter(include_in_schema=False)


@router.get("/live")
async def live(
    request: Request, authority: str, principal: Reader, parts: Made, view: Annotated[str, Query()] = ""
) -> Response:
    """An authority's figures as they are said; with `view=scorecard` as the tiles of its page."""
    make = (lambda held: _tile_event(parts, held)) if view == "scorecard" else None
    return parts.live.stream(request, authority, lambda: parts.access.still(principal), make)


def _tile_event(parts: Parts, held: Held) -> bytes:
    made = _tile(parts, held)
    # A rate of residents that nobody has estimated has no place on the page.
    if made is None:
        return b""
    return msgspec.json.encode(
        {
            "indicator": made.indicator,
            "as_at": instant_words(made.as_at),
            "sentence": made.sentence,
            "html": render("figures/tile.html", tile=made, hidden_behind_link=False),
        }
    )


def _tile(parts: Parts, held: Held) -> Tile | None:
    """None where there is no reading."""
    _, targets = parts.targets.of(held.head.authority, held.head.indicator)
    figure = held.figure()
    return tile(figure, targets) if figure.readings else None


@router.get("/authorities/{authority}")
async def scorecard(request: Request, authority: str, principal: Reader, parts: Made) -> Response:
    """The scorecard of an authority."""
    held = parts.figures.of(authority).held
    shown = {code: made for (code, cell), one in held.items() if cell == WHOLE and (made := _tile(parts, one))}
    parted = {name: [shown[code] for code in codes if code in shown] for name, codes in groups().items()}
    return page(
        request,
        "figures/scorecard.html",
        principal=principal,
        authority=authority_words(authority),
        groups={name: tiles for name, tiles in parted.items() if tiles},
        as_at=max((made.as_at for made in shown.values()), default=""),
        alerts=standing(parts, authority),
        parity=in_words(found) if (found := parts.parity.of(authority)) else "",
        today=parts.clock.today(),
        settled=months_settled(await parts.settled.of(principal, authority, parts.clock.today())) if shown else [],
    )


@router.get("/authorities/{authority}/indicators/{indicator}")
async def indicator(request: Request, authority: str, indicator: str, principal: Reader, parts: Made) -> Response:
    """One indicator: today, its month ends, its breakdowns, and what is to come if nothing further is said."""
    refuse_unknown(indicator)
    state = parts.figures.of(authority).held
    cells = {cell: held.figure() for (code, cell), held in state.items() if code == indicator}
    if WHOLE not in cells or not cells[WHOLE].readings:
        raise Problem(
            404, "no-figure-yet", "There is no figure of this indicator yet", "It comes with the first events."
        )
    place, held = authority_words(authority), benchmarks_of(authority, indicator)
    version, targets = parts.targets.of(authority, indicator)
    figure = cells[WHOLE]
    settled = months_settled(await parts.settled.of(principal, authority, parts.clock.today()))
    return page(
        request,
        "figures/indicator.html",
        principal=principal,
        authority=place,
        tile=large_tile(figure, targets),
        narrow_chart=tile(figure, targets).chart,
        month_ends=list(reversed(month_rows(figure.month_ends, indicator, targets))),
        settled={month.on: month for month in settled if month.said},
        ahead=month_rows(figure.ahead, indicator, targets),
        groups=cell_groups(cells, indicator),
        # Of the residents no child is told of: neither those behind a rate nor which cell they would be in.
        of_children=is_broken_down(indicator),
        benchmarks=benchmark_rows(held, place["name"]) if held else [],
        year_ending=date(held.year, 3, 31) if held else None,
        published=published_words(indicator),
        definitions=figure.definitions,
        read_to=figure.read_to,
        on=figure.as_at,
        targets=targets,
        version=version,
    )
