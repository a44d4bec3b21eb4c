"""The door's parts that need neither broker nor database: pseudonyms, seals, limits, lines, and memory with a bound."""

import asyncio
import base64
import hmac
import os
from collections.abc import Callable, Hashable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from holdfast.contracts import events
from holdfast.contracts.door import LONGEST_EVENT_BYTES, read
from holdfast.contracts.door_verdicts import Refused
from holdfast.contracts.events import decode_event, encode_event, record_key
from holdfast.runtime.http import Problem
from holdfast.runtime.kafka import BATCH_BYTES, producer
from services.intake.bodies import CHUNK_LINES, Chunks, Lines
from services.intake.domain import event_of, keys_of, locality, pseudonym, record_of
from services.intake.limits import Places, Rate, Turns
from services.intake.publisher import Outgoing, batches
from services.intake.recent import Recent
from services.intake.sealing import NotOurs, seal, unseal, unwrap, wrap
from tests.unit.test_door import DATA, posted, terms

KEYS = keys_of(bytes(range(96)))
RECEIVED = "2026-11-23T12:00:00Z"


def through(event: dict[str, Any]) -> Any:
    read_ = read(msgspec.json.encode(event), terms())
    assert not isinstance(read_, Refused), read_
    return event_of(read_, KEYS, RECEIVED)


@pytest.mark.parametrize("kind", DATA)
def test_what_leaves_the_door_is_an_event_that_every_reader_decodes(kind: str) -> None:
    event = through(posted(kind))
    record = record_of(event)
    assert decode_event(record.value) == event
    assert record.key == record_key(event)
    assert record.value == encode_event(event)
    assert record.short_hash == int(record.key[-32:-16], 16) - (1 << 64) * (int(record.key[-32:-31], 16) > 7)


@pytest.mark.parametrize("miles", [0, 5, 5.0, 5.5, 0.1, 999.9, 1e-5, 5e-6, 1e-7])
def test_miles_leave_written_as_every_reader_writes_them(miles: float) -> None:
    event = through(posted("admission", "/data/placement/distance_miles", miles) | {"traceparent": None})
    record = record_of(event)
    assert (record.key, record.value) == (record_key(event), encode_event(event))


def test_a_pseudonym_hangs_on_the_key_the_attribute_and_the_value() -> None:
    other = keys_of(bytes(range(1, 97)))
    made = {
        pseudonym(key, attribute, value)
        for key in (KEYS.names, other.names)
        for attribute in ("subject", "placement_id")
        for value in ("1", "2")
    }
    assert len(made) == 8
    assert all(len(one) == 26 and one == one.lower() for one in made)
    assert KEYS.keyid != other.keyid


@given(st.binary(min_size=1, max_size=64), st.text())
def test_a_pseudonym_is_an_hmac_in_base32(key: bytes, value: str) -> None:
    digest = hmac.digest(key, f"subject:{value}".encode(), "sha256")
    assert pseudonym(key, "subject", value) == base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def test_many_records_are_put_into_batches_in_their_order_and_within_the_bytes_of_one() -> None:
    records = [Outgoing("events", 0, b"key", b"%05d" % number + os.urandom(400)) for number in range(3_000)]

    async def counts() -> list[tuple[int, int]]:
        made = list(batches(producer("127.0.0.1:9"), records))
        return [(batch.record_count(), batch.size()) for batch in made]

    found = asyncio.run(counts())
    assert sum(count for count, _ in found) == len(records)
    assert len(found) == 5 and all(size <= BATCH_BYTES for _, size in found)


def test_a_pseudonym_is_what_it_always_was() -> None:
    """A change here would give every child a second name."""
    assert pseudonym(KEYS.names, "subject", "LCS-204518") == "miskcopqvltctbcxso3wiglgqa"
    assert locality(KEYS, "ol1 2ab") == "2q6kypyzn4o3ljeyckm3j7lghm"


