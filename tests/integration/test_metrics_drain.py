"""What draining Faust in batches must survive, on a real broker: each test is something that was once lost or hung."""

import asyncio
import functools
import signal
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from holdfast.contracts.events import AnyEvent, record_key
from holdfast.contracts.topics import partition_of
from services.metrics.domain import encode
from services.metrics.table import changelog_records
from tests import factories
from tests.integration.metrics_world import PARTITIONS, Process, World, until, world

AUTHORITIES = ("E08000018", "E08000016", "E10000006", "E09000002")


@pytest.fixture
async def here(kafka: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(kafka, tmp_path) as made:
        yield made


def ago(days: int) -> str:
    """The day so many days before today: figures are read today, so histories must reach up to it."""
    return (date.today() - timedelta(days=days)).isoformat()  # noqa: DTZ011


def admitted(child: str, authority: str = factories.AUTHORITY, on: str | None = None) -> AnyEvent:
    """A child of eight comes into care."""
    return factories.admitted(on or ago(400), child=child, authority=authority, dob=ago(8 * 365))


def histories(children: int, first: int = 0) -> list[AnyEvent]:
    """Some statements about each child, of authorities that between them are in several partitions."""
    stated: list[AnyEvent] = []
    for number in range(first, first + children):
        authority, child = AUTHORITIES[number % len(AUTHORITIES)], f"child {number}"
        stated.append(admitted(child, authority))
        stated.append(factories.moved(ago(number % 350), place="K2", authority=authority, child=child))
        if number % 3 == 0:
            stated.append(factories.discharged(ago(number % 250), authority=authority, child=child))
    return stated


def has_begun(worker: Process) -> bool:
    """Whether it has drained anything."""
    said = worker.get("/metrics")[1]
    return "_events_total" in said and "_events_total 0.0" not in said


async def committed(here: World) -> int:
    """The sum of the offsets committed for the events."""
    admin = AIOKafkaAdminClient(bootstrap_servers=here.kafka)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(here.application)
    finally:
        await admin.close()
    return sum(held.offset for at, held in offsets.items() if at.topic == here.events and held.offset > 0)


async def test_what_was_killed_and_restarted_says_what_a_plain_fold_says(here: World) -> None:
    stated: list[AnyEvent] = []
    for turn in range(2):
        worker = here.start()
        more = histories(400, first=400 * turn)
        posting = asyncio.create_task(here.post(more))
        stated += more
        await until(functools.partial(has_begun, worker))
        worker.signal(signal.SIGKILL)
        worker.wait()
        await posting
    last = here.start()
    await here.ready(last)
    await here.settled(stated)


async def test_a_second_worker_that_comes_and_goes_loses_and_doubles_nothing(here: World) -> None:
    """The first batch after each rebalance is the one that is easily dropped, so posting never pauses."""
    first = here.start()
    await here.ready(first)
    stated: list[AnyEvent] = []
    over = asyncio.Event()

    async def keep_posting() -> None:
        while not over.is_set():
            more = histories(8, first=len(stated))
            await here.post(more)
            stated.extend(more)
            await asyncio.sleep(0.05)

    posting = asyncio.create_task(keep_posting())
    for number in (signal.SIGTERM, signal.SIGKILL):
        second = here.start()
        await here.ready(second)
        second.signal(number)
        second.wait()
    over.set()
    await posting
    await here.settled(stated)
    assert first.process.poll() is None


async def test_a_process_that_was_paused_for_half_its_session_ends_itself_at_once(here: World) -> None:
    worker = here.start()
    await here.post(histories(20))
    await here.ready(worker)
    worker.signal(signal.SIGSTOP)
    await asyncio.sleep(3.5)  # more than half of the shortest session a broker allows
    worker.signal(signal.SIGCONT)
    assert await asyncio.to_thread(worker.wait) == 75


async def test_a_changelog_record_that_is_refused_ends_the_worker_before_the_offset_moves(here: World) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=here.kafka)
    await admin.start()
    refuse = ConfigResource(ConfigResourceType.TOPIC, here.changelog, configs={"max.message.bytes": "200"})
    await admin.alter_configs([refuse])
    await admin.close()
    await here.post(histories(50))
    worker = here.start()
    assert await asyncio.to_thread(worker.wait, 30) == 1
    assert await committed(here) == 0


