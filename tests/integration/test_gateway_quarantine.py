"""Rejected events on the gateway's pages and in its JSON, over a real door: who sees them, and what a steward does."""

import html
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from selenium.webdriver.common.by import By

from holdfast.contracts.events import decode_event
from services.gateway.domain import ALLOWED
from services.gateway.people.secret import hash_of
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import PASSWORD, Running, eventually, running_gateway
from tests.integration.intake_door import SYSTEM, RunningDoor, running_door
from tests.integration.intake_stewards import GATEWAY, TRUSTING
from tests.system.browsing import browser, needs_chromium, shoot

ELSEWHERE = "E99999999"
CHILD = "LCS-SECRET-77"


@pytest.fixture(scope="module")
def door(kafka: str, postgres_server: str) -> Iterator[RunningDoor]:
    with a_database(postgres_server) as url, running_door(kafka, url, **TRUSTING) as running:
        yield running


@pytest.fixture(scope="module")
def gateway(
    kafka: str, postgres_server: str, door: RunningDoor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    ports, home = tuple(free_ports(2)), tmp_path_factory.mktemp("gateway")
    trusted: dict[str, Any] = {"intake_url": door.url, "signing_key": GATEWAY}
    with a_database(postgres_server) as url, running_gateway(kafka, url, home, ports, **trusted) as running:
        for role in ("steward", "analyst", "manager"):
            running.person(role, role, door.authority)
        running.person("else", "steward", ELSEWHERE)
        running.person("operator", "operator", None)
        yield running


@pytest.fixture(autouse=True)
def _nothing_rejected_yet(door: RunningDoor) -> None:
    door.begin_anew()
    door.rows("TRUNCATE quarantine, quarantine_days, quarantine_audit")


@pytest.fixture(scope="module")
def steward(gateway: Running) -> Iterator[httpx.Client]:
    with closing(gateway.signed_in("steward")) as client:
        yield client


@pytest.fixture
def pages(door: RunningDoor) -> str:
    return f"/authorities/{door.authority}/quarantine"


def wrong_code(door: RunningDoor, number: int = 1) -> dict[str, Any]:
    event = door.event(number, CHILD)
    return event | {"data": event["data"] | {"reason_for_new_episode": "Z"}}


def reject(door: RunningDoor, event: dict[str, Any]) -> int:
    assert door.post([event]).json()[0]["verdict"] == "rejected"
    (row,) = door.rows("SELECT max(entry) AS entry FROM quarantine")
    return int(row["entry"])


def send(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    """Send a form as a page of ours does, with the token that is on the page of this address."""
    page = client.get(re.sub(r"/(\d+)?/?(open|check|replay|dismiss|reopen)$", r"/\1", path).rstrip("/"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None, page.text
    return client.post(path, data={"csrf_token": token[1], **fields})


def in_editor(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found is not None, page
    return html.unescape(found[1])


def test_a_steward_opens_mends_and_replays_on_pages_alone(
    door: RunningDoor, gateway: Running, steward: httpx.Client, pages: str
) -> None:
    entry = reject(door, wrong_code(door))
    scorecard = steward.get(f"/authorities/{door.authority}").text
    assert f'href="{pages}"' in scorecard
    listed = steward.get(pages).text
    assert f'data-entry="{entry}"' in listed
    assert "A code that is in no code list." in listed
    assert CHILD not in listed + steward.get(f"{pages}/{entry}").text

    assert send(steward, f"{pages}/{entry}/open").status_code == 400  # not without a reason
    opened = send(steward, f"{pages}/{entry}/open", reason="The sender asked about it")
    assert (opened.status_code, opened.headers["cache-control"]) == (200, "no-store")
    text = in_editor(opened.text)
    assert msgspec.json.decode(text) == wrong_code(door)
    assert "It must be one of the reasons for a new episode" in html.unescape(opened.text)

    checked = send(steward, f"{pages}/{entry}/check", text=text)
    assert "It would be rejected again" in checked.text
    mended = text.replace('"Z"', '"P"')
    checked = send(steward, f"{pages}/{entry}/check", text=mended)
    assert "This would be accepted" in checked.text
    assert in_editor(checked.text) == mended
    assert door.records() == []
    answer = send(steward, f"{pages}/{entry}/replay", text=mended)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{pages}/{entry}")

    (record,) = door.records()
    said = decode_event(record.value or b"")
    (person,) = gateway.execute("SELECT id FROM users WHERE name = 'steward'")
    assert (said.statedby, said.recordedtime) == (f"user:{person['id']}", "2017-06-20T15:41:09Z")
    after = steward.get(f"{pages}/{entry}").text
    assert 'class="entry-status replayed"' in after
    assert re.findall(r"<td>steward</td><td>(\w+)</td><td>([^<]*)</td>", after) == [
        ("Opened", "The sender asked about it"),
        ("Replayed", ""),
    ]
    assert CHILD not in after
    assert steward.get(pages).text.count("data-entry=") == 0  # of those that wait


def test_several_are_replayed_or_dismissed_at_once(door: RunningDoor, steward: httpx.Client, pages: str) -> None:
    late = [reject(door, door.event(n, recordedtime="2999-01-01T00:00:00Z")) for n in range(3)]
    wrong = reject(door, wrong_code(door, 9))
    assert send(steward, f"{pages}/replay").status_code == 400  # none chosen
    answer = send(steward, f"{pages}/replay", entry=[*late, wrong], filters="status=waiting")
    assert answer.status_code == 200
    assert "3 events were replayed" in answer.text
    assert re.findall(r'data-not-done="(\d+)"', answer.text) == [str(wrong)]
    assert len(door.records()) == 3
    assert send(steward, f"{pages}/dismiss", every="on", shown=[wrong]).status_code == 400  # no reason
    answer = send(steward, f"{pages}/dismiss", every="on", shown=[wrong], reason="Sent by mistake")
    assert "1 event was dismissed" in answer.text
    again = send(steward, f"{pages}/{wrong}/replay")
    assert "reopen it first" in again.text
    assert send(steward, f"{pages}/{wrong}/reopen", reason="It is needed").status_code == 303
    assert f'data-entry="{wrong}"' in steward.get(pages).text
    counts = re.search(rf'data-source="{SYSTEM}".*?</tr>', steward.get(pages).text, re.DOTALL)
    assert counts is not None
    assert re.findall(r'<td class="n">(\d+)</td>', counts[0]) == ["4", "4", "3", "1", "1"]


def test_what_was_written_is_kept_on_the_page_while_the_door_is_away(
    door: RunningDoor, steward: httpx.Client, pages: str
) -> None:
    entry = reject(door, wrong_code(door))
    door.rows("ALTER TABLE quarantine RENAME TO hidden")
    try:
        token = re.search(r'name="csrf_token" value="([^"]+)"', steward.get(f"/authorities/{door.authority}").text)
        assert token is not None
        fields = {"csrf_token": token[1], "text": '{"half": "written"}'}
        answer = steward.post(f"{pages}/{entry}/check", data=fields)
    finally:
        door.rows("ALTER TABLE hidden RENAME TO quarantine")
    assert answer.status_code == 503
    assert in_editor(answer.text) == '{"half": "written"}'


def test_nobody_but_a_steward_of_the_authority_sees_anything(door: RunningDoor, gateway: Running, pages: str) -> None:
    entry = reject(door, wrong_code(door))
    assert [role for role, actions in ALLOWED.items() if "quarantine" in actions] == ["steward"]
    for name in ("analyst", "manager", "operator", "else"):
        with closing(gateway.signed_in(name)) as client:
            for path in ("", "/days", f"/{entry}"):
                assert client.get(f"/api{pages}{path}").status_code == 403, (name, path)
            assert client.get(pages).status_code == 403
            assert client.get(f"{pages}/{entry}").status_code == 403
            assert client.post(f"{pages}/{entry}/open", data={"reason": "to look"}).status_code == 403
            if name == "analyst":
                assert pages not in client.get(f"/authorities/{door.authority}").text
    # A steward of another authority finds nothing under the same number there.
    with closing(gateway.signed_in("else")) as client:
        answer = client.get(f"/api/authorities/{ELSEWHERE}/quarantine/{entry}")
        assert answer.status_code == 503  # the door here doesn't serve it at all
    assert door.rows("SELECT * FROM quarantine_audit") == []


def test_a_form_from_elsewhere_changes_nothing(door: RunningDoor, steward: httpx.Client, pages: str) -> None:
    entry = reject(door, wrong_code(door))
    for path in ("replay", "dismiss", f"{entry}/open", f"{entry}/check", f"{entry}/replay", f"{entry}/dismiss"):
        answer = steward.post(f"{pages}/{path}", data={"entry": entry, "reason": "because", "text": "{}"})
        assert answer.status_code == 403, path
    (row,) = door.rows("SELECT status, times FROM quarantine")
    assert (row["status"], row["times"]) == ("waiting", 1)
    assert door.rows("SELECT * FROM quarantine_audit") == []


def test_a_machine_does_the_same_in_json(door: RunningDoor, gateway: Running, pages: str) -> None:
    first, second = reject(door, wrong_code(door, 1)), reject(door, wrong_code(door, 2))
    secret = "hfr_for_the_quarantine"
    gateway.store(lambda store: store.add_token("quarantine", hash_of(secret), "steward", door.authority, None))
    client, api = gateway.http(secret), f"/api{pages}"
    page = client.get(api, params={"limit": 1, "status": "waiting"})
    assert [one["entry"] for one in page.json()["entries"]] == [second]
    following = client.get(page.links["next"]["url"]).json()
    assert ([one["entry"] for one in following["entries"]], following["next"]) == ([first], None)

    opened = client.post(f"{api}/{first}/openings", json={"reason": "To mend it"}).json()
    event = msgspec.json.decode(opened["body"])
    event["data"]["reason_for_new_episode"] = "P"
    assert client.post(f"{api}/{first}/checks", json={"event": event}).json()["verdict"] == "accepted"
    outcomes = client.post(f"{api}/replays", json={"entries": [{"entry": first, "event": event}, {"entry": second}]})
    assert [(one["done"], one["status"]) for one in outcomes.json()] == [(True, "replayed"), (False, "waiting")]
    decided = {"entries": [second], "reason": "Sent by mistake"}
    assert client.post(f"{api}/dismissals", json=decided).json()[0]["status"] == "dismissed"
    assert client.post(f"{api}/reopenings", json=decided).json()[0]["status"] == "waiting"
    (counted,) = client.get(f"{api}/days").json()
    assert (counted["entered"], counted["replayed"], counted["dismissed"], counted["failed"]) == (2, 1, 1, 1)
    missing = client.get(f"{api}/{second + 1000}")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/no-such-entry")
    assert client.post(f"{api}/dismissals", json={"entries": [], "reason": "none"}).status_code == 400
    assert client.get(f"{api}/days?since=2020-01-01&until=2026-01-01").status_code == 400


@needs_chromium
def test_a_steward_mends_in_a_browser_without_scripts(
    door: RunningDoor, gateway: Running, pages: str, tmp_path: Path
) -> None:
    # The authority's events of some weeks, so that there is something to draw.
    for week in range(26):
        door.rows(
            "INSERT INTO quarantine_days (authority, system, day, arrived, entered, replayed) "
            "VALUES ($1, $2, current_date - $3::integer, $4, $4, $5)",
            door.authority, ("mosaic", SYSTEM)[week % 3 == 0], week * 7, (week * 37) % 41, week % 4,
        )  # fmt: skip
    for number in range(4):
        reject(door, door.event(number, CHILD, recordedtime="soon", colour="red"))
    entry = reject(door, wrong_code(door))
    driver = browser(tmp_path, width=1280, scripts=False)
    try:
        driver.get(f"{gateway.url}/sign-in?next={pages}")
        driver.find_element(By.NAME, "name").send_keys("steward")
        driver.find_element(By.NAME, "password").send_keys(PASSWORD)
        driver.find_element(By.CSS_SELECTOR, "main button").click()
        eventually("the list", lambda: driver.find_elements(By.CSS_SELECTOR, "table.rejected"), 60)
        shoot(driver, "quarantine")
        driver.get(f"{gateway.url}{pages}/{entry}")
        shoot(driver, "quarantine-closed")
        driver.find_element(By.ID, "open-reason").send_keys("The sender asked about it")
        driver.find_element(By.XPATH, "//button[text()='Open']").click()
        editor = eventually("the editor", lambda: driver.find_elements(By.ID, "text"), 60)[0]
        shoot(driver, "quarantine-opened")
        text = str(editor.get_attribute("value"))
        editor.clear()
        editor.send_keys(text.replace('"Z"', '"P"'))
        driver.find_element(By.XPATH, "//button[text()='Check']").click()
        eventually("the verdict", lambda: "This would be accepted" in driver.page_source, 60)
        shoot(driver, "quarantine-checked")
        driver.find_element(By.XPATH, "//button[text()='Replay as it stands here']").click()
        eventually("it was replayed", lambda: driver.find_elements(By.CSS_SELECTOR, ".entry-status.replayed"), 60)
        assert CHILD not in driver.page_source
        shoot(driver, "quarantine-replayed")
        driver.set_window_size(500, 1000)
        for path in (pages, f"{pages}/{entry}"):
            driver.get(gateway.url + path)
            wide, window = driver.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
            assert wide <= window, path
        driver.get(gateway.url + pages)
        shoot(driver, "quarantine-narrow")
    finally:
        driver.quit()
        shutil.rmtree(tmp_path, ignore_errors=True)
    assert len(door.records()) == 1
