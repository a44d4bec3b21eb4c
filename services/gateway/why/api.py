"""Why a figure is what it is, for machines: its receipt, the bridge between two readings, and the months ahead.

All of it is the register's, at a data cut; here the room to the next band is added, since targets are ours.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from msgspec import Struct
from pydantic import BaseModel

from holdfast.contracts.figures import Period, Rating, Reading
from holdfast.contracts.packs import PackNamed
from holdfast.indicators.ahead import Crossing, Headroom, headroom
from holdfast.indicators.bridge import Change, Part
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.rating import rate, target_in_force
from holdfast.indicators.receipts import Line
from holdfast.indicators.values import is_withheld
from holdfast.runtime.http import Problem
from holdfast.runtime.openapi import answer, file_answer, text_answer
from services.gateway.api.document import CUT, answered
from services.gateway.api.paging import paged, pages_of
from services.gateway.api.parameters import Authority, BridgeAsked, ReceiptAsked, ReceiptFileAsked
from services.gateway.api.parameters import given as given_in
from services.gateway.domain import Principal
from services.gateway.neighbours.register import Parameters
from services.gateway.parts import Made, Parts
from services.gateway.people.access import allowed_to
from services.gateway.why import examples
from services.gateway.why.files import csv_of, xlsx_of
from services.gateway.workbook import CSV, XLSX, Cell, as_file

router = APIRouter(prefix="/api/authorities/{authority}", tags=["why"])

Nearer = Annotated[Principal, Depends(allowed_to("children"))]

What = Literal["receipt", "bridge", "ahead"]
_TAKEN: dict[What, type[BaseModel]] = {"receipt": ReceiptAsked, "ahead": ReceiptAsked, "bridge": BridgeAsked}

# As many as the register answers with at once, and as many times as a file asks for more.
LINES_AT_ONCE = 1_000
MOST_PAGES = 20


class Cut(Struct, frozen=True):
    """What was known: by an instant of a clock, of what had been read up to an offset."""

    known_at: str | None
    clock: str
    read_to: int
    erased_since: bool


class ReceiptTold(Struct, frozen=True):
    """A page of a receipt, as the register tells it."""

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


class ReadingTold(Struct, frozen=True):
    """One of a bridge's two readings; that of a frozen pack says which."""

    on: date
    definitions: str
    cut: Cut
    pack: PackNamed | None


class BridgeTold(Struct, frozen=True):
    """A page of a bridge, as the register tells it."""

    authority: str
    indicator: str
    title: str
    breakdown: str
    period: Period
    first: ReadingTold
    second: ReadingTold
    turned: bool
    adds_up: bool
    numerator: Part
    denominator: Part | None
    number_of_changes: int
    changes: list[Change]
    link: dict[str, str]
    next: str | None


class CrossingTold(Struct, frozen=True):
    """Who crosses, when, and what makes it."""

    crossing: Crossing
    sentence: str


class MonthEndAhead(Struct, frozen=True):
    """A month end ahead, as the register tells it."""

    on: date
    readings: list[Reading]


class AheadRead(Struct, frozen=True):
    """A page of the months ahead, as the register tells it."""

    authority: str
    indicator: str
    title: str
    breakdown: str
    period: Period
    on: date
    definitions: str
    cut: Cut
    reading: Reading | None
    month_ends: list[MonthEndAhead]
    number_of_crossings: int
    crossings: list[CrossingTold]
    link: dict[str, str]
    next: str | None


class Room(Struct, frozen=True):
    """A reading with its colour, by the target in force on its day, and how far it is to the next."""

    on: date
    reading: Reading
    rating: Rating | None
    headroom: tuple[Headroom, ...]


class AheadAnswered(AheadRead, frozen=True, kw_only=True):
    """A page of the months ahead, with the room that is left now and at each month end."""

    now: Room | None
    month_ends: list[Room]  # type: ignore[assignment]


class AheadTold(Struct, frozen=True):
    """What the clock will do: the reading of the day and the month ends ahead with the room left, and who crosses."""

    register: AheadRead
    now: Room | None
    month_ends: list[Room]


_FIGURE_PROBLEMS = ("unknown-indicator", "no-such-figure", *CUT)


@router.get(
    "/receipt",
    summary="Who makes up a figure, and why",
    responses=answered(
        {200: answer("A page of the receipt", ReceiptTold, examples.RECEIPT, etag=True, pages=True)}, *_FIGURE_PROBLEMS
    ),
)
async def receipt(
    authority: Authority,
    request: Request,
    principal: Nearer,
    parts: Made,
    given: Annotated[ReceiptAsked, Query()],
) -> Response:
    """A page of the receipt of a figure: who makes it up and why, and who is just outside."""
    asked = asked_for("receipt", given_in(given))
    return paged(request, await parts.register.explained(principal, authority, "receipt", asked), asked)


@router.get(
    "/bridge",
    summary="What came between two readings of a figure",
    responses=answered(
        {200: answer("A page of the bridge", BridgeTold, examples.BRIDGE, etag=True, pages=True)},
        *_FIGURE_PROBLEMS,
        "readings-cross",
        "no-such-pack",
    ),
)
async def bridge(
    authority: Authority,
    request: Request,
    principal: Nearer,
    parts: Made,
    given: Annotated[BridgeAsked, Query()],
) -> Response:
    """A page of the bridge between two readings of a figure: who came and went, each with its cause."""
    asked = asked_for("bridge", given_in(given))
    return paged(request, await parts.register.explained(principal, authority, "bridge", asked), asked)


