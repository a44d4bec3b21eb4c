"""Findings over HTTP, from a real database that a real topic was read into: listed, opened, decided on, gone again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from holdfast.contracts.events import AnyEvent, statement_hash
from holdfast.contracts.topics import partition_of
from holdfast.runtime.clock import write_clock
from tests.factories import admitted, moved, pseudonym, said_again, withdrawn
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import PARTITIONS, Rig, rigged, until

HOME: dict[str, Any] = {"provider": "PR1", "locality": "here"}
RESTART = moved("2017-03-01", "P", "U6", child="a", **HOME)
LIVES: list[AnyEvent] = [
    admitted("2016-05-01", "U6", child="a", **HOME),
    RESTART,
    moved("2017-05-01", "P", "K2", child="a"),
    admitted("2016-02-01", "U4", child="b", began_before=True),
    admitted("2016-03-01", "U6", child="c", dob=None, system="mosaic"),
    admitted("2016-03-01", "U6", child="d"),
]


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A register on 30 June 2017."""
    write_clock(tmp_path, datetime(2017, 6, 30, 12, tzinfo=UTC), 1.0, catch_up=False)
    async with serving(rig, home=tmp_path, demonstration=True) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


async def listed(client: httpx.AsyncClient, expected: int = 200, **asked: str) -> Any:
    answer = await client.get(f"{TOP}/findings", params=asked, headers=token())
    assert answer.status_code == expected, answer.text[:500]
    return answer.json()


def by_code(answer: Any) -> dict[str, Any]:
    return {one["code"]: one for one in answer["findings"]}


async def decide(client: httpx.AsyncClient, one: Any, decision: str, role: str = "steward", **more: Any) -> Any:
    body = {"decision": decision, "reason": f"for a reason to be {decision}", "request": str(uuid4())} | more
    address = f"{TOP}/findings/{one['child']}/{one['finding']}/decisions"
    return await client.post(address, json=body, headers=token(role))


async def test_an_authoritys_findings_are_listed_with_what_hangs_on_them(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIVES)
    answer = await listed(client)
    found = by_code(answer)
    assert sorted(found) == ["beginning-not-known", "no-date-of-birth", "spurious-restart"]
    assert answer["counts"]["spurious-restart"] == {"open": 1, "asked": 0, "mended": 0, "accepted": 0}
    restart = found["spurious-restart"]
    assert (restart["child"], restart["on"], restart["status"]) == (pseudonym("a"), "2017-03-01", "open")
    assert restart["systems"] == ["liquidlogic"]
    assert restart["came_up"] == RESTART.recordedtime
    assert [(each["kind"], each["on"]) for each in restart["rests_on"]] == [("placement move", "2017-03-01")]
    assert restart["touches"]["rule"] == "otherwise"
    [three] = [each for each in restart["touches"]["figures"] if each["indicator"] == "three_or_more_placements"]
    assert three["sentence"].startswith(
        "Three or more placements in twelve months, on 30 June 2017: this child goes from 0 of 1 to 1 of 1; the "
        "authority goes from 0 of 4 to 1 of 4"
    )
    assert found["beginning-not-known"]["touches"]["rule"] == "counted"
    looked = {row[0] for row in await rig.rows("SELECT child FROM looks WHERE what = 'findings'", authority=HERE)}
    assert looked == {pseudonym(name) for name in "abc"}


