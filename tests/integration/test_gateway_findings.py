"""Findings through the gateway, from a real register behind it: JSON, files, pages, decisions, and who may do what."""

import asyncio
import csv
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from holdfast.contracts.events import AnyEvent
from holdfast.runtime.clock import write_clock
from services.placements.app import build
from services.placements.settings import PlacementsSettings
from tests.factories import admitted, missing, moved, pseudonym
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import PASSWORD, Running, eventually, key_pair, running_gateway, serving
from tests.integration.placements_rig import PARTITIONS, rigged
from tests.integration.test_gateway_browser import CHROMIUM, DRIVER, OPTIONS
from tests.integration.test_gateway_why import sheets

HERE, ELSEWHERE = "E08000018", "E08000016"
API, PAGES = f"/api/authorities/{HERE}", f"/authorities/{HERE}"
HOME: dict[str, Any] = {"provider": "PR1", "locality": "here"}


def told() -> list[AnyEvent]:
    """Four children: one moved to where it was, one without a beginning, one missing twice at once, one in order."""
    return [
        admitted("2016-05-01", "U6", child="a", **HOME),
        moved("2017-03-01", "P", "U6", child="a", **HOME),
        moved("2017-05-01", "P", "K2", child="a"),
        admitted("2016-02-01", "U4", child="b", began_before=True),
        admitted("2016-03-01", "U6", child="c", system="mosaic"),
        missing("2017-06-01", "2017-06-09", child="c", system="mosaic"),
        missing("2017-06-05", "2017-06-07", child="c", system="mosaic"),
        admitted("2016-03-01", "U6", child="d"),
    ]


