"""That what one child counts for, asked of the rules directly, is what the ledger reads."""

from datetime import date
from random import Random

import pytest

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import WHOLE
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.counted import Counted, counted
from holdfast.indicators.journey import journey
from holdfast.indicators.reading import counts
from holdfast.indicators.steps import fold
from tests.factories import facts
from tests.histories import history


def sampled_days(told: list[Fact], random: Random) -> list[date]:
    """Days on and around what was said, and when windows over it end."""
    said = [fact.on for fact in told if fact.on] or [date(2017, 3, 31).toordinal()]
    near = [random.choice(said) + random.choice((-1, 0, 1, 89, 90, 364, 365, 366, 730, 731, 913)) for _ in range(6)]
    return [date.fromordinal(day) for day in (*near, random.randint(min(said) - 30, max(said) + 1200))]


def ledger_says(told: list[Fact], on: date) -> dict[str, dict[str, tuple[int, int]]]:
    """Numerator and denominator of the whole by indicator and period, 0 where there is none."""
    says: dict[str, dict[str, tuple[int, int]]] = {
        code: dict.fromkeys(("month", "year_to_date", "rolling_year") if row.kind == "flow" else ("on",), (0, 0))
        for code, row in INDICATORS.items()
        if not row.of_residents
    }
    for (code, cell, period), (above, below) in counts(fold(told), on).items():
        if cell == WHOLE:
            says[code][period] = above, below or 0
    return says


def by_period(counts_of_child: tuple[Counted, ...]) -> dict[str, tuple[int, int]]:
    """The same of what was counted one child at a time."""
    return {each.period: (each.numerator, each.denominator or 0) for each in counts_of_child}


@pytest.mark.parametrize("seed", range(60))
def test_a_child_counts_by_the_rules_for_what_the_ledger_reads(seed: int) -> None:
    told = facts(*history(seed))
    child = journey(told)
    for on in sampled_days(told, Random(seed)):
        for code, says in ledger_says(told, on).items():
            assert by_period(counted(child, code, on)) == says, (code, on)
