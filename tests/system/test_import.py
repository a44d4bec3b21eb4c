"""The main job on real input: five yearly returns through the door, and the same figures as `holdfast indicators`."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.system.platform import COMMAND, ROOT, Numbers, Platform, Reader, Row, comparable, eventually

AUTHORITY = "E08000016"
SAMPLE = Path(os.environ.get("HOLDFAST_SAMPLE_RETURNS") or ROOT.parent / "shared" / "data" / "ssda903-sample")
FIRST, LAST = date(2017, 4, 30), date(2022, 3, 31)


pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample return is not beside the checkout")


def month_ends(first: date, last: date) -> list[date]:
    """Every month end from the first to the last."""
    found, day = [], first
    while day <= last:
        found.append(day)
        first_of_next = day + timedelta(days=1)
        day = (first_of_next + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return found


@pytest.fixture(scope="module")
def imported(platform: Platform) -> Reader:
    """The sample, imported."""
    platform.run("import", str(SAMPLE), *_door(platform))
    return platform.reader(AUTHORITY)


def _door(platform: Platform, authority: str = AUTHORITY) -> list[str]:
    """How the command reaches the door for an authority; its token is made when first asked for."""
    token_file = platform.home / f"import-token-{authority}"
    if not token_file.exists():
        token_file.write_text(platform.run("token", "create", "--authority", authority, "--system", "ssda903"))
    return ["--authority", authority, "--url", platform.url("intake"), "--token-file", str(token_file)]


def _files(year: int) -> list[str]:
    """The files of one year of the sample."""
    return [str(path) for path in sorted(SAMPLE.glob(f"{year}-*.csv"))]


@pytest.fixture(scope="module")
def from_files() -> list[Row]:
    """What the command reads in the same files, on every month end of their years."""
    asked = ["--month-ends", f"{FIRST}..{LAST}", "--breakdowns", "--format", "json"]
    command = [sys.executable, "-m", "holdfast.cli", "indicators", str(SAMPLE), *asked]
    return list(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout))


def test_there_are_sixty_month_ends_to_compare(from_files: list[Row]) -> None:
    assert [row["date"] for row in from_files if row["indicator"] == "looked_after" and row["breakdown"] is None] == [
        day.isoformat() for day in month_ends(FIRST, LAST)
    ]
    assert len(month_ends(FIRST, LAST)) == 60


def told_by_rows(reader: Reader, **asked: str) -> Numbers:
    """The platform's figures, but for the rate: of how many residents that is, returns don't tell."""
    rows = reader.figures(breakdowns="true", **asked)
    return comparable([row for row in rows if row["indicator"] != "looked_after_rate"])


def says(reader: Reader, wanted: Numbers, **asked: str) -> bool:
    """Whether the platform's figures are as wanted, the rate apart."""
    return told_by_rows(reader, **asked) == wanted


def all_month_ends_are(reader: Reader, wanted: Numbers) -> None:
    """Every month end comes to what is wanted; which of them is last to do so, nobody can tell."""
    for day in month_ends(FIRST, LAST):
        on_day = {name: numbers for name, numbers in wanted.items() if name[1] == day.isoformat()}
        eventually(f"the figures of {day} are as in the files", partial(says, reader, on_day, on=day.isoformat()), 90)


def test_the_platform_says_what_the_files_say_on_every_month_end(imported: Reader, from_files: list[Row]) -> None:
    all_month_ends_are(imported, comparable(from_files))


def test_the_register_says_what_the_files_say(imported: Reader, from_files: list[Row]) -> None:
    wanted = comparable(from_files)
    for day in month_ends(FIRST, LAST)[::12]:
        on_day = {name: numbers for name, numbers in wanted.items() if name[1] == day.isoformat()}
        as_known = {"on": day.isoformat(), "known_at": "2100-01-01T00:00:00Z"}
        eventually(f"the register says so too of {day}", partial(says, imported, on_day, **as_known))


def test_importing_again_publishes_nothing(platform: Platform, imported: Reader) -> None:
    before = platform.records("care.events")
    said = platform.run("import", str(SAMPLE), *_door(platform))
    assert platform.records("care.events") == before
    assert before > 2000
    assert "unchanged" in said


@pytest.mark.parametrize(
    ("authority", "years"),
    [("E08000017", (2017, 2018, 2019, 2020, 2021)), ("E08000019", (2019, 2017, 2021, 2018, 2020))],
    ids=["in order", "out of order"],
)
def test_year_by_year_the_platform_says_what_the_files_say_together(
    platform: Platform, from_files: list[Row], authority: str, years: tuple[int, ...]
) -> None:
    for year in years:
        platform.run("import", *_files(year), *_door(platform, authority), "--withdraw-anyway")
    all_month_ends_are(platform.reader(authority), comparable(from_files))
    before = platform.records("care.events")
    platform.run("import", str(SAMPLE), *_door(platform, authority))
    for year in years:
        platform.run("import", *_files(year), *_door(platform, authority))
    assert platform.records("care.events") == before


def test_an_import_that_would_withdraw_much_asks_first_and_sends_nothing(platform: Platform) -> None:
    door = _door(platform, "E08000034")
    platform.run("import", *_files(2017), *door)
    before = platform.records("care.events")
    asked = subprocess.run(
        [COMMAND, "import", *_files(2018), *door], env=platform.environment, capture_output=True, text=True, timeout=300
    )
    assert (asked.returncode, platform.records("care.events")) == (3, before)
    assert "are no longer in the files and would be withdrawn" in asked.stdout
    assert "--withdraw-anyway" in asked.stderr
