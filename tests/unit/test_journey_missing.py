"""Missing episodes by London day, and what in a child's facts does not add up."""

from datetime import date

import pytest

from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import fact_of, standing
from holdfast.indicators.findings import SENTENCES
from holdfast.indicators.journey import journey
from tests.factories import admitted, facts, missing, moved, said_again, withdrawn

Told = list[AnyEvent]


def episodes(*told: AnyEvent) -> list[str]:
    """Each episode that stands, as `kind from until`."""
    return [
        f"{episode.kind} {date.fromordinal(episode.begins)} "
        f"{'open' if episode.ends is None else date.fromordinal(episode.ends)}"
        for episode in journey(facts(*told)).missing
    ]


def codes(*told: AnyEvent) -> list[str]:
    return sorted(finding.code for finding in journey(facts(*told)).findings)


def test_instants_become_london_days_in_summer_and_in_winter() -> None:
    assert episodes(missing("2016-06-01T23:30:00Z", "2016-06-30T22:59:00Z")) == ["M 2016-06-02 2016-06-30"]
    assert episodes(missing("2016-12-01T23:30:00Z", "2016-12-03T00:00:00Z")) == ["M 2016-12-01 2016-12-03"]


def test_on_the_days_when_the_clocks_change_instants_become_the_day_of_the_clock_on_the_wall() -> None:
    assert episodes(missing("2017-03-26T00:30:00Z", "2017-03-26T23:00:00Z")) == ["M 2017-03-26 2017-03-27"]
    assert episodes(missing("2017-10-28T23:00:00Z", "2017-10-29T23:59:00Z")) == ["M 2017-10-29 2017-10-29"]


def test_two_on_one_day_that_do_not_overlap_are_two() -> None:
    told = [
        missing("2016-06-01T08:00:00Z", "2016-06-01T10:00:00Z"),
        missing("2016-06-01T10:00:00Z", "2016-06-01T12:00:00Z"),
    ]
    assert len(episodes(*told)) == 2


def test_of_two_that_overlap_or_begin_together_the_first_stands_and_kinds_do_not_mix() -> None:
    first = missing("2016-06-01T08:00:00Z", "2016-06-03T10:00:00Z")
    inside = missing("2016-06-02T08:00:00Z", "2016-06-09T10:00:00Z")
    together = missing("2016-06-01T08:00:00Z", "2016-06-05T08:00:00Z", fact="other", sequence=1)
    away = missing("2016-06-02T08:00:00Z", "2016-06-09T10:00:00Z", kind="A")
    assert episodes(first, inside) == ["M 2016-06-01 2016-06-03"]
    assert codes(first, inside) == ["missing-overlap"]
    assert episodes(first, together) == ["M 2016-06-01 2016-06-03"]
    assert len(episodes(first, away)) == 2


def test_a_date_means_midnight_in_london() -> None:
    until_midnight = missing("2016-06-01T08:00:00Z", "2016-06-01T23:00:00Z")
    assert len(episodes(until_midnight, missing("2016-06-02", "2016-06-03"))) == 2


def test_one_left_open_ends_where_the_next_of_its_kind_begins() -> None:
    told = [missing("2016-06-01"), missing("2016-06-10", "2016-06-12")]
    assert episodes(*told) == ["M 2016-06-01 2016-06-10", "M 2016-06-10 2016-06-12"]
    assert codes(*told) == ["missing-left-open"]


def test_every_finding_says_what_would_mend_it() -> None:
    for code, (sentence, mend) in SENTENCES.items():
        assert sentence.endswith(".") and mend.endswith("."), code


def test_equal_recorded_times_with_different_content_are_a_finding() -> None:
    told = [moved("2016-06-01", "P", "U6", fact="m"), moved("2016-06-01", "P", "K2", fact="m")]
    assert codes(admitted("2016-05-01"), *told) == ["contested"]


def test_a_withdrawn_fact_says_nothing() -> None:
    move = moved("2016-06-01", "P", "K2")
    held = standing(map(fact_of, [admitted("2016-05-01"), move, withdrawn(move)]))
    assert len(journey(held.values()).periods[0].placements) == 1


def test_two_facts_that_nothing_but_their_names_can_order_are_a_finding() -> None:
    told = [moved("2016-06-01", "P", "K2", fact=name, placement_id=name) for name in ("one", "two")]
    assert codes(admitted("2016-05-01"), *told) == ["order-undecided"]


def test_the_date_of_birth_and_sex_are_those_recorded_last_each_by_itself() -> None:
    told: Told = [
        admitted("2010-05-01", dob="2008-01-01", sex="female", recorded="2016-01-03T00:00:00Z"),
        admitted("2012-05-01", dob="2008-02-02", sex="unknown", recorded="2016-01-04T00:00:00Z"),
        admitted("2014-05-01", dob=None, sex="male", recorded="2016-01-05T00:00:00Z"),
    ]
    child = journey(facts(*told))
    assert (child.date_of_birth, child.sex) == (date(2008, 2, 2).toordinal(), "male")
    assert {"date-of-birth-disagrees", "sex-disagrees"} <= {finding.code for finding in child.findings}


def test_of_admissions_recorded_together_the_later_decides() -> None:
    together = "2016-01-03T00:00:00Z"
    told = [
        admitted(on, dob=born, recorded=together)
        for on, born in (("2014-05-01", "2008-01-01"), ("2012-05-01", "2009-01-01"))
    ]
    assert journey(facts(*told)).date_of_birth == date(2008, 1, 1).toordinal()


def test_a_restated_admission_gives_its_latest_date_of_birth() -> None:
    stated = admitted("2014-05-01", dob="2008-01-01", fact="a")
    again = said_again(admitted("2014-05-01", dob="2009-01-01", fact="a"), "2017-01-01T00:00:00Z")
    assert journey(facts(stated, again)).date_of_birth == date(2009, 1, 1).toordinal()


@pytest.mark.parametrize(
    ("on", "place", "odd"), [("2023-10-27", "P2", False), ("2023-10-28", "P2", True), ("2023-06-01", "K3", True)]
)
def test_a_code_outside_its_years_counts_and_is_a_finding(on: str, place: str, odd: bool) -> None:
    told = admitted(on, place, dob="2010-01-01")
    assert len(journey(facts(told)).periods) == 1
    findings = journey(facts(told)).findings
    assert [one.code for one in findings] == (["code-outside-its-years"] if odd else [])
    assert all(one.sentence.startswith(f"{place} was used on a day") for one in findings)
