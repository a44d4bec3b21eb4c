"""Two boroughs on one platform, as `make up` starts them: history at once, then as the clock goes; and after a kill."""

import json
import signal
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from tests.system.platform import Platform, Reader, eventually

SIZES = {"E08000018": 60, "E08000017": 30}
# History of a few thousand events, on a machine that does other things too.
SECONDS = 240


@pytest.fixture(scope="module")
def region(home: Path) -> Iterator[Platform]:
    """A platform with two boroughs, on which a day passes in four seconds: its 180 days last twelve minutes."""
    asked = ",".join(f"{authority}:{children}" for authority, children in SIZES.items())
    running = Platform(home / "region", "--boroughs", asked, "--pace", "15")
    running.start()
    yield running
    running.stop()


def posted(region: Platform, authority: str) -> int:
    try:
        return int(json.loads((region.home / "boroughs" / f"{authority}.json").read_text())["posted"])
    except FileNotFoundError:
        return 0


def has_posted_more(region: Platform, authority: str, than: int) -> bool:
    return posted(region, authority) > than


def posted_to(region: Platform, authority: str) -> datetime:
    told = json.loads((region.home / "boroughs" / f"{authority}.json").read_text())
    return datetime.fromisoformat(told["posted_to"])


def clock(region: Platform) -> datetime:
    return datetime.fromisoformat(region.run("clock").split(" UTC")[0] + "Z")


def is_looked_after(reader: Reader, children: int) -> bool:
    figure = reader.figure("looked_after")
    return figure is not None and children * 0.5 < figure[0] < children * 1.6


def test_each_borough_has_its_history_and_then_moves_as_the_clock_goes(region: Platform) -> None:
    assert {"simulate", "simulate-E08000017"} <= region.state()["processes"].keys()
    for authority, children in SIZES.items():
        reader = region.reader(authority)
        eventually(f"{authority} has its children", partial(is_looked_after, reader, children), SECONDS)
        history = [figure for figure in reader.figures(on="2020-03-31") if figure["indicator"] == "looked_after"]
        assert history[0]["numerator"] > 0
    # The clock runs on while history is posted; whoever has caught up posts no more than the clock has reached.
    eventually("history is in", lambda: (clock(region) - posted_to(region, "E08000018")).days < 30, SECONDS)
    before = posted_to(region, "E08000018")
    eventually("the borough lives on", lambda: posted_to(region, "E08000018") > before)
    assert posted_to(region, "E08000018") <= clock(region)


def test_boroughs_killed_with_the_whole_platform_go_on_where_they_were(region: Platform) -> None:
    assert region.launcher is not None
    region.launcher.send_signal(signal.SIGKILL)
    region.launcher.wait(30)
    held, stopped_at = {authority: posted(region, authority) for authority in SIZES}, clock(region)
    assert all(held.values())
    region.start()
    assert clock(region) >= stopped_at
    for authority, number in held.items():
        eventually(f"{authority} posts on", partial(has_posted_more, region, authority, number))
        log = region.home / "logs" / ("simulate.log" if authority == "E08000018" else f"simulate-{authority}.log")
        assert f"{number:,} posted" in log.read_text()
