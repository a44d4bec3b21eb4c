"""Receipts, bridges and the months ahead through the gateway, from a real register behind it: JSON, files and pages."""

import csv
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from holdfast.contracts.events import AnyEvent
from tests.factories import admitted, discharged, moved, pseudonym, said_again
from tests.integration.gateway_over_register import gateway_over_register
from tests.integration.gateway_rig import PASSWORD, Running, eventually
from tests.integration.test_gateway_browser import CHROMIUM, DRIVER, OPTIONS

HERE, ELSEWHERE = "E08000018", "E08000016"
API, PAGES = f"/api/authorities/{HERE}", f"/authorities/{HERE}/indicators"
THREE = "three_or_more_placements"


def told() -> list[AnyEvent]:
    """Five children: one with three placements, one with two, two settled, one whose leaving was entered late."""
    wrong = moved("2017-05-20", place="U1", child="b", fact="second")
    return [
        admitted("2016-01-05", "U6", child="a"),
        moved("2017-03-09", "P", "K2", child="a"),
        moved("2017-05-09", "P", "U4", child="a"),
        admitted("2015-01-05", "U6", child="b"),
        wrong,
        said_again(moved("2017-05-03", place="U1", child="b", fact="second"), "2017-06-02T12:00:00Z"),
        admitted("2010-01-01", "U6", dob="2006-01-01", child="c"),
        moved("2015-08-09", place="U4", child="c"),
        admitted("2010-01-01", "U6", dob="2006-01-01", child="d"),
        admitted("2016-06-01", "U6", child="e"),
        discharged("2017-06-20", child="e", recorded="2017-08-09T12:00:00Z"),
    ]


