"""The pages, in a real browser: they show what the API says, move by themselves, and can be read without a script."""

import secrets
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.system.browsing import browser, needs_chromium, shoot, shown, sign_in
from tests.system.platform import COMMAND, Platform, Reader, Sender, eventually, today

AUTHORITY = "E08000031"
PASSWORD = secrets.token_hex(12)
CHILDREN = 12

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def people(platform: Platform) -> tuple[Sender, Reader]:
    """An authority with some children in it, an analyst who may see them, and an operator who may not."""
    sender, reader = platform.sender(AUTHORITY), platform.reader(AUTHORITY)
    for name, role in (("pat", "analyst"), ("olu", "operator")):
        subprocess.run(
            [COMMAND, "user", "create", "--name", name, "--role", role, "--authority", AUTHORITY, "--password-stdin"],
            env=platform.environment,
            input=PASSWORD + "\n",
            text=True,
            check=True,
            capture_output=True,
        )
    events = [event for number in range(CHILDREN) for event in story(sender, number)]
    assert set(sender.post(events)) == {"accepted"}
    target = {
        "in_force_from": "2000-01-01",
        "good": "low",
        "green": {"value": 96, "of": 1000, "inclusive": False},
        "red": {"value": 12, "of": 100, "inclusive": True},
    }
    reader.http.put(f"/api/authorities/{AUTHORITY}/targets/three_or_more_placements", json=[target])
    eventually("the children are counted", lambda: reader.figure("looked_after") == (CHILDREN, None), 60)
    eventually("two of them moved twice", lambda: reader.figure("three_or_more_placements") == (2, CHILDREN), 60)
    return sender, reader


def story(sender: Sender, number: int) -> list[dict[str, Any]]:
    """A child with a placement of three years; every sixth moved twice since."""
    child, begun = f"P{number}", (today() - timedelta(days=1100 + number)).isoformat()
    admission = {
        "on": begun,
        "legal_status": "C2",
        "sex": "female" if number % 2 else "male",
        "category_of_need": "N1",
        "date_of_birth": (today() - timedelta(days=365 * (5 + number))).isoformat(),
        "placement": {"type": "U4", "provider": "PR1", "placement_id": f"carer-{number}"},
    }
    said = [sender.event(child, "admission", "a", f"{begun}T12:00:00Z", admission)]
    if number % 6 == 0:
        said += [move(sender, child, days) for days in (200, 90)]
    return said


def move(sender: Sender, child: str, days: int) -> dict[str, Any]:
    on = (today() - timedelta(days=days)).isoformat()
    placement = {"type": "K2", "provider": "PR4", "placement_id": f"home-{days}"}
    data = {"on": on, "reason_for_new_episode": "P", "reason_for_placement_change": "CREQB", "placement": placement}
    return sender.event(child, "placement-move", f"move/{days}", f"{on}T12:00:00Z", data)


@pytest.fixture
def page(platform: Platform, people: tuple[Sender, Reader], tmp_path: Path) -> Iterator[WebDriver]:
    driver = browser(tmp_path / "profile")
    sign_in(driver, platform, "pat", PASSWORD)
    yield driver
    driver.quit()


def read(reader: Reader) -> dict[tuple[str, str | None], tuple[int, int | None]]:
    return {
        (row["indicator"], row.get("period")): (row["numerator"], row["denominator"])
        for row in reader.figures()
        if row["breakdown"] is None
    }


def test_the_scorecard_shows_what_the_api_says(page: WebDriver, people: tuple[Sender, Reader]) -> None:
    figures = eventually("figures are shown", lambda: shown(page), 20)
    assert figures == read(people[1])
    assert len(figures) == 19 + 9 * 3
    assert "16.7%" in page.page_source
    assert "Red" in page.find_element(By.TAG_NAME, "main").text
    assert "P0" not in page.page_source.split()
    shoot(page, "scorecard")


def test_a_figure_moves_on_the_page_by_itself(page: WebDriver, people: tuple[Sender, Reader]) -> None:
    sender, reader = people
    before = eventually("figures are shown", lambda: shown(page), 20)["three_or_more_placements", None]
    assert sender.post([move(sender, "P1", days) for days in (40, 20)]) == ["accepted"] * 2
    now = (before[0] + 1, before[1])
    eventually("the page shows it", lambda: shown(page).get(("three_or_more_placements", None)) == now, 30)
    assert reader.figure("three_or_more_placements") == now


def test_the_page_is_whole_without_scripts(platform: Platform, people: tuple[Sender, Reader], tmp_path: Path) -> None:
    driver = browser(tmp_path / "profile", scripts=False)
    try:
        sign_in(driver, platform, "pat", PASSWORD)
        assert eventually("figures are shown", lambda: shown(driver), 20) == read(people[1])
    finally:
        driver.quit()


def test_a_narrow_screen_shows_it_without_scrolling_sideways(
    platform: Platform, people: tuple[Sender, Reader], tmp_path: Path
) -> None:
    driver = browser(tmp_path / "profile", width=500)
    try:
        sign_in(driver, platform, "pat", PASSWORD)
        eventually("figures are shown", lambda: shown(driver), 20)
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert driver.execute_script(wide) <= 0
        shoot(driver, "scorecard-narrow")
    finally:
        driver.quit()


def test_behind_a_figure_are_its_children_and_behind_a_child_its_journey(
    page: WebDriver, platform: Platform, people: tuple[Sender, Reader]
) -> None:
    address = f"{platform.url('gateway')}/authorities/{AUTHORITY}/indicators/three_or_more_placements"
    page.get(address)
    shoot(page, "indicator")
    numerator = read(people[1])["three_or_more_placements", None][0]
    page.get(f"{address}/children?on={today().isoformat()}")
    children = page.find_elements(By.CSS_SELECTOR, "main a[href*='/children/']")
    assert len({child.get_attribute("href") for child in children}) >= numerator
    shoot(page, "children")
    page.get(str(children[0].get_attribute("href")))
    journey = page.find_element(By.TAG_NAME, "main").text
    assert "Children's home" in journey or "children's home" in journey
    for reference in ("carer-0", "home-90", "LCS"):
        assert reference not in page.page_source
    shoot(page, "journey")


def test_an_operator_sees_neither_a_figure_nor_a_child(
    platform: Platform, people: tuple[Sender, Reader], tmp_path: Path
) -> None:
    driver = browser(tmp_path / "profile")
    try:
        sign_in(driver, platform, "olu", PASSWORD)
        assert not shown(driver)
        shoot(driver, "operations")
        driver.get(f"{platform.url('gateway')}/authorities/{AUTHORITY}")
        assert not shown(driver)
    finally:
        driver.quit()
