"""A borough like a council that printed its figures: exactly those, by any seed, and in all else as any borough."""

import os
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from itertools import takewhile
from typing import Any

import msgspec
import pytest

from holdfast.cli.borough import Borough, Day, days
from holdfast.cli.borough.likeness import CannotBeLike, borough_like, families_like, families_of
from holdfast.cli.borough.population import admissions
from holdfast.cli.borough.printed import ROTHERHAM_2017, Figure, Month, Printed, printed_by
from holdfast.cli.borough.reckoned import added_up, counted, is_clear, told_by_child
from holdfast.cli.borough.telling import Posting, tell
from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.facts import Fact
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from tests.boroughs import facts_by_child

# `make test-deep` has more.
SEEDS = tuple(map(int, os.environ.get("HOLDFAST_TEST_SEEDS", "7").split(",")))
each_seed = pytest.mark.parametrize("seed", SEEDS)

# As the panel's pack prints them: long-term stable, three or more placements, admissions, discharges.
PRINTED = {
    ("2017-01-31", "2017-02-10T23:59:59Z"): ((94, 141), (61, 470), 9, 21),
    ("2017-02-28", "2017-03-10T23:59:59Z"): ((96, 144), (58, 483), 26, 14),
    ("2017-03-31", "2017-04-10T22:59:59Z"): ((96, 145), (58, 488), 23, 18),
    ("2017-04-30", "2017-05-10T22:59:59Z"): ((93, 145), (58, 501), 26, 11),
    ("2017-05-31", "2017-06-10T22:59:59Z"): ((93, 147), (64, 504), 14, 12),
    ("2017-06-30", "2017-07-10T22:59:59Z"): ((90, 145), (63, 522), 33, 16),
}
A_YEAR_ON = date(2018, 6, 30)


@cache
def told(seed: int) -> list[dict[str, Any]]:
    """Everything that the borough says until a year after the last printed month, each statement once."""
    borough = borough_like(ROTHERHAM_2017, "E08000018", seed)
    lived: Sequence[Day] = list(takewhile(lambda day: day.on <= A_YEAR_ON, days(borough)))
    return [posting.event for day in lived for posting in day.postings if not posting.again]


def read(facts: dict[str, list[Fact]], on: date) -> dict[tuple[str, str], tuple[int, int | None]]:
    """Every figure of the whole on a day, by the reading that the register makes."""
    ledger = Ledger()
    for standing in facts.values():
        ledger.add(fold(standing))
    return {
        (row.indicator, "on" if row.period is msgspec.UNSET else row.period): (row.numerator, row.denominator)
        for row in rows(ledger, on, breakdowns=False)
    }


@each_seed
@pytest.mark.parametrize(("month_end", "known_at"), PRINTED)
def test_of_what_was_recorded_by_the_tenth_of_the_next_month_every_printed_number_comes(
    seed: int, month_end: str, known_at: str
) -> None:
    known = facts_by_child(event for event in told(seed) if event["recordedtime"] <= known_at)
    said = read(known, date.fromisoformat(month_end))
    assert (
        said["long_term_stable", "on"],
        said["three_or_more_placements", "on"],
        said["admissions", "month"][0],
        said["discharges", "month"][0],
    ) == PRINTED[month_end, known_at]


@each_seed
def test_the_percentages_printed_of_june_come_too(seed: int) -> None:
    known = facts_by_child(event for event in told(seed) if event["recordedtime"] <= "2017-07-10T22:59:59Z")
    said = read(known, date(2017, 6, 30))
    shares = [
        said["family_based", "on"],
        said["discharged_to_permanence", "month"],
        said["adoptions", "month"],
    ]
    assert [f"{100 * above / (below or 1) + 1e-9:.1f}%" for above, below in shares] == ["82.0%", "37.5%", "6.3%"]


def test_what_comes_in_later_restates_some_of_it_and_the_borough_lives_on() -> None:
    facts = facts_by_child(told(7))
    now = {on: read(facts, date.fromisoformat(on)) for on, _ in PRINTED}
    assert any(now[on]["admissions", "month"][0] != printed[2] for (on, _), printed in PRINTED.items())
    assert all(abs(now[on]["looked_after", "on"][0] - printed[1][1]) < 15 for (on, _), printed in PRINTED.items())
    a_year_on = read(facts, A_YEAR_ON)
    assert 400 < a_year_on["looked_after", "on"][0] < 620
    assert a_year_on["admissions", "rolling_year"][0] > 100


