"""What the gateway makes of a neighbour's answers: whose words are passed on, what is asked again, and how often."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw

from holdfast.contracts.corrections import Correction
from holdfast.contracts.quarantine import Decided
from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.neighbours.intake import TRIES_OF_A_DEED, Intake
from services.gateway.neighbours.register import Register
from services.gateway.neighbours.rejected import Rejected
from tests.integration.gateway_rig import key_pair

KEY, _ = key_pair()
HERE = "E08000018"
STEWARD = Principal("user:7", "person", "steward", HERE)
CORRECTION = Correction(
    child="a" * 26, system="x", fact="b" * 26, type="care.withdrawal.v1", data=Raw(b"{}"),
    request=UUID(int=7),
)  # fmt: skip
Asking = Callable[[str], Coroutine[Any, Any, Any]]


class Neighbour(ThreadingHTTPServer):
    """Answers as it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.status, self.body, self.headers = 200, b"{}", dict[str, str]()
        self.hang_up = False
        self.asked: list[tuple[str, dict[str, str]]] = []


class _Answering(BaseHTTPRequestHandler):
    server: Neighbour

    def _answer(self) -> None:
        server = self.server
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.asked.append((f"{self.command} {self.path}", {k.lower(): v for k, v in self.headers.items()}))
        self.close_connection = True
        if server.hang_up:
            return
        self.send_response(server.status)
        for name, value in {"Content-Length": str(len(server.body)), **server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(server.body)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    server = Neighbour()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def _closing(client: Any, asking: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    try:
        return await asking(client)
    finally:
        await client.close()


def read(url: str) -> Coroutine[Any, Any, Any]:
    return _closing(Register(url, KEY), lambda it: it.explained(STEWARD, HERE, "findings", {"limit": "2"}))


def decide(url: str) -> Coroutine[Any, Any, Any]:
    return _closing(Register(url, KEY), lambda it: it.told(STEWARD, HERE, "PUT", "it", "deciding", {"allowed": True}))


def dismiss(url: str) -> Coroutine[Any, Any, Any]:
    return _closing(Rejected(url, KEY), lambda it: it.dismiss(STEWARD, HERE, Decided([1], "a reason")))


def erase(url: str) -> Coroutine[Any, Any, Any]:
    return _closing(Intake(url, KEY), lambda it: it.erase(STEWARD, HERE, b"{}"))


def correct(url: str) -> Coroutine[Any, Any, Any]:
    return _closing(Intake(url, KEY), lambda it: it.correct(STEWARD, HERE, CORRECTION, dry_run=True))


def refusal(asking: Asking, neighbour: Neighbour) -> tuple[int, str]:
    with pytest.raises(Problem) as raised:
        asyncio.run(asking(neighbour.url))
    return raised.value.status, raised.value.code


@pytest.mark.parametrize(
    ("asking", "status", "expected"),
    [
        (read, 400, (400, "its-own")), (read, 404, (404, "its-own")), (read, 409, (409, "its-own")),
        (read, 403, (503, "register-unavailable")), (read, 500, (503, "register-unavailable")),
        (decide, 403, (403, "its-own")), (decide, 400, (400, "its-own")), (decide, 502, (503, "register-unavailable")),
        (dismiss, 404, (404, "no-such-entry")), (dismiss, 400, (400, "unusable-request")),
        (dismiss, 429, (503, "door-unavailable")), (dismiss, 503, (503, "door-unavailable")),
        (dismiss, 403, (503, "door-refuses")), (dismiss, 500, (503, "door-refuses")),
        (erase, 403, (503, "door-refuses")), (erase, 400, (503, "door-refuses")), (erase, 500, (503, "door-refuses")),
        (correct, 400, (400, "its-own")), (correct, 403, (403, "its-own")), (correct, 500, (503, "door-refuses")),
    ],
)  # fmt: skip
def test_what_a_neighbour_refuses_is_told_in_its_words_or_as_that_it_is_away(
    neighbour: Neighbour, asking: Asking, status: int, expected: tuple[int, str]
) -> None:
    neighbour.status, neighbour.body = status, json.dumps({"type": "/problems/its-own", "title": "No"}).encode()
    assert refusal(asking, neighbour) == expected
    assert len(neighbour.asked) == 1, "an answer that is one is not asked for again"


def test_that_the_register_is_behind_is_passed_on_with_when_to_ask_again(neighbour: Neighbour) -> None:
    neighbour.status, neighbour.body = 503, b'{"type": "/problems/behind", "title": "Not yet"}'
    with pytest.raises(Problem) as raised:
        asyncio.run(read(neighbour.url))
    assert (raised.value.status, raised.value.code) == (503, "behind")
    assert raised.value.headers == {"Retry-After": "5"}


def test_a_source_that_may_not_import_yet_is_told_so(neighbour: Neighbour) -> None:
    neighbour.status, neighbour.body = 403, b'{"type": "/problems/no-source"}'
    assert refusal(erase, neighbour) == (403, "no-source")


@pytest.mark.parametrize("asking", [read, decide, dismiss, erase, correct])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]"])
def test_an_answer_that_is_no_problem_is_none_of_ours_to_fall_over(
    neighbour: Neighbour, asking: Asking, body: bytes
) -> None:
    neighbour.status, neighbour.body = 400, body
    assert refusal(asking, neighbour)[0] in (400, 503)


@pytest.mark.parametrize(
    ("asking", "times", "expected"),
    [(read, 2, "register-unavailable"), (decide, 2, "register-unavailable"), (dismiss, 2, "door-unavailable")],
)
def test_a_neighbour_that_hangs_up_is_asked_twice(
    neighbour: Neighbour, asking: Asking, times: int, expected: str
) -> None:
    neighbour.hang_up = True
    assert refusal(asking, neighbour) == (503, expected)
    assert len(neighbour.asked) == times


@pytest.mark.parametrize("status", [429, 503])
def test_a_door_that_is_busy_is_asked_again_as_it_says(neighbour: Neighbour, status: int) -> None:
    neighbour.status, neighbour.headers = status, {"Retry-After": "0"}
    assert refusal(erase, neighbour) == (503, "door-unavailable")
    assert len(neighbour.asked) == TRIES_OF_A_DEED


@pytest.mark.parametrize("asking", [read, decide, dismiss, erase, correct])
def test_each_request_carries_a_token_of_who_asks(neighbour: Neighbour, asking: Asking) -> None:
    neighbour.body = b"[]"
    asyncio.run(asking(neighbour.url))
    [(_, headers)] = neighbour.asked
    assert headers["authorization"].startswith("Bearer ")
    assert ("content-type" in headers) == (asking in (erase, correct))
