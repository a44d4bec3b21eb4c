"""The door on a real broker and database: verdicts, and what has become of an event when it says *accepted*."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.events import PlacementMove, decode_event, record_key
from holdfast.contracts.topics import partition_of
from tests.integration.conftest import a_database
from tests.integration.intake_door import PARTITIONS, RunningDoor, running_door

MOST_STATEMENTS = 40


@pytest.fixture(scope="module")
def door(kafka: str, postgres_server: str) -> Iterator[RunningDoor]:
    """One door for all tests of this module; each test speaks of its own child."""
    settings = {
        "HOLDFAST_STATEMENTS_PER_CHILD": str(MOST_STATEMENTS),
        "HOLDFAST_REQUESTS_AT_ONCE": "60",
        "HOLDFAST_REQUESTS_PER_SECOND": "10",
    }
    with a_database(postgres_server) as url, running_door(kafka, url, **settings) as running:
        yield running


def of_fact(door: RunningDoor, wanted: int, before: int = 0) -> list[Any]:
    return door.records()[before:][-wanted:]


def test_what_is_accepted_is_on_the_topic_with_pseudonyms_alone(door: RunningDoor) -> None:
    answer = door.post(door.event("one", "LCS-204518"), "cloudevents+json")
    assert (answer.status_code, answer.json()) == (
        200,
        [{"id": "statement one", "verdict": "accepted", "errors": []}],
    )
    record = door.records()[-1]
    event = decode_event(record.value)
    assert isinstance(event, PlacementMove)
    assert record.key == record_key(event)
    assert record.partition == partition_of(door.authority, PARTITIONS)
    assert (event.recordedtime, event.source) == ("2017-06-20T15:41:09Z", door.source)
    assert event.receivedtime is not None
    for secret in (b"LCS-204518", b"statement", b"placement/", b"P-one", b"2ab", b"2AB"):
        assert secret not in record.value + record.key
    names = [event.id, event.subject, event.fact, event.data.placement.placement_id, event.data.placement.locality]
    assert {len(name or "") for name in names} == {26}
    assert len(set(names)) == 5


def test_the_same_statement_again_is_accepted_under_the_same_key(door: RunningDoor) -> None:
    event = door.event("again", "LCS-2")
    for _ in range(2):
        assert door.post([event, event]).json()[0]["verdict"] == "accepted"
    assert len({record.key for record in door.records()[-4:]}) == 1
    moved = event | {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    door.post([moved])
    assert len({record.key for record in door.records()[-5:]}) == 1


def test_verdicts_come_in_order_and_a_bad_event_never_blocks_its_neighbours(door: RunningDoor) -> None:
    bad = door.event("bad", "LCS-3", type="care.birthday.v1")
    worse = door.event("worse", "LCS-3")
    worse["data"]["Jane Doe"] = True
    verdicts = door.post([door.event("a", "LCS-3"), bad, 7, worse, door.event("b", "LCS-3")]).json()
    assert [(one["id"], one["verdict"]) for one in verdicts] == [
        ("statement a", "accepted"),
        ("statement bad", "rejected"),
        (None, "rejected"),
        ("statement worse", "rejected"),
        ("statement b", "accepted"),
    ]
    assert verdicts[1]["errors"][0]["code"] == "unknown-type"
    assert verdicts[3]["errors"][0]["pointer"] == "/data/Jane Doe"
    rejected = [json.loads(record.value) for record in door.records("care.rejected")[-3:]]
    assert [one["errors"] for one in rejected] == [
        [{"code": "unknown-type", "pointer": "/type"}],
        [{"code": "wrong-type", "pointer": ""}],
        [{"code": "unknown-field", "pointer": "/data"}],
    ]
    assert [one["id"] and len(one["id"]) for one in rejected] == [26, None, 26]
    assert {tuple(one) for one in rejected} == {("authority", "id", "errors", "receivedtime")}


def test_a_rejected_event_is_kept_sealed_and_once(door: RunningDoor) -> None:
    bad = door.event("quarantined", "LCS-4", specversion="0.3")
    for _ in range(3):
        assert door.post([bad]).json()[0]["verdict"] == "rejected"
    (row,) = door.rows("SELECT * FROM quarantine WHERE times = 3")
    assert b"LCS-4" not in row["body"]
    assert json.loads(row["errors"]) == [{"code": "bad-form", "pointer": "/specversion"}]


def test_the_reference_of_a_child_is_kept_sealed_once(door: RunningDoor) -> None:
    before = door.rows("SELECT count(*) FROM children")[0][0]
    door.post([door.event(f"kept {n}", "LCS-5") for n in range(3)])
    rows = door.rows("SELECT * FROM children ORDER BY child OFFSET $1", before)
    assert [(row["authority"], row["statements"]) for row in rows] == [(door.authority, 3)]
    assert b"LCS-5" not in rows[0]["reference"]


def test_a_child_may_have_so_many_different_statements_and_repeated_ones_for_ever(door: RunningDoor) -> None:
    events = [door.event(f"many {n}", "LCS-6") for n in range(MOST_STATEMENTS)]
    assert {one["verdict"] for one in door.post(events[:30] + events[:30]).json()} == {"accepted"}
    verdicts = door.post([*events, door.event("too many", "LCS-6")]).json()
    assert [one["verdict"] for one in verdicts] == ["accepted"] * MOST_STATEMENTS + ["rejected"]
    assert [(one["code"], one["pointer"]) for one in verdicts[-1]["errors"]] == [("too-many", "/subject")]
    assert door.post([door.event("too many", "LCS-6")]).json()[0]["verdict"] == "rejected"
    assert {one["verdict"] for one in door.post(events).json()} == {"accepted"}
    assert door.post([door.event("too many", "another child")]).json()[0]["verdict"] == "accepted"


def test_an_empty_batch_has_no_verdicts(door: RunningDoor) -> None:
    assert door.post([]).json() == []


BATCH = "cloudevents-batch+json"
REFUSED = [
    (b"{", BATCH, 400, "unreadable"),
    (b'{"id":"1"}', BATCH, 400, "unreadable"),
    (b"not json", "cloudevents+json", 400, "unreadable"),
    (b"[]", "json", 415, "unsupported-media-type"),
    (b"<event/>", "xml", 415, "unsupported-media-type"),
    (b"[" + b"1," * 10_000 + b"1]", BATCH, 413, "too-large"),
    (b"[" + b" " * (8 * 1024 * 1024) + b"]", BATCH, 413, "too-large"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), REFUSED)
def test_a_request_that_cannot_be_taken_is_a_problem(
    door: RunningDoor, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = door.post(body, kind)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{code}"


@pytest.mark.parametrize("authorization", [{}, {"Authorization": "Bearer hfs_x"}, {"Authorization": "Basic eDp4"}])
def test_who_is_not_known_is_told_so(door: RunningDoor, authorization: dict[str, str]) -> None:
    answer = httpx.post(door.url + "/events", content=b"[]", headers=authorization)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_another_systems_source_is_refused_event_by_event_and_its_import_as_a_whole(door: RunningDoor) -> None:
    foreign = door.event("foreign", source=f"/authorities/{door.authority}/systems/mosaic")
    assert door.post([foreign]).json()[0]["errors"][0]["code"] == "foreign-source"
    headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/x-ndjson"}
    answer = httpx.post(door.url + "/imports?system=ssda903", content=b"", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


def test_a_stream_gives_a_verdict_a_line_while_it_is_still_being_sent(door: RunningDoor) -> None:
    """5,000 lines are sent; the rest of them only once the first verdicts have come back."""
    lines = [msgspec.json.encode(door.event(f"line {n}", f"LCS-s{n % 500}")) for n in range(5_000)]
    verdicts = asyncio.run(_stream(door, lines, after=10))
    assert len(verdicts) == 5_000
    assert [one["id"] for one in verdicts] == [f"statement line {n}" for n in range(5_000)]
    assert {one["verdict"] for one in verdicts} == {"accepted"}
    assert len({record.key for record in door.records()}) >= 5_000


async def _stream(door: RunningDoor, lines: list[bytes], after: int) -> list[dict[str, Any]]:
    answered = asyncio.Event()

    async def body() -> Any:
        yield b"\n".join(lines[:after]) + b"\n"
        await asyncio.wait_for(answered.wait(), 20)
        for begin in range(after, len(lines), 97):
            yield b"\n".join(lines[begin : begin + 97]) + b"\n"

    found = []
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.url.rpartition(":")[2]))
    writer.write(
        f"POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\n"
        "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()
    )

    async def send() -> None:
        async for part in body():
            writer.write(b"%x\r\n%b\r\n" % (len(part), part))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    sending = asyncio.create_task(send())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in head and b"application/x-ndjson" in head
    held = b""
    while size := int((await reader.readuntil(b"\r\n")), 16):
        held += (await reader.readexactly(size + 2))[:-2]
        *whole, held = held.split(b"\n")
        found += [json.loads(line) for line in whole]
        if len(found) >= after:
            answered.set()
    await sending
    writer.close()
    return found


def test_a_stream_answers_unreadable_and_endless_lines_and_goes_on(door: RunningDoor) -> None:
    good = msgspec.json.encode(door.event("after the bad", "LCS-8"))
    body = b"\n".join([b"{", b"", b"x" * 200_000, good])
    verdicts = [json.loads(line) for line in door.post(body, "x-ndjson").text.splitlines()]
    assert [one["verdict"] for one in verdicts] == ["rejected", "rejected", "accepted"]
    assert [one["errors"][0]["code"] for one in verdicts[:2]] == ["not-json", "too-large"]


def test_a_sender_that_asks_too_often_is_told_when_to_come_back(door: RunningDoor) -> None:
    limits = httpx.Limits(max_connections=1)
    with httpx.Client(base_url=door.url, limits=limits) as client:
        headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/cloudevents-batch+json"}
        answers = (client.post("/events", content=b"[]", headers=headers) for _ in range(2_000))
        refused = next(answer for answer in answers if answer.status_code != 200)
    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
    assert int(refused.headers["retry-after"]) >= 1


def test_telemetry_names_verdicts_and_no_one(door: RunningDoor) -> None:
    text = httpx.get(door.url + "/metrics").text
    assert 'holdfast_intake_verdicts_total{code="",type="care.placement-move.v1",verdict="accepted"}' in text
    assert "LCS" not in text and door.authority not in text