async def test_a_record_that_can_not_be_read_ends_the_worker_and_is_never_passed(here: World) -> None:
    stated = histories(1)
    await here.post(stated)
    poisoned = partition_of(stated[0].authority, PARTITIONS)
    await here.send([(poisoned, record_key(stated[0])[:-32] + b"0" * 32, b"{}")])
    for _ in range(2):
        worker = here.start()
        assert await asyncio.to_thread(worker.wait, 30) == 1
        assert "can't be read" in worker.log.read_text()
    assert await committed(here) <= len(stated)


async def test_topics_of_unlike_partitions_are_refused_at_the_start(kafka: str, tmp_path: Path) -> None:
    here = World(kafka, tmp_path)
    await here.declare(changelog_partitions=PARTITIONS + 1)
    try:
        worker = here.start()
        assert await asyncio.to_thread(worker.wait, 20) == 1
        assert "must have the same number" in worker.log.read_text()
    finally:
        await here.drop()


async def test_a_table_is_read_back_at_once_and_only_by_whom_it_is_assigned(here: World) -> None:
    stated = histories(300)
    await here.post(stated)
    worker = here.start()
    await here.ready(worker)
    await here.settled(stated)
    worker.signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait) == 0
    assert await committed(here) == len(stated)
    again = here.start()
    await here.ready(again)
    await until(lambda: "holdfast_metrics_children 300.0" in again.get("/metrics")[1])
    assert "Restoring state" not in again.log.read_text()  # Faust's own recovery had nothing to do
    await here.settled(stated)


async def test_nothing_is_said_until_the_drain_has_passed_what_the_table_was_folded_to(here: World) -> None:
    """A worker died after its changelog was acknowledged and before its offset was: the table is ahead."""
    stated = [admitted(f"child {number}") for number in range(10)]
    number = partition_of(stated[0].authority, PARTITIONS)
    ahead = [(record_key(event)[:-33], encode([factories.facts(event)[0]])) for event in stated]
    await here.send(
        ((number, key, value) for key, value, _ in changelog_records(ahead, (), len(stated))), here.changelog
    )
    await here.post(stated[:6])
    worker = here.start()
    await until(lambda: "have not been drained" in worker.get("/readyz")[1])
    await until(lambda: "_events_total 6.0" in worker.get("/metrics")[1])
    assert await here.said() == {}
    await here.post(stated[6:])
    await here.ready(worker)
    await here.settled(stated)


async def test_after_an_erasure_the_child_counts_for_what_is_left_of_it(here: World) -> None:
    stated = histories(8)
    gone, kept = admitted("gone"), admitted("kept")
    moved = factories.moved(ago(100), place="K2", child="kept")
    number = partition_of(gone.authority, PARTITIONS)
    await here.post([*stated, gone, kept, moved])
    worker = here.start()
    await here.settled([*stated, gone, kept, moved])
    await here.send([(number, record_key(gone), None), (number, record_key(moved), None)])
    await here.settled([*stated, kept])
    worker.signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait) == 0
    await here.ready(here.start())
    await here.settled([*stated, kept])
    assert (await here.said(here.changelog))[record_key(gone)[:-33]] is None


async def test_a_worker_that_hangs_is_noticed_and_ends_itself(here: World) -> None:
    """The events' topic goes on growing and nothing is committed: the process is alive, and useless."""
    worker = here.start(stall_seconds="2", send_timeout_seconds="600")
    await here.ready(worker)
    admin = AIOKafkaAdminClient(bootstrap_servers=here.kafka)
    await admin.start()
    await admin.delete_topics([here.changelog])  # its records can neither be acknowledged nor refused
    await admin.close()
    await here.post(histories(30))
    assert await asyncio.to_thread(worker.wait, 30) in (1, 75)
