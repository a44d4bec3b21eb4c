"""What may be committed, and that the driver's private names that are overridden are still there."""

import asyncio
from collections import defaultdict, deque
from importlib.metadata import version
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.metrics.app import MetricsApp, faust_app
from services.metrics.settings import MetricsSettings
from services.metrics.store import PartitionStore
from services.metrics.transport import Consumer, Producer, Transport

AT = TP("care.events", 0)


def consumer() -> Any:
    """A consumer with nothing of the driver's in it."""
    made = Consumer.__new__(Consumer)
    made._inflight = defaultdict(deque)
    made._acknowledged = {}
    made.broken = False
    return made


def sent(*offsets: int) -> list[tuple[list[asyncio.Future[None]], int]]:
    return [([asyncio.get_running_loop().create_future() for _ in range(2)], offset) for offset in offsets]


async def test_only_what_is_acknowledged_up_to_the_first_that_is_not_may_be_committed() -> None:
    draining, batches = consumer(), sent(10, 20, 30)
    draining._inflight[AT].extend(batches)
    assert draining._new_offset(AT) is None
    for future in (*batches[1][0], batches[0][0][0]):
        future.set_result(None)
    assert draining._new_offset(AT) is None
    batches[0][0][1].set_result(None)
    assert draining._new_offset(AT) == 20
    assert draining._new_offset(AT) == 20


async def test_a_failed_record_is_raised_each_time_and_nothing_passes_it() -> None:
    draining, batches = consumer(), sent(10, 20)
    draining._inflight[AT].extend(batches)
    for future in (*batches[1][0], batches[0][0][0]):
        future.set_result(None)
    batches[0][0][1].set_exception(KafkaTimeoutError())
    for _ in range(2):
        with pytest.raises(KafkaTimeoutError):
            draining._new_offset(AT)


async def test_once_something_failed_no_offset_moves() -> None:
    draining = consumer()
    draining._inflight[AT].append(([], 10))
    assert draining._filter_tps_with_pending_acks() == [AT]
    draining.broken = True
    assert draining._filter_tps_with_pending_acks() == []


def test_the_private_names_that_are_overridden_are_those_of_the_version_that_is_pinned() -> None:
    assert version("faust-streaming") == "0.15.3"
    for name in (
        "_new_offset", "_filter_tps_with_pending_acks", "_drain_messages", "_wait_next_records", "_is_changelog_tp",
        "_to_message", "perform_seek", "wait_empty", "on_partitions_revoked", "seek_wait", "earliest_offsets",
    ):  # fmt: skip
        assert hasattr(driver.Consumer, name), name
    for name in ("_settings_extra", "_ensure_producer"):
        assert hasattr(driver.Producer, name), name
    assert hasattr(MetricsApp.__mro__[1], "_create_directories")


def test_the_application_serves_no_pages_makes_no_topics_and_writes_what_is_acknowledged_by_all() -> None:
    app = faust_app(MetricsSettings.model_validate({}))
    assert not app.conf.web_enabled
    assert app.conf.topic_disable_leader
    assert not app.conf.topic_allow_declare
    assert app.conf.processing_guarantee.value == "at_least_once"
    assert Producer._settings_extra(Producer.__new__(Producer)) == {"acks": "all", "enable_idempotence": True}
    assert isinstance(app.transport, Transport)
    assert isinstance(app.tables["children"].data, PartitionStore)
    assert app.tables["children"].changelog_topic.get_topic_name() == app.settings.changelog_topic
