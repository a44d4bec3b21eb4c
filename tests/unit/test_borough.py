"""The demonstration borough: the same from the same seed, never ahead of its time, fit for the door, and plausible."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.cli import post_borough
from holdfast.cli.borough import Borough, Day, days
from holdfast.cli.door import Door, DoorRefused
from holdfast.cli.post_borough import MOST_AT_ONCE, AnotherLivesHere, Progress, due_batches, live, postings_to_come
from holdfast.cli.simulate import history_begins_on
from holdfast.contracts.door import read
from holdfast.contracts.door_forms import POSTED_TYPES
from holdfast.contracts.door_rules import terms_at
from holdfast.contracts.door_verdicts import Refused
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from holdfast.runtime.clock import Clock
from tests.boroughs import facts_by_child

BEGINS_ON = date(2023, 4, 1)
BOROUGH = Borough("E08000018", 7, 150, BEGINS_ON)
A_YEAR_ON = date(2024, 4, 30)


@cache
def thirteen_months() -> list[Day]:
    """The days up to 30 April 2024."""
    return list(islice(days(BOROUGH), (A_YEAR_ON - BEGINS_ON).days + 1))


def test_the_same_seed_is_the_same_borough_and_another_seed_another() -> None:
    again = list(islice(days(BOROUGH), 30))
    assert again == thirteen_months()[:30]
    assert list(islice(days(msgspec.structs.replace(BOROUGH, seed=8)), 30)) != again


def test_every_day_comes_once_and_its_postings_in_order() -> None:
    assert [day.on for day in thirteen_months()[:3]] == [date(2023, 4, 1), date(2023, 4, 2), date(2023, 4, 3)]
    for day in thirteen_months()[1:]:
        assert {posting.at.date() for posting in day.postings} <= {day.on}
        assert [posting.at for posting in day.postings] == sorted(posting.at for posting in day.postings)


def test_nothing_is_posted_before_it_was_recorded_or_recorded_before_it_happened() -> None:
    for day in thirteen_months():
        for posting in day.postings:
            recorded_at = datetime.fromisoformat(posting.event["recordedtime"])
            assert recorded_at <= posting.at
            if on := posting.event["data"].get("on"):
                assert date.fromisoformat(on) <= recorded_at.date()


def test_the_door_takes_every_event() -> None:
    everything = frozenset({BOROUGH.source}), frozenset(POSTED_TYPES), frozenset({"E08000018"})
    sources, types, authorities = everything
    for day in thirteen_months():
        for posting in day.postings:
            terms = terms_at(posting.at, sources=sources, types=types, authorities=authorities)
            taken = read(msgspec.json.encode(posting.event), terms)
            assert not isinstance(taken, Refused), taken


def test_one_id_always_says_the_same_and_some_facts_are_repeated_corrected_and_withdrawn() -> None:
    said: dict[str, Any] = {}
    repeated, types = 0, defaultdict[str, int](int)
    for posting in (posting for day in thirteen_months() for posting in day.postings):
        assert said.setdefault(posting.event["id"], posting.event) == posting.event
        repeated += posting.again
        types[posting.event["type"]] += 1
    assert repeated > 100
    assert sum(name.endswith("@2") for name in said) > 20
    assert set(types) == set(POSTED_TYPES)


def test_of_150_children_a_few_things_are_posted_each_day() -> None:
    a_day = [len(day.postings) for day in thirteen_months()[1:]]
    assert 2 < sum(a_day) / len(a_day) < 30


def test_most_is_recorded_within_days_and_some_two_months_late() -> None:
    late = []
    for posting in (posting for day in thirteen_months() for posting in day.postings):
        if posting.event["id"].endswith("@1") and "on" in posting.event["data"]:
            happened_on = date.fromisoformat(posting.event["data"]["on"])
            late.append((datetime.fromisoformat(posting.event["recordedtime"]).date() - happened_on).days)
    assert sum(days <= 9 for days in late) > 0.75 * len(late)
    assert 0.005 * len(late) < sum(days >= 55 for days in late) < 0.05 * len(late)


def test_what_never_was_is_withdrawn_within_weeks_and_some_of_it_was_told_of_another_child() -> None:
    stated: dict[tuple[str, str], datetime] = {}
    withdrawn: dict[tuple[str, str], timedelta] = {}
    for posting in (posting for day in thirteen_months() for posting in day.postings if not posting.again):
        name, at = (posting.event["subject"], posting.event["fact"]), posting.at
        if posting.event["type"] == "care.withdrawal.v1":
            withdrawn[name] = at - stated[name]
        stated.setdefault(name, at)
    assert len(withdrawn) > 5
    assert all(timedelta(0) < found_out < timedelta(60) for found_out in withdrawn.values())
    assert any("DEMO-" in fact.partition("/")[2] for _, fact in withdrawn)


def test_the_figures_are_plausible() -> None:
    ledger = Ledger()
    for facts in facts_by_child(posting.event for day in thirteen_months() for posting in day.postings).values():
        ledger.add(fold(facts))
    ledger.settle()
    of_the_day = rows(ledger, A_YEAR_ON, breakdowns=False)
    counts = {(row.indicator, row.period): (row.numerator, row.denominator or 1) for row in of_the_day}
    at = {
        name: counts[name, msgspec.UNSET] for name in ("looked_after", "three_or_more_placements", "long_term_stable")
    }
    assert 110 < at["looked_after"][0] < 190
    assert 0.05 < at["three_or_more_placements"][0] / at["three_or_more_placements"][1] < 0.17
    assert 0.5 < at["long_term_stable"][0] / at["long_term_stable"][1] < 0.8
    for flow in ("admissions", "discharges", "placement_moves", "missing_episodes"):
        assert counts[flow, "rolling_year"][0] > 20


class StoppedClock(Clock):
    """Stands still; a platform second lasts a real one."""

    def __init__(self, told: datetime) -> None:
        super().__init__(None)
        self.told = told

    def now(self) -> datetime:
        return self.told

    def real_seconds_until(self, told: datetime) -> float:
        return max(0.0, (told - self.told).total_seconds())


class FakeDoor:
    """Takes batches until it has had enough, then refuses, which ends the borough."""

    def __init__(self, enough: int) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.enough = enough

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if len(self.batches) == self.enough:
            return httpx.Response(403, json={"title": "Enough"})
        self.batches.append(msgspec.json.decode(request.content))
        verdicts = [{"id": event["id"], "verdict": "accepted"} for event in self.batches[-1]]
        return httpx.Response(200, json=verdicts)

    def door(self) -> Door:
        client = httpx.Client(base_url="http://door", transport=httpx.MockTransport(self))
        return Door(client, tries=1, wait=lambda seconds: False, say=lambda sentence: None)


def progress() -> Progress:
    """A borough that has posted nothing yet."""
    return Progress(borough=BOROUGH)


def test_history_is_posted_in_whole_batches_and_then_each_event_as_its_time_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = StoppedClock(datetime(2023, 5, 1, tzinfo=UTC))
    slept: list[float] = []

    def sleep(seconds: float) -> bool:
        slept.append(seconds)
        clock.told += timedelta(seconds=seconds)
        return False

    monkeypatch.setattr(post_borough, "sleep", sleep)
    batches = due_batches(postings_to_come(thirteen_months(), None), clock)
    expected = [posting for day in thirteen_months()[:30] for posting in day.postings]
    caught_up: list[Any] = []
    while len(caught_up) < len(expected):
        caught_up += next(batches)
    assert caught_up == expected
    assert slept == []
    following = next(batches)
    assert all(posting.at <= clock.now() for posting in following)
    assert slept and max(slept) <= 2.0


def test_a_restart_goes_on_where_it_was_and_misses_nothing(tmp_path: Path) -> None:
    borough = msgspec.structs.replace(BOROUGH, children=100)
    clock = StoppedClock(datetime(2024, 4, 30, tzinfo=UTC))
    place = tmp_path / "simulate.json"
    posted: list[str] = []
    for _ in range(2):
        fake = FakeDoor(enough=1)
        with pytest.raises(DoorRefused):
            reached = post_borough.found(place, Progress(borough=borough), whenever_begun=False)
            live(fake.door(), clock, days(borough), reached, lambda at: post_borough.keep(place, at))
        posted += [event["id"] for batch in fake.batches for event in batch]
    wanted = [posting.event["id"] for posting in islice(postings_to_come(days(borough), None), 2 * MOST_AT_ONCE)]
    # The instant at which the first run ended is posted again.
    assert set(wanted[:-10]) <= set(posted)
    assert len(posted) == 2 * MOST_AT_ONCE


def test_a_borough_goes_on_from_its_own_beginning_whatever_day_it_is(tmp_path: Path) -> None:
    place = tmp_path / "boroughs" / "E08000018.json"
    assert post_borough.found(place, progress(), whenever_begun=True) == progress()
    held = msgspec.structs.replace(progress(), posted=5, posted_to=datetime(2023, 5, 1, tzinfo=UTC))
    post_borough.keep(place, held)
    later = Progress(borough=msgspec.structs.replace(BOROUGH, begins_on=date(2024, 4, 1)))
    assert post_borough.found(place, later, whenever_begun=True) == held
    with pytest.raises(AnotherLivesHere, match="from 2023-04-01"):
        post_borough.found(place, later, whenever_begun=False)


def test_another_borough_is_not_put_on_top_of_one_that_lives_here(tmp_path: Path) -> None:
    place = tmp_path / "E08000018.json"
    post_borough.keep(place, progress())
    for other in (msgspec.structs.replace(BOROUGH, seed=8), msgspec.structs.replace(BOROUGH, children=60)):
        with pytest.raises(AnotherLivesHere, match="150 children, seed 7"):
            post_borough.found(place, Progress(borough=other), whenever_begun=True)
    with pytest.raises(AnotherLivesHere):
        post_borough.found(place, Progress(borough=BOROUGH, until=A_YEAR_ON), whenever_begun=True)
    place.write_bytes(b"{")
    with pytest.raises(AnotherLivesHere, match="can't be read"):
        post_borough.found(place, progress(), whenever_begun=True)


@pytest.mark.parametrize(
    ("today", "begins_on"),
    [(date(2026, 3, 31), date(2016, 3, 31)), (date(2028, 2, 29), date(2018, 2, 28))],
)
def test_the_history_holds_ten_years(today: date, begins_on: date) -> None:
    assert history_begins_on(today) == begins_on
