"""By when what was erased is gone from the broker's files, and what is said to stand or only to lie in them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.cli.erase_search import Needles, _is_in, _Key, _told
from holdfast.contracts.topics import EVENTS, Erasing, nobodys_key, partition_of, topics
from services.placements.domain import Delivery, batch_of

ERASED_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CHILD, STATEMENT = "k" * 26, bytes(range(16))


def config(**changed: str) -> dict[str, str]:
    [events] = [topic for topic in topics(8) if topic.name == EVENTS]
    return events.config | changed


def test_the_files_of_the_topic_as_declared_hold_no_statement_in_two_days_and_no_name_in_34() -> None:
    times = Erasing.of(config())
    assert times is not None
    assert times == Erasing(DAY, DAY, 30 * DAY)
    assert 2 * DAY < times.values_gone_by(ERASED_AT) - ERASED_AT < 2 * DAY + timedelta(minutes=30)
    assert 33 * DAY < times.names_gone_by(ERASED_AT) - ERASED_AT < 33 * DAY + timedelta(hours=1)


def test_a_file_is_closed_before_what_hangs_on_it_is_promised() -> None:
    times = Erasing.of(config())
    assert times is not None
    assert ERASED_AT + times.segment < times.closes_at(ERASED_AT) < times.values_gone_by(ERASED_AT)
    assert times.values_gone_by(ERASED_AT) + times.retention <= times.closes_again_at(ERASED_AT)
    assert times.closes_again_at(ERASED_AT) < times.names_gone_by(ERASED_AT)


@pytest.mark.parametrize(
    "changed",
    [
        {"max.compaction.lag.ms": "9223372036854775807"},
        {"cleanup.policy": "delete"},
    ],
)
def test_a_topic_that_sets_no_bound_promises_nothing(changed: dict[str, str]) -> None:
    assert Erasing.of(config(**changed)) is None
    assert Erasing.of({}) is None


def test_nobodys_record_is_one_that_every_reader_takes_for_a_tombstone() -> None:
    partition = partition_of("E08000018", 8)
    batch = batch_of([Delivery(partition, 7, nobodys_key("E08000018"), None, 0)], 8)
    assert (list(batch.erased.values()), batch.stated) == ([7], {})


def record(value: bytes | None, at: int = 1) -> Any:
    return SimpleNamespace(key=f"E08000018/{CHILD}/0".encode(), value=value, headers=(), timestamp=at * 1000)


NEEDLES = Needles(frozenset({CHILD}), frozenset({STATEMENT}))


@pytest.mark.parametrize(
    ("values", "stands", "left", "names"),
    [
        ([b"said"], 1, 0, 0),
        ([b"said", b"said again"], 1, 1, 0),
        ([b"said", None], 0, 1, 1),
        ([None], 0, 0, 1),
        ([b"said", None, b"come again"], 1, 1, 1),
    ],
)
def test_what_stands_under_a_key_is_told_from_what_lies_in_the_files(
    values: list[bytes | None], stands: int, left: int, names: int
) -> None:
    key = _Key()
    for at, value in enumerate(values):
        one = record(value, at)
        key.take(one, found=_is_in(one, NEEDLES.in_bytes))
    told = _told("t", len(values), [key], {})
    assert (told.found, told.values, told.names) == (stands, left, names)
    assert told.since == (None if stands else datetime.fromtimestamp(len(values) - 1, UTC))


def test_a_record_that_no_longer_names_the_statement_clears_its_key() -> None:
    """So the table's changelog: the child's facts, without the one that was erased."""
    key = _Key()
    for value in (b"facts \x00" + STATEMENT, b"facts left"):
        one = SimpleNamespace(key=b"E08000018/other", value=value, headers=(), timestamp=5)
        key.take(one, found=_is_in(one, NEEDLES.in_bytes))
    told = _told("t", 2, [key], {})
    assert (told.found, told.values, told.names) == (0, 1, 0)


@pytest.mark.parametrize("text", [CHILD.encode(), STATEMENT, STATEMENT.hex().encode(), CHILD.encode().hex().encode()])
def test_a_name_is_found_however_it_is_written(text: bytes) -> None:
    held = SimpleNamespace(key=b"k", value=b"..." + text + b"...", headers=())
    assert _is_in(held, NEEDLES.in_bytes)
    assert not _is_in(SimpleNamespace(key=b"k", value=b"...", headers=()), NEEDLES.in_bytes)
