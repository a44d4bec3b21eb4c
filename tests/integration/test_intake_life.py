"""A door's life: its tokens, its keys, its restarts, and what it does while something it needs is away."""

import asyncio
import base64
import json
import secrets
import socket
import time
from collections.abc import Callable, Iterator

import httpx
import msgspec
import pytest

from holdfast.contracts.topics import EVENTS, partition_of
from holdfast.runtime.kafka import producer
from tests.integration.conftest import free_ports
from tests.integration.intake_door import PARTITIONS, RunningDoor, running_door


@pytest.fixture
def door(kafka: str, postgres_url: str) -> Iterator[RunningDoor]:
    with running_door(kafka, postgres_url) as running:
        yield running


def wait_for(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def pseudonyms(door: RunningDoor) -> list[str]:
    return [json.loads(record.value)["subject"] for record in door.records()]


def test_pseudonyms_and_counts_outlive_restarts_and_a_new_master_key(door: RunningDoor) -> None:
    door.post([door.event(1, "LCS-1")])
    assert door.stop() == 0
    new = base64.b64encode(secrets.token_bytes(32)).decode()
    door.environment["HOLDFAST_NEW_MASTER_KEY"] = new
    assert door.command("keys", "rotate").returncode == 0
    door.environment["HOLDFAST_MASTER_KEY"] = new
    door.start()
    assert door.post([door.event(1, "LCS-1"), door.event(2, "LCS-1")]).json()[1]["verdict"] == "accepted"
    assert len(set(pseudonyms(door))) == 1 and len(pseudonyms(door)) == 3
    assert door.rows("SELECT statements FROM children")[0][0] == 2


def test_the_wrong_master_key_opens_nothing(door: RunningDoor) -> None:
    door.stop()
    door.environment["HOLDFAST_MASTER_KEY"] = base64.b64encode(secrets.token_bytes(32)).decode()
    assert door.launch().wait(60) == 78
    refused = door.command("token", "create", "--authority", door.authority, "--system", "liquidlogic")
    assert refused.returncode == 1 and "another master key" in refused.stderr


def test_a_door_whose_keys_differ_from_the_last_events_refuses_to_start(door: RunningDoor) -> None:
    door.post([door.event(1)])
    last = door.records()[-1]
    event = json.loads(last.value) | {"keyid": "of another database"}
    door.stop()
    # Under the key of the last, so that whoever else reads the broker finds nothing that cannot be read.
    asyncio.run(_publish(door, last.key, msgspec.json.encode(event)))
    assert door.launch().wait(60) == 78


def test_a_door_that_counts_partitions_otherwise_than_the_broker_refuses_to_start(door: RunningDoor) -> None:
    door.stop()
    door.environment["HOLDFAST_PARTITIONS"] = str(PARTITIONS - 1)
    assert door.launch().wait(60) == 78


async def _publish(door: RunningDoor, key: bytes, value: bytes) -> None:
    made = producer(door.kafka)
    await made.start()
    await made.send_and_wait(EVENTS, value, key=key, partition=partition_of(door.authority, PARTITIONS))
    await made.stop()


def test_a_token_is_good_until_it_is_revoked_or_ends(door: RunningDoor) -> None:
    second = door.issue()
    assert door.post([], token=second).status_code == 200
    assert "live" in door.command("token", "list").stdout
    assert door.command("token", "revoke", "2").returncode == 0
    wait_for(lambda: door.post([], token=second).status_code == 401)
    assert door.post([]).status_code == 200
    assert door.command("token", "expire", "1").returncode == 0
    wait_for(lambda: door.post([]).status_code == 401)
    assert door.command("token", "revoke", "9").returncode == 1
    listed = door.command("token", "list").stdout
    assert "revoked" in listed and "expired" in listed
    assert second not in listed


def test_a_second_system_may_state_only_what_the_first_does_not(door: RunningDoor) -> None:
    create = ("token", "create", "--authority", door.authority)
    refused = door.command(*create, "--system", "ssda903")
    assert refused.returncode == 1 and refused.stdout == ""
    assert "liquidlogic already states care.admission.v1" in refused.stderr
    assert door.command(*create, "--system", "ssda903", "--types", "discharge").returncode == 1
    assert door.command(*create, "--system", "ssda903", "--types", "withdrawal").returncode == 0
    door.command("token", "revoke", "1")
    narrow = door.issue("mosaic", "--types", "care.discharge.v1,missing-episode")
    source = f"/authorities/{door.authority}/systems/mosaic"
    verdict = door.post([door.event(1, source=source)], token=narrow).json()[0]
    assert [one["code"] for one in verdict["errors"]] == ["foreign-type"]


@pytest.mark.parametrize(
    "words",
    [
        ("--authority", "E08000018", "--system", "liquidlogic"),
        ("--system", "liquid/logic"),
        ("--system", "x", "--types", "birthday"),
        ("--system", "x", "--expires-on", "2020-01-01"),
        ("--system", "x", "--expires-on", "soon"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_in_one_sentence(
    kafka: str, postgres_url: str, words: tuple[str, ...]
) -> None:
    door = RunningDoor(kafka, postgres_url)
    given = words if "--authority" in words else ("--authority", door.authority, *words)
    done = door.command("token", "create", *given)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1


def test_keys_made_while_the_door_runs_are_used_at_once(kafka: str, postgres_url: str) -> None:
    with running_door(kafka, postgres_url) as door:
        other = "E" + str(int(door.authority[1:]) + 1)
        door.environment["HOLDFAST_AUTHORITIES"] = f"{door.authority},{other}"
        door.stop()
        door.start()
        made = door.command("token", "create", "--authority", other, "--system", "mosaic").stdout.strip()
        event = door.event(1, source=f"/authorities/{other}/systems/mosaic")
        assert door.post([event], token=made).json()[0]["verdict"] == "accepted"
        keyids = door.rows("SELECT keyid FROM authority_keys")
        assert len({row["keyid"] for row in keyids}) == 2


def test_while_the_broker_is_away_the_door_says_so_within_bounds(door: RunningDoor) -> None:
    door.stop()
    (nothing,) = free_ports(1)
    door.environment["HOLDFAST_KAFKA"] = f"127.0.0.1:{nothing}"
    door.start(ready=False)
    began = time.monotonic()
    answer = door.post([door.event(1)])
    assert time.monotonic() - began < 20
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert httpx.get(door.url + "/readyz").status_code == 503
    assert door.stop() == 0


def test_slow_senders_are_cut_off_and_hold_nothing_up(kafka: str, postgres_url: str) -> None:
    bounds = {"HOLDFAST_BODY_SECONDS": "1", "HOLDFAST_STREAMS_PER_TOKEN": "1"}
    with running_door(kafka, postgres_url, **bounds) as door:
        assert dribble(door, "cloudevents-batch+json", b"[").startswith(b"HTTP/1.1 408")
        with open_stream(door) as slow:
            assert b" 200 " in slow.recv(4096)
            refused = door.post(msgspec.json.encode(door.event(1)), "x-ndjson")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
            assert door.post([door.event(1)]).status_code == 200
            rest = b"".join(iter(lambda: slow.recv(4096), b""))
            assert rest.endswith(b"0\r\n\r\n") or rest == b""
        streamed = door.post(msgspec.json.encode(door.event(2)), "x-ndjson")
        assert json.loads(streamed.text)["verdict"] == "accepted"


def open_stream(door: RunningDoor, kind: str = "x-ndjson") -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", int(door.url.rpartition(":")[2])), timeout=20)
    opened.sendall(
        f"POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.token}\r\nConnection: close\r\n"
        f"Content-Type: application/{kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    )
    return opened


def dribble(door: RunningDoor, kind: str, start: bytes) -> bytes:
    with open_stream(door, kind) as slow:
        slow.sendall(b"%x\r\n%b\r\n" % (len(start), start))
        return slow.recv(4096)
