"""Red, amber and green at the bounds, as exact fractions."""

from datetime import date

import pytest

from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.rating import rate, target_in_force

FROM = date(2017, 4, 1)
# Red below 68%, green at 70% or more.
STABLE = Target(FROM, "high", green=Bound(70, 100, True), red=Bound(68, 100, False))
# Red at 12% or more, green below 9.6%.
PLACEMENTS = Target(FROM, "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
FAMILY = Target(FROM, "high", green=Bound(875, 1000, True))


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "colour"),
    [
        (70, 100, STABLE, "green"),
        (6999, 10000, STABLE, "amber"),
        (68, 100, STABLE, "amber"),
        (6799, 10000, STABLE, "red"),
        (90, 145, STABLE, "red"),
        (12, 100, PLACEMENTS, "red"),
        (63, 522, PLACEMENTS, "red"),
        (49, 409, PLACEMENTS, "amber"),
        (96, 1000, PLACEMENTS, "amber"),
        (95, 1000, PLACEMENTS, "green"),
        (0, 7, PLACEMENTS, "green"),
        (7, 8, FAMILY, "green"),
        (0, 8, FAMILY, "amber"),
        (0, 0, STABLE, None),
    ],
)
def test_a_share_is_rated(numerator: int, denominator: int, target: Target, colour: str | None) -> None:
    assert rate(numerator, denominator, target) == colour


def test_a_count_is_rated_against_whole_numbers() -> None:
    few = Target(FROM, "low", green=Bound(10, 1, True), red=Bound(20, 1, True))
    assert [rate(count, None, few) for count in (10, 11, 20)] == ["green", "amber", "red"]


def test_the_target_in_force_is_the_latest_begun() -> None:
    later = Target(date(2018, 4, 1), "high", green=Bound(80, 100, True))
    assert target_in_force([later, STABLE], date(2018, 3, 31)) is STABLE
    assert target_in_force([STABLE, later], date(2018, 4, 1)) is later
    assert target_in_force([STABLE, later], date(2017, 3, 31)) is None
