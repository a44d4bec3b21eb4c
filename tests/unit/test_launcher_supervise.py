"""The launcher's supervisor, on small processes that end, hang or refuse to end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from holdfast.cli.laptop import notes, readiness, supervise
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.cli.laptop.process import Answers, Check, Lives, Process, bounded_log, last_lines, spawn, stop
from holdfast.cli.laptop.supervise import Supervisor

SERVE = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Well(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *words): pass
HTTPServer(("127.0.0.1", int(sys.argv[1])), Well).serve_forever()
"""
SLEEP = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "run").mkdir()
    return Layout(tmp_path, tmp_path / "cache", Ports())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "_STARTING_SECONDS", 0.1)
    monkeypatch.setattr(supervise, "_FIRST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(readiness, "_QUESTION_SECONDS", 0.5)


def process(layout: Layout, name: str, code: str, *words: str, ready: Check | None = None, **more: object) -> Process:
    made = Process(
        name=name,
        argv=(sys.executable, "-c", code, *words),
        env=dict(os.environ),
        log=layout.logs / f"{name}.log",
        ready=ready or Lives(),
        stop_seconds=2,
    )
    import msgspec

    return msgspec.structs.replace(made, **more)


def server(layout: Layout, name: str = "server") -> Process:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    answers = Answers(f"http://127.0.0.1:{port}/livez")
    return process(layout, name, SERVE, str(port), ready=answers, live=answers, hang_seconds=1.0)


async def until(check: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.05)


def kept(layout: Layout, name: str) -> notes.Kept:
    state = notes.read_state(layout.run)
    assert state is not None
    return state.processes[name]


async def test_a_process_that_ends_is_started_again(layout: Layout) -> None:
    said: list[str] = []
    supervisor = Supervisor(layout, said.append)
    try:
        await supervisor.start(server(layout))
        first = kept(layout, "server")
        assert first.condition == "ready" and first.pid
        os.kill(first.pid, signal.SIGKILL)
        await until(lambda: kept(layout, "server").restarts == 1 and kept(layout, "server").condition == "ready")
        assert kept(layout, "server").pid != first.pid
        assert "ended by signal 9" in said[0] and said[-1] == "server is back"
    finally:
        await supervisor.end(())


async def test_a_process_that_hangs_is_killed_and_started_again(layout: Layout) -> None:
    supervisor = Supervisor(layout, lambda sentence: None)
    try:
        await supervisor.start(server(layout))
        first = kept(layout, "server").pid
        assert first
        os.kill(first, signal.SIGSTOP)
        await until(lambda: kept(layout, "server").restarts == 1 and kept(layout, "server").condition == "ready")
        assert not psutil.pid_exists(first)
    finally:
        await supervisor.end(())


async def test_one_that_keeps_ending_is_started_again_ever_more_slowly(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "_LONGEST_PAUSE_SECONDS", 0.4)
    said: list[str] = []
    supervisor = Supervisor(layout, said.append)
    try:
        await supervisor.start(process(layout, "broken", "import time; time.sleep(0.1)"))
        await until(lambda: sum("starting it again" in sentence for sentence in said) >= 5)
    finally:
        await supervisor.end(())
    pauses = [sentence.split(" in ")[1].split(" s")[0] for sentence in said if "starting it again" in sentence]
    assert pauses[:5] == ["0.1", "0.2", "0.4", "0.4", "0.4"]


async def test_one_that_says_it_is_hopeless_is_given_up_with_its_last_sentence_and_the_others_go_on(
    layout: Layout,
) -> None:
    said: list[str] = []
    supervisor = Supervisor(layout, said.append)
    refused = "import sys, time; time.sleep(0.2); print('The token was refused.'); sys.exit(2)"
    try:
        await supervisor.start(process(layout, "borough", refused, hopeless_codes=(2,)))
        await supervisor.start(server(layout))
        await until(lambda: kept(layout, "borough").condition == "given up")
        assert kept(layout, "borough") == notes.Kept(None, "given up", 0)
        assert len(said) == 1 and "The token was refused." in said[0]
        other = kept(layout, "server").pid
        assert other
        os.kill(other, signal.SIGKILL)
        await until(lambda: kept(layout, "server").restarts == 1 and kept(layout, "server").condition == "ready")
        assert sum("borough" in sentence for sentence in said) == 1
    finally:
        await supervisor.end(("borough",))
    assert not notes.noted(layout.run)


async def test_one_whose_restarts_are_bounded_is_given_up_after_so_many(layout: Layout) -> None:
    said: list[str] = []
    supervisor = Supervisor(layout, said.append)
    try:
        await supervisor.start(process(layout, "borough", "import sys; sys.exit(1)", most_restarts=2))
        await until(lambda: kept(layout, "borough").condition == "given up")
    finally:
        await supervisor.end(())
    # On a busy machine it may be seen alive in between, and is then said to be back.
    ends = [sentence for sentence in said if "is back" not in sentence]
    assert ["starting it again" in sentence for sentence in ends] == [True, True, False]
    assert "is not started again" in ends[-1]


async def test_all_end_in_the_order_asked_for_and_nothing_is_left(layout: Layout) -> None:
    said: list[str] = []
    supervisor = Supervisor(layout, said.append)
    for name in ("database", "register", "page", "page-2"):
        await supervisor.start(process(layout, name, SLEEP))
    pids = [kept(layout, name).pid for name in ("database", "register", "page", "page-2")]
    await supervisor.end(("page", "database"))
    assert said == ["stopping page-2", "stopping page", "stopping database", "stopping register"]
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert not notes.noted(layout.run)


async def test_a_process_that_ends_while_starting_is_told_of_with_the_end_of_its_log(layout: Layout) -> None:
    supervisor = Supervisor(layout, lambda sentence: None)
    faulty = process(layout, "faulty", "print('the settings are not usable')", ready=Answers("http://127.0.0.1:9/"))
    with pytest.raises(CannotRun, match=r"faulty ended while starting.*\n.*the settings are not usable"):
        await supervisor.start(faulty)
    await supervisor.end(())


def test_one_that_does_not_hear_is_killed_after_its_seconds(layout: Layout) -> None:
    deaf = process(layout, "deaf", DEAF, stop_seconds=0.3)
    running = spawn(deaf)
    end = time.monotonic() + 10
    while not last_lines(deaf.log, 1):
        assert time.monotonic() < end
        time.sleep(0.02)
    stop(deaf, running)
    assert running.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone ties a child to its parent's life")
def test_children_of_a_launcher_killed_with_9_end_too(layout: Layout) -> None:
    launcher = f"""
import sys, time
from pathlib import Path
from holdfast.cli.laptop.process import Lives, Process, spawn
child = Process("child", (sys.executable, "-c", {SLEEP!r}), {{}}, Path({str(layout.logs / "child.log")!r}), Lives())
print(spawn(child).pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running()


def test_a_log_that_has_grown_is_kept_within_bounds(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    with log.open("ab") as held:
        held.write(b"x" * 100)
        held.flush()
        bounded_log(log, most_bytes=50)
        held.write(b"after\n")
        held.flush()
    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "one.log.1").read_bytes() == b"x" * 100
