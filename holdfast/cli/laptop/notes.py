"""What the launcher writes down about itself and its processes, and the lock that lets one run at a time.

The notes serve two readers: `status` and tests (`state.json`), and a next start after this one was killed.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import psutil  # type: ignore[import-untyped]
from msgspec import Struct

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Ports

Phase = Literal["starting", "ready", "stopping"]
Read = TypeVar("Read", bound=Struct)


class Note(Struct, frozen=True):
    """A process by its number and when it was started: numbers are used again, both together are not.

    `started` is seconds since the machine's start on Linux, where a clock that is set has no part in it; elsewhere
    since 1970.
    """

    pid: int
    started: float
    program: str


class Kept(Struct, frozen=True):
    """How one of the processes is doing."""

    pid: int | None
    condition: str
    restarts: int


class State(Struct, frozen=True):
    """`state.json`: what a running launcher is at."""

    phase: Phase
    launcher: Note
    ports: Ports
    processes: dict[str, Kept]


def note_of(pid: int) -> Note | None:
    """The note of a process that runs; None where none does."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return Note(pid, _started(process), (process.cmdline() or [process.name()])[0])
    except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError, ProcessLookupError):
        return None


def _started(process: psutil.Process) -> float:
    if sys.platform != "linux":
        return float(process.create_time())
    # The name in the second field may hold spaces and brackets: what follows the last one is regular.
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def note_of_self() -> Note:
    """The launcher's own note."""
    note = note_of(os.getpid())
    assert note is not None, "we run"
    return note


def is_same(note: Note) -> bool:
    """Whether the noted process, and no other under its number, still runs."""
    found = note_of(note.pid)
    return found is not None and abs(found.started - note.started) < 1.0 and found.program == note.program


def has_gone(note: Note, seconds: float) -> bool:
    """Waits up to so long for a process to end; one that has ended counts even where nobody has collected it."""
    deadline = time.monotonic() + seconds
    while is_same(note):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def write_note(run: Path, name: str, pid: int) -> None:
    """Notes a process just started; nothing where it has ended already."""
    note = note_of(pid)
    if note is not None:
        _write(run / f"{name}.process.json", note)


def forget_note(run: Path, name: str) -> None:
    """The process has ended and been waited for."""
    (run / f"{name}.process.json").unlink(missing_ok=True)


def noted(run: Path) -> dict[str, Note]:
    """Every note by the name of its process; a damaged one counts for nothing."""
    found = {}
    for path in sorted(run.glob("*.process.json")):
        note = _read(path, Note)
        if note is not None:
            found[path.name.removesuffix(".process.json")] = note
    return found


def write_state(run: Path, state: State) -> None:
    """Says what the launcher is at, whole or not at all."""
    _write(run / "state.json", state)


def read_state(run: Path) -> State | None:
    """What a launcher said last, if it still runs."""
    state = _read(run / "state.json", State)
    return state if state is not None and is_same(state.launcher) else None


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Held while a launcher runs; the kernel lets go of it when the launcher dies. Raises CannotRun."""
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (run / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = read_state(run)
            whose = f" (process {state.launcher.pid})" if state else ""
            raise CannotRun(f"The platform in {run.parent} is already running{whose}: `make down` ends it.") from None
        yield


def _write(path: Path, value: Struct) -> None:
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(value))
    draft.replace(path)


def _read(path: Path, kind: type[Read]) -> Read | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
