"""What the borough adds up to is near enough to what is published of England, and the page says so."""

from functools import cache
from pathlib import Path

from docs import borough_page
from docs.borough_page import Counted, Measure

PAGE = Path(__file__).parents[2] / "docs" / borough_page.PAGE


@cache
def counted() -> Counted:
    return borough_page.counted()


@cache
def measures() -> list[Measure]:
    return borough_page.measures(counted())


def test_the_page_is_as_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == borough_page.page(counted()), "run `make docs`"


def test_the_stability_figures_are_near_those_of_england() -> None:
    far = {each.title: each.borough - each.england for each in measures()[:4] if abs(each.borough - each.england) > 4}
    assert not far


def test_no_share_is_more_than_ten_points_from_that_of_england() -> None:
    shares = [each for each in measures() if each.unit == "%"]
    assert len(shares) > 25
    assert not [each for each in shares if abs(each.borough - each.england) > 10]
