"""How late facts came, as the register counts it from a real database, and what it answers of it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.settledness import Came
from holdfast.runtime import postgres
from services.placements.lateness import began, came
from services.placements.store import snapshot
from tests.factories import discharged, moved, withdrawn
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import Rig, rigged, until

ON = date(2017, 7, 5)


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


def move(happened: str, received: str, **words: Any) -> AnyEvent:
    """A move that the door received at an instant; it was recorded a minute before the day that it came on ended."""
    return moved(happened, recorded=f"{received[:10]}T00:00:00Z", receivedtime=received, **words)


def restated(event: AnyEvent, received: str, on: str) -> AnyEvent:
    """The same fact, of another day, received later."""
    again = moved(on, fact="it", child="b", recorded=f"{received[:10]}T00:00:00Z", receivedtime=received)
    assert (again.fact, again.subject) == (event.fact, event.subject)
    return again


async def read(rig: Rig, authority: str = HERE) -> tuple[list[Came], dict[str, date]]:
    pool = await postgres.pool(rig.url, max_size=1)
    try:
        async with snapshot(pool, authority) as now:
            rows = await came(now, ON)
            return sorted(rows, key=lambda row: (row.source, row.happened_on, row.received_on)), await began(now, ON)
    finally:
        await pool.close()


async def test_a_fact_came_when_it_was_first_received_on_the_day_in_london(rig: Rig, client: httpx.AsyncClient) -> None:
    first = move("2016-10-10", "2016-10-12T09:00:00Z", child="b", fact="it")
    await told(
        rig,
        move("2016-10-10", "2016-10-12T22:30:00Z"),  # summer time: half past eleven on the 12th
        move("2016-10-11", "2016-10-12T23:30:00Z", child="c"),  # half past midnight on the 13th
        first,
        restated(first, "2016-12-01T09:00:00Z", "2016-10-11"),
        withdrawn(first, recorded="2017-01-01T00:00:00Z"),
        move("2016-10-10", "2016-11-10T09:00:00Z", child="d", system="other"),
        move("2015-07-04", "2015-07-05T09:00:00Z", child="d"),  # a day too early
        move("2017-04-05", "2017-04-06T09:00:00Z", child="d"),  # and too late to be learnt from
        move("2016-10-10", "2016-10-10T09:00:00Z", authority=THERE),
    )
    found, begun = await read(rig)
    tenth, eleventh = date(2016, 10, 10), date(2016, 10, 11)
    system = next(row.source for row in found if row.source != "other")
    assert found == [
        Came(system, tenth, date(2016, 10, 12), 2),
        Came(system, eleventh, date(2016, 10, 13), 1),
        Came("other", tenth, date(2016, 11, 10), 1),
    ]
    assert begun == {system: date(2015, 7, 5), "other": date(2016, 11, 10)}
    assert await read(rig, THERE) == ([Came(system, tenth, tenth, 1)], {system: tenth})


def life(number: int) -> list[AnyEvent]:
    """A move in each of six months, said a day later; every third child's said forty days later."""
    name, late = f"child {number}", 40 if number % 3 == 0 else 1
    return [
        move(f"2016-{month:02}-10", f"{date(2016, month, 10) + timedelta(days=late)}T09:00:00Z", child=name)
        for month in range(7, 13)
    ]


async def test_an_authority_is_told_how_settled_its_recent_months_are(rig: Rig, client: httpx.AsyncClient) -> None:
    began_with = move("2010-01-01", "2016-01-01T09:00:00Z", child="first")
    history = [moved(f"2015-12-{day:02}", child="old", receivedtime="2016-02-01T09:00:00Z") for day in range(1, 29)]
    late = discharged("2016-12-01", child="late", recorded="2017-07-05T22:59:00Z", receivedtime="2017-07-05T22:59:00Z")
    after = discharged("2016-12-02", child="late", recorded="2017-07-05T23:01:00Z", receivedtime="2017-07-05T23:01:00Z")
    await told(rig, began_with, *history, *(event for number in range(12) for event in life(number)), late, after)
    answer = await client.get(f"{TOP}/settledness", params={"on": str(ON)}, headers=token("manager"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    # Of 73 facts 48 came in a day, 24 in forty days, and one in seven months; one more was not known yet.
    assert (body["whole"]["facts"], body["first"], body["last"]) == (73, "2015-07-05", "2017-04-04")
    points = body["whole"]["points"]
    assert [points[days]["share"] for days in (0, 1, 39, 40, 92)] == [
        0.0, round(48 / 73, 4), round(48 / 73, 4), round(72 / 73, 4), round(72 / 73, 4)
    ]  # fmt: skip
    assert [(each["on"], each["days"]) for each in body["month_ends"]] == [
        ("2017-06-30", 5), ("2017-05-31", 35), ("2017-04-30", 66)
    ]  # fmt: skip
    assert body["month_ends"][0]["point"] == points[5]
    again = await client.get(f"{TOP}/settledness", params={"on": str(ON)}, headers=token("analyst"))
    assert again.content == answer.content
    # As of an earlier day less was known: by the end of 2016 no month had had its time but those to September.
    earlier = await client.get(f"{TOP}/settledness", params={"on": "2016-12-31"}, headers=token())
    assert earlier.json()["whole"]["facts"] == 36
    assert earlier.json()["whole"]["points"] == []


async def test_nothing_said_is_nothing_told_and_strangers_are_refused(rig: Rig, client: httpx.AsyncClient) -> None:
    body = (await client.get(f"{TOP}/settledness", params={"on": str(ON)}, headers=token())).json()
    assert (body["whole"]["facts"], body["sources"]) == (0, [])
    assert [each.get("point") for each in body["month_ends"]] == [None] * 3
    for asker, status in (
        ({}, 401),
        (token(authority=THERE), 403),
        (token("operator"), 403),
        (token(issuer="intake"), 403),
    ):
        assert (await client.get(f"{TOP}/settledness", headers=asker)).status_code == status
    assert (await client.get(f"{TOP}/settledness", params={"on": "1970-01-01"}, headers=token())).status_code == 400
