"""The engine against the brute-force twin: every figure of random and of odd histories, day by day, under every choice.

The first few hundred histories; many thousands more are compared by `tests.deep`.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import readings_on, rows
from holdfast.indicators.steps import fold
from tests import against_twin, deep
from tests.against_twin import EVERY_DAY_OF_TEN_YEARS, OTHERWISE, assert_agrees, boundaries, days_of, ledger_of
from tests.factories import admitted, facts, missing, moved
from tests.histories import history
from tests.odd_histories import ODD
from tests.reference import Residents, reference_rows

HISTORIES, BLOCKS = deep.FIRST, 10

each_odd = pytest.mark.parametrize("name", ODD)


@pytest.fixture(scope="module")
def compared(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How much was compared, said when the last of this module is done."""
    counted: Counter[str] = Counter()
    yield counted
    capturing = request.config.pluginmanager.getplugin("capturemanager")
    with capturing.global_and_fixture_disabled():
        print("\nagainst the twin:", ", ".join(f"{number:,} {what}" for what, number in counted.items()))


def compare(name: str, stated: list[AnyEvent], days: list[date], counted: Counter[str], choices: Choices) -> None:
    assert_agrees(name, stated, days, choices)
    counted["histories"] += 1
    counted["days of a history"] += len(days)


def compare_made_up(seeds: range, counted: Counter[str], choices: Choices = DEFAULTS) -> None:
    for seed in seeds:
        stated = history(seed)
        compare(f"history({seed})", stated, days_of(facts(*stated), Random(seed)), counted, choices)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_figure_of_a_made_up_history_is_what_the_twin_counts(block: int, compared: Counter[str]) -> None:
    compare_made_up(range(block, HISTORIES, BLOCKS), compared)


@pytest.mark.parametrize("choice", OTHERWISE)
def test_every_figure_under_another_choice_is_what_the_twin_counts(choice: str, compared: Counter[str]) -> None:
    compare_made_up(range(HISTORIES, HISTORIES + 20), compared, OTHERWISE[choice])


@each_odd
def test_every_figure_of_an_odd_history_is_what_the_twin_counts(name: str, compared: Counter[str]) -> None:
    for choices in (DEFAULTS, *OTHERWISE.values()):
        compare(name, ODD[name], sorted(boundaries(facts(*ODD[name]))), compared, choices)


def test_the_figures_of_many_children_together_are_what_the_twin_counts() -> None:
    children = [facts(*history(seed)) for seed in range(1000, 1040)]
    ledger = Ledger()
    for child in children:
        ledger.add(fold(child))
    for day in (date(2016, 2, 29), date(2017, 3, 31), date(2018, 7, 1)):
        ours = rows(ledger, day, breakdowns=True, residents=lambda _: (56_000, 2016))
        theirs = reference_rows(children, day, breakdowns=True, residents=Residents(56_000, 2016))
        assert sorted(map(repr, ours)) == sorted(map(repr, theirs))
        whole = rows(ledger, day, breakdowns=False)
        assert sorted(map(repr, whole)) == sorted(map(repr, reference_rows(children, day, breakdowns=False)))


def test_a_difference_is_told_with_its_figure_and_the_shortest_history_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Made by folding under another choice than the twin's."""
    monkeypatch.setattr(against_twin, "fold", lambda child, _: fold(child, OTHERWISE["eighteen"]))
    grown_up = admitted("2016-01-01", dob="1999-01-01")
    stated: list[AnyEvent] = [missing("2016-02-01", "2016-02-03"), grown_up, moved("2016-03-01", "P", "K2")]
    assert_agrees("a child", stated, [date(2016, 12, 31)])
    with pytest.raises(AssertionError) as told:
        assert_agrees("a child", stated, [date(2016, 12, 31), date(2017, 1, 1)])
    assert "2017-01-01 childrens_homes age_band:16_and_over on: (0, 1, None), by the twin None" in str(told.value)
    assert grown_up.fact in str(told.value)
    assert not any(event.fact in str(told.value) for event in stated if event is not grown_up)


def test_every_indicator_counts_some_of_the_made_up_histories_and_leaves_some_out() -> None:
    days = [day.toordinal() for day in EVERY_DAY_OF_TEN_YEARS[::7]]
    counts, leaves_out = Counter[str](), Counter[str]()
    for seed in range(HISTORIES):
        ledger = ledger_of([fold(facts(*history(seed)))])
        for (code, _), readings in readings_on(ledger, days, [(code, "all") for code in INDICATORS]):
            counted = [reading for one_day in readings for reading in one_day]
            counts[code] += any(reading.numerator for reading in counted)
            leaves_out[code] += any(reading.numerator < (reading.denominator or 1) for reading in counted)
    without_rate = INDICATORS.keys() - {"looked_after_rate"}
    assert {code for code in without_rate if min(counts[code], leaves_out[code]) < 10} == set()
