"""Readings: rows of the offline form, figures around today, and what one child counts for."""

from collections.abc import Callable
from datetime import date

import pytest
from msgspec import UNSET, json

from holdfast.contracts.figures import Reading
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import choose, definitions
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import FigureReadings, counts, figures, rows
from holdfast.indicators.steps import fold
from tests.factories import admitted, discharged, facts, moved
from tests.histories import history

ON = date(2017, 6, 14)
RATE = "looked_after_rate"


def ledger_of_some() -> Ledger:
    ledger = Ledger()
    for seed in range(25):
        ledger.add(fold(facts(*history(seed))))
    return ledger


def test_a_stock_has_one_row_and_a_flow_one_for_each_period() -> None:
    read = rows(Ledger(), ON, breakdowns=False)
    stocks = [row.indicator for row in read if row.period is UNSET]
    assert stocks == [code for code, row in INDICATORS.items() if row.kind == "stock" and not row.of_residents]
    assert len(read) == len(stocks) + 3 * sum(row.kind == "flow" for row in INDICATORS.values())
    assert [row.period for row in read if row.indicator == "admissions"] == ["month", "year_to_date", "rolling_year"]
    assert all(row.breakdown is None for row in read)


def test_with_breakdowns_every_cell_has_its_rows_zeros_too_the_whole_first() -> None:
    read = rows(Ledger(), ON, breakdowns=True)
    flows = sum(row.kind == "flow" for row in INDICATORS.values())
    assert len(read) == len(CELLS) * (len(INDICATORS) - flows - 1 + 3 * flows)
    assert [str(row.breakdown) for row in read if row.indicator == "missing_now"] == ["None", *CELLS[1:]]
    assert json.encode(read[1]).startswith(b'{"indicator":"looked_after","date":"2017-06-14","numerator":0')


def test_a_count_has_no_denominator_and_a_share_has_one() -> None:
    for row in rows(Ledger(), ON, breakdowns=False):
        assert (row.denominator is None) == (INDICATORS[row.indicator].denominator is None)


def test_a_rate_is_of_the_residents_given_for_the_day_in_the_whole_alone() -> None:
    ledger = ledger_of_some()
    years = {ON.toordinal(): (12_345, 2017)}
    (rate,) = [row for row in rows(ledger, ON, breakdowns=True, residents=years.get) if row.indicator == RATE]
    assert (rate.denominator, rate.mid_year, rate.breakdown) == (12_345, 2017, None)
    assert rate.numerator == rows(ledger, ON, breakdowns=False)[0].numerator
    other_day = date(2017, 6, 15)
    assert all(row.indicator != RATE for row in rows(ledger, other_day, breakdowns=True, residents=years.get))
    (figure,) = figures(ledger, other_day, month_ends=1, ahead=0, only=[(RATE, "all")], residents=years.get)
    assert figure.readings == []


def test_beside_a_distance_stands_of_how_many_it_is_not_known() -> None:
    near = facts(admitted("2017-05-01", distance_miles=3.0, in_authority=True))
    ledger = Ledger()
    for child in (near, facts(admitted("2017-05-01")), facts(admitted("2017-05-01", distance_miles=999.9))):
        ledger.add(fold(child))
    read = {row.indicator: row for row in rows(ledger, ON, breakdowns=False)}
    assert (read["distant"].numerator, read["distant"].denominator, read["distant"].unknown) == (0, 3, 2)
    assert read["over_20_miles"].unknown == 2
    assert read["fostered"].unknown is UNSET


def test_a_flow_is_counted_from_the_first_of_the_month_from_1_april_and_over_the_rolling_year() -> None:
    ledger = Ledger()
    for on in (
        "2017-06-14",
        "2017-06-15",
        "2017-06-01",
        "2017-05-31",
        "2017-04-01",
        "2017-03-31",
        "2016-06-15",
        "2016-06-14",
    ):
        ledger.add(fold(facts(admitted(on))))
    counted = [row.numerator for row in rows(ledger, ON, breakdowns=False) if row.indicator == "admissions"]
    assert counted == [2, 4, 6]


def test_figures_are_the_rows_of_today_and_of_the_month_ends_around_it() -> None:
    ledger = ledger_of_some()
    read = figures(ledger, ON, month_ends=24, ahead=12)
    assert [(each.indicator, each.breakdown) for each in read] == [name for name in FIGURES if name[0] != RATE]
    picks: tuple[tuple[date, Callable[[FigureReadings], list[Reading]]], ...] = (
        (ON, lambda figure: figure.readings),
        (date(2017, 5, 31), lambda figure: figure.month_ends[-1].readings),
        (date(2015, 6, 30), lambda figure: figure.month_ends[0].readings),
        (date(2018, 5, 31), lambda figure: figure.ahead[-1].readings),
    )
    for on, pick in picks:
        expected = [(row.indicator, row.numerator, row.denominator) for row in rows(ledger, on, breakdowns=True)]
        said = [(each.indicator, one.numerator, one.denominator) for each in read for one in pick(each)]
        assert said == expected
    assert [(len(each.month_ends), len(each.ahead)) for each in read[:1]] == [(24, 12)]


def test_only_some_figures_are_read_where_asked() -> None:
    ledger = ledger_of_some()
    asked = {("admissions", "sex:male"), ("long_term_stable", "all")}
    some = figures(ledger, ON, month_ends=2, ahead=1, only=asked)
    every = figures(ledger, ON, month_ends=2, ahead=1)
    assert {(figure.indicator, figure.breakdown) for figure in some} == asked
    assert all(figure in every for figure in some)
    assert figures(ledger, ON, month_ends=2, ahead=1, only=()) == []


def test_a_month_end_that_is_today_is_among_those_past() -> None:
    (figure,) = figures(Ledger(), date(2017, 6, 30), month_ends=1, ahead=1, only=[("looked_after", "all")])
    assert (figure.month_ends[0].on, figure.ahead[0].on) == (date(2017, 6, 30), date(2017, 7, 31))


def test_what_one_child_counts_for() -> None:
    steps = fold(facts(admitted("2017-05-01"), moved("2017-06-01", "P", "K2"), discharged("2017-06-10")))
    counted = counts(steps, ON)
    assert counted["admissions", "all", "year_to_date"] == (1, None)
    assert ("admissions", "all", "month") not in counted
    assert ("looked_after", "all", "on") not in counted
    assert counts(steps, date(2017, 6, 9))["three_or_more_placements", "all", "on"] == (0, 1)
    assert counts(fold([]), ON) == {}


def test_every_choice_that_is_not_the_default_is_in_the_version_of_the_definitions() -> None:
    assert definitions() == definitions(choose("")) == definitions(choose("eighteen=cut")) == "1"
    chosen = choose("two_year_cohort=current_period,eighteen=counted")
    assert definitions(chosen) == "1-eighteen.counted-two_year_cohort.current_period"


@pytest.mark.parametrize("text", ["eighteen", "eighteen=never", "nineteen=cut"])
def test_there_is_no_other_choice(text: str) -> None:
    with pytest.raises(ValueError, match=r"choice|one of"):
        choose(text)
