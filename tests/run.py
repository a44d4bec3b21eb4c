"""`make test`: checks, then integration tests with unit and system tests beside them; a summary; nothing left.

Once a part has failed no other begins. Whatever tests have left running is ended, whatever they left in the temporary
folder is removed.
"""

import ctypes
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from msgspec import Struct

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.kafka_quick import keep_a_start
from holdfast.cli.laptop.launch import fetched_jars
from tests.integration.conftest import shared_cache
from tests.side_by_side import GRACE_SECONDS, Command, Ended, Lanes

ROOT = Path(__file__).parents[1]
CHECK = [os.environ.get("MAKE", "make"), "-s", "--no-print-directory", "check"]
TESTED = ("unit", "integration", "system")
# Two lanes for two processors, as long as each other: unit and system tests take about what integration tests do.
SIDE_BY_SIDE = (("integration",), ("unit", "system"))
_PR_SET_CHILD_SUBREAPER = 36
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
        keep_a_start(shared_cache(), fetched_jars(shared_cache()))
        for lanes in ((("check",),), SIDE_BY_SIDE):
            if all(part.ok for part in parts):
                for ended in Lanes(lanes, lambda name: _command(name, folder), folder).run():
                    parts.append(_part(ended, folder))
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


def _command(name: str, folder: Path) -> Command:
    environment = _environment(folder) | {"HOLDFAST_TALLY": str(_tally(name, folder))}
    if name not in TESTED:
        return CHECK, environment
    # Nothing here uses the plugin of anyio, which looks for another event loop for two seconds of a processor.
    plugins = ["-p", "tests.tally", "-p", "no:anyio"]
    return [sys.executable, "-m", "pytest", *plugins, f"tests/{name}", "-rs", *sys.argv[1:]], environment


def _tally(name: str, folder: Path) -> Path:
    return folder / f"{name}.tally"


def _part(ended: Ended, folder: Path) -> Part:
    counted = outcomes(_tally(ended.name, folder), ended.code) if ended.name in TESTED else {}
    return Part(ended.name, ended.code, ended.seconds, ended.cpu_seconds, counted)


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
    for wait, ask in ((GRACE_SECONDS, psutil.Process.terminate), (GRACE_SECONDS / 2, psutil.Process.kill)):
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


def summarise(parts: list[Part]) -> None:
    """Prints every part, run or not, and last the totals alone on a line."""
    ran = {part.name: part for part in parts}
    totals: Counter[str] = Counter()
    print("\n== what ran")
    for name in ("check", *TESTED):
        part = ran.get(name)
        totals.update(part.outcomes if part else {})
        print(f"   {name:<12} {_told(part)}")
    print("   (left to `make test-deep`: thousands of made-up histories; to `make year`: a whole year)\n")
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
