"""`make test`: checks, then unit, integration and system tests; a summary of what ran; and nothing left behind.

The first part with a failure is the last that runs. Whatever its tests have left running is ended, whatever they left
in the temporary folder is removed.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from msgspec import Struct

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.launch import fetched_jars
from tests.integration.conftest import shared_cache

ROOT = Path(__file__).parents[1]
CHECK = [os.environ.get("MAKE", "make"), "-s", "--no-print-directory", "check"]
TESTED = ("unit", "integration", "system")
_PR_SET_CHILD_SUBREAPER = 36
# A platform that a test left running has this long to stop by itself.
_GRACE_SECONDS = 60.0
# Of the variables of a running platform none is for the tests' own, but for these.
_OURS = ("HOLDFAST_CACHE", "HOLDFAST_SCREENSHOTS", "HOLDFAST_TEST_")


class Part(Struct, frozen=True):
    """One part of the run. `outcomes` counts tests; empty where the part is no test."""

    name: str
    code: int
    seconds: float
    cpu_seconds: float
    outcomes: dict[str, int]

    @property
    def ok(self) -> bool:
        return self.code == 0


def main() -> int:
    """0 where everything passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _adopt_orphans()
    folder = Path(tempfile.mkdtemp(prefix="hf-test-"))
    # The database's account has to come through.
    folder.chmod(0o755)
    parts: list[Part] = []
    try:
        fetched_jars(shared_cache())
        parts.append(_timed("check", CHECK, folder))
        for name in TESTED:
            if parts[-1].ok:
                parts.append(_timed(name, _pytest(name), folder))
    except CannotRun as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", flush=True)
    finally:
        _end_what_is_left()
        shutil.rmtree(folder, ignore_errors=True)
        summarise(parts)
    return 0 if len(parts) == 1 + len(TESTED) and all(part.ok for part in parts) else 1


def _pytest(name: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "tests.tally", f"tests/{name}", "-rs", *sys.argv[1:]]


def _timed(name: str, argv: list[str], folder: Path) -> Part:
    print(f"\n== {name}", flush=True)
    tally = folder / f"{name}.tally"
    began, used = time.monotonic(), _cpu_seconds()
    code = _run(argv, _environment(folder) | {"HOLDFAST_TALLY": str(tally)})
    _end_what_is_left()
    counted = outcomes(tally, code) if name in TESTED else {}
    return Part(name, code, time.monotonic() - began, _cpu_seconds() - used, counted)


def _run(argv: list[str], environment: dict[str, str]) -> int:
    running = subprocess.Popen(argv, cwd=ROOT, env=environment)
    try:
        return _ended(running.pid)
    except KeyboardInterrupt:
        # It reaches the tests as well, and they take down what they have put up.
        running.wait(_GRACE_SECONDS)
        return 128 + signal.SIGINT
    except SystemExit:
        running.send_signal(signal.SIGINT)
        running.wait(_GRACE_SECONDS)
        raise


def _ended(pid: int) -> int:
    """Waits for this child's exit code and meanwhile collects every orphan that ends: nobody else would."""
    while True:
        ended, status = os.wait()
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    ours = {name: value for name, value in os.environ.items() if name.startswith(_OURS)}
    return kept | ours | {"TMPDIR": str(folder)}


def outcomes(tally: Path, code: int) -> dict[str, int]:
    """Tests by outcome; one that began and never ended has failed, and so has a part that ended badly without any."""
    latest: dict[str, str] = {}
    for line in tally.read_text(encoding="utf-8").splitlines() if tally.exists() else ():
        outcome, _, test = line.partition(" ")
        # A failure stands, whatever comes after it.
        if latest.get(test) != "failed":
            latest[test] = outcome
    counts = Counter("failed" if outcome == "began" else outcome for outcome in latest.values())
    if code and not counts["failed"]:
        counts["failed"] = 1
    return {outcome: counts[outcome] for outcome in ("passed", "failed", "skipped")}


def _adopt_orphans() -> None:
    """On Linux, what outlives the process that started it becomes our child, so that it can be found and ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_what_is_left() -> None:
    """Asks what still runs below us to end, then kills it. Bounded by the grace, and half of it again."""
    for wait, ask in ((_GRACE_SECONDS, psutil.Process.terminate), (_GRACE_SECONDS / 2, psutil.Process.kill)):
        left = [one for one in psutil.Process().children(recursive=True) if _runs(one)]
        # The oldest first: a launcher ends what it has started in the right order.
        for one in left if ask is psutil.Process.kill else left[:1]:
            print(f"ending what a test has left running: process {one.pid}", flush=True)
            ask(one)
        psutil.wait_procs(left, timeout=wait)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _cpu_seconds() -> float:
    """Of everything below us that has ended and been waited for: user and system."""
    used = os.times()
    return used.children_user + used.children_system


def summarise(parts: list[Part]) -> None:
    """Prints every part, run or not, and last the totals alone on a line."""
    ran = {part.name: part for part in parts}
    totals: Counter[str] = Counter()
    print("\n== what ran")
    for name in ("check", *TESTED):
        part = ran.get(name)
        totals.update(part.outcomes if part else {})
        print(f"   {name:<12} {_told(part)}")
    print("   (left to `make test-deep`: thousands of made-up histories)\n")
    if "check" in ran and not ran["check"].ok:
        print("The checks of style and types failed, which counts as one failure; no test was run.")
        totals["failed"] += 1
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped", flush=True)


def _told(part: Part | None) -> str:
    if part is None:
        return "not run"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in part.outcomes.items())
    return f"{counts or ('passed' if part.ok else 'failed'):<38} {part.seconds:6.0f} s, {part.cpu_seconds:.0f} s of CPU"


if __name__ == "__main__":
    sys.exit(main())
