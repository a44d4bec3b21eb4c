"""The door forgets a child, or a statement, and takes it never again: on a real broker and database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.runtime.service_token import ERASURE_PURPOSE, IMPORT_PURPOSE
from tests.integration.intake_beside import INTAKE, SYSTEM, discharge, door_for_people, token_of
from tests.integration.intake_door import RunningDoor


@pytest.fixture(scope="module")
def door(kafka: str, postgres_server: str) -> Iterator[RunningDoor]:
    """One door for all tests of this module; each test speaks of children of its own."""
    with door_for_people(kafka, postgres_server) as running:
        running.command("token", "revoke", "1")
        running.issue(SYSTEM, "--types", "discharge")
        running.token = running.issue("liquidlogic", "--types", "placement-move")
        yield running


def claims(door: RunningDoor, **changed: str) -> dict[str, str]:
    said = {"role": "steward", "purpose": ERASURE_PURPOSE, **changed}
    return token_of(door, **said)


def erase(door: RunningDoor, child: str, **more: Any) -> dict[str, Any]:
    body = {"child": child, "reason": "asked for by the family", **more}
    answer = httpx.post(f"{door.url}/erasures", json=body, headers=claims(door), timeout=60)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def names(door: RunningDoor, *events: dict[str, Any]) -> list[list[str]]:
    """Post events; the parts of the keys of what came of them."""
    before = len(door.records())
    assert {one["verdict"] for one in door.post(list(events)).json()} == {"accepted"}
    return [record.key.decode().split("/") for record in door.records()[before:] if record.key]


def codes(door: RunningDoor, *events: Any) -> list[str]:
    return [one["errors"][0]["code"] if one["errors"] else "accepted" for one in door.post(list(events)).json()]


def quarantined(door: RunningDoor) -> int:
    return int(door.rows("SELECT count(*) FROM quarantine")[0][0])


def of_the_child(door: RunningDoor, child: str) -> list[int]:
    query = (
        "SELECT (SELECT count(*) FROM children WHERE pseudonym = $1), "
        "(SELECT count(*) FROM returned WHERE child = $1), "
        "(SELECT count(*) FROM statements JOIN children USING (child) WHERE pseudonym = $1)"
    )
    return list(door.rows(query, child)[0])


def test_a_child_that_was_erased_is_forgotten_and_refused_and_its_rejections_are_not_kept(door: RunningDoor) -> None:
    told = [door.event("e1", "LCS-E1"), door.event("e2", "LCS-E1")]
    [[_, child, _], _] = names(door, *told)
    names(door, door.event("k1", "LCS-KEPT"))
    wrong = door.event("e3", "LCS-E1", type="care.birthday.v1")
    others = door.event("k2", "LCS-KEPT", type="care.birthday.v1")
    assert codes(door, wrong, b"no event".decode(), others) == ["unknown-type", "wrong-type", "unknown-type"]
    before = quarantined(door)
    assert erase(door, child, dry_run=True) == {
        "child": True, "statements": 2, "returned": 0, "quarantined": 1, "refused": False,
    }  # fmt: skip
    assert of_the_child(door, child) == [1, 0, 2]
    assert erase(door, child)["statements"] == 2
    assert of_the_child(door, child) == [0, 0, 0]
    assert quarantined(door) == before - 1
    rejections = len(door.records("care.rejected"))
    # Remembered as repeated, new, and wrong besides: all the same; its neighbour is taken.
    again = [*told, door.event("e4", "LCS-E1"), wrong, door.event("k3", "LCS-KEPT")]
    assert codes(door, *again) == ["erased", "erased", "erased", "erased", "accepted"]
    assert codes(door, *again)[:4] == ["erased"] * 4
    assert (quarantined(door), len(door.records("care.rejected"))) == (before - 1, rejections)
    assert of_the_child(door, child) == [0, 0, 0]
    [row] = door.rows("SELECT * FROM refused WHERE child = $1", child)
    assert (row["refused_by"], row["reason"], row["statement"]) == ("user:7", "asked for by the family", b"")
    # Again is harmless, and tells that there is nothing left.
    assert erase(door, child) == {"child": False, "statements": 0, "returned": 0, "quarantined": 0, "refused": True}


def test_what_cannot_be_read_is_forgotten_where_it_quotes_the_childs_reference(door: RunningDoor) -> None:
    [[_, child, _]] = names(door, door.event("u1", "LCS-UNREAD"))
    assert door.post(b'{"subject": "LCS-UNREAD", "broken', "x-ndjson").status_code == 200
    assert door.post(b'{"subject": "LCS-OTHER", "broken', "x-ndjson").status_code == 200
    before = quarantined(door)
    assert erase(door, child)["quarantined"] == 1
    assert quarantined(door) == before - 1


def test_one_statement_is_refused_and_the_childs_others_are_taken(door: RunningDoor) -> None:
    first, second = door.event("s1", "LCS-S"), door.event("s2", "LCS-S")
    [[_, child, statement], _] = names(door, first, second)
    erase(door, child, statement=statement)
    assert of_the_child(door, child) == [1, 0, 1]
    assert codes(door, first, second, door.event("s3", "LCS-S")) == ["erased", "accepted", "accepted"]
    assert erase(door, child, statement=statement)["refused"]


def test_an_import_goes_on_without_the_children_that_were_erased(door: RunningDoor) -> None:
    [[_, child, _]] = [record.key.decode().split("/") for record in imported(door, discharge("gone", "2017-10-31"))[1]]
    erase(door, child)
    lines = [discharge("gone", "2017-10-31"), discharge("gone", "2018-10-31"), discharge("here", "2017-10-31")]
    answer, published = imported(door, *lines)
    assert [(one["line"], one["code"]) for one in answer["rejected"]] == [(1, "erased"), (2, "erased")]
    assert (answer["published"], len(published)) == (1, 1)
    assert of_the_child(door, child) == [0, 0, 0]


def imported(door: RunningDoor, *lines: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    before = len(door.records())
    headers = claims(door, purpose=IMPORT_PURPOSE) | {"Content-Type": "application/x-ndjson"}
    numbered = [{**line, "fact": f"{line['fact']}/{number}"} for number, line in enumerate(lines)]
    body = b"\n".join(map(msgspec.json.encode, numbered))
    answer = httpx.post(f"{door.url}/imports", params={"system": SYSTEM}, content=body, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()), door.records()[before:]


def test_the_list_of_what_is_refused_is_put_back_after_a_backup_was_restored(door: RunningDoor, tmp_path: Path) -> None:
    [[_, child, _]] = names(door, door.event("b1", "LCS-B"))
    erase(door, child)
    kept = door.command("refused", "list").stdout
    assert child in kept
    assert "LCS-B" not in kept
    door.rows("DELETE FROM refused")
    assert codes(door, door.event("b1", "LCS-B")) == ["accepted"]
    (tmp_path / "refused").write_text(kept)
    done = door.command("refused", "restore", str(tmp_path / "refused"))
    assert done.returncode == 0, done.stderr
    assert codes(door, door.event("b1", "LCS-B")) == ["erased"]
    assert door.command("refused", "list").stdout == kept


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"role": "analyst"}, 403),
        ({"purpose": IMPORT_PURPOSE}, 403),
        ({"authority": "E08000018"}, 403),
        ({"issuer": "intake", "key": INTAKE}, 401),
    ],
)
def test_nobody_but_a_steward_by_way_of_the_gateway_erases(
    door: RunningDoor, changed: dict[str, str], status: int
) -> None:
    body = {"child": "a" * 26, "reason": "none"}
    assert httpx.post(f"{door.url}/erasures", json=body, headers=claims(door, **changed)).status_code == status
    assert door.rows("SELECT count(*) FROM refused WHERE child = $1", "a" * 26)[0][0] == 0
