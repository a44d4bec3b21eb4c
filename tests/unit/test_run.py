"""What `make test` counts, where a run ended as it should and where it did not."""

from pathlib import Path

import pytest

from tests import run


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
