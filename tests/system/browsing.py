"""A real browser for the tests that look at pages: who is in it, what it shows, and pictures of that.

Screenshots are kept in `.holdfast/screenshots` (or where `HOLDFAST_SCREENSHOTS` says).
"""

import contextlib
import os
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.system.platform import ROOT, Platform, eventually

SCREENSHOTS = Path(os.environ.get("HOLDFAST_SCREENSHOTS") or ROOT / ".holdfast" / "screenshots")

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here: `make browser` installs them"
)

# A browser that speaks to nobody but the page it was given.
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def browser(folder: Path, *, width: int = 1200, scripts: bool = True) -> WebDriver:
    """A browser with a profile of its own."""
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*QUIET, f"--window-size={width},2000", f"--user-data-dir={folder}"):
        options.add_argument(flag)
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return webdriver.Chrome(options=options, service=Service(str(DRIVER)))


def sign_in(driver: WebDriver, platform: Platform, name: str, password: str) -> None:
    """Sign somebody in."""
    driver.get(platform.url("gateway"))
    driver.find_element(By.NAME, "name").send_keys(name)
    driver.find_element(By.NAME, "password").send_keys(password)
    driver.find_element(By.CSS_SELECTOR, "main button[type=submit]").click()
    # The click does not wait for the page that it leads to.
    eventually("signed in", lambda: "/sign-in" not in driver.current_url, 20)


def shoot(driver: WebDriver, name: str) -> None:
    """Keep a picture of the whole page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = driver.get_window_size()["width"]
    driver.set_window_size(width, 600)  # as small as a page may be, or a short one is shown under a tall one's height
    height = driver.execute_script("return document.documentElement.scrollHeight")
    driver.set_window_size(width, int(height) + 150)
    assert driver.save_screenshot(str(SCREENSHOTS / f"{name}.png"))
    assert (SCREENSHOTS / f"{name}.png").stat().st_size > 10_000


def shown(driver: WebDriver) -> dict[tuple[str, str | None], tuple[int, int | None]]:
    """The whole authority's figures as the page holds them; none where they were being replaced meanwhile."""
    with contextlib.suppress(StaleElementReferenceException):
        return _shown(driver)
    return {}


def _shown(driver: WebDriver) -> dict[tuple[str, str | None], tuple[int, int | None]]:
    found = {}
    for element in driver.find_elements(By.CSS_SELECTOR, "data.figure[data-breakdown=all]"):
        denominator = element.get_attribute("data-denominator")
        period = element.get_attribute("data-period")
        found[str(element.get_attribute("data-indicator")), None if period == "on" else period] = (
            int(element.get_attribute("data-numerator") or -1),
            int(denominator) if denominator else None,
        )
    return found
