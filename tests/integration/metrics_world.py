"""A metrics worker as a process of its own, with topics and a group of its own, for the tests that break it.

`World` posts events, reads what is said, and starts, pauses and kills workers; `fold` is what to compare with.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from aiokafka.admin import AIOKafkaAdminClient

from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.facts import fact_of, standing
from holdfast.contracts.figures import Figure, Row, rows_of
from holdfast.contracts.topics import Topic, partition_of
from holdfast.england.residents import residents_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold as steps_of
from holdfast.runtime.kafka import consumer, declare, producer, read_to_end
from tests.integration.conftest import free_ports

ROOT = Path(__file__).parents[2]
PARTITIONS = 4


class Process:
    """One worker."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = int(environment["HOLDFAST_PORT"])
        self.log = log
        self._out = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, *os.environ.get("HOLDFAST_TEST_PYTHON", "").split(), "-m", "services.metrics"],
            cwd=ROOT, env=os.environ | environment, stdout=self._out, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def get(self, path: str) -> tuple[int, str]:
        """The status and body of a health page; 0 where nothing listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = 20) -> int:
        """The exit code."""
        return self.process.wait(seconds)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        self._out.close()


class World:
    """Topics and a group of its own on the broker, and the workers of a test."""

    def __init__(self, kafka: str, folder: Path, **settings: str) -> None:
        self.kafka = kafka
        self.folder = folder
        mark = uuid.uuid4().hex[:8]
        self.application = f"m{mark}"
        self.events, self.indicators, self.targets, self.alerts = (
            f"{name}.{mark}" for name in ("events", "indicators", "targets", "alerts")
        )
        self.changelog = f"{self.application}-children-changelog"
        self.settings = settings
        self.workers: list[Process] = []

    async def declare(self, partitions: int = PARTITIONS, changelog_partitions: int | None = None) -> None:
        compact = {"cleanup.policy": "compact"}
        await declare(
            self.kafka,
            [
                Topic(self.events, partitions, compact),
                Topic(self.changelog, changelog_partitions or partitions, compact),
                *(Topic(name, 1, compact) for name in (self.indicators, self.targets, self.alerts)),
            ],
        )

    async def drop(self) -> None:
        for worker in self.workers:
            worker.end()
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        await admin.delete_topics([self.events, self.changelog, self.indicators, self.targets, self.alerts])
        await admin.close()

    def start(self, **settings: str) -> Process:
        """Start a worker; settings are names without the prefix."""
        (port,) = free_ports(1)
        named = {
            "kafka": self.kafka, "port": str(port), "home": str(self.folder), "partitions": str(PARTITIONS),
            "application": self.application, "events_topic": self.events, "indicators_topic": self.indicators,
            "targets_topic": self.targets, "alerts_topic": self.alerts, "session_timeout_seconds": "6",
        } | self.settings | settings  # fmt: skip
        environment = {f"HOLDFAST_{name.upper()}": value for name, value in named.items()}
        worker = Process(environment, self.folder / f"{self.application}-{len(self.workers)}.log")
        self.workers.append(worker)
        return worker

    async def ready(self, worker: Process, seconds: float = 40) -> None:
        await until(lambda: worker.get("/readyz")[0] == 200 or worker.process.poll() is not None, seconds)
        assert worker.process.poll() is None, worker.log.read_text()

    async def post(self, stated: Iterable[AnyEvent]) -> None:
        """Put events on the topic as the door would."""
        await self.send(
            (partition_of(event.authority, PARTITIONS), record_key(event), encode_event(event)) for event in stated
        )

    async def send(self, records: Iterable[tuple[int, bytes, bytes | None]], topic: str | None = None) -> None:
        async with producer(self.kafka) as out:
            sent = [
                await out.send(topic or self.events, value, key=key, partition=partition)
                for partition, key, value in records
            ]
            await asyncio.gather(*sent)

    async def said(self, topic: str | None = None) -> dict[bytes, bytes]:
        """The last value of each key of a topic."""
        latest: dict[bytes, bytes] = {}
        async with consumer(self.kafka) as reader:
            async for record in read_to_end(reader, topic or self.indicators):
                latest[record.key] = record.value
        return latest

    async def key_said(self, key: bytes, topic: str | None = None, seconds: float = 30) -> bytes:
        """Wait until something is said under a key."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            said = await self.said(topic)
            if key in said:
                return said[key]
            await asyncio.sleep(0.1)
        raise AssertionError("nothing was said under the key")

    async def figures(self) -> dict[tuple[str, str, str], Figure]:
        """The latest figures by authority, indicator and breakdown, as a reader keeps them."""
        latest: dict[tuple[str, str, str], Figure] = {}
        async with consumer(self.kafka) as reader:
            async for record in read_to_end(reader, self.indicators):
                figure = msgspec.json.decode(record.value, type=Figure)
                name = (figure.authority, figure.indicator, figure.breakdown)
                held = latest.get(name)
                mark = (figure.read_to.offset, figure.as_at)
                if not record.key.endswith(b"/daily") and (held is None or mark > (held.read_to.offset, held.as_at)):
                    latest[name] = figure
        return latest

    async def rows(self) -> dict[str, set[tuple[Any, ...]]]:
        """Today's readings of every figure, by authority; zeros left out."""
        by_authority: dict[str, set[tuple[Any, ...]]] = {}
        for figure in (await self.figures()).values():
            said = by_authority.setdefault(figure.authority, set())
            said |= {shown(row) for row in rows_of(figure, date.today(), figure.readings) if counts(row)}  # noqa: DTZ011
        return by_authority

    async def settled(self, stated: Iterable[AnyEvent], seconds: float = 30) -> None:
        """Wait until the figures said are those of a plain fold of the events."""
        expected = fold(stated)
        said: dict[str, set[tuple[Any, ...]]] = {}
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            said = await self.rows()
            if said == expected:
                return
            await asyncio.sleep(0.3)
        wrong = {name: (said.get(name, set()) ^ rows) for name, rows in expected.items() if said.get(name) != rows}
        raise AssertionError(f"the figures said differ from a plain fold: {wrong}")


