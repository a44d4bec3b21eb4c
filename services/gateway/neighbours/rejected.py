"""What the gateway asks of the door about rejected events, for stewards; each request says who asks and of whose.

All of it may be asked twice: what was done already is not done again. What is answered is `contracts/quarantine.py`'s.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from holdfast.contracts.quarantine import (
    Checked,
    Decided,
    EntryOutcome,
    EntryPage,
    Mended,
    Opened,
    Replays,
    Shown,
    SourceDay,
    Why,
)
from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import QUARANTINE_PURPOSE
from services.gateway.domain import Principal
from services.gateway.neighbours.neighbour import Neighbour, Request, problem_in

CONNECTIONS = 10
# The door waits for the broker, and this for the door.
LONGEST_SECONDS = 40.0

Answer = TypeVar("Answer")


class Rejected:
    """The door's quarantine, over at most 10 connections. Raises Problem 404 for an entry that is none, 503 or 400."""

    def __init__(self, url: str, signing_key: str) -> None:
        self._neighbour = Neighbour(url, signing_key, connections=CONNECTIONS, longest_seconds=LONGEST_SECONDS)

    async def close(self) -> None:
        """Let the connections go."""
        await self._neighbour.close()

    async def page(self, asker: Principal, authority: str, chosen: Mapping[str, str]) -> EntryPage:
        """A page of entries, newest first; `chosen` are cursor, system, code, status and limit."""
        return await self._ask(EntryPage, asker, authority, "GET", "", parameters=chosen)

    async def days(self, asker: Principal, authority: str, chosen: Mapping[str, str]) -> list[SourceDay]:
        """What came and what became of it, by source and day; `chosen` are since and until."""
        return await self._ask(list[SourceDay], asker, authority, "GET", "/days", parameters=chosen)

    async def show(self, asker: Principal, authority: str, entry: int) -> Shown:
        """An entry without its body, and what was done to it."""
        return await self._ask(Shown, asker, authority, "GET", f"/{entry}")

    async def open(self, asker: Principal, authority: str, entry: int, why: Why) -> Opened:
        """The body of an entry; who asks and why is written down at the door."""
        return await self._ask(Opened, asker, authority, "POST", f"/{entry}/openings", why)

    async def check(self, asker: Principal, authority: str, entry: int, mended: Mended) -> Checked:
        """The verdict on an entry as mended; nothing of it is kept."""
        return await self._ask(Checked, asker, authority, "POST", f"/{entry}/checks", mended)

    async def replay(self, asker: Principal, authority: str, replays: Replays) -> list[EntryOutcome]:
        """Replay entries, mended or as they came."""
        return await self._ask(list[EntryOutcome], asker, authority, "POST", "/replays", replays)

    async def dismiss(self, asker: Principal, authority: str, decided: Decided) -> list[EntryOutcome]:
        """Dismiss entries."""
        return await self._ask(list[EntryOutcome], asker, authority, "POST", "/dismissals", decided)

    async def reopen(self, asker: Principal, authority: str, decided: Decided) -> list[EntryOutcome]:
        """Let dismissed entries wait again."""
        return await self._ask(list[EntryOutcome], asker, authority, "POST", "/reopenings", decided)

    async def _ask(
        self,
        kind: type[Answer],
        asker: Principal,
        authority: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        content = None if body is None else msgspec.json.encode(body)
        asked = Request(method, f"/quarantine{path}", QUARANTINE_PURPOSE, parameters, content)
        try:
            answer = await self._neighbour.twice(asker, authority, asked)
        except httpx.TransportError as error:
            raise _away() from error
        if not answer.is_success:
            raise _refused(answer)
        return msgspec.json.decode(answer.content, type=kind)


def _away() -> Problem:
    return Problem(
        503,
        "door-unavailable",
        "The door for events is not answering",
        "What was asked may or may not be done. Ask again: nothing is done twice.",
        headers={"Retry-After": "5"},
    )


def _refused(answer: httpx.Response) -> Problem:
    told = problem_in(answer)
    detail = str(told.get("detail", ""))
    if answer.status_code == 404:
        return Problem(404, "no-such-entry", "There is no such entry in quarantine", detail)
    if answer.status_code == 400:
        return Problem(400, "unusable-request", "The request is not usable", detail)
    if answer.status_code in (429, 502, 503, 504):
        return _away()
    return Problem(503, "door-refuses", "The door for events refuses this", str(told.get("title", "")))
