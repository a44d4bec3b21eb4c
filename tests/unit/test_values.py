"""Readings as they are told: exact values, decimals, bounds in words, what is withheld, and which way a value went."""

from datetime import date
from fractions import Fraction

import pytest

from holdfast.contracts.figures import MonthEnd, Reading
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.values import (
    bound_words,
    in_decimals,
    is_withheld,
    month_end_before,
    printed,
    reading_of,
    share,
    travel,
    value,
    verdict,
)

FROM = date(2000, 1, 1)
LOW = Target(FROM, "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
HIGH = Target(FROM, "high", green=Bound(70, 100, True), red=Bound(68, 100, False))
WITHIN = Target(FROM, "within", low=Bound(10, 100, True), high=Bound(20, 100, False))
RATE = Target(FROM, "low", green=Bound(80, 10_000, True), red=Bound(100, 10_000, False))


def on(numerator: int, denominator: int | None = None, unknown: int | None = None) -> Reading:
    return Reading("on", numerator, denominator, unknown=unknown)


@pytest.mark.parametrize(
    ("reading", "per", "exact"),
    [
        (on(63, 522), 100, Fraction(6300, 522)),
        (on(476, 59_521), 10_000, Fraction(4_760_000, 59_521)),
        (on(476), 100, Fraction(476)),
        (on(476), 10_000, Fraction(476)),
        (on(0, 0), 100, None),
        (on(3, 100, 5), 100, Fraction(3)),
        (on(3, 100, 6), 100, None),
    ],
)
def test_a_value_is_exact(reading: Reading, per: int, exact: Fraction | None) -> None:
    assert value(reading, per) == exact


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "shown"),
    [
        (63, 522, LOW, "12.1%"),
        (49, 409, LOW, "11.98%"),  # not 12.0%, which is red
        (12, 100, LOW, "12.0%"),
        (9_599, 100_000, LOW, "9.599%"),  # not 9.60%, which is not green
        (6_996, 10_000, HIGH, "69.96%"),  # not 70.0%, which is green
        (67_999_999, 100_000_000, HIGH, "67.999999%"),
        (9_999, 100_000, WITHIN, "9.999%"),  # not 10.0%, which is in
        (19_996, 100_000, WITHIN, "19.996%"),  # not 20.0%, which is out
        (20, 100, WITHIN, "20.0%"),
        (90, 145, HIGH, "62.1%"),
        (1, 3, None, "33.3%"),
        (1, 2000, None, "0.1%"),  # half up
        (0, 10, LOW, "0.0%"),
        (10, 10, HIGH, "100.0%"),
        (0, 0, LOW, None),
        (1_204, None, None, "1,204"),
        (1_204, None, LOW, "1,204"),
    ],
)
def test_a_value_is_never_printed_on_the_other_side_of_a_bound(
    numerator: int, denominator: int | None, target: Target | None, shown: str | None
) -> None:
    assert printed(on(numerator, denominator), 100, target) == shown


def test_a_rate_is_printed_per_ten_thousand_and_keeps_its_side_too() -> None:
    assert printed(on(476, 59_521), 10_000, RATE) == "80.0"  # 79.97 is green, and so is 80.0
    assert printed(on(80, 10_000), 10_000, RATE) == "80.0"
    assert printed(on(800_001, 100_000_000), 10_000, RATE) == "80.0001"
    assert printed(on(15, 10), 10_000) == "15,000.0"


@pytest.mark.parametrize(
    ("unknown", "withheld"), [(None, False), (0, False), (5, False), (6, True), (100, True)]
)  # of 100: 5 are not over 5%
def test_a_value_is_withheld_where_over_a_twentieth_is_unknown(unknown: int | None, withheld: bool) -> None:
    reading = on(3, 100, unknown)
    assert is_withheld(reading) is withheld
    assert printed(reading) == ("x" if withheld else "3.0%")
    assert (share(reading) is None) is withheld


def test_just_over_a_twentieth_is_over_it() -> None:
    assert not is_withheld(on(0, 140, 7))
    assert is_withheld(on(0, 139, 7))
    assert not is_withheld(on(0, 0, 0))


def test_bounds_are_worded_with_what_happens_at_their_edge() -> None:
    assert bound_words(LOW) == ("12% or more", "below 9.6%")
    assert bound_words(HIGH) == ("below 68%", "70% or more")
    assert bound_words(Target(FROM, "high", green=Bound(875, 1000, False))) == (None, "above 87.5%")
    assert bound_words(WITHIN) == ("below 10% or 20% or more", "10% or more and below 20%")
    assert bound_words(RATE, 10_000) == ("above 100", "80 or less")
    assert bound_words(Target(FROM, "low", green=Bound(1_200, 1, True)), None) == (None, "1,200 or less")


def test_a_share_has_as_many_decimals_as_are_asked_for_by_its_sides() -> None:
    assert in_decimals(Fraction(5_793, 10), 1) == "579.3"
    assert in_decimals(Fraction(1, 3), 100) == "33.3"


def test_travel_is_held_against_the_month_end_before_as_exact_fractions() -> None:
    ends = [MonthEnd(date(2017, 5, 31), []), MonthEnd(date(2017, 6, 30), [])]
    found = month_end_before(ends, date(2017, 6, 30))
    assert found is not None
    assert found.on == date(2017, 5, 31)
    assert month_end_before([], date(2017, 6, 30)) is None
    assert travel(on(2, 4), on(1, 2)) == "same"
    assert travel(on(333, 1000), on(1, 3)) == "down"
    assert travel(on(1, 0), on(1, 3)) is None
    assert travel(on(1, 10, 1), on(1, 3)) is None
    assert travel(Reading("month", 5), Reading("month", 4)) == "up"


@pytest.mark.parametrize(
    ("way", "good", "expected"),
    [
        ("up", "high", "better"),
        ("down", "high", "worse"),
        ("up", "low", "worse"),
        ("down", "low", "better"),
        ("same", "high", ""),
        ("up", "none", ""),
        ("down", "within", ""),
    ],
)
def test_a_way_is_better_or_worse_by_what_is_good(way: str, good: str, expected: str) -> None:
    assert verdict(way, good) == expected  # type: ignore[arg-type]


def test_a_period_is_found_where_there_is_one() -> None:
    readings = [Reading("month", 1), Reading("rolling_year", 2)]
    assert reading_of(readings, "rolling_year") == Reading("rolling_year", 2)
    assert reading_of(readings, "on") is None