def fold(stated: Iterable[AnyEvent]) -> dict[str, set[tuple[Any, ...]]]:
    """What a plain fold of the events reads today, by authority; zeros left out."""
    children: dict[tuple[str, str], list[AnyEvent]] = {}
    for event in stated:
        children.setdefault((event.authority, event.subject), []).append(event)
    ledgers: dict[str, Ledger] = {}
    for (authority, _), events in children.items():
        facts = standing(map(fact_of, events)).values()
        ledgers.setdefault(authority, Ledger()).add(steps_of(facts))
    today = date.today()  # noqa: DTZ011
    return {
        authority: {
            shown(row) for row in rows(ledger, today, breakdowns=True, residents=residents_of(authority)) if counts(row)
        }
        for authority, ledger in ledgers.items()
    }


def shown(row: Row) -> tuple[Any, ...]:
    cell = row.breakdown and str(row.breakdown)
    period = None if row.period is msgspec.UNSET else row.period
    return row.indicator, period, cell, row.numerator, row.denominator


def counts(row: Row) -> bool:
    return bool(row.numerator or row.denominator)


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition, looking ten times a second."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if await asyncio.to_thread(condition):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come about in time")


@contextlib.asynccontextmanager
async def world(kafka: str, folder: Path, **settings: str) -> AsyncIterator[World]:
    """A world with its topics declared, ended whatever happens."""
    here = World(kafka, folder, **settings)
    await here.declare()
    try:
        yield here
    finally:
        await here.drop()


def status(worker: Process, path: str) -> str:
    """The body of a health page, for a message."""
    return json.dumps(worker.get(path))
