"""Asking one child's steps: that it comes to what the ledger of the child reads, in every cell, and on every day."""

from datetime import date
from itertools import pairwise
from random import Random

import pytest

from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import PERIODS, counts
from holdfast.indicators.steps import fold
from tests.factories import facts
from tests.histories import history
from tests.unit.test_explain_counted import sampled_days

ASKED = [
    Asked(Figure(code, cell, period))
    for code, cell in FIGURES
    for period in PERIODS[INDICATORS[code].kind]
    if not INDICATORS[code].of_residents
]


@pytest.mark.parametrize("seed", range(30))
def test_a_child_is_counted_as_the_ledger_counts_it(seed: int) -> None:
    told = facts(*history(seed))
    steps = fold(told)
    for on in sampled_days(told, Random(seed)):
        says = counts(steps, on)
        for asked in ASKED:
            above, below = asked.on(steps, on.toordinal())
            figure = asked.figure
            expected = says.get((figure.indicator, figure.breakdown, figure.period), (0, 0))
            assert (len(above), len(below)) == (expected[0], expected[1] or 0), (on, figure)


@pytest.mark.parametrize("seed", range(30))
def test_the_spans_of_a_stock_are_the_days_on_which_the_child_is_in_it(seed: int) -> None:
    told = facts(*history(seed))
    steps = fold(told)
    for asked in ASKED:
        if asked.figure.is_flow:
            continue
        for on in sampled_days(told, Random(seed)):
            for place, below in enumerate((False, True)):
                spans = asked.spans(steps, below=below)
                held = any(begins <= on.toordinal() < ends for begins, ends in spans)
                assert held == bool(asked.on(steps, on.toordinal())[place])
                assert all(one[1] < two[0] for one, two in pairwise(spans))


def test_the_rate_of_residents_has_the_children_looked_after_and_no_denominator() -> None:
    steps = fold(facts(*history(1)))
    rate, number = Asked(Figure("looked_after_rate")), Asked(Figure("looked_after"))
    assert rate.spans(steps) == number.spans(steps)
    assert not rate.spans(steps, below=True)
    assert not rate.figure.is_share
    assert date.fromordinal(number.spans(steps)[0][0])
