"""What the gateway's tests stand on: figures to publish, a register that answers as ours does, and a gateway running.

The broker and the database are real. The register is a fake over HTTP that checks its callers' tokens as the real one.
"""

import asyncio
import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fastapi import FastAPI, Request
from fastapi.responses import Response

from holdfast.contracts import topics
from holdfast.contracts.alerts import Alert, Evidence
from holdfast.contracts.figures import Figure, MonthEnd, Rating, Reading, ReadTo, Row
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import DEFINITIONS, INDICATORS
from holdfast.runtime import postgres
from holdfast.runtime.kafka import declare, producer
from holdfast.runtime.service_token import Claims, Refused, verify
from services.gateway.access import hash_of
from services.gateway.app import build
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in import hash_password
from services.gateway.store import Store

PASSWORD = "correct horse battery"
CHILD = "abcdefghijklmnopqrstuvwxyz"
RED_FROM_12 = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))


def month_ends(today: date, count: int) -> list[date]:
    """The last month ends before or on a day, oldest first."""
    found: list[date] = []
    day = today
    while len(found) < count:
        if (day + timedelta(days=1)).day == 1:
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def readings(indicator: str, numerator: int, denominator: int, rating: Rating | None = None) -> list[Reading]:
    """Readings as metrics says them: one on the day for a stock, three for a flow."""
    row = INDICATORS[indicator]
    if row.kind == "flow":
        return [
            Reading("month", numerator), Reading("year_to_date", numerator * 5), Reading("rolling_year", numerator * 12)
        ]  # fmt: skip
    return [Reading("on", numerator, None if row.denominator is None else denominator, rating)]


def figure(
    authority: str,
    indicator: str = "three_or_more_placements",
    breakdown: str = "all",
    *,
    numerator: int = 63,
    denominator: int = 522,
    rating: Rating | None = None,
    offset: int = 1,
    as_at: str = "2017-06-30T10:00:00Z",
    ends: int = 24,
    definitions: str = DEFINITIONS,
    topic: str = topics.EVENTS,
) -> Figure:
    """A figure whose month ends vary a little, so that a chart of them shows something."""
    today = date.fromisoformat(as_at[:10])
    past = [
        MonthEnd(on, readings(indicator, max(0, numerator + (number * 7) % 11 - 5), denominator + number % 5))
        for number, on in enumerate(month_ends(today, ends))
    ]
    return Figure(
        authority=authority,
        indicator=indicator,
        breakdown=breakdown,
        as_at=as_at,
        readings=readings(indicator, numerator, denominator, rating),
        month_ends=past,
        ahead=[MonthEnd(date(today.year + 1, 1, 31), readings(indicator, numerator, denominator))],
        definitions=definitions,
        read_to=ReadTo(topic, 0, offset),
    )


def every_figure(authority: str, *, as_at: str, offset: int = 1) -> list[Figure]:
    """Every indicator, whole and by cell."""
    return [
        figure(
            authority, indicator, cell, as_at=as_at, offset=offset,
            numerator=20 + number if cell == "all" else number % 7, denominator=200 if cell == "all" else 20 + number,
        )
        for indicator in INDICATORS
        for number, cell in enumerate(CELLS)
    ]  # fmt: skip


def alert(authority: str, state: str = "raised", since: str = "2017-06-30T10:00:00Z") -> Alert:
    """An alert about three or more placements."""
    reading = Reading("on", 63, 522, "red")
    evidence = Evidence("three_or_more_placements", date(2017, 6, 30), reading, RED_FROM_12)
    raised: Any = state
    return Alert(authority, "three_or_more_placements.red", raised, since, evidence, DEFINITIONS)


async def publish(kafka: str, topic: str, *said: Any) -> None:
    """Publish states (anything with a `key`), or raw (key, value) pairs, in order."""
    sender = producer(kafka)
    await sender.start()
    try:
        for state in said:
            key, value = state if isinstance(state, tuple) else (state.key, msgspec.json.encode(state))
            await sender.send(topic, value, key)
        await sender.flush()
    finally:
        await sender.stop()


def say(kafka: str, topic: str, *said: Any) -> None:
    """Publish from a test that isn't asynchronous."""
    asyncio.run(publish(kafka, topic, *said))


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

    def application(self) -> FastAPI:
        """The fake as an application."""
        app = FastAPI()

        @app.get("/readyz")
        async def ready() -> dict[str, str]:
            return {"status": "ok"}

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


