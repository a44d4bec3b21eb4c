"""When figures are said: at once after a quiet time, then at a pace, less often far behind, and at each day's turn."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.figures import Figure
from holdfast.contracts.topics import partition_of
from holdfast.indicators.parts import FIGURES
from holdfast.runtime.clock import Clock
from services.metrics.alerts import AlertBook
from services.metrics.saying import Saying
from services.metrics.settings import MetricsSettings
from services.metrics.stream import Stream
from services.metrics.table import Partition
from services.metrics.targets import TargetBook
from tests import factories

NUMBER = partition_of(factories.AUTHORITY, 8)
KEY = f"{factories.AUTHORITY}/looked_after/all".encode()


class Batch:
    """A producer's batch that only keeps what is put in."""

    def __init__(self) -> None:
        self.records: list[tuple[bytes, bytes | None]] = []

    def append(self, *, key: bytes, value: bytes | None, timestamp: None, headers: list[Any]) -> object:
        self.records.append((key, value))
        return self

    def record_count(self) -> int:
        return len(self.records)


@dataclass
class Broker:
    """Acknowledges everything at once, and remembers it by topic."""

    topics: dict[str, list[tuple[bytes, bytes | None]]] = field(default_factory=dict)

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> "asyncio.Future[None]":
        self.topics.setdefault(topic, []).extend(batch.records)
        acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        acknowledged.set_result(None)
        return acknowledged


class Told(Clock):
    """A clock that reads what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.instant_told = datetime(2024, 3, 4, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant_told


class Here:
    """A stream and a saying on a broker that is not one."""

    def __init__(self, home: Path, **given: float) -> None:
        told = {"home": home, "demonstration": True, "pace_seconds": 60.0} | given
        self.settings = MetricsSettings.model_validate(told)
        self.broker = Broker()
        self.stream = Stream(self.settings, lambda: self.broker)
        self.stream.table.partitions[NUMBER] = Partition()
        self.offset = 0
        self.lag = 0
        self.targets = TargetBook()
        self.clock = Told()
        self.saying = Saying(
            self.settings, self.clock, self.stream, self.targets, AlertBook(),
            self.broker, self._caught_up, lambda partition: self.lag,
        )  # fmt: skip
        self.saying.open()

    async def _caught_up(self) -> None:
        await asyncio.sleep(0)

    async def hear(self, *events: AnyEvent) -> None:
        records = []
        for event in events:
            records.append(SimpleNamespace(key=record_key(event), value=encode_event(event), offset=self.offset))
            self.offset += 1
        await self.stream.handle(NUMBER, records)

    async def say(self) -> float:
        return await self.saying._say_due()

    def said(self, key: bytes = KEY) -> list[Figure]:
        records = self.broker.topics.get(self.settings.indicators_topic, [])
        return [msgspec.json.decode(value or b"", type=Figure) for name, value in records if name == key]


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def admitted(number: int) -> AnyEvent:
    return factories.admitted("2024-01-02", child=f"child {number}")


async def test_the_first_change_after_a_quiet_time_is_said_at_once_and_the_next_at_the_pace(here: Here) -> None:
    await here.hear(admitted(1))
    await here.say()
    assert [figure.readings[0].numerator for figure in here.said()] == [1]
    await here.hear(admitted(2))
    due_in = await here.say()
    assert len(here.said()) == 1
    assert 0 < due_in <= here.settings.pace_seconds
    next(iter(here.stream.ledgers.accounts.values())).said_at -= here.settings.pace_seconds
    await here.say()
    assert [figure.readings[0].numerator for figure in here.said()] == [1, 2]
    assert here.said()[-1].read_to.offset == 2


@pytest.mark.parametrize(("took", "pace"), [(0.01, 2.0), (0.3, 3.0), (60.0, 5.0)])
async def test_what_takes_long_to_say_is_said_the_less_often_up_to_a_bound(
    tmp_path: Path, took: float, pace: float
) -> None:
    here = Here(tmp_path, pace_seconds=2.0)
    await here.hear(admitted(1))
    await here.say()
    (account,) = here.stream.ledgers.accounts.values()
    assert account.took > 0
    account.took = took
    await here.hear(admitted(2))
    for since, said in ((pace - 1.9, 1), (pace, 2)):
        account.said_at = time.monotonic() - since
        await here.say()
        assert len(here.said()) == said


async def test_an_authority_first_heard_of_is_said_whole_and_then_only_what_changed(here: Here) -> None:
    await here.hear(admitted(1))
    await here.say()
    first = len(here.broker.topics[here.settings.indicators_topic])
    assert first == len(FIGURES)
    next(iter(here.stream.ledgers.accounts.values())).said_at = float("-inf")
    await here.hear(factories.legal_status("2024-01-05", "C1", child="child 1"))
    await here.say()
    again = here.broker.topics[here.settings.indicators_topic][first:]
    assert again
    assert all(b"legal_status" in key for key, _ in again)


async def test_far_behind_figures_wait_for_the_backlog_but_not_for_ever(here: Here) -> None:
    here.lag = here.settings.backlog_records + 1
    await here.hear(admitted(1))
    await here.say()
    assert not here.said()
    account = next(iter(here.stream.ledgers.accounts.values()))
    assert account.touched_at is not None
    account.touched_at -= here.settings.backlog_pace_seconds
    await here.say()
    assert len(here.said()) == 1


async def test_every_figure_is_said_again_now_and_then(here: Here) -> None:
    await here.hear(admitted(1))
    await here.say()
    account = next(iter(here.stream.ledgers.accounts.values()))
    assert 0 < account.all_due_at - time.monotonic() <= here.settings.again_seconds
    account.all_due_at = account.said_at = float("-inf")
    await here.say()
    assert len(here.broker.topics[here.settings.indicators_topic]) == 2 * len(FIGURES)


async def test_at_the_days_turn_every_figure_is_said_and_a_second_time_as_daily(here: Here) -> None:
    await here.hear(admitted(1))
    await here.say()
    assert not here.said(KEY + b"/daily")
    here.clock.instant_told = datetime(2024, 3, 5, 0, 0, 1, tzinfo=UTC)
    await here.say()
    assert [figure.as_at[:10] for figure in here.said(KEY + b"/daily")] == ["2024-03-05"]
    assert [figure.as_at[:10] for figure in here.said()] == ["2024-03-04", "2024-03-05"]
    changelog = here.broker.topics[here.settings.changelog_topic]
    assert [key for key, _ in changelog].count(factories.AUTHORITY.encode()) == 2
    here.saying.open()
    await here.say()
    assert len(here.said(KEY + b"/daily")) == 1


async def test_nothing_is_said_while_closed_and_what_was_owed_is_said_after(here: Here) -> None:
    await here.hear(*map(admitted, range(50)))
    await here.saying.close()
    await here.say()
    assert not here.said()
    here.saying.open()
    await here.say()
    assert [figure.readings[0].numerator for figure in here.said()] == [50]


async def test_nothing_is_said_of_a_partition_that_is_behind_what_it_was_read_back_to(here: Here) -> None:
    here.stream.table[NUMBER].ahead = 2
    await here.hear(admitted(1))
    await here.say()
    assert not here.said()
    await here.hear(admitted(2))
    await here.say()
    assert here.said()


async def test_a_target_set_says_the_indicators_figure_again(here: Here) -> None:
    await here.hear(admitted(1))
    await here.say()
    here.saying.say_again(factories.AUTHORITY, "looked_after")
    next(iter(here.stream.ledgers.accounts.values())).said_at = float("-inf")
    await here.say()
    assert len(here.said()) == 2
