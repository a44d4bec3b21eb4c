"""A steward's correction, from the gateway through a real door to a real register: after it the figures move."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import msgspec
import pytest

from holdfast.runtime import postgres
from holdfast.runtime.service_token import CORRECTION_PURPOSE, Claims, sign
from tests.integration.conftest import a_broker, a_database, free_ports
from tests.integration.gateway_rig import Running, eventually, key_pair, running_gateway
from tests.integration.intake_door import RunningDoor, running_door
from tests.integration.intake_returns import RunningRegister

GATEWAY, GATEWAY_PUBLIC = key_pair()
INTAKE, INTAKE_PUBLIC = key_pair()
_REGISTER, _PASSWORD = "corrections_rig", "only-for-tests"
SYSTEM = "liquidlogic"
Platform = tuple[RunningDoor, RunningRegister, Running]


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    """A broker of its own: the register reads all that is there, and other tests put there what stops it."""
    with a_broker() as address:
        yield address


@pytest.fixture(scope="module")
def platform(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A door, a register and a gateway over one broker; nobody lets stewards correct yet."""
    gateway_port, fake, register_port = free_ports(3)
    trusted = msgspec.json.encode({"gateway": GATEWAY_PUBLIC, "intake": INTAKE_PUBLIC}).decode()
    settings = {
        "HOLDFAST_SIGNING_KEY": INTAKE,
        "HOLDFAST_PLACEMENTS_URL": f"http://127.0.0.1:{register_port}",
        "HOLDFAST_TRUSTED_KEYS": trusted,
    }
    with (
        a_database(postgres_server) as door_url,
        a_database(postgres_server) as register_url,
        a_database(postgres_server) as gateway_url,
        running_door(kafka, door_url, **settings) as door,
    ):
        database = urlsplit(register_url).path.strip("/")
        asyncio.run(postgres.prepare(register_url, database, {_REGISTER: _PASSWORD}))
        own = postgres.service_url(register_url, database, _REGISTER, _PASSWORD)
        register = RunningRegister(kafka, own, INTAKE_PUBLIC, door.authority)
        register.url = f"http://127.0.0.1:{register_port}"
        register.environment |= {"HOLDFAST_PORT": str(register_port), "HOLDFAST_TRUSTED_KEYS": trusted}
        register.start()
        home = tmp_path_factory.mktemp("gateway")
        try:
            with running_gateway(
                kafka, gateway_url, home, (gateway_port, fake), signing_key=GATEWAY, demonstration=False,
                placements_url=register.url, intake_url=door.url,
            ) as gateway:  # fmt: skip
                for role in ("manager", "steward", "analyst"):
                    gateway.person(role, role, door.authority)
                yield door, register, gateway
        finally:
            register.kill()


_MACHINES: dict[tuple[str, str], httpx.Client] = {}


def machine(platform: Platform, role: str = "steward") -> httpx.Client:
    """The one machine of a role: who asks again must be who asked."""
    door, _, gateway = platform
    name = gateway.url, role
    if name not in _MACHINES:
        _MACHINES[name] = gateway.http(gateway.token(role, door.authority))
    return _MACHINES[name]


def api(platform: Platform) -> str:
    return f"/api/authorities/{platform[0].authority}"


def admission(door: RunningDoor, child: str, **changed: Any) -> dict[str, Any]:
    data = {
        "on": "2024-05-01", "legal_status": "C2", "date_of_birth": "2018-01-01", "sex": "female",
        "placement": {"type": "U6", "provider": "PR1", "placement_id": "P-1", "postcode": "ol1 2ab"},
    }  # fmt: skip
    return door.event(
        f"{child}/1", child, type="care.admission.v1", recordedtime="2024-05-02T09:00:00Z", data=data | changed
    )


