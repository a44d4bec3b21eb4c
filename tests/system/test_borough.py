"""The simulated borough as a client like any other: killed on the way, and in the end its own truth on every channel.

What truly happened is written down by the borough, counted by the twin, and never goes through the platform.
"""

import json
import signal
import subprocess
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.system.platform import COMMAND, Platform, Reader, Row, comparable, eventually, offline

AUTHORITY = "E08000035"
BEGIN, UNTIL = "2020-04-01", "2024-06-30"
FIRST_OF_MONTHS = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(6, 19)]
MONTH_ENDS = [first - timedelta(days=1) for first in FIRST_OF_MONTHS]


def borough(platform: Platform) -> list[str]:
    """The command of a borough that ends, and has told everything by now."""
    which = ["--authority", AUTHORITY, "--children", "60", "--seed", "11", "--begin", BEGIN, "--until", UNTIL]
    token = platform.home / "borough-token"
    if not token.exists():
        token.write_text(platform.run("token", "create", "--authority", AUTHORITY, "--system", "borough"))
    return ["simulate", *which, "--url", platform.url("intake"), "--token-file", str(token)]


@pytest.fixture(scope="module")
def lived(platform: Platform) -> Reader:
    """A borough that was killed once while it posted, and started again."""
    command = borough(platform)
    progress = platform.home / "boroughs" / f"{AUTHORITY}.json"
    first = subprocess.Popen(
        [COMMAND, *command], env=platform.environment, cwd=platform.home, stdout=subprocess.DEVNULL
    )
    eventually("something is posted", partial(_has_posted, progress))
    first.send_signal(signal.SIGKILL)
    assert first.wait(30) == -signal.SIGKILL
    posted = json.loads(progress.read_text())["posted"]
    said = platform.run(*command)
    assert f"{posted:,} posted" in said and "All is told" in said
    assert "rejected" not in said
    return platform.reader(AUTHORITY)


def _has_posted(progress: Path) -> bool:
    try:
        return bool(json.loads(progress.read_text())["posted"] > 0)
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def true_rows(platform: Platform, lived: Reader) -> list[Row]:
    """What truly happened, counted by the twin on thirteen month ends, whole and broken down."""
    truth = platform.home / "truth.ndjson"
    platform.run(*borough(platform), "--truth", str(truth))
    on = ",".join(day.isoformat() for day in MONTH_ENDS)
    return offline(str(truth), "--posted", "--authority", AUTHORITY, "--on", on, "--breakdowns")["twin"]


def test_a_borough_killed_on_the_way_ends_in_its_own_truth(lived: Reader, true_rows: list[Row]) -> None:
    for day in MONTH_ENDS:
        wanted = comparable([row for row in true_rows if row["date"] == day.isoformat()])
        assert len(wanted) > 500
        eventually(f"the figures of {day} are the truth", partial(lived.says, wanted, on=day.isoformat()))


def test_at_their_month_ends_some_figures_were_not_yet_the_truth(lived: Reader, true_rows: list[Row]) -> None:
    apart = 0
    for day in MONTH_ENDS:
        true = comparable([row for row in true_rows if row["date"] == day.isoformat()])
        known = comparable(lived.figures(breakdowns="true", on=day.isoformat(), known_at=f"{day}T22:59:59Z"))
        assert known.keys() == true.keys()
        apart += known != true
    assert apart > len(MONTH_ENDS) / 2


def test_the_borough_started_again_has_nothing_more_to_say(platform: Platform, lived: Reader) -> None:
    before = platform.records("care.events")
    said = platform.run(*borough(platform))
    assert "All is told" in said
    # The last instant's postings again, which are statements that are there already.
    assert platform.records("care.events") - before < 10
