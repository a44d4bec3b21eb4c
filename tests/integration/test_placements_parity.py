"""What the register answers the gateway's standing check: the stream's own days, of the records that it had read."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.england.residents import residents_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import FigureReadings
from holdfast.indicators.reading import figures as figures_of
from holdfast.indicators.steps import fold
from holdfast.runtime.service_token import PARITY_ROLE
from tests import factories
from tests.factories import admitted, discharged, moved, pseudonym
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import Rig, record_of, rigged, until

ON = "2017-06-14"


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


async def asked(client: httpx.AsyncClient, role: str = PARITY_ROLE, **parameters: Any) -> httpx.Response:
    given: dict[str, Any] = {"on": ON, "month_ends": 24, "ahead": 12} | parameters
    return await client.get(f"{TOP}/parity", params=given, headers=token(role))


def offline(*children: Any) -> list[FigureReadings]:
    ledger = Ledger()
    for stated in children:
        ledger.add(fold(factories.facts(*stated)))
    return figures_of(ledger, date.fromisoformat(ON), month_ends=24, ahead=12, residents=residents_of(HERE))


def figures_in(answer: httpx.Response) -> list[FigureReadings]:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=list[FigureReadings])


async def test_the_figures_are_those_of_the_records_read_by_an_offset(rig: Rig, client: httpx.AsyncClient) -> None:
    one, two = "one", "two"
    first: list[AnyEvent] = [admitted("2016-01-04", child=one), moved("2017-02-01", "K2", child=one)]
    then: list[AnyEvent] = [admitted("2017-03-01", child=two), discharged("2017-06-01", child=one)]
    await told(rig, *first, *then)

    assert figures_in(await asked(client, read_to=2)) == offline(first)
    assert figures_in(await asked(client, read_to=4)) == offline([*first, then[1]], then[:1])

    later = await asked(client, read_to=5)
    assert (later.status_code, later.json()["type"]) == (503, "/problems/behind")


async def test_what_was_erased_since_is_not_taken_for_a_figure(rig: Rig, client: httpx.AsyncClient) -> None:
    stated = [admitted("2016-01-04", child=name) for name in ("kept", "gone")]
    await told(rig, *stated)
    partition, key, _ = record_of(stated[1])
    await rig.send_records([(partition, key, None)])
    await rig.until_read(3)

    erased = await asked(client, read_to=2)
    assert (erased.status_code, erased.json()["type"]) == (409, "/problems/erased-since")
    assert figures_in(await asked(client, read_to=3)) == offline(stated[:1])


async def test_nobody_asks_it_but_the_gateway_and_its_token_asks_nothing_else(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, admitted("2016-01-04", child="child"))
    for role in ("analyst", "steward", "operator"):
        assert (await asked(client, role, read_to=1)).status_code == 403
    elsewhere = await client.get(
        f"/authorities/{THERE}/parity", params={"on": ON, "read_to": 1}, headers=token(PARITY_ROLE)
    )
    assert elsewhere.status_code == 403
    for path in ("indicators", "children?indicator=looked_after", f"children/{pseudonym('child')}", "read-to"):
        assert (await client.get(f"{TOP}/{path}", headers=token(PARITY_ROLE))).status_code == 403