@router.get(
    "/ahead",
    summary="What a figure comes to if nothing further is said",
    responses=answered(
        {200: answer("A page of the months ahead", AheadAnswered, examples.AHEAD, etag=True, pages=True)},
        *_FIGURE_PROBLEMS,
    ),
)
async def ahead(
    authority: Authority,
    request: Request,
    principal: Nearer,
    parts: Made,
    given: Annotated[ReceiptAsked, Query()],
) -> Response:
    """The month ends ahead if nothing further is said, the room to the next band, and a page of who crosses when."""
    asked = asked_for("ahead", given_in(given))
    told = await ahead_of(parts, principal, authority, asked)
    read = msgspec.structs.asdict(told.register) | {"now": told.now, "month_ends": told.month_ends}
    return paged(request, msgspec.json.encode(AheadAnswered(**read)), asked)


@router.get(
    "/receipt.csv",
    summary="A whole receipt as a flat file",
    responses=answered(
        {200: text_answer("A line a child", "text/csv", examples.RECEIPT_CSV)}, *_FIGURE_PROBLEMS, "too-many-children"
    ),
)
async def receipt_csv(
    authority: Authority, principal: Nearer, parts: Made, given: Annotated[ReceiptFileAsked, Query()]
) -> Response:
    """A whole receipt as a flat file, a line a child."""
    told = await whole_receipt(parts, principal, authority, asked_for("receipt", given_in(given)))
    return _file(csv_of(told.lines, told.on), CSV, told, "csv")


@router.get(
    "/receipt.xlsx",
    summary="A whole receipt as a workbook",
    responses=answered({200: file_answer("The workbook", XLSX)}, *_FIGURE_PROBLEMS, "too-many-children"),
)
async def receipt_xlsx(
    authority: Authority, principal: Nearer, parts: Made, given: Annotated[ReceiptFileAsked, Query()]
) -> Response:
    """A whole receipt as a workbook: a cover, notes, and a table a sheet."""
    told = await whole_receipt(parts, principal, authority, asked_for("receipt", given_in(given)))
    cover: list[tuple[str, Cell]] = [
        ("Indicator", told.title),
        ("Authority", told.authority),
        ("Cell", told.breakdown),
        ("Period", told.period),
        ("On", told.on.isoformat()),
        ("Numerator", told.numerator),
        ("Denominator", "z" if told.denominator is None else told.denominator),
        ("Definitions", told.definitions),
        ("Known at", told.cut.known_at or "all that had been read"),
        ("Clock", told.cut.clock),
        ("Read to offset", told.cut.read_to),
    ]
    return _file(xlsx_of(cover, told.lines, told.on), XLSX, told, "xlsx")


def asked_for(what: What, given: Mapping[str, str]) -> Parameters:
    """The parameters of a question that the register takes; a flow is asked of its month unless a period is given."""
    asked = {name: given[name] for name in _TAKEN[what].model_fields if given.get(name)}
    indicator = asked.get("indicator", "")
    if indicator not in INDICATORS:
        raise Problem(404, "unknown-indicator", "There is no indicator of this name")
    if INDICATORS[indicator].kind == "flow":
        asked.setdefault("period", "month")
    return asked


async def receipt_of(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> ReceiptTold:
    """A page of a receipt."""
    answer = await parts.register.explained(principal, authority, "receipt", asked)
    return msgspec.json.decode(answer, type=ReceiptTold)


async def whole_receipt(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> ReceiptTold:
    """Every page of a receipt as one; raises Problem 413 where there are more children than a file takes."""
    pages = await pages_of(partial(receipt_of, parts, principal, authority), asked, LINES_AT_ONCE, MOST_PAGES)
    if pages[-1].next is not None:
        raise Problem(413, "too-many-children", f"A file takes {MOST_PAGES * LINES_AT_ONCE:,} children at most")
    return msgspec.structs.replace(pages[0], lines=[line for page in pages for line in page.lines], next=None)


async def bridge_of(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> BridgeTold:
    """A page of a bridge."""
    answer = await parts.register.explained(principal, authority, "bridge", asked)
    return msgspec.json.decode(answer, type=BridgeTold)


async def ahead_of(parts: Parts, principal: Principal, authority: str, asked: Parameters) -> AheadTold:
    """A page of the months ahead, with the room to the next band by the authority's own targets."""
    answer = await parts.register.explained(principal, authority, "ahead", asked)
    told = msgspec.json.decode(answer, type=AheadRead)

    def room(on: date, reading: Reading) -> Room:
        # A breakdown has no colour: targets are of the whole.
        _, targets = parts.targets.of(authority, told.indicator)
        target = None if told.breakdown != "all" or is_withheld(reading) else target_in_force(targets, on)
        if target is None:
            return Room(on, reading, None, ())
        numbers = reading.numerator, reading.denominator
        return Room(on, reading, rate(*numbers, target), headroom(*numbers, target))

    return AheadTold(
        told,
        None if told.reading is None else room(told.on, told.reading),
        [room(end.on, reading) for end in told.month_ends for reading in end.readings],
    )


def _file(body: bytes, media_type: str, told: ReceiptTold, ending: str) -> Response:
    return as_file(body, media_type, f"receipt-{told.authority}-{told.indicator}-{told.on.isoformat()}.{ending}")
