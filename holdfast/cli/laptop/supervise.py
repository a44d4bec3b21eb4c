"""Keeps processes running: starts them, starts again what has ended or hangs, and ends all of them in order.

Doesn't know what they are: a process is plain data.
"""

import asyncio
import subprocess
from collections.abc import Callable

from holdfast.cli.laptop import notes
from holdfast.cli.laptop.layout import Layout
from holdfast.cli.laptop.process import Process, bounded_log, kill, last_lines, monotonic, spawn, stop
from holdfast.cli.laptop.readiness import is_ready, until_ready

_TICK_SECONDS = 0.25
# How often one that is starting is asked; one that is ready four times within the silence that counts as hanging.
_STARTING_SECONDS = 1.0
_QUESTIONS_BEFORE_HUNG = 4
_LOG_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0
# Who has run for so long has earned a quick start again.
_SETTLED_SECONDS = 60.0
_GIVEN_UP = "given up"


class _Running:
    """One process as it is now."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.child: subprocess.Popen[bytes] = spawn(process)
        self.began = monotonic()
        self.condition = "starting"
        self.restarts = 0
        self.in_a_row = 0
        self.pause = _FIRST_PAUSE_SECONDS
        self.answered = self.began
        self.has_answered = False

    def start_again(self) -> None:
        settled = self.settled()
        self.pause = _FIRST_PAUSE_SECONDS if settled else min(self.pause * 2, _LONGEST_PAUSE_SECONDS)
        self.in_a_row = 1 if settled else self.in_a_row + 1
        self.child = spawn(self.process)
        self.began = self.answered = monotonic()
        self.has_answered = False
        self.restarts += 1
        self.condition = "starting"

    def kept(self) -> notes.Kept:
        """What is said of it in `state.json`; no number where it is given up."""
        pid = None if self.condition == _GIVEN_UP else self.child.pid
        return notes.Kept(pid, self.condition, self.restarts)

    def question_seconds(self) -> float:
        return self.process.hang_seconds / _QUESTIONS_BEFORE_HUNG if self.condition == "ready" else _STARTING_SECONDS

    def settled(self) -> bool:
        return monotonic() - self.began > _SETTLED_SECONDS

    def hopeless(self, code: int) -> bool:
        """Whether starting it again after this end makes no sense."""
        most = self.process.most_restarts
        spent = most is not None and self.in_a_row >= most and not self.settled()
        return code in self.process.hopeless_codes or spent

    def hangs(self) -> bool:
        """Silent for too long; one that has never answered has as long as a start may take."""
        allowed = self.process.hang_seconds if self.has_answered else self.process.ready_seconds
        return monotonic() - self.answered > allowed


class Supervisor:
    """Holds the processes in the order they were started; `say` is given a sentence for whoever watches."""

    def __init__(self, layout: Layout, say: Callable[[str], None]) -> None:
        self._layout = layout
        self._say = say
        self._running: dict[str, _Running] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._launcher = notes.note_of_self()
        self._phase: notes.Phase = "starting"

    def enter(self, phase: notes.Phase) -> None:
        """Says in `state.json` what the launcher is at."""
        self._phase = phase
        self._write_state()

    async def start(self, process: Process) -> None:
        """Starts one and returns when it is ready; from then on it is kept running. Raises CannotRun."""
        running = _Running(process)
        self._running[process.name] = running
        self._noted(running)
        await until_ready(process, running.child)
        running.answered, running.has_answered, running.condition = monotonic(), True, "ready"
        self._keepers[process.name] = asyncio.create_task(self._keep(running))
        self._write_state()

    async def forever(self) -> None:
        """Returns only by being cancelled, or by a fault of our own in keeping a process."""
        await asyncio.gather(*self._keepers.values(), self._bound_logs())

    async def end(self, order: tuple[str, ...]) -> None:
        """Ends all: those named first, in that order, then the rest, last started first. Bounded by their seconds.

        `metrics-2` has the place of `metrics`.
        """
        self.enter("stopping")
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        places = {name: place for place, name in enumerate(order)}
        for name in sorted(reversed(self._running), key=lambda name: places.get(name.partition("-")[0], len(order))):
            running = self._running.pop(name)
            if running.child.poll() is None:
                self._say(f"stopping {name}")
            await asyncio.to_thread(stop, running.process, running.child)
            notes.forget_note(self._layout.run, name)
            self._write_state()

    async def _keep(self, running: _Running) -> None:
        asked = monotonic()
        while True:
            code = running.child.poll()
            if code is not None and running.hopeless(code):
                self._give_up(running, code)
                return
            if code is not None:
                await self._restart(running, code)
            elif monotonic() - asked > running.question_seconds():
                asked = monotonic()
                await self._probe(running)
            await asyncio.sleep(_TICK_SECONDS)

    async def _restart(self, running: _Running, code: int) -> None:
        name = running.process.name
        running.condition = "restarting"
        self._say(f"{name} {_ended(code)}: starting it again in {running.pause:.1f} s (log: {running.process.log})")
        self._write_state()
        await asyncio.sleep(running.pause)
        running.start_again()
        self._noted(running)

    def _give_up(self, running: _Running, code: int) -> None:
        name, log = running.process.name, running.process.log
        running.condition = _GIVEN_UP
        said = "".join(last_lines(log, 1)).strip()
        self._say(f"{name} {_ended(code)} and is not started again: {said or 'it gave no reason'} (log: {log})")
        notes.forget_note(self._layout.run, name)
        self._write_state()

    async def _probe(self, running: _Running) -> None:
        live = running.process.live
        if live is None or await is_ready(live):
            running.answered, running.has_answered = monotonic(), True
            if running.condition != "ready":
                running.condition = "ready"
                self._say(f"{running.process.name} is back")
                self._write_state()
        elif running.hangs() and running.child.poll() is None:
            self._say(f"{running.process.name} does not answer: ending it")
            kill(running.child)

    def _noted(self, running: _Running) -> None:
        notes.write_note(self._layout.run, running.process.name, running.child.pid)
        self._write_state()

    async def _bound_logs(self) -> None:
        while True:
            for running in self._running.values():
                bounded_log(running.process.log)
            await asyncio.sleep(_LOG_SECONDS)

    def _write_state(self) -> None:
        kept = {name: one.kept() for name, one in self._running.items()}
        notes.write_state(self._layout.run, notes.State(self._phase, self._launcher, self._layout.ports, kept))


def _ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
