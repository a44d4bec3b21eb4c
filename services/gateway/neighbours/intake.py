"""What the gateway asks of the door for somebody who is signed in: to import facts, to take a correction, to forget.

Each request carries a token of its own that says who asks, in which authority, and what it is for.
"""

import asyncio
import random

import httpx
import msgspec
from msgspec import Struct

from holdfast.contracts.corrections import Correction
from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import CORRECTION_PURPOSE, ERASURE_PURPOSE, IMPORT_PURPOSE
from services.gateway.domain import Principal
from services.gateway.neighbours.neighbour import Neighbour, Request, code_in, passed_on, problem_in

SYSTEM = "ssda903"
CONNECTIONS = 10
# The door itself waits for the register, and that for the broker.
LONGEST_SECONDS = 100.0
TRIES = 6
# Somebody waits for it.
TRIES_OF_A_DEED = 3
LONGEST_PAUSE_SECONDS = 10.0
_WORTH_REPEATING = frozenset({429, 502, 503, 504})


class Asked(Struct, frozen=True):
    """How facts are to be taken: only tried, with what has gone withdrawn, recorded at an instant or else now."""

    dry_run: bool
    withdraw: bool
    recordedtime: str | None = None

    def parameters(self) -> dict[str, str]:
        """As the door takes it."""
        told = {"dry_run": str(self.dry_run).lower(), "withdraw": str(self.withdraw).lower()}
        return told if self.recordedtime is None else told | {"recordedtime": self.recordedtime}


class Intake:
    """The door, for people; raises Problem 403 where it refuses them, 503 where it doesn't answer."""

    def __init__(self, url: str, signing_key: str) -> None:
        self._neighbour = Neighbour(url, signing_key, connections=CONNECTIONS, longest_seconds=LONGEST_SECONDS)

    async def close(self) -> None:
        """Let the connections go."""
        await self._neighbour.close()

    async def may_import(self, asker: Principal, authority: str) -> None:
        """Raise Problem unless the door would take an import: it is asked to import nothing, once."""
        await self._post(asker, authority, b"", Asked(dry_run=True, withdraw=False), tries=1)

    async def import_facts(self, asker: Principal, authority: str, lines: bytes, asked: Asked) -> bytes:
        """The door's answer to facts, a line each. Asking again is harmless: what was published is then unchanged."""
        return await self._post(asker, authority, lines, asked, tries=TRIES)

    async def erase(self, asker: Principal, authority: str, asked: bytes) -> bytes:
        """What the door holds of a child or a statement, or held and has forgotten; asking again is harmless."""
        request = Request("POST", "/erasures", ERASURE_PURPOSE, {}, asked, "application/json")
        return await self._ask(asker, authority, request, TRIES_OF_A_DEED)

    async def correct(self, asker: Principal, authority: str, correction: Correction, *, dry_run: bool) -> bytes:
        """The door's answer to a correction, or to whether it would be taken. Asking again corrects nothing twice."""
        parameters = {"dry_run": str(dry_run).lower()}
        body = msgspec.json.encode(correction)
        request = Request("POST", "/corrections", CORRECTION_PURPOSE, parameters, body, "application/json")
        return await self._ask(asker, authority, request, TRIES_OF_A_DEED)

    async def _post(self, asker: Principal, authority: str, lines: bytes, asked: Asked, tries: int) -> bytes:
        parameters = {"system": SYSTEM, **asked.parameters()}
        request = Request("POST", "/imports", IMPORT_PURPOSE, parameters, lines, "application/x-ndjson")
        return await self._ask(asker, authority, request, tries)

    async def _ask(self, asker: Principal, authority: str, asked: Request, tries: int) -> bytes:
        for attempt in range(1, tries + 1):
            pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2.0**attempt)
            try:
                answer = await self._neighbour.once(asker, authority, asked)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return answer.content
            if answer is not None and answer.status_code not in _WORTH_REPEATING:
                # What is wrong with a correction is for whoever made it.
                corrected = asked.purpose == CORRECTION_PURPOSE and answer.status_code < 500
                raise passed_on(answer) if corrected else _refused(answer)
            if attempt < tries:
                await asyncio.sleep(_asked_for(answer, pause) * random.uniform(0.8, 1.2))
        raise _away()


def _away() -> Problem:
    return Problem(
        503,
        "door-unavailable",
        "The door for events is not answering",
        "Nothing is lost: what it has taken is kept, and is not sent again.",
        headers={"Retry-After": "30"},
    )


def _asked_for(answer: httpx.Response | None, pause: float) -> float:
    told = "" if answer is None else answer.headers.get("retry-after", "")
    return min(LONGEST_PAUSE_SECONDS, float(told)) if told.isdigit() else pause


def _refused(answer: httpx.Response) -> Problem:
    """Why the door won't import for this person. Its other refusals are faults of ours: it never quotes a line."""
    told = problem_in(answer)
    if code_in(told) == "no-source":
        return Problem(
            403, "no-source", "Returns can't be imported for this authority yet", str(told.get("detail", ""))
        )
    return Problem(503, "door-refuses", "The door for events refuses this", str(told.get("title", "")))
