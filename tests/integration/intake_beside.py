"""A door with a register beside it that is a fake, for imports and for people: it answers as documented."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from holdfast.runtime.service_token import Claims, sign, verify
from tests.integration.conftest import a_database
from tests.integration.gateway_rig import key_pair
from tests.integration.intake_door import RunningDoor, running_door

SYSTEM = "ssda903"
GATEWAY, GATEWAY_PUBLIC = key_pair()
INTAKE, INTAKE_PUBLIC = key_pair()


class FakeRegister(ThreadingHTTPServer):
    """Holds what a test put on the topic, and answers `/comparisons` from it."""

    def __init__(self, public_pem: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.public_pem = public_pem
        self.statements: list[dict[str, Any]] = []
        self.away = False
        self.asked: list[dict[str, Any]] = []

    def answer(self, authority: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(asked)
        last: dict[tuple[str, str], dict[str, Any]] = {}
        for stated in self.statements:
            name = (stated["subject"], stated["fact"])
            assert f"/authorities/{authority}/systems/{asked['system']}" == stated["source"]
            if name not in last or stated["recordedtime"] > last[name]["recordedtime"]:
                last[name] = stated
        children: dict[str, Any] = {child: [] for child in asked["children"]}
        for (child, fact), stated in last.items():
            if child in children:
                said = {name: stated[name] for name in ("type", "recordedtime", "data")}
                children[child].append({"fact": fact, "statement": "0" * 32, **said})
        return {"children": children}


class _Answering(BaseHTTPRequestHandler):
    server: FakeRegister

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        claims = verify({"intake": self.server.public_pem}, self.headers["authorization"].removeprefix("Bearer "))
        authority = self.path.split("/")[2]
        assert (self.path, claims.authority) == (f"/authorities/{authority}/comparisons", authority)
        answer = msgspec.json.encode(self.server.answer(authority, body))
        self.send_response(503 if self.server.away else 200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def a_register(public: str) -> Iterator[FakeRegister]:
    """One that trusts this key of the door's."""
    server = FakeRegister(public)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def door_for_people(kafka: str, postgres_server: str, **trusted: str) -> Iterator[RunningDoor]:
    """A door that trusts the gateway, and whoever else is named, before anybody has a token for returns."""
    keys = {"gateway": GATEWAY_PUBLIC, **trusted}
    with a_register(INTAKE_PUBLIC) as register, a_database(postgres_server) as url:
        settings = {
            "HOLDFAST_PLACEMENTS_URL": f"http://127.0.0.1:{register.server_address[1]}",
            "HOLDFAST_SIGNING_KEY": INTAKE,
            "HOLDFAST_TRUSTED_KEYS": msgspec.json.encode(keys).decode(),
        }
        with running_door(kafka, url, **settings) as running:
            yield running


def token_of(door: RunningDoor, role: str, purpose: str, *, key: str = GATEWAY, **changed: str) -> dict[str, str]:
    """The header of somebody signed in, by way of the gateway; some claims may be changed."""
    said = {"issuer": "gateway", "user": "user:7", "role": role, "purpose": purpose, "authority": door.authority}
    return {"Authorization": f"Bearer {sign(key, Claims(**{**said, **changed}))}"}


def discharge(child: str, on: str, reason: str = "E4A") -> dict[str, Any]:
    data = {"on": on, "reason_episode_ceased": reason}
    return {"subject": child, "fact": f"{child}/discharge", "type": "care.discharge.v1", "data": data}
