"""Backups by PostgreSQL's own programs, as the runbook says: taken while events arrive, restored on another server."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from holdfast.cli.laptop.postgres import program
from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.topics import EVENTS, partition_of
from holdfast.england.residents import residents_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import FigureReadings
from holdfast.indicators.reading import figures as figures_of
from holdfast.indicators.steps import fold
from holdfast.runtime.clock import Clock
from holdfast.runtime.kafka import producer
from holdfast.runtime.postgres import with_database
from holdfast.runtime.service_token import PARITY_ROLE, Claims, sign
from tests import factories
from tests.factories import admitted, moved
from tests.integration.conftest import a_broker, a_database, a_postgres
from tests.integration.gateway_rig import eventually, key_pair
from tests.integration.intake_door import PARTITIONS, running_door
from tests.integration.register_process import RegisterProcess, register_process

AUTHORITY = "E08000018"
SCHEMA = "register_of_tests"
WITHIN_SECONDS = 120


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with a_broker() as kafka:
        yield kafka


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    with a_postgres() as url:
        yield url


class Arriving(threading.Thread):
    """Events that go on arriving until it is told to end."""

    def __init__(self, kafka: str) -> None:
        super().__init__(daemon=True)
        self.kafka, self.sent, self.ending = kafka, list[AnyEvent](), threading.Event()

    def run(self) -> None:
        asyncio.run(self._send())

    async def _send(self) -> None:
        async with producer(self.kafka) as out:
            number = 0
            while not self.ending.is_set():
                for event in _of_a_child(number):
                    partition = partition_of(AUTHORITY, PARTITIONS)
                    await out.send_and_wait(EVENTS, encode_event(event), record_key(event), partition=partition)
                    self.sent.append(event)
                number += 1
                # The pace at which events arrive, not a wait for anything.
                await asyncio.sleep(0.01)

    def end(self) -> None:
        self.ending.set()
        self.join(WITHIN_SECONDS)
        assert not self.is_alive()


def _of_a_child(number: int) -> list[AnyEvent]:
    child, today = f"child {number}", Clock().today()
    came = (today - timedelta(days=30 + number % 600)).isoformat()
    dob = f"{today.year - 5 - number % 9}-01-01"
    stated: list[AnyEvent] = [admitted(came, dob=dob, child=child, authority=AUTHORITY)]
    if number % 2:
        stated.append(moved((today - timedelta(days=number % 30)).isoformat(), "K2", child=child, authority=AUTHORITY))
    return stated


def back_up(url: str, to: Path, *options: str) -> None:
    run("pg_dump", "--format=custom", f"--file={to}", *options, url)


def restore(url: str, held: Path, *options: str) -> None:
    run("pg_restore", "--exit-on-error", *options, f"--dbname={url}", str(held))


def run(name: str, *words: str) -> None:
    done = subprocess.run([str(program(name)), *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def rows(url: str, statement: str) -> list[Any]:
    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def read_to(url: str) -> int:
    found = rows(url, f"SELECT coalesce(sum(read_to), 0)::bigint FROM {SCHEMA}.offsets")
    return int(found[0][0])


def statements(url: str) -> list[Any]:
    return rows(url, f'SELECT s::text FROM {SCHEMA}.statements s ORDER BY "offset"')


def figures(register: RegisterProcess, private: str, today: date, offset: int) -> list[FigureReadings]:
    claims = Claims("gateway", "gateway", PARITY_ROLE, AUTHORITY, "parity")
    answer = httpx.get(
        f"{register.url}/authorities/{AUTHORITY}/parity",
        params={"on": today.isoformat(), "read_to": offset, "month_ends": 24, "ahead": 12},
        headers={"Authorization": f"Bearer {sign(private, claims)}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=list[FigureReadings])


def offline(stated: list[AnyEvent], today: date) -> list[FigureReadings]:
    children: dict[str, list[AnyEvent]] = {}
    for event in stated:
        children.setdefault(event.subject, []).append(event)
    ledger = Ledger()
    for events in children.values():
        ledger.add(fold(factories.facts(*events)))
    return figures_of(ledger, today, month_ends=24, ahead=12, residents=residents_of(AUTHORITY))


def test_a_register_backed_up_while_events_arrive_catches_up_elsewhere_to_the_same_figures(
    broker: str, postgres_server: str, elsewhere: str, tmp_path: Path
) -> None:
    private, public = key_pair()
    trusted = {"gateway": public}
    held = tmp_path / "placements.dump"
    with a_database(postgres_server) as here, register_process(broker, here, trusted) as first:
        arriving = Arriving(broker)
        arriving.start()
        eventually("some were read", lambda: read_to(here) > 50, WITHIN_SECONDS)
        before = len(arriving.sent)
        back_up(here, held, f"--schema={SCHEMA}")
        assert len(arriving.sent) > before, "nothing arrived while the backup was made"
        after = len(arriving.sent)
        eventually("more arrive", lambda: len(arriving.sent) > after + 50, WITHIN_SECONDS)
        arriving.end()
        end = len(arriving.sent)
        eventually("all were read", lambda: read_to(here) == end, WITHIN_SECONDS)

        there = with_database(elsewhere, "restored")
        rows(elsewhere, "CREATE DATABASE restored")
        # The role and the empty schema, as `holdfast setup` makes them.
        second = RegisterProcess(broker, there, trusted)
        restore(there, held, "--clean", "--if-exists")
        assert 0 < read_to(there) < end
        assert len(statements(there)) == read_to(there), "what was written, with how far was read"
        try:
            second.start()
            eventually("it has caught up", lambda: read_to(there) == end, WITHIN_SECONDS)
            today = Clock().today()
            caught_up = figures(second, private, today, end)
            assert caught_up == figures(first, private, today, end) == offline(arriving.sent, today)
            assert statements(there) == statements(here)
        finally:
            second.stop()


def test_what_is_restored_is_closed_as_it_was(elsewhere: str) -> None:
    url = with_database(elsewhere, "restored")
    closed = f"SELECT relname FROM pg_class WHERE relnamespace = '{SCHEMA}'::regnamespace AND relforcerowsecurity"
    forced = rows(url, closed)
    assert {name for (name,) in forced} >= {"statements", "authorities", "looks"}
    owners = rows(url, f"SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = '{SCHEMA}'")
    assert owners == [(SCHEMA,)]


def test_a_restored_door_makes_the_same_pseudonyms_and_nothing_is_doubled(
    broker: str, postgres_server: str, elsewhere: str, tmp_path: Path
) -> None:
    held, there = tmp_path / "intake.dump", with_database(elsewhere, "door")
    rows(elsewhere, "CREATE DATABASE door")
    with a_database(postgres_server) as here, running_door(broker, here) as door:
        known, later = door.event(1, "LCS-1"), door.event(2, "LCS-2")
        door.post([known])
        back_up(here, held)
        door.post([later])
        said = {record.key for record in door.records()}
        door.stop()

        restore(there, held)
        door.environment["HOLDFAST_DATABASE_URL"] = there
        door.start()
        # It knows nothing of the later child until its system says something of it again.
        assert rows(there, "SELECT count(*) FROM children") == [(1,)]
        assert [one["verdict"] for one in door.post([known, later]).json()] == ["accepted", "accepted"]
        assert {record.key for record in door.records()} == said
        assert rows(there, "SELECT count(*) FROM children") == [(2,)]
