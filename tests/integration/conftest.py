"""A broker and a database for the tests that need real ones: our own, on free ports, in a temporary folder.

`HOLDFAST_TEST_KAFKA` (host:port) and `HOLDFAST_TEST_POSTGRES` (a superuser's URL) name running ones to use instead.
"""

import asyncio
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from holdfast.cli.laptop import kafka as laptop_kafka
from holdfast.cli.laptop import postgres as laptop_postgres
from holdfast.cli.laptop.kafka_jars import fetch_jars
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.cli.laptop.process import Process, spawn, stop
from holdfast.cli.laptop.readiness import wait_ready

_PASSWORD = "only-for-tests"
_SHARED_CACHE = Path(__file__).parents[2] / ".holdfast" / "cache"


@pytest.fixture(scope="session")
def laptop() -> Iterator[Layout]:
    """A home in a temporary folder, and ports that were free a moment ago."""
    home = Path(tempfile.mkdtemp(prefix="holdfast-tests-"))
    kafka, controller, postgres = free_ports(3)
    yield Layout(home, shared_cache(), Ports(kafka=kafka, kafka_controller=controller, postgres=postgres))
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[str]:
    """A broker's bootstrap address, host:port. Topics are the test's to declare, under names of its own."""
    if given := os.environ.get("HOLDFAST_TEST_KAFKA"):
        yield given
        return
    yield from _broker(request.getfixturevalue("laptop"))


def _broker(layout: Layout) -> Iterator[str]:
    jars = fetch_jars(layout.cache, lambda here, of: None)
    laptop_kafka.configure(layout)
    laptop_kafka.format_storage(layout, jars)
    yield from _while_running(laptop_kafka.broker(layout, jars), layout.bootstrap)


@contextmanager
def a_broker() -> Iterator[str]:
    """The address of a broker of a module's own, for what reads all that is on it: others put there what stops it."""
    home = Path(tempfile.mkdtemp(prefix="holdfast-tests-"))
    kafka, controller, postgres = free_ports(3)
    yield from _broker(Layout(home, shared_cache(), Ports(kafka=kafka, kafka_controller=controller, postgres=postgres)))
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The superuser's URL of a database server that all tests share."""
    if given := os.environ.get("HOLDFAST_TEST_POSTGRES"):
        yield given
        return
    layout: Layout = request.getfixturevalue("laptop")
    laptop_postgres.initialise(layout, _PASSWORD)
    process = laptop_postgres.server(layout, _PASSWORD)
    yield from _while_running(process, laptop_postgres.superuser_url(layout, _PASSWORD))


@contextmanager
def a_postgres() -> Iterator[str]:
    """The superuser's URL of a database server of a test's own: for what is to be somewhere else."""
    home = Path(tempfile.mkdtemp(prefix="holdfast-tests-"))
    kafka, controller, postgres = free_ports(3)
    layout = Layout(home, shared_cache(), Ports(kafka=kafka, kafka_controller=controller, postgres=postgres))
    laptop_postgres.initialise(layout, _PASSWORD)
    process = laptop_postgres.server(layout, _PASSWORD)
    yield from _while_running(process, laptop_postgres.superuser_url(layout, _PASSWORD))
    shutil.rmtree(home)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The superuser's URL of a fresh database of the test's own, dropped after it."""
    with a_database(postgres_server) as url:
        yield url


@contextmanager
def a_database(server_url: str) -> Iterator[str]:
    """The superuser's URL of a fresh database, dropped afterwards: for what a whole module shares."""
    name = f"test_{uuid.uuid4().hex}"
    asyncio.run(_execute(server_url, f'CREATE DATABASE "{name}"'))
    yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    asyncio.run(_execute(server_url, f'DROP DATABASE "{name}" WITH (FORCE)'))


def shared_cache() -> Path:
    """Where the broker's jars are kept from one run to the next: where `make up` keeps them, unless told otherwise."""
    return Path(os.environ.get("HOLDFAST_CACHE") or _SHARED_CACHE)


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on: all held at once while choosing, so that none comes twice."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _while_running(process: Process, address: str) -> Iterator[str]:
    running = spawn(process)
    try:
        wait_ready(process, running)
        yield address
    finally:
        stop(process, running)


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
