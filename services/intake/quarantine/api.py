"""Rejected events over HTTP, for stewards by way of the gateway, whose token says who asks and of which authority.

What is done to them is `replaying.py`'s; that they are kept at all is the door's.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts import quarantine_examples as examples
from holdfast.contracts.door_rules import london_day
from holdfast.contracts.quarantine import (
    MOST_DAYS,
    MOST_ON_A_PAGE,
    NAME,
    Checked,
    Decided,
    EntryOutcome,
    EntryPage,
    Mended,
    Opened,
    Replays,
    Shown,
    SourceDay,
    Status,
    Why,
)
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.openapi import Described, answer, json_body
from holdfast.runtime.service_token import Claims
from services.intake.bodies import LONGEST_BODY_BYTES
from services.intake.described import BY_GATEWAY, answered
from services.intake.failures import Unavailable
from services.intake.people import People
from services.intake.quarantine.replaying import Quarantine
from services.intake.quarantine.store import Chosen, QuarantineStore

_NO_STORE = {"Cache-Control": "no-store"}
_DAYS_SHOWN = 26 * 7
_LARGEST_ENTRY = 2**63 - 1

Asked = TypeVar("Asked")
Entry = Annotated[int, Path(description="The number of an entry, as the list has it", examples=[4711])]


class QuarantineApi(Struct, frozen=True):
    """Everything that answering needs."""

    people: People
    quarantine: Quarantine
    held: QuarantineStore
    open_: Callable[[], Sequence[str]]

    def add_to(self, app: FastAPI) -> None:
        """Answer under these paths."""
        for path, (handler, summary, told, body) in self._routes().items():
            app.add_api_route(
                f"/quarantine{path}",
                handler,
                methods=["GET" if body is None else "POST"],
                summary=summary,
                tags=["stewards"],
                responses=answered({200: told}, *(("no-such-entry",) if "{entry}" in path else ())),
                openapi_extra=(body or {}) | BY_GATEWAY,
            )

    def _routes(self) -> dict[str, tuple[Callable[..., Any], str, Described, Described | None]]:
        """By path: who answers, what for, with what, and of which body."""
        decided = json_body(Decided, examples.DECIDED)
        outcomes = answer("What became of each entry", list[EntryOutcome], examples.OUTCOMES)
        return {
            "": (self.listed, "Rejected events, newest first",
                 answer("A page of entries", EntryPage, examples.LISTED), None),
            "/days": (self.days, "What came and what became of it, by source and day",
                      answer("Counts, the earliest day first", list[SourceDay], examples.DAYS), None),
            "/replays": (self.replays, "Replay events, mended or as they came",
                         outcomes, json_body(Replays, examples.REPLAYED_TEXTS)),
            "/dismissals": (self.dismissals, "Dismiss events for a reason", outcomes, decided),
            "/reopenings": (self.reopenings, "Let dismissed events wait again", outcomes, decided),
            "/{entry}": (self.shown, "One rejected event", answer("The entry", Shown, examples.SHOWN), None),
            "/{entry}/openings": (self.opened, "The body of a rejected event, as it came",
                                  answer("The entry with its body", Opened, examples.OPENED),
                                  json_body(Why, examples.WHY)),
            "/{entry}/checks": (self.checked, "The verdict on a mended event",
                                answer("The verdict", Checked, examples.CHECKED),
                                json_body(Mended, examples.MENDED_TEXT)),
        }  # fmt: skip

    async def listed(
        self,
        request: Request,
        cursor: Annotated[
            int | None, Query(ge=1, le=_LARGEST_ENTRY, description="`next` of the page before", examples=[4711])
        ] = None,
        system: Annotated[
            str | None, Query(pattern=NAME, description="Of one sending system", examples=["liquidlogic"])
        ] = None,
        code: Annotated[
            str | None, Query(pattern=NAME, description="With a fault of this code", examples=["unknown-code"])
        ] = None,
        status: Annotated[Status | None, Query(description="What became of it", examples=["waiting"])] = None,
        limit: Annotated[
            int, Query(ge=1, le=MOST_ON_A_PAGE, description="So many a page at most", examples=[50])
        ] = MOST_ON_A_PAGE,
    ) -> Response:
        """A page of entries, newest first, without their bodies."""
        steward = self._steward(request)
        chosen = Chosen(cursor, system, code, status)
        found = await self.held.page(steward.authority, chosen, limit + 1)
        following = found[limit - 1].entry if len(found) > limit else None
        return _answer(EntryPage(found[:limit], following, await self.held.summary(steward.authority)))

    async def days(
        self,
        request: Request,
        since: Annotated[
            date | None, Query(description="The first day; 26 weeks before the last if none", examples=["2026-01-01"])
        ] = None,
        until: Annotated[date | None, Query(description="The last day; today if none", examples=["2026-03-31"])] = None,
    ) -> Response:
        """What came and what became of it, by source and day: of the last half year, unless other days are given."""
        steward = self._steward(request)
        last = until or london_day(self.quarantine.now())
        first = since or last - timedelta(days=_DAYS_SHOWN - 1)
        if not 0 <= (last - first).days < MOST_DAYS:
            raise _unusable(f"since is a day before until, and no more than {MOST_DAYS} days are counted at once.")
        return _answer(await self.held.days(steward.authority, first, last))

    async def shown(self, request: Request, entry: Entry) -> Response:
        """An entry without its body, and what was done to it."""
        return _found(await self.quarantine.show(self._steward(request), _number(entry)))

    async def opened(self, request: Request, entry: Entry) -> Response:
        """The body of an entry; who asks and why is written down first."""
        steward = self._steward(request)
        why = await _body(request, Why)
        return _found(await self.quarantine.open(steward, _number(entry), why.reason))

    async def checked(self, request: Request, entry: Entry) -> Response:
        """The verdict on a mended event. Nothing of it is kept."""
        steward = self._steward(request)
        mended = await _body(request, Mended)
        return _found(await self.quarantine.check(steward, _number(entry), mended.text.encode()))

    async def replays(self, request: Request) -> Response:
        """Replay entries, mended or as they came; of each is said what became of it."""
        steward = self._steward(request)
        asked = (await _body(request, Replays)).entries
        _refuse_repeated([one.entry for one in asked])
        return _outcomes(await self.quarantine.replay(steward, asked))

    async def dismissals(self, request: Request) -> Response:
        """Dismiss entries for a reason."""
        steward = self._steward(request)
        asked = await _body(request, Decided)
        _refuse_repeated(asked.entries)
        return _outcomes(await self.quarantine.dismiss(steward, asked.entries, asked.reason))

    async def reopenings(self, request: Request) -> Response:
        """Let dismissed entries wait again, for a reason."""
        steward = self._steward(request)
        asked = await _body(request, Decided)
        _refuse_repeated(asked.entries)
        return _outcomes(await self.quarantine.reopen(steward, asked.entries, asked.reason))

    def _steward(self, request: Request) -> Claims:
        if faults := self.open_():
            raise Unavailable("; ".join(faults))
        return self.people.keeper(request)


async def _body(request: Request, kind: type[Asked]) -> Asked:
    """What is asked; raises Problem 400 or 413."""
    try:
        return msgspec.json.decode(await bounded_body(request, LONGEST_BODY_BYTES), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # The message names our own fields and bounds alone.
        raise _unusable(str(error)) from error


def _number(entry: Entry) -> int:
    if not 1 <= entry <= _LARGEST_ENTRY:
        raise _no_such_entry()
    return entry


def _refuse_repeated(entries: Sequence[int]) -> None:
    if len(set(entries)) < len(entries):
        raise _unusable("Each entry may be named once.")


def _found(value: Any) -> Response:
    if value is None:
        raise _no_such_entry()
    return _answer(value)


def _outcomes(outcomes: list[EntryOutcome]) -> Response:
    return _answer(outcomes)


def _answer(value: Any) -> Response:
    return json_response(value, headers=_NO_STORE)


def _no_such_entry() -> Problem:
    return Problem(404, "no-such-entry", "There is no such entry", "It may have been removed after its time.")


def _unusable(detail: str) -> Problem:
    return Problem(400, "unusable-request", "The request is not usable", detail)
