"""Who is in every figure at many month ends, from a real database: it comes to the figures, and every look is kept."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.breakdowns import DIMENSIONS
from holdfast.indicators.memberships import OF_CHILDREN, Membership
from tests.factories import admitted, discharged, moved, pseudonym
from tests.histories import history
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import Rig, rigged, until

ENDS = ("2016-11-30", "2016-12-31", "2017-01-31")
ASKED = {"first": "2016-11-01", "on": "2017-02-15"}


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


async def every_page(client: httpx.AsyncClient, limit: int, **asked: str) -> list[tuple[str, list[Membership]]]:
    """All children with their rows, by following the pages."""
    found: list[tuple[str, list[Membership]]] = []
    parameters: dict[str, Any] = {**ASKED, **asked, "limit": limit}
    while True:
        answer = await client.get(f"{TOP}/members", params=parameters, headers=token())
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert len(body["children"]) <= limit
        found += [(each["child"], msgspec.convert(each["rows"], list[Membership])) for each in body["children"]]
        if body["next"] is None:
            return found
        parameters = body["link"] | {"limit": limit, "cursor": body["next"]}


def cells_of(row: Membership) -> list[dict[str, str] | None]:
    of = zip(DIMENSIONS.items(), row.cells, strict=True)
    return [None, *({"dimension": name, "value": values[cell - 1]} for (name, values), cell in of if cell)]


async def test_the_rows_of_children_come_to_the_figures_of_each_month_end(rig: Rig, client: httpx.AsyncClient) -> None:
    stated: list[AnyEvent] = []
    for seed in range(60):
        stated += [msgspec.structs.replace(each, subject=pseudonym(f"child {seed}")) for each in history(seed)]
    await told(rig, *stated)
    sums: Counter[str] = Counter()
    children = await every_page(client, 7)
    assert [child for child, _ in children] == sorted({child for child, _ in children})
    for _, rows in children:
        for row in rows:
            for cell in cells_of(row):
                key = str((str(date.fromordinal(row.month_end)), row.indicator, cell))
                sums[f"{key} n"] += row.above
                sums[f"{key} d"] += row.below or 0
    for on in ENDS:
        answer = await client.get(f"{TOP}/indicators", params={"on": on, "breakdowns": "true"}, headers=token())
        for figure in answer.json():
            if figure["indicator"] not in OF_CHILDREN or figure.get("period", "month") != "month":
                continue
            key = str((on, figure["indicator"], figure["breakdown"]))
            assert (sums.pop(f"{key} n", 0), sums.pop(f"{key} d", 0)) == (
                figure["numerator"], figure["denominator"] or 0
            ), key  # fmt: skip
    assert not +sums


LIVES: list[AnyEvent] = [
    admitted("2016-11-05", child="a"), moved("2016-12-09", place="K2", child="a"),
    admitted("2010-01-01", child="gone"), discharged("2011-01-01", child="gone"),
    admitted("2017-01-31", child="b"),
]  # fmt: skip


async def test_only_what_is_asked_for_is_told_and_each_child_told_of_is_a_look(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *LIVES, admitted("2016-01-01", child="c", authority=THERE))
    found = await every_page(client, 10, indicators="looked_after,placement_moves")
    by_child = {child: [(str(date.fromordinal(row.month_end)), row.indicator) for row in rows] for child, rows in found}
    assert by_child == {
        pseudonym("a"): [
            ("2016-11-30", "looked_after"), ("2016-12-31", "looked_after"),
            ("2016-12-31", "placement_moves"), ("2017-01-31", "looked_after"),
        ],
        pseudonym("b"): [("2017-01-31", "looked_after")],
    }  # fmt: skip
    looks = await rig.rows("SELECT child, role, what FROM looks ORDER BY child", authority=HERE)
    what = "children at month ends 2016-11-01 to 2017-02-15"
    assert looks == sorted((pseudonym(name), "analyst", what) for name in "ab")


async def test_a_link_reopens_the_same_pages_whatever_is_said_later(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIVES)
    first = await client.get(f"{TOP}/members", params=ASKED, headers=token())
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await client.get(f"{TOP}/members", params=ASKED, headers=token() | tag)).status_code == 304
    await told(rig, admitted("2016-11-06", child="late"))
    again = await client.get(f"{TOP}/members", params=first.json()["link"], headers=token())
    assert again.json() == first.json()
    assert len((await client.get(f"{TOP}/members", params=ASKED, headers=token())).json()["children"]) == 3


async def test_what_cannot_be_answered_is_refused(rig: Rig, client: httpx.AsyncClient) -> None:
    for asked, code in (
        ({"first": "2015-01-01"}, "too-many-month-ends"),
        ({"first": "1970-01-01"}, "no-such-day"),
        ({"indicators": "looked_after_rate"}, "no-such-figure"),
        ({"definitions": "0"}, "no-such-definitions"),
    ):
        answer = await client.get(f"{TOP}/members", params=ASKED | asked, headers=token())
        assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{code}"), answer.text
    for asker, status in (({}, 401), (token(authority=THERE), 403), (token("operator"), 403)):
        assert (await client.get(f"{TOP}/members", params=ASKED, headers=asker)).status_code == status
