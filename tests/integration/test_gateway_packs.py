"""Frozen packs through the gateway, from a real register behind it: JSON, files, pages, and who may what."""

import csv
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from holdfast.contracts.events import AnyEvent, statement_hash
from holdfast.contracts.topics import partition_of
from tests.factories import admitted, discharged, moved, pseudonym
from tests.integration.gateway_over_register import Over, gateway_over_register
from tests.integration.gateway_rig import PASSWORD, eventually
from tests.integration.placements_rig import PARTITIONS
from tests.integration.test_gateway_browser import CHROMIUM, DRIVER, OPTIONS

HERE, ELSEWHERE = "E08000018", "E08000016"
API, PAGES = f"/api/authorities/{HERE}/packs", f"/authorities/{HERE}/packs"
THREE = "three_or_more_placements"
MAY, JUNE = "2017-05-31", "2017-06-30"
TARGET = {
    "in_force_from": "2010-04-01",
    "good": "low",
    "green": {"value": 10, "of": 100, "inclusive": False},
    "red": {"value": 20, "of": 100, "inclusive": True},
}
ERASED: list[AnyEvent] = [admitted("2016-01-05", "U6", child="z")]


def told() -> list[AnyEvent]:
    """Five children in care at the end of June 2017, one of them with three placements."""
    return [
        admitted("2016-01-05", "U6", child="a"),
        moved("2017-03-09", "P", "K2", child="a"),
        moved("2017-05-09", "P", "U4", child="a"),
        *(admitted("2010-01-01", "U6", dob="2006-01-01", child=name) for name in "bcd"),
        *ERASED,
    ]


@pytest.fixture(scope="module")
def over(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Over]:
    with gateway_over_register(kafka, postgres_server, tmp_path_factory.mktemp("gateway"), told()) as made:
        for role in ("manager", "analyst", "steward"):
            made.gateway.person(role, role, HERE)
        made.gateway.person("operator", "operator", None)
        yield made


@pytest.fixture(scope="module")
def analyst(over: Over) -> httpx.Client:
    client = over.gateway.http(over.gateway.token("analyst", HERE))
    targets = f"/api/authorities/{HERE}/targets/{THREE}"
    assert client.put(targets, json=[TARGET]).status_code == 200
    eventually("the target is held", lambda: client.get(targets).json())
    return client


@pytest.fixture(scope="module")
def may(over: Over, analyst: httpx.Client) -> dict[str, Any]:
    """May, frozen; later a discharge was entered late, and a child erased."""
    answer = analyst.post(API, json={"month_end": MAY, "note": "Panel of 6 June"})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{API}/{made['pack']['pack']}"
    over.tell(discharged("2017-05-20", child="b", recorded="2017-08-09T12:00:00Z"))
    partition = partition_of(HERE, PARTITIONS)
    over.send([(partition, f"{HERE}/{one.subject}/{statement_hash(one)}".encode(), None) for one in ERASED])
    return made


def test_a_pack_has_every_figure_and_the_targets_in_force_and_stays(
    over: Over, analyst: httpx.Client, may: dict[str, Any]
) -> None:
    name = may["pack"]["pack"]
    assert may["targets"] == {THREE: TARGET}
    whole = {row["indicator"]: row for row in may["figures"] if row["breakdown"] is None}
    assert (whole[THREE]["numerator"], whole[THREE]["denominator"]) == (1, 5)
    assert len(may["figures"]) > 1_000
    answer = analyst.get(f"{API}/{name}")
    assert answer.json() == may
    again = analyst.get(f"{API}/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    manager = over.gateway.http(over.gateway.token("manager", HERE))
    rerun = manager.get(f"{API}/{name}/rerun").json()
    assert (rerun["same"], rerun["children_erased"], rerun["statements_erased"]) == (False, 1, 1)
    assert {each["cause"] for each in rerun["differences"]} == {"erased"}
    bridge = manager.get(f"/api/authorities/{HERE}/bridge", params={"first_pack": name, "indicator": "looked_after"})
    assert [(step["cause"], step["went"]) for step in bridge.json()["numerator"]["steps"]] == [
        ("erased", 1),
        ("entered late", 1),
    ]


def test_the_list_is_paged_and_asking_again_by_ones_own_name_makes_no_second_pack(
    analyst: httpx.Client, may: dict[str, Any]
) -> None:
    mine = {"month_end": "2016-12-31", "pack": str(uuid4())}
    assert analyst.post(API, json=mine).status_code == 201
    analyst.post(API, json=mine)
    assert len(analyst.get(API, params={"month_end": "2016-12-31"}).json()["packs"]) == 1
    analyst.post(API, json={"month_end": "2016-12-31"})
    first = analyst.get(API, params={"month_end": "2016-12-31", "limit": "1"})
    assert [pack["number"] for pack in first.json()["packs"]] == [2]
    [link] = re.findall(r'<(.+)>; rel="next"', first.headers["Link"])
    second = analyst.get(link)
    assert [pack["number"] for pack in second.json()["packs"]] == [1]
    assert "Link" not in second.headers


def test_what_cannot_be_frozen_is_said_in_words(analyst: httpx.Client, over: Over) -> None:
    for asked, status, code in (
        ({"month_end": "2017-06-29"}, 400, "no-such-month-end"),
        ({"month_end": "2199-12-31"}, 400, "no-such-month-end"),
        ({"month_end": JUNE, "note": "x" * 501}, 400, "unusable-body"),
        ({"month": JUNE}, 400, "unusable-body"),
    ):
        answer = analyst.post(API, json=asked)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}"), answer.text
    assert analyst.get(f"{API}/{uuid4()}").json()["type"] == "/problems/no-such-pack"
    nobody = over.gateway.http(over.gateway.token("analyst", ELSEWHERE))
    answer = nobody.post(f"/api/authorities/{ELSEWHERE}/packs", json={"month_end": JUNE})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-to-freeze")