@pytest.fixture(scope="module")
def gateway(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gateway over a real register that has read what was told, on 30 June 2017."""
    port, fake, real = free_ports(3)
    private, public = key_pair()
    home = tmp_path_factory.mktemp("gateway")
    write_clock(home, datetime(2017, 6, 30, 12, tzinfo=UTC), 1.0, catch_up=False)
    with a_database(postgres_server) as url, a_database(postgres_server) as other, asyncio.Runner() as runner:
        rigging = rigged(kafka, other)
        rig = runner.run(rigging.__aenter__())
        runner.run(rig.send(*told()))
        given: dict[str, Any] = {"kafka": kafka, "database_url": SecretStr(rig.url), "partitions": PARTITIONS}
        settings = PlacementsSettings(**given, home=home, demonstration=True, trusted_keys={"gateway": public})
        with (
            serving(build(settings, rig.topic), real),
            running_gateway(
                kafka, url, home, (port, fake), signing_key=private, placements_url=f"http://127.0.0.1:{real}"
            ) as running,
        ):
            runner.run(rig.until_read(len(told())))
            for role in ("manager", "analyst", "steward"):
                running.person(role, role, HERE)
            running.person("elsewhere", "steward", ELSEWHERE)
            yield running
        runner.run(rigging.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def analyst(gateway: Running) -> httpx.Client:
    return gateway.http(gateway.token("analyst", HERE))


@pytest.fixture(scope="module")
def steward(gateway: Running) -> httpx.Client:
    return gateway.signed_in("steward")


def listed(client: httpx.Client, **asked: str) -> dict[str, Any]:
    """Findings by code, as the API lists them."""
    answer = client.get(f"{API}/findings", params=asked)
    assert answer.status_code == 200, answer.text[:500]
    return {one["code"]: one for one in answer.json()["findings"]}


def page_of(one: dict[str, Any]) -> str:
    return f"{PAGES}/findings/{one['child']}/{one['finding']}"


def hidden(text: str, name: str) -> str:
    [value] = set(re.findall(rf'name="{name}" value="([^"]+)"', text))
    return str(value)


def test_the_list_says_what_hangs_on_each_and_is_paged(analyst: httpx.Client) -> None:
    found = listed(analyst)
    assert sorted(found) == ["beginning-not-known", "missing-overlap", "spurious-restart"]
    restart = found["spurious-restart"]
    assert restart["touches"]["figures"][0]["sentence"].endswith("; it changes on 31 May 2017 too.")
    first = analyst.get(f"{API}/findings", params={"limit": "2"})
    following = re.search(r'<(.+)>; rel="next"', first.headers["Link"])
    assert following is not None
    assert len(analyst.get(following[1]).json()["findings"]) == 1
    held = {"If-None-Match": first.headers["ETag"]}
    assert analyst.get(f"{API}/findings", params={"limit": "2"}, headers=held).status_code == 304
    assert analyst.get(f"{API}/findings", params={"code": "nothing"}).status_code == 400


def test_what_is_to_be_mended_is_a_flat_file_and_a_workbook(analyst: httpx.Client) -> None:
    answer = analyst.get(f"{API}/findings.csv", params={"source": "mosaic"})
    assert answer.headers["content-disposition"] == f'attachment; filename="to-mend-{HERE}-2017-06-30.csv"'
    [row] = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert (row["child"], row["code"], row["source"], row["on"]) == (
        pseudonym("c"),
        "missing-overlap",
        "mosaic",
        "2017-06-05",
    )
    assert row["facts"].startswith("missing episode of 2017-06-05: ")
    assert "Missing" in row["figures_touched"]
    workbook = sheets(analyst.get(f"{API}/findings.xlsx").content)
    assert list(workbook) == ["Cover", "Notes", "To mend", "Figures touched"]
    assert {line[1] for line in workbook["To mend"][1:]} == set(listed(analyst))
    assert any(
        line[1:4] == ["spurious-restart", line[2], "three_or_more_placements"] for line in workbook["Figures touched"]
    )


def test_a_steward_decides_on_the_page_and_the_history_says_who_and_why(
    gateway: Running, steward: httpx.Client, analyst: httpx.Client
) -> None:
    one = listed(analyst)["beginning-not-known"]
    before = steward.get(page_of(one))
    assert "State the admission that began this period of care." in before.text
    assert "Nothing yet." in before.text
    form = {
        "csrf_token": hidden(before.text, "csrf_token"),
        "request": hidden(before.text, "request"),
        "decision": "asked",
        "reason": "=Asked <Anna> of the team",
    }
    for _ in range(2):
        answer = steward.post(page_of(one), data=form, headers={"Origin": gateway.url})
        assert (answer.status_code, answer.headers["location"]) == (303, page_of(one))
    after = steward.get(page_of(one)).text
    assert after.count('data-decision="asked"') == 1
    assert "=Asked &lt;Anna&gt; of the team" in after
    assert 'steward <span class="quiet">(steward)</span>' in after
    assert listed(analyst, status="asked")["beginning-not-known"]["decision"]["author"].startswith("user:")
    [row] = csv.DictReader(
        StringIO(analyst.get(f"{API}/findings.csv", params={"status": "asked"}).content.decode("utf-8-sig"))
    )
    assert (row["status"], row["decision_reason"]) == ("asked", "'=Asked <Anna> of the team")


def test_a_data_note_is_drafted_of_a_year_and_of_a_month(gateway: Running, analyst: httpx.Client) -> None:
    drafted = analyst.get(f"{API}/data-note", params={"on": "2017-03-31"}).json()
    assert (drafted["moves"], drafted["children"], drafted["begins"]) == (1, 1, "2016-04-01")
    assert drafted["text"].startswith("In 2016/17, 1 move of 1 child was recorded to the very placement")
    assert "placement moves in the year to 31 March 2017 would read 1 instead of 0" in drafted["text"]
    text = analyst.get(f"{API}/data-note.txt", params={"on": "2017-03-31"}).text
    assert text == f"{drafted['text']}\n"
    page = gateway.signed_in("analyst").get(f"{PAGES}/data-note", params={"over": "month", "on": "2017-03-31"}).text
    assert "In March 2017, 1 move of 1 child was recorded" in page
    assert analyst.get(f"{API}/data-note", params={"over": "decade"}).status_code == 400
    assert gateway.http(gateway.token("manager", HERE)).get(f"{API}/data-note").status_code == 403


def test_a_form_without_a_reason_comes_back_and_one_of_another_page_is_refused(
    gateway: Running, steward: httpx.Client, analyst: httpx.Client
) -> None:
    one = listed(analyst)["missing-overlap"]
    form = {"csrf_token": hidden(steward.get(page_of(one)).text, "csrf_token"), "request": str(uuid4())}
    answer = steward.post(page_of(one), data=form | {"decision": "accepted"}, headers={"Origin": gateway.url})
    assert answer.status_code == 400
    assert "Give a reason" in answer.text
    refused = steward.post(page_of(one), data={"decision": "accepted", "reason": "x"}, headers={"Origin": gateway.url})
    assert refused.status_code == 403
    assert listed(analyst)["missing-overlap"]["status"] == "open"


def test_over_the_api_a_stewards_token_decides_and_an_analysts_does_not(
    gateway: Running, analyst: httpx.Client
) -> None:
    one = listed(analyst)["missing-overlap"]
    address = f"{API}/findings/{one['child']}/{one['finding']}"
    body = {"decision": "accepted", "reason": "two teams told of it", "request": str(uuid4())}
    assert analyst.post(f"{address}/decisions", json=body).status_code == 403
    machine = gateway.http(gateway.token("steward", HERE))
    answer = machine.post(f"{address}/decisions", json=body)
    assert (answer.status_code, answer.json()["listed"]["status"]) == (200, "accepted")
    assert "missing-overlap" not in listed(analyst)
    assert machine.post(f"{address}/decisions", json=body | {"decision": "burnt"}).status_code == 400
    assert machine.post(f"{address}/decisions", json=body | {"reason": ""}).status_code == 400
    assert analyst.get(address).json()["decisions"][0]["reason"] == "two teams told of it"
    assert analyst.get(f"{API}/findings/{one['child']}/{'0' * 32}").status_code == 404


def test_who_may_see_findings(gateway: Running) -> None:
    for name, status in (("manager", 403), ("analyst", 200), ("elsewhere", 403)):
        assert gateway.signed_in(name).get(f"{PAGES}/findings").status_code == status
    assert gateway.http(gateway.token("steward", ELSEWHERE)).get(f"{API}/findings").status_code == 403
    assert gateway.http().get(f"{API}/findings").status_code == 401
    text = gateway.signed_in("analyst").get(PAGES).text
    assert f'href="{PAGES}/findings"' in text
    assert (
        "A steward decides on findings."
        in gateway.signed_in("analyst")
        .get(page_of(listed(gateway.http(gateway.token("analyst", HERE)))["spurious-restart"]))
        .text
    )
    child = gateway.signed_in("analyst").get(f"{PAGES}/children/{pseudonym('a')}").text
    assert f"{PAGES}/findings?status=all&amp;child={pseudonym('a')}" in child


def test_a_manager_lets_stewards_correct_and_nobody_else_does(gateway: Running, steward: httpx.Client) -> None:
    manager = gateway.signed_in("manager")
    page = manager.get(f"{PAGES}/corrections").text
    assert 'data-allowed="no"' in page
    form = {"csrf_token": hidden(page, "csrf_token"), "say": "allow"}
    assert manager.post(f"{PAGES}/corrections", data=form, headers={"Origin": gateway.url}).status_code == 303
    assert 'data-allowed="yes"' in steward.get(f"{PAGES}/corrections").text
    assert "Let stewards correct" not in steward.get(f"{PAGES}/corrections").text
    machine = gateway.http(gateway.token("steward", HERE))
    assert machine.put(f"{API}/corrections-allowed", json={"allowed": False}).status_code == 403
    by_manager = gateway.http(gateway.token("manager", HERE))
    assert by_manager.put(f"{API}/corrections-allowed", json={"allowed": False}).json()["allowed"] is False


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium on this machine")
def test_the_pages_in_a_browser_without_a_complaint(gateway: Running, tmp_path: Path) -> None:
    folder = tempfile.mkdtemp()
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in (*OPTIONS, f"--user-data-dir={folder}", "--window-size=1280,1500"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        browser.get(f"{gateway.url}/sign-in?next={PAGES}/findings")
        browser.find_element(By.ID, "name").send_keys("steward")
        browser.find_element(By.ID, "password").send_keys(PASSWORD)
        browser.find_element(By.CSS_SELECTOR, "main button").click()
        eventually("the list is there", lambda: browser.find_elements(By.CSS_SELECTOR, "tr[data-finding]"), 60)
        browser.save_screenshot(str(tmp_path / "findings.png"))
        browser.find_element(By.LINK_TEXT, "Spurious restart").click()
        eventually("the kind is chosen", lambda: "code=spurious-restart" in browser.current_url, 60)
        browser.find_element(By.CSS_SELECTOR, "tr[data-finding] th a").click()
        eventually("the finding is there", lambda: browser.find_elements(By.CSS_SELECTOR, "ul[data-touched] li"), 60)
        browser.save_screenshot(str(tmp_path / "finding.png"))
        browser.find_element(By.CSS_SELECTOR, "input[value=accepted]").click()
        browser.find_element(By.ID, "reason").send_keys("The carer's house was registered anew")
        browser.find_element(By.CSS_SELECTOR, "form.decide button").click()
        eventually("it is kept", lambda: browser.find_elements(By.CSS_SELECTOR, "tr[data-decision=accepted]"), 60)
        wide = browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
        assert wide, "the page is wider than the window"
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    finally:
        browser.quit()
        shutil.rmtree(folder, ignore_errors=True)
