"""How placements are read from admissions and moves: what opens one, what only describes it, what comes back to it."""

from datetime import date

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.journey import Journey, journey
from tests.factories import admitted, discharged, facts, legal_status, moved, returned

Told = list[AnyEvent]


def read(*told: AnyEvent) -> Journey:
    return journey(facts(*told))


def day(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()


def placements(*told: AnyEvent) -> list[str]:
    """Each placement as `day type`, of its beginning and first description; those not begun by a move with a `*`."""
    return [
        f"{day(stay.begins)} {stay.described[0][1].type}{'' if stay.by_move else '*'}"
        for period in read(*told).periods
        for stay in period.placements
    ]


def latest_types(*told: AnyEvent) -> list[str]:
    return [stay.described[-1][1].type for period in read(*told).periods for stay in period.placements]


def codes(*told: AnyEvent) -> list[str]:
    return sorted(finding.code for finding in read(*told).findings)


# --- Same carer -------------------------------------------------------------------------------------------------------


def test_a_move_with_the_same_carer_describes_the_placement_anew_and_leaves_nothing_known_from_before() -> None:
    (period,) = read(
        admitted("2016-05-01", "U6", provider="PR1", placement_id="jones", locality="here"),
        moved("2016-06-01", "T", "U4", locality="there"),
    ).periods
    (stay,) = period.placements
    (_, first), (since, second) = stay.described
    assert (first.provider, day(since), second.type) == ("PR1", "2016-06-01", "U4")
    assert second.provider is None and second.placement_id is None


def test_adoption_by_the_current_carer_opens_no_placement_whatever_its_reason_code() -> None:
    for reason in "PBTU":
        told: Told = [admitted("2016-05-01", "U4"), moved("2016-06-01", reason, "A5")]
        assert placements(*told) == ["2016-05-01 U4*"]
        assert latest_types(*told) == ["A5"]


def test_an_admission_to_a_temporary_placement_opens_a_placement() -> None:
    assert placements(admitted("2016-05-01", "T1"), moved("2016-05-08", "P", "U6")) == [
        "2016-05-01 T1*",
        "2016-05-08 U6",
    ]


# --- Temporary placements ---------------------------------------------------------------------------------------------


def test_a_return_keeps_what_it_leaves_unknown_from_before() -> None:
    (period,) = read(
        admitted("2016-05-01", "U6", provider="PR4", placement_id="jones", distance_miles=12.0),
        moved("2016-06-01", "P", "T1"),
        returned("2016-06-08", "U6", distance_miles=999.9),
    ).periods
    (stay,) = period.placements
    described = stay.described[-1][1]
    assert (described.provider, described.distance_miles) == ("PR4", 12.0)
    assert [(day(absence.begins), day(absence.ends)) for absence in stay.absences] == [("2016-06-01", "2016-06-08")]


def test_a_return_with_the_same_carer_keeps_nothing() -> None:
    (period,) = read(
        admitted("2016-05-01", "U6", provider="PR4"),
        moved("2016-06-01", "P", "T1"),
        moved("2016-06-08", "T", "K2"),
    ).periods
    (stay,) = period.placements
    assert (stay.described[-1][1].type, stay.described[-1][1].provider) == ("K2", None)


def test_a_move_out_of_an_absence_to_the_same_placement_id_is_a_return_whatever_else_differs() -> None:
    told: Told = [
        admitted("2016-05-01", "U6", placement_id="jones"),
        moved("2016-06-01", "P", "T1"),
        moved("2016-06-08", "P", "U4", placement_id="jones", locality="elsewhere"),
    ]
    assert placements(*told) == ["2016-05-01 U6*"]
    assert latest_types(*told) == ["U4"]


def test_a_move_out_of_an_absence_to_another_id_urn_or_locality_is_no_return() -> None:
    known = {"placement_id": ("jones", "smith"), "urn": ("SC1", "SC2"), "locality": ("here", "there")}
    for word, (left, to) in known.items():
        told: Told = [
            admitted("2016-05-01", "U6", **{word: left}),  # type: ignore[arg-type]
            moved("2016-06-01", "P", "T1"),
            moved("2016-06-08", "P", "U6", **{word: to}),  # type: ignore[arg-type]
        ]
        assert placements(*told) == ["2016-05-01 U6*", "2016-06-01 T1", "2016-06-08 U6"], word


def test_a_return_is_compared_with_the_latest_description() -> None:
    assert placements(
        admitted("2016-05-01", "U6"),
        moved("2016-05-20", "T", "U4"),
        moved("2016-06-01", "P", "T1"),
        moved("2016-06-08", "P", "U4"),
    ) == ["2016-05-01 U6*"]


def test_adoption_by_the_carer_left_is_a_return() -> None:
    told: Told = [admitted("2016-05-01", "U4"), moved("2016-06-01", "P", "T3"), moved("2016-06-08", "P", "A3")]
    assert placements(*told) == ["2016-05-01 U4*"]
    assert latest_types(*told) == ["A3"]


def test_several_temporary_placements_in_a_row_are_one_absence_and_all_count_if_it_fails() -> None:
    away: Told = [admitted("2016-05-01", "U6"), moved("2016-06-01", "P", "T1"), moved("2016-06-08", "P", "T3")]
    assert placements(*away, returned("2016-06-20", "U6")) == ["2016-05-01 U6*"]
    assert placements(*away, moved("2016-06-20", "P", "K2")) == [
        "2016-05-01 U6*",
        "2016-06-01 T1",
        "2016-06-08 T3",
        "2016-06-20 K2",
    ]


def test_same_carer_between_two_temporary_placements_only_describes_the_absence() -> None:
    assert placements(
        admitted("2016-05-01", "U6"),
        moved("2016-06-01", "P", "T1"),
        moved("2016-06-08", "T", "T3"),
        moved("2016-06-20", "P", "K2"),
    ) == ["2016-05-01 U6*", "2016-06-01 T1", "2016-06-20 K2"]


def test_a_temporary_placement_whatever_the_reason_of_the_move_into_it() -> None:
    for reason in "PBTU":
        told: Told = [admitted("2016-05-01", "U6"), moved("2016-06-01", reason, "T2")]
        assert placements(*told) == ["2016-05-01 U6*"]
        assert latest_types(*told) == ["U6"]


def test_an_absence_going_on_or_ended_by_the_discharge_leaves_the_placement_going_on() -> None:
    told: Told = [admitted("2016-05-01", "U6"), moved("2016-06-01", "P", "T1")]
    assert placements(*told, discharged("2016-07-01")) == ["2016-05-01 U6*"]
    (period,) = read(*told, discharged("2016-07-01")).periods
    assert [day(stay.ends) for stay in period.placements] == ["2016-07-01"]
    assert placements(*told) == ["2016-05-01 U6*"]


# --- One day ----------------------------------------------------------------------------------------------------------


def test_what_follows_a_stay_of_less_than_a_day_keeps_the_reason_of_the_stay_that_ended() -> None:
    (period,) = read(
        admitted("2016-05-01", "U6"),
        moved("2016-06-01", "P", "U4", change="ALLEG", sequence=1),
        moved("2016-06-01", "P", "K2", change="CARPL", sequence=2),
    ).periods
    assert [(stay.described[0][1].type, stay.reason_for_change) for stay in period.placements] == [
        ("U6", None),
        ("K2", "ALLEG"),
    ]


def test_same_carer_on_the_day_of_a_move_describes_the_stay_it_follows() -> None:
    told: Told = [
        admitted("2016-05-01", "U6"),
        moved("2016-06-01", "P", "U4", sequence=1),
        moved("2016-06-01", "T", "U5", sequence=2),
    ]
    assert placements(*told) == ["2016-05-01 U6*", "2016-06-01 U5"]


def test_on_the_day_of_the_admission_the_last_stay_is_the_one_it_began() -> None:
    assert placements(admitted("2016-05-01", "U6"), moved("2016-05-01", "P", "K2")) == ["2016-05-01 K2*"]


def test_moves_of_one_day_go_by_sequence_then_by_when_they_were_first_recorded() -> None:
    told: Told = [
        moved("2016-06-01", "P", "U4", recorded="2016-06-02T10:00:00Z"),
        moved("2016-06-01", "P", "K2", recorded="2016-06-03T10:00:00Z"),
    ]
    assert latest_types(admitted("2016-05-01"), *told)[-1] == "K2"
    first = moved("2016-06-01", "P", "R1", recorded="2016-06-01T10:00:00Z", sequence=1)
    assert latest_types(admitted("2016-05-01"), *told, first)[-1] == "R1"


# --- Spurious restarts ------------------------------------------------------------------------------------------------


def test_a_move_to_the_same_placement_id_is_joined_and_two_ids_never_are() -> None:
    stated = admitted("2016-05-01", "U6", placement_id="jones", provider="PR1", locality="here")
    again = moved("2016-06-01", "P", "U4", placement_id="jones")
    other = moved("2016-06-01", "P", "U6", placement_id="smith", provider="PR1", locality="here")
    assert placements(stated, again) == ["2016-05-01 U6*"]
    assert codes(stated, again) == ["spurious-restart"]
    assert placements(stated, other) == ["2016-05-01 U6*", "2016-06-01 U6"]
    assert codes(stated, other) == []


def test_without_ids_type_provider_and_locality_must_all_be_known_and_equal() -> None:
    stated = admitted("2016-05-01", "U6", provider="PR1", locality="here")
    assert len(placements(stated, moved("2016-06-01", "P", "U6", provider="PR1", locality="here"))) == 1
    assert len(placements(stated, moved("2016-06-01", "P", "U6", provider="PR1"))) == 2
    assert len(placements(stated, moved("2016-06-01", "P", "U6", locality="here"))) == 2
    assert len(placements(stated, moved("2016-06-01", "P", "U4", provider="PR1", locality="here"))) == 2


def test_a_urn_unknown_on_both_sides_is_equal_for_fostering_and_parents_only() -> None:
    for place, joined in (("U1", True), ("P1", True), ("K2", False), ("A6", False)):
        told: Told = [
            admitted("2016-05-01", place, provider="PR1", locality="here", urn="XXXXXXX"),
            moved("2016-06-01", "B", place, provider="PR1", locality="here"),
        ]
        assert (len(placements(*told)) == 1) is joined, place


def test_a_urn_known_on_one_side_only_is_not_equal() -> None:
    told: Told = [
        admitted("2016-05-01", "U6", provider="PR1", locality="here", urn="SC1"),
        moved("2016-06-01", "P", "U6", provider="PR1", locality="here"),
    ]
    assert len(placements(*told)) == 2


# --- What opens and ends care -----------------------------------------------------------------------------------------


def test_a_move_with_nothing_before_it_opens_care_begun_on_an_unknown_day() -> None:
    told: Told = [moved("2016-06-01", "P", "U6"), moved("2016-08-01", "P", "K2")]
    (period,) = read(*told).periods
    assert not period.begins_known
    assert placements(*told) == ["2016-06-01 U6*", "2016-08-01 K2"]
    assert codes(*told) == ["beginning-not-known", "no-date-of-birth"]


def test_the_true_admission_mends_a_beginning_that_was_not_known() -> None:
    told: Told = [admitted("2014-01-01", "U4"), moved("2016-06-01", "P", "U6")]
    assert placements(*told) == ["2014-01-01 U4*", "2016-06-01 U6"]
    assert codes(*told) == []


def test_an_admission_that_began_before_is_a_move_once_care_is_known_to_be_open() -> None:
    began_before = admitted("2016-06-01", "U6", began_before=True)
    assert codes(began_before) == ["beginning-not-known"]
    told: Told = [admitted("2014-01-01", "U4"), began_before]
    assert placements(*told) == ["2014-01-01 U4*", "2016-06-01 U6"]
    assert codes(*told) == []


def test_a_legal_status_opens_nothing() -> None:
    assert read(legal_status("2016-06-01", "C2")).periods == ()
    assert codes(legal_status("2016-06-01", "C2"), admitted("2016-07-01")) == ["status-outside-care"]


def test_a_second_admission_to_the_same_placement_is_joined() -> None:
    told: Told = [
        admitted("2016-05-01", "U6", placement_id="jones"),
        admitted("2016-06-01", "U6", placement_id="jones"),
    ]
    assert placements(*told) == ["2016-05-01 U6*"]
    assert codes(*told) == ["second-admission", "spurious-restart"]


def test_discharged_and_admitted_on_one_day_is_two_periods_in_whatever_order_they_were_recorded() -> None:
    first = admitted("2015-01-01", "U6")
    for recorded in ("2016-05-01T08:00:00Z", "2016-05-09T08:00:00Z"):
        told: Told = [first, discharged("2016-05-01", recorded=recorded), admitted("2016-05-01", "U4", fact="again")]
        assert [day(period.begins) for period in read(*told).periods] == ["2015-01-01", "2016-05-01"]
        assert read(*told).periods[1].ends is None


def test_a_second_discharge_of_the_day_ends_the_new_period_only_if_recorded_after_its_admission() -> None:
    told: Told = [
        admitted("2015-01-01", "U6"),
        discharged("2016-05-01", recorded="2016-05-01T08:00:00Z"),
        admitted("2016-05-01", "U4", recorded="2016-05-02T08:00:00Z"),
    ]
    after = discharged("2016-05-01", "E8", fact="second", recorded="2016-05-02T08:00:01Z")
    along = discharged("2016-05-01", "E8", fact="second", recorded="2016-05-02T08:00:00Z")
    assert codes(*told, after) == ["one-day-period"]
    assert [day(period.ends) for period in read(*told, after).periods] == ["2016-05-01"]
    assert codes(*told, along) == ["second-discharge"]
    assert [day(period.ends) for period in read(*told, along).periods] == ["2016-05-01", None]


def test_a_period_begun_and_ended_on_one_day_is_in_no_figure() -> None:
    told: Told = [admitted("2016-05-01"), discharged("2016-05-01", recorded="2016-04-01T08:00:00Z")]
    assert read(*told).periods == ()
    assert codes(*told) == ["one-day-period"]


# --- Readings that the definitions leave room for ---------------------------------------------------------------------


def test_back_and_on_again_within_a_day_is_an_absence_that_failed() -> None:
    assert placements(
        admitted("2016-05-01", "U6"),
        moved("2016-06-01", "P", "T1"),
        moved("2016-06-08", "P", "U6", sequence=1),
        moved("2016-06-08", "P", "K2", sequence=2),
    ) == ["2016-05-01 U6*", "2016-06-01 T1", "2016-06-08 K2"]


def test_the_same_carer_out_of_a_temporary_placement_of_that_day_is_as_if_that_had_never_been() -> None:
    told: Told = [
        admitted("2016-05-01", "U6"),
        moved("2016-06-01", "P", "T1", sequence=1),
        moved("2016-06-01", "T", "U4", sequence=2),
    ]
    assert placements(*told) == ["2016-05-01 U6*"]
    assert latest_types(*told) == ["U4"]


def test_the_same_carer_between_temporary_types_describes_also_where_the_first_is_a_placement() -> None:
    told: Told = [
        admitted("2016-05-01", "T1"),
        moved("2016-05-03", "T", "T3"),
        moved("2016-05-08", "P", "U6"),
    ]
    assert placements(*told) == ["2016-05-01 T1*", "2016-05-08 U6"]


def test_a_failed_absence_ends_in_another_placement_even_with_the_id_of_the_temporary_one() -> None:
    assert placements(
        admitted("2016-05-01", "U6", placement_id="jones"),
        moved("2016-06-01", "P", "T3", placement_id="smith"),
        moved("2016-06-08", "P", "U6", placement_id="smith"),
    ) == ["2016-05-01 U6*", "2016-06-01 T3", "2016-06-08 U6"]


def test_a_move_after_a_discharge_that_ended_nothing_opens_nothing() -> None:
    assert codes(discharged("2016-05-01"), moved("2016-06-01", "P", "U6")) == [
        "discharge-without-period",
        "move-outside-care",
        "no-date-of-birth",
    ]