@pytest.mark.parametrize("postcode", ["OL1 2AB", "ol12ab", " Ol1  2aB "])
def test_a_postcode_is_one_place_however_it_is_written(postcode: str) -> None:
    assert locality(KEYS, postcode) == locality(KEYS, "OL12AB")


def test_a_missing_fact_is_the_events_id() -> None:
    without = posted("admission", "/fact")
    assert through(without).fact == through(posted("admission", "/fact", without["id"])).fact
    assert through(without).fact != through(without).id


def test_free_text_of_an_envelope_stays_at_the_door() -> None:
    said = posted("admission") | {"dataschema": "urn:jo-bloggs", "tracestate": "jo=bloggs"}
    assert b"bloggs" not in record_of(through(said)).value
    assert record_of(through(said)).key == record_of(through(posted("admission"))).key


def test_instants_leave_in_utc() -> None:
    event = through(posted("missing-episode", "/data/until", "2017-06-15T00:30:00.5+01:00"))
    assert isinstance(event, events.MissingEpisode)
    assert (event.data.begins, event.data.ends) == ("2017-06-14T21:00:00Z", "2017-06-14T23:30:00.500000Z")
    assert (event.time, event.recordedtime) == ("2017-06-14T09:02:00Z", "2017-06-20T16:41:09Z")


def test_what_is_null_and_what_is_left_out_are_one_statement() -> None:
    said = posted("admission", "/data/sex")
    null = posted("admission", "/data/sex", None)
    null["data"]["began_before"] = False
    assert record_of(through(said)).key == record_of(through(null)).key


def test_what_is_sealed_opens_with_its_key_and_for_its_purpose_alone() -> None:
    key, master = os.urandom(32), os.urandom(32)
    sealed = seal(key, b"LCS-1", "child a")
    assert unseal(key, sealed, "child a") == b"LCS-1"
    for wrong in ((os.urandom(32), sealed, "child a"), (key, sealed, "child b"), (key, sealed[:-1] + b"x", "child a")):
        with pytest.raises(NotOurs):
            unseal(*wrong)
    with pytest.raises(NotOurs):
        unwrap(master, "E08000018", wrap(master, "E08000016", os.urandom(96)))


