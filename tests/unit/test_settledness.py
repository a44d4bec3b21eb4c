"""How settled a month is: worked cases by hand, and what must hold of any facts."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.indicators.settledness import (
    LEAST_FACTS,
    LONGEST_DAYS,
    Came,
    Curve,
    Settledness,
    learnt_from,
    settledness,
)

HERE = "E08000018"
ON = date(2017, 7, 5)
LONG_AGO = date(2010, 1, 1)


def came(late: int, number: int = 1, happened: str = "2016-10-12", source: str = "case") -> Came:
    day = date.fromisoformat(happened)
    return Came(source, day, day + timedelta(days=late), number)


def months(late: int, number: int, source: str = "case") -> list[Came]:
    """So many facts of each of five months, all so many days late."""
    return [came(late, number, f"2016-{month:02}-10", source) for month in range(8, 13)]


def told(facts: list[Came], began: date = LONG_AGO) -> Settledness:
    return settledness(HERE, facts, {each.source: began for each in facts} or {"case": began}, ON)


def share(curve: Curve, days: int) -> float:
    return curve.points[days].share


@pytest.mark.parametrize(
    ("facts", "within", "expected"),
    [
        pytest.param(months(0, 20), 0, 1.0, id="all were said on the day"),
        pytest.param(months(3, 20), 2, 0.0, id="none within two days where each takes three"),
        pytest.param(months(3, 20), 3, 1.0, id="all within three days where each takes three"),
        pytest.param(months(1, 15) + months(40, 5), 5, 0.75, id="one in four takes forty days"),
        pytest.param(months(-4, 10) + months(2, 10), 0, 0.5, id="what is said before it happens has come on the day"),
        pytest.param(months(2, 18) + months(120, 2), 92, 0.9, id="what comes later than 92 days still is to come"),
    ],
)
def test_the_share_within_so_many_days_is_that_of_the_facts(facts: list[Came], within: int, expected: float) -> None:
    assert share(told(facts).whole, within) == expected


def test_what_happened_lately_or_more_than_24_months_ago_is_not_learnt_from() -> None:
    assert learnt_from(ON) == (date(2015, 7, 5), date(2017, 4, 4))
    base = months(1, 20)
    for happened, used in (("2015-07-04", 0), ("2015-07-05", 1), ("2017-04-04", 1), ("2017-04-05", 0)):
        assert told([*base, came(0, 1, happened)]).whole.facts == 100 + used, happened


def test_history_posted_in_one_go_makes_no_source_look_late() -> None:
    began = date(2016, 9, 1)
    history = [Came("case", date(2016, 1, 1) + timedelta(days=each), began) for each in range(244)]
    found = told([*history, *months(1, 20)], began)
    assert found.whole.facts == 80  # September to December; August is history, too
    assert share(found.whole, 1) == 1.0
    on_the_day = Came("case", began, began)
    assert told([on_the_day, *months(1, 20)], began).whole.facts == 81


def test_what_had_not_come_by_the_day_is_not_known_on_it() -> None:
    late = came((ON - date(2016, 10, 12)).days + 1)
    assert told([*months(1, 20), late]).whole.facts == 100


def test_each_source_has_a_curve_of_its_own_and_the_authority_that_of_all() -> None:
    found = told(months(1, 10, "case") + months(60, 10, "returns") + [came(0, 3, source="new")])
    assert [(each.source, each.facts, each.is_enough) for each in found.sources] == [
        ("case", 50, True), ("new", 3, False), ("returns", 50, True)
    ]  # fmt: skip
    assert share(found.sources[0], 5) == 1.0
    assert share(found.sources[2], 5) == 0.0
    assert share(found.whole, 5) == pytest.approx(53 / 103, abs=0.0001)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([], id="nothing was said"),
        pytest.param([came(1, LEAST_FACTS * 4)], id="all of one month"),
        pytest.param(months(1, (LEAST_FACTS - 5) // 5), id="fewer than fifty"),
    ],
)
def test_too_few_facts_are_not_enough_to_tell(facts: list[Came]) -> None:
    found = told(facts)
    assert not found.whole.is_enough
    assert [each.point for each in found.month_ends] == [None] * 3


def test_the_recent_month_ends_have_the_share_of_their_age() -> None:
    found = told(months(1, 10) + months(20, 5) + months(70, 5))
    assert [(each.on.isoformat(), each.days, each.point and each.point.share) for each in found.month_ends] == [
        ("2017-06-30", 5, 0.5), ("2017-05-31", 35, 0.75), ("2017-04-30", 66, 0.75)
    ]  # fmt: skip


def test_the_range_is_wide_where_months_differ_and_narrow_where_they_do_not() -> None:
    alike = told([each for late in (1, 30) for each in months(late, 200)]).whole.points[5]
    differing = told([came(1 if month % 2 else 30, 400, f"2016-{month:02}-10") for month in range(8, 13)])
    assert 0.44 < alike.low < 0.5 < alike.high < 0.56
    assert (differing.whole.points[5].low, differing.whole.points[5].high) == (0.0, 1.0)


def test_a_month_that_is_only_begun_weighs_little() -> None:
    point = told([*months(1, 100), came(60, 1, "2017-04-01")]).whole.points[5]
    assert (point.share, point.low, point.high) == (round(500 / 501, 4), round(500 / 501, 4), 1.0)


def test_another_day_or_source_draws_otherwise_and_the_same_question_has_the_same_answer() -> None:
    facts = [each for late in (0, 2, 9, 33) for each in months(late, 7)]
    assert told(facts) == told(facts)
    assert told(facts) == told(list(reversed(facts)))
    renamed = told([Came("other", each.happened_on, each.received_on, each.number) for each in facts])
    assert [each.share for each in renamed.sources[0].points] == [each.share for each in told(facts).sources[0].points]
    assert renamed.sources[0].points != told(facts).sources[0].points


FACTS = st.lists(
    st.builds(
        came,
        st.integers(-30, 400),
        st.integers(1, 60),
        st.dates(date(2015, 6, 1), date(2017, 7, 5)).map(date.isoformat),
        st.sampled_from(["case", "returns"]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(FACTS)
def test_shares_and_ranges_rise_with_the_days_and_lie_within_nought_and_one(facts: list[Came]) -> None:
    found = told(facts)
    assert found == told(facts)
    for curve in (found.whole, *found.sources):
        assert len(curve.points) in (0, LONGEST_DAYS + 1)
        assert all(0 <= each.low <= each.share <= each.high <= 1 for each in curve.points)
        for one, next_ in pairwise(curve.points):
            assert one.share <= next_.share
            assert one.low <= next_.low
            assert one.high <= next_.high
    assert sum(each.facts for each in found.sources) == found.whole.facts
