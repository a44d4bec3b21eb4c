"""The broker is killed while a door is taking events: what it accepted is there afterwards, what it did not it said."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from holdfast.cli.laptop import kafka as laptop_kafka
from holdfast.cli.laptop.kafka_jars import fetch_jars
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.cli.laptop.process import spawn, stop
from holdfast.cli.laptop.readiness import wait_ready
from tests.integration.conftest import free_ports
from tests.integration.intake_door import RunningDoor, running_door


class OwnBroker:
    """A broker that a test may kill."""

    def __init__(self, layout: Layout) -> None:
        jars = fetch_jars(layout.cache, lambda here, of: None)
        laptop_kafka.configure(layout)
        laptop_kafka.format_storage(layout, jars)
        self.bootstrap, self._process = layout.bootstrap, laptop_kafka.broker(layout, jars)
        self.start()

    def start(self) -> None:
        self._running = spawn(self._process)
        wait_ready(self._process, self._running)

    def kill(self) -> None:
        self._running.kill()
        self._running.wait(20)

    def stop(self) -> None:
        stop(self._process, self._running)


@pytest.fixture
def broker(laptop: Layout, tmp_path: Path) -> Iterator[OwnBroker]:
    kafka, controller = free_ports(2)
    own = OwnBroker(Layout(tmp_path, laptop.cache, Ports(kafka=kafka, kafka_controller=controller)))
    yield own
    own.stop()


@pytest.fixture
def door(broker: OwnBroker, postgres_url: str) -> Iterator[RunningDoor]:
    with running_door(broker.bootstrap, postgres_url, HOLDFAST_PUBLISH_SECONDS="4") as running:
        yield running


def test_what_was_accepted_outlives_the_broker_and_the_rest_is_unavailable(
    broker: OwnBroker, door: RunningDoor
) -> None:
    assert door.post([door.event(1)]).json()[0]["verdict"] == "accepted"
    broker.kill()
    for number in (2, 3):
        began = time.monotonic()
        answer = door.post([door.event(number)])
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert time.monotonic() - began < 8
    lines = b"\n".join(msgspec.json.encode(door.event(f"line {n}")) for n in range(3))
    streamed = door.post(lines, "x-ndjson")
    assert [json.loads(line)["verdict"] for line in streamed.text.splitlines()] == ["unavailable"] * 3
    assert httpx.get(door.url + "/readyz").status_code == 503
    assert httpx.get(door.url + "/livez").status_code == 200
    broker.start()
    accepted = ["unavailable"]
    deadline = time.monotonic() + 40
    while "unavailable" in accepted:
        assert time.monotonic() < deadline
        accepted = [json.loads(line)["verdict"] for line in door.post(lines, "x-ndjson").text.splitlines()]
    assert door.post([door.event(2)]).json()[0]["verdict"] == "accepted"
    facts = {json.loads(record.value)["fact"] for record in door.records()}
    assert len(facts) in (5, 6), "1, 2 and the lines; 3 may have been delivered late, and was never accepted"
