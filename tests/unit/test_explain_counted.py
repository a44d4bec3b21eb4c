"""That what one child counts for, asked of the rules directly, is what the ledger reads."""

from datetime import date
from random import Random

import pytest

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import WHOLE
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.counted import counted
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


def ledger_says(told: list[Fact], code: str, on: date) -> dict[str, tuple[int, int]]:
    """Numerator and denominator by period, 0 where there is none."""
    read = {
        period: (above, below or 0)
        for (read_code, cell, period), (above, below) in counts(fold(told), on).items()
        if read_code == code and cell == WHOLE
    }
    periods = ("month", "year_to_date", "rolling_year") if INDICATORS[code].kind == "flow" else ("on",)
    return {period: read.get(period, (0, 0)) for period in periods}


@pytest.mark.parametrize("seed", range(60))
def test_a_child_counts_by_the_rules_for_what_the_ledger_reads(seed: int) -> None:
    told = facts(*history(seed))
    child = journey(told)
    for on in sampled_days(told, Random(seed)):
        for code, row in INDICATORS.items():
            if not row.of_residents:
                by_rules = {each.period: (each.numerator, each.denominator or 0) for each in counted(child, code, on)}
                assert by_rules == ledger_says(told, code, on), (code, on)