@pytest.fixture(scope="module")
def gateway(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gateway over a real register that has read what was told."""
    with gateway_over_register(kafka, postgres_server, tmp_path_factory.mktemp("gateway"), told()) as over:
        for role in ("manager", "analyst"):
            over.gateway.person(role, role, HERE)
        over.gateway.person("operator", "operator", None)
        yield over.gateway


@pytest.fixture(scope="module")
def analyst(gateway: Running) -> httpx.Client:
    return gateway.http(gateway.token("analyst", HERE))


@pytest.fixture(scope="module")
def browser(gateway: Running) -> httpx.Client:
    return gateway.signed_in("manager")


def test_a_receipt_names_the_children_and_the_near_misses(analyst: httpx.Client) -> None:
    answer = analyst.get(f"{API}/receipt", params={"indicator": THREE, "on": "2017-06-30"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["numerator"], body["denominator"]) == (1, 4)
    by_child = {line["child"]: line for line in body["lines"]}
    assert by_child[pseudonym("a")]["of"] == "numerator"
    [near] = by_child[pseudonym("b")]["near"]
    assert near["sentence"] == "Two placements in the last 12 months, and the second began on 3 May 2017."
    again = analyst.get(
        f"{API}/receipt",
        params={"indicator": THREE, "on": "2017-06-30"},
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    assert analyst.get(f"{API}/receipt", params=body["link"]).json() == body


def test_the_pages_of_a_receipt_are_linked(analyst: httpx.Client) -> None:
    address = f"{API}/receipt?indicator={THREE}&on=2017-06-30&limit=1"
    children = []
    for _ in range(9):
        answer = analyst.get(address)
        children += [line["child"] for line in answer.json()["lines"]]
        following = re.search(r'<(.+)>; rel="next"', answer.headers.get("Link", ""))
        if following is None:
            break
        address = following[1]
    assert sorted(children) == sorted(pseudonym(name) for name in "abcd")


def test_a_receipt_is_a_flat_file_and_a_workbook(analyst: httpx.Client) -> None:
    asked = {"indicator": THREE, "on": "2017-06-30"}
    answer = analyst.get(f"{API}/receipt.csv", params=asked)
    assert answer.headers["content-disposition"] == f'attachment; filename="receipt-{HERE}-{THREE}-2017-06-30.csv"'
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["child"] for row in rows if row["counted_as"] == "numerator"] == [pseudonym("a")]
    assert sum(int(row["denominator"]) for row in rows) == 4
    assert "2017-05-09 to then: fostered" in rows[0]["placements"]
    workbook = sheets(analyst.get(f"{API}/receipt.xlsx", params=asked).content)
    assert list(workbook) == ["Cover", "Notes", "Children", "Placements", "Happenings", "Near misses"]
    assert ["Numerator", "1"] in workbook["Cover"]
    assert workbook["Near misses"][0] == ["child", "kind", "by", "unit", "on", "what_keeps_it_out"]
    assert pseudonym("b") in [row[0] for row in workbook["Near misses"]]
    assert [row[0] for row in workbook["Placements"]].count(pseudonym("a")) == 3


def sheets(made: bytes) -> dict[str, list[list[str]]]:
    """The cells of a workbook's sheets as text, by name."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(BytesIO(made)) as files:
        strings = [
            "".join(part.text or "" for part in item.iter(f"{space}t"))
            for item in ElementTree.fromstring(files.read("xl/sharedStrings.xml"))
        ]
        names = [
            sheet.get("name", "")
            for sheet in ElementTree.fromstring(files.read("xl/workbook.xml")).iter(f"{space}sheet")
        ]
        found = {}
        for number, name in enumerate(names, 1):
            sheet = ElementTree.fromstring(files.read(f"xl/worksheets/sheet{number}.xml"))
            found[name] = [
                [
                    strings[int(cell.findtext(f"{space}v") or 0)]
                    if cell.get("t") == "s"
                    else cell.findtext(f"{space}v") or ""
                    for cell in row
                ]
                for row in sheet.iter(f"{space}row")
            ]
        return found


def test_the_bridge_from_the_july_pack_to_today_adds_up(analyst: httpx.Client) -> None:
    asked = {"indicator": THREE, "first_on": "2017-06-30", "second_on": "2017-06-30"}
    body = analyst.get(f"{API}/bridge", params=asked | {"first_known_at": "2017-07-14T09:00:00Z"}).json()
    assert (body["denominator"]["first"], body["denominator"]["second"], body["adds_up"]) == (5, 4, True)
    assert [(each["way"], each["cause"]) for each in body["changes"]] == [("went", "entered late")]


@pytest.fixture(scope="module")
def a_target(analyst: httpx.Client) -> Iterator[None]:
    targets = [
        {
            "in_force_from": "2010-04-01",
            "good": "high",
            "green": {"value": 7, "of": 10, "inclusive": True},
            "red": {"value": 60, "of": 100, "inclusive": False},
        }
    ]
    assert analyst.put(f"{API}/targets/long_term_stable", json=targets).status_code == 200
    eventually("the target is held", lambda: analyst.get(f"{API}/targets/long_term_stable").json())
    yield
    # The broker is that of other tests too.
    assert analyst.put(f"{API}/targets/long_term_stable", json=[]).status_code == 200


@pytest.mark.usefixtures("a_target")
def test_the_months_ahead_have_the_room_to_the_next_band(analyst: httpx.Client) -> None:
    asked = {"indicator": "long_term_stable", "on": "2017-06-30"}
    body = analyst.get(f"{API}/ahead", params=asked).json()
    assert (body["now"]["reading"]["numerator"], body["now"]["reading"]["denominator"]) == (1, 2)
    assert (body["now"]["rating"], body["now"]["headroom"]) == (
        "red",
        [{"rating": "green", "begins_at": 2, "by": 1}],
    )
    assert [end["rating"] for end in body["month_ends"]][:2] == ["red", "amber"]
    first = next(each for each in body["crossings"] if each["crossing"]["of"] == "numerator")
    assert (first["crossing"]["child"], first["crossing"]["on"]) == (pseudonym("c"), "2017-08-09")
    assert "reached two years" in first["sentence"]


@pytest.mark.parametrize("what", ["receipt", "bridge", "ahead", "receipt.csv", "receipt.xlsx"])
def test_who_may_see_children_may_ask_and_nobody_else(gateway: Running, what: str) -> None:
    asked = {"indicator": THREE, "first_on": "2017-06-30"}
    for role, authority, status in (("manager", HERE, 200), ("analyst", ELSEWHERE, 403)):
        answer = gateway.http(gateway.token(role, authority)).get(f"{API}/{what}", params=asked)
        assert answer.status_code == status, (role, answer.text)
    operator = gateway.signed_in("operator")
    assert operator.get(f"{API}/{what}", params=asked).status_code == 403
    assert gateway.http().get(f"{API}/{what}", params=asked).status_code == 401


def test_what_cannot_be_asked_is_said_in_words(analyst: httpx.Client) -> None:
    for asked, status, code in (
        ({"indicator": "nothing"}, 404, "unknown-indicator"),
        ({"indicator": THREE, "definitions": "0"}, 400, "no-such-definitions"),
        ({"indicator": THREE, "on": "1970-01-01"}, 400, "no-such-day"),
        ({"indicator": THREE, "period": "month"}, 400, "no-such-figure"),
    ):
        answer = analyst.get(f"{API}/receipt", params=asked)
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}"), answer.text
    assert analyst.get("/problems/readings-cross").status_code == 200


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_receipt_tells_why(browser: httpx.Client) -> None:
    answer = browser.get(f"{PAGES}/{THREE}/receipt?on=2017-06-30")
    assert answer.status_code == 200, answer.text
    page = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert "1 of 4 children looked after" in page
    assert "Three placements in the 12 months from 1 July 2016 to 30 June 2017; three are needed." in page
    assert f'data-counted="{pseudonym("a")}"' in answer.text
    assert f'data-near="{pseudonym("b")}"' in answer.text
    [link] = re.findall(r'href="([^"]+)">Link to this very receipt', answer.text)
    assert browser.get(link.replace("&amp;", "&")).text == answer.text
    [excel] = re.findall(r'href="([^"]+)">Excel', answer.text)
    assert browser.get(excel.replace("&amp;", "&")).content[:2] == b"PK"


