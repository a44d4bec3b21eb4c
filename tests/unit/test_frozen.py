"""The rules of frozen packs: what can be frozen, and a re-run held against what is kept."""

from datetime import date
from typing import Any

import msgspec
import pytest

from holdfast.contracts.figures import Breakdown, Row
from holdfast.contracts.packs import Kept, key_of
from holdfast.indicators.bridge import bridge_of, turned
from holdfast.indicators.members import Asked, Figure
from services.placements.packs.frozen import can_be_frozen, differences_of, numbers_of

JUNE = date(2017, 6, 30)
OLD = Breakdown("age_band", "10_to_15")


def row(indicator: str, numerator: int, denominator: int | None = None, **more: Any) -> Row:
    told = {"breakdown": None} | more
    return Row(indicator=indicator, date=JUNE, numerator=numerator, denominator=denominator, **told)


KEPT = [
    row("looked_after", 412),
    row("looked_after", 90, breakdown=OLD),
    row("three_or_more_placements", 49, 412),
    row("admissions", 12, period="month"),
    row("looked_after_rate", 412, 61_000, mid_year=2016),
    row("fostered", 300, 412, unknown=3),
]


@pytest.mark.parametrize(
    ("month_end", "today", "can"),
    [
        ("2017-06-30", "2017-07-14", True),
        ("2017-06-30", "2017-06-30", True),
        ("2017-06-30", "2017-06-29", False),
        ("2017-06-29", "2017-07-14", False),
        ("2016-02-29", "2017-07-14", True),
        ("2016-02-28", "2017-07-14", False),
        ("1979-12-31", "2017-07-14", False),
    ],
)
def test_the_last_day_of_a_month_that_has_come_can_be_frozen(month_end: str, today: str, can: bool) -> None:
    assert can_be_frozen(date.fromisoformat(month_end), date.fromisoformat(today)) is can


def test_a_figure_in_a_pack_is_known_by_indicator_cell_and_period() -> None:
    assert [key_of(each) for each in KEPT[1:4:2]] == [
        ("looked_after", "age_band:10_to_15", "on"),
        ("admissions", "all", "month"),
    ]
    assert numbers_of(KEPT, ("looked_after", "age_band:10_to_15", "on")) == (90, 0)
    assert numbers_of(KEPT, ("three_or_more_placements", "all", "on")) == (49, 412)
    # No child makes up the residents.
    assert numbers_of(KEPT, ("looked_after_rate", "all", "on")) == (412, 0)
    assert numbers_of(KEPT, ("admissions", "all", "rolling_year")) is None


def test_the_same_figures_in_any_order_and_new_ones_beside_them_are_no_difference() -> None:
    assert differences_of(KEPT, [row("adoptions", 4), *reversed(KEPT)], erased=False) == []


def test_what_a_re_run_has_otherwise_is_told_with_its_numbers_and_its_cause() -> None:
    now = [
        row("looked_after", 411),
        KEPT[1],
        row("three_or_more_placements", 48, 411),
        row("looked_after_rate", 412, 61_500, mid_year=2016),
        row("fostered", 300, 412, unknown=2),
    ]
    found = {key_of(each): one for each in KEPT for one in differences_of([each], now, erased=True)}
    assert [key[0] for key in found] == [
        "looked_after",
        "three_or_more_placements",
        "admissions",
        "looked_after_rate",
        "fostered",
    ]
    three = found["three_or_more_placements", "all", "on"]
    assert (three.cause, three.numerator, three.denominator) == ("erased", Kept(49, 48, 1), Kept(412, 411, 1))
    gone = found["admissions", "all", "month"]
    assert (gone.cause, gone.numerator, gone.denominator) == ("gone", None, None)
    rate = found["looked_after_rate", "all", "on"]
    assert (rate.cause, rate.denominator) == ("estimate", Kept(61_000, 61_500, -500))
    assert found["fostered", "all", "on"].unknown == Kept(3, 2, 1)


def test_without_an_erasure_a_difference_is_a_fault() -> None:
    [one] = differences_of(KEPT[:1], [msgspec.structs.replace(KEPT[0], numerator=413)], erased=False)
    assert (one.cause, one.numerator) == ("fault", Kept(412, 413, -1))
    # A rate whose children are others is no new estimate.
    [rate] = differences_of(KEPT[4:5], [msgspec.structs.replace(KEPT[4], numerator=1)], erased=False)
    assert rate.cause == "fault"


@pytest.mark.parametrize(
    ("stated", "came", "went"),
    [
        ((63, 60), 0, 3),
        ((60, 64), 4, 0),
        ((63, 64), 4, 3),
        # A discharge erased lets a child count that did not.
        ((59, 60), 1, 0),
        ((60, 59), 0, 1),
    ],
)
def test_what_either_of_two_packs_counted_and_is_held_no_longer_is_erased_by_number(
    stated: tuple[int, int], came: int, went: int
) -> None:
    made = bridge_of(Asked(Figure("looked_after")), (60, 0), (60, 0), [], *((number, 0) for number in stated))
    [step] = made.numerator.steps
    assert (step.cause, step.came, step.went) == ("erased", came, went)
    assert (made.numerator.first, made.numerator.second, made.numerator.adds_up) == (*stated, True)
    [back] = turned(made).numerator.steps
    assert (back.came, back.went) == (went, came)
