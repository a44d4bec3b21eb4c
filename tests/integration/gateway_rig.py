"""What the gateway's tests stand on: figures to publish, a register that answers as ours does, and a gateway running.

The broker and the database are real. The register is a fake over HTTP that checks its callers' tokens as the real one.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fastapi import FastAPI, Request
from fastapi.responses import Response

from holdfast.contracts import topics
from holdfast.contracts.figures import Row
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime import postgres
from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.kafka import declare
from holdfast.runtime.service_token import Claims, Refused, verify
from services.gateway.app import build
from services.gateway.people.secret import hash_of
from services.gateway.people.sign_in import hash_password
from services.gateway.people.store import Store
from services.gateway.settings import GatewaySettings
from tests.integration.gateway_door import FakeDoor
from tests.integration.gateway_said import CHILD, journey_of

PASSWORD = "correct horse battery"


def eventually(what: str, check: Any, seconds: float = 20) -> Any:
    """What `check` returns once that is true."""
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what} (last: {found!r})"
        time.sleep(0.02)


def key_pair() -> tuple[str, str]:
    """A private and a public key, as PEM."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    )


@dataclass
class FakeRegister:
    """Answers as the register does, and remembers who asked for what."""

    public_key: str
    url: str = ""
    asked: list[tuple[Claims, str, dict[str, str]]] = field(default_factory=list)
    fault: str = ""

    def application(self) -> FastAPI:
        """The fake as an application."""
        app = FastAPI()

        @app.get("/readyz")
        async def ready() -> Response:
            return Problem(503, "not-ready", self.fault).response() if self.fault else json_response({"status": "ok"})

        @app.get("/authorities/{authority}/{what:path}")
        async def answer(authority: str, what: str, request: Request) -> Response:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                claims = verify({"gateway": self.public_key}, token)
            except Refused:
                return Response(status_code=401)
            self.asked.append((claims, what, dict(request.query_params)))
            body = self.answer(authority, what, dict(request.query_params))
            if body is None or claims.authority != authority:
                return Response(status_code=404)
            return Response(msgspec.json.encode(body), media_type="application/json")

        return app

    def answer(self, authority: str, what: str, asked: dict[str, str]) -> Any:
        """What is answered to a question."""
        if what == "indicators":
            return [
                Row(indicator=code, date=date.fromisoformat(asked["on"]), numerator=7, denominator=None, breakdown=None)
                for code in INDICATORS
            ]
        if what == "children":
            return {"numerator": [CHILD], "denominator": [CHILD, CHILD[::-1]]}
        return journey_of(authority, CHILD) if what == f"children/{CHILD}" else None


@contextlib.contextmanager
def serving(app: FastAPI, port: int) -> Iterator[uvicorn.Server]:
    """An application on a port, in a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually("the server has started", lambda: server.started or not thread.is_alive())
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(15)
        assert not thread.is_alive()


@dataclass
class Running:
    """A gateway that is running, with what a test needs to speak to it."""

    url: str
    kafka: str
    database_url: str
    settings: GatewaySettings
    register: FakeRegister
    door: FakeDoor

    def http(self, token: str = "", **more: Any) -> httpx.Client:
        """A client, as a machine where there is a token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers | more.pop("headers", {}), timeout=20, **more)

    def token(self, role: str = "analyst", authority: str = "E08000018", expires_on: date | None = None) -> str:
        """A reader's token."""
        secret = f"hfr_{role}_{authority}_{time.monotonic_ns()}"
        self.store(lambda store: store.add_token(secret[-12:], hash_of(secret), role, authority, expires_on))
        return secret

    def person(self, name: str, role: str = "manager", authority: str | None = "E08000018") -> None:
        """Somebody with an account."""
        self.store(lambda store: store.add_user(name, hash_password(PASSWORD), role, authority))

    def signed_in(self, name: str) -> httpx.Client:
        """A browser in which somebody has signed in."""
        client = self.http(headers={"Accept": "text/html"})
        assert sign_in(client, name, PASSWORD).status_code == 303
        return client

    def store(self, question: Any) -> Any:
        """Ask the gateway's own store."""

        async def ask() -> Any:
            pool = await postgres.pool(self.database_url, max_size=1)
            try:
                return await question(Store(pool))
            finally:
                await pool.close()

        return asyncio.run(ask())

    def execute(self, statement: str, *values: Any) -> Any:
        """Run SQL, and return its rows."""

        async def ask() -> Any:
            pool = await postgres.pool(self.database_url, max_size=1)
            try:
                return await pool.fetch(statement, *values)
            finally:
                await pool.close()

        return asyncio.run(ask())