def test_the_page_of_a_bridge_draws_and_lists_it(browser: httpx.Client) -> None:
    answer = browser.get(f"{PAGES}/{THREE}/bridge?first_on=2017-06-30&first_known_on=2017-07-14&second_on=2017-06-30")
    assert answer.status_code == 200, answer.text
    assert answer.text.count('data-adds-up="yes"') == 2
    assert "It adds up: 5 − 1 = 4." in answer.text
    assert 'data-cause="entered late"' in answer.text
    assert f'data-change="{pseudonym("e")}"' in answer.text
    assert "30 June 2017, as known on 14 July 2017" in answer.text
    assert browser.get(f"{PAGES}/admissions/bridge?first_on=2017-05-31&second_on=2017-06-30").status_code == 200
    assert browser.get(f"{PAGES}/{THREE}/bridge?first_known_on=then").status_code == 400


@pytest.mark.usefixtures("a_target")
def test_the_page_of_the_months_ahead_names_who_crosses(browser: httpx.Client) -> None:
    answer = browser.get(f"{PAGES}/long_term_stable/ahead?on=2017-06-30")
    assert answer.status_code == 200, answer.text
    assert 'data-crossing="2017-08-09"' in answer.text
    assert "Green begins at 2 (1 more)" in answer.text
    assert browser.get(f"{PAGES}/placement_moves/ahead?on=2017-06-30&period=rolling_year").status_code == 200
    assert browser.get(f"{PAGES}/looked_after_rate/ahead?on=2017-06-30").status_code == 200


def test_pages_are_for_those_who_may_see_children(gateway: Running) -> None:
    operator = gateway.signed_in("operator")
    for what in ("receipt", "bridge", "ahead"):
        assert operator.get(f"{PAGES}/{THREE}/{what}").status_code == 403


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium on this machine")
def test_the_pages_fit_a_narrow_screen_and_lead_from_one_to_the_next(gateway: Running, tmp_path: Path) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in (*OPTIONS, f"--user-data-dir={tmp_path}", "--window-size=500,1000"):
        options.add_argument(option)
    page = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        page.get(f"{gateway.url}/sign-in?next={PAGES}/{THREE}/receipt")
        page.find_element(By.ID, "name").send_keys("manager")
        page.find_element(By.ID, "password").send_keys(PASSWORD)
        page.find_element(By.CSS_SELECTOR, "main button").click()
        eventually("the receipt is there", lambda: page.find_elements(By.ID, "near"))
        for address in (
            "receipt?on=2017-06-30",
            "bridge?first_on=2016-06-30&second_on=2017-06-30",
            "ahead?on=2017-06-30",
        ):
            page.get(f"{gateway.url}{PAGES}/{THREE}/{address}")
            wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.execute_script(wide) <= 0, address
        page.get(f"{gateway.url}{PAGES}/{THREE}/bridge?first_on=2016-06-30&second_on=2017-06-30")
        [*_, child] = page.find_elements(By.CSS_SELECTOR, "[data-change] a")
        page.get(str(child.get_attribute("href")))
        assert "Placements" in page.find_element(By.TAG_NAME, "main").text
    finally:
        page.quit()
