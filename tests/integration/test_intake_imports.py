"""An import is a comparison. The register here is a fake that answers as documented; system tests use the real one."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from services.intake.register import CHILDREN_AT_ONCE
from tests.integration.conftest import a_database
from tests.integration.gateway_rig import key_pair
from tests.integration.intake_beside import SYSTEM, FakeRegister, a_register, discharge
from tests.integration.intake_door import RunningDoor, running_door


@pytest.fixture(scope="module")
def standing_register() -> Iterator[tuple[FakeRegister, str]]:
    private, public = key_pair()
    with a_register(public) as server:
        yield server, private


@pytest.fixture(scope="module")
def standing_door(
    kafka: str, postgres_server: str, standing_register: tuple[FakeRegister, str]
) -> Iterator[RunningDoor]:
    server, private = standing_register
    settings = {
        "HOLDFAST_PLACEMENTS_URL": f"http://127.0.0.1:{server.server_address[1]}",
        "HOLDFAST_SIGNING_KEY": private,
    }
    with a_database(postgres_server) as url, running_door(kafka, url, **settings) as running:
        running.command("token", "revoke", "1")
        running.token = running.issue(SYSTEM)
        yield running


@pytest.fixture
def register(standing_register: tuple[FakeRegister, str]) -> tuple[FakeRegister, str]:
    """It has heard of nothing yet."""
    server = standing_register[0]
    server.statements, server.asked, server.away = [], [], False
    return standing_register


@pytest.fixture
def door(standing_door: RunningDoor, register: tuple[FakeRegister, str]) -> RunningDoor:
    """One door for all these tests, and nothing published through it as far as each can see."""
    standing_door.begin_anew()
    return standing_door


def admission(child: str, miles: float) -> dict[str, Any]:
    place = {"type": "U6", "distance_miles": miles, "postcode": "OL1 2AB"}
    data = {"on": "2017-06-14", "legal_status": "C2", "began_before": False, "placement": place, "sequence": 0}
    return {"subject": child, "fact": f"{child}/S", "type": "care.admission.v1", "data": data}


def take(door: RunningDoor, lines: list[Any], **query: str) -> httpx.Response:
    body = b"\n".join(line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines)
    headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/x-ndjson"}
    params = {"system": SYSTEM, **query}
    return httpx.post(door.url + "/imports", content=body, params=params, headers=headers, timeout=60)


def counted(answer: httpx.Response) -> dict[str, Any]:
    """What the answer says happened, the numbers that are 0 and the instant left out."""
    assert answer.status_code == 200, answer.text
    return {name: said for name, said in answer.json().items() if said and name != "recordedtime"}


def caught_up(register: tuple[FakeRegister, str], door: RunningDoor) -> list[dict[str, Any]]:
    register[0].statements = [json.loads(record.value) for record in door.records()]
    return register[0].statements


def test_importing_twice_publishes_nothing_and_a_changed_row_alone_the_third_time(
    door: RunningDoor, register: tuple[FakeRegister, str]
) -> None:
    lines = [admission("398768", 5.0), discharge("398768", "2017-10-31"), admission("296227", 2.25)]
    assert counted(take(door, lines, dry_run="true")) == {"published": 3, "new": 3}
    assert door.records() == []
    assert counted(take(door, lines)) == {"published": 3, "new": 3}
    assert len(caught_up(register, door)) == 3
    assert counted(take(door, lines)) == {"unchanged": 3}
    assert len(door.records()) == 3
    lines[1] = discharge("398768", "2017-11-01")
    assert counted(take(door, lines)) == {"published": 1, "restated": 1, "unchanged": 2}
    assert len({one["subject"] for one in caught_up(register, door)}) == 2
    assert b"398768" not in b"".join(record.value + record.key for record in door.records())
    assert register[0].asked[0] | {"children": []} == {"system": SYSTEM, "children": [], "partition_end": True}


def test_the_register_is_asked_about_no_more_than_so_many_children_at_a_time(
    door: RunningDoor, register: tuple[FakeRegister, str]
) -> None:
    lines = [discharge(str(child), "2017-10-31") for child in range(2 * CHILDREN_AT_ONCE + 1)]
    assert take(door, lines).json()["published"] == len(lines)
    caught_up(register, door)
    assert take(door, lines).json()["unchanged"] == len(lines)
    assert [len(one["children"]) for one in register[0].asked] == [CHILDREN_AT_ONCE, CHILDREN_AT_ONCE, 1] * 2


def test_the_same_import_lost_on_its_way_back_states_the_same_again(door: RunningDoor) -> None:
    """The register has not caught up, as if the first answer had been lost: the record keys are the same."""
    for _ in range(2):
        assert take(door, [discharge("1", "2017-10-31")], recordedtime="2018-01-01T00:00:00Z").json()["published"] == 1
    assert len({record.key for record in door.records()}) == 1


def test_what_must_outvote_a_later_statement_is_recorded_after_it_and_told(
    door: RunningDoor, register: tuple[FakeRegister, str]
) -> None:
    take(door, [discharge("1", "2017-10-31")], recordedtime="2018-01-01T00:00:00Z")
    caught_up(register, door)
    answer = take(door, [discharge("1", "2017-10-30")], recordedtime="2017-12-01T00:00:00Z")
    later = {"line": 1, "subject": "1", "fact": "1/discharge", "recordedtime": "2018-01-01T00:00:00.001000Z"}
    assert counted(answer) == {"published": 1, "restated": 1, "later": [later]}
    assert caught_up(register, door)[-1]["recordedtime"] == "2018-01-01T00:00:00.001000Z"


def test_lines_that_are_wrong_are_told_by_number_and_the_others_taken(door: RunningDoor) -> None:
    good = discharge("1", "2017-10-31")
    answer = take(door, [b"{", discharge("2", "2017-10-31", "X1"), good, good]).json()
    assert (answer["published"], answer["unchanged"]) == (1, 0)
    assert [(one["line"], one["subject"], one["fact"], one["code"]) for one in answer["rejected"]] == [
        (1, None, None, "not-json"),
        (2, "2", "2/discharge", "unknown-code"),
        (4, "1", "1/discharge", "fact-repeated"),
    ]


def child(reference: str, *years: str, **more: Any) -> dict[str, Any]:
    return {"subject": reference, "years": list(years), **more}


def episode(reference: str, on: str, **said: Any) -> dict[str, Any]:
    data = {"on": on, "legal_status": "C2", "placement": {"type": "U6"}}
    name = f"{reference}/{on}/S"
    return {"subject": reference, "fact": name, "type": "care.admission.v1", "data": data | said, "untold": {}}


def test_what_has_gone_of_a_year_is_withdrawn_only_where_that_is_asked_for(
    door: RunningDoor, register: tuple[FakeRegister, str]
) -> None:
    both = [child("1", "2018-03-31"), episode("1", "2017-05-01"), episode("1", "2017-06-01")]
    assert counted(take(door, both)) == {"published": 2, "new": 2, "remembered": 1}
    caught_up(register, door)
    gone = {"withdrawn": 1, "held": 2, "rows_held": 2, "rows_withdrawn": 1}
    assert counted(take(door, both[:2])) == gone | {"unchanged": 1}
    tried = counted(take(door, both[:2], withdraw="true", dry_run="true"))
    assert tried == gone | {"published": 1, "unchanged": 1, "remembered": 1}
    assert len(door.records()) == 2
    assert counted(take(door, both[:2], withdraw="true")) == tried
    assert [one["type"] for one in caught_up(register, door)][2:] == ["care.withdrawal.v1"]
    assert counted(take(door, both[:2], withdraw="true")) == {"unchanged": 1, "held": 1, "rows_held": 1}


def test_a_line_that_cannot_be_told_whose_it_is_lets_nothing_be_withdrawn(
    door: RunningDoor, register: tuple[FakeRegister, str]
) -> None:
    lines = [child("1", "2018-03-31"), episode("1", "2017-05-01"), episode("1", "2017-06-01")]
    take(door, lines)
    caught_up(register, door)
    answer = take(door, [*lines[:2], b'{"subject": "1", "fact": "1/2017-06-01/S", "ty'], withdraw="true").json()
    assert (answer["published"], answer["withdrawn"], len(answer["rejected"])) == (0, 1, 1)


def test_a_refused_line_leaves_its_fact_as_it_was(door: RunningDoor, register: tuple[FakeRegister, str]) -> None:
    lines = [child("1", "2018-03-31"), episode("1", "2017-05-01"), episode("1", "2017-06-01")]
    take(door, lines)
    caught_up(register, door)
    answer = take(door, [*lines[:2], episode("1", "2017-06-01", legal_status="X9")], withdraw="true").json()
    assert (answer["published"], answer["withdrawn"], answer["unchanged"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("line", "code", "pointer"),
    [
        (child("1", "2018-03-30"), "not-a-year-ending", "/years/0"),
        (child("1"), "too-short", "/years"),
        (child("1", "2018-03-31", sex="M"), "unknown-code", "/sex"),
        (child("1", "2018-03-31", silent=[{"year": "2018-03-31", "fields": ["x"]}]), "bad-form", "/silent/0/fields/0"),
        (child("2", "2018-03-31"), "child-repeated", "/subject"),
    ],
)
def test_a_childs_line_that_is_wrong_is_told(door: RunningDoor, line: dict[str, Any], code: str, pointer: str) -> None:
    answer = take(door, [discharge("2", "2017-10-31"), line]).json()
    assert [(one["line"], one["code"], one["pointer"]) for one in answer["rejected"]] == [(2, code, pointer)]


def test_what_was_never_stated_is_not_withdrawn(door: RunningDoor) -> None:
    line = {"subject": "1", "fact": "1/S", "type": "care.withdrawal.v1", "data": {}}
    assert counted(take(door, [line])) == {"unchanged": 1}


@pytest.mark.parametrize("recordedtime", ["2017-06-14", "yesterday", "2199-01-01T00:00:00Z"])
def test_an_import_recorded_at_no_possible_time_is_refused(door: RunningDoor, recordedtime: str) -> None:
    answer = take(door, [discharge("1", "2017-10-31")], recordedtime=recordedtime)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unusable-request")


def test_without_the_register_nothing_is_imported(door: RunningDoor, register: tuple[FakeRegister, str]) -> None:
    register[0].away = True
    answer = take(door, [discharge("1", "2017-10-31")])
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert door.records() == []


def test_an_import_of_too_many_lines_is_refused(door: RunningDoor) -> None:
    assert take(door, [b"{}"] * 10_001).status_code == 413
    assert door.records() == []


def test_an_import_of_no_lines_is_answered_and_does_nothing(door: RunningDoor) -> None:
    assert counted(take(door, [])) == {}
