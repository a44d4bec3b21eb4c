"""Periods of care: what opens and ends one, beginnings that are not known, and the order of facts on a day."""

from tests.factories import admitted, discharged, legal_status, missing, moved, said_again, withdrawn
from tests.spec.case import Case

_SINCE_2015 = admitted("2015-05-01")
_LEFT = discharged("2016-06-01")
_FIRST_DISCHARGE = discharged("2016-06-01", "E3", fact="first", recorded="2016-06-01T09:00:00Z")
_ADMITTED_AT_TEN = admitted("2016-06-01", recorded="2016-06-01T10:00:00Z")
_SECOND_BEFORE = discharged("2016-06-01", fact="second", recorded="2016-06-01T09:30:00Z")

CASES = (
    # --- What ends a period
    Case(
        "only a discharge ends a period of care",
        [
            _SINCE_2015,
            missing("2016-05-01"),
            moved("2016-06-01", "P", "T1"),
            legal_status("2016-07-01", "V2"),
        ],
        """
        2018-12-31 looked_after 1
        2018-12-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        "a withdrawn discharge never was",
        [_SINCE_2015, _LEFT, withdrawn(_LEFT)],
        """
        2016-06-01 looked_after 1
        2016-06-30 discharges month 0
        2018-12-31 looked_after 1
        """,
    ),
    Case(
        "a discharge restated on another day is one discharge, on that day",
        [
            _SINCE_2015,
            discharged("2016-06-01", fact="leaving"),
            discharged("2016-07-01", fact="leaving", recorded="2016-08-01T09:00:00Z"),
        ],
        """
        2016-06-30 looked_after 1
        2016-06-30 discharges month 0
        2016-07-01 looked_after 0
        2016-07-01 discharges month 1
        2016-07-01 discharges year_to_date 1
        """,
    ),
    Case(
        "periods that touch are two, and the second opens a placement of its own",
        [
            admitted("2013-05-01", placement_id="jones"),
            discharged("2016-06-01", "E3"),
            admitted("2016-06-01", placement_id="jones"),
            moved("2016-09-01", "P", "K2"),
        ],
        """
        2016-05-31 long_term_stable 1 of 1
        2016-06-01 looked_after 1
        2016-06-01 long_term_stable 0 of 0
        2016-06-01 three_or_more_placements 0 of 1
        2016-09-01 three_or_more_placements 1 of 1
        2016-09-01 placement_moves rolling_year 1
        """,
    ),
    Case(
        "clocks of a period begin with its own admission, to the day",
        [admitted("2013-05-01"), discharged("2016-05-31"), admitted("2016-06-01")],
        """
        2016-05-30 looked_after 1
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2018-11-30 long_term_stable 0 of 0
        2018-12-01 long_term_stable 1 of 1
        """,
    ),
    # --- One-day periods
    Case(
        "a period begun and ended on one day is in no figure",
        [admitted("2016-06-01"), discharged("2016-06-01")],
        """
        2016-06-01 looked_after 0
        2016-06-30 admissions month 0
        2016-06-30 discharges month 0
        """,
        ("one-day-period",),
    ),
    Case(
        "a period that ended the day after it began is in all of them",
        [admitted("2016-06-01"), discharged("2016-06-02")],
        """
        2016-06-01 looked_after 1
        2016-06-02 looked_after 0
        2016-06-30 admissions month 1
        2016-06-30 discharges month 1
        """,
    ),
    Case(
        "a one-day period is no placement of the year either",
        [
            admitted("2016-06-01"),
            discharged("2016-06-01"),
            admitted("2016-07-01"),
            moved("2016-08-01", "P", "K2"),
        ],
        "2016-08-01 three_or_more_placements 0 of 1",
        ("one-day-period",),
    ),
    # --- Several discharges on a day
    Case(
        "a second discharge of the day, recorded after the admission, ends the period begun that day",
        [
            _SINCE_2015,
            _FIRST_DISCHARGE,
            _ADMITTED_AT_TEN,
            discharged("2016-06-01", fact="second", recorded="2016-06-01T10:00:01Z"),
        ],
        """
        2016-06-01 looked_after 0
        2016-06-30 admissions month 0
        2016-06-30 discharges month 1
        """,
        ("one-day-period",),
    ),
    Case(
        "a second discharge of the day, recorded with the admission, ends nothing",
        [
            _SINCE_2015,
            _FIRST_DISCHARGE,
            _ADMITTED_AT_TEN,
            discharged("2016-06-01", fact="second", recorded="2016-06-01T10:00:00Z"),
        ],
        """
        2016-06-01 looked_after 1
        2016-06-30 admissions month 1
        2016-06-30 discharges month 1
        """,
        ("second-discharge",),
    ),
    Case(
        "a second discharge that was restated after the admission was still first recorded before it",
        [
            _SINCE_2015,
            _FIRST_DISCHARGE,
            _ADMITTED_AT_TEN,
            _SECOND_BEFORE,
            said_again(_SECOND_BEFORE, "2016-06-01T12:00:00Z"),
        ],
        """
        2016-06-01 looked_after 1
        2016-06-30 admissions month 1
        """,
        ("second-discharge",),
    ),
    Case(
        "an admission that was restated after the second discharge was still first recorded before it",
        [
            _SINCE_2015,
            _FIRST_DISCHARGE,
            _ADMITTED_AT_TEN,
            said_again(_ADMITTED_AT_TEN, "2016-06-01T15:00:00Z"),
            discharged("2016-06-01", fact="second", recorded="2016-06-01T12:00:00Z"),
        ],
        """
        2016-06-01 looked_after 0
        2016-06-30 admissions month 0
        """,
        ("one-day-period",),
    ),
    # --- The discharge comes before the admission
    Case(
        "a discharge on the day of an admission ends the period before, though it was recorded a week later",
        [
            _SINCE_2015,
            admitted("2016-06-01", "K2", recorded="2016-06-01T09:00:00Z"),
            discharged("2016-06-01", recorded="2016-06-08T09:00:00Z"),
        ],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-30 admissions month 1
        2016-06-30 discharges month 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a discharge the day after an admission leaves that admission inside the open period: a move",
        [_SINCE_2015, admitted("2016-06-01", "K2"), discharged("2016-06-02")],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-02 looked_after 0
        2016-06-30 admissions month 0
        2016-06-30 discharges month 1
        2016-06-30 placement_moves month 1
        """,
        ("second-admission",),
    ),
    Case(
        "a discharge the day before an admission leaves a day out of care",
        [_SINCE_2015, discharged("2016-05-31"), admitted("2016-06-01", "K2")],
        """
        2016-05-30 looked_after 1
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2016-06-30 admissions month 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a discharge before anything else ends nothing, and the admission after it counts",
        [discharged("2016-05-31"), admitted("2016-06-01")],
        """
        2016-05-31 discharges month 0
        2016-06-01 looked_after 1
        2016-06-30 admissions month 1
        """,
        ("discharge-without-period",),
    ),
    # --- The legal status comes last
    Case(
        "a legal status of the day holds over that of the day's move",
        [_SINCE_2015, moved("2016-06-01", "B", "K2", legal="E1"), legal_status("2016-06-01", "C1")],
        """
        2016-05-31 looked_after legal_status:care_order 1
        2016-06-01 looked_after legal_status:interim_care_order 1
        2016-06-01 looked_after legal_status:placement_order 0
        """,
    ),
    Case(
        "a legal status of the day holds over that of the day's admission",
        [admitted("2016-06-01", legal="V2"), legal_status("2016-06-01", "C1")],
        """
        2016-06-01 looked_after legal_status:interim_care_order 1
        2016-06-01 looked_after legal_status:accommodated 0
        """,
    ),
    Case(
        "of two legal statuses on a day the one with the higher sequence holds",
        [_SINCE_2015, legal_status("2016-06-01", "C1", sequence=2), legal_status("2016-06-01", "E1", sequence=1)],
        """
        2016-06-01 looked_after legal_status:interim_care_order 1
        2016-06-01 looked_after legal_status:placement_order 0
        """,
    ),
    Case(
        "a legal status on the discharge's day comes too late",
        [_SINCE_2015, discharged("2016-06-01"), legal_status("2016-06-01", "E1")],
        """
        2016-06-01 discharges legal_status:care_order month 1
        2016-06-01 discharges legal_status:placement_order month 0
        """,
        ("status-outside-care",),
    ),
    Case(
        "a legal status the day before the discharge is that of the child who left",
        [_SINCE_2015, discharged("2016-06-01"), legal_status("2016-05-31", "E1")],
        """
        2016-06-01 discharges legal_status:care_order month 0
        2016-06-01 discharges legal_status:placement_order month 1
        """,
    ),
    Case(
        "a legal status holds within its period of care only",
        [
            admitted("2015-05-01", legal="C1"),
            legal_status("2015-06-01", "E1"),
            discharged("2016-06-01"),
            admitted("2016-06-01", legal="V2"),
        ],
        """
        2016-05-31 looked_after legal_status:placement_order 1
        2016-06-01 looked_after legal_status:accommodated 1
        """,
    ),
    # --- Admitted while a period is open
    Case(
        "an admission while a period is open ends nothing and is in no admissions: it is a move",
        [admitted("2013-05-01", need="N1"), admitted("2016-06-01", "K2", legal="V2", need="N5")],
        """
        2016-06-01 looked_after 1
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 looked_after legal_status:accommodated 1
        2016-06-01 looked_after category_of_need:n1 1
        2016-06-30 admissions month 0
        2016-06-30 discharges month 0
        2016-06-30 placement_moves month 1
        2016-06-30 long_term_stable 0 of 1
        """,
        ("second-admission",),
    ),
    Case(
        "two admissions on a day are an admission and what the day's last placement is",
        [admitted("2016-06-01", "U6", sequence=1), admitted("2016-06-01", "K2", sequence=2)],
        """
        2016-06-01 looked_after 1
        2016-06-01 looked_after placement_group:residential 1
        2016-06-30 admissions month 1
        2016-06-30 placement_moves month 0
        """,
        ("second-admission",),
    ),
    # --- Beginning not known
    Case(
        "a move with nothing before it opens a period that began on an unknown earlier day",
        [moved("2016-06-01", "P", "U6"), moved("2016-08-01", "P", "K2")],
        """
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2016-06-01 looked_after age_band:unknown 1
        2016-06-30 admissions month 0
        2016-06-30 placement_moves month 0
        2016-08-31 placement_moves month 1
        """,
        ("beginning-not-known", "no-date-of-birth"),
    ),
    Case(
        "a legal status before it doesn't keep a move from opening a period",
        [legal_status("2016-05-31", "C2"), moved("2016-06-01", "P", "U6")],
        """
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2016-06-01 looked_after legal_status:care_order 0
        2016-06-01 looked_after legal_status:other 1
        """,
        ("status-outside-care", "beginning-not-known", "no-date-of-birth"),
    ),
    Case(
        "a legal status opens no period",
        [legal_status("2016-05-31", "C2"), admitted("2016-06-01")],
        """
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2016-06-30 admissions month 1
        """,
        ("status-outside-care",),
    ),
    Case(
        "a move the day before the admission opens care, and the admission is then a move",
        [moved("2016-05-31", "P", "U6"), admitted("2016-06-01", "K2")],
        """
        2016-05-31 looked_after 1
        2016-06-01 looked_after placement_group:residential 1
        2016-06-30 admissions month 0
        2016-06-30 placement_moves month 1
        """,
        ("beginning-not-known", "second-admission"),
    ),
)
