"""kill -9 of each process in turn while events are posted; a worker paused, and a second one that comes and goes.

Afterwards every accepted event is in the register once, and the figures equal an offline reading of the topic.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.system.platform import Platform, Sender, comparable, eventually, free_ports, offline, today

AUTHORITIES = ("E08000026", "E08000027")
CHILDREN = 40
EVENTS_PER_POST = 5
TYPES = ("U6", "U4", "K2", "U1", "P1", "A6", "T1", "H5")
# Longer than the group's session, so that the paused worker's partitions have moved on.
PAUSE_SECONDS = 13


class Poster:
    """Posts a story without end to one authority, sending the same events again until each is accepted."""

    def __init__(self, sender: Sender, seed: int) -> None:
        self.sender, self.random = sender, random.Random(seed)
        self.accepted: set[str] = set()
        self.refused: list[str] = []
        self.resent = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.over.set()
        self.thread.join(120)
        assert not self.thread.is_alive()

    def _run(self) -> None:
        number = 0
        while not self.over.is_set():
            events = [self._event(number + step) for step in range(EVENTS_PER_POST)]
            number += EVENTS_PER_POST
            while not self._accepted(events):
                self.resent += 1
                time.sleep(0.3)
            time.sleep(0.1)

    def _accepted(self, events: list[dict[str, Any]]) -> bool:
        try:
            verdicts = self.sender.post(events)
        except (httpx.HTTPError, AssertionError):
            return False  # refused connection, 503, or an answer that never came: said again, the same
        self.refused += [verdict for verdict in verdicts if verdict == "rejected"]
        if set(verdicts) != {"accepted"}:
            return False
        self.accepted |= {json.dumps(event, sort_keys=True) for event in events}
        return True

    def _event(self, number: int) -> dict[str, Any]:
        child = f"C{self.random.randrange(CHILDREN)}"
        on = (today() - timedelta(days=self.random.randrange(1, 1500))).isoformat()
        recorded = f"{(today() - timedelta(days=1)).isoformat()}T{number % 24:02d}:{number % 60:02d}:00.{number:06d}Z"
        placement = {"type": self.random.choice(TYPES), "placement_id": f"P{self.random.randrange(6)}"}
        if number < CHILDREN:
            return self.sender.event(
                f"C{number}",
                "admission",
                "admission",
                recorded,
                {"on": on, "legal_status": "C2", "date_of_birth": "2012-05-03", "placement": placement},
            )
        move = {"on": on, "reason_for_new_episode": "P", "placement": placement}
        return self.sender.event(child, "placement-move", f"move/{self.random.randrange(8)}", recorded, move)


def well(platform: Platform) -> bool:
    """Whether every service says it is ready."""
    with contextlib.suppress(httpx.HTTPError):
        return all(
            httpx.get(f"{platform.url(service)}/readyz", timeout=2).status_code == 200
            for service in ("intake", "placements", "metrics", "gateway")
        )
    return False


def replaced(platform: Platform, name: str, old: int) -> bool:
    """Whether another process has taken the place of `old`, and all is well."""
    return platform.pid(name) not in (None, old) and well(platform)


def register_count(platform: Platform, authority: str) -> int:
    """How many different statements the register holds of an authority, asked as the gateway asks."""
    answer = platform.ask_register(authority, "read-to")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["statements"])


def second_worker(platform: Platform, seconds: float) -> int:
    """A second metrics worker joins the group, works for a while and leaves; returns its exit code."""
    environment = {
        **platform.environment,
        **platform.service_environment("metrics"),
        "HOLDFAST_PORT": str(free_ports(1)[0]),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "services.metrics"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{environment['HOLDFAST_PORT']}/livez"
        eventually("the second worker is up", lambda: _answers(address), 40)
        time.sleep(seconds)  # it works beside the first meanwhile
        worker.send_signal(signal.SIGTERM)
        return worker.wait(40)
    finally:
        if worker.poll() is None:
            worker.kill()


def _answers(address: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(address, timeout=2).status_code == 200
    return False


@pytest.mark.timeout(600)
def test_whatever_is_killed_every_accepted_event_counts_once(breakable: Platform, tmp_path: Path) -> None:
    posters = [Poster(breakable.sender(authority), seed) for seed, authority in enumerate(AUTHORITIES)]
    for name in ("intake", "metrics", "placements", "gateway", "kafka", "postgres"):
        eventually("events are flowing", lambda: all(len(poster.accepted) > 100 for poster in posters), 60)
        old = breakable.pid(name)
        assert old is not None
        os.kill(old, signal.SIGKILL)
        began = time.monotonic()
        eventually(f"{name} is replaced", partial(replaced, breakable, name, old), 120)
        flowing_again(posters, name)
        print(f"{name} killed; all ready and events flowing again after {time.monotonic() - began:.1f} s")

    paused = breakable.pid("metrics")
    assert paused is not None
    os.kill(paused, signal.SIGSTOP)
    time.sleep(PAUSE_SECONDS)  # the pause itself is what is tested
    with contextlib.suppress(ProcessLookupError):
        os.kill(paused, signal.SIGCONT)
    eventually("metrics is well again", lambda: well(breakable), 60)

    assert second_worker(breakable, 5) == 0
    eventually("the first worker has taken everything back", lambda: well(breakable), 60)

    for poster in posters:
        poster.stop()
        assert not poster.refused
    said = sum(len(poster.accepted) for poster in posters)
    print(f"{said} events accepted, {sum(poster.resent for poster in posters)} posts said again")
    compare(breakable, posters, tmp_path)


def flowing_again(posters: list[Poster], name: str) -> None:
    """Every sender has had more events accepted."""
    before = [len(poster.accepted) for poster in posters]
    eventually(
        f"events flow again after {name} was killed",
        lambda: all(len(poster.accepted) > count for poster, count in zip(posters, before, strict=True)),
        90,
    )


def settled(platform: Platform, authority: str, accepted: int) -> None:
    """The register holds every accepted event once."""
    with contextlib.suppress(AssertionError):
        eventually("the register holds what was accepted", lambda: register_count(platform, authority) == accepted)
    assert register_count(platform, authority) == accepted


def compare(platform: Platform, posters: list[Poster], folder: Path) -> None:
    """The register's counts, and the stream's and the register's figures, against the topic read offline."""
    dump = folder / "events.ndjson"
    dump.write_bytes(b"\n".join(platform.dump("care.events")))
    for poster, authority in zip(posters, AUTHORITIES, strict=True):
        held = {key for key in platform.keys("care.events") if key.startswith(authority)}
        assert len(held) == len(poster.accepted), "what was accepted is on the topic, and nothing else"
        settled(platform, authority, len(poster.accepted))
        reader = platform.reader(authority)
        days = [today(), today().replace(day=1) - timedelta(days=1)]
        read = offline(str(dump), "--authority", authority, "--breakdowns", "--on", ",".join(map(str, days)))
        assert comparable(read["engine"]) == comparable(read["twin"])
        for day in days:
            wanted = {name: n for name, n in comparable(read["engine"]).items() if name[1] == day.isoformat()}
            for asked in ({}, {"known_at": "2100-01-01T00:00:00Z"}):
                eventually(
                    f"figures on {day} are those of the topic {asked}",
                    partial(reader.says, wanted, on=day.isoformat(), **asked),
                )


@pytest.mark.timeout(300)
def test_a_worker_that_hangs_is_noticed_and_replaced(breakable: Platform) -> None:
    old = breakable.pid("metrics")
    assert old is not None
    os.kill(old, signal.SIGSTOP)
    began = time.monotonic()
    eventually("the hung worker is replaced", lambda: replaced(breakable, "metrics", old), 45)
    print(f"the hung worker was replaced and ready after {time.monotonic() - began:.1f} s")
