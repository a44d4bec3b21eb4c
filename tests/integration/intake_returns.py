"""A real door and a real register beside it, on the tests' broker and database, and returns imported through them."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from rich.console import Console

from holdfast.cli.import_sent import Sent, send_reading
from holdfast.returns import Reading
from holdfast.runtime import postgres
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import key_pair
from tests.integration.intake_door import PARTITIONS, ROOT, RunningDoor, running_door

SYSTEM = "ssda903"
_REGISTER, _PASSWORD = "returns_rig", "only-for-tests"
START_SECONDS = 90


class RunningRegister:
    """One process of the register."""

    def __init__(self, kafka: str, url: str, public_key: str, authority: str) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOLDFAST_PORT": str(port),
            "HOLDFAST_KAFKA": kafka,
            "HOLDFAST_DATABASE_URL": url,
            "HOLDFAST_PARTITIONS": str(PARTITIONS),
            "HOLDFAST_AUTHORITIES": authority,
            "HOLDFAST_TRUSTED_KEYS": json.dumps({"intake": public_key}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "services.placements"], env=self.environment, cwd=ROOT)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the register ended"
            with suppress(httpx.TransportError):
                if httpx.get(self.url + "/readyz").status_code == 200:
                    return
            # A poll, not a wait for something to have happened.
            time.sleep(0.1)
        raise AssertionError("the register did not become ready")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)


class Platform:
    """The two of them, and what came out of them."""

    def __init__(self, door: RunningDoor, register: RunningRegister) -> None:
        self.door, self.register = door, register

    def take(self, reading: Reading, recorded_at: str | None = None) -> Sent:
        """Import a reading as the command does; whoever is asked says yes."""
        return send_reading(
            Console(quiet=True),
            reading,
            url=self.door.url,
            bearer=self.door.token,
            recorded_at=recorded_at,
            confirm=lambda _: True,
        )

    def events(self) -> list[dict[str, Any]]:
        """Every statement that the broker holds of this authority, as it came."""
        return [json.loads(record.value) for record in self.door.records() if record.value]

    def stands(self) -> Counter[str]:
        """What stands by the latest statements, without names and places, which this door's keys made."""
        last: dict[tuple[str, str], dict[str, Any]] = {}
        for event in self.events():
            name = (event["subject"], event["fact"])
            if name not in last or event["recordedtime"] >= last[name]["recordedtime"]:
                last[name] = event
        return Counter(
            plain(event["type"], event["data"]) for event in last.values() if event["type"] != "care.withdrawal.v1"
        )


def plain(kind: str, data: dict[str, Any]) -> str:
    """What is said of a fact, without the hash of a postcode."""
    placement = {name: value for name, value in data.get("placement", {}).items() if name != "locality"}
    return json.dumps([kind, data | {"placement": placement}], sort_keys=True)


@contextmanager
def returning_platform(kafka: str, postgres_server: str) -> Iterator[Platform]:
    """Both running, with a token for returns; ended afterwards."""
    signing, public = key_pair()
    with a_database(postgres_server) as door_url, a_database(postgres_server) as register_url:
        database = urlsplit(register_url).path.strip("/")
        _prepare(register_url, database)
        (port,) = free_ports(1)
        register: RunningRegister | None = None
        settings = {"HOLDFAST_SIGNING_KEY": signing, "HOLDFAST_PLACEMENTS_URL": f"http://127.0.0.1:{port}"}
        with running_door(kafka, door_url, **settings) as door:
            door.command("token", "revoke", "1")
            door.token = door.issue(SYSTEM)
            own = postgres.service_url(register_url, database, _REGISTER, _PASSWORD)
            register = RunningRegister(kafka, own, public, door.authority)
            register.url = f"http://127.0.0.1:{port}"
            register.environment["HOLDFAST_PORT"] = str(port)
            register.start()
            try:
                yield Platform(door, register)
            finally:
                register.kill()


def _prepare(url: str, database: str) -> None:
    import asyncio

    asyncio.run(postgres.prepare(url, database, {_REGISTER: _PASSWORD}))


def returns_in(folder: Path) -> list[Path]:
    """The files of a folder."""
    return sorted(folder.glob("*.csv"))
