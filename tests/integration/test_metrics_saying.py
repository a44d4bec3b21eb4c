"""What metrics says and when, on a real broker: colours, alerts, the day's turn."""

import signal
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from holdfast.contracts.alerts import Alert
from holdfast.contracts.figures import Figure
from holdfast.contracts.targets import Bound, Target, Targets
from holdfast.runtime.clock import write_clock
from tests import factories
from tests.integration.metrics_world import World, world

AUTHORITY = factories.AUTHORITY
RULE = f"{AUTHORITY}/looked_after.red".encode()
FIGURE = (AUTHORITY, "looked_after", "all")


@pytest.fixture
async def here(kafka: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(kafka, tmp_path) as made:
        yield made


def target(red_above: int) -> Targets:
    """At most so many children looked after, or red."""
    bound = Bound(red_above, 1, inclusive=False)
    aimed = Target(date(2020, 1, 1), "low", green=Bound(0, 1, inclusive=True), red=bound)
    return Targets(AUTHORITY, "looked_after", [aimed], "tests", "2020-01-01T00:00:00Z")


async def set_target(here: World, red_above: int) -> None:
    said = target(red_above)
    await here.send([(0, said.key, msgspec.json.encode(said))], here.targets)


async def alert_becomes(here: World, state: str) -> Alert:
    """Wait for the rule's state."""
    alert: Alert | None = None
    for _ in range(100):
        said = (await here.said(here.alerts)).get(RULE)
        alert = msgspec.json.decode(said, type=Alert) if said else None
        if alert is not None and alert.state == state:
            return alert
    raise AssertionError(f"the alert is {alert}")


async def test_a_threshold_crossed_raises_an_alert_once_and_crossing_back_clears_it(here: World) -> None:
    children = [factories.admitted("2024-01-01", child=f"child {number}", dob="2020-01-01") for number in range(4)]
    await set_target(here, red_above=3)
    await here.post(children)
    worker = here.start()
    await here.settled(children)
    raised = await alert_becomes(here, "raised")
    assert raised.evidence.reading.numerator == 4
    assert (await here.figures())[FIGURE].readings[0].rating == "red"
    worker.signal(signal.SIGKILL)
    worker.wait()
    worker = here.start()
    await here.ready(worker)
    assert await alert_becomes(here, "raised") == raised
    await here.post([factories.discharged("2024-06-01", child="child 0")])
    cleared = await alert_becomes(here, "cleared")
    assert cleared.evidence.reading.numerator == 3
    assert cleared.since > raised.since


async def test_a_target_set_while_running_colours_the_figures_at_once(here: World) -> None:
    stated = [factories.admitted("2024-01-01", dob="2020-01-01")]
    await here.post(stated)
    here.start()
    await here.settled(stated)
    assert (await here.figures())[FIGURE].readings[0].rating is None
    await set_target(here, red_above=0)
    assert (await alert_becomes(here, "raised")).evidence.target == target(0).targets[0]
    assert {end.readings[0].rating for end in (await here.figures())[FIGURE].month_ends} >= {"red"}


async def test_the_days_turn_says_every_figure_again_and_once_more_for_those_who_see_days(
    kafka: str, tmp_path: Path
) -> None:
    write_clock(tmp_path, datetime(2024, 3, 4, 12, tzinfo=UTC), 1.0, catch_up=False)
    async with world(kafka, tmp_path, demonstration="true") as here:
        await here.post([factories.admitted("2024-03-05", place="K2")])
        worker = here.start()
        figure, daily = "/".join(FIGURE).encode(), "/".join((*FIGURE, "daily")).encode()
        await here.key_said(figure)
        before = msgspec.json.decode((await here.said())[figure], type=Figure)
        assert before.readings[0].numerator == 0
        assert before.month_ends[-1].on == date(2024, 2, 29)
        write_clock(tmp_path, datetime(2024, 3, 5, tzinfo=UTC) + timedelta(seconds=1), 1.0, catch_up=False)
        await here.key_said(daily)
        said = await here.said()
        after = msgspec.json.decode(said[daily], type=Figure)
        assert after.readings[0].numerator == 1
        assert after.as_at.startswith("2024-03-05T00:00:0")
        worker.signal(signal.SIGTERM)
        worker.wait()
        await here.ready(here.start())
        assert (await here.said())[daily] == said[daily]  # not a second time that day
