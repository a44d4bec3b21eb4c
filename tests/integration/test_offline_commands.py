"""The offline commands as processes: equal to the twin on the sample in every figure; run by the pure package alone.

The package is installed into a fresh environment with the base dependencies at their locked versions, and nothing else.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from holdfast.cli.offline import read_what_there_is
from holdfast.contracts.figures import Row
from holdfast.indicators.calendar import month_ends_to
from tests.reference import Residents, child_of, rows_on
from tests.unit.test_returns import written

ROOT = Path(__file__).parents[2]
SAMPLE = Path(os.environ.get("HOLDFAST_SAMPLE_RETURNS") or ROOT.parent / "shared" / "data" / "ssda903-sample")
LAST, YEARS = date(2022, 3, 31), 5

# What only a POSIX system has, and what only the services need; nothing on the offline path may import them.
ABSENT = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "uvloop", "faust", "aiokafka", "asyncpg", "fastapi")
# Run instead of the command: it is as if those modules were not there.
WITHOUT = f"""
import sys
for name in {ABSENT!r}:
    sys.modules[name] = None
from holdfast.cli import main
main()
"""

needs_sample = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample return is not beside the checkout")


@pytest.fixture(scope="module")
def a_return(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A return of two children, and an analyst's list of children beside it."""
    folder = tmp_path_factory.mktemp("return")
    written(
        folder,
        episodes="""1,09/04/2017,S,C1,N1,U6,PR1,10/06/2017,X1,CREQB,,B1 1AA,
                    1,10/06/2017,P,C1,N1,K2,PR4,10/09/2017,X1,CARPL,,B2 2BB,
                    1,10/09/2017,P,C1,N1,U6,PR1,,,,,B3 3BB,
                    2,20/09/2017,S,V2,N2,U6,PR1,,,,,B4 4BB,""",
        header="1,1,05/06/2010,WBRI,,,\n2,2,05/06/2014,WBRI,,,",
    )
    (folder / "mine").mkdir()
    (folder / "mine" / "list.csv").write_text("CHILD\n1\n2\n")
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python of an environment with the pure package and what it depends on, at the locked versions."""
    folder = tmp_path_factory.mktemp("pure")
    home = folder / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    source = folder / "source"
    # Built from a copy, since building leaves files behind.
    for name in ("holdfast", "services"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    lock = (ROOT / "requirements" / "all.lock").read_text(encoding="utf-8")
    versions = folder / "versions.txt"
    versions.write_text("\n".join(re.findall(r"^[\w.-]+==[\w.]+", lock, re.MULTILINE)))
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    # By this environment's own pip, and without compiling what no command will ever import.
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--no-input"]
    pip += ["install", "-q", "--no-compile"]
    _run([*pip, "--only-binary", ":all:", "-c", str(versions), "setuptools", *wanted])
    _run([*pip, "--no-deps", "--no-build-isolation", str(source)])
    yield python
    shutil.rmtree(folder)


def _run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    # Nothing of this checkout may be found by chance.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HOLDFAST"))}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=cwd, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


COUNTED = ["--indicator", "three_or_more_placements", "--on", "2018-03-31"]
# How each command is asked, and something that is in its answer.
COMMANDS = {
    "indicators": (["--on", "2018-03-31", "--residents", "500"], "50.0%"),
    "findings": ([], "0 findings"),
    "explain": (["--child", "1", *COUNTED], "10 September 2017"),
    "reconcile": (["--mine", "mine/list.csv", *COUNTED], "2"),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_offline_command_runs_where_only_the_pure_package_is(python: Path, a_return: Path, name: str) -> None:
    arguments, answer = COMMANDS[name]
    installed = [str(python.parent / "holdfast"), name, str(a_return), *arguments]
    assert answer in _run(installed, a_return).stdout


@pytest.mark.timeout(300)
def test_a_vendor_needs_the_pure_package_alone_to_prove_an_integration(python: Path, tmp_path: Path) -> None:
    assert "by dry run" in _run([str(python.parent / "holdfast"), "conform", "--help"], tmp_path).stdout


@pytest.mark.timeout(300)
def test_the_pure_package_brings_none_of_the_services_packages(python: Path) -> None:
    for module in ("faust", "aiokafka", "asyncpg", "fastapi", "uvloop", "jinja2"):
        found = subprocess.run([str(python), "-c", f"import {module}"], capture_output=True)
        assert found.returncode == 1, module


@pytest.mark.parametrize("name", COMMANDS)
def test_an_offline_command_needs_nothing_that_only_one_kind_of_system_has(a_return: Path, name: str) -> None:
    arguments, answer = COMMANDS[name]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, name, str(a_return), *arguments],
        capture_output=True,
        text=True,
        cwd=a_return,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert answer in done.stdout


@needs_sample
@pytest.mark.timeout(300)
def test_every_figure_of_the_sample_is_the_twins_on_every_month_end() -> None:
    asked = ["--month-ends", "2017-04..2022-03", "--breakdowns", "--residents", "57000", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "holdfast.cli", "indicators", str(SAMPLE), *asked], capture_output=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr.decode()
    days = [date.fromordinal(day) for day in month_ends_to(LAST.toordinal(), 12 * YEARS)]
    lives = [child_of(facts, LAST) for facts in read_what_there_is([SAMPLE]).children.values()]
    twin = [row for day in days for row in rows_on(lives, day, breakdowns=True, residents=Residents(57_000, None))]
    ours, theirs = (_by_name(json.loads(text)) for text in (done.stdout, msgspec.json.encode(twin)))
    assert ours.keys() == theirs.keys()
    assert [name for name, numbers in ours.items() if numbers != theirs[name]] == []
    # 18 stocks and 9 flows over 3 periods, in 32 cells each, and the rate.
    assert len(ours) == 60 * ((18 + 27) * 32 + 1)
    moved = {name[0] for name, numbers in ours.items() if numbers[0]}
    assert len(moved) >= 20, "most indicators count somebody in the sample"
    assert {name[0] for name in ours} - moved <= {"distant", "over_20_miles", "missing_now", "repeat_missing"}


Numbers = tuple[int, int | None, int | None]


def _by_name(rows: list[dict[str, object]]) -> dict[tuple[object, ...], Numbers]:
    """Numerator, denominator and unknown by indicator, date, period and cell; none twice, and nothing else said."""
    named: dict[tuple[object, ...], Numbers] = {}
    for said in rows:
        row = msgspec.convert(said, Row, strict=True)
        assert not said.keys() - {"indicator", "date", "period", "numerator", "denominator", "breakdown", "unknown"}
        name = (row.indicator, row.date, said.get("period"), row.breakdown)
        assert name not in named
        named[name] = (row.numerator, row.denominator, None if row.unknown is msgspec.UNSET else row.unknown)
    return named