def move(door: RunningDoor, child: str, number: int, on: str, placement_id: str = "P-1") -> dict[str, Any]:
    place = {"type": "U6", "provider": "PR1", "placement_id": placement_id, "postcode": "ol1 2ab"}
    data = {"on": on, "reason_for_new_episode": "P", "placement": place}
    return door.event(f"{child}/{number}", child, recordedtime=f"{on}T09:00:00Z", data=data)


def told(platform: Platform, *events: dict[str, Any]) -> None:
    """Post events, and wait until the register has read them."""
    door, register, _ = platform
    answer = door.post(list(events))
    assert {each["verdict"] for each in answer.json()} == {"accepted"}, answer.text[:500]
    stated, url = {each.key for each in door.records()}, register.environment["HOLDFAST_DATABASE_URL"]
    eventually("the register has read them", lambda: len(asyncio.run(_held(url))) >= len(stated), 60)


async def _held(url: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('holdfast.authority', '*', true)")
            return list(await connection.fetch("SELECT statement FROM statements"))
    finally:
        await connection.close()


def restart_of(platform: Platform, child_of: str) -> dict[str, Any]:
    """The spurious restart of the child that has a finding of that day."""
    found = machine(platform).get(f"{api(platform)}/findings", params={"code": "spurious-restart", "status": "all"})
    [one] = [each for each in found.json()["findings"] if each["on"] == child_of]
    return dict(one)


def allow(platform: Platform, allowed: bool) -> None:
    answer = machine(platform, "manager").put(f"{api(platform)}/corrections-allowed", json={"allowed": allowed})
    assert answer.json()["allowed"] is allowed


def wanted(one: dict[str, Any], kind: str = "care.withdrawal.v1", **more: Any) -> dict[str, Any]:
    body = {"system": SYSTEM, "fact": one["fact"], "type": kind, "data": {}, "reason": "entered twice"}
    return body | {"request": str(uuid4())} | more


def correct(platform: Platform, one: dict[str, Any], body: dict[str, Any]) -> httpx.Response:
    address = f"{api(platform)}/findings/{one['child']}/{one['finding']}/corrections"
    return machine(platform).post(address, json=body)


def moves(platform: Platform, on: str) -> int:
    rows = machine(platform).get(f"{api(platform)}/indicators", params={"on": on}).json()
    return int(
        next(
            each["numerator"]
            for each in rows
            if each["indicator"] == "placement_moves" and each["period"] == "rolling_year"
        )
    )


def test_nobody_corrects_until_a_manager_allows_it(platform: Platform) -> None:
    door = platform[0]
    told(platform, admission(door, "A"), move(door, "A", 2, "2024-08-01"))
    one = restart_of(platform, "2024-08-01")
    records = len(door.records())
    answer = correct(platform, one, wanted(one))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/corrections-not-allowed")
    assert answer.json()["title"] == "This authority does not let its stewards correct what a system stated"
    history = machine(platform).get(f"{api(platform)}/findings/{one['child']}/{one['finding']}").json()
    assert (history["decisions"], len(door.records())) == ([], records)
    page = (
        platform[2]
        .signed_in("steward")
        .get(f"/authorities/{door.authority}/findings/{one['child']}/{one['finding']}/correct")
    )
    assert "A manager says so under" in page.text


def test_a_restatement_moves_the_figures_and_a_withdrawal_takes_the_finding_away(platform: Platform) -> None:
    door = platform[0]
    told(platform, admission(door, "B"), move(door, "B", 2, "2024-09-02"), move(door, "B", 3, "2024-09-12", "P-9"))
    allow(platform, True)
    one = restart_of(platform, "2024-09-02")
    before = moves(platform, "2024-12-31")
    [stated] = machine(platform).get(f"{api(platform)}/findings/{one['child']}/{one['finding']}").json()["statements"]
    # What is said of the place is left out, so that it is no longer the one that the child was in.
    place = {name: stated["data"]["placement"][name] for name in ("type", "provider")}
    later = [json.loads(each.value or b"{}") for each in door.records() if b"2024-09-12" in (each.value or b"")]
    body = wanted(one, "care.placement-move.v1", data={**stated["data"], "placement": place})
    first = correct(platform, one, body)
    assert first.status_code == 200, first.text
    eventually("the move counts", lambda: moves(platform, "2024-12-31") == before + 1, 60)
    [event] = [json.loads(each.value or b"{}") for each in door.records() if b"statedby" in (each.value or b"")]
    assert (event["fact"], event["subject"], event["source"]) == (one["fact"], one["child"], door.source)
    assert event["statedby"].startswith("token:")
    assert event["id"] == f"steward/{body['request']}"
    assert event["keyid"] == later[0]["keyid"]
    assert event["recordedtime"] > later[0]["recordedtime"]
    again = correct(platform, one, body)
    assert again.json()["statement"] == first.json()["statement"], "asked twice it is one statement"
    assert sum(b"statedby" in (each.value or b"") for each in door.records()) in (1, 2)
    history = machine(platform).get(f"{api(platform)}/findings/{one['child']}/{one['finding']}").json()
    assert [(each["decision"], each["reason"]) for each in history["decisions"]] == [("mended", "entered twice")]
    assert history["listed"]["holds"] is False
    assert [each["standing"] for each in history["statements"]] == ["superseded", "standing"]


def test_a_killed_door_or_a_repeated_form_states_nothing_twice(platform: Platform) -> None:
    door, _, gateway = platform
    told(platform, admission(door, "C"), move(door, "C", 2, "2024-10-03"))
    allow(platform, True)
    one = restart_of(platform, "2024-10-03")
    steward = gateway.signed_in("steward")
    here = f"/authorities/{door.authority}/findings/{one['child']}/{one['finding']}"
    assert f"{here}/correct" in steward.get(here).text
    listed = steward.get(f"{here}/correct").text
    assert "the finding rests on it" in listed
    page = steward.get(f"{here}/correct", params={"system": SYSTEM, "fact": one["fact"]}).text
    form = {name: found(page, name) for name in ("csrf_token", "request", "system", "fact")}
    form |= {"what": "withdraw", "reason": "the carer never changed"}
    headers = {"Origin": gateway.url}
    assert steward.post(f"{here}/correct", data=form | {"reason": " "}, headers=headers).status_code == 400
    assert steward.post(f"{here}/correct", data=form, headers=headers).status_code == 303
    ids = {json.loads(each.value or b"{}")["id"] for each in door.records() if b"withdrawal" in (each.value or b"")}
    assert door.process is not None
    door.process.kill()
    door.process.wait(20)
    door.start()
    answer = steward.post(f"{here}/correct", data=form, headers=headers)
    assert answer.status_code == 303, answer.text[:500]
    withdrawals = [each for each in door.records() if b"withdrawal" in (each.value or b"")]
    assert {json.loads(each.value or b"{}")["id"] for each in withdrawals} == ids
    assert len({each.key for each in withdrawals}) == 1
    eventually("it is gone", lambda: 'data-decision="mended"' in steward.get(here).text, 60)
    eventually("it no longer holds", lambda: "It no longer holds" in steward.get(here).text, 60)


def test_what_the_system_states_again_is_told_to_the_steward_who_had_corrected_it(platform: Platform) -> None:
    door, _, gateway = platform
    told(platform, admission(door, "E"), move(door, "E", 2, "2024-12-05") | {"fact": "E/2"})
    allow(platform, True)
    one = restart_of(platform, "2024-12-05")
    assert correct(platform, one, wanted(one)).status_code == 200
    again = move(door, "E", 2, "2024-12-05") | {"id": "E/2/again", "fact": "E/2"}
    told(platform, again | {"recordedtime": datetime.now(UTC).isoformat()})
    [outvoted] = outvoted_of(platform)
    assert (outvoted["child"], outvoted["on"]) == (one["child"], "2024-12-05")
    steward = gateway.signed_in("steward")
    page = steward.get(f"/authorities/{door.authority}/findings/{outvoted['child']}/{outvoted['finding']}").text
    assert "Were the steward&#39;s correction the one that stands" in page
    assert f"{SYSTEM}, by a steward" in page
    here = f"/authorities/{door.authority}/findings/{outvoted['child']}/{outvoted['finding']}/correct"
    form = steward.get(here, params={"system": SYSTEM, "fact": outvoted["fact"]}).text
    assert "Withdrawn then: it never was." in form
    file = machine(platform).get(f"{api(platform)}/findings.csv", params={"code": "correction-outvoted"}).text
    assert re.search(r"withdrawal: never was \(recorded [^ ]+ by a steward\)", file)
    assert correct(platform, outvoted, wanted(outvoted)).status_code == 200
    eventually("it is gone", lambda: outvoted_of(platform) == [], 60)


def outvoted_of(platform: Platform) -> list[dict[str, Any]]:
    answer = machine(platform).get(f"{api(platform)}/findings", params={"code": "correction-outvoted"})
    return list(answer.json()["findings"])


def found(page: str, name: str) -> str:
    [value] = set(re.findall(rf'name="{name}" value="([^"]+)"', page))
    return str(value)


def test_what_is_wrong_with_a_correction_is_told_as_at_the_door(platform: Platform) -> None:
    door = platform[0]
    told(platform, admission(door, "D"), move(door, "D", 2, "2024-11-04"))
    allow(platform, True)
    one = restart_of(platform, "2024-11-04")
    records = len(door.records())
    place = {"type": "Q9", "locality": "a" * 26, "placement_id": "b" * 26}
    data = {"on": "1066-10-14", "reason_for_new_episode": "P", "placement": place}
    answer = correct(platform, one, wanted(one, "care.placement-move.v1", data=data))
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unusable-correction")
    assert {(each["code"], each["pointer"]) for each in answer.json()["errors"]} >= {
        ("unknown-place", "/data/placement/placement_id"),
        ("unknown-place", "/data/placement/locality"),
        ("unknown-code", "/data/placement/type"),
        ("too-early", "/data/on"),
    }
    postcode = {"type": "U6", "postcode": "ol1 2ab"}
    new = correct(platform, one, wanted(one, "care.placement-move.v1", data=data | {"placement": postcode}))
    assert ("unknown-place", "/data/placement/postcode") in {
        (each["code"], each["pointer"]) for each in new.json()["errors"]
    }
    unknown = correct(platform, one, wanted(one, fact="a" * 26))
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/no-such-fact")
    assert correct(platform, one, wanted(one, reason=" ")).status_code == 400
    body = wanted(one)
    assert correct(platform, one, body).status_code == 200
    other = correct(
        platform,
        one,
        body | {"type": "care.placement-move.v1", "data": {**data, "on": "2024-11-04", "placement": {"type": "K2"}}},
    )
    assert (other.status_code, other.json()["type"]) == (409, "/problems/another-correction")
    assert len(door.records()) == records + 1


@pytest.mark.parametrize(
    "changed", [{"role": "analyst"}, {"purpose": "import of a return"}, {"authority": "E08000018"}]
)
def test_the_door_takes_corrections_of_a_steward_alone(platform: Platform, changed: dict[str, str]) -> None:
    door = platform[0]
    said = {"issuer": "gateway", "user": "user:7", "role": "steward", "purpose": CORRECTION_PURPOSE}
    claims = Claims(**{**said, "authority": door.authority, **changed})
    headers = {"Authorization": f"Bearer {sign(GATEWAY, claims)}"}
    assert httpx.post(f"{door.url}/corrections", content=b"{}", headers=headers, timeout=30).status_code == 403
    assert (
        machine(platform, "analyst")
        .post(f"{api(platform)}/findings/{'a' * 26}/{'0' * 32}/corrections", json={})
        .status_code
        == 403
    )
