"""Frozen packs over HTTP, from a real database that a real topic was read into: they stay, whatever is said after."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from holdfast.contracts.events import AnyEvent, statement_hash
from holdfast.contracts.topics import partition_of
from holdfast.indicators.choices import definitions
from holdfast.runtime.clock import LONDON
from tests.factories import admitted, discharged, moved, said_again, withdrawn
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import PARTITIONS, Rig, rigged, until

JUNE = "2017-06-30"
IN_CARE: dict[str, Any] = {"indicator": "looked_after"}
TARGETS = {
    "long_term_stable": {
        "in_force_from": "2010-04-01",
        "good": "high",
        "green": {"value": 70, "of": 100, "inclusive": True},
    }
}


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


def lives() -> list[AnyEvent]:
    """Four children in care on 30 June 2017: one has had three placements, and of one a move was said wrongly."""
    return [
        admitted("2016-01-05", "U6", child="a"),
        moved("2017-03-09", "P", "K2", child="a"),
        moved("2017-05-09", "P", "U4", child="a"),
        admitted("2015-01-05", "U6", child="b"),
        moved("2017-05-20", "P", "U1", child="b", fact="wrong"),
        admitted("2010-01-01", "U6", dob="2006-01-01", child="c"),
        admitted("2016-06-01", "U6", child="e"),
    ]


async def freeze(
    client: httpx.AsyncClient, month_end: str = JUNE, status: int = 201, role: str = "analyst", **more: Any
) -> Any:
    wanted = {"pack": str(uuid4()), "month_end": month_end, "targets": TARGETS, "shown_as": "Ann"} | more
    answer = await client.post(f"{TOP}/packs", json=wanted, headers=token(role))
    assert answer.status_code == status, answer.text
    return answer.json()


async def got(client: httpx.AsyncClient, what: str, status: int = 200, **parameters: str) -> Any:
    answer = await client.get(f"{TOP}/{what}", params=parameters, headers=token("manager"))
    assert answer.status_code == status, answer.text
    return answer.json()


async def erase(rig: Rig, *events: AnyEvent) -> None:
    before = await rig.read_to()
    partition = partition_of(HERE, PARTITIONS)
    await rig.send_records((partition, f"{HERE}/{one.subject}/{statement_hash(one)}".encode(), None) for one in events)
    await rig.until_read(before + len(events))


def figure(rows: list[Any], indicator: str) -> tuple[int, int | None]:
    [row] = [row for row in rows if row["indicator"] == indicator and row["breakdown"] is None]
    return row["numerator"], row["denominator"]


async def test_a_pack_keeps_every_figure_of_the_month_end_and_what_it_was_made_from(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *lives())
    frozen = await freeze(client, note="For the panel of 18 July")
    head = frozen["pack"]
    live = await got(client, "indicators", on=JUNE, breakdowns="true")
    assert frozen["figures"] == live
    assert len(live) > 1_000
    assert frozen["targets"] == TARGETS
    assert (head["number"], head["supersedes"], head["superseded_by"]) == (1, None, None)
    assert (head["person"], head["role"], head["shown_as"]) == ("person-1", "analyst", "Ann")
    assert (head["children"], head["statements"], head["read_to"]) == (4, 7, 7)
    assert (head["definitions"], head["note"]) == (definitions(), "For the panel of 18 July")
    assert abs(datetime.fromisoformat(head["frozen_at"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert await got(client, f"packs/{head['pack']}") == frozen
    assert await got(client, "packs") == {"packs": [head], "next": None}
    [looks] = await rig.rows("SELECT count(*) FROM looks", authority=HERE)
    assert looks == (0,)


async def test_what_is_said_afterwards_changes_the_reading_and_never_the_pack(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    stated = lives()
    await told(rig, *stated)
    frozen = await freeze(client)
    name = frozen["pack"]["pack"]
    await told(
        rig,
        discharged("2017-06-20", child="e", recorded="2017-08-09T12:00:00Z"),
        said_again(moved("2017-07-03", "P", "U1", child="b", fact="wrong"), "2017-08-02T12:00:00Z"),
        withdrawn(stated[2], recorded="2017-08-05T12:00:00Z"),
        admitted("2017-06-29", "U6", child="f", recorded="2017-08-01T12:00:00Z"),
        admitted("2017-06-28", "U6", child="g", recorded="2017-08-01T12:00:00Z"),
    )
    live = await got(client, "indicators", on=JUNE)
    assert figure(frozen["figures"], "looked_after") == (4, None)
    assert figure(live, "looked_after") == (5, None)
    assert figure(frozen["figures"], "three_or_more_placements") == (1, 4)
    assert figure(live, "three_or_more_placements") == (0, 5)
    assert await got(client, f"packs/{name}") == frozen
    rerun = await got(client, f"packs/{name}/rerun")
    assert (rerun["same"], rerun["differences"], rerun["figures"]) == (True, [], len(frozen["figures"]))
    assert (rerun["children_erased"], rerun["statements_erased"]) == (0, 0)

    bridge = await got(client, "bridge", first_pack=name, **IN_CARE)
    assert (bridge["first"]["on"], bridge["second"]["on"]) == (JUNE, JUNE)
    assert bridge["first"]["pack"]["number"] == 1
    assert (bridge["numerator"]["first"], bridge["numerator"]["second"], bridge["adds_up"]) == (4, 5, True)
    assert [(each["way"], each["cause"]) for each in bridge["changes"]] == [
        ("came", "entered late"),
        ("came", "entered late"),
        ("went", "entered late"),
    ]
    assert await got(client, "bridge", **bridge["link"]) == bridge
    three = await got(client, "bridge", first_pack=name, indicator="three_or_more_placements")
    assert (three["numerator"]["first"], three["numerator"]["second"], three["adds_up"]) == (1, 0, True)
    assert [each["cause"] for each in three["changes"] if each["of"] == "numerator"] == ["withdrawn"]


async def test_a_child_erased_since_is_missing_from_the_re_run_by_number_and_from_the_bridge(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    stated = lives()
    await told(rig, *stated)
    name = (await freeze(client))["pack"]["pack"]
    await told(rig, admitted("2017-06-29", "U6", child="f", recorded="2017-08-01T12:00:00Z"))
    await erase(rig, *stated[:3])
    rerun = await got(client, f"packs/{name}/rerun")
    assert (rerun["same"], rerun["children_erased"], rerun["statements_erased"]) == (False, 1, 3)
    found = {
        (each["indicator"], each["breakdown"], each["period"]): (each["numerator"], each["denominator"])
        for each in rerun["differences"]
    }
    assert {each["cause"] for each in rerun["differences"]} == {"erased"}
    assert found["looked_after", "all", "on"] == ({"kept": 4, "now": 3, "fewer": 1}, None)
    assert found["three_or_more_placements", "all", "on"] == (
        {"kept": 1, "now": 0, "fewer": 1},
        {"kept": 4, "now": 3, "fewer": 1},
    )
    assert ("adoptions", "all", "month") not in found
    assert figure((await got(client, f"packs/{name}"))["figures"], "looked_after") == (4, None)

    bridge = await got(client, "bridge", first_pack=name, **IN_CARE)
    assert bridge["numerator"] == {
        "first": 4,
        "second": 4,
        "steps": [{"cause": "erased", "came": 0, "went": 1}, {"cause": "entered late", "came": 1, "went": 0}],
        "adds_up": True,
    }
    assert [each["cause"] for each in bridge["changes"]] == ["entered late"]
    assert bridge["first"]["cut"]["erased_since"]
    back = await got(client, "bridge", first_on=JUNE, second_pack=name, **IN_CARE)
    assert (back["turned"], back["numerator"]["first"], back["numerator"]["second"]) == (True, 4, 4)
    assert back["numerator"]["steps"][0] == {"cause": "erased", "came": 1, "went": 0}


async def test_a_bridge_leads_from_one_pack_to_another_though_both_counted_a_child_erased_since(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    stated = lives()
    await told(rig, *stated)
    may = (await freeze(client, "2017-05-31"))["pack"]["pack"]
    await told(rig, discharged("2017-06-20", child="e"))
    june = (await freeze(client))["pack"]["pack"]
    await erase(rig, *stated[:3])
    bridge = await got(client, "bridge", first_pack=may, second_pack=june, **IN_CARE)
    assert bridge["numerator"] == {
        "first": 4,
        "second": 3,
        "steps": [{"cause": "erased", "came": 1, "went": 1}, {"cause": "happened in between", "came": 0, "went": 1}],
        "adds_up": True,
    }
    assert await got(client, "bridge", **bridge["link"]) == bridge


async def test_freezing_a_month_end_again_supersedes_its_pack_and_changes_nothing_in_it(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *lives())
    first = await freeze(client)
    await told(rig, discharged("2017-06-20", child="e", recorded="2017-08-09T12:00:00Z"))
    second = await freeze(client, role="steward")
    assert (second["pack"]["number"], second["pack"]["supersedes"]) == (2, first["pack"]["pack"])
    assert figure(second["figures"], "looked_after") == (3, None)
    other = await freeze(client, "2017-05-31")
    assert (other["pack"]["number"], other["pack"]["supersedes"]) == (1, None)
    listed = (await got(client, "packs"))["packs"]
    assert [(one["month_end"], one["number"]) for one in listed] == [(JUNE, 2), (JUNE, 1), ("2017-05-31", 1)]
    again = await got(client, f"packs/{first['pack']['pack']}")
    assert again["pack"] == first["pack"] | {"superseded_by": second["pack"]["pack"]}
    assert again["figures"] == first["figures"]
    page = await got(client, "packs", month_end=JUNE, limit="1")
    assert ([one["number"] for one in page["packs"]], page["next"]) == ([2], "1")
    page = await got(client, "packs", month_end=JUNE, limit="1", cursor="1")
    assert ([one["number"] for one in page["packs"]], page["next"]) == ([1], None)


async def test_asking_twice_by_one_name_freezes_once(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *lives())
    name = str(uuid4())
    first = await freeze(client, pack=name)
    await told(rig, discharged("2017-06-20", child="e", recorded="2017-08-09T12:00:00Z"))
    assert await freeze(client, pack=name, status=200) == first
    assert (await freeze(client, "2017-05-31", pack=name, status=409))["type"] == "/problems/another-pack"
    assert len((await got(client, "packs"))["packs"]) == 1


async def test_of_two_who_freeze_at_one_moment_one_is_told_so(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *lives())
    await freeze(client, "2017-05-31")
    other = await asyncpg.connect(rig.url)
    try:
        theirs = other.transaction()
        await theirs.start()
        await other.execute("SELECT set_config('holdfast.authority', $1, true)", HERE)
        await other.execute(
            "INSERT INTO packs SELECT authority, gen_random_uuid(), '2017-06-30', 1, NULL, frozen_at, issuer, person, "
            "role, shown_as, note, definitions, partition, read_to, children, statements, targets, figures FROM packs"
        )
        ours = asyncio.create_task(freeze(client, status=409))
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO packs (%'"
        await until(lambda: rig.rows(waiting))
        await theirs.commit()
        assert (await ours)["type"] == "/problems/frozen-meanwhile"
    finally:
        await other.close()
    assert (await freeze(client))["pack"]["number"] == 2


async def test_only_a_month_end_that_has_come_can_be_frozen_and_only_where_something_is_known(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    assert (await freeze(client, status=409))["type"] == "/problems/nothing-to-freeze"
    await told(rig, *lives())
    next_month = datetime.now(LONDON).date().replace(day=28) + timedelta(days=4)
    ahead = (next_month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    for day in ("2017-06-29", str(ahead), "1979-12-31"):
        assert (await freeze(client, day, status=400))["type"] == "/problems/no-such-month-end"
    assert (await freeze(client, "June", status=400))["type"] == "/problems/unusable-request"
    assert (await freeze(client, note="x" * 501, status=400))["type"] == "/problems/unusable-request"
    assert (await got(client, "packs"))["packs"] == []


async def test_a_pack_is_frozen_by_analysts_and_stewards_and_seen_by_nobody_of_another_authority(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *lives())
    assert (await freeze(client, status=403, role="manager"))["type"] == "/problems/not-your-role"
    name = (await freeze(client))["pack"]["pack"]
    there = f"/authorities/{THERE}"
    for address in (f"packs/{name}", f"packs/{name}/rerun"):
        answer = await client.get(f"{there}/{address}", headers=token(authority=THERE))
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-such-pack")
        assert (await client.get(f"{TOP}/{address}", headers=token(authority=THERE))).status_code == 403
        assert (await client.get(f"{TOP}/{address}", headers=token("operator"))).status_code == 403
        assert (await client.get(f"{TOP}/{address}")).status_code == 401
    listed = await client.get(f"{there}/packs", headers=token(authority=THERE))
    assert listed.json()["packs"] == []
    bridge = await client.get(f"{there}/bridge", params={"first_pack": name, **IN_CARE}, headers=token(authority=THERE))
    assert bridge.status_code == 404


async def test_nobody_changes_or_deletes_a_pack_not_the_owner_nor_a_superuser(
    rig: Rig, client: httpx.AsyncClient, postgres_url: str
) -> None:
    await told(rig, *lives())
    kept = await freeze(client)
    doings = ("UPDATE packs SET note = 'another'", "DELETE FROM packs", "TRUNCATE packs")
    for doing in doings:
        for authority in (HERE, "*"):
            with pytest.raises(asyncpg.RaiseError, match="never changed or deleted"):
                await rig.rows(doing, authority=authority)
    superuser = await asyncpg.connect(postgres_url)
    try:
        for doing in doings:
            with pytest.raises(asyncpg.RaiseError, match="never changed or deleted"):
                await superuser.execute(doing.replace("packs", "placements_rig.packs"))
    finally:
        await superuser.close()
    assert await rig.rows("SELECT count(*) FROM packs", authority=THERE) == [(0,)]
    assert await rig.rows("SELECT count(*) FROM packs", authority="*") == [(0,)]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await rig.rows(_COPIED, authority=THERE)
    assert await got(client, f"packs/{kept['pack']['pack']}") == kept


# A pack of another authority than the one that the transaction names.
_COPIED = f"""
INSERT INTO packs VALUES ('{HERE}', gen_random_uuid(), '2017-06-30', 1, NULL, now(), 'gateway', 'p', 'analyst', '', '',
'1', 0, 0, 0, 0, '{{}}', '[]')
"""


async def test_a_pack_of_definitions_that_are_not_known_any_more_shows_its_integers_and_says_why_it_is_not_re_run(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *lives())
    kept = await freeze(client)
    name = str(uuid4())
    await rig.rows(
        "INSERT INTO packs SELECT authority, $1::uuid, '2017-05-31', 1, NULL, frozen_at, issuer, person, role, "
        "shown_as, note, '0', partition, read_to, children, statements, targets, figures FROM packs",
        name,
        authority=HERE,
    )
    assert (await got(client, f"packs/{name}"))["figures"] == kept["figures"]
    rerun = await got(client, f"packs/{name}/rerun")
    assert (rerun["same"], rerun["differences"]) == (None, [])
    assert rerun["why_not"] == "These figures were made by rules '0'; only rules '1' can be read here."
    refused = await got(client, "bridge", 400, first_pack=name, **IN_CARE)
    assert refused["type"] == "/problems/no-such-definitions"


async def test_a_re_run_that_nothing_explains_says_that_it_is_a_fault(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *lives())
    await freeze(client)
    name = str(uuid4())
    await rig.rows(
        "INSERT INTO packs SELECT authority, $1::uuid, month_end, 2, pack, frozen_at, issuer, person, role, shown_as, "
        "note, definitions, partition, read_to, children, statements, targets, "
        "jsonb_set(figures, '{0,numerator}', '99') FROM packs",
        name,
        authority=HERE,
    )
    rerun = await got(client, f"packs/{name}/rerun")
    [different] = rerun["differences"]
    assert (rerun["same"], different["cause"], different["numerator"]["kept"]) == (False, "fault", 99)


async def test_a_pack_is_named_instead_of_a_day_and_a_cut_and_not_beside_them(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, *lives())
    name = (await freeze(client))["pack"]["pack"]
    for asked in (
        {"first_pack": name, "first_on": JUNE},
        {"first_on": JUNE, "second_pack": name, "second_definitions": "1"},
        {"second_on": JUNE},
        {"first_pack": "June"},
    ):
        assert (await got(client, "bridge", 400, **IN_CARE, **asked))["type"] == "/problems/unusable-request"
    unknown = await got(client, "bridge", 404, first_pack=str(uuid4()), **IN_CARE)
    assert unknown["type"] == "/problems/no-such-pack"
