"""What the golden journeys of the conformance kit expect is what the definitions give, by the twin and the engine."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import msgspec
import pytest

from holdfast.cli.conformance.cases import PLACEMENTS, Case, Counts, Name, line_of, withdrawals_of
from holdfast.cli.conformance.golden import GOLDEN
from holdfast.contracts.door import read
from holdfast.contracts.door_rules import Terms, terms_at
from holdfast.contracts.door_verdicts import Refused
from holdfast.contracts.events import EVENT_TYPES, AnyEvent
from holdfast.contracts.facts import fact_of, standing
from holdfast.contracts.figures import Row
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import DEFAULTS
from holdfast.indicators.effects import Trial
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from services.intake.domain import event_of, keys_of
from tests.factories import AUTHORITY, facts
from tests.reference import child_of, rows_on
from tests.reference_child import days_of

SOURCE = f"/authorities/{AUTHORITY}/systems/vendor"
KEYS = keys_of(bytes(range(96)))
# The earliest clock that the kit agrees to run on.
NOW = datetime(2019, 1, 1, 0, 0, 1, tzinfo=UTC)

each_case = pytest.mark.parametrize("case", GOLDEN, ids=[case.name for case in GOLDEN])


def terms() -> Terms:
    return terms_at(NOW, sources=frozenset({SOURCE}), types=frozenset(EVENT_TYPES), authorities=frozenset({AUTHORITY}))


def through_the_door(posted: Iterable[dict[str, Any]]) -> list[AnyEvent]:
    found = []
    for one in posted:
        taken = read(msgspec.json.encode(one), terms())
        assert not isinstance(taken, Refused), taken
        found.append(event_of(taken, KEYS, "2019-01-01T00:00:01Z"))
    return found


def by_child(events: Iterable[AnyEvent]) -> dict[str, list[AnyEvent]]:
    children: dict[str, list[AnyEvent]] = {}
    for event in events:
        children.setdefault(event.subject, []).append(event)
    return children


def told(case: Case) -> list[AnyEvent]:
    return through_the_door(case.events(SOURCE, "run"))


def counts_of(read_: Iterable[Row]) -> dict[Name, Counts]:
    return {
        Name(row.indicator, "on" if row.period is msgspec.UNSET else row.period, row.date): Counts(
            row.numerator, row.denominator
        )
        for row in read_
    }


def lines_on(case: Case, day: date) -> dict[Name, Counts]:
    return {name: counts for name, counts in case.lines().items() if name.on == day and name.indicator != PLACEMENTS}


@each_case
def test_the_figures_are_so_by_the_twin(case: Case) -> None:
    days = sorted({name.on for name in case.lines()})
    children = [child_of(facts(*stated), days[-1]) for stated in by_child(told(case)).values()]
    for day in days:
        wanted = lines_on(case, day)
        assert wanted.items() <= counts_of(rows_on(children, day, breakdowns=False)).items()


@each_case
def test_the_figures_are_so_by_the_engine_in_any_order_and_repeated(case: Case) -> None:
    stated = [*told(case), *told(case)]
    Random(case.name).shuffle(stated)
    ledger = Ledger()
    for events in by_child(stated).values():
        ledger.add(fold(facts(*events)))
    for day in {name.on for name in case.lines()}:
        assert lines_on(case, day).items() <= counts_of(rows(ledger, day, breakdowns=False)).items()


@each_case
def test_each_event_is_what_it_is_called_and_no_more_is_found_than_is_said(case: Case) -> None:
    trial = Trial(max(name.on for name in case.lines()), DEFAULTS)
    effects = [trial.take(event.subject, fact_of(event)) for event in told(case)]
    assert [effect.outcome for effect in effects] == [said.outcome for said in case.said]
    last = max(name.on for name in case.lines()).toordinal()
    found = [
        finding.code
        for events in by_child(told(case)).values()
        for finding in journey(standing(map(fact_of, events)).values()).findings_on(last)
    ]
    assert sorted(found) == sorted(case.finds)


@each_case
def test_placements_in_the_year_are_those_of_the_twin(case: Case) -> None:
    for name, counts in case.lines().items():
        if name.indicator == PLACEMENTS:
            [events] = by_child(told(case)).values()
            child = child_of(facts(*events), name.on)
            year = days_of("rolling_year", name.on)
            assert len({id(child.placed[day]) for day in year if day in child.placed}) == counts.numerator


@each_case
def test_every_line_is_told_of_by_a_day_that_is_asked_about(case: Case) -> None:
    assert all(any(name.is_told(day) for day in case.days()) for name in case.lines())
    assert case.days()[0] == max(name.on for name in case.lines())
    assert all(name.indicator in {*INDICATORS, PLACEMENTS} for name in case.lines())


@each_case
def test_nothing_is_left_of_a_case_that_is_withdrawn(case: Case) -> None:
    posted = case.events(SOURCE, "run")
    stated = through_the_door([*posted, *withdrawals_of(posted)])
    for events in by_child(stated).values():
        assert facts(*events) == []


@each_case
def test_two_runs_never_meet(case: Case) -> None:
    one, other = case.events(SOURCE, "one"), case.events(SOURCE, "other")
    for name in ("id", "subject"):
        assert not {event[name] for event in one} & {event[name] for event in other}


def test_names_are_unique_and_every_type_is_among_what_is_said() -> None:
    assert len({case.name for case in GOLDEN}) == len(GOLDEN) > 35
    assert {said.type for case in GOLDEN for said in case.said} == set(EVENT_TYPES)
    outcomes = {said.outcome for case in GOLDEN for said in case.said}
    assert outcomes == {"stated", "restated", "withdrawn", "outvoted", "duplicate"}


@pytest.mark.parametrize("text", ["2017-03-31 looked_after 1 in 2", "2017-03-31 looked_after 1 2", "today x 1"])
def test_a_line_that_means_nothing_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError):
        line_of(text)
