"""The question behind a dry run, of a real register: what statements would change, and that nothing does."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.effects import Effects
from holdfast.contracts.events import AnyEvent, encode_event
from services.placements import readings, store
from tests.factories import admitted, discharged, moved, pseudonym, withdrawn
from tests.histories import history
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import Rig, rigged, until

CHILD = pseudonym("child")
ON = "2017-06-30"
KNOWN: list[AnyEvent] = [admitted("2017-01-05", "U6"), moved("2017-03-09", "P", "K2")]
THIRD = moved("2017-05-09", "P", "U4")


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


async def ask(client: httpx.AsyncClient, *events: AnyEvent, role: str = "analyst", on: str | None = ON) -> Effects:
    answer = await posted(client, {"on": on, "events": [msgspec.Raw(encode_event(event)) for event in events]}, role)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Effects)


async def posted(client: httpx.AsyncClient, body: Any, role: str = "analyst", issuer: str = "intake") -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await client.post(f"{TOP}/effects", content=content, headers=token(role, issuer=issuer))


async def whole(client: httpx.AsyncClient, on: str = ON) -> dict[tuple[str, str], tuple[int, int | None]]:
    answer = await client.get(f"{TOP}/indicators", params={"on": on}, headers=token())
    return {
        (row["indicator"], row.get("period", "on")): (row["numerator"], row["denominator"]) for row in answer.json()
    }


def on_the_day(told: Effects, which: str, on: str = ON) -> dict[tuple[str, str], tuple[int, int | None]]:
    """The authority's figures before or after, where they change on a day; of several effects the first or the last."""
    found: dict[tuple[str, str], tuple[int, int | None]] = {}
    for effect in told.effects if which == "after" else reversed(told.effects):
        for figure in effect.figures:
            for day in figure.days:
                if day.date.isoformat() == on:
                    assert day.authority is not msgspec.UNSET
                    counts = getattr(day.authority, which)
                    found[figure.indicator, figure.period] = counts.numerator, counts.denominator
    return found


async def test_the_effect_told_is_what_then_happens_and_until_then_nothing_does(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    others = [
        msgspec.structs.replace(event, subject=pseudonym(f"child {seed}"))
        for seed in range(6)
        for event in history(seed)
    ]
    await told(rig, *KNOWN, *others)
    there, statements = await whole(client), await rig.rows("SELECT count(*) FROM statements")
    stated: list[AnyEvent] = [THIRD, admitted("2017-02-01", child="new"), withdrawn(KNOWN[1])]
    answer = await ask(client, *stated)
    assert await whole(client) == there
    assert await rig.rows("SELECT count(*) FROM statements") == statements
    assert (answer.read_to.topic, answer.read_to.offset, answer.behind) == (rig.topic, len(KNOWN) + len(others), 0)
    before, after = on_the_day(answer, "before"), on_the_day(answer, "after")
    assert len(after) > 15
    assert before.items() <= there.items()
    await told(rig, *stated)
    assert await whole(client) == there | after


async def test_a_role_that_is_not_exact_gets_the_childs_effect_alone(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *KNOWN)
    answer = await ask(client, THIRD, role="sender")
    assert not answer.figures
    [effect] = answer.effects
    assert effect.placements_in_year is not None
    assert (effect.placements_in_year.before, effect.placements_in_year.after) == (2, 3)
    assert all(day.authority is msgspec.UNSET for figure in effect.figures for day in figure.days)


async def test_each_look_at_a_child_that_is_known_is_written_down(rig: Rig, client: httpx.AsyncClient) -> None:
    await told(rig, *KNOWN)
    await ask(client, THIRD, admitted("2017-01-01", child="nobody yet"))
    looks = await rig.rows("SELECT issuer, person, role, purpose, child, what FROM looks", authority=HERE)
    assert looks == [("intake", "person-1", "analyst", "test", CHILD, "dry run")]


async def test_what_another_authority_knows_of_a_child_of_the_same_pseudonym_is_not_looked_at(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, admitted("2015-01-05", authority=THERE))
    [effect] = (await ask(client, *KNOWN[:1])).effects
    assert effect.outcome == "stated"
    assert await rig.rows("SELECT count(*) FROM looks") == [(0,)]


async def test_what_was_just_posted_is_waited_for(rig: Rig, client: httpx.AsyncClient) -> None:
    # Nothing waits for the register here: the question does.
    await rig.send(*KNOWN)
    [effect] = (await ask(client, KNOWN[1])).effects
    assert effect.outcome == "duplicate"


async def test_a_register_that_is_behind_answers_as_of_where_it_is_and_says_how_far_that_is(rig: Rig) -> None:
    async with serving(rig) as client:
        await told(rig, *KNOWN)
    async with store.writer(rig.url) as elsewhere:
        # The lock is held by an instance that does not get on.
        await until(elsewhere.take)
        await rig.send(THIRD, discharged("2017-06-01"))
        async with serving(rig) as client:
            answer = await ask(client, THIRD)
            assert (answer.read_to.offset, answer.behind) == (2, 2)
            assert answer.effects[0].outcome == "stated"


async def test_today_is_the_day_where_none_is_asked_about(client: httpx.AsyncClient) -> None:
    answer = await ask(client, on=None)
    assert answer.on == answer.today
    assert answer.effects == []


SENSELESS: list[tuple[Any, int]] = [
    (b"{", 400),
    ({"events": [{}]}, 400),
    ({"events": [], "on": "1979-12-31"}, 400),
    ({"events": [msgspec.Raw(encode_event(THIRD))] * 101}, 400),
    ({"events": [msgspec.Raw(encode_event(admitted("2017-01-05", authority=THERE)))]}, 403),
    (b" " * (8 * 1024 * 1024 + 1), 413),
]


async def test_a_question_that_makes_no_sense_is_a_problem(client: httpx.AsyncClient) -> None:
    for body, status in SENSELESS:
        answer = await posted(client, body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_only_the_door_asks(client: httpx.AsyncClient) -> None:
    assert (await posted(client, {"events": []}, issuer="gateway")).status_code == 403
    assert (await client.post(f"{TOP}/effects", json={"events": []})).status_code == 401


async def test_children_of_whom_too_much_is_known_to_be_held_at_once_are_too_large(
    rig: Rig, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(rig, *KNOWN)
    monkeypatch.setattr(readings, "MOST_STATEMENTS", 1)
    answer = await posted(client, {"events": [msgspec.Raw(encode_event(THIRD))]})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
