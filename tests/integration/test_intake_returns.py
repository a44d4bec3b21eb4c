"""Returns through a real door, compared by a real register: year after year, again, and with each of them killed."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.returns import Reading, read_returns, sending
from tests.integration.conftest import a_broker
from tests.integration.intake_door import ROOT
from tests.integration.intake_returns import Platform, plain, returning_platform
from tests.returning_door import ReturningDoor
from tests.returning_door import published as statements
from tests.returns_made import YearMade, made, resubmitted, write

# Whole children, and yet so many requests that something can happen between them.
LINES_OF_A_REQUEST = 60


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    """A broker of its own: the register reads all that is there, and other tests put there what stops it."""
    with a_broker() as address:
        yield address


@pytest.fixture
def platform(kafka: str, postgres_server: str) -> Iterator[Platform]:
    with returning_platform(kafka, postgres_server) as running:
        yield running


@pytest.fixture(autouse=True)
def many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_LINES", LINES_OF_A_REQUEST)


def read(folder: Path, year: YearMade) -> Reading:
    return read_returns(write(folder, year))


def test_year_after_year_is_published_as_it_ought_to_be(platform: Platform, tmp_path: Path) -> None:
    """What the pure comparison says (its laws are in the unit tests) is what the broker gets, and no record more."""
    years = made(5, children=60)
    expected, records = ReturningDoor(), 0
    for year in [*years, years[-1], resubmitted(years[2], 5)]:
        reading = read(tmp_path, year)
        records += statements(expected.take(reading))
        sent = platform.take(reading)
        assert (sent.stopped, sent.outcome and sent.outcome.rejected_lines) == (None, 0)
        assert len(platform.events()) == records
        assert platform.stands() == Counter(plain(*said) for said in expected.stands().values())
    assert records > 200


def test_the_importer_killed_and_run_again_loses_and_doubles_nothing(platform: Platform, tmp_path: Path) -> None:
    reading = read(tmp_path, made(6, children=900)[2])
    importer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _IMPORTER,
            str(LINES_OF_A_REQUEST),
            platform.door.url,
            platform.door.token,
            *_files(tmp_path),
        ],
        cwd=ROOT,
    )
    _until(lambda: bool(platform.events()))
    importer.kill()
    importer.wait(20)
    before = len(platform.events())
    assert 0 < before < len(reading.facts)
    platform.take(reading)
    _all_of_it_once(platform, reading)


@pytest.mark.parametrize("who", ["door", "register"])
def test_killed_while_a_return_is_sent_nothing_is_lost_or_doubled(platform: Platform, tmp_path: Path, who: str) -> None:
    reading = read(tmp_path, made(7, children=400)[2])
    ended: list[object] = []
    importer = threading.Thread(target=lambda: ended.append(platform.take(reading)))
    importer.start()
    _until(lambda: bool(platform.events()))
    if who == "door":
        assert platform.door.process is not None
        platform.door.process.kill()
        platform.door.process.wait(20)
        platform.door.start()
    else:
        platform.register.kill()
        platform.register.start()
    importer.join(120)
    assert ended, "the importer did not end"
    # Should it have given up: run again, it goes on.
    platform.take(reading)
    _all_of_it_once(platform, reading)


def _all_of_it_once(platform: Platform, reading: Reading) -> None:
    expected = ReturningDoor()
    expected.take(reading)
    assert platform.stands() == Counter(plain(*said) for said in expected.stands().values())
    keys = {(event["subject"], event["fact"]) for event in platform.events()}
    assert len({record.key for record in platform.door.records()}) == len(keys) == len(reading.facts)


def _files(folder: Path) -> list[str]:
    return [str(path) for path in sorted(folder.glob("*.csv"))]


_IMPORTER = """
import sys
from pathlib import Path
from rich.console import Console
from holdfast.cli.import_sent import send_reading
from holdfast.returns import read_returns, sending
lines, url, token, *files = sys.argv[1:]
sending.MOST_LINES = int(lines)
send_reading(Console(quiet=True), read_returns([Path(file) for file in files]), url=url, bearer=token,
             recorded_at=None, confirm=lambda _: True)
"""


def _until(check: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    assert callable(check)
    while not check():
        assert time.monotonic() < deadline, "nothing was published"
        time.sleep(0.01)
