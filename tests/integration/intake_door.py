"""A running door for tests: the real process on a real broker and database, with an authority of its own.

The authority's code is made up for each door, so that doors can share a broker: its events would carry other keys.
"""

import asyncio
import base64
import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
from aiokafka import ConsumerRecord, TopicPartition
from typer.testing import CliRunner

from holdfast.contracts.topics import topics
from holdfast.runtime.kafka import consumer, declare
from services.intake.commands import commands
from tests.integration.conftest import free_ports

ROOT = Path(__file__).parents[2]
PARTITIONS = 8
SYSTEM = "liquidlogic"


class RunningDoor:
    """One intake process, its environment, and ways to ask it and to look behind it."""

    def __init__(self, kafka: str, database_url: str, **settings: str) -> None:
        self.authority = f"E{random.randrange(90_000_000, 99_999_999)}"
        self.kafka, self.database_url = kafka, database_url
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOLDFAST_PORT": str(port),
            "HOLDFAST_KAFKA": kafka,
            "HOLDFAST_DATABASE_URL": database_url,
            "HOLDFAST_PARTITIONS": str(PARTITIONS),
            "HOLDFAST_AUTHORITIES": self.authority,
            "HOLDFAST_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        } | settings
        self.process: subprocess.Popen[bytes] | None = None
        self.token = ""
        self._earlier: set[tuple[str, int, int]] = set()

    @property
    def source(self) -> str:
        return f"/authorities/{self.authority}/systems/{SYSTEM}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.intake", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def issue(self, system: str = SYSTEM, *more: str) -> str:
        """A new token, by the command itself, but in this process: another takes a second for its imports."""
        words = ["token", "create", "--authority", self.authority, "--system", system, *more]
        done = CliRunner().invoke(commands, words, env=self.environment)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process, which may end again by itself."""
        self.process = subprocess.Popen([sys.executable, "-m", "services.intake"], env=self.environment, cwd=ROOT)
        return self.process

    def start(self, *, ready: bool = True) -> None:
        process = self.launch()
        deadline = time.monotonic() + 60
        path = "/readyz" if ready else "/livez"
        while time.monotonic() < deadline:
            assert process.poll() is None, "the door ended"
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(self.url + path).status_code == 200:
                    return
            # A poll, not a wait for something to have happened.
            time.sleep(0.1)
        raise AssertionError("the door did not become ready")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def post(self, body: Any, kind: str = "cloudevents-batch+json", token: str | None = None) -> httpx.Response:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        given = self.token if token is None else token
        headers = {"Content-Type": f"application/{kind}", "Authorization": f"Bearer {given}"}
        return httpx.post(self.url + "/events", content=content, headers=headers, timeout=60)

    def event(self, number: int | str, child: str = "LCS-1", **changed: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": f"statement {number}",
            "source": self.source,
            "type": "care.placement-move.v1",
            "subject": child,
            "recordedtime": "2017-06-20T16:41:09+01:00",
            "fact": f"placement/{number}",
            "data": {
                "on": "2017-06-14",
                "reason_for_new_episode": "P",
                "placement": {"type": "U6", "placement_id": f"P-{number}", "postcode": "ol1 2ab"},
            },
        } | changed

    def records(self, topic: str = "care.events") -> list[ConsumerRecord[bytes, bytes]]:
        """This authority's records, in the order of their offsets, since `begin_anew`."""
        return [
            record
            for record in asyncio.run(_read(self.kafka, topic))
            if (record.key or b"").partition(b"/")[0].decode() == self.authority
            and (record.topic, record.partition, record.offset) not in self._earlier
        ]

    def begin_anew(self, topic: str = "care.events") -> None:
        """What earlier tests have published through this door is no longer among the records."""
        self._earlier |= {(record.topic, record.partition, record.offset) for record in self.records(topic)}

    def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        return asyncio.run(_query(self.database_url, query, *values))


@contextlib.contextmanager
def running_door(kafka: str, database_url: str, **settings: str) -> Iterator[RunningDoor]:
    """A door with a token, ready; ended afterwards."""
    asyncio.run(declare(kafka, topics(PARTITIONS)))
    door = RunningDoor(kafka, database_url, **settings)
    door.token = door.issue()
    door.start()
    try:
        yield door
    finally:
        if door.process is not None and door.process.poll() is None:
            door.process.kill()
            door.process.wait(20)


async def _read(kafka: str, topic: str) -> list[ConsumerRecord[bytes, bytes]]:
    reader = consumer(kafka)
    await reader.start()
    found: list[ConsumerRecord[bytes, bytes]] = []
    try:
        parts = [TopicPartition(topic, n) for n in range(PARTITIONS if topic == "care.events" else 1)]
        reader.assign(parts)
        begins, ends = await reader.beginning_offsets(parts), await reader.end_offsets(parts)
        for part in parts:
            # What a test looks for is at the end, on a broker that others use too.
            reader.seek(part, max(begins[part], ends[part] - 20_000))
            while await reader.position(part) < ends[part]:
                found += (await reader.getmany(part, timeout_ms=500)).get(part, [])
    finally:
        await reader.stop()
    return found


async def _query(url: str, query: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query, *values))
    finally:
        await connection.close()
