"""The JSON of rejected events, for stewards alone: list, open, check, replay, dismiss, reopen, count.

Everything is the door's to do and to write down; here it is asked in the name of whoever is signed in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts import quarantine_examples as examples
from holdfast.contracts.quarantine import (
    MOST_AT_ONCE,
    MOST_ON_A_PAGE,
    NAME,
    Checked,
    Decided,
    EntryNumber,
    EntryOutcome,
    EntryPage,
    Mended,
    Opened,
    Reason,
    Replay,
    Replays,
    Shown,
    SourceDay,
    Status,
    Why,
)
from holdfast.runtime.http import json_response
from holdfast.runtime.openapi import answer, json_body
from services.gateway.api.bodies import body_as
from services.gateway.api.document import DOOR, answered
from services.gateway.api.paging import leading_on
from services.gateway.api.parameters import Authority
from services.gateway.domain import Principal
from services.gateway.edge import LONGEST_BODY_BYTES
from services.gateway.parts import Made
from services.gateway.people.access import allowed_to

router = APIRouter(prefix="/api/authorities/{authority}/quarantine", tags=["quarantine"])

Steward = Annotated[Principal, Depends(allowed_to("quarantine"))]
Since = Annotated[
    date | None,
    Query(description="The first day; 26 weeks before the last unless one is named", examples=["2026-01-01"]),
]
Until = Annotated[date | None, Query(description="The last day; today unless one is named", examples=["2026-03-31"])]
Entry = Annotated[int, Path(description="The number of an entry, as the list has it", examples=[4711])]
LARGEST_ENTRY = 2**63 - 1
_PROBLEMS = (*DOOR, "unusable-request")


class MendedEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """An event as a steward has written it."""

    event: msgspec.Raw


class EventReplay(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry to be replayed: as mended in `event`, or as it came."""

    entry: EntryNumber
    event: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class EventReplays(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries to be replayed."""

    entries: Annotated[list[EventReplay], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]


class Reasoned(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries to be dismissed or reopened, and why."""

    entries: Annotated[list[EntryNumber], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    reason: Reason


@router.get(
    "",
    summary="Rejected events, newest first, without their bodies",
    responses=answered(
        {200: answer("A page of entries, newest first", EntryPage, examples.LISTED, pages=True)}, *_PROBLEMS
    ),
)
async def listed(
    authority: Authority,
    request: Request,
    principal: Steward,
    parts: Made,
    cursor: Annotated[
        int | None, Query(ge=1, le=LARGEST_ENTRY, description="`next` of the page before", examples=[4711])
    ] = None,
    system: Annotated[
        str | None, Query(description="Of one sending system", pattern=NAME, examples=["liquidlogic"])
    ] = None,
    code: Annotated[
        str | None, Query(description="With a fault of this code", pattern=NAME, examples=["unknown-code"])
    ] = None,
    status: Annotated[Status | None, Query(description="What became of it", examples=["waiting"])] = None,
    limit: Annotated[
        int, Query(ge=1, le=MOST_ON_A_PAGE, description="So many a page at most", examples=[50])
    ] = MOST_ON_A_PAGE,
) -> Response:
    """No body, no reference of a child: the id is hashed, and a sentence says what each code means."""
    chosen = chosen_of(cursor=cursor, system=system, code=code, status=status, limit=limit)
    found = await parts.rejected.page(principal, authority, chosen)
    return leading_on(json_response(found), request, chosen, None if found.next is None else str(found.next))


@router.get(
    "/days",
    summary="What came and what became of it, by source and day",
    responses=answered({200: answer("Counts, the earliest day first", list[SourceDay], examples.DAYS)}, *_PROBLEMS),
)
async def days(
    authority: Authority, principal: Steward, parts: Made, since: Since = None, until: Until = None
) -> Response:
    """Of the last 26 weeks unless days are given. Counts stay when the events themselves have been removed."""
    return json_response(await parts.rejected.days(principal, authority, chosen_of(since=since, until=until)))


@router.post(
    "/replays",
    summary="Replay up to 100 events, mended or as they came",
    responses=answered({200: answer("What became of each entry", list[EntryOutcome], examples.OUTCOMES)}, *_PROBLEMS),
    openapi_extra=json_body(EventReplays, examples.REPLAYS),
)
async def replays(authority: Authority, request: Request, principal: Steward, parts: Made) -> Response:
    """Of each is said what became of it. Published where `done`; said twice, it is the same statement again."""
    asked: EventReplays = await body_as(request, EventReplays, LONGEST_BODY_BYTES)
    entries = [Replay(one.entry, _text(one.event) or None) for one in asked.entries]
    return json_response(await parts.rejected.replay(principal, authority, Replays(entries)))


@router.post(
    "/dismissals",
    summary="Dismiss up to 100 events for a reason",
    responses=answered({200: answer("What became of each entry", list[EntryOutcome], examples.OUTCOMES)}, *_PROBLEMS),
    openapi_extra=json_body(Reasoned, examples.DECIDED),
)
async def dismissals(authority: Authority, request: Request, principal: Steward, parts: Made) -> Response:
    """A dismissed event is not replayed unless it is reopened."""
    asked: Reasoned = await body_as(request, Reasoned)
    return json_response(await parts.rejected.dismiss(principal, authority, Decided(asked.entries, asked.reason)))


@router.post(
    "/reopenings",
    summary="Let up to 100 dismissed events wait again, for a reason",
    responses=answered({200: answer("What became of each entry", list[EntryOutcome], examples.OUTCOMES)}, *_PROBLEMS),
    openapi_extra=json_body(Reasoned, examples.DECIDED),
)
async def reopenings(authority: Authority, request: Request, principal: Steward, parts: Made) -> Response:
    """They can then be mended and replayed like any other."""
    asked: Reasoned = await body_as(request, Reasoned)
    return json_response(await parts.rejected.reopen(principal, authority, Decided(asked.entries, asked.reason)))


@router.get(
    "/{entry}",
    summary="One rejected event, and what was done to it",
    responses=answered({200: answer("The entry", Shown, examples.SHOWN)}, *_PROBLEMS, "no-such-entry"),
)
async def shown(authority: Authority, entry: Entry, principal: Steward, parts: Made) -> Response:
    """Without its body."""
    return json_response(await parts.rejected.show(principal, authority, entry))


@router.post(
    "/{entry}/openings",
    summary="The body of a rejected event, as it came",
    responses=answered(
        {
            200: answer(
                "The entry with its body, what is wrong with it now, and what a mended event must keep",
                Opened,
                examples.OPENED,
            )
        },
        *_PROBLEMS,
        "no-such-entry",
    ),
    openapi_extra=json_body(Why, examples.WHY),
)
async def openings(authority: Authority, entry: Entry, request: Request, principal: Steward, parts: Made) -> Response:
    """It names a child by the authority's own reference: who looks, when and why is written down first."""
    why: Why = await body_as(request, Why)
    return json_response(await parts.rejected.open(principal, authority, entry, why))


@router.post(
    "/{entry}/checks",
    summary="The verdict on a mended event, of which nothing is kept",
    responses=answered({200: answer("The verdict", Checked, examples.CHECKED)}, *_PROBLEMS, "no-such-entry"),
    openapi_extra=json_body(MendedEvent, examples.MENDED),
)
async def checks(authority: Authority, entry: Entry, request: Request, principal: Steward, parts: Made) -> Response:
    """Read as at the door; what a mended event must keep is asked of it too. A failed attempt is counted."""
    asked: MendedEvent = await body_as(request, MendedEvent, LONGEST_BODY_BYTES)
    return json_response(await parts.rejected.check(principal, authority, entry, Mended(_text(asked.event))))


def chosen_of(**given: Any) -> dict[str, str]:
    """Parameters as the door takes them, without those that are not given."""
    return {name: str(value) for name, value in given.items() if value is not None}


def _text(event: msgspec.Raw) -> str:
    return bytes(event).decode()


def numbers_in(texts: Sequence[str]) -> list[int]:
    """The entries that a form names, each once."""
    found = (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < len(str(LARGEST_ENTRY)))
    return [number for number in dict.fromkeys(found) if number >= 1]
