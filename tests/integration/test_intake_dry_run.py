"""A dry run at the real door beside the real register: the door's own verdicts, what would change, and nothing done."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.effects import DryRun, Effect
from holdfast.contracts.topics import EVENTS, REJECTED
from tests.integration.conftest import a_database
from tests.integration.intake_door import RunningDoor, running_door
from tests.integration.register_process import RegisterProcess, register_process

MOST_STATEMENTS = 12
ON = "2017-06-30"
BATCH, LINES, ONE = "cloudevents-batch+json", "x-ndjson", "cloudevents+json"
PSEUDONYM = re.compile(r"\b[a-z2-7]{26}\b")
TABLES = ("children", "statements", "quarantine", "tokens", "authority_keys")


@contextmanager
def door_beside(register: RegisterProcess, database: str, **settings: str) -> Iterator[RunningDoor]:
    asks = {"HOLDFAST_PLACEMENTS_URL": register.url, "HOLDFAST_SIGNING_KEY": register.private} | settings
    with running_door(register.environment["HOLDFAST_KAFKA"], database, **asks) as door:
        yield door


@pytest.fixture(scope="module")
def database(postgres_server: str) -> Iterator[str]:
    with a_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def register(kafka: str, database: str) -> Iterator[RegisterProcess]:
    with register_process(kafka, database) as running:
        yield running


@pytest.fixture(scope="module")
def door(register: RegisterProcess, database: str) -> Iterator[RunningDoor]:
    """One door for all tests of this module; each test speaks of its own child."""
    settings = {"HOLDFAST_STATEMENTS_PER_CHILD": str(MOST_STATEMENTS), "HOLDFAST_DRY_RUNS_AT_ONCE": "1000"}
    with door_beside(register, database, **settings) as running:
        yield running


def admission(door: RunningDoor, child: str, on: str = "2017-01-05", **changed: Any) -> dict[str, Any]:
    data = {"on": on, "legal_status": "C2", "date_of_birth": "2008-01-01", "placement": {"type": "U6"}}
    return door.event(f"admission of {child}", child, type="care.admission.v1", data=data) | changed


def move(door: RunningDoor, child: str, on: str, kind: str = "K2", **changed: Any) -> dict[str, Any]:
    data = {"on": on, "reason_for_new_episode": "P", "placement": {"type": kind}}
    return door.event(f"move of {child} on {on}", child, data=data) | changed


def life(door: RunningDoor, child: str) -> list[dict[str, Any]]:
    return [admission(door, child), move(door, child, "2017-03-09"), move(door, child, "2017-05-09", "U4")]


def answer(door: RunningDoor, body: Any, kind: str = BATCH, token: str | None = None, **asked: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    headers = {
        "Content-Type": f"application/{kind}",
        "Authorization": f"Bearer {door.token if token is None else token}",
    }
    params = {"dry_run": "true", "on": ON} | asked
    return httpx.post(f"{door.url}/events", params=params, content=content, headers=headers, timeout=60)


def dry(door: RunningDoor, body: Any, kind: str = BATCH, token: str | None = None) -> DryRun:
    told = answer(door, body, kind, token)
    assert told.status_code == 200, told.text
    return msgspec.json.decode(told.content, type=DryRun)


def effects(told: DryRun) -> list[Effect]:
    return [one.effect for one in told.events if one.effect is not None]


def kept(door: RunningDoor) -> dict[str, int]:
    """How much there is of everything that a posted event leaves behind."""
    rows = {table: len(door.rows(f"SELECT FROM {table}")) for table in TABLES}
    return rows | {topic: len(door.records(topic)) for topic in (EVENTS, REJECTED)}


def test_nothing_is_kept_and_nothing_is_published(door: RunningDoor) -> None:
    before = kept(door)
    told = dry(door, [*life(door, "LCS-1"), {"not": "an event"}])
    assert [one.verdict for one in told.events] == ["accepted"] * 3 + ["rejected"]
    assert kept(door) == before
    # And it can be told from what a real one leaves.
    door.post([*life(door, "LCS-1"), {"not": "an event"}])
    after = kept(door)
    assert {name: after[name] - before[name] for name in before} == {
        "children": 1,
        "statements": 3,
        "quarantine": 1,
        "tokens": 0,
        "authority_keys": 0,
        EVENTS: 3,
        REJECTED: 1,
    }


def test_each_event_is_told_on_top_of_those_before_it_under_the_senders_own_names(door: RunningDoor) -> None:
    told = dry(door, life(door, "LCS-2"))
    assert [(one.id, one.subject) for one in told.events] == [
        ("statement admission of LCS-2", "LCS-2"),
        ("statement move of LCS-2 on 2017-03-09", "LCS-2"),
        ("statement move of LCS-2 on 2017-05-09", "LCS-2"),
    ]
    assert [each.outcome for each in effects(told)] == ["stated"] * 3
    places = [each.placements_in_year for each in effects(told)]
    assert [(place.before, place.after) for place in places if place] == [(0, 1), (1, 2), (2, 3)]
    assert (told.source, told.on.isoformat(), told.figures) == (door.source, ON, False)
    assert "care.discharge.v1" in told.types


def test_no_pseudonym_and_no_reference_of_another_child_leaves(door: RunningDoor) -> None:
    stray = move(door, "LCS-3", "2017-02-01")
    text = answer(door, [stray, *life(door, "LCS-3")]).text
    assert "LCS-3" in text
    assert not PSEUDONYM.findall(text)
    [finding] = [one for one in effects(dry(door, [stray]))[0].findings_new if one.fact]
    assert (finding.code, finding.fact) == ("beginning-not-known", stray["fact"])


FORMS = [(BATCH, lambda events: events), (LINES, lambda events: b"\n".join(map(msgspec.json.encode, events)))]


@pytest.mark.parametrize(("kind", "written"), FORMS, ids=["batch", "lines"])
def test_a_dry_run_may_come_in_every_form(door: RunningDoor, kind: str, written: Any) -> None:
    assert len(dry(door, written(life(door, "LCS-4")), kind).events) == 3
    assert len(dry(door, admission(door, "LCS-4"), ONE).events) == 1


def test_verdicts_are_those_of_the_real_door(door: RunningDoor) -> None:
    good = admission(door, "LCS-5")
    ahead = good | {"recordedtime": "2199-01-01T00:00:00Z"}
    wrong = [
        good | {"type": "care.birthday.v1"},
        good | {"Jane Doe": 1},
        good | {"source": "/authorities/E08000018/systems/mosaic"},
        move(door, "LCS-5", "yesterday"),
        7,
        ahead,
        good,
        # Of one child so many that the last are too many.
        *(move(door, "LCS-5", f"2017-04-{day:02d}") for day in range(1, MOST_STATEMENTS + 3)),
        good,
    ]
    told = dry(door, wrong)
    posted = door.post(wrong).json()
    assert [
        {"id": one.id, "verdict": one.verdict, "errors": list(msgspec.to_builtins(one.errors))} for one in told.events
    ] == posted
    assert [one.errors[0].code for one in told.events if one.errors][-3:] == ["too-many"] * 3
    assert [one.effect is None for one in told.events] == [one.verdict == "rejected" for one in told.events]
    # Now that the child has its most, one more is too many and a repeated one is not.
    again = dry(door, [good, move(door, "LCS-5", "2017-06-01")])
    assert [one.verdict for one in again.events] == ["accepted", "rejected"]


def test_what_was_posted_a_moment_ago_is_known(door: RunningDoor) -> None:
    child = life(door, "LCS-6")
    assert door.post(child).status_code == 200
    told = dry(
        door, [*child, child[2] | {"id": "later", "recordedtime": "2017-07-01T00:00:00Z", "data": child[1]["data"]}]
    )
    assert [each.outcome for each in effects(told)] == ["duplicate"] * 3 + ["restated"]
    assert told.read_to.topic == EVENTS
    assert told.behind == 0


def test_the_authoritys_figures_are_told_to_a_token_made_for_it(door: RunningDoor) -> None:
    plain = dry(door, life(door, "LCS-7"))
    assert not any("authority" in day for each in effects(plain) for day in days(each))
    made = door.command("token", "create", "--authority", door.authority, "--system", "liquidlogic", "--figures")
    assert made.returncode == 0, made.stderr
    told = dry(door, life(door, "LCS-7"), token=made.stdout.strip())
    assert told.figures
    [day] = [day for day in days(effects(told)[0]) if (day["indicator"], day["date"]) == ("looked_after", ON)]
    shift = day["authority"]
    assert shift["after"]["numerator"] == shift["before"]["numerator"] + 1


def days(effect: Effect) -> list[dict[str, Any]]:
    return [
        {"indicator": figure.indicator, "period": figure.period, **msgspec.to_builtins(day)}
        for figure in effect.figures
        for day in figure.days
    ]


def test_whose_figures_a_token_is_told_is_said_when_it_is_made_and_when_it_is_listed(door: RunningDoor) -> None:
    create = ("token", "create", "--authority", door.authority, "--system", "liquidlogic")
    for words, said in (
        (("--figures", "--role", "panel"), "analyst or manager"),
        (("--role", "manager"), "it goes with --figures"),
    ):
        done = door.command(*create, *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
    assert door.command(*create, "--figures", "--role", "manager").returncode == 0
    listed = door.command("token", "list", "--authority", door.authority).stdout
    assert door.authority in listed
    figures = [line.split()[4] for line in listed.splitlines()[1:]]
    assert (figures[0], figures[-1]) == ("-", "manager")


REFUSED = [
    ({}, [{}] * 101, BATCH, 413, "too-large"),
    ({}, b"[" + b"1," * 10_000 + b"1]", BATCH, 413, "too-large"),
    ({}, b"[1", BATCH, 400, "unreadable"),
    ({}, b"", "json", 415, "unsupported-media-type"),
    ({"dryrun": "true"}, [], BATCH, 400, "unusable-request"),
    ({"dry_run": "perhaps"}, [], BATCH, 400, "unusable-request"),
    ({"dry_run": "false"}, [], BATCH, 400, "unusable-request"),
    ({"on": "yesterday"}, [], BATCH, 400, "unusable-request"),
    ({"on": "1979-12-31"}, [], BATCH, 400, "unusable-request"),
    ({"on": "2199-12-31"}, [], BATCH, 400, "unusable-request"),
]


@pytest.mark.parametrize(("asked", "body", "kind", "status", "problem"), REFUSED)
def test_what_is_no_dry_run_is_a_problem_and_never_a_real_one(
    door: RunningDoor, asked: dict[str, str], body: Any, kind: str, status: int, problem: str
) -> None:
    before = kept(door)
    told = answer(door, body, kind, **asked)
    assert (told.status_code, told.json()["type"]) == (status, f"/problems/{problem}")
    assert kept(door) == before


def test_a_parameter_given_twice_or_misspelt_is_refused_of_a_real_posting_too(door: RunningDoor) -> None:
    for query in ("dry_run=true&dry_run=false", "dry-run=true", "dry_run"):
        headers = {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {door.token}"}
        body = msgspec.json.encode(admission(door, "LCS-8"))
        told = httpx.post(f"{door.url}/events?{query}", content=body, headers=headers)
        assert (told.status_code, told.json()["type"]) == (400, "/problems/unusable-request")


def test_who_is_not_known_is_told_nothing(door: RunningDoor) -> None:
    assert answer(door, [], token="hfs_nobody").status_code == 401


def test_dry_runs_are_rate_limited_by_token_and_say_when_to_come_again(
    register: RegisterProcess, postgres_url: str
) -> None:
    settings = {"HOLDFAST_DRY_RUNS_AT_ONCE": "2", "HOLDFAST_DRY_RUNS_PER_SECOND": "0.01"}
    with door_beside(register, postgres_url, **settings) as slow:
        told = [answer(slow, []) for _ in range(3)]
        assert [one.status_code for one in told] == [200, 200, 429]
        assert 1 <= int(told[2].headers["Retry-After"]) <= 100
        # What is posted in earnest has a rate of its own.
        assert slow.post(life(slow, "LCS-9")).status_code == 200


def test_where_the_register_is_away_it_is_said_when_to_come_again(register: RegisterProcess, postgres_url: str) -> None:
    with door_beside(register, postgres_url, HOLDFAST_PLACEMENTS_URL="http://127.0.0.1:1") as alone:
        told = answer(alone, life(alone, "LCS-10"))
        assert (told.status_code, told.json()["type"]) == (503, "/problems/unavailable")
        assert told.headers["Retry-After"]
        assert kept(alone)[EVENTS] == 0
        assert alone.post(life(alone, "LCS-10")).status_code == 200
