"""Two readings of the same figures are set side by side, and what differs is named."""

from datetime import date

from holdfast.contracts.figures import MonthEnd, Reading
from holdfast.indicators.agreement import Difference, by_day, differences, established
from holdfast.indicators.reading import FigureReadings

TODAY, MAY = date(2017, 6, 14), date(2017, 5, 31)
CELL, OTHER = ("looked_after", "all"), ("looked_after", "age_band:1_to_4")


def figure(today: int, may: int) -> FigureReadings:
    return FigureReadings(*CELL, [Reading("on", today)], [MonthEnd(MAY, [Reading("on", may)])], [])


def test_the_same_integers_agree_whatever_their_rating() -> None:
    rated = {CELL: {TODAY: [Reading("on", 7, 10, "red")]}}
    assert differences(rated, {CELL: {TODAY: [Reading("on", 7, 10)]}}) == {}


def test_each_integer_that_differs_is_named_with_its_day_and_both_values() -> None:
    first, second = by_day(figure(7, 5), TODAY), by_day(figure(7, 6), TODAY)
    assert differences({CELL: first}, {CELL: second}) == {CELL: [Difference(*CELL, MAY, "on", "numerator", 5, 6)]}
    assert differences({CELL: first}, {CELL: first}) == {}


def test_every_kind_of_integer_counts() -> None:
    first = {CELL: {TODAY: [Reading("on", 1, 2, None, 3, 2016)]}}
    second = {CELL: {TODAY: [Reading("on", 1, 3, None, 4, 2017)]}}
    assert [one.number for one in differences(first, second)[CELL]] == ["denominator", "mid_year", "unknown"]


def test_a_cell_or_a_day_that_one_side_lacks_is_a_difference() -> None:
    one = by_day(figure(7, 5), TODAY)
    found = differences({CELL: one}, {CELL: {TODAY: [Reading("on", 7)]}, OTHER: {TODAY: [Reading("on", 1)]}})
    assert found[CELL] == [Difference(*CELL, MAY, "on", "numerator", 5, None)]
    assert found[OTHER] == [Difference(*OTHER, TODAY, "on", "numerator", None, 1)]


def test_what_differs_is_sure_at_once_where_it_was_said_at_the_furthest_offset() -> None:
    said_in, read_to = {CELL: 70, OTHER: 71}, {CELL: 12, OTHER: 9}
    assert established([CELL, OTHER], said_in, read_to, {}) == {CELL}


def test_what_may_only_not_have_been_said_yet_is_sure_once_the_same_record_differs_again() -> None:
    said_in, read_to = {CELL: 70, OTHER: 71}, {CELL: 12, OTHER: 9}
    assert established([OTHER], said_in, read_to, {OTHER: 71}) == {OTHER}
    assert established([OTHER], said_in, read_to, {OTHER: 60}) == set()


def test_a_cell_that_the_stream_never_said_is_sure_at_the_second_look() -> None:
    assert established([OTHER], {CELL: 70}, {CELL: 12}, {}) == set()
    assert established([OTHER], {CELL: 70}, {CELL: 12}, {OTHER: -1}) == {OTHER}