def sign_in(client: httpx.Client, name: str, password: str) -> httpx.Response:
    """Sign in as a browser does: load the form, then send it."""
    client.get("/sign-in")
    token = client.cookies.get("holdfast_form") or ""
    form = {"csrf_token": token, "name": name, "password": password}
    return client.post("/sign-in", data=form, headers={"Origin": str(client.base_url).rstrip("/")})


@contextlib.contextmanager
def running_gateway(
    kafka: str, postgres_url: str, home: Path, ports: tuple[int, ...], **settings: Any
) -> Iterator[Running]:
    """A gateway over a broker, a database, a fake register and, at a third port, a fake door; ready to be asked."""
    asyncio.run(declare(kafka, topics.topics(8)))
    private, public = key_pair()
    register, door = FakeRegister(public, f"http://127.0.0.1:{ports[1]}"), FakeDoor(public)
    given: dict[str, Any] = {
        "port": ports[0], "home": home, "kafka": kafka, "database_url": postgres_url, "signing_key": private,
        "placements_url": register.url, "intake_url": f"http://127.0.0.1:{(*ports, 1)[2]}", "demonstration": True,
        # Of two metrics workers the register plays the first; the second is away.
        "metrics_urls": f"{register.url}, http://127.0.0.1:1", "parity_seconds": 3600,
    }  # fmt: skip
    made = GatewaySettings(**given | settings)
    servers: list[uvicorn.Server] = []
    app = build(made, lambda: any(server.should_exit for server in servers))
    with contextlib.ExitStack() as neighbours, serving(app, ports[0]) as server:
        for neighbour, port in zip((register.application(), door.application()), ports[1:], strict=False):
            neighbours.enter_context(serving(neighbour, port))
        servers.append(server)
        url = f"http://127.0.0.1:{ports[0]}"
        eventually("the gateway is ready", lambda: httpx.get(f"{url}/readyz").status_code == 200, 40)
        yield Running(url, kafka, postgres_url, made, register, door)


class Events(threading.Thread):
    """Server-Sent Events as they come, read by a thread of its own: (name, id, data), and the comments."""

    def __init__(self, client: httpx.Client, authority: str, last_event_id: str = "", **asked: str) -> None:
        super().__init__(daemon=True)
        self.events: list[tuple[str, str, Any]] = []
        self.comments: list[float] = []
        self.status = 0
        self.headers = httpx.Headers()
        self.ended = False
        self._client, self._asked = client, {"authority": authority} | asked
        self._last = {"Last-Event-ID": last_event_id} if last_event_id else {}
        self.start()

    def run(self) -> None:
        with (
            contextlib.suppress(httpx.HTTPError),
            self._client.stream("GET", "/live", params=self._asked, headers=self._last) as answer,
        ):
            self.status, self.headers = answer.status_code, answer.headers
            name = identity = data = ""
            for line in answer.iter_lines():
                kind, _, value = line.partition(": ")
                if line.startswith(":"):
                    self.comments.append(time.monotonic())
                elif kind == "event":
                    name = value
                elif kind == "id":
                    identity = value
                elif kind == "data":
                    data = value
                elif not line and data:
                    self.events.append((name, identity, msgspec.json.decode(data)))
                    name = data = ""
        self.ended = True

    def figures(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The figures so far: (id, rows)."""
        return [(identity, data) for name, identity, data in list(self.events) if name == "figure"]
