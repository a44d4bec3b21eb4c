"""Stream, register and gateway over one broker of their own: what the standing check is made to compare."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec

from holdfast.contracts import topics
from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.figures import Figure
from holdfast.contracts.topics import partition_of
from holdfast.runtime.clock import Clock
from services.placements.ends import Ends
from tests.factories import admitted, moved
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import Running, eventually, key_pair, running_gateway
from tests.integration.gateway_said import say
from tests.integration.intake_door import PARTITIONS
from tests.integration.metrics_world import Process, World
from tests.integration.register_process import RegisterProcess, register_process

WITHIN_SECONDS = 120


class Whole:
    """The three, and what a test does to them."""

    def __init__(self, gateway: Running, register: RegisterProcess, register_admin_url: str, worker: Process) -> None:
        self.gateway, self.register, self.worker = gateway, register, worker
        self._register_admin_url = register_admin_url

    @property
    def kafka(self) -> str:
        return self.gateway.kafka

    def post(self, *stated: AnyEvent) -> None:
        """Put events on the topic as the door would."""
        asyncio.run(_send(self.kafka, list(stated)))

    def standing(self, authority: str, role: str = "analyst") -> dict[str, Any]:
        """How the authority stands; nothing before the first look."""
        answer = self.gateway.http(self.gateway.token(role, authority)).get(f"/api/authorities/{authority}/parity")
        found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return found

    def until(self, authority: str, state: str, read_to: int = 0) -> dict[str, Any]:
        """Wait until it stands so, of figures read so far at least."""

        def stands() -> dict[str, Any] | None:
            found = self.standing(authority)
            return found if found.get("state") == state and (found["read_to"] or 0) >= read_to else None

        found: dict[str, Any] = eventually(f"{authority}: {state}", stands, WITHIN_SECONDS)
        return found

    def end_of(self, authority: str) -> int:
        """The end of the authority's partition of the events."""
        return asyncio.run(_end(self.kafka, partition_of(authority, PARTITIONS)))

    def figure(self, authority: str, indicator: str) -> Figure:
        """The whole authority's figure as it was said last."""
        said = asyncio.run(_said(self.kafka))
        return msgspec.json.decode(said[f"{authority}/{indicator}/all".encode()], type=Figure)

    def say(self, figure: Figure) -> None:
        """Say a figure that the stream did not make."""
        say(self.kafka, topics.INDICATORS, figure)

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """What nobody should do: change the register's tables by hand, as the database's superuser."""
        return asyncio.run(_sql(self._register_admin_url, statement, values))

    def restart_register(self) -> None:
        """It holds what it has folded until then."""
        self.register.stop()
        self.register.start()


@contextmanager
def whole(kafka: str, postgres_server: str, folder: Path) -> Iterator[Whole]:
    """All three, ready; ended afterwards."""
    private, public = key_pair()
    with ExitStack() as ending:
        gateway_url, register_admin_url = (ending.enter_context(a_database(postgres_server)) for _ in range(2))
        register = ending.enter_context(register_process(kafka, register_admin_url, {"gateway": public}))
        worker = _metrics(kafka, folder)
        ending.callback(worker.end)
        given = {
            "placements_url": register.url, "metrics_urls": f"http://127.0.0.1:{worker.port}",
            "signing_key": private, "parity_seconds": 1.0,
        }  # fmt: skip
        ports = tuple(free_ports(2))
        gateway = ending.enter_context(running_gateway(kafka, gateway_url, folder / "gateway", ports, **given))
        eventually("metrics is ready", lambda: worker.get("/readyz")[0] == 200, WITHIN_SECONDS)
        yield Whole(gateway, register, register_admin_url, worker)


def _metrics(kafka: str, folder: Path) -> Process:
    """A worker on the platform's own topics."""
    world = World(kafka, folder, partitions=str(PARTITIONS))
    world.application = "metrics"
    world.events, world.indicators = topics.EVENTS, topics.INDICATORS
    world.targets, world.alerts = topics.TARGETS, topics.ALERTS
    return world.start()


def children_of(authority: str, count: int = 12) -> list[AnyEvent]:
    """Children of 8 to 15 who came in different months and are looked after today; some of them have moved."""
    stated: list[AnyEvent] = []
    for number in range(count):
        stated.append(came(authority, f"{authority} {number}", 40 + 31 * number, aged=8 + number % 7))
        if number % 3 == 0:
            stated.append(moved(_ago(20), "K2", child=f"{authority} {number}", authority=authority))
    return stated


def came(authority: str, child: str, days_ago: int = 10, aged: int = 10) -> AnyEvent:
    """A child began to be looked after so many days ago."""
    born = f"{Clock().today().year - aged}-01-01"
    return admitted(_ago(days_ago), dob=born, child=child, authority=authority)


def _ago(days: int) -> str:
    return (Clock().today() - timedelta(days=days)).isoformat()


async def _send(kafka: str, stated: list[AnyEvent]) -> None:
    world = World(kafka, Path())
    world.events = topics.EVENTS
    await world.send(
        (partition_of(event.authority, PARTITIONS), record_key(event), encode_event(event)) for event in stated
    )


async def _said(kafka: str) -> dict[bytes, bytes]:
    return await World(kafka, Path()).said(topics.INDICATORS)


async def _end(kafka: str, partition: int) -> int:
    ends = Ends(kafka, topics.EVENTS)
    try:
        return (await ends.read(partition))[partition]
    finally:
        await ends.stop()


async def _sql(url: str, statement: str, values: tuple[Any, ...]) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


def operator_of(gateway: Running) -> httpx.Client:
    """Somebody who runs the platform, signed in."""
    gateway.person("an operator", "operator", None)
    return gateway.signed_in("an operator")