class Ticks:
    """A clock that goes on when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def refusal(do: Callable[[], Any]) -> Problem:
    with pytest.raises(Problem) as found:
        do()
    return found.value


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    clock = Ticks()
    rate = Rate(2, 3, clock)
    for _ in range(3):
        rate.take(1)
    assert refusal(lambda: rate.take(1)).status == 429
    rate.take(2)
    clock.now = 0.5
    rate.take(1)
    assert refusal(lambda: rate.take(1)).headers == {"Retry-After": "1"}


def test_places_are_bounded_for_one_and_for_all_and_given_back() -> None:
    places = Places(2, 1, "streams")
    with places.held(1), places.held(2):
        assert refusal(lambda: places.held(1).__enter__()).status == 429
        assert refusal(lambda: places.held(3).__enter__()).status == 503
    with places.held(3), places.held(1):
        pass


def test_whoever_wants_what_another_has_in_hand_waits_and_nobody_else_does() -> None:
    async def taken() -> list[str]:
        turns, told, put_down = Turns(5.0), list[str](), asyncio.Event()

        async def take(name: str, things: set[Hashable]) -> None:
            async with turns.taken(things):
                told.append(f"{name} begins")
                await (put_down.wait() if name == "first" else asyncio.sleep(0))
            told.append(f"{name} ends")

        first = asyncio.create_task(take("first", {"1", "2"}))
        second = asyncio.create_task(take("second", {"2", "3"}))
        await asyncio.create_task(take("third", {"3", "4"}))
        put_down.set()
        await asyncio.gather(first, second)
        return told

    told = asyncio.run(taken())
    assert told.index("third ends") < told.index("first ends") < told.index("second begins")


def test_a_turn_that_does_not_come_within_the_bound_is_refused_and_leaves_nothing_in_hand() -> None:
    async def taken() -> tuple[int, str | None]:
        turns = Turns(0.01)
        async with turns.taken({"1"}):
            with pytest.raises(Problem) as refused:
                async with turns.taken({"1", "2"}):
                    raise AssertionError("both have it")
        async with turns.taken({"1", "2"}):
            return refused.value.status, refused.value.headers.get("Retry-After")

    assert asyncio.run(taken()) == (503, "5")


@given(st.lists(st.integers(0, 30), max_size=200))
def test_memory_is_bounded_and_never_makes_up_anything(items: list[int]) -> None:
    recent: Recent[int] = Recent(10)
    for position, item in enumerate(items):
        if item in recent:
            assert item in items[:position]
        recent.update([item])
        assert item in recent
    assert sum(item in recent for item in range(31)) <= 11


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line)), st.integers(1, 9))
def test_lines_are_the_same_however_they_are_cut(lines: list[bytes], size: int) -> None:
    body, cutter, found = b"\n".join(lines), Lines(), list[bytes]()
    for begin in range(0, len(body), size):
        found += cutter.feed(body[begin : begin + size])
    assert found + cutter.end() == [line for line in lines if line.strip()]


def test_of_an_endless_line_no_more_is_held_than_it_takes_to_refuse_it() -> None:
    cutter = Lines()
    for _ in range(100):
        assert cutter.feed(b"x" * LONGEST_EVENT_BYTES) == []
    (line,) = cutter.feed(b"\n")
    assert len(line) == LONGEST_EVENT_BYTES + 1


async def chunks(messages: list[dict[str, Any] | None], idle_seconds: float = 5) -> list[list[bytes]]:
    """What comes of these messages; None is a sender that says nothing more."""
    waiting = iter(messages)

    async def receive() -> Any:
        message = next(waiting)
        if message is None:
            await asyncio.Event().wait()
        return message

    return [chunk async for chunk in Chunks(receive, idle_seconds)]


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_stream_is_cut_into_chunks_and_its_last_line_needs_no_end() -> None:
    lines = b"1\n" * (CHUNK_LINES + 10)
    assert [len(one) for one in await chunks([part(lines), part(b"2", more=False)])] == [CHUNK_LINES, 11]


async def test_a_stream_that_leaves_or_stops_ends() -> None:
    with pytest.raises(ClientDisconnect):
        await chunks([part(b"1\n2"), {"type": "http.disconnect"}])
    with pytest.raises(TimeoutError):
        await chunks([part(b"half a line"), None], idle_seconds=0.05)


async def test_a_sender_that_waits_for_its_verdict_gets_it() -> None:
    sent: asyncio.Queue[Any] = asyncio.Queue()
    sent.put_nowait(part(b"1\n"))
    answered: list[bytes] = []
    async for chunk in Chunks(sent.get, 5):
        answered += chunk
        sent.put_nowait(part(b"2\n") if len(answered) == 1 else part(b"", more=False))
    assert answered == [b"1", b"2"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
paths = [
    (kind, f"{prefix}/{name}")
    for kind in DATA
    for prefix, names in (
        ("", posted(kind)),
        ("/data", DATA[kind]),
        ("/data/placement", DATA[kind].get("placement", {})),
    )
    for name in names
]


@given(st.sampled_from(paths), json_values)
def test_whatever_stands_in_a_field_is_accepted_whole_or_told_with_a_fault(path: tuple[str, str], value: Any) -> None:
    """The decoder and the walk beside the classes never disagree, and what passes can leave the door."""
    found = read(msgspec.json.encode(posted(*path, value)), terms())
    if isinstance(found, Refused):
        assert found.faults
        assert not any(fault.message.startswith("This cannot be read: ") for fault in found.faults), found.faults
    else:
        record = record_of(event_of(found, KEYS, RECEIVED))
        assert decode_event(record.value).keyid == KEYS.keyid
