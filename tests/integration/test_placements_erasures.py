"""The register erases a child, or a statement: tombstones on a real broker, rows of a real database, and repeats."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from aiokafka import ConsumerRecord, TopicPartition

from holdfast.contracts.events import AnyEvent, record_key
from holdfast.contracts.topics import nobodys_key, partition_of
from holdfast.runtime import kafka
from holdfast.runtime.outlet import Outlet
from holdfast.runtime.service_token import ERASURE_PURPOSE, Claims, sign
from services.placements.erasures import store as erased
from tests import factories
from tests.integration.placements_asked import HERE, KEYS, THERE, TOP, serving, token, told
from tests.integration.placements_rig import PARTITIONS, Rig, reading, rigged, until

ERASED, KEPT = factories.pseudonym("erased"), factories.pseudonym("kept")
PARTITION = partition_of(HERE, PARTITIONS)
BOUNDED = {"segment.ms": "3600000", "max.compaction.lag.ms": "7200000", "delete.retention.ms": "86400000"}


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url, **BOUNDED) as made:
        yield made


def life(child: str) -> list[AnyEvent]:
    """Looked after to this day, with two moves."""
    return [
        factories.admitted("2026-01-05", dob="2014-02-01", child=child),
        factories.moved("2026-03-09", child=child),
        factories.moved("2026-07-01", child=child),
    ]


def steward(role: str = "steward", purpose: str = ERASURE_PURPOSE, authority: str = HERE) -> dict[str, str]:
    claims = Claims(issuer="gateway", user="user:7", role=role, authority=authority, purpose=purpose)
    return {"Authorization": f"Bearer {sign(KEYS['gateway'].private, claims)}"}


async def erase(client: httpx.AsyncClient, child: str = ERASED, **more: Any) -> dict[str, Any]:
    answer = await client.post(f"{TOP}/erasures", json={"child": child, **more}, headers=steward())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def two_children(rig: Rig) -> None:
    await told(rig, *life("erased"), *life("kept"))


async def children(rig: Rig) -> set[str]:
    return {child for (child,) in await rig.rows("SELECT DISTINCT child FROM statements")}


async def records(rig: Rig) -> list[ConsumerRecord]:
    reader = kafka.consumer(rig.bootstrap)
    await reader.start()
    try:
        at = TopicPartition(rig.topic, PARTITION)
        reader.assign([at])
        reader.seek(at, 0)
        end = (await reader.end_offsets([at]))[at]
        found: list[ConsumerRecord] = []
        while await reader.position(at) < end:
            found += (await reader.getmany(at, timeout_ms=500)).get(at, [])
        return found
    finally:
        await reader.stop()


async def standing(rig: Rig) -> dict[bytes, bytes | None]:
    """The last value under each key: what compaction leaves."""
    return {record.key: record.value for record in await records(rig)}


async def test_a_child_is_shown_then_erased_and_the_other_stays(rig: Rig) -> None:
    async with serving(rig) as client:
        await two_children(rig)
        shown = await erase(client, dry_run=True)
        assert shown["statements"] == len(life("erased"))
        assert sum(kind["statements"] for kind in shown["kinds"]) == shown["statements"]
        assert shown["first_on"] <= shown["last_on"]
        assert {"looked_after", "three_or_more_placements", "placement_moves"} <= set(shown["indicators"])
        assert shown["figures"] > len(shown["indicators"])
        assert await children(rig) == {ERASED, KEPT}
        before = datetime.now(UTC)
        done = await erase(client)
        assert (done["statements"], done["others"]) == (shown["statements"], 0)
        assert await children(rig) == {KEPT}
        assert (await client.get(f"{TOP}/children/{ERASED}", headers=token())).status_code == 404
        assert (await client.get(f"{TOP}/children/{KEPT}", headers=token())).status_code == 200
    last = await standing(rig)
    assert {key for key, value in last.items() if value} == {record_key(event) for event in life("kept")}
    assert done["read_to"] == len(await records(rig))
    # By the topic's own settings: an hour until a file is closed, two until it is cleaned, a day for the tombstones.
    by = datetime.fromisoformat(done["values_gone_by"]) - before
    assert timedelta(hours=3) <= by <= timedelta(hours=3, minutes=30)
    by = datetime.fromisoformat(done["names_gone_by"]) - before
    assert timedelta(days=1, hours=5) <= by <= timedelta(days=1, hours=6)


async def test_one_statement_is_erased_and_the_childs_others_stay(rig: Rig) -> None:
    first, *others = life("erased")
    statement = record_key(first).decode()[-32:]
    async with serving(rig) as client:
        await two_children(rig)
        assert (await erase(client, statement=statement, dry_run=True))["statements"] == 1
        assert (await erase(client, statement=statement))["statements"] == 1
        left = await rig.rows("SELECT statement FROM statements WHERE child = $1", ERASED)
        assert {one.hex() for (one,) in left} == {record_key(event).decode()[-32:] for event in others}
        # It is stated again, late; its neighbour too.
        await told(rig, first)
        await until(lambda: standing(rig), lambda last: last[record_key(first)] is None)
        await until(
            lambda: rig.rows("SELECT 1 FROM statements WHERE child = $1", ERASED), lambda r: len(r) == len(others)
        )


async def test_repeating_it_writes_nothing_and_says_the_same(rig: Rig) -> None:
    async with serving(rig) as client:
        await two_children(rig)
        first = await erase(client)
        written = len(await records(rig))
        again = await erase(client)
        assert (again["statements"], again["read_to"]) == (0, first["read_to"])
        assert again["names_gone_by"] == first["names_gone_by"]
        assert len(await records(rig)) == written


@pytest.mark.parametrize("line", ["note", "note_said", "remove_others"])
async def test_killed_at_any_line_and_asked_again_it_comes_to_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    async with serving(rig) as client:
        await two_children(rig)
        with monkeypatch.context() as killed:

            async def end(*_: object) -> None:
                raise SystemError

            killed.setattr(erased, line, end)
            with pytest.raises(SystemError):
                await erase(client)
        await erase(client)
        assert await children(rig) == {KEPT}
        assert not any(value for key, value in (await standing(rig)).items() if ERASED.encode() in key)


async def test_killed_between_two_tombstones_the_rest_is_written_when_it_is_asked_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(rig) as client:
        await two_children(rig)
        whole = Outlet.send_all

        async def half(self: Outlet, topic: str, partition: int, said: Any) -> int:
            await whole(self, topic, partition, said[: len(said) // 2])
            raise SystemError

        with monkeypatch.context() as killed:
            killed.setattr(Outlet, "send_all", half)
            with pytest.raises(SystemError):
                await erase(client)
        await erase(client)
        assert await children(rig) == {KEPT}
        assert not any(value for key, value in (await standing(rig)).items() if ERASED.encode() in key)


async def test_it_is_asked_of_one_instance_and_another_that_writes_deletes(rig: Rig) -> None:
    async with reading(rig.source()) as writer:
        await rig.send(*life("erased"), *life("kept"))
        await until(lambda: children(rig) if writer.state == "reading" else None, lambda found: found == {ERASED, KEPT})
        async with serving(rig) as client:
            assert (await erase(client))["statements"] == len(life("erased"))
            assert writer.state == "reading"
        assert await children(rig) == {KEPT}


async def test_what_is_stated_of_an_erased_child_late_is_erased_again(rig: Rig) -> None:
    async with serving(rig) as client:
        await two_children(rig)
        await erase(client)
        late = factories.moved("2026-08-09", child="erased")
        await rig.send(late, factories.moved("2026-08-09", child="kept"))
        await until(lambda: standing(rig), lambda last: last.get(record_key(late), b"") is None)
        await until(lambda: children(rig), lambda found: found == {KEPT})
        # A repeat that finds nothing more to do still tells by when the files are clean of what came late.
        assert (await erase(client))["statements"] == 0


async def test_tables_that_name_the_child_lose_it_but_for_who_looked(rig: Rig) -> None:
    async with serving(rig) as client:
        await two_children(rig)
        decided = (
            "INSERT INTO decisions "
            "(authority, child, finding, code, decision, author, role, reason, request, decided_at) VALUES "
            "($1, $2, repeat('0', 32), 'x', 'accepted', 'y', 'steward', 'z', gen_random_uuid(), now()) RETURNING 1"
        )
        for child in (ERASED, KEPT):
            await rig.rows(decided, HERE, child, authority=HERE)
        await client.get(f"{TOP}/children/{ERASED}", headers=token())
        assert (await erase(client, dry_run=True))["others"] == 1
        assert (await erase(client))["others"] == 1
        assert await rig.rows("SELECT child FROM decisions", authority=HERE) == [(KEPT,)]
        looks = await rig.rows("SELECT what FROM looks WHERE child = $1", ERASED, authority=HERE)
        assert looks == [("journey",), ("erasure",)]


async def test_a_quiet_partitions_files_are_closed_in_time_twice(kafka: str, postgres_url: str) -> None:
    # So short that what takes a day elsewhere is done while one waits.
    quick = {"segment.ms": "1000", "max.compaction.lag.ms": "1000", "delete.retention.ms": "1000"}
    async with rigged(kafka, postgres_url, **quick) as rig, serving(rig) as client:
        await two_children(rig)
        await erase(client)
        await until(lambda: standing(rig), lambda last: nobodys_key(HERE) in last)
        closings = "SELECT closings FROM erased"
        await until(lambda: rig.rows(closings), lambda rows: rows == [(1,)])
        # The second time comes when the tombstones have stayed for as long as they must: moved there by hand.
        await rig.rows("UPDATE erased SET erased_at = now() - interval '1 hour' RETURNING 1")
        await until(lambda: rig.rows(closings), lambda rows: rows == [(2,)])
        assert await children(rig) == {KEPT}


@pytest.mark.parametrize(
    "headers",
    [
        lambda: steward(role="analyst"),
        lambda: steward(purpose="journey"),
        lambda: steward(authority=THERE),
        lambda: token(role="steward"),
        lambda: token(issuer="intake"),
    ],
)
async def test_nobody_but_a_steward_of_the_authority_erases(rig: Rig, headers: Callable[[], dict[str, str]]) -> None:
    async with serving(rig) as client:
        await told(rig, *life("erased"))
        answer = await client.post(f"{TOP}/erasures", json={"child": ERASED}, headers=headers())
        assert answer.status_code == 403
        assert await children(rig) == {ERASED}
