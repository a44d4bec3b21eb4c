"""Days of a period of care that are not days looked after: short breaks, and days from the 18th birthday on."""

from datetime import date

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.choices import Choices
from holdfast.indicators.journey import Journey, journey
from holdfast.indicators.reading import counts
from holdfast.indicators.steps import fold
from tests.factories import admitted, discharged, facts, legal_status, moved, returned

Told = list[AnyEvent]


def read(told: Told) -> Journey:
    return journey(facts(*told))


def spans(told: Told) -> list[str]:
    """Each stretch of days looked after, as `from until`."""
    return [
        f"{date.fromordinal(stretch.begins)} {'' if stretch.ends is None else date.fromordinal(stretch.ends)}".strip()
        for period in read(told).periods
        for stretch in period.stretches
    ]


def counted(told: Told, indicator: str, on: str, cell: str = "all") -> int:
    """In the numerator, on a day or in the month to it."""
    of = counts(fold(facts(*told)), date.fromisoformat(on))
    return of.get((indicator, cell, "on"), of.get((indicator, cell, "month"), (0, None)))[0]


# --- Short breaks -----------------------------------------------------------------------------------------------------


def test_short_breaks_inside_care_cut_it_and_every_clock_starts_again() -> None:
    told: Told = [
        admitted("2010-01-01", "U4"),
        legal_status("2016-05-01", "V3"),
        legal_status("2016-05-02", "C2"),
    ]
    assert spans(told) == ["2010-01-01 2016-05-01", "2016-05-02 2026-01-01"]
    assert counted(told, "long_term_stable", "2016-04-30") == 1
    assert counted(told, "long_term_stable", "2018-11-01") == 0
    assert counted(told, "long_term_stable", "2018-11-02") == 1
    assert counted(told, "placement_moves", "2016-05-31") == 0
    assert counted(told, "admissions", "2016-05-31") == 0
    assert counted(told, "discharges", "2016-05-31") == 0
    assert [finding.code for finding in read(told).findings] == ["short-breaks-inside-care"] * 2


def test_the_stretch_after_a_cut_is_a_placement_that_counts() -> None:
    told: Told = [
        admitted("2016-01-01", "U4"),
        moved("2016-03-01", "P", "U6"),
        legal_status("2016-05-01", "V3"),
        legal_status("2016-05-08", "C2"),
    ]
    assert counted(told, "three_or_more_placements", "2016-05-07") == 0
    assert counted(told, "three_or_more_placements", "2016-05-08") == 1


def test_short_breaks_for_less_than_a_day_cut_nothing() -> None:
    told: Told = [
        admitted("2016-01-01", "U4"),
        legal_status("2016-05-01", "V3", sequence=1),
        legal_status("2016-05-01", "C2", sequence=2),
    ]
    assert spans(told) == ["2016-01-01 2026-01-01"]
    assert read(told).findings == ()


def test_a_stretch_is_described_by_what_was_last_said_a_temporary_type_too() -> None:
    told: Told = [
        admitted("2016-01-01", "U4"),
        legal_status("2016-05-01", "V3"),
        moved("2016-05-04", "P", "T1"),
        legal_status("2016-05-08", "C2"),
        moved("2016-05-12", "P", "K2"),
    ]
    (period,) = read(told).periods
    assert [(stay.described[0][1].type, stay.by_move) for stay in period.placements] == [
        ("U4", False),
        ("T1", False),
        ("K2", True),
    ]


def test_a_move_on_the_day_that_a_stretch_begins_is_no_move() -> None:
    told: Told = [
        admitted("2016-01-01", "U4", legal="V4"),
        moved("2016-05-01", "B", "K2", legal="C2"),
    ]
    assert spans(told) == ["2016-05-01 2026-01-01"]
    assert counted(told, "placement_moves", "2016-05-31") == 0
    assert counted(told, "looked_after", "2016-05-31", "placement_group:residential") == 1


