"""The spec tables, every case reckoned three ways: by the brute-force twin, by the engine, and by the engine after its
statements came in any order, each more than once, through a ledger in which other children come and go.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from random import Random

import msgspec
import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.figures import Row
from holdfast.england.published import rows as published_rows
from holdfast.england.residents import residents_of
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.series import Steps
from holdfast.indicators.steps import fold
from tests.factories import AUTHORITY, facts
from tests.reference import child_of, residents_on, rows_on
from tests.spec import CASES, Case, Counts, Name

# The rate is of the residents of the authority that every child here is looked after by.
RESIDENTS = residents_of(AUTHORITY)
ESTIMATES = {
    int(row["mid_year"]): int(row["residents_under_18"])
    for row in published_rows("residents-under-18.csv")
    if row["code"] == AUTHORITY
}

each_case = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


def by_the_twin(case: Case) -> Iterator[tuple[date, list[Row]]]:
    days = days_of(case)
    child = child_of(facts(*case.told), days[-1], case.choices)
    for day in days:
        residents = residents_on(ESTIMATES, day)
        yield day, rows_on([child], day, breakdowns=has_cells(case), residents=residents)


def by_the_engine(case: Case, ledger: Ledger) -> Iterator[tuple[date, list[Row]]]:
    for day in days_of(case):
        yield day, rows(ledger, day, breakdowns=has_cells(case), residents=RESIDENTS)


def has_cells(case: Case) -> bool:
    """Reading every cell where no line names one would take most of the time."""
    return any(line.name.cell != "all" for line in case.lines())


def steps_of(case: Case, stated: Iterable[AnyEvent]) -> Steps:
    return fold(facts(*stated), case.choices)


def in_ledger(case: Case) -> Ledger:
    ledger = Ledger()
    ledger.add(steps_of(case, case.told))
    return ledger


def shuffled(case: Case) -> list[AnyEvent]:
    """Every statement twice, in an order of the case's own."""
    stated = [*case.told, *case.told]
    Random(case.title).shuffle(stated)
    return stated


def replayed(case: Case) -> Ledger:
    """The child is read anew at every statement; another child is put in and taken out by turns, and is out at last."""
    other = Random(case.title).choice(CASES)
    ledger, stated, other_steps = Ledger(), shuffled(case), steps_of(other, other.told)
    before = steps_of(case, [])
    for so_far in range(1, len(stated) + 1):
        (ledger.add if so_far % 2 else ledger.subtract)(other_steps)
        ledger.subtract(before)
        before = steps_of(case, stated[:so_far])
        ledger.add(before)
        if so_far % 3 == 0:
            ledger.settle()
    return ledger


def by_name(read: Iterable[Row]) -> Mapping[Name, Counts]:
    figures = {}
    for row in read:
        period = "on" if row.period is msgspec.UNSET else row.period
        cell = "all" if row.breakdown is None else str(row.breakdown)
        unknown = None if row.unknown is msgspec.UNSET else row.unknown
        figures[Name(row.indicator, cell, period)] = Counts(row.numerator, row.denominator, unknown)
    return figures


def differing(case: Case, day: date, read: Iterable[Row]) -> list[str]:
    """The lines of the day that were not reckoned so. What a line doesn't say is unknown is not compared."""
    figures = by_name(read)
    wrong = []
    for line in (line for line in case.lines() if line.on == day):
        reckoned = figures[line.name]
        if line.counts.unknown is None:
            reckoned = reckoned._replace(unknown=None)
        if reckoned != line.counts:
            wrong.append(f"{day} {' '.join(line.name)} is {line.counts}, reckoned {reckoned}")
    return wrong


def days_of(case: Case) -> list[date]:
    return sorted({line.on for line in case.lines()})


@each_case
def test_the_figures_are_so_by_the_twin(case: Case) -> None:
    for day, read in by_the_twin(case):
        assert not differing(case, day, read)


@each_case
def test_the_figures_are_so_by_the_engine(case: Case) -> None:
    for day, read in by_the_engine(case, in_ledger(case)):
        assert not differing(case, day, read)


@each_case
def test_the_figures_are_so_after_a_shuffled_and_repeated_replay(case: Case) -> None:
    for day, read in by_the_engine(case, replayed(case)):
        assert not differing(case, day, read)


@each_case
def test_what_does_not_add_up_is_found_and_nothing_else(case: Case) -> None:
    last = days_of(case)[-1].toordinal()
    for told in (case.told, shuffled(case)):
        found = journey(facts(*told), case.choices).findings_on(last)
        assert sorted(finding.code for finding in found) == sorted(case.finds)


def test_no_two_cases_have_one_title() -> None:
    titles = [case.title for case in CASES]
    assert len(set(titles)) == len(titles)


def test_nothing_is_left_of_children_who_are_taken_away_again() -> None:
    ledger = Ledger()
    for case in CASES:
        ledger.add(steps_of(case, case.told))
    ledger.settle()
    for case in CASES:
        ledger.subtract(steps_of(case, case.told))
    ledger.settle()
    assert len(ledger) == 0
