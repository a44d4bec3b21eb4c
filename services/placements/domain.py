"""What a record of `care.events` means to the register: a statement held once, or the erasure of one.

Pure. Reads no database; what the statements add up to is the engine's, what of it is shown is in `account.py`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from holdfast.contracts import events
from holdfast.contracts.events import AnyEvent, decode_event
from holdfast.contracts.topics import partition_of

_LONDON = ZoneInfo("Europe/London")
_KEY = re.compile(rb"([A-Z]\d{8})/([a-z2-7]{26})/([0-9a-f]{32})")
_EPOCH_MS = 1000

Key = tuple[str, str, bytes]


class Unreadable(Exception):
    """A record that cannot be what the door sends: it is never skipped, so it stops the reading. Names no child."""


class Delivery(Struct, frozen=True, gc=False):
    """One record as it came: the partition and offset it came from, and the broker's own time in ms since 1970."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int


class Statement(Struct, frozen=True, gc=False):
    """One statement with what the register narrows by. Instants are UTC; `event` is the record's value, unchanged."""

    authority: str
    child: str
    statement: bytes
    system: str
    by_steward: bool
    fact: str
    type: str
    happened_on: date | None
    recorded_at: datetime
    received_at: datetime
    partition: int
    offset: int
    event: bytes


class Batch(Struct, frozen=True):
    """What a run of records does: `erased` first (key to the tombstone's offset), then `stated`, each key once."""

    stated: dict[Key, Statement]
    erased: dict[Key, int]


def batch_of(deliveries: Iterable[Delivery], partitions: int) -> Batch:
    """What the records, in the order of their partition, come to. Of a statement's deliveries the first is kept.

    Raises Unreadable, with the partition and offset of the record.
    """
    stated: dict[Key, Statement] = {}
    erased: dict[Key, int] = {}
    for delivery in deliveries:
        key = key_of(delivery, partitions)
        if delivery.value is None:
            stated.pop(key, None)
            erased[key] = delivery.offset
        elif key not in stated:
            stated[key] = statement_of(key, delivery, delivery.value)
    return Batch(stated, erased)


def key_of(delivery: Delivery, partitions: int) -> Key:
    """Authority, child and the statement's 16 bytes, as the record's key names them."""
    named = _KEY.fullmatch(delivery.key or b"")
    if named is None:
        raise _unreadable(delivery, "its key is not authority/child/statement")
    authority = named[1].decode()
    if partition_of(authority, partitions) != delivery.partition:
        raise _unreadable(delivery, "its authority belongs in another partition")
    return authority, named[2].decode(), bytes.fromhex(named[3].decode())


def key_bytes(key: Key) -> bytes:
    """The key of the record."""
    authority, child, statement = key
    return f"{authority}/{child}/{statement.hex()}".encode()


def statement_of(key: Key, delivery: Delivery, value: bytes) -> Statement:
    """The statement in a record with a value."""
    authority, child, statement = key
    try:
        event = decode_event(value)
        recorded_at = _instant(event.recordedtime)
        received_at = _received_at(event, delivery)
        happened_on = happened_on_of(event)
    except (msgspec.DecodeError, ValueError, OverflowError) as error:
        # The text of the error may quote the record.
        raise _unreadable(delivery, f"its value is not an event of the contract ({type(error).__name__})") from None
    if not event.source.startswith(f"/authorities/{authority}/systems/") or event.subject != child:
        raise _unreadable(delivery, "its key and its event name different children or authorities")
    return Statement(
        authority=authority,
        child=child,
        statement=statement,
        system=event.system,
        by_steward=event.statedby is not None,
        fact=event.fact,
        type=event.type,
        happened_on=happened_on,
        recorded_at=recorded_at,
        received_at=received_at,
        partition=delivery.partition,
        offset=delivery.offset,
        event=value,
    )


def happened_on_of(event: AnyEvent) -> date | None:
    """The London day that the event is about; None for a withdrawal."""
    match event:
        case events.Withdrawal():
            return None
        case events.MissingEpisode(data=data):
            return _london_day(data.begins)
        case _:
            return event.data.on


def _london_day(begins: str) -> date:
    # A date has ten characters, an instant more.
    if len(begins) == len("2017-06-14"):
        return date.fromisoformat(begins)
    return _instant(begins).astimezone(_LONDON).date()


def _received_at(event: AnyEvent, delivery: Delivery) -> datetime:
    """When the door accepted it; for a record that does not say, when the broker was given it."""
    if event.receivedtime is not None:
        return _instant(event.receivedtime)
    return datetime.fromtimestamp(delivery.timestamp_ms / _EPOCH_MS, UTC)


def _instant(text: str) -> datetime:
    told = datetime.fromisoformat(text)
    if told.tzinfo is None:
        raise ValueError("an instant without an offset")
    return told


def _unreadable(delivery: Delivery, reason: str) -> Unreadable:
    return Unreadable(f"partition {delivery.partition}, offset {delivery.offset}: {reason}")
