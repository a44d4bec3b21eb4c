"""Following a topic, on a real broker: from its start, ready at its end, and anew when the topic was made anew."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable

import pytest
from aiokafka import ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient

from holdfast.contracts.topics import Topic
from holdfast.runtime.kafka import declare
from services.gateway import follower as follower_module
from services.gateway.follower import Follower
from tests.integration.conftest import free_ports
from tests.integration.gateway_said import publish


class Taken:
    """What a follower was given."""

    def __init__(self) -> None:
        self.generations: list[str] = []
        self.values: list[bytes | None] = []

    async def take(self, records: list[ConsumerRecord]) -> None:
        self.values += [record.value for record in records]


async def until(what: str, check: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110 -- what is waited for happens in another task
            await asyncio.sleep(0.02)
    assert check(), what


@pytest.fixture
async def topic(kafka: str) -> AsyncIterator[str]:
    name = f"gateway.test.{uuid.uuid4().hex}"
    await declare(kafka, [Topic(name, 1, {"cleanup.policy": "compact"})])
    yield name
    await remove(kafka, name)


async def remove(kafka: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


@contextlib.asynccontextmanager
async def following(kafka: str, topic: str) -> AsyncIterator[tuple[Follower, Taken]]:
    taken = Taken()
    follower = Follower(kafka, topic, taken.generations.append, taken.take)
    task = asyncio.create_task(follower.run())
    try:
        yield follower, taken
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_is_ready_once_it_has_read_to_the_end_and_goes_on_from_there(kafka: str, topic: str) -> None:
    await publish(kafka, topic, *[(b"k%d" % number, b"%d" % number) for number in range(1200)])
    async with following(kafka, topic) as (follower, taken):
        assert follower.fault() is not None
        await until("ready", lambda: follower.fault() is None)
        assert len(taken.values) == 1200
        await publish(kafka, topic, (b"k", b"later"))
        await until("the next", lambda: taken.values[-1] == b"later")
        assert follower.lag == 0
        assert follower.stalled() is None
        assert len(taken.generations) == 1


async def test_an_empty_topic_is_ready_at_once(kafka: str, topic: str) -> None:
    async with following(kafka, topic) as (follower, _):
        await until("ready", lambda: follower.fault() is None)


async def test_a_topic_made_anew_is_another_generation_and_is_read_from_its_start(
    kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "LOOK_SECONDS", 0.1)
    await publish(kafka, topic, (b"k", b"old"))
    async with following(kafka, topic) as (_, taken):
        await until("the old one", lambda: taken.values == [b"old"])
        await remove(kafka, topic)
        for _ in range(50):
            with contextlib.suppress(Exception):
                await declare(kafka, [Topic(topic, 1, {"cleanup.policy": "compact"})])
                break
            await asyncio.sleep(0.1)
        await publish(kafka, topic, (b"k", b"new"))
        await until("the new one", lambda: taken.values[-1] == b"new", 60)
        assert len({*taken.generations}) == 2  # said before any record of the new one


async def test_a_broker_that_is_away_leaves_it_unready_and_running() -> None:
    (nobody,) = free_ports(1)
    async with following(f"127.0.0.1:{nobody}", "care.indicators") as (follower, _):
        await asyncio.sleep(0)
        assert "has not answered" in (follower.fault() or "")
        assert follower.stalled() is None