def test_an_absence_that_runs_into_a_cut_has_not_failed() -> None:
    told: Told = [
        admitted("2016-01-01", "U4"),
        moved("2016-04-20", "P", "T1"),
        legal_status("2016-05-01", "V3"),
        moved("2016-05-04", "P", "K2"),
        legal_status("2016-05-08", "C2"),
    ]
    (period,) = read(told).periods
    assert [stay.described[0][1].type for stay in period.placements] == ["U4", "K2"]
    assert counted(told, "placement_moves", "2016-04-30") == 0


def test_what_a_return_kept_is_still_known_after_a_cut() -> None:
    told: Told = [
        admitted("2016-01-01", "U4", provider="PR4"),
        moved("2016-02-01", "P", "T1"),
        returned("2016-02-08", "U4"),
        legal_status("2016-05-01", "V3"),
        legal_status("2016-05-08", "C2"),
    ]
    assert counted(told, "looked_after", "2016-05-08", "provider:commissioned") == 1


def test_an_admission_under_short_breaks_is_in_no_flow_and_a_discharge_from_them_neither() -> None:
    told: Told = [
        admitted("2016-01-01", legal="V4"),
        legal_status("2016-02-01", "V2"),
        legal_status("2016-05-01", "V3"),
        discharged("2016-05-20"),
    ]
    assert spans(told) == ["2016-02-01 2016-05-01"]
    assert counted(told, "admissions", "2016-01-31") == 0
    assert counted(told, "discharges", "2016-05-31") == 0


def test_a_discharge_on_the_day_that_short_breaks_begin_counts() -> None:
    told: Told = [admitted("2016-01-01"), legal_status("2016-05-01", "V3"), discharged("2016-05-01")]
    assert counted(told, "discharges", "2016-05-31") == 1


# --- Eighteen ---------------------------------------------------------------------------------------------------------


def test_days_from_the_18th_birthday_on_are_cut_and_a_late_discharge_counts_on_its_day() -> None:
    told: Told = [admitted("2015-01-01", dob="2000-03-10"), discharged("2018-06-01", "E6")]
    assert spans(told) == ["2015-01-01 2018-03-10"]
    assert counted(told, "discharges", "2018-03-31") == 0
    assert counted(told, "discharges", "2018-06-30") == 1
    assert counted(told, "discharges", "2018-06-30", "age_band:16_and_over") == 1
    assert counted(told, "discharges", "2018-06-30", "placement_group:fostered") == 1
    assert [finding.code for finding in read(told).findings] == ["open-past-eighteen"]


def test_open_past_eighteen_is_a_finding_once_the_birthday_has_come() -> None:
    child = read([admitted("2015-01-01", dob="2000-03-10")])
    assert child.findings == ()
    assert child.findings_on(date(2018, 3, 9).toordinal()) == ()
    assert [finding.code for finding in child.findings_on(date(2018, 3, 10).toordinal())] == ["open-past-eighteen"]


def test_accommodated_in_a_childrens_home_days_past_18_count_until_a_temporary_placement() -> None:
    told: Told = [
        admitted("2015-01-01", "K2", legal="V2", dob="2000-03-10"),
        moved("2018-05-01", "P", "T1"),
        moved("2018-05-08", "P", "K2"),
    ]
    assert spans(told) == ["2015-01-01 2018-05-01", "2018-05-08"]
    assert counted(told, "looked_after", "2018-04-30", "age_band:16_and_over") == 1


def test_a_discharge_past_18_does_not_count_where_the_child_was_not_in_care_at_the_birthday() -> None:
    told: Told = [
        admitted("2015-01-01", dob="2000-03-10"),
        legal_status("2018-03-01", "V3"),
        discharged("2018-06-01"),
    ]
    assert counted(told, "discharges", "2018-06-30") == 0


def test_the_cut_at_18_is_a_named_choice() -> None:
    child = journey(facts(admitted("2015-01-01", dob="2000-03-10")), Choices(eighteen="counted"))
    assert child.periods[0].stretches[0].ends is None


def test_with_no_date_of_birth_nothing_is_cut() -> None:
    assert spans([admitted("1999-01-01", dob=None)]) == ["1999-01-01"]
