"""Calendar sums: clamped months, the rolling year and its edges, and London days when the clocks change."""

from datetime import UTC, date, datetime

import pytest

from holdfast.contracts.facts import microseconds
from holdfast.indicators import calendar


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2016-02-29", 12, "2017-02-28"),
        ("2016-02-29", 48, "2020-02-29"),
        ("2016-12-31", 2, "2017-02-28"),
        ("2016-03-31", -1, "2016-02-29"),
        ("2016-11-30", 13, "2017-12-30"),
        ("2016-10-31", 2, "2016-12-31"),
    ],
)
def test_months_keep_the_day_and_clamp_to_the_last_of_the_month(start: str, months: int, end: str) -> None:
    assert calendar.add_months(day(start), months) == day(end)


def test_the_rolling_year_to_31_march_starts_on_1_april() -> None:
    assert calendar.rolling_year_start(day("2017-03-31")) == day("2016-04-01")


def test_what_is_over_leaves_the_rolling_year_on_the_least_day_whose_window_starts_on_or_after_it() -> None:
    for ended in range(day("2011-12-01"), day("2017-03-31")):
        leaves = calendar.leaves_window(ended, 12)
        assert calendar.rolling_year_start(leaves) >= ended > calendar.rolling_year_start(leaves - 1)


def test_what_ended_on_29_february_does_not_leave_a_day_early() -> None:
    assert calendar.leaves_window(day("2016-02-29"), 12) == day("2017-02-28")


def test_financial_years_start_on_1_april() -> None:
    assert calendar.financial_year_start(day("2017-03-31")) == day("2016-04-01")
    assert calendar.financial_year_start(day("2017-04-01")) == day("2017-04-01")


def test_month_ends_up_to_a_day_include_it_where_it_is_one() -> None:
    assert calendar.month_ends_to(day("2017-02-28"), 2) == [day("2017-01-31"), day("2017-02-28")]
    assert calendar.month_ends_to(day("2017-02-27"), 2) == [day("2016-12-31"), day("2017-01-31")]
    assert calendar.month_ends_after(day("2017-02-28"), 2) == [day("2017-03-31"), day("2017-04-30")]
    assert calendar.month_ends_after(day("2017-02-27"), 1) == [day("2017-02-28")]


@pytest.mark.parametrize(
    ("instant", "london"),
    [
        ("2017-03-26T00:59:59Z", "2017-03-26"),
        ("2017-03-26T22:59:59Z", "2017-03-26"),
        ("2017-03-26T23:00:00Z", "2017-03-27"),
        ("2017-10-28T22:59:59Z", "2017-10-28"),
        ("2017-10-28T23:00:00Z", "2017-10-29"),
        ("2017-10-29T23:00:00Z", "2017-10-29"),
        ("2017-10-30T00:00:00Z", "2017-10-30"),
    ],
)
def test_the_day_of_an_instant_is_londons_also_when_the_clocks_change(instant: str, london: str) -> None:
    assert calendar.london_day(microseconds(instant)) == day(london)


def test_a_day_begins_at_midnight_in_london() -> None:
    summer = datetime(2017, 6, 14, 23, tzinfo=UTC)
    assert calendar.london_midnight(day("2017-06-15")) == int(summer.timestamp()) * 1_000_000
