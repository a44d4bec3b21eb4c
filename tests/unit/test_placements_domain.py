"""What a record means to the register."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from holdfast.contracts.events import AnyEvent, encode_event, record_key, statement_hash
from holdfast.contracts.topics import partition_of
from services.placements.domain import Delivery, Unreadable, batch_of
from tests.factories import AUTHORITY, admitted, discharged, missing, pseudonym, withdrawn

PARTITIONS = 8
PARTITION = partition_of(AUTHORITY, PARTITIONS)
BROKER_MS = 1_500_000_000_123


def delivery(event: AnyEvent, offset: int, *, tombstone: bool = False) -> Delivery:
    return Delivery(PARTITION, offset, record_key(event), None if tombstone else encode_event(event), BROKER_MS)


def test_of_the_deliveries_of_one_statement_the_first_is_kept() -> None:
    event = admitted("2017-01-05", receivedtime="2017-01-06T00:00:00Z")
    again = msgspec.structs.replace(event, receivedtime="2017-01-04T00:00:00Z")
    [held] = batch_of([delivery(event, 4), delivery(again, 5)], PARTITIONS).stated.values()
    assert (held.offset, held.received_at) == (4, datetime(2017, 1, 6, tzinfo=UTC))
    assert held.statement.hex() == statement_hash(event)
    assert held.event == encode_event(event)


@pytest.mark.parametrize(
    ("event", "day"),
    [
        (admitted("2017-01-05"), date(2017, 1, 5)),
        (discharged("2017-05-01"), date(2017, 5, 1)),
        (missing("2017-06-30T23:30:00Z"), date(2017, 7, 1)),
        (missing("2017-01-31T23:30:00Z"), date(2017, 1, 31)),
        (missing("2017-06-30"), date(2017, 6, 30)),
        (withdrawn(admitted("2017-01-05")), None),
    ],
)
def test_a_statement_happened_on_the_london_day_that_it_is_about(event: AnyEvent, day: date | None) -> None:
    [held] = batch_of([delivery(event, 0)], PARTITIONS).stated.values()
    assert held.happened_on == day


def test_instants_are_kept_to_the_microsecond() -> None:
    event = admitted("2017-01-05", recorded="2017-01-06T10:11:12.123456Z")
    [held] = batch_of([delivery(event, 0)], PARTITIONS).stated.values()
    assert held.recorded_at == datetime(2017, 1, 6, 10, 11, 12, 123456, tzinfo=UTC)


def test_a_record_that_does_not_say_when_it_was_received_was_when_the_broker_was_given_it() -> None:
    [held] = batch_of([delivery(admitted("2017-01-05"), 0)], PARTITIONS).stated.values()
    assert held.received_at == datetime(2017, 7, 14, 2, 40, 0, 123000, tzinfo=UTC)


def test_what_a_tombstone_follows_is_gone_and_what_follows_it_is_there() -> None:
    event, other = admitted("2017-01-05"), admitted("2017-01-06")
    gone = batch_of([delivery(event, 0), delivery(other, 1), delivery(event, 2, tombstone=True)], PARTITIONS)
    assert [one.offset for one in gone.stated.values()] == [1]
    assert list(gone.erased.values()) == [2]
    back = batch_of([delivery(event, 0), delivery(event, 1, tombstone=True), delivery(event, 2)], PARTITIONS)
    assert [one.offset for one in back.stated.values()] == [2]


@pytest.mark.parametrize(
    "fault",
    [
        {"key": None},
        {"key": b""},
        {"key": b"E08000018/child/00000000000000000000000000000000"},
        {"partition": (PARTITION + 1) % PARTITIONS},
        {"value": b""},
        {"value": b"null"},
        {"value": encode_event(admitted("2017-01-05")).replace(b"2017-01-05T12:00:00Z", b"2017-01-05T12:00:00")},
        {"value": encode_event(admitted("2017-01-05")).replace(b"2017-01-05T12:00:00Z", b"the day before")},
        {"value": encode_event(admitted("2017-01-05", child="another"))},
        {"value": encode_event(admitted("2017-01-05", authority="E08000016"))},
    ],
)
def test_a_record_that_the_door_cannot_have_sent_is_told_by_its_place_and_names_no_child(
    fault: dict[str, object],
) -> None:
    broken = msgspec.structs.replace(delivery(admitted("2017-01-05"), 7), **fault)
    with pytest.raises(Unreadable, match="offset 7") as told:
        batch_of([broken], PARTITIONS)
    assert pseudonym("child") not in str(told.value)
    assert told.value.__cause__ is None
