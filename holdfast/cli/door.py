"""Posting to the door from the command line: one request at a time, patient with a door that is busy or away.

Says what it is waiting for and gives up in one sentence. What is posted, and what the answer means, is the caller's.
"""

import random
from collections.abc import Callable, Mapping
from itertools import count

import httpx
import msgspec
from msgspec import Struct

LONGEST_WAIT_SECONDS = 30.0
TIMEOUT_SECONDS = 60.0
# The door is away or busy: the same request may be sent again, for nothing is ever doubled by it.
_WORTH_REPEATING = frozenset({429, 502, 503, 504})


class DoorRefused(Exception):
    """The door won't take this request, however often it is sent. The text is one sentence for people."""


class DoorAway(Exception):
    """The door did not answer, or was busy, for as long as we were ready to wait."""


class Stopped(Exception):
    """The caller's wait was ended by a request to stop."""


class Problem(Struct):
    """The part of `application/problem+json` that people read."""

    title: str = ""
    detail: str = ""
    type: str = ""


class Door:
    """A sender's connection. `wait(seconds)` sleeps, and says True where we should stop instead of trying again.

    `tries` bounds the attempts of one request, each at most 30 s after the last; None: until stopped.
    """

    def __init__(
        self,
        client: httpx.Client,
        *,
        tries: int | None,
        wait: Callable[[float], bool],
        say: Callable[[str], None],
    ) -> None:
        self._client, self._tries, self._wait, self._say = client, tries, wait, say

    def post(self, path: str, body: bytes, content_type: str, params: Mapping[str, str] | None = None) -> bytes:
        """The answer's body. Raises DoorRefused, DoorAway or Stopped."""
        for attempt in count(1):
            try:
                answer = self._client.post(path, content=body, headers={"content-type": content_type}, params=params)
            except httpx.TransportError:
                trouble, seconds = "it does not answer", _backoff(attempt)
            except httpx.InvalidURL:
                raise DoorRefused("The address of the door is not a URL.") from None
            else:
                if answer.status_code == 200:
                    return answer.content
                if answer.status_code not in _WORTH_REPEATING:
                    raise DoorRefused(_sentence(answer))
                trouble, seconds = _sentence(answer), _retry_after(answer, attempt)
            self._wait_or_give_up(attempt, trouble, seconds)
        raise AssertionError("unreachable")

    def _wait_or_give_up(self, attempt: int, trouble: str, seconds: float) -> None:
        where = str(self._client.base_url).rstrip("/")
        if self._tries is not None and attempt >= self._tries:
            raise DoorAway(f"The door at {where} could not be reached in {attempt} tries: {trouble}.")
        if attempt == 1 or attempt % 10 == 0:
            self._say(f"Waiting for the door at {where}: {trouble}.")
        if self._wait(seconds):
            raise Stopped


def connect(url: str, token: str) -> httpx.Client:
    """A client that bears the token."""
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS)


def _backoff(attempt: int) -> float:
    return min(10.0, 0.25 * 2.0 ** min(attempt, 10)) * random.uniform(0.7, 1.3)


def _retry_after(answer: httpx.Response, attempt: int) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), LONGEST_WAIT_SECONDS) if asked.isdigit() else _backoff(attempt)


def _sentence(answer: httpx.Response) -> str:
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        problem = Problem()
    said = problem.detail or problem.title or "it gave no reason"
    return f"{said.rstrip('.')} ({answer.status_code})"
