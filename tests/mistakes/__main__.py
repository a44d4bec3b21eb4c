"""Makes each deliberate mistake in a copy of the engine, and checks that the test named beside it fails there.

`python -m tests.mistakes` runs them all, or those whose sentence holds the words given; `--find` says for each which
cases of the spec tables catch it. Never touches the code itself. Ends with code 1 where a mistake goes unnoticed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from tests.mistakes import MISTAKES, Mistake

ROOT = Path(__file__).parents[2]
COPIED = ("holdfast", "tests", "pyproject.toml")
LONGEST_SECONDS = 240
BY_THE_ENGINE = "tests/unit/test_spec_tables.py::test_the_figures_are_so_by_the_engine"
FINDING = ("tests/unit/test_ledger.py", "tests/unit/test_spec_tables.py")


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for, two at a time; returns the exit code."""
    finding = "--find" in arguments
    words = [word for word in arguments if word != "--find"]
    chosen = [mistake for mistake in MISTAKES if all(word in mistake.what for word in words)]
    with tempfile.TemporaryDirectory(prefix="holdfast-mistakes-") as folder:
        copies: Queue[Path] = Queue()
        for number in range(os.cpu_count() or 1):
            copies.put(_copy(Path(folder) / str(number)))
        copy = copies.get()
        sound = _fails(copy, sorted({_test(mistake) for mistake in chosen if not finding}))
        copies.put(copy)
        if sound:
            print("These fail without any mistake:", *sound, sep="\n  ")
            return 1
        with ThreadPoolExecutor(copies.qsize()) as pool:
            caught = list(pool.map(lambda mistake: _judge(mistake, copies, finding), chosen))
    print(f"{sum(caught)} of {len(chosen)} mistakes caught")
    return 0 if all(caught) and chosen else 1


def _judge(mistake: Mistake, copies: "Queue[Path]", finding: bool) -> bool:
    copy = copies.get()
    try:
        with _made(mistake, copy / "holdfast" / "indicators" / mistake.where):
            failed = (
                _fails(copy, FINDING, ["--maxfail=3", "-k", "not twin and not replay"])
                if finding
                else _fails(copy, [_test(mistake)])
            )
    finally:
        copies.put(copy)
    print(f"{'caught  ' if failed else 'UNNOTICED'} {mistake.where}: {mistake.what}", flush=True)
    for name in failed if finding else ():
        print(f"    {name}")
    return bool(failed)


def _test(mistake: Mistake) -> str:
    return mistake.caught_by if "::" in mistake.caught_by else f"{BY_THE_ENGINE}[{mistake.caught_by}]"


@contextmanager
def _made(mistake: Mistake, path: Path) -> Iterator[None]:
    sound = path.read_text(encoding="utf-8")
    if sound.count(mistake.right) != 1:
        raise SystemExit(
            f"{mistake.where}: what is to be replaced is there {sound.count(mistake.right)} times, not once"
        )
    path.write_text(sound.replace(mistake.right, mistake.wrong), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(sound, encoding="utf-8")


def _fails(copy: Path, tests: Sequence[str], options: Sequence[str] = ()) -> list[str]:
    """The tests that fail in a copy; one that hangs, or can't even be read, has failed."""
    if not tests:
        return []
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rfE", "--tb=no", *options, *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    try:
        run = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return list(tests)
    named = [line.split(" ", 1)[1] for line in run.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return named or (["the run itself"] if run.returncode else [])


def _copy(to: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, to / name)
    return to


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
