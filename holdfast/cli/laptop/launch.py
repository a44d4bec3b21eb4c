"""`holdfast up`: brings the platform up step by step, keeps it running until told to stop, and ends it in order.

What each step does lives in the module it calls; here is only their order.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Coroutine
from pathlib import Path

from msgspec import Struct
from rich.markup import escape

from holdfast.cli.laptop import credentials, kafka, postgres, shown
from holdfast.cli.laptop.boroughs import AUTHORITY, Living
from holdfast.cli.laptop.demonstration import make_demonstration, set_clock
from holdfast.cli.laptop.environment import DATABASE, WITH_DATABASE, write_environments
from holdfast.cli.laptop.kafka_jars import fetch_jars, jars_are_here
from holdfast.cli.laptop.layout import Layout
from holdfast.cli.laptop.leftovers import end_leftovers
from holdfast.cli.laptop.notes import locked
from holdfast.cli.laptop.platform import STOP_ORDER, borough, ports_wanted, services
from holdfast.cli.laptop.preflight import check_home, check_ports, check_tools
from holdfast.cli.laptop.process import monotonic
from holdfast.cli.laptop.supervise import Supervisor
from holdfast.cli.setup import TopicSettings, Wanted, set_up
from holdfast.runtime.settings import load


class Asked(Struct, frozen=True):
    """What `holdfast up` was asked for. No demonstration means no borough either; `pace` is in days a minute."""

    boroughs: tuple[Living, ...]
    demonstration: bool
    pace: float | None
    metrics_workers: int
    partitions: int


def launch(layout: Layout, asked: Asked) -> None:
    """Runs the platform until SIGINT, SIGTERM or SIGHUP; nothing is left running. Raises CannotRun."""
    check_tools()
    check_home(layout)
    with locked(layout.run):
        ended = end_leftovers(layout)
        if ended:
            shown.say(f"[yellow]ended what an earlier start had left running: {', '.join(ended)}[/]")
        check_ports(ports_wanted(layout, asked.metrics_workers))
        jars = fetched_jars(layout.cache)
        _make_ready(layout, jars, asked)
        try:
            asyncio.run(_run(layout, jars, asked))
        finally:
            (layout.run / "state.json").unlink(missing_ok=True)


def fetched_jars(cache: Path) -> list[Path]:
    """The broker's jars, fetched with a bar that counts where they are not here yet. Raises CannotRun."""
    if jars_are_here(cache):
        return fetch_jars(cache, lambda here, of: None)
    began = monotonic()
    with shown.counted("Fetching Apache Kafka 4.3.1") as bar:
        jars = fetch_jars(cache, lambda here, of: bar.update(bar.task_ids[0], completed=here, total=of))
    shown.say(f"[green]✓[/] Apache Kafka 4.3.1 fetched, {len(jars)} jars checked [dim]({monotonic() - began:.1f} s)[/]")
    return jars


def _make_ready(layout: Layout, jars: list[Path], asked: Asked) -> None:
    """Folders, keys and environments: everything that needs no running process. Quick where it has been done before."""
    credentials.make_credentials(layout.secrets)
    password = credentials.password(layout.secrets, "postgres")
    if not postgres.is_initialised(layout):
        with shown.step("Making the database's folder"):
            postgres.initialise(layout, password)
    postgres.check_owner(layout)
    kafka.configure(layout)
    if not kafka.is_formatted(layout):
        with shown.step("Making the broker's folder"):
            kafka.format_storage(layout, jars)
    write_environments(layout, os.environ, demonstration=True, metrics_workers=asked.metrics_workers)
    if asked.boroughs:
        set_clock(layout, asked.pace, asked.boroughs)


async def _run(layout: Layout, jars: list[Path], asked: Asked) -> None:
    supervisor = Supervisor(layout, lambda sentence: shown.say(f"[yellow]{escape(sentence)}[/]"))
    told = _told_to_stop()
    running = asyncio.create_task(_bring_up(layout, jars, asked, supervisor))
    stopping = asyncio.create_task(told.wait())
    try:
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        running.cancel()
        stopping.cancel()
        outcome = (await asyncio.gather(running, stopping, return_exceptions=True))[0]
        with shown.step("Stopping"):
            await supervisor.end(STOP_ORDER)
    if isinstance(outcome, Exception):
        raise outcome


def _told_to_stop() -> asyncio.Event:
    told = asyncio.Event()
    assert threading.current_thread() is threading.main_thread(), "children are tied to the main thread"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


async def _bring_up(layout: Layout, jars: list[Path], asked: Asked, supervisor: Supervisor) -> None:
    supervisor.enter("starting")
    password = credentials.password(layout.secrets, "postgres")
    with shown.step(f"Apache Kafka on {layout.bootstrap} and PostgreSQL on port {layout.ports.postgres}"):
        await _together(
            supervisor.start(postgres.server(layout, password)), supervisor.start(kafka.broker(layout, jars))
        )
    with shown.step("Topics, roles and schemas"):
        await set_up(_wanted(layout, asked))
    with shown.step("Intake, placements, metrics and gateway"):
        await _together(*(supervisor.start(process) for process in services(layout, asked.metrics_workers)))
    people: dict[str, str] = {}
    if asked.demonstration:
        with shown.step(f"The demonstration authority {AUTHORITY}"):
            people = await asyncio.to_thread(make_demonstration, layout, asked.boroughs)
    for living in asked.boroughs:
        await supervisor.start(borough(layout, living))
    shown.welcome(layout, people, boroughs=asked.boroughs, authority=AUTHORITY)
    supervisor.enter("ready")
    await supervisor.forever()


async def _together(*starts: Coroutine[None, None, None]) -> None:
    """All at once; the first to fail ends the wait for the others, and its own error is what is raised."""
    waits = [asyncio.create_task(start) for start in starts]
    try:
        await asyncio.gather(*waits)
    finally:
        for wait in waits:
            wait.cancel()


def _wanted(layout: Layout, asked: Asked) -> Wanted:
    password = credentials.password(layout.secrets, "postgres")
    return Wanted(
        bootstrap=layout.bootstrap,
        topics=load(TopicSettings).declared(asked.partitions),
        admin_url=postgres.superuser_url(layout, password),
        database=DATABASE,
        passwords={service: credentials.password(layout.secrets, service) for service in WITH_DATABASE},
    )
