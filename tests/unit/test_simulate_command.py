"""`holdfast simulate` as it is asked: a truth in a file, a pace, and what it refuses in one sentence."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from holdfast.cli import post_borough
from holdfast.cli.borough import Borough
from holdfast.cli.post_borough import Progress
from holdfast.cli.simulate import simulate
from holdfast.runtime.clock import Clock, read_course, write_clock
from tests.boroughs import the_truth

app = typer.Typer()
app.command()(simulate)

BOROUGH = Borough("E08000018", 3, 20, date(2022, 4, 1))
LAST = date(2023, 3, 31)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def written(path: Path) -> list[object]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def test_the_truth_is_what_happened_by_the_last_day_an_event_a_line(tmp_path: Path) -> None:
    path = tmp_path / "truth.ndjson"
    which = ("--seed", "3", "--children", "20", "--begin", "2022-04-01", "--home", str(tmp_path))
    done = run("--truth", str(path), "--until", "2023-03-31", *which)
    assert done.exit_code == 0, done.output
    assert written(path) == the_truth(BOROUGH, LAST)


def test_the_truth_is_that_of_the_borough_which_lives_here(tmp_path: Path) -> None:
    post_borough.keep(tmp_path / "boroughs" / "E08000018.json", Progress(borough=BOROUGH))
    path = tmp_path / "truth.ndjson"
    assert run("--truth", str(path), "--until", "2023-03-31", "--home", str(tmp_path)).exit_code == 0
    assert written(path) == the_truth(BOROUGH, LAST)


def test_a_pace_sets_the_clock_and_never_back(tmp_path: Path) -> None:
    write_clock(tmp_path, datetime(2026, 1, 1, tzinfo=UTC), 1440.0, catch_up=True)
    before = Clock(tmp_path).now()
    truth = ("--truth", str(tmp_path / "truth"), "--until", "2023-03-31", "--children", "1", "--begin", "2022-04-01")
    assert run("--pace", "4", "--home", str(tmp_path), *truth).exit_code == 0
    course = read_course(tmp_path)
    assert course is not None and course.rate == 4 * 1440 and course.instant >= before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--authority", "E08000099"), "not the code"),
        (("--pace", "4"), "no clock to set"),
        (("--seed", "8"), "seed 3"),
        (("--like", "rotherham-2017"), "lived here"),
        (("--like", "rotherham-2017", "--children", "300"), "leave --children and --begin out"),
        (("--like", "rotherham-2017", "--begin", "2015-04-01"), "leave --children and --begin out"),
        (("--like", "rotherham-2017", "--until", "2017-07-09"), "printed until 2017-07-10"),
        (("--token-file", "nowhere", "--children", "20", "--seed", "3"), "can't be read"),
    ],
)
def test_what_will_not_do_is_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    post_borough.keep(tmp_path / "boroughs" / "E08000018.json", Progress(borough=BOROUGH))
    done = run("--home", str(tmp_path), *words)
    assert done.exit_code == 2
    assert said in done.output and done.output.count("\n") == 1
