"""What a borough tells ends in what truly happened: of five seeds, every figure of 13 month ends is the twin's."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from random import Random

import pytest

from holdfast.cli.borough import Borough, lives_by
from holdfast.contracts.facts import Fact
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.journey import journey
from tests.boroughs import (
    SEEDS,
    Events,
    differences,
    engines,
    everything_told,
    facts_by_child,
    month_ends_to,
    the_truth,
    twins,
)
from tests.reference import Counts

LAST_DAY = date(2025, 6, 30)
MONTH_ENDS = month_ends_to(LAST_DAY, 13)

each_seed = pytest.mark.parametrize("seed", SEEDS)


def borough(seed: int) -> Borough:
    return Borough("E08000018", seed, 60, date(2022, 4, 1))


@cache
def told(seed: int) -> Events:
    return everything_told(borough(seed), LAST_DAY)


@cache
def truth(seed: int) -> Events:
    return the_truth(borough(seed), LAST_DAY)


@cache
def true_counts(seed: int) -> list[Counts]:
    return twins(truth(seed), MONTH_ENDS)


@each_seed
def test_all_that_is_told_comes_to_what_truly_happened(seed: int) -> None:
    ours = engines(told(seed), MONTH_ENDS, Random(seed))
    assert list(differences(ours, true_counts(seed), MONTH_ENDS)) == []


def test_there_is_something_to_compare_of_every_indicator() -> None:
    counted = [counts for seed in SEEDS for counts in true_counts(seed)]
    assert min(map(len, counted)) > 300
    whole = {code for counts in counted for (code, cell, _), (n, _, _) in counts.items() if cell == "all" and n}
    assert whole == INDICATORS.keys() - {"looked_after_rate"}


def known_by_the_end_of(day: date, events: Events) -> Events:
    return [event for event in events if datetime.fromisoformat(event["recordedtime"]).date() <= day]


def test_at_most_month_ends_what_is_known_is_not_yet_the_truth() -> None:
    apart = 0
    for month_end, true in zip(MONTH_ENDS, true_counts(1), strict=True):
        known = engines(known_by_the_end_of(month_end, told(1)), [month_end], Random(1))
        apart += any(differences(known, [true], [month_end]))
    assert apart > len(MONTH_ENDS) / 2


def findings(events: Events) -> list[str]:
    children: Iterable[list[Fact]] = facts_by_child(events).values()
    return [finding.code for facts in children for finding in journey(facts).findings]


@each_seed
def test_in_the_truth_everything_adds_up_but_short_breaks_that_turned_into_care(seed: int) -> None:
    assert set(findings(truth(seed))) <= {"short-breaks-inside-care"}


def test_what_stays_odd_in_what_is_told_are_restarts() -> None:
    found = [code for seed in SEEDS for code in findings(told(seed))]
    assert set(found) <= {"short-breaks-inside-care", "spurious-restart"}
    assert 5 <= found.count("spurious-restart") < 100


def test_a_borough_that_ends_is_until_then_the_same_as_one_that_goes_on() -> None:
    early, late = date(2023, 6, 30), date(2024, 6, 30)
    shorter = {life.child: life for life in lives_by(borough(1), early)}
    longer = {life.child: life for life in lives_by(borough(1), late)}
    assert shorter.keys() <= longer.keys()
    for child, life in shorter.items():
        assert life.happenings == [happening for happening in longer[child].happenings if happening.on <= early]
