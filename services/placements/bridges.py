"""The bridge between two readings of one figure over HTTP: who came and went, and why, at two data cuts.

Both readings are of one snapshot and one clock. Only the children that are in one of them alone are read anew. A
reading may be that of a frozen pack, whose numbers are those that it keeps.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from msgspec import Struct, structs
from pydantic import AwareDatetime

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of
from holdfast.contracts.figures import Period
from holdfast.contracts.packs import PackNamed
from holdfast.indicators.bridge import Bridge, Change, Part, Reading, bridge_of, changes_of, turned
from holdfast.indicators.bridge_stops import dated
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import definitions
from holdfast.indicators.members import Asked, Figure, Memberships
from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import Claims
from services.placements.api import Context, answered, day_of, for_people
from services.placements.as_known import View
from services.placements.cuts import Cut, Page, chosen, cut_told, figure, figure_link, page, reading_link
from services.placements.cuts import told as answer_told
from services.placements.packs.api import pack_named
from services.placements.packs.frozen import numbers_of
from services.placements.readings import Question
from services.placements.store import Clocked, Known, Told


class End(Struct, frozen=True):
    """One of the two readings: on which day, of what was known, by which choices.

    Of a pack, which one, and the numerator and denominator that it keeps.
    """

    reading: Reading
    known: Known
    pack: PackNamed | None = None
    stated: tuple[int, int] | None = None


class ReadingTold(Struct, frozen=True):
    """One of the two readings as it is told."""

    on: date
    definitions: str
    cut: Cut
    pack: PackNamed | None


class BridgeTold(Struct, frozen=True, kw_only=True):
    """A page of a bridge. `turned`: it runs from the reading that knows more to the one that knows less."""

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


class Wanted(Struct, frozen=True):
    """One of the two readings, as it was asked for: by a day and a data cut, or by a pack, which has its own."""

    on: date | None
    known_at: datetime | None
    read_to: int | None
    definitions: str | None
    pack: UUID | None


class Two(Struct, frozen=True):
    """The two readings asked about, by one clock."""

    first: Wanted
    second: Wanted
    clock: Clocked


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.get("/bridge")
    async def bridge(
        request: Request,
        asked: Annotated[Figure, Depends(figure)],
        part: Annotated[Page, Depends(page)],
        claims: Annotated[Claims, Depends(for_people(context))],
        two: Annotated[Two, Depends(_two_readings)],
    ) -> Response:
        async def read() -> BridgeTold:
            async with context.readings.as_known(claims.authority) as question:
                ends = await _ends(context, question, asked, two)
                answer = await _answer(context, question, asked, ends, part)
                seen = sorted({change.child for change in answer.changes})
                days = f"{answer.first.on.isoformat()} to {answer.second.on.isoformat()}"
                what = f"bridge {asked.indicator} {asked.breakdown} {asked.period} {days}"
                await question.now.record_look(claims, seen, what)
                return answer

        answer = await answered(context, read)
        return answer_told(request, answer, answer.link, answer.next)

    return routes


def _two_readings(
    first_on: date | None = None,
    second_on: date | None = None,
    first_known_at: AwareDatetime | None = None,
    second_known_at: AwareDatetime | None = None,
    first_read_to: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    second_read_to: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    first_definitions: str | None = None,
    second_definitions: str | None = None,
    first_pack: UUID | None = None,
    second_pack: UUID | None = None,
    clock: Clocked = "recorded",
) -> Two:
    """A dependency: the two readings asked about, each by its own parameters."""
    first = Wanted(first_on, first_known_at, first_read_to, first_definitions, first_pack)
    second = Wanted(second_on, second_known_at, second_read_to, second_definitions, second_pack)
    if first_on is None and first_pack is None:
        raise Problem(400, "unusable-request", "The first reading needs its day, first_on, or its pack, first_pack")
    if any(end.pack and (end.on or end.known_at or end.read_to or end.definitions) for end in (first, second)):
        raise Problem(400, "unusable-request", "A pack has its own day, data cut and definitions: leave them out")
    return Two(first, second, clock)


async def _ends(context: Context, question: Question, asked: Figure, two: Two) -> tuple[End, End]:
    """The two readings; from a pack alone the bridge leads to today's reading of the pack's own month end."""
    first = await _end(context, question, asked, two.first, two.clock)
    second = two.second
    if first.pack and second.pack is None and second.on is None:
        second = structs.replace(second, on=first.reading.on)
    return first, await _end(context, question, asked, second, two.clock)


async def _end(context: Context, question: Question, asked: Figure, wanted: Wanted, clock: Clocked) -> End:
    if wanted.pack is None:
        reading = Reading(day_of(wanted.on, context.clock), chosen(wanted.definitions, context.choices))
        return End(reading, question.cut(Known(wanted.known_at, clock, wanted.read_to)))
    kept = await pack_named(question.now, wanted.pack)
    stated = numbers_of(kept.figures, (asked.indicator, asked.breakdown, asked.period))
    if stated is None:
        raise Problem(404, "no-such-figure", "The pack has no such figure: it was frozen before there was one")
    reading = Reading(kept.pack.month_end, chosen(kept.pack.definitions, context.choices))
    return End(reading, question.cut(Known(None, clock, kept.pack.read_to)), kept.pack.named, stated)


async def _answer(context: Context, question: Question, asked: Figure, ends: tuple[End, End], part: Page) -> BridgeTold:
    first, second = ends
    backwards = _is_backwards(first, second)
    walked = (second, first) if backwards else (first, second)
    made = await _made(context, question, asked, *walked)
    made = turned(made) if backwards else made
    told = [
        ReadingTold(end.reading.on, definitions(end.reading.choices), cut_told(question, end.known), end.pack)
        for end in ends
    ]
    return BridgeTold(
        authority=question.authority,
        indicator=asked.indicator,
        title=INDICATORS[asked.indicator].title,
        breakdown=asked.breakdown,
        period=asked.period,
        first=told[0],
        second=told[1],
        turned=backwards,
        adds_up=made.numerator.adds_up and (made.denominator is None or made.denominator.adds_up),
        numerator=made.numerator,
        denominator=made.denominator,
        number_of_changes=len(made.changes),
        changes=list(part.of(made.changes)),
        link=_link(asked, first, second, told),
        next=part.following(made.changes),
    )


def _link(asked: Figure, first: End, second: End, told: list[ReadingTold]) -> dict[str, str]:
    link = figure_link(asked)
    for name, end, shown in (("first", first, told[0]), ("second", second, told[1])):
        by_pack = None if end.pack is None else {f"{name}_pack": str(end.pack.pack)}
        link |= by_pack or reading_link(end.reading.on, shown.cut, end.reading.choices, f"{name}_")
    return link | {"clock": first.known.clock}


def _is_backwards(first: End, second: End) -> bool:
    """Does the first know more, or as much on a later day? 400 where each knows what the other does not."""
    more, less = _knows(first.known, second.known), _knows(second.known, first.known)
    if not more and not less:
        raise Problem(
            400,
            "readings-cross",
            "Each of these readings knows something that the other does not",
            "One was known at an earlier instant but had read further. Read both to the same offset.",
        )
    return first.reading.on > second.reading.on if more and less else more


def _knows(some: Known, other: Known) -> bool:
    """Whether all that the other knows is known so too."""
    as_late = some.at is None or (other.at is not None and some.at >= other.at)
    return as_late and (some.read_to or 0) >= (other.read_to or 0)


async def _made(context: Context, question: Question, asked: Figure, first: End, second: End) -> Bridge:
    views = [await question.view(end.known, end.reading.choices) for end in (first, second)]
    run = context.readings.in_thread
    compared = await run(_compared, Asked(asked), views[0], views[1], first.reading.day, second.reading.day)
    told = await question.now.told_of(compared.different, second.known)
    changes = await run(_changes, Asked(asked), told, first, second)
    return bridge_of(Asked(asked), compared.first, compared.second, changes, first.stated, second.stated)


class _Compared(Struct, frozen=True):
    """The numbers of both readings, and the children that are not the same in both."""

    first: tuple[int, int]
    second: tuple[int, int]
    different: list[str]


_NOBODY: tuple[Memberships, Memberships] = (frozenset(), frozenset())


def _compared(asked: Asked, first: View, second: View, first_day: int, second_day: int) -> _Compared:
    before = {child: asked.on(folded.steps, first_day) for child, folded in first.children.items()}
    after = {child: asked.on(folded.steps, second_day) for child, folded in second.children.items()}
    every = sorted(before.keys() | after.keys())
    return _Compared(
        (sum(len(above) for above, _ in before.values()), sum(len(below) for _, below in before.values())),
        (sum(len(above) for above, _ in after.values()), sum(len(below) for _, below in after.values())),
        [child for child in every if before.get(child, _NOBODY) != after.get(child, _NOBODY)],
    )


def _changes(asked: Asked, told: list[Told], first: End, second: End) -> list[Change]:
    by_child: dict[str, list[tuple[Told, Fact]]] = {}
    for one in told:
        by_child.setdefault(one.child, []).append((one, fact_of(decode_event(one.event), one.statement)))
    changes: list[Change] = []
    for child, known in by_child.items():
        known.sort(key=lambda one: _order(one[0], one[1], first, second))
        held = [fact for one, fact in known if one.is_in(first.known)]
        since = [fact for one, fact in known if not one.is_in(first.known)]
        changes += changes_of(child, asked, first.reading, second.reading, held, since)
    return changes


def _order(told: Told, fact: Fact, first: End, second: End) -> tuple[datetime, int, int]:
    """In the order in which they became known; as they came where neither reading names an instant."""
    by_arrival = first.known.at is None and second.known.at is None
    at = told.received_at if by_arrival or first.known.clock == "received" else told.recorded_at
    return at, dated(fact), told.offset