def test_who_may_see_exact_figures_reads_packs_and_analysts_and_stewards_freeze(
    over: Over, may: dict[str, Any]
) -> None:
    name = may["pack"]["pack"]
    for role, authority, reads, freezes in (
        ("manager", HERE, 200, 403),
        ("steward", HERE, 200, 201),
        ("analyst", ELSEWHERE, 403, 403),
    ):
        client = over.gateway.http(over.gateway.token(role, authority))
        for what in ("", f"/{name}", f"/{name}/rerun", f"/{name}/figures.csv", f"/{name}/figures.xlsx"):
            assert client.get(API + what).status_code == reads, (role, what)
        assert client.post(API, json={"month_end": "2015-12-31"}).status_code == freezes
    operator = over.gateway.signed_in("operator")
    for what in ("", f"/{name}", f"/{name}/rerun", f"/{name}/indicators/{THREE}", "/freeze?month_end=2017-06-30"):
        assert operator.get(PAGES + what).status_code == 403
        assert over.gateway.http().get(PAGES + what).status_code == 401
    # A neighbour who knows the name is told as much as of one that never was.
    neighbour = over.gateway.http(over.gateway.token("analyst", ELSEWHERE))
    assert neighbour.get(f"/api/authorities/{ELSEWHERE}/packs/{name}").status_code == 404


def test_the_files_hold_every_figure_with_its_rating(analyst: httpx.Client, may: dict[str, Any]) -> None:
    answer = analyst.get(f"{API}/{may['pack']['pack']}/figures.csv")
    assert f"pack-{HERE}-{MAY}-1.csv" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == len(may["figures"])
    [three] = [line for line in lines if line["indicator"] == THREE and line["cell"] == "all"]
    assert (three["numerator"], three["denominator"], three["value"], three["rating"]) == ("1", "5", "20.0%", "red")
    [count] = [line for line in lines if line["indicator"] == "looked_after" and line["cell"] == "all"]
    assert (count["denominator"], count["value"], count["rating"]) == ("z", "5", "")
    book = analyst.get(f"{API}/{may['pack']['pack']}/figures.xlsx").content
    with zipfile.ZipFile(BytesIO(book)) as parts:
        sheets = re.findall(r'<sheet name="([^"]+)"', parts.read("xl/workbook.xml").decode())
        words = parts.read("xl/sharedStrings.xml").decode()
    assert sheets == ["Cover", "Notes", "Figures", "Breakdowns", "Targets"]
    for word in ("Panel of 6 June", may["pack"]["pack"], "20 of 100, itself too", "a program (analyst)"):
        assert word in words
    assert pseudonym("a") not in words


