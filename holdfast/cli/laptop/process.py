"""A process as plain data, and how one is started and ended.

Doesn't decide when: that is for whoever supervises (`supervise`, or a test).
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from msgspec import Struct

from holdfast.cli.laptop.leash import Account, leash


class Answers(Struct, frozen=True, tag="http"):
    """Ready when a GET of `url` is answered with 200."""

    url: str


class Broker(Struct, frozen=True, tag="kafka"):
    """Ready when the broker at `bootstrap` gives its metadata."""

    bootstrap: str


class Database(Struct, frozen=True, tag="postgres"):
    """Ready when `url` can be connected to."""

    url: str


class Lives(Struct, frozen=True, tag="lives"):
    """Ready as soon as it runs."""


Check = Answers | Broker | Database | Lives


class Process(Struct, frozen=True):
    """One process to run.

    `stop_signal` asks it to end and it has `stop_seconds` for it before SIGKILL; `death_signal` is what it gets when
    whoever started it dies. `live` must go on answering, where it is given: after `hang_seconds` without an answer the
    process counts as hung. One that ends with one of `hopeless_codes`, or for the `most_restarts`-th time in a row
    without having settled, is not started again (None: however often, ever more slowly).
    """

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    log: Path
    ready: Check
    ready_seconds: float = 60.0
    live: Check | None = None
    hang_seconds: float = 12.0
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0
    death_signal: int = signal.SIGKILL
    account: Account | None = None
    hopeless_codes: tuple[int, ...] = ()
    most_restarts: int | None = None


def spawn(process: Process) -> subprocess.Popen[bytes]:
    """Starts it in a session of its own (Ctrl-C reaches the launcher alone), its output appended to its log.

    Call it from the main thread: Linux ties a child to the thread that started it. Raises OSError.
    """
    process.log.parent.mkdir(parents=True, exist_ok=True)
    with process.log.open("ab") as log:
        return subprocess.Popen(
            process.argv,
            env=process.env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/" if process.account else None,
            start_new_session=True,
            preexec_fn=leash(process.death_signal, process.account),
        )


def stop(process: Process, running: subprocess.Popen[bytes]) -> None:
    """Asks it to end, waits `stop_seconds`, then kills it and its session's processes. Safe on one that has ended."""
    if running.poll() is None:
        running.send_signal(process.stop_signal)
        try:
            running.wait(process.stop_seconds)
        except subprocess.TimeoutExpired:
            kill(running)


def kill(running: subprocess.Popen[bytes]) -> None:
    """kill -9 of the process and of whatever shares its session's group, and waits for its end."""
    if running.poll() is None:
        try:
            os.killpg(running.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            running.kill()
        running.wait(10)


def bounded_log(log: Path, most_bytes: int = 10 * 1024 * 1024) -> None:
    """Keeps a log and one before it, each of at most about `most_bytes`.

    The file is emptied rather than moved: the process that writes to it holds it open, and appends.
    """
    try:
        if log.stat().st_size <= most_bytes:
            return
        log.with_suffix(log.suffix + ".1").write_bytes(log.read_bytes())
        os.truncate(log, 0)
    except FileNotFoundError:
        return


def last_lines(log: Path, count: int) -> list[str]:
    """The last lines of a log, of its last 64 KiB at most; none where there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 65536))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return []


def monotonic() -> float:
    """Real seconds for waits and bounds; the platform's clock, which a demonstration moves, has no part in them."""
    return time.monotonic()
