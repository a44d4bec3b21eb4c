"""The worked cases of the definitions, reckoned three ways: by the engine, by the engine after a shuffled replay, and
by the brute-force twin. The cases themselves are in `tests.worked_cases`.
"""

from collections.abc import Sequence
from datetime import date
from random import Random

import msgspec
import pytest

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Row
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from tests.factories import facts
from tests.reference import reference_rows
from tests.worked_cases import CASES, Case

PERIODS = ("month", "year_to_date", "rolling_year")


def _ledger(children: Sequence[Sequence[Fact]]) -> Ledger:
    ledger = Ledger()
    for child in children:
        ledger.add(fold(child))
    return ledger


def _by_name(read: Sequence[Row]) -> dict[tuple[str, str, str], tuple[int, int | None]]:
    return {
        (
            row.indicator,
            "all" if row.breakdown is None else str(row.breakdown),
            "on" if row.period is msgspec.UNSET else row.period,
        ): (row.numerator, row.denominator)
        for row in read
    }


def _expected(line: str) -> tuple[date, tuple[str, str, str], tuple[int, int | None]]:
    day, indicator, *words = line.split()
    of = int(words[-1]) if "of" in words else None
    cell = next((word for word in words if ":" in word), "all")
    period = next((word for word in words if word in PERIODS), "on")
    number = next(int(word) for word in words if word.isdigit())
    return date.fromisoformat(day), (indicator, cell, period), (number, of)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_figures_are(case: Case) -> None:
    told = facts(*case.told)
    shuffled = list(case.told) * 2
    Random(len(case.title)).shuffle(shuffled)
    expected = [_expected(line) for line in filter(None, map(str.strip, case.figures.splitlines()))]
    for day in {day for day, _, _ in expected}:
        reckoned = {
            "by the engine": rows(_ledger([told]), day, breakdowns=True),
            "after a shuffled replay": rows(_ledger([facts(*shuffled)]), day, breakdowns=True),
            "by the twin": reference_rows([told], day, breakdowns=True),
        }
        for how, read in reckoned.items():
            figures = _by_name(read)
            for name, counts in ((name, counts) for on, name, counts in expected if on == day):
                assert figures[name] == counts, f"{day} {name} {how}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_findings_are(case: Case) -> None:
    assert sorted(finding.code for finding in journey(facts(*case.told)).findings) == sorted(case.finds)


def test_nothing_is_left_of_children_who_are_taken_away_again() -> None:
    children = [facts(*case.told) for case in CASES]
    ledger = _ledger(children)
    ledger.settle()
    for child in children:
        ledger.subtract(fold(child))
    ledger.settle()
    assert len(ledger) == 0
