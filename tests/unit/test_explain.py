"""Why a child counts or doesn't: that every explanation agrees with the engine, and says what is true."""

from random import Random

import pytest

from holdfast.indicators.explain import explain
from tests.factories import facts
from tests.histories import history
from tests.unit.test_explain_counted import by_period, ledger_says, sampled_days


@pytest.mark.parametrize("block", range(20))
def test_every_explanation_comes_to_what_the_engine_counts(block: int) -> None:
    for seed in range(block, 200, 20):
        told = facts(*history(seed))
        for on in sampled_days(told, Random(seed)):
            for code, says in ledger_says(told, on).items():
                explained = explain(told, code, on)
                assert by_period(explained.counts) == says, (seed, on, explained)


def test_the_rate_is_explained_by_being_looked_after() -> None:
    told = facts(*history(1))
    for on in sampled_days(told, Random(1)):
        rate, number = explain(told, "looked_after_rate", on), explain(told, "looked_after", on)
        assert (rate.counts, rate.care) == (number.counts, number.care)
