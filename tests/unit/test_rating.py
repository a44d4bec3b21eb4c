"""Red, amber and green at the bounds, as exact fractions: the demonstration authority's own, a range, counts."""

from datetime import date

import msgspec
import pytest

from holdfast.contracts.figures import Reading
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.rating import rate, target_in_force
from holdfast.indicators.values import printed

FROM = date(2017, 4, 1)
# The panel's five, as its pack prints them.
STABLE = Target(FROM, "high", green=Bound(70, 100, True), red=Bound(68, 100, False))
PLACEMENTS = Target(FROM, "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
PERMANENCE = Target(FROM, "high", green=Bound(35, 100, True), red=Bound(33, 100, False))
ADOPTIONS = Target(FROM, "high", green=Bound(227, 1000, True), red=Bound(20, 100, False))
FAMILY = Target(FROM, "high", green=Bound(875, 1000, True))
# Good is from 10% to 20%, both in; and the same with both out.
CLOSED = Target(FROM, "within", low=Bound(10, 100, True), high=Bound(20, 100, True))
OPEN = Target(FROM, "within", low=Bound(10, 100, False), high=Bound(20, 100, False))

# What is aimed for, a reading, its colour, and how it is printed so that the print has the same colour.
RATED = [
    # Long-term stability: red below 68%, green at 70% or more. June 2017: 90 of 145.
    (STABLE, 90, 145, "red", "62.1%"),
    (STABLE, 6_799, 10_000, "red", "67.99%"),
    (STABLE, 68, 100, "amber", "68.0%"),
    (STABLE, 6_801, 10_000, "amber", "68.0%"),
    (STABLE, 6_996, 10_000, "amber", "69.96%"),
    (STABLE, 70, 100, "green", "70.0%"),
    (STABLE, 0, 0, None, None),
    # Three or more placements: red at 12% or more, green below 9.6%. June 2017: 63 of 522.
    (PLACEMENTS, 63, 522, "red", "12.1%"),
    (PLACEMENTS, 12, 100, "red", "12.0%"),
    (PLACEMENTS, 49, 409, "amber", "11.98%"),
    (PLACEMENTS, 96, 1_000, "amber", "9.6%"),
    (PLACEMENTS, 9_599, 100_000, "green", "9.599%"),
    (PLACEMENTS, 0, 7, "green", "0.0%"),
    # Left care for permanence: red below 33%, green at 35% or more. June 2017: 37.5%.
    (PERMANENCE, 6, 16, "green", "37.5%"),
    (PERMANENCE, 35, 100, "green", "35.0%"),
    (PERMANENCE, 3_496, 10_000, "amber", "34.96%"),
    (PERMANENCE, 33, 100, "amber", "33.0%"),
    (PERMANENCE, 3_299, 10_000, "red", "32.99%"),
    (PERMANENCE, 1, 3, "amber", "33.3%"),
    # Left care for adoption: red below 20%, green at 22.7% or more. June 2017: 6.3%.
    (ADOPTIONS, 1, 16, "red", "6.3%"),
    (ADOPTIONS, 1, 5, "amber", "20.0%"),
    (ADOPTIONS, 1_999, 10_000, "red", "19.99%"),
    (ADOPTIONS, 2_266, 10_000, "amber", "22.66%"),
    (ADOPTIONS, 227, 1_000, "green", "22.7%"),
    # Living in a family: green at 87.5% or more, never red. June 2017: 82.0%.
    (FAMILY, 428, 522, "amber", "82.0%"),
    (FAMILY, 7, 8, "green", "87.5%"),
    (FAMILY, 8_749, 10_000, "amber", "87.49%"),
    (FAMILY, 0, 8, "amber", "0.0%"),
    # A range: green in it, red outside, and no amber.
    (CLOSED, 10, 100, "green", "10.0%"),
    (CLOSED, 20, 100, "green", "20.0%"),
    (CLOSED, 15, 100, "green", "15.0%"),
    (CLOSED, 9_999, 100_000, "red", "9.999%"),
    (CLOSED, 20_001, 100_000, "red", "20.001%"),
    (OPEN, 10, 100, "red", "10.0%"),
    (OPEN, 20, 100, "red", "20.0%"),
    (OPEN, 10_001, 100_000, "green", "10.001%"),
    (OPEN, 0, 0, None, None),
]


@pytest.mark.parametrize(("target", "numerator", "denominator", "colour", "shown"), RATED)
def test_a_share_is_rated_and_printed_on_its_side_of_each_bound(
    target: Target, numerator: int, denominator: int, colour: str | None, shown: str | None
) -> None:
    assert rate(numerator, denominator, target) == colour
    assert printed(Reading("on", numerator, denominator), 100, target) == shown
    if shown is not None:
        # Whoever rates the printed number gets the same colour.
        thousandths = round(float(shown.rstrip("%")) * 1_000)
        assert rate(thousandths, 100_000, target) == colour


def test_a_count_is_rated_against_whole_numbers() -> None:
    few = Target(FROM, "low", green=Bound(10, 1, True), red=Bound(20, 1, True))
    assert [rate(count, None, few) for count in (10, 11, 20)] == ["green", "amber", "red"]


def test_a_rate_is_held_against_its_own_bounds_of_ten_thousand() -> None:
    aimed = Target(FROM, "low", green=Bound(80, 10_000, True), red=Bound(100, 10_000, False))
    assert [rate(number, 59_521, aimed) for number in (476, 477, 595, 596)] == ["green", "amber", "amber", "red"]


def test_the_target_in_force_is_the_latest_begun() -> None:
    later = Target(date(2018, 4, 1), "high", green=Bound(80, 100, True))
    assert target_in_force([later, STABLE], date(2018, 3, 31)) is STABLE
    assert target_in_force([STABLE, later], date(2018, 4, 1)) is later
    assert target_in_force([STABLE, later], date(2017, 3, 31)) is None


@pytest.mark.parametrize("target", [STABLE, FAMILY, CLOSED])
def test_a_target_travels_and_comes_back_the_same(target: Target) -> None:
    assert msgspec.json.decode(msgspec.json.encode(target), type=Target) == target


BOUND = {"value": 1, "of": 10, "inclusive": True}


@pytest.mark.parametrize(
    "said",
    [
        {"good": "high"},
        {"good": "low", "red": BOUND},
        {"good": "high", "green": BOUND, "low": BOUND},
        {"good": "within", "low": BOUND},
        {"good": "within", "high": BOUND},
        {"good": "within", "low": BOUND, "high": BOUND, "green": BOUND},
        {"good": "within", "low": BOUND, "high": BOUND, "red": BOUND},
        {"good": "sideways", "green": BOUND},
    ],
)
def test_a_target_with_bounds_of_another_kind_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"in_force_from": "2017-04-01"} | said, Target)
