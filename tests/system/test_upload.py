"""A return uploaded in a real browser to the running platform: its figures are then those read from the files at home.

Afterwards nothing of what was uploaded is on the disk or in a log, and uploading it again changes nothing.
"""

import csv
import io
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.system.browsing import browser, needs_chromium, shoot, shown, sign_in
from tests.system.platform import COMMAND, ROOT, Platform, eventually, today

# Two that no other test says anything of, so that what is known of them is what was uploaded.
AUTHORITY, OTHER = "E08000036", "E08000032"
SAMPLE = Path(os.environ.get("HOLDFAST_SAMPLE_RETURNS") or ROOT.parent / "shared" / "data" / "ssda903-sample")
PASSWORD = secrets.token_hex(12)
# Put before every reference, so that it can be looked for and is found nowhere by accident.
MARK = f"REF{secrets.token_hex(4)}-"

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample return is not beside the checkout"),
]


def marked_sample() -> dict[str, str]:
    """The files of the sample, by names that say nothing, each reference with the mark before it."""
    found = {}
    for file in sorted(SAMPLE.glob("*.csv")):
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
        text = io.StringIO()
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "CHILD": MARK + row["CHILD"]} for row in rows)
        found[f"{MARK}{file.name}"] = text.getvalue()
    return found


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a zip."""
    path = tmp_path_factory.mktemp("return") / f"{MARK}returns.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in marked_sample().items():
            archive.writestr(name, text)
    return path


def analyst(platform: Platform, name: str, authority: str) -> None:
    subprocess.run(
        [COMMAND, "user", "create", "--name", name, "--role", "analyst", "--authority", authority, "--password-stdin"],
        env=platform.environment,
        input=PASSWORD + "\n",
        text=True,
        check=True,
        capture_output=True,
    )


@contextmanager
def signed_in(platform: Platform, folder: Path, name: str, **how: Any) -> Iterator[WebDriver]:
    driver = browser(folder / "profile", **how)
    try:
        sign_in(driver, platform, name, PASSWORD)
        yield driver
    finally:
        driver.quit()


def choose(driver: WebDriver, platform: Platform, authority: str, *files: Path) -> None:
    """Choose files on the page of an import, and send them."""
    driver.get(f"{platform.url('gateway')}/authorities/{authority}/import")
    driver.find_element(By.ID, "files").send_keys("\n".join(map(str, files)))
    driver.find_element(By.CSS_SELECTOR, "form.upload button[type=submit]").click()


def heading(driver: WebDriver, text: str, seconds: float = 90) -> None:
    """Wait until the page has this heading; fails with what it shows instead."""
    try:
        eventually(f"the page says: {text}", lambda: text in driver.title, seconds)
    except AssertionError:
        raise AssertionError(driver.find_element(By.TAG_NAME, "main").text) from None


def counts(driver: WebDriver) -> dict[str, int]:
    return {
        str(one.get_attribute("data-count")): int(one.get_attribute("value") or -1)
        for one in driver.find_elements(By.CSS_SELECTOR, ".counts data")
    }


@cache
def from_files(*arguments: str) -> list[dict[str, Any]]:
    """What `holdfast indicators` reads in the sample."""
    command = [sys.executable, "-m", "holdfast.cli", "indicators", str(SAMPLE), *arguments, "--format", "json"]
    return list(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout))


def now_from_files() -> dict[tuple[str, str | None], tuple[int, int | None]]:
    return {
        (row["indicator"], row.get("period")): (row["numerator"], row["denominator"])
        for row in from_files("--on", today().isoformat())
    }


def month_ends_shown(driver: WebDriver) -> dict[str, list[int]]:
    """The numbers of each month end on an indicator's page, numerator and denominator."""
    rows = driver.find_elements(By.CSS_SELECTOR, "#month-ends tr[data-on]")
    cells = {str(row.get_attribute("data-on")): row.find_elements(By.CSS_SELECTOR, "td.n") for row in rows}
    return {on: [int(cell.text.split()[0].replace(",", "")) for cell in those[-2:]] for on, those in cells.items()}


def hidden_in(folder: Path, text: bytes) -> list[str]:
    """The files under a folder that hold a text."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and text in path.read_bytes()]


def test_a_return_is_uploaded_checked_and_imported_and_its_figures_are_those_of_the_files(
    platform: Platform, zipped: Path, tmp_path: Path
) -> None:
    analyst(platform, "uma", AUTHORITY)
    with signed_in(platform, tmp_path, "uma") as driver:
        driver.get(f"{platform.url('gateway')}/authorities/{AUTHORITY}/import")
        assert f"holdfast token create --authority {AUTHORITY} --system ssda903" in driver.page_source
        platform.run("token", "create", "--authority", AUTHORITY, "--system", "ssda903")
        driver.refresh()
        shoot(driver, "upload")
        before = platform.records("care.events")

        choose(driver, platform, AUTHORITY, zipped)
        heading(driver, "Check before you import")
        would = counts(driver)
        assert would["new"] > 3000
        assert (would["restated"], would["gone"], would["unchanged"]) == (0, 0, 0)
        assert len(driver.find_elements(By.CSS_SELECTOR, "td.files")) == 5
        assert MARK not in driver.find_element(By.CSS_SELECTOR, "details").text.replace(f"{MARK}returns.zip", "")
        shoot(driver, "upload-findings")
        assert platform.records("care.events") == before

        driver.find_element(By.CSS_SELECTOR, ".decide button[type=submit]").click()
        heading(driver, "The return is imported")
        assert counts(driver) == {"new": would["new"], "restated": 0, "withdrawn": 0, "unchanged": 0}
        assert platform.records("care.events") == before + would["new"]
        shoot(driver, "upload-done")

        driver.find_element(By.CSS_SELECTOR, "main a.button").click()
        wanted = now_from_files()
        eventually("the scorecard is that of the files", lambda: _without_rate(shown(driver)) == wanted, 90)
        for indicator in ("three_or_more_placements", "long_term_stable"):
            driver.get(f"{platform.url('gateway')}/authorities/{AUTHORITY}/indicators/{indicator}")
            found = month_ends_shown(driver)
            ends = [row for row in from_files("--month-ends", "2017-04..2022-03") if row["indicator"] == indicator]
            assert len(ends) == 60
            for row in ends:
                assert found[row["date"]] == [row["numerator"], row["denominator"]], row["date"]


def _without_rate(figures: dict[tuple[str, str | None], Any]) -> dict[tuple[str, str | None], Any]:
    """Of how many residents that is, returns don't tell."""
    return {name: numbers for name, numbers in figures.items() if name[0] != "looked_after_rate"}


