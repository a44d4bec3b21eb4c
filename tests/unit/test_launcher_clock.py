"""`holdfast clock`: what a person may do to the platform's time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.cli.clock import clock
from holdfast.cli.laptop.faults import CannotRun
from holdfast.runtime.clock import Clock, read_course


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    return tmp_path


def test_without_a_file_it_is_the_systems_time(capsys: pytest.CaptureFixture[str]) -> None:
    clock()
    assert "the system's time" in capsys.readouterr().out


def test_it_is_set_and_runs_as_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock(instant="2020-02-28T09:00:00Z", rate=0.0)
    assert capsys.readouterr().out == "2020-02-28 09:00:00 UTC, 0 seconds in one\n"
    clock(rate=60.0)
    course = read_course(home)
    assert course is not None and course.rate == 60
    assert Clock(home).now() >= datetime(2020, 2, 28, 9, tzinfo=UTC)


def test_it_never_goes_back(home: Path) -> None:
    clock(instant="2020-02-28T09:00:00Z", rate=0.0)
    with pytest.raises(CannotRun, match="never goes back"):
        clock(instant="2020-02-27")
    assert Clock(home).today() == datetime(2020, 2, 28).date()  # noqa: DTZ001 - a date


def test_what_is_no_instant_is_one_sentence() -> None:
    with pytest.raises(CannotRun, match="'yesterday' is not an instant"):
        clock(instant="yesterday")
