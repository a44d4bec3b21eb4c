"""The register's answers over HTTP, from a real database that a real topic was read into."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.events import AnyEvent, statement_hash
from holdfast.contracts.topics import partition_of
from holdfast.england.residents import residents_of
from holdfast.indicators.choices import definitions
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from services.placements import api, store
from tests import factories
from tests.factories import admitted, discharged, moved, pseudonym, said_again, withdrawn
from tests.histories import history
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import PARTITIONS, Rig, rigged, until

CHILD = pseudonym("child")


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


async def figures(client: httpx.AsyncClient, on: str, **parameters: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{TOP}/indicators", params={"on": on, **parameters}, headers=token())
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def looked_after(client: httpx.AsyncClient, on: str, **parameters: str) -> int:
    found = await figures(client, on, **parameters)
    return int(next(row["numerator"] for row in found if row["indicator"] == "looked_after"))


def offline(on: str, *children: list[AnyEvent]) -> Any:
    ledger = Ledger()
    for stated in children:
        ledger.add(fold(factories.facts(*stated)))
    return msgspec.to_builtins(
        rows(ledger, date.fromisoformat(on), breakdowns=True, residents=residents_of(factories.AUTHORITY))
    )


LIFE: list[AnyEvent] = [
    admitted("2017-01-05", "U6"),
    moved("2017-03-09", "P", "K2"),
    moved("2017-05-09", "P", "U4"),
    factories.missing("2017-06-01T22:30:00Z", "2017-06-03T08:00:00Z"),
]


async def test_figures_on_a_day_are_those_of_the_same_engine_offline(rig: Rig, client: httpx.AsyncClient) -> None:
    histories: list[list[AnyEvent]] = []
    for seed in range(40):
        name = pseudonym(f"child {seed}")
        histories.append([msgspec.structs.replace(event, subject=name) for event in history(seed)])
    await told(rig, *LIFE, *(event for history in histories for event in history))
    for on in ("2014-02-28", "2017-06-30", "2018-03-31"):
        expected = offline(on, LIFE, *histories)
        assert await figures(client, on, breakdowns="true") == expected
        assert await figures(client, on, breakdowns="true", known_at="2031-01-01T00:00:00Z") == expected
    assert await looked_after(client, "2017-06-30") > 0


async def test_an_answer_says_which_definitions_and_how_far_the_register_had_read(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *LIFE)
    answer = await client.get(f"{TOP}/indicators", headers=token("manager"))
    assert answer.headers["Holdfast-Definitions"] == definitions()
    partition = partition_of(HERE, PARTITIONS)
    assert answer.headers["Holdfast-Read-To"] == f"{partition}:4"
    answer = await client.get(f"{TOP}/read-to", headers=token("manager"))
    assert answer.json() == {"partition": partition, "offset": 4, "statements": 4}


async def test_a_held_ledger_follows_every_statement_and_every_erasure(rig: Rig, client: httpx.AsyncClient) -> None:
    on = "2017-06-30"
    other: list[AnyEvent] = [admitted("2017-02-01", child="another"), discharged("2017-06-15", child="another")]
    histories: list[list[AnyEvent]] = [[], []]
    for event in (*LIFE, *other, withdrawn(other[1])):
        histories[event.subject != CHILD].append(event)
        await told(rig, event)
        assert await figures(client, on, breakdowns="true") == offline(on, *histories)
    partition = partition_of(HERE, PARTITIONS)
    erased = [(partition, f"{HERE}/{one.subject}/{statement_hash(one)}".encode(), None) for one in histories[1]]
    await rig.send_records(erased)
    await rig.until_read(10)
    assert await figures(client, on, breakdowns="true") == offline(on, histories[0])


CORRECTED: list[AnyEvent] = [
    admitted("2017-01-05", fact="it", recorded="2017-01-06T09:00:00Z", receivedtime="2017-01-10T09:00:00Z"),
    admitted("2017-02-05", fact="it", recorded="2017-03-01T09:00:00Z", receivedtime="2017-03-05T09:00:00Z"),
]


# Clock, known at, looked after on 20 January 2017 as known then.
AS_KNOWN = [
    ("recorded", "2017-01-06T08:59:59.999999Z", 0),
    ("recorded", "2017-01-06T09:00:00Z", 1),
    ("recorded", "2017-03-01T08:59:59Z", 1),
    ("recorded", "2017-03-01T10:00:00+01:00", 0),
    ("received", "2017-01-10T08:59:59Z", 0),
    ("received", "2017-01-10T09:00:00Z", 1),
    ("received", "2017-03-04T00:00:00Z", 1),
    ("received", "2017-03-05T09:00:00Z", 0),
]


async def test_a_day_reads_as_it_was_known_by_either_clock(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *reversed(CORRECTED))
    found = [await looked_after(client, "2017-01-20", known_at=at, clock=clock) for clock, at, _ in AS_KNOWN]
    assert found == [expected for _, _, expected in AS_KNOWN]
    assert await looked_after(client, "2017-01-20") == 0


async def test_a_childs_journey_comes_with_every_statement_and_the_look_is_written_down(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    moved_once = moved("2017-03-09", "P", "K2", fact="move", receivedtime="2017-03-12T00:00:00Z")
    corrected = moved("2017-03-10", "P", "K2", fact="move", recorded="2017-04-01T00:00:00Z", statedby="person-9")
    mistaken = discharged("2017-05-01")
    never = withdrawn(mistaken, recorded="2017-05-03T00:00:00Z")
    await told(rig, admitted("2017-01-05"), moved_once, mistaken, corrected, never)
    answer = await client.get(f"{TOP}/children/{CHILD}", headers=token())
    assert answer.status_code == 200, answer.text
    account = answer.json()
    [period] = account["periods"]
    assert (period["begins"], period["ends"], period["begins_known"]) == ("2017-01-05", None, True)
    assert [(stay["begins"], stay["described"][0]["type"]) for stay in period["placements"]] == [
        ("2017-01-05", "U6"),
        ("2017-03-10", "K2"),
    ]
    standing = {one["statement"]: one["standing"] for one in account["statements"]}
    assert [standing[statement_hash(one)] for one in (moved_once, corrected, mistaken, never)] == [
        "superseded",
        "standing",
        "withdrawn",
        "standing",
    ]
    by_hash = {one["statement"]: one for one in account["statements"]}
    shown = by_hash[statement_hash(moved_once)]
    assert shown["receivedtime"] == "2017-03-12T00:00:00Z"
    assert shown["data"] == {"on": "2017-03-09", "placement": {"type": "K2"}, "reason_for_new_episode": "P"}
    assert by_hash[statement_hash(corrected)]["statedby"] == "person-9"
    looks = await rig.rows("SELECT issuer, person, role, purpose, child, what FROM looks", authority=HERE)
    assert looks == [("gateway", "person-1", "analyst", "test", CHILD, "journey")]


async def test_a_childs_journey_reads_as_it_was_known(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *CORRECTED)
    parameters = {"known_at": "2017-02-01T00:00:00Z", "clock": "received"}
    answer = await client.get(f"{TOP}/children/{CHILD}", params=parameters, headers=token())
    assert [one["standing"] for one in answer.json()["statements"]] == ["standing"]
    assert [period["begins"] for period in answer.json()["periods"]] == ["2017-01-05"]
    parameters["known_at"] = "2016-01-01T00:00:00Z"
    answer = await client.get(f"{TOP}/children/{CHILD}", params=parameters, headers=token())
    assert answer.status_code == 404


async def test_a_child_of_another_authority_is_as_unknown_as_one_that_never_was(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, admitted("2017-01-05", child="theirs", authority=THERE))
    theirs = await client.get(f"{TOP}/children/{pseudonym('theirs')}", headers=token())
    nobody = await client.get(f"{TOP}/children/{pseudonym('nobody')}", headers=token())
    assert (theirs.status_code, nobody.status_code) == (404, 404)
    assert theirs.json() == nobody.json()
    assert theirs.headers["content-type"] == "application/problem+json"
    seen = await client.get(f"/authorities/{THERE}/children/{pseudonym('theirs')}", headers=token(authority=THERE))
    assert seen.status_code == 200


async def test_who_makes_up_a_figure_is_told_and_each_look_is_written_down(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIFE, admitted("2017-02-01", child="another"), discharged("2017-02-03", child="third"))
    parameters = {"indicator": "three_or_more_placements", "on": "2017-06-30"}
    answer = await client.get(f"{TOP}/children", params=parameters, headers=token())
    assert answer.json() == {"numerator": [CHILD], "denominator": sorted([CHILD, pseudonym("another")])}
    looked_at = await rig.rows("SELECT child, what FROM looks ORDER BY child", authority=HERE)
    assert [child for child, _ in looked_at] == sorted([CHILD, pseudonym("another")])
    assert {what for _, what in looked_at} == {"figure three_or_more_placements all on on 2017-06-30"}
    parameters = {"indicator": "admissions", "on": "2017-02-28", "period": "month"}
    answer = await client.get(f"{TOP}/children", params=parameters, headers=token())
    assert answer.json() == {"numerator": [pseudonym("another")], "denominator": []}


async def test_only_exact_roles_of_the_very_authority_are_answered(client: httpx.AsyncClient) -> None:
    async def status(path: str, headers: dict[str, str]) -> int:
        answer = await client.get(f"{TOP}{path}", headers=headers)
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code

    for path in ("/indicators", f"/children/{CHILD}", "/children?indicator=looked_after", "/read-to"):
        assert await status(path, {}) == 401
        assert await status(path, {"Authorization": "Bearer nonsense"}) == 401
        assert await status(path, {"Authorization": token()["Authorization"][:-6] + "aaaaaa"}) == 401
        assert await status(path, token(authority=THERE)) == 403
        for role in ("operator", "public", "panel", "auditor"):
            assert await status(path, token(role)) == 403
        assert await status(path, token(issuer="intake")) == 403


SENSELESS = [
    "/indicators?on=1979-12-31",
    "/indicators?on=2199-01-01",
    "/indicators?on=yesterday",
    "/indicators?known_at=2017-01-01T00:00:00",
    "/indicators?known_at=2017-01-01T00:00:00Z&clock=wall",
    "/children/%00",
    "/children?indicator=happiness",
    "/children?indicator=admissions&period=on",
    "/children?indicator=looked_after&breakdown=age_band:old",
]


async def test_a_question_that_makes_no_sense_is_a_problem(client: httpx.AsyncClient) -> None:
    answers = [await client.get(f"{TOP}{path}", headers=token()) for path in SENSELESS]
    assert [answer.status_code for answer in answers] == [400] * len(SENSELESS)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def compare(client: httpx.AsyncClient, *children: str, system: str = "liquidlogic") -> httpx.Response:
    body = {"system": system, "children": list(children), "partition_end": True}
    return await client.post(f"{TOP}/comparisons", json=body, headers=token("service", issuer="intake"))


async def test_a_comparison_answers_after_all_that_was_in_the_partition_when_asked(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    first, last = admitted("2017-01-05", fact="a"), admitted("2017-01-06", fact="a", recorded="2017-02-02T00:00:00Z")
    steward = said_again(last, "2018-01-01T00:00:00Z", statedby="person-9")
    elsewhere = admitted("2017-01-07", fact="a", system="mosaic")
    gone = discharged("2017-05-01", fact="b")
    never = withdrawn(gone, recorded="2017-05-03T00:00:00Z")
    # Nothing waits for the register here: the comparison does.
    await rig.send(last, first, steward, elsewhere, gone, never)
    answer = await compare(client, CHILD, pseudonym("nobody"))
    assert answer.status_code == 200, answer.text
    by_fact = {one["fact"]: one for one in answer.json()["children"][CHILD]}
    assert list(answer.json()["children"]) == [CHILD]
    assert by_fact[pseudonym("a")] == {
        "fact": pseudonym("a"),
        "type": "care.admission.v1",
        "recordedtime": last.recordedtime,
        "statement": statement_hash(last),
        "data": msgspec.to_builtins(last.data),
    }
    assert by_fact[pseudonym("b")]["type"] == "care.withdrawal.v1"


async def test_a_comparison_that_waits_too_long_says_when_to_try_again(rig: Rig) -> None:
    async with serving(rig, wait_seconds=0.2) as client:
        await told(rig, *LIFE)
        assert (await compare(client, CHILD)).status_code == 200
    async with store.writer(rig.url) as elsewhere:
        # The lock is held by an instance that does not get on.
        await until(elsewhere.take)
        await rig.send(discharged("2017-09-01"))
        async with serving(rig, wait_seconds=0.2) as client:
            answer = await compare(client, CHILD)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]
            assert await looked_after(client, "2017-06-30") == 1


async def test_only_the_door_compares(client: httpx.AsyncClient) -> None:
    body = {"system": "ssda903", "children": [CHILD]}
    assert (await client.post(f"{TOP}/comparisons", json=body, headers=token())).status_code == 403
    assert (await client.post(f"{TOP}/comparisons", json=body)).status_code == 401
    assert (await client.post(f"{TOP}/comparisons", content=b"[" * 2_000_000)).status_code == 401


async def test_a_comparison_that_makes_no_sense_or_has_no_end_is_a_problem(client: httpx.AsyncClient) -> None:
    unusable = {"system": "ssda903", "children": ["not a pseudonym"]}
    too_many = {"system": "ssda903", "children": [CHILD] * 10_001}
    for body, status in ((b"{", 400), (unusable, 400), (too_many, 400), (b" " * 1_100_000, 413)):
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        answer = await client.post(f"{TOP}/comparisons", content=content, headers=token(issuer="intake"))
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_whoever_comes_on_top_of_the_most_that_is_answered_at_once_is_asked_to_come_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_QUESTIONS", 0)
    monkeypatch.setattr(api, "MOST_COMPARISONS", 0)
    async with serving(rig) as client:
        for answer in (await client.get(f"{TOP}/read-to", headers=token()), await compare(client, CHILD)):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]


async def test_many_questions_at_once_get_the_same_answer(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIFE)
    found = await asyncio.gather(*(figures(client, "2017-06-30", breakdowns="true") for _ in range(20)))
    assert all(one == offline("2017-06-30", LIFE) for one in found)


async def test_health_and_telemetry_are_open_and_name_no_child_and_no_figure(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *LIFE)
    await until(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)
    assert (await client.get("/livez")).status_code == 200
    # Of this process: what the gateway counts by authority is there as well, where its tests ran before.
    every = (await client.get("/metrics")).text.splitlines()
    telemetry = "\n".join(line for line in every if not line.startswith("holdfast_gateway_"))
    assert "holdfast_placements_records_total" in telemetry
    assert CHILD not in telemetry
    assert HERE not in telemetry


async def test_an_instance_whose_database_is_away_serves_its_health_and_says_that_it_is_not_ready(rig: Rig) -> None:
    away = msgspec.structs.replace(rig, url="postgresql://nobody:x@127.0.0.1:1/none")
    async with serving(away) as client:
        await until(lambda: client.get("/readyz"), lambda answer: "the database cannot be reached" in answer.text)
        assert (await client.get("/livez")).status_code == 200
        answer = await client.get(f"{TOP}/indicators", headers=token())
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
