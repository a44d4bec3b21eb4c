"""The scorecard in a real browser: what is on the page is what the API says, and it moves by itself."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from holdfast.contracts import topics
from holdfast.contracts.authorities import authorities
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import PASSWORD, Running, eventually, running_gateway
from tests.integration.gateway_said import CHILD, alert, every_figure, figure, say
from tests.integration.gateway_uploading import ODD

AUTHORITY = sorted(authorities())[55]
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no Chromium on this machine")

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def gateway(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("gateway")
    with a_database(postgres_server) as url, running_gateway(kafka, url, home, tuple(free_ports(3))) as running:
        running.person("analyst", "analyst", AUTHORITY)
        say(kafka, topics.INDICATORS, *every_figure(AUTHORITY, as_at=now(), offset=time.time_ns()))
        yield running


@pytest.fixture(scope="module")
def reader(gateway: Running) -> httpx.Client:
    return gateway.http(gateway.token("analyst", AUTHORITY))


@pytest.fixture(scope="module")
def browser(gateway: Running) -> Iterator[webdriver.Chrome]:
    folder = tempfile.mkdtemp()
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in (*OPTIONS, f"--user-data-dir={folder}", "--window-size=1280,1000"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    made = webdriver.Chrome(options=options, service=Service(DRIVER))
    made.get(f"{gateway.url}/sign-in?next=/authorities/{AUTHORITY}")
    made.find_element(By.ID, "name").send_keys("analyst")
    made.find_element(By.ID, "password").send_keys(PASSWORD)
    made.find_element(By.CSS_SELECTOR, "main button").click()
    yield made
    made.quit()
    shutil.rmtree(folder, ignore_errors=True)


def on_page(browser: webdriver.Chrome) -> dict[tuple[str, str], tuple[str, str]]:
    """Every figure on the page, read from its elements."""
    script = (
        "return [...document.querySelectorAll('data.figure')].map(e => "
        "[e.dataset.indicator, e.dataset.period, e.dataset.numerator, e.dataset.denominator])"
    )
    return {(one[0], one[1]): (one[2], one[3]) for one in browser.execute_script(script)}


def in_api(reader: httpx.Client) -> dict[tuple[str, str], tuple[str, str]]:
    rows = reader.get(f"/api/authorities/{AUTHORITY}/indicators").json()
    return {
        (row["indicator"], row.get("period", "on")): (
            str(row["numerator"]),
            "" if row["denominator"] is None else str(row["denominator"]),
        )
        for row in rows
    }


def state(browser: webdriver.Chrome) -> str:
    return str(browser.find_element(By.CSS_SELECTOR, "[data-state]").get_attribute("data-state"))


def test_the_page_says_what_the_api_says(browser: webdriver.Chrome, reader: httpx.Client, tmp_path: Path) -> None:
    eventually("it is live", lambda: state(browser) == "live")
    assert on_page(browser) == in_api(reader)
    assert browser.save_screenshot(str(tmp_path / "scorecard.png"))
    assert (tmp_path / "scorecard.png").stat().st_size > 20_000


def test_a_figure_moves_in_place_unless_the_page_is_paused(
    gateway: Running, browser: webdriver.Chrome, reader: httpx.Client
) -> None:
    browser.execute_script("window.untouched = document.querySelector('[data-tile=admissions] h3')")
    changed = figure(AUTHORITY, "admissions", numerator=77, as_at=now(), offset=time.time_ns())
    say(gateway.kafka, topics.INDICATORS, changed)
    eventually("it moved", lambda: on_page(browser)["admissions", "month"] == ("77", ""))
    assert on_page(browser) == in_api(reader)
    assert browser.execute_script("return document.querySelector('[data-tile=admissions] h3') === window.untouched")

    pause = browser.find_element(By.CSS_SELECTOR, "[data-pause]")
    pause.click()
    assert state(browser) == "paused"
    later = figure(AUTHORITY, "admissions", numerator=78, as_at=now(), offset=time.time_ns())
    say(gateway.kafka, topics.INDICATORS, later)
    eventually("the API moved", lambda: in_api(reader)["admissions", "month"] == ("78", ""))
    assert on_page(browser)["admissions", "month"] == ("77", "")
    pause.click()
    eventually("it caught up", lambda: on_page(browser)["admissions", "month"] == ("78", ""))
    assert state(browser) == "live"


def test_an_alert_appears_and_goes(gateway: Running, browser: webdriver.Chrome) -> None:
    say(gateway.kafka, topics.ALERTS, alert(AUTHORITY, "raised", now()))
    eventually("it is there", lambda: browser.find_elements(By.CSS_SELECTOR, ".alert"))
    say(gateway.kafka, topics.ALERTS, alert(AUTHORITY, "cleared", now()))
    eventually("it is gone", lambda: not browser.find_elements(By.CSS_SELECTOR, ".alert"))


def test_from_a_figure_to_its_children_to_a_journey(gateway: Running, browser: webdriver.Chrome) -> None:
    browser.find_element(By.LINK_TEXT, "Children looked after").click()
    browser.find_element(By.LINK_TEXT, "Show the children").click()
    browser.find_element(By.LINK_TEXT, CHILD).click()
    assert browser.find_elements(By.CSS_SELECTOR, "svg.timeline rect.bar.fostered")
    assert "Every statement behind it" in browser.page_source
    rows = browser.find_elements(By.CSS_SELECTOR, "table.statements tbody tr")
    assert {row.get_attribute("class"): row.value_of_css_property("display") for row in rows} == {
        "standing": "table-row",
        "superseded": "table-row",
    }


def test_files_that_are_dropped_are_uploaded_and_lead_to_what_was_found(
    gateway: Running, browser: webdriver.Chrome
) -> None:
    browser.get(f"{gateway.url}/authorities/{AUTHORITY}/import")
    drop = (
        "const held = new DataTransfer();"
        "for (const [name, text] of Object.entries(arguments[0])) held.items.add(new File([text], name));"
        "document.querySelector('[data-dropzone]').dispatchEvent("
        "new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true }))"
    )
    browser.execute_script(drop, ODD)
    chosen = "[data-chosen] li"
    eventually("they are listed", lambda: len(browser.find_elements(By.CSS_SELECTOR, chosen)) == len(ODD))
    assert browser.find_elements(By.CSS_SELECTOR, chosen)[0].text.startswith("2017-episodes.csv")
    browser.find_element(By.CSS_SELECTOR, "form.upload button").click()
    eventually("it is read and compared", lambda: "Check before you import" in browser.title)
    finding = browser.find_element(By.CSS_SELECTOR, "details[data-code=not-a-date]")
    finding.find_element(By.TAG_NAME, "summary").click()
    assert "2017-episodes.csv, DECOM" in finding.text
    browser.find_element(By.CSS_SELECTOR, "button[formaction$=drop]").click()
    eventually("it is forgotten", lambda: "Import a return" in browser.title)


def test_files_that_are_too_many_bytes_are_refused_before_they_are_sent(
    gateway: Running, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(gateway.settings.upload_mebibytes * 2**20 + 1)
    browser.get(f"{gateway.url}/authorities/{AUTHORITY}/import")
    browser.find_element(By.ID, "files").send_keys(str(tmp_path / "large.csv"))
    fault = eventually("it is said", lambda: browser.find_elements(By.CSS_SELECTOR, "[data-fault]"))[0]
    assert "64 MiB" in fault.text
    assert browser.switch_to.active_element == fault
    assert not browser.find_element(By.CSS_SELECTOR, "form.upload button").is_enabled()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window_and_none_breaks_the_content_policy(
    gateway: Running, browser: webdriver.Chrome, width: int
) -> None:
    browser.get_log("browser")
    browser.set_window_size(max(width, 500), 1000)
    for path in (
        f"/authorities/{AUTHORITY}",
        f"/authorities/{AUTHORITY}/indicators/three_or_more_placements",
        f"/authorities/{AUTHORITY}/indicators/admissions",
        f"/authorities/{AUTHORITY}/indicators/looked_after/children",
        f"/authorities/{AUTHORITY}/children/{CHILD}",
        f"/authorities/{AUTHORITY}/import",
    ):
        browser.get(gateway.url + path)
        wide, window = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, path
    assert [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
