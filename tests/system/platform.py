"""The running platform as a user meets it: started by its command, spoken to over HTTP. Nothing of ours is imported."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import jwt
from aiokafka import AIOKafkaConsumer

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).parent / "holdfast")
START_SECONDS = 180
PORTS = ("GATEWAY", "INTAKE", "PLACEMENTS", "METRICS", "KAFKA", "KAFKA_CONTROLLER", "POSTGRES")

Row = dict[str, Any]
# (indicator, date, period, breakdown): (numerator, denominator)
Numbers = dict[tuple[str, str, str, str], tuple[int, int | None]]

LONDON = ZoneInfo("Europe/London")


def today() -> date:
    """The day in London, as a platform without a clock of its own takes it."""
    return datetime.now(LONDON).date()


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on: all held at once while choosing, so that none comes twice."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def eventually(what: str, check: Callable[[], Any], seconds: float = 60) -> Any:
    """What `check` returns once that is true; fails with what it last returned."""
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what} (last: {found!r})"
        time.sleep(0.2)


class Platform:
    """One `holdfast up` in a folder and on ports of its own."""

    def __init__(self, home: Path, *flags: str, **settings: str) -> None:
        self.home = home
        self.flags = flags
        ports = free_ports(len(PORTS))
        self.port = dict(zip(PORTS, ports, strict=True))
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")},
            "HOLDFAST_HOME": str(home),
            "HOLDFAST_CACHE": os.environ.get("HOLDFAST_CACHE") or str(ROOT / ".holdfast" / "cache"),
            **{f"HOLDFAST_{name}_PORT": str(port) for name, port in self.port.items()},
            **settings,
        }
        self.launcher: subprocess.Popen[bytes] | None = None

    # --- the process ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start and wait until everything is ready."""
        log = (self.home.parent / f"{self.home.name}-up.log").open("ab")
        self.launcher = subprocess.Popen(
            [COMMAND, "up", *self.flags],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        eventually("the platform is ready", self._ready_or_ended, START_SECONDS)

    def _ready_or_ended(self) -> bool:
        assert self.launcher is not None
        ended = self.launcher.poll()
        assert ended is None, f"holdfast up ended with {ended}:\n{self.printed()[-3000:]}"
        return self.state().get("phase") == "ready"

    def printed(self) -> str:
        """What `holdfast up` has printed."""
        return (self.home.parent / f"{self.home.name}-up.log").read_text()

    def state(self) -> dict[str, Any]:
        """What the launcher says of itself: its phase and the processes it runs."""
        try:
            return dict(json.loads((self.home / "run" / "state.json").read_text()))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def pid(self, name: str) -> int | None:
        """The process that runs as `name` now: kafka, postgres or a service."""
        process = self.state().get("processes", {}).get(name)
        return int(process["pid"]) if process and process.get("pid") else None

    def service_environment(self, service: str) -> dict[str, str]:
        """What the launcher tells a service; settings given as files are read."""
        found = {}
        for line in (self.home / "env" / f"{service}.env").read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator:
                found[name] = value.strip("'\"")
        for name in [name for name in found if name.endswith("_FILE")]:
            found[name.removesuffix("_FILE")] = Path(found[name]).read_text().strip()
        return found

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        if self.launcher is not None and self.launcher.poll() is None:
            self.launcher.send_signal(signal.SIGINT)
            self.launcher.wait(90)

    def run(self, *arguments: str, check: bool = True) -> str:
        """The output of a `holdfast` command against this platform."""
        done = subprocess.run(
            [COMMAND, *arguments], env=self.environment, capture_output=True, text=True, timeout=300, cwd=self.home
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def records(self, topic: str) -> int:
        """How many records a topic has been given: the sum of its partitions' ends."""
        return len(asyncio.run(self._dump(topic, ends_only=True)))

    def keys(self, topic: str) -> list[str]:
        """The keys of a topic's records."""
        return [key.decode() for key, _ in asyncio.run(self._dump(topic))]

    def dump(self, topic: str) -> list[bytes]:
        """The values of a topic's records, in order within each partition."""
        return [value for _, value in asyncio.run(self._dump(topic)) if value]

    async def _dump(self, topic: str, *, ends_only: bool = False) -> list[tuple[bytes, bytes]]:
        bootstrap = f"127.0.0.1:{self.port['KAFKA']}"
        reader = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        await reader.start()
        try:
            partitions = sorted(reader.assignment())
            ends = await reader.end_offsets(partitions)
            if ends_only:
                return [(b"", b"")] * sum(ends.values())
            for partition, offset in (await reader.beginning_offsets(partitions)).items():
                reader.seek(partition, offset)
            records: list[tuple[bytes, bytes]] = []
            for partition in partitions:
                while await reader.position(partition) < ends[partition]:
                    fetched = await reader.getmany(partition, timeout_ms=500)
                    records += [(record.key or b"", record.value or b"") for record in fetched.get(partition, ())]
            return records
        finally:
            await reader.stop()

    def ask_register(self, authority: str, what: str, **asked: str) -> httpx.Response:
        """What the register itself answers, asked as the gateway asks for an analyst."""
        key = self.service_environment("gateway")["HOLDFAST_SIGNING_KEY"]
        now = int(time.time())
        claims = {"iss": "gateway", "sub": "test", "role": "analyst", "authority": authority, "purpose": "tests"}
        token = jwt.encode({**claims, "aud": "holdfast", "iat": now, "exp": now + 60}, key, algorithm="EdDSA")
        address = f"{self.url('placements')}/authorities/{authority}/{what}"
        return httpx.get(address, params=asked, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    # --- sending ----------------------------------------------------------------------------------------------

    def url(self, service: str) -> str:
        """The address of a service."""
        return f"http://127.0.0.1:{self.port[service.upper()]}"

    def sender(self, authority: str, system: str = "liquidlogic") -> "Sender":
        """Somebody who may send what happens in an authority."""
        token = self.run("token", "create", "--authority", authority, "--system", system)
        return Sender(self.url("intake"), token, f"/authorities/{authority}/systems/{system}")

    # --- reading ----------------------------------------------------------------------------------------------

    def reader(self, authority: str, role: str = "analyst") -> "Reader":
        """Somebody who may read an authority's figures."""
        token = self.run("token", "create", "--reader", "--authority", authority, "--role", role)
        return Reader(self.url("gateway"), token, authority)


class Sender:
    """A case system of one authority, as its vendor's engineer would write it."""

    def __init__(self, url: str, token: str, source: str) -> None:
        self.source = source
        self.token = token
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def event(self, child: str, kind: str, fact: str, recorded: str, data: dict[str, Any]) -> dict[str, Any]:
        """One event, under an id of its own that its content decides."""
        return {
            "specversion": "1.0",
            "id": f"{child}/{fact}/{recorded}",
            "source": self.source,
            "type": f"care.{kind}.v1",
            "subject": child,
            "recordedtime": recorded,
            "fact": fact,
            "data": data,
        }

    def post(self, events: list[dict[str, Any]]) -> list[str]:
        """Post a batch; returns the verdicts."""
        answer = self.http.post(
            "/events", content=json.dumps(events), headers={"Content-Type": "application/cloudevents-batch+json"}
        )
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return [verdict["verdict"] for verdict in (body["verdicts"] if isinstance(body, dict) else body)]


class Reader:
    """A machine that reads figures with a token."""

    def __init__(self, url: str, token: str, authority: str) -> None:
        self.url, self.token, self.authority = url, token, authority
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def figures(self, **asked: str) -> list[Row]:
        """The rows of `GET /api/authorities/…/indicators`; an empty list while there are none."""
        answer = self.http.get(f"/api/authorities/{self.authority}/indicators", params=asked)
        if answer.status_code == 404:
            return []
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def figure(self, indicator: str, period: str | None = None, **asked: str) -> tuple[int, int | None] | None:
        """Numerator and denominator of one figure for the whole authority."""
        for row in self.figures(**asked):
            if row["indicator"] == indicator and row["breakdown"] is None and row.get("period") == period:
                return row["numerator"], row["denominator"]
        return None

    def says(self, wanted: Numbers, **asked: str) -> bool:
        """Whether every figure asked for, breakdowns too, is as wanted, and there is no other."""
        return comparable(self.figures(breakdowns="true", **asked)) == wanted

    @contextlib.contextmanager
    def live(self, last_event_id: str | None = None) -> Iterator[Iterator[tuple[str, str, Any]]]:
        """Server-sent events as (name, id, data)."""
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        with self.http.stream("GET", "/live", params={"authority": self.authority}, headers=headers) as answer:
            assert answer.status_code == 200
            yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str, Any]]:
    name, identity, data = "message", "", ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "id":
            identity = value
        elif field == "data":
            data += value
        elif not line and data:
            yield name, identity, json.loads(data)
            name, data = "message", ""


def comparable(rows: list[Row]) -> Numbers:
    """Rows by (indicator, date, period, breakdown), so that two readings can be held side by side."""
    return {
        (
            row["indicator"],
            row["date"],
            row.get("period") or "on",
            "all" if row["breakdown"] is None else f"{row['breakdown']['dimension']}:{row['breakdown']['value']}",
        ): (row["numerator"], row["denominator"])
        for row in rows
    }


def offline(*arguments: str) -> dict[str, list[Row]]:
    """The engine's and the twin's reading of a dump of the topic, by a process of its own."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "offline.py"), *arguments], capture_output=True, timeout=900
    )
    assert done.returncode == 0, done.stderr.decode()
    return dict(json.loads(done.stdout))


def unused_name(prefix: str) -> str:
    """A child's reference that no other test uses."""
    return f"{prefix}-{secrets.token_hex(4)}"
