"""What `make test` counts, where a run ended as it should and where it did not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import run

# By a process of its own, since it waits for every child there is.
LANES = """
import os, signal, sys
from pathlib import Path
from tests.side_by_side import Lanes
# Whoever runs the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
folder, said = Path(sys.argv[1]), dict(pair.split("=", 1) for pair in sys.argv[2:])
command = lambda name: (["sh", "-c", said[name]], {**os.environ, "FOLDER": str(folder)})
for ended in Lanes((("first", "second"), ("beside",)), command, folder).run():
    print(f"{ended.name} {ended.code}", flush=True)
"""
WAIT = "until [ -e $FOLDER/{0} ]; do sleep 0.05; done; "


@pytest.mark.parametrize(
    ("written", "code", "counted"),
    [
        ("began a\npassed a\nbegan b\nskipped b\n", 0, (1, 0, 1)),
        ("began a\npassed a\nbegan b\nfailed b\n", 1, (1, 1, 0)),
        # A teardown that fails is a failure of a test that had passed.
        ("began a\npassed a\nfailed a\n", 1, (0, 1, 0)),
        # One that hung and took the process with it.
        ("began a\npassed a\nbegan b\n", 1, (1, 1, 0)),
        ("failed tests/unit/test_unreadable.py\n", 2, (0, 1, 0)),
        # It ended badly without a word: that is not a pass.
        ("", 4, (0, 1, 0)),
        ("began a\npassed a\n", -9, (1, 1, 0)),
    ],
)
def test_outcomes_are_counted_by_test_and_a_bad_end_is_a_failure(
    tmp_path: Path, written: str, code: int, counted: tuple[int, int, int]
) -> None:
    tally = tmp_path / "tally"
    tally.write_text(written)
    found = run.outcomes(tally, code)
    assert (found["passed"], found["failed"], found["skipped"]) == counted


def test_the_last_line_gives_the_totals_alone(capsys: pytest.CaptureFixture[str]) -> None:
    run.summarise(
        [
            run.Part("check", 0, 1, 1, {}),
            run.Part("unit", 0, 1, 1, {"passed": 3, "failed": 0, "skipped": 1}),
            run.Part("integration", 1, 1, 1, {"passed": 2, "failed": 1, "skipped": 0}),
        ]
    )
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "5 passed, 1 failed, 1 skipped"
    assert sum("not run" in line for line in said) == 1


def lanes(folder: Path, **said: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", LANES, str(folder), *(f"{name}={text}" for name, text in said.items())]
    return subprocess.Popen(argv, cwd=run.ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_lanes_go_side_by_side_and_what_one_says_is_never_amid_another(tmp_path: Path) -> None:
    first = "touch $FOLDER/a; " + WAIT.format("b") + "echo one; " + WAIT.format("c") + "echo two"
    beside = WAIT.format("a") + "touch $FOLDER/b; echo aside; touch $FOLDER/c"
    said, _ = lanes(tmp_path, first=first, second="echo three", beside=beside).communicate(timeout=60)
    lines = [line for line in said.splitlines() if line in ("one", "two", "three", "aside")]
    assert [line for line in lines if line != "aside"] == ["one", "two", "three"]
    assert lines.index("aside") >= 2
    assert {"first 0", "second 0", "beside 0"} <= set(said.splitlines())


def test_once_a_part_has_failed_no_other_begins_and_what_runs_beside_it_ends(tmp_path: Path) -> None:
    beside = WAIT.format("failed") + "echo aside"
    failing = lanes(tmp_path, first="touch $FOLDER/failed; exit 3", second="echo three", beside=beside)
    said = failing.communicate(timeout=60)[0].splitlines()
    assert {"first 3", "beside 0", "aside"} <= set(said)
    assert "three" not in said


def test_an_interrupted_run_tells_what_it_interrupted(tmp_path: Path) -> None:
    waits = "trap 'echo tidied; exit 0' INT; touch $FOLDER/{0}; while :; do sleep 0.05; done"
    running = lanes(tmp_path, first=waits.format("a"), second="echo three", beside=waits.format("b"))
    subprocess.run(["sh", "-c", WAIT.format("a") + WAIT.format("b")], env={"FOLDER": str(tmp_path)}, timeout=60)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[0].splitlines()
    assert {"first 130", "beside 130"} <= set(said)
    assert said.count("tidied") == 2
    assert "three" not in said
