"""`holdfast up` on real processes: what it starts, what it mends, and that nothing is left when it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]
import pytest

from holdfast.cli.laptop.kafka_jars import fetch_jars
from holdfast.cli.laptop.kafka_quick import keep_a_start
from holdfast.cli.laptop.notes import note_of
from tests.integration.conftest import free_ports, shared_cache

PORTS = ("GATEWAY", "INTAKE", "PLACEMENTS", "METRICS", "KAFKA", "KAFKA_CONTROLLER", "POSTGRES")
PROCESSES = {"kafka", "postgres", "intake", "placements", "metrics", "gateway"}
START_SECONDS = 150.0


class Launcher:
    """One home, on ports of its own, with as many launchers after each other as a test needs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home.with_suffix(".log")
        ports = zip(PORTS, free_ports(len(PORTS)), strict=True)
        self.environment = os.environ | {f"HOLDFAST_{name}_PORT": str(port) for name, port in ports}
        self.environment |= {"HOLDFAST_HOME": str(home), "HOLDFAST_CACHE": str(shared_cache())}
        self.running: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "holdfast.cli", *words]

    def up(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command("up", "--without-demonstration"), env=self.environment, stdout=log, stderr=log
            )
        eventually("ready", lambda: self._ended() or self.state().get("phase") == "ready", START_SECONDS)
        assert self.running.poll() is None, self.log.read_text()[-2000:]
        return self.running

    def _ended(self) -> bool:
        return self.running is not None and self.running.poll() is not None

    def state(self) -> dict[str, Any]:
        """What the running launcher says; nothing of one that is gone."""
        try:
            state: dict[str, Any] = json.loads((self.home / "run" / "state.json").read_text())
        except FileNotFoundError:
            return {}
        return state if self.running and state["launcher"]["pid"] == self.running.pid else {}

    def pids(self) -> dict[str, int]:
        return {name: kept["pid"] for name, kept in self.state()["processes"].items()}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), env=self.environment, capture_output=True, text=True, timeout=150, check=False
        )


def eventually(what: str, check: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def gone(pids: dict[str, int]) -> bool:
    return not any(note_of(pid) for pid in pids.values())


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    keep_a_start(shared_cache(), fetch_jars(shared_cache(), lambda here, of: None))
    # Closed to others, as a root's or a careful user's home is: PostgreSQL must come through all the same.
    with tempfile.TemporaryDirectory(prefix="holdfast-up-") as folder:
        one = Launcher(Path(folder) / "home")
        yield one
        one.run("down")


@pytest.fixture
def up(launcher: Launcher) -> Launcher:
    if launcher.running is None or launcher.running.poll() is not None:
        launcher.up()
    return launcher


def test_everything_is_up_and_each_service_answers_on_its_port(up: Launcher) -> None:
    assert set(up.pids()) == PROCESSES
    for name in PORTS:
        with socket.create_connection(("127.0.0.1", int(up.environment[f"HOLDFAST_{name}_PORT"])), timeout=5):
            pass
    shown = up.run("status")
    assert shown.returncode == 0 and all(name in shown.stdout for name in PROCESSES)
    logged = up.run("logs", "intake")
    assert logged.returncode == 0 and logged.stdout.strip()


def test_the_broker_starts_with_what_an_earlier_start_has_left_in_the_cache(up: Launcher) -> None:
    [option] = [word for word in psutil.Process(up.pids()["kafka"]).cmdline() if word.startswith("-XX:AOTCache=")]
    kept = Path(option.partition("=")[2])
    assert kept.parent == shared_cache() and kept.stat().st_size > 1_000_000
    # Java goes on without it where it does not fit, and says so.
    assert "[aot]" not in (up.home / "logs" / "kafka.log").read_text()


async def test_no_service_may_read_anothers_schema(up: Launcher) -> None:
    urls = {name: (up.home / "secrets" / f"{name}.database-url").read_text() for name in ("intake", "gateway")}
    intake = await asyncpg.connect(urls["intake"])
    try:
        for schema in ("gateway", "placements"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await intake.fetch(f"SELECT * FROM {schema}.migrations")
        assert await intake.fetch("SELECT * FROM migrations")
    finally:
        await intake.close()


def test_a_second_start_in_the_same_folder_is_one_sentence(up: Launcher) -> None:
    second = up.run("up", "--without-demonstration")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1 and "already running" in second.stderr


def test_a_taken_port_is_one_sentence(up: Launcher, tmp_path: Path) -> None:
    other = subprocess.run(
        up.command("up"),
        env=up.environment | {"HOLDFAST_HOME": str(tmp_path / "other")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert other.returncode == 1
    assert other.stderr.count("\n") == 1 and "HOLDFAST_GATEWAY_PORT" in other.stderr


def test_nothing_outlives_a_killed_launcher_but_what_cannot_hear_and_the_next_start_ends_that_too(
    up: Launcher,
) -> None:
    assert up.running is not None
    pids = up.pids()
    # A stopped process doesn't hear what its launcher's death tells it, where that is less than SIGKILL.
    os.kill(pids["postgres"], signal.SIGSTOP)
    up.running.kill()
    up.running.wait(10)
    if sys.platform == "linux":
        others = {name: pid for name, pid in pids.items() if name != "postgres"}
        eventually("all that hear have ended with the launcher", lambda: gone(others), 30)
    assert not gone({"postgres": pids["postgres"]})
    assert up.run("status").returncode == 1
    up.up()
    assert gone(pids)
    assert set(up.pids()) == PROCESSES


def test_ctrl_c_ends_everything_and_what_was_kept_is_there_again(up: Launcher) -> None:
    assert up.running is not None
    pids = up.pids()
    up.running.send_signal(signal.SIGINT)
    assert up.running.wait(90) == 0
    assert gone(pids)
    assert not (up.home / "run" / "state.json").exists()
    assert "database system is shut down" in (up.home / "logs" / "postgres.log").read_text()

    began = time.monotonic()
    up.up()
    print(f"a second start took {time.monotonic() - began:.1f} s")
    pids = up.pids()
    stopped = up.run("down")
    assert stopped.returncode == 0 and gone(pids), stopped.stderr


def test_reset_leaves_nothing_of_the_data(launcher: Launcher) -> None:
    done = launcher.run("reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert not list(launcher.home.iterdir())
