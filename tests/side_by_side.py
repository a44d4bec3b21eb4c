"""Runs the parts of a test run: those of a lane one after the other, lanes side by side. Once one fails, none begins.

What the first lane says is seen as it goes; what others say is held back until they are over and nobody else speaks.
Collects every orphan that ends meanwhile. Which parts there are, and what is left running, `tests.run` sees to.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[1]
# Whoever is told to stop has so long to take down what it has put up.
GRACE_SECONDS = 60.0

Command = tuple[Sequence[str], dict[str, str]]


class Ended(Struct, frozen=True):
    """A part that is over: its exit code, and what it took."""

    name: str
    code: int
    seconds: float
    cpu_seconds: float


class _Begun(Struct, frozen=True):
    name: str
    lane: int
    process: subprocess.Popen[bytes]
    at: float
    held: Path | None

    def ended(self, code: int, cpu_seconds: float) -> Ended:
        self.process.returncode = code
        return Ended(self.name, code, time.monotonic() - self.at, cpu_seconds)


class Lanes:
    """Parts that run side by side. `command`: how a part is run, and in what; `folder` is for what is held."""

    def __init__(self, lanes: Sequence[Sequence[str]], command: Callable[[str], Command], folder: Path) -> None:
        self._waiting = [list(lane) for lane in lanes]
        self._command = command
        self._folder = folder
        self._running: dict[int, _Begun] = {}
        self._held: list[tuple[str, Path]] = []
        # Of orphans: whoever started them can't be asked any more, and is most likely in the first lane.
        self._stray_seconds = 0.0

    def run(self) -> Iterator[Ended]:
        """Each part as it ends. Where the run is interrupted, what runs is ended and told too, and so is the reason."""
        good = True
        try:
            while True:
                if good:
                    self._begin()
                if not self._running:
                    return
                ended = self._next_end()
                good = good and ended.code == 0
                yield ended
        except KeyboardInterrupt:
            # It reaches the tests as well, and they take down what they have put up.
            yield from self._end_all()
            raise
        except SystemExit:
            for begun in self._running.values():
                begun.process.send_signal(signal.SIGINT)
            yield from self._end_all()
            raise
        finally:
            self._say_what_was_held()

    def _begin(self) -> None:
        for number, lane in enumerate(self._waiting):
            if lane and all(begun.lane != number for begun in self._running.values()):
                begun = self._start(lane.pop(0), number)
                self._running[begun.process.pid] = begun

    def _start(self, name: str, lane: int) -> _Begun:
        held = self._folder / f"{name}.out" if lane else None
        argv, environment = self._command(name)
        print(
            f"\n== {name}" if held is None else f"== {name}, beside it; what it says comes when it is over", flush=True
        )
        if held is None:
            return _Begun(name, lane, subprocess.Popen(argv, cwd=ROOT, env=environment), time.monotonic(), None)
        with held.open("wb") as out:
            process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        return _Begun(name, lane, process, time.monotonic(), held)

    def _next_end(self) -> Ended:
        """Waits until a part ends and meanwhile collects every orphan that does: nobody else would."""
        while True:
            pid, status, used = os.wait4(-1, 0)
            cpu_seconds = used.ru_utime + used.ru_stime
            begun = self._running.pop(pid, None)
            if begun is not None:
                return self._over(begun, os.waitstatus_to_exitcode(status), cpu_seconds)
            self._stray_seconds += cpu_seconds

    def _end_all(self) -> Iterator[Ended]:
        """What still runs has been told to stop: it is waited for, then left to whoever ends what is left."""
        for begun in list(self._running.values()):
            used = _waited_for()
            with suppress(subprocess.TimeoutExpired):
                begun.process.wait(GRACE_SECONDS)
            del self._running[begun.process.pid]
            yield self._over(begun, 128 + signal.SIGINT, _waited_for() - used)

    def _over(self, begun: _Begun, code: int, cpu_seconds: float) -> Ended:
        if begun.held is not None:
            self._held.append((begun.name, begun.held))
        else:
            cpu_seconds, self._stray_seconds = cpu_seconds + self._stray_seconds, 0.0
        if all(other.held is not None for other in self._running.values()):
            self._say_what_was_held()
        return begun.ended(code, cpu_seconds)

    def _say_what_was_held(self) -> None:
        while self._held:
            name, said = self._held.pop(0)
            print(f"\n== {name}, as it went", flush=True)
            with said.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _waited_for() -> float:
    """CPU seconds of every process below us that has ended and been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
