"""Questions to the register, each with a token that says who asks, as what, about which authority and why."""

import asyncio
from datetime import date
from typing import Any, Literal

import httpx
import msgspec

from holdfast.contracts.figures import Row
from holdfast.indicators.reading import FigureReadings
from holdfast.indicators.settledness import Settledness
from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import PARITY_ROLE
from services.gateway.domain import Principal
from services.gateway.neighbours.neighbour import Neighbour, Request, passed_on
from services.gateway.telemetry import REGISTER_FAILURES, REGISTER_SECONDS

CONNECTIONS = 20
LONGEST_SECONDS = 25.0
# What is done may wait for the register to read what it wrote, and that twice.
LONGEST_DEED_SECONDS = 60.0

_figure = msgspec.json.Decoder(FigureReadings).decode

Parameters = dict[str, str]


class Register:
    """Asks the register, over at most 20 connections; raises Problem 503 where it doesn't answer."""

    def __init__(self, url: str, signing_key: str) -> None:
        self._neighbour = Neighbour(url, signing_key, connections=CONNECTIONS, longest_seconds=LONGEST_SECONDS)

    async def close(self) -> None:
        """Let the connections go."""
        await self._neighbour.close()

    async def rows(self, asker: Principal, authority: str, parameters: Parameters) -> list[Row]:
        """An authority's figures on a day; `parameters` are on, breakdowns, known_at and clock."""
        answer = await self._ask(asker, authority, "indicators", "figures", parameters)
        return msgspec.json.decode(answer, type=list[Row])

    async def figures_as_read(
        self, authority: str, on: date, read_to: int, month_ends: int, ahead: int
    ) -> tuple[list[FigureReadings], str]:
        """Every figure by the records read to an offset, with the version of the definitions: our own question.

        Raises Problem, `behind` where the register has not read so far, `erased-since` where less is left of it.
        """
        asker = Principal("gateway", "machine", PARITY_ROLE, authority)
        days = {"on": on.isoformat(), "month_ends": str(month_ends), "ahead": str(ahead)}
        answer = await self._answer(asker, authority, "parity", "parity", days | {"read_to": str(read_to)})
        figures = await asyncio.to_thread(_figures_in, answer.content)
        return figures, answer.headers.get("Holdfast-Definitions", "")

    async def figures(self, asker: Principal, authority: str, parameters: Parameters) -> tuple[list[Row], str]:
        """The same, with the version of the definitions that they were made with."""
        answer = await self._answer(asker, authority, "indicators", "figures", parameters)
        return msgspec.json.decode(answer.content, type=list[Row]), answer.headers.get("Holdfast-Definitions", "")

    async def children(self, asker: Principal, authority: str, parameters: Parameters) -> dict[str, list[str]]:
        """Who makes up a figure: pseudonyms in its numerator and, where it has one, its denominator."""
        answer = await self._ask(asker, authority, "children", "children of a figure", parameters)
        return msgspec.json.decode(answer, type=dict[str, list[str]])

    async def journey(self, asker: Principal, authority: str, child: str, parameters: Parameters) -> dict[str, Any]:
        """A child's journey, with every statement behind it."""
        answer = await self._ask(asker, authority, f"children/{child}", "journey", parameters)
        return msgspec.json.decode(answer, type=dict[str, Any])

    async def explained(
        self, asker: Principal, authority: str, what: str, parameters: Parameters, purpose: str = ""
    ) -> bytes:
        """An answer as JSON: a page of a receipt, a bridge, the months ahead, findings or packs, or one of these."""
        return await self._ask(asker, authority, what, purpose or what, parameters)

    async def told(
        self, asker: Principal, authority: str, method: Literal["POST", "PUT"], what: str, purpose: str, body: Any
    ) -> bytes:
        """What the register answers to something that a person decides; asking again decides nothing twice."""
        return await self._ask(asker, authority, what, purpose, {}, method, msgspec.json.encode(body))

    async def settledness(self, asker: Principal, authority: str, on: date) -> Settledness:
        """How settled an authority's recent months are, as of a day."""
        answer = await self._ask(asker, authority, "settledness", "settledness", {"on": on.isoformat()})
        return msgspec.json.decode(answer, type=Settledness)

    async def answers(self) -> bool:
        """Whether the register says that it is ready."""
        return await self._neighbour.is_ready()

    async def _ask(
        self,
        asker: Principal,
        authority: str,
        what: str,
        purpose: str,
        parameters: Parameters,
        method: str = "GET",
        body: bytes | None = None,
    ) -> bytes:
        return (await self._answer(asker, authority, what, purpose, parameters, method, body)).content

    async def _answer(
        self,
        asker: Principal,
        authority: str,
        what: str,
        purpose: str,
        parameters: Parameters,
        method: str = "GET",
        body: bytes | None = None,
    ) -> httpx.Response:
        longest = LONGEST_SECONDS if method == "GET" else LONGEST_DEED_SECONDS
        asked = Request(method, f"/authorities/{authority}/{what}", purpose, parameters, body, longest_seconds=longest)
        try:
            with REGISTER_SECONDS.labels(purpose).time():
                answer = await self._neighbour.twice(asker, authority, asked)
        except httpx.TransportError as error:
            REGISTER_FAILURES.inc()
            raise _away() from error
        if answer.status_code in (400, 404, 409) or (method != "GET" and answer.status_code == 403):
            raise passed_on(answer)
        if answer.status_code == 503 and (problem := passed_on(answer)).code == "behind":
            raise problem
        if not answer.is_success:
            REGISTER_FAILURES.inc()
            raise _away()
        return answer


def _figures_in(body: bytes) -> list[FigureReadings]:
    """Several megabytes, one figure after another: decoded in one go they would hold up the live streams."""
    return [_figure(each) for each in msgspec.json.decode(body, type=list[msgspec.Raw])]


def _away() -> Problem:
    return Problem(
        503,
        "register-unavailable",
        "The register is not answering",
        "Today's figures and month ends can still be read; other days, children and journeys need the register.",
        headers={"Retry-After": "5"},
    )


def day_parameters(on: date, *, breakdowns: bool) -> Parameters:
    """The parameters of a question for a day's figures."""
    return {"on": on.isoformat(), "breakdowns": "true" if breakdowns else "false"}