def test_the_same_upload_again_says_that_there_is_nothing_new(platform: Platform, zipped: Path, tmp_path: Path) -> None:
    before = platform.records("care.events")
    with signed_in(platform, tmp_path, "uma", width=500) as driver:
        choose(driver, platform, AUTHORITY, zipped)
        heading(driver, "Nothing new")
        assert (counts(driver)["new"], counts(driver)["restated"], counts(driver)["gone"]) == (0, 0, 0)
        assert counts(driver)["unchanged"] > 3000
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert driver.execute_script(wide) <= 0
        shoot(driver, "upload-nothing-new-narrow")
    assert platform.records("care.events") == before


def test_nothing_of_what_was_uploaded_is_on_the_disk_or_in_a_log(platform: Platform) -> None:
    assert hidden_in(platform.home, MARK.encode()) == []
    assert MARK not in platform.printed()
    assert [path for path in (platform.home / "uploads").rglob("*") if path.is_file()] == []
    said = httpx.get(f"{platform.url('gateway')}/metrics").text
    assert 'holdfast_gateway_uploads_total{outcome="imported"} 1.0' in said
    assert MARK not in said


def test_without_scripts_the_same_pages_lead_through_an_import(
    platform: Platform, zipped: Path, tmp_path: Path
) -> None:
    """Of a year that was imported every second episode has gone: that is asked about, and nothing is done meanwhile."""
    half = halved(tmp_path)
    before = platform.records("care.events")
    with signed_in(platform, tmp_path, "uma", scripts=False) as driver:
        choose(driver, platform, AUTHORITY, *half)
        heading(driver, "Check before you import")
        assert counts(driver)["gone"] > 100
        assert "More than one row in twenty has gone" in driver.page_source
        driver.find_element(By.CSS_SELECTOR, ".decide button[type=submit]").click()
        heading(driver, "Check before you import")  # the browser itself asks for a choice
        driver.find_element(By.CSS_SELECTOR, "button[formaction$=drop]").click()
        heading(driver, "Import a return")
        choose(driver, platform, AUTHORITY, zipped)
        heading(driver, "Nothing new")
    assert platform.records("care.events") == before


def halved(folder: Path) -> list[Path]:
    """The files of the sample's first year, with every second row of Episodes left out."""
    found = []
    for name, text in marked_sample().items():
        table = name.removeprefix(MARK)
        if table.startswith("2017-"):
            head, *rows = text.splitlines(keepends=True)
            kept = rows[::2] if "episodes" in table else rows
            (folder / table).write_text(head + "".join(kept))
            found.append(folder / table)
    return found


def test_a_gateway_killed_while_it_sends_loses_nothing_and_leaves_nothing(
    breakable: Platform, zipped: Path, tmp_path: Path
) -> None:
    analyst(breakable, "uma", OTHER)
    breakable.run("token", "create", "--authority", OTHER, "--system", "ssda903")
    before = breakable.records("care.events")
    with signed_in(breakable, tmp_path, "uma") as driver:
        choose(driver, breakable, OTHER, zipped)
        heading(driver, "Check before you import")
        new = counts(driver)["new"]
        driver.find_element(By.CSS_SELECTOR, ".decide button[type=submit]").click()
        eventually("some of it has arrived", lambda: breakable.records("care.events") > before)
        killed = breakable.pid("gateway")
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        eventually("another gateway is there", lambda: _gateway_after(breakable, killed), 60)
        assert list((breakable.home / "uploads").glob("*/*")) == []

        def again() -> bool:
            driver.get(driver.current_url)
            return "is not here any more" in driver.page_source

        eventually("the upload is gone, and the page says what to do", again)
        choose(driver, breakable, OTHER, zipped)
        eventually("it is compared", lambda: re.match("Check before|Nothing new", driver.title), 60)
        if "Check before" in driver.title:
            driver.find_element(By.CSS_SELECTOR, ".decide button[type=submit]").click()
            heading(driver, "The return is imported")
    assert len({key for key in breakable.keys("care.events") if key.startswith(f"{OTHER}/")}) == new
    assert hidden_in(breakable.home, MARK.encode()) == []


def _gateway_after(platform: Platform, killed: int) -> bool:
    pid = platform.pid("gateway")
    if pid in (None, killed):
        return False
    try:
        return httpx.get(f"{platform.url('gateway')}/readyz").status_code == 200
    except httpx.TransportError:
        return False
