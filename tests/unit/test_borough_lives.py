"""What truly happens in the borough: everything that a council knows of happens to some, and nothing that can't."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from holdfast.cli.borough import Borough, lives_by
from holdfast.cli.borough.families import birthday
from holdfast.cli.borough.homes import Homes
from holdfast.cli.borough.lives import ADMISSION, DISCHARGE, MOVE, Happening, Life
from holdfast.contracts.codes import TEMPORARY
from holdfast.indicators.code_years import outside_its_years
from tests.boroughs import facts_by_child, the_truth

BOROUGH = Borough("E08000018", 4, 400, date(2016, 4, 1))
LAST = date(2026, 3, 31)
# Days that a temporary stay may last, by the return's rules; a child's holiday may be as long as it likes.
LONGEST = {"T1": 42, "T3": 21, "T4": 7}
CLOSING = {"CLOSE", "STAND", "ALLEG", "APPRR"}


@cache
def lives() -> list[Life]:
    return list(lives_by(BOROUGH, LAST))


def happenings(kind: str) -> Iterator[Happening]:
    return (happening for life in lives() for happening in life.happenings if happening.type == kind)


def said(field: str, kind: str) -> Counter[Any]:
    return Counter(happening.data.get(field) for happening in happenings(kind))


def stays(life: Life) -> Iterator[tuple[dict[str, Any], date, date, str | None]]:
    """Every stretch between two happenings that place the child, with what is said to have ended it."""
    placing = [
        happening for happening in life.happenings if "placement" in happening.data or happening.type == DISCHARGE
    ]
    for happening, following in pairwise(placing):
        if "placement" in happening.data:
            ended = following.data.get("reason_for_placement_change")
            yield happening.data["placement"], happening.on, following.on, ended


def test_every_kind_of_placement_status_and_ending_happens() -> None:
    types = Counter(happening.data["placement"]["type"] for kind in (ADMISSION, MOVE) for happening in happenings(kind))
    common = {
        "U1",
        "U3",
        "U4",
        "U5",
        "U6",
        "K2",
        "K3",
        "H5",
        "P1",
        "R1",
        "R3",
        "S1",
        "A4",
        "A5",
        "A6",
        "T1",
        "T2",
        "T3",
        "T4",
    }
    assert common <= types.keys()
    assert said("reason_for_new_episode", MOVE).keys() == {"P", "B", "T", "U"}
    assert {"V2", "C1", "L1", "L2", "J1", "V3", "V4"} <= said("legal_status", ADMISSION).keys()
    assert {"C2", "E1"} <= {status for kind in (MOVE, "care.legal-status.v1") for status in said("legal_status", kind)}
    assert {"CARPL", "OTHER", "CREQB", "CREQO", "CHILD", "CLOSE", "ALLEG", "PLACE"} <= said(
        "reason_for_placement_change", MOVE
    ).keys()
    ended = said("reason_episode_ceased", DISCHARGE).keys()
    assert {"E12", "E45", "E47", "E4A", "E4B", "E13", "E41", "E5", "E6", "E17", "E3", "E8"} <= ended


def test_codes_are_used_in_their_years_alone() -> None:
    assert not [
        fact for facts in facts_by_child(the_truth(BOROUGH, LAST)).values() for fact in facts if outside_its_years(fact)
    ]


def test_families_come_together_and_many_live_together() -> None:
    first = {life.child: (life.admitted_on, life.happenings[0].data["placement"].get("postcode")) for life in lives()}
    pairs = [(life.child, sibling) for life in lives() for sibling in life.siblings if sibling in first]
    same_day = [pair for pair in pairs if first[pair[0]][0] == first[pair[1]][0]]
    assert len(pairs) > 200 and len(same_day) > 0.6 * len(pairs)
    together = [pair for pair in same_day if first[pair[0]][1] == first[pair[1]][1]]
    assert 0.4 * len(same_day) < len(together) < len(same_day)


def test_children_of_several_families_share_a_home_and_leave_it_on_the_day_it_closes() -> None:
    there: dict[str, list[tuple[Life, date, date, str | None]]] = defaultdict(list)
    for life in lives():
        for placement, since, until, ended in stays(life):
            if placement["type"] not in TEMPORARY:
                there[placement["postcode"]].append((life, since, until, ended))
    shared = closed = 0
    for staying in there.values():
        families = {life.child.rpartition("-")[0] for life, *_ in staying}
        shared += len(families) > 1
        for _, _, day, ended in staying:
            if ended in CLOSING:
                closed += 1
                # Those who were not away on the day itself.
                assert not [one for one in staying if one[1] < day < one[2] and one[3] is not None]
    assert shared > 100 and closed > 20


def test_no_more_children_are_in_a_home_than_it_has_beds() -> None:
    random, homes = Random(1), Homes("test")
    found = set()
    for number in range(3000):
        day = date(2020, 1, 1) + timedelta(random.randrange(2000))
        ends_on = day + timedelta(random.randrange(1, 900))
        home = homes.find("carer", day, ends_on, random.randint(1, 3))
        home.take(day, min(ends_on, home.closes_on))
        found.add(id(home))
        if number % 50 == 0:
            for begins, _ in home.taken:
                assert sum(since <= begins < until for since, until in home.taken) <= home.beds
    assert len(found) < 2500


def test_care_ends_at_eighteen_and_periods_never_overlap() -> None:
    came_back = 0
    for life in lives():
        grown_on = birthday(date.fromisoformat(life.happenings[0].data["date_of_birth"]), 18)
        edges = [happening for happening in life.happenings if happening.type in (ADMISSION, DISCHARGE)]
        assert [edge.type for edge in edges] == [(ADMISSION, DISCHARGE)[place % 2] for place in range(len(edges))]
        assert all(one.on < other.on for one, other in pairwise(edges))
        assert edges[-1].on <= grown_on
        assert edges[-1].type == DISCHARGE or grown_on > LAST
        came_back += len(edges) > 2 and life.happenings[0].data["legal_status"] != "V3"
    assert came_back > 50


def test_temporary_stays_are_as_short_as_they_may_be_and_some_of_them_fail() -> None:
    returned = failed = 0
    for life in lives():
        for before, away in pairwise(list(stays(life))):
            placement, since, until, _ = away
            if placement["type"] in TEMPORARY:
                assert (until - since).days <= LONGEST.get(placement["type"], 60)
                back = next((one for one in stays(life) if one[1] == until), None)
                if back is not None and back[0]["placement_id"] == before[0]["placement_id"]:
                    returned += 1
                else:
                    failed += 1
    assert returned > 100 and 5 < failed < returned / 2


def test_some_go_missing_often_and_most_never_and_none_is_missing_twice_at_once() -> None:
    often = never = 0
    for life in lives():
        number = sum(absence.kind == "M" for absence in life.absences)
        often, never = often + (number > 20), never + (number == 0)
        for kind in ("M", "A"):
            episodes = [absence for absence in life.absences if absence.kind == kind]
            for one, other in pairwise(episodes):
                assert one.ends_at is not None and one.ends_at <= other.begins_at
    assert often > 20 and never > 0.6 * len(lives())
    still = [absence for life in lives_by(BOROUGH, LAST) for absence in life.absences if absence.ends_at is None]
    assert all(absence.begins_at.date() <= LAST for absence in still)


def test_those_who_come_alone_have_no_known_distance_from_home() -> None:
    alone = [
        happening.data for happening in happenings(ADMISSION) if "distance_miles" not in happening.data["placement"]
    ]
    assert len(alone) > 50
    assert {data["category_of_need"] for data in alone} == {"N8"}
    assert Counter(data["sex"] for data in alone)["male"] > 0.8 * len(alone)


@pytest.mark.parametrize("on", [date(2018, 3, 31), date(2025, 3, 31)])
def test_several_moves_on_one_day_say_which_came_first(on: date) -> None:
    days: dict[tuple[str, date], list[Happening]] = defaultdict(list)
    for life in lives():
        for happening in life.happenings:
            if happening.type == MOVE and happening.on <= on:
                days[life.child, happening.on].append(happening)
    several = [moves for moves in days.values() if len(moves) > 1]
    assert several
    for moves in several:
        assert [move.data["sequence"] for move in moves] == list(range(1, len(moves) + 1))