# --- Pages ------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def frozen_on_pages(client: httpx.Client, month_end: str, note: str = "") -> str:
    """Freeze as a person does: ask, then confirm. Returns the address of the pack."""
    form = client.get(f"{PAGES}/freeze", params={"month_end": month_end})
    assert form.status_code == 200, form.text
    fields = dict(re.findall(r'name="(csrf_token|month_end|pack)" value="([^"]+)"', form.text))
    answer = client.post(
        f"{PAGES}/freeze", data=fields | {"note": note}, headers={"Origin": str(client.base_url).rstrip("/")}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_person_freezes_on_a_page_reads_the_pack_and_opens_each_figure(over: Over, may: dict[str, Any]) -> None:
    person = over.gateway.signed_in("analyst")
    origin = {"Origin": over.gateway.url}
    assert (
        person.post(f"{PAGES}/freeze", data={"month_end": JUNE, "pack": str(uuid4())}, headers=origin).status_code
        == 403
    )
    address = frozen_on_pages(person, JUNE, "For the panel")
    page = person.get(address)
    assert page.status_code == 200, page.text
    text = plain(page.text)
    for word in ("30 June 2017, as frozen", "analyst (analyst)", "For the panel", "Green below 10%, red 20% or more"):
        assert word in text
    assert f'data-indicator="{THREE}" data-breakdown="all" data-period="on" data-numerator="1"' in page.text
    assert 'class="rating red"' in page.text
    assert "Frozen packs" in plain(person.get(f"/authorities/{HERE}").text)
    for link in re.findall(r'href="(/authorities/[^"]+/bridge\?first_pack[^"]+)"', page.text)[::7]:
        bridge = person.get(link.replace("&amp;", "&"))
        assert bridge.status_code == 200, bridge.text
        assert "30 June 2017, as frozen on" in bridge.text
        assert 'data-adds-up="no"' not in bridge.text
    cells = person.get(f"{address}/indicators/{THREE}")
    assert cells.status_code == 200
    assert 'data-breakdown="age_band:10_to_15"' in cells.text
    assert person.get(f"{address}/indicators/admissions").status_code == 200
    assert person.get(f"{address}/indicators/nothing").status_code == 404
    assert 'data-same="yes"' in person.get(f"{address}/rerun").text


def test_freezing_again_says_what_it_supersedes_and_the_old_pack_says_so(over: Over, may: dict[str, Any]) -> None:
    person = over.gateway.signed_in("steward")
    form = person.get(f"{PAGES}/freeze", params={"month_end": MAY}).text
    assert f'data-supersedes="{may["pack"]["pack"]}"' in form
    address = frozen_on_pages(person, MAY)
    old = person.get(f"{PAGES}/{may['pack']['pack']}").text
    assert "data-superseded" in old
    assert f'href="{address}"' in old
    assert "data-superseded" not in person.get(address).text
    listed = person.get(PAGES).text
    assert listed.index(address) < listed.index(may["pack"]["pack"])
    assert UUID(address.rsplit("/", 1)[-1])


def test_a_re_run_on_a_page_states_the_number_erased(over: Over, may: dict[str, Any]) -> None:
    person = over.gateway.signed_in("manager")
    page = person.get(f"{PAGES}/{may['pack']['pack']}/rerun").text
    assert 'data-same="no"' in page
    assert "1 statement of it has been erased, and with it 1 child ." in plain(page)
    # Whoever may not freeze is offered nothing to freeze with.
    assert "/packs/freeze" not in person.get(PAGES).text
    bridge = person.get(
        f"/authorities/{HERE}/indicators/looked_after/bridge", params={"first_pack": may["pack"]["pack"]}
    ).text
    assert 'data-cause="erased"' in bridge
    assert "It adds up: 5 − 1 − 1 = 3." in bridge
    assert f'name="first_pack" value="{may["pack"]["pack"]}"' in bridge


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium on this machine")
def test_a_pack_is_frozen_in_a_browser_and_its_pages_fit_a_narrow_screen(
    over: Over, may: dict[str, Any], tmp_path: Path
) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in (*OPTIONS, f"--user-data-dir={tmp_path}", "--window-size=500,1000"):
        options.add_argument(option)
    page = webdriver.Chrome(options=options, service=Service(DRIVER))
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    try:
        page.get(f"{over.gateway.url}/sign-in?next={PAGES}")
        page.find_element(By.ID, "name").send_keys("analyst")
        page.find_element(By.ID, "password").send_keys(PASSWORD)
        page.find_element(By.CSS_SELECTOR, "main button").click()
        eventually("the list is there", lambda: page.find_elements(By.ID, "month_end"))
        assert page.execute_script(wide) <= 0
        page.find_element(By.CSS_SELECTOR, "main .button").click()
        eventually("it is to be confirmed", lambda: page.find_elements(By.ID, "note"))
        assert page.execute_script(wide) <= 0
        page.find_element(By.ID, "note").send_keys("From a browser")
        page.find_element(By.CSS_SELECTOR, "main button").click()
        eventually("the pack is there", lambda: page.find_elements(By.CSS_SELECTOR, "data.pack-figure"))
        assert "From a browser" in page.find_element(By.TAG_NAME, "main").text
        assert page.execute_script(wide) <= 0
        for address in (f"{may['pack']['pack']}/rerun", f"{may['pack']['pack']}/indicators/{THREE}"):
            page.get(f"{over.gateway.url}{PAGES}/{address}")
            assert page.execute_script(wide) <= 0, address
    finally:
        page.quit()