@each_seed
def test_in_everything_else_it_is_a_borough_as_any(seed: int) -> None:
    facts = facts_by_child(told(seed))
    before = {year: read(facts, date(year, 3, 31))["looked_after", "on"][0] for year in (2015, 2016)}
    assert 350 < before[2015] < before[2016] + 25 < 525
    ledger = Ledger()
    for standing in facts.values():
        ledger.add(fold(standing))
    of_june = rows(ledger, date(2017, 6, 30), breakdowns=True)
    share = {
        f"{row.breakdown}": row.numerator / 520 for row in of_june if row.indicator == "looked_after" and row.breakdown
    }
    bounds = {
        "age_band:under_1": (0.01, 0.09),
        "age_band:1_to_4": (0.08, 0.22),
        "age_band:5_to_9": (0.14, 0.30),
        "age_band:10_to_15": (0.26, 0.45),
        "age_band:16_and_over": (0.15, 0.31),
        "sex:male": (0.45, 0.64),
        "legal_status:care_order": (0.35, 0.65),
        "legal_status:accommodated": (0.12, 0.32),
        "placement_group:residential": (0.04, 0.16),
        "placement_group:placed_for_adoption": (0.01, 0.07),
        "provider:in_house": (0.38, 0.65),
    }
    assert {name: share[name] for name, (low, high) in bounds.items() if not low < share[name] < high} == {}
    said = read(facts, date(2017, 6, 30))
    assert 0.05 < said["missing_in_year", "on"][0] / (said["missing_in_year", "on"][1] or 1) < 0.18
    assert 150 < said["placement_moves", "rolling_year"][0] < 600


def test_no_figure_hangs_on_how_the_door_names_things() -> None:
    """Where time leaves two statements undecided their names would decide, and those are random."""
    for standing in facts_by_child(event for event in told(7) if event["recordedtime"] <= "2017-07-10").values():
        assert not {"contested", "order-undecided"} & {finding.code for finding in journey(standing).findings}


# --- Small councils, made up for the tests ----------------------------------------------------------------------------

NAMES = ("long_term_stable", "three_or_more_placements", "admissions", "discharges")


def council(*months: tuple[str, tuple[int, ...]]) -> Printed:
    """What was printed of each month: stable, of; three or more, looked after; admitted; left."""
    made = []
    for on, (stable, of, moved, looked_after, admitted, left) in months:
        shares = (Figure(NAMES[0], stable, of), Figure(NAMES[1], moved, looked_after))
        made.append(Month(date.fromisoformat(on), (*shares, Figure(NAMES[2], admitted), Figure(NAMES[3], left))))
    return Printed("small", "Small", "E08000016", date(2015, 4, 1), 60, tuple(made))


def told_by(borough: Borough, until: date) -> list[list[Fact]]:
    """All that a borough tells of those who come until a day."""
    admitted = takewhile(lambda day: day[0] <= until, admissions(borough.name, borough.children, borough.begins_on))
    lives = [life for _, lives in admitted for life in lives]
    return told_by_child(posting for life in lives for posting in tell(borough.name, borough.source, life))


@cache
def small_council() -> Printed:
    """Another borough's figures, as though it had printed them."""
    nothing = council(*((on, (0,) * 6) for on in ("2017-01-31", "2017-02-28", "2017-03-31")))
    numbers = counted(told_by(Borough("E08000016", 99, 60, nothing.begins_on), nothing.ends_on), nothing)
    by_month = zip(*[iter(numbers)] * 6, strict=True)
    return council(*((month.ends_on.isoformat(), of) for month, of in zip(nothing.months, by_month, strict=True)))


def small(seed: int = 1) -> Borough:
    return borough_like(small_council(), "E08000016", seed)


def children_of(seed: int) -> list[str]:
    return [life.child for family in families_like(small(seed), small_council()) for life in family.lives]


def test_a_small_council_too_comes_to_what_it_printed_and_each_child_is_there_once() -> None:
    chosen = families_like(small(), small_council())
    lives = [life for family in chosen for life in family.lives]
    told = told_by_child(posting for life in lives for posting in tell(small().name, small().source, life))
    assert added_up(told, small_council()) == small_council().integers
    assert len({life.child for life in lives}) == len(lives)
    assert any(family.spare for family in chosen) and any(not family.spare for family in chosen)