def journey_of(authority: str, child: str) -> dict[str, Any]:
    """A child's account in the form that the register tells it."""

    def described(kind: str, begins: str, ends: str | None = None, provider: str = "PR1") -> dict[str, Any]:
        return {
            "begins": begins, "ends": ends, "type": kind, "provider": provider, "placement_id": None, "urn": None,
            "distance_miles": 12.5, "in_authority": False, "locality": None,
        }  # fmt: skip

    def placed(kind: str, begins: str, ends: str | None, why: str | None, **more: Any) -> dict[str, Any]:
        first = {"begins": begins, "ends": ends, "by_move": why is not None, "reason_for_change": why}
        return first | {"described": [described(kind, begins)], "absences": []} | more

    def said(kind: str, fact: str, recorded: str, standing: str, **data: Any) -> dict[str, Any]:
        return {
            "statement": "0" * 32, "type": f"care.{kind}.v1", "fact": fact, "system": "liquidlogic", "partition": 0,
            "recordedtime": recorded, "receivedtime": recorded.replace("T10", "T11"), "offset": 5,
            "standing": standing, "data": data,
        }  # fmt: skip

    away = described("T3", "2015-08-01", "2015-08-12")
    return {
        "authority": authority,
        "child": child,
        "date_of_birth": "2006-05-03",
        "sex": "female",
        "periods": [
            {
                "begins": "2014-02-03", "ends": None, "begins_known": True, "category_of_need": "N1",
                "reason_ceased": None, "looked_after": [{"begins": "2014-02-03", "ends": None}],
                "legal_statuses": [
                    {"begins": "2014-02-03", "legal_status": "C1"}, {"begins": "2014-11-20", "legal_status": "C2"}
                ],
                "placements": [
                    placed("U6", "2014-02-03", "2014-06-10", None),
                    placed("U4", "2014-06-10", "2016-11-02", "CARPL", absences=[away]),
                    placed("K2", "2016-11-02", "2017-02-14", "CREQB"),
                    placed("U6", "2017-02-14", None, "CARPL"),
                ],
            }
        ],
        "missing": [{"kind": "M", "begins": "2016-12-04", "ends": "2016-12-09", "fact": "x"}],
        "findings": [
            {
                "code": "spurious-restart", "sentence": "A move went to the placement that the child was in already.",
                "mend": "Withdraw the move, or correct its placement.", "on": "2017-02-14", "fact": "x",
            }
        ],
        "statements": [
            said("admission", "a", "2014-02-04T10:00:00Z", "standing", on="2014-02-03", legal_status="C1",
                 category_of_need="N1", placement={"type": "U6", "provider": "PR1", "locality": "secret-hash"}),
            said("placement-move", "b", "2014-06-11T10:00:00Z", "superseded", on="2014-06-11",
                 reason_for_new_episode="P", placement={"type": "U4", "distance_miles": 12.5}),
            said("placement-move", "b", "2014-06-30T10:00:00Z", "standing", on="2014-06-10",
                 reason_for_new_episode="P", placement={"type": "U4", "distance_miles": 12.5}),
        ],
    }  # fmt: skip


@contextlib.contextmanager
def a_database(server_url: str) -> Iterator[str]:
    """A database for as long as a module's tests run: its superuser's URL."""
    name = f"test_{uuid.uuid4().hex}"

    async def execute(statement: str) -> None:
        connection = await asyncpg.connect(server_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(execute(f'CREATE DATABASE "{name}"'))
    yield postgres.with_database(server_url, name)
    asyncio.run(execute(f'DROP DATABASE "{name}" WITH (FORCE)'))


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
    kafka: str, postgres_url: str, home: Path, ports: tuple[int, int], **settings: Any
) -> Iterator[Running]:
    """A gateway over a broker, a database and a fake register, ready to be asked."""
    asyncio.run(declare(kafka, topics.topics(8)))
    private, public = key_pair()
    register = FakeRegister(public, f"http://127.0.0.1:{ports[1]}")
    given: dict[str, Any] = {
        "port": ports[0], "home": home, "kafka": kafka, "database_url": postgres_url, "signing_key": private,
        "placements_url": register.url, "intake_url": "http://127.0.0.1:1", "demonstration": True,
    }  # fmt: skip
    made = GatewaySettings(**given | settings)
    servers: list[uvicorn.Server] = []
    app = build(made, lambda: any(server.should_exit for server in servers))
    with serving(register.application(), ports[1]), serving(app, ports[0]) as server:
        servers.append(server)
        url = f"http://127.0.0.1:{ports[0]}"
        eventually("the gateway is ready", lambda: httpx.get(f"{url}/readyz").status_code == 200, 40)
        yield Running(url, kafka, postgres_url, made, register)


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