async def test_the_list_is_narrowed_paged_and_not_sent_twice(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIVES)
    assert list(by_code(await listed(client, code="no-date-of-birth"))) == ["no-date-of-birth"]
    assert list(by_code(await listed(client, source="mosaic"))) == ["no-date-of-birth"]
    assert list(by_code(await listed(client, child=pseudonym("b")))) == ["beginning-not-known"]
    assert (await listed(client, 400, code="nothing"))["type"] == "/problems/no-such-finding"
    first = await client.get(f"{TOP}/findings", params={"limit": "2"}, headers=token())
    assert first.json()["number"] == 3
    rest = await client.get(f"{TOP}/findings", params={"limit": "2", "cursor": first.json()["next"]}, headers=token())
    assert len(by_code(first.json()) | by_code(rest.json())) == 3
    assert rest.json()["next"] is None
    again = await client.get(
        f"{TOP}/findings", params={"limit": "2"}, headers=token() | {"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


async def test_a_decision_is_kept_with_author_and_reason_and_the_last_one_holds(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *LIVES)
    one = by_code(await listed(client))["spurious-restart"]
    request = str(uuid4())
    for _ in range(2):
        answer = await decide(client, one, "asked", reason=" Is it another carer? ", request=request)
        assert answer.status_code == 200, answer.text
    assert [each["reason"] for each in answer.json()["decisions"]] == ["Is it another carer?"]
    assert answer.json()["listed"]["status"] == "asked"
    assert (await decide(client, one, "accepted")).json()["listed"]["status"] == "accepted"
    history = (await client.get(f"{TOP}/findings/{one['child']}/{one['finding']}", headers=token())).json()
    assert [(each["decision"], each["author"], each["role"]) for each in history["decisions"]] == [
        ("asked", "person-1", "steward"),
        ("accepted", "person-1", "steward"),
    ]
    assert [each["type"] for each in history["statements"]] == ["care.placement-move.v1"]
    assert "spurious-restart" not in by_code(await listed(client))
    assert list(by_code(await listed(client, status="accepted"))) == ["spurious-restart"]
    assert (await listed(client))["counts"]["spurious-restart"]["accepted"] == 1
    assert (await decide(client, one, "reopened")).json()["listed"]["status"] == "open"
    assert "spurious-restart" in by_code(await listed(client))


async def test_a_finding_whose_fact_changes_is_open_again_and_what_is_gone_can_still_be_read(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *LIVES)
    one = by_code(await listed(client))["spurious-restart"]
    await decide(client, one, "accepted")
    await told(rig, said_again(RESTART, "2017-06-01T00:00:00Z"))
    assert "spurious-restart" not in by_code(await listed(client)), "said once more it is the same"
    restated = moved(
        "2017-03-02", "P", "U6", child="a", fact="move/2017-03-01/P/U6", recorded="2017-07-01T00:00:00Z", **HOME
    )
    await told(rig, restated)
    other = by_code(await listed(client))["spurious-restart"]
    assert (other["status"], other["finding"] != one["finding"]) == ("open", True)
    assert other["came_up"] == "2017-07-01T00:00:00Z"
    gone = await listed(client, status="gone")
    assert [(each["finding"], each["holds"]) for each in gone["findings"]] == [(one["finding"], False)]
    await told(rig, withdrawn(restated))
    assert "spurious-restart" not in by_code(await listed(client))
    answer = await client.get(f"{TOP}/findings/{one['child']}/{one['finding']}", headers=token())
    assert (answer.json()["listed"]["holds"], len(answer.json()["decisions"])) == (False, 1)
    unknown = await client.get(f"{TOP}/findings/{one['child']}/{other['finding']}", headers=token())
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/unknown-finding")


async def test_a_correction_that_the_system_outvotes_is_a_finding_from_the_statement_on_that_did_it(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    corrected = withdrawn(RESTART, recorded="2017-05-01T00:00:00Z", statedby="user:7")
    await told(rig, *LIVES, corrected)
    before = await listed(client)
    assert "correction-outvoted" not in by_code(before)
    again = said_again(RESTART, "2017-06-01T00:00:00Z")
    await told(rig, again, corrected)
    one = by_code(await listed(client, code="correction-outvoted"))["correction-outvoted"]
    assert (one["child"], one["on"], one["fact"]) == (pseudonym("a"), "2017-03-01", RESTART.fact)
    assert [(each["by_steward"], each["kind"], each["recordedtime"]) for each in one["rests_on"]] == [
        (False, "placement move", again.recordedtime),
        (True, "withdrawal", corrected.recordedtime),
    ]
    assert (one["came_up"], one["touches"]["rule"]) == (again.recordedtime, "otherwise")
    assert "correction-outvoted" not in by_code(await listed(client, read_to=before["link"]["read_to"]))
    assert "correction-outvoted" not in await on_the_journey(client, "2017-05-31T00:00:00Z")
    assert "correction-outvoted" in await on_the_journey(client, "2017-06-02T00:00:00Z")
    assert (await decide(client, one, "asked")).json()["listed"]["status"] == "asked"
    await told(rig, said_again(again, "2017-06-02T00:00:00Z"))
    assert by_code(await listed(client))["correction-outvoted"]["status"] == "asked", "said once more it is the same"
    await told(rig, withdrawn(RESTART, recorded="2017-06-03T00:00:00Z", statedby="user:7"))
    assert "correction-outvoted" not in by_code(await listed(client))
    assert [each["code"] for each in (await listed(client, status="gone"))["findings"]] == ["correction-outvoted"]


async def on_the_journey(client: httpx.AsyncClient, known_at: str) -> set[str]:
    asked = {"known_at": known_at, "clock": "recorded"}
    answer = await client.get(f"{TOP}/children/{pseudonym('a')}", params=asked, headers=token())
    return {each["code"] for each in answer.json()["findings"]}


async def test_only_a_steward_of_the_authority_decides_and_gives_a_reason(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIVES)
    one = by_code(await listed(client))["spurious-restart"]
    for role in ("analyst", "manager"):
        assert (await decide(client, one, "accepted", role)).status_code == 403
    assert (await decide(client, one, "accepted", reason=" ")).status_code == 400
    assert (await decide(client, one, "forgotten")).status_code == 400
    address = f"{TOP}/findings/{one['child']}/{one['finding']}/decisions"
    elsewhere = await client.post(address, json={}, headers=token("steward", THERE))
    assert elsewhere.status_code == 403
    assert (await decide(client, one | {"finding": "0" * 32}, "accepted")).status_code == 404
    assert await rig.rows("SELECT count(*) FROM decisions") == [(0,)]


async def test_what_was_decided_cannot_be_changed_nor_seen_from_another_authority(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *LIVES)
    await decide(client, by_code(await listed(client))["spurious-restart"], "accepted")
    assert await rig.rows("SELECT count(*) FROM decisions", authority=HERE) == [(1,)]
    assert await rig.rows("SELECT count(*) FROM decisions", authority=THERE) == [(0,)]
    assert await rig.rows("UPDATE decisions SET reason = 'x' RETURNING 1", authority=HERE) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.rows(
            "INSERT INTO corrections_allowed (authority, allowed, author, role, decided_at) "
            "VALUES ($1, true, 'x', 'manager', now())",
            HERE,
            authority=THERE,
        )


async def test_a_manager_lets_stewards_correct_and_no_longer(client: httpx.AsyncClient) -> None:
    address = f"{TOP}/corrections-allowed"
    assert (await client.get(address, headers=token())).json()["allowed"] is False
    assert (await client.put(address, json={"allowed": True}, headers=token("steward"))).status_code == 403
    answer = await client.put(address, json={"allowed": True}, headers=token("manager"))
    assert (answer.json()["allowed"], answer.json()["author"]) == (True, "person-1")
    assert (await client.get(address, headers=token("steward"))).json() == answer.json()
    assert (await client.put(address, json={"allowed": False}, headers=token("manager"))).json()["allowed"] is False


async def test_an_erased_childs_findings_are_gone_from_the_list(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *LIVES)
    partition = partition_of(HERE, PARTITIONS)
    erased = [
        (partition, f"{HERE}/{one.subject}/{statement_hash(one)}".encode(), None)
        for one in LIVES
        if one.subject == pseudonym("a")
    ]
    await rig.send_records(erased)
    await rig.until_read(len(LIVES) + len(erased))
    assert "spurious-restart" not in by_code(await listed(client))