def test_the_same_seed_is_the_same_borough_and_another_seed_another() -> None:
    assert children_of(1) == children_of(1) != children_of(2)


def test_what_no_borough_can_be_is_refused_with_what_the_nearest_one_is_off_by() -> None:
    # More children who are long-term stable than there are for long.
    impossible = council(("2017-01-31", (30, 8, 4, 60, 3, 2)))
    with pytest.raises(CannotBeLike) as refused:
        families_like(borough_like(impossible, "E08000016", 1), impossible)
    assert "what Small printed" in str(refused.value)
    assert "two years in the same placement, January 2017" in str(refused.value)


def test_brothers_and_sisters_are_chosen_together() -> None:
    borough = small()
    admitted = takewhile(
        lambda day: day[0] < date(2016, 1, 1), admissions(borough.name, borough.children, borough.begins_on)
    )
    families = [family for _, lives in admitted for family in families_of(lives)]
    assert any(len(family) > 1 for family in families)
    for family in families:
        names = {life.child for life in family}
        assert all({life.child, *life.siblings} == names for life in family)


def test_what_is_counted_of_each_child_adds_up_to_what_ledgers_count_of_all() -> None:
    told = told_by(Borough("E08000016", 3, 60, date(2015, 4, 1)), small_council().ends_on)
    assert sum(counted(told, small_council())) > 200
    assert counted(told, small_council()) == added_up(told, small_council())


def said(fact: str, kind: str, recorded: str, data: dict[str, Any]) -> Posting:
    event: dict[str, Any] = {"specversion": "1.0", "id": f"{fact}@{recorded}", "source": small().source, "type": kind}
    event |= {"subject": "A", "fact": fact, "recordedtime": recorded, "data": data}
    return Posting(datetime.fromisoformat(recorded), fact, event)


PLACEMENT = {"type": "U6", "provider": "PR1", "postcode": "ZZ1 1AA"}
ADMITTED = {"on": "2017-01-20", "legal_status": "C2", "date_of_birth": "2010-01-01", "placement": PLACEMENT}
LEFT = {"on": "2017-02-19", "reason_episode_ceased": "E4A"}


def test_only_what_was_recorded_by_then_is_known_of_a_month_and_what_is_sent_again_says_nothing() -> None:
    in_time = said("in", "care.admission.v1", "2017-02-10T23:59:59Z", ADMITTED)
    late = said("in", "care.admission.v1", "2017-02-11T00:00:00Z", ADMITTED)
    left = said("out", "care.discharge.v1", "2017-02-20T09:00:00Z", LEFT)
    again = msgspec.structs.replace(in_time, again=True)
    nothing = (0,) * 6
    # Of January, February and March: stable, of; three or more, looked after; admitted; left.
    assert counted(told_by_child([in_time, left, again]), small_council()) == (
        0,
        0,
        0,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        *nothing,
    )
    assert counted(told_by_child([late]), small_council()) == (*nothing, *(0, 0, 0, 1, 0, 0) * 2)
    # A discharge that is known while the admission is not counts nowhere.
    assert counted(told_by_child([left]), small_council()) == nothing * 3


def test_statements_that_only_their_names_could_order_are_not_clear() -> None:
    first = said("in", "care.admission.v1", "2017-01-21T09:00:00Z", ADMITTED)
    other = said("in-too", "care.admission.v1", "2017-01-21T09:00:00Z", ADMITTED)
    later = said("in-too", "care.admission.v1", "2017-01-21T09:00:01Z", ADMITTED)
    assert [is_clear(*told_by_child(both)) for both in ([first, other], [first, later])] == [False, True]


def test_a_months_figures_are_known_by_the_last_second_of_the_tenth_day_in_london() -> None:
    assert [month.known_at.isoformat() for month in ROTHERHAM_2017.months] == [
        known_at.replace("Z", "+00:00") for _, known_at in PRINTED
    ]


def test_a_name_of_which_nothing_is_printed_is_one_sentence() -> None:
    with pytest.raises(CannotRun, match="there are: rotherham-2017"):
        printed_by("atlantis")
