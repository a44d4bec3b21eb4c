"""Asking a service next door: each request with a token that says who asks, as what, of which authority and why.

What its answers mean, and when it is asked again because of one, is for whoever asks.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
import stamina
from msgspec import Struct

from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import Claims, sign
from services.gateway.domain import Principal

ISSUER = "gateway"
ATTEMPTS = 2


class Request(Struct, frozen=True):
    """A request: what it is for, and how long its answer may take where that is not as for any other."""

    method: str
    path: str
    purpose: str
    parameters: Mapping[str, str] | None = None
    body: bytes | None = None
    kind: str | None = None
    longest_seconds: float | None = None


class Neighbour:
    """A service, over at most so many connections."""

    def __init__(self, url: str, signing_key: str, *, connections: int, longest_seconds: float) -> None:
        self._signing_key = signing_key
        self._longest_seconds = longest_seconds
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        # Not the environment's proxies: it is a neighbour, and what is asked and answered names children.
        self._client = httpx.AsyncClient(base_url=url, limits=limits, trust_env=False)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def once(self, asker: Principal, authority: str, asked: Request) -> httpx.Response:
        """Its answer, whatever it is; raises httpx.TransportError where there is none."""
        token = sign(self._signing_key, Claims(ISSUER, asker.id, asker.role, authority, asked.purpose))
        headers = {"Authorization": f"Bearer {token}"}
        if asked.kind is not None:
            headers["Content-Type"] = asked.kind
        timeout = httpx.Timeout(self._longest(asked), connect=3, pool=5)
        return await self._client.request(
            asked.method, asked.path, params=asked.parameters, content=asked.body, headers=headers, timeout=timeout
        )

    async def twice(self, asker: Principal, authority: str, asked: Request) -> httpx.Response:
        """The same, asked once more where there is none."""
        # Not as a call of a function: its arguments, which name children, would be in the log of what is tried again.
        async for attempt in stamina.retry_context(
            on=httpx.TransportError, attempts=ATTEMPTS, timeout=self._longest(asked), wait_initial=0.1, wait_max=1.0
        ):
            with attempt:
                answer = await self.once(asker, authority, asked)
        return answer

    async def is_ready(self) -> bool:
        """Whether it says that it is."""
        try:
            return (await self._client.get("/readyz", timeout=3)).is_success
        except httpx.HTTPError:
            return False

    def _longest(self, asked: Request) -> float:
        return self._longest_seconds if asked.longest_seconds is None else asked.longest_seconds


def problem_in(answer: httpx.Response) -> dict[str, Any]:
    """The problem that an answer tells of; empty where it tells of none."""
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def code_in(told: Mapping[str, Any]) -> str:
    """The code of a problem; empty where it has none."""
    return str(told.get("type", "")).rsplit("/", 1)[-1]


def passed_on(answer: httpx.Response) -> Problem:
    """What a neighbour says is wrong with the question, in its own words."""
    told = problem_in(answer)
    fallback = "Nothing is known of this" if answer.status_code == 404 else "The question is not usable"
    return Problem(
        answer.status_code,
        code_in(told) or "unknown",
        str(told.get("title", fallback)),
        str(told.get("detail", "")),
        errors=told.get("errors", ()),
        headers={"Retry-After": "5"} if answer.status_code == 503 else None,
    )
