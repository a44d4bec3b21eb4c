"""A person's import by way of the gateway: a token the gateway signed, good for the one source and nothing else."""

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.runtime.service_token import IMPORT_PURPOSE
from tests.integration.intake_beside import GATEWAY, INTAKE, INTAKE_PUBLIC, SYSTEM, discharge, door_for_people, token_of
from tests.integration.intake_door import RunningDoor


@pytest.fixture(scope="module")
def door(kafka: str, postgres_server: str) -> Iterator[RunningDoor]:
    """A door that trusts the gateway, before anybody has a token for returns. `intake` is trusted elsewhere alone."""
    with door_for_people(kafka, postgres_server, intake=INTAKE_PUBLIC) as running:
        yield running


def ask(door: RunningDoor, *lines: dict[str, Any], key: str = GATEWAY, **changed: str) -> httpx.Response:
    """Import by a token of the gateway's, some of whose claims, or whose system, are changed."""
    system = changed.pop("system", SYSTEM)
    said = {"role": "analyst", "purpose": IMPORT_PURPOSE, **changed}
    headers = token_of(door, key=key, **said) | {"Content-Type": "application/x-ndjson"}
    body = b"\n".join(map(msgspec.json.encode, lines))
    return httpx.post(f"{door.url}/imports", params={"system": system}, content=body, headers=headers, timeout=60)


def answered(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "").removeprefix("/problems/")


def test_a_person_imports_only_while_a_token_of_the_source_is_good(door: RunningDoor) -> None:
    refused = ask(door, discharge("1", "2017-10-31"))
    assert answered(refused) == (403, "no-source")
    assert f"holdfast token create --authority {door.authority} --system {SYSTEM}" in refused.json()["detail"]
    door.command("token", "revoke", "1")
    door.issue(SYSTEM)
    assert ask(door).status_code == 200  # nothing to state, and welcome
    answer = ask(door, discharge("1", "2017-10-31"))
    assert (answer.status_code, answer.json()["published"]) == (200, 1)
    (record,) = door.records()
    assert msgspec.json.decode(record.value or b"")["source"] == f"/authorities/{door.authority}/systems/{SYSTEM}"
    assert door.command("token", "revoke", "2").returncode == 0
    assert answered(ask(door, discharge("2", "2017-10-31"))) == (403, "no-source")


def test_what_the_token_of_the_source_may_not_state_nobody_may(door: RunningDoor) -> None:
    door.issue(SYSTEM, "--types", "missing-episode,withdrawal")
    answer = ask(door, discharge("3", "2017-10-31")).json()
    assert (answer["published"], len(answer["rejected"])) == (0, 1)


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"purpose": "figures"}, (403, "forbidden")),
        ({"role": "manager"}, (403, "forbidden")),
        ({"role": "operator"}, (403, "forbidden")),
        ({"authority": "E08000018"}, (403, "authority-not-served")),
        ({"system": "liquidlogic"}, (403, "forbidden")),
        ({"issuer": "placements"}, (401, "unauthorized")),
        ({"key": INTAKE}, (401, "unauthorized")),
        ({"key": INTAKE, "issuer": "intake"}, (401, "unauthorized")),
    ],
)
def test_a_token_of_another_kind_imports_nothing(
    door: RunningDoor, changed: dict[str, str], answer: tuple[int, str]
) -> None:
    assert answered(ask(door, discharge("4", "2017-10-31"), **changed)) == answer


def test_a_token_for_an_import_posts_no_events(door: RunningDoor) -> None:
    token = token_of(door, "analyst", IMPORT_PURPOSE)["Authorization"].removeprefix("Bearer ")
    assert door.post([door.event(1)], token=token).status_code == 401
