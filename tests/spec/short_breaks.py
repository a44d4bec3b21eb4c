"""Short breaks (V3, V4): periods of them, and days of them inside a period of care, which are cut out of it."""

from tests.factories import admitted, discharged, legal_status, moved, returned
from tests.spec.case import Case

_SINCE_2013 = admitted("2013-05-01", "U6", placement_id="jones")
_INTO = legal_status("2016-06-01", "V4")
_OUT_OF = legal_status("2016-06-11", "C2")
_FOUND = ("short-breaks-inside-care", "short-breaks-inside-care")

CASES = (
    # --- Periods of short breaks
    Case(
        "a short break (V3) of its own is in no figure",
        [admitted("2016-06-01", legal="V3"), discharged("2016-06-15")],
        """
        2016-06-01 looked_after 0
        2016-06-14 looked_after 0
        2016-06-30 admissions month 0
        2016-06-30 discharges month 0
        """,
    ),
    Case(
        "a short break before care is no placement of the year",
        [
            admitted("2016-05-01", legal="V4"),
            discharged("2016-05-10"),
            admitted("2016-06-01"),
            moved("2016-07-01", "P", "K2"),
        ],
        """
        2016-06-30 admissions year_to_date 1
        2016-06-30 discharges year_to_date 0
        2016-07-01 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "care that goes over to short breaks on the day it began is no admission",
        [admitted("2016-06-01"), legal_status("2016-06-01", "V4")],
        """
        2016-06-01 looked_after 0
        2016-06-30 admissions month 0
        """,
    ),
    Case(
        "care that goes over to short breaks the day after it began is one day's care and an admission",
        [admitted("2016-06-01"), legal_status("2016-06-02", "V4")],
        """
        2016-06-01 looked_after 1
        2016-06-02 looked_after 0
        2016-06-30 admissions month 1
        2016-06-30 discharges month 0
        """,
        ("short-breaks-inside-care",),
    ),
    # --- Cut out of a period
    Case(
        "days of short breaks inside a period are cut out, and all its clocks start again",
        [_SINCE_2013, _INTO, _OUT_OF],
        """
        2016-05-31 long_term_stable 1 of 1
        2016-06-01 looked_after 0
        2016-06-10 looked_after 0
        2016-06-11 looked_after 1
        2016-06-11 long_term_stable 0 of 0
        2016-06-30 admissions month 0
        2016-06-30 discharges month 0
        2016-06-30 placement_moves month 0
        2018-12-10 long_term_stable 0 of 0
        2018-12-11 long_term_stable 1 of 1
        """,
        _FOUND,
    ),
    Case(
        "the days on either side of a cut are a placement each",
        [_SINCE_2013, _INTO, _OUT_OF, moved("2016-07-01", "P", "K2")],
        """
        2016-06-30 three_or_more_placements 0 of 1
        2016-07-01 three_or_more_placements 1 of 1
        2016-07-01 placement_moves rolling_year 1
        """,
        _FOUND,
    ),
    Case(
        "a cut of one day is a cut",
        [_SINCE_2013, _INTO, legal_status("2016-06-02", "C2")],
        """
        2016-06-01 looked_after 0
        2016-06-02 looked_after 1
        2016-06-02 long_term_stable 0 of 0
        """,
        _FOUND,
    ),
    Case(
        "short breaks for less than a day cut nothing",
        [_SINCE_2013, legal_status("2016-06-01", "V4", sequence=1), legal_status("2016-06-01", "C2", sequence=2)],
        """
        2016-06-01 looked_after 1
        2016-06-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "from one kind of short break to the other is one cut",
        [_SINCE_2013, _INTO, legal_status("2016-06-05", "V3"), _OUT_OF],
        """
        2016-06-04 looked_after 0
        2016-06-05 looked_after 0
        2016-06-11 looked_after 1
        """,
        _FOUND,
    ),
    # --- Moves at the cut's edges
    Case(
        "a move the day before a cut is a move",
        [_SINCE_2013, moved("2016-05-31", "P", "K2"), _INTO, _OUT_OF],
        """
        2016-05-31 looked_after placement_group:residential 1
        2016-05-31 placement_moves month 1
        2016-06-11 three_or_more_placements 1 of 1
        """,
        _FOUND,
    ),
    Case(
        "a move on the first day of a cut is none, and describes the stretch after it",
        [_SINCE_2013, moved("2016-06-01", "P", "K2"), _INTO, _OUT_OF],
        """
        2016-05-31 looked_after placement_group:fostered 1
        2016-06-11 looked_after placement_group:residential 1
        2016-06-11 three_or_more_placements 0 of 1
        2016-06-30 placement_moves month 0
        """,
        _FOUND,
    ),
    Case(
        "a move on the last day of a cut is none, and describes the stretch after it",
        [_SINCE_2013, moved("2016-06-10", "P", "K2"), _INTO, _OUT_OF],
        """
        2016-06-11 looked_after placement_group:residential 1
        2016-06-30 placement_moves month 0
        """,
        _FOUND,
    ),
    Case(
        "a move on the day after a cut is none: the stretch begins with it",
        [_SINCE_2013, moved("2016-06-11", "P", "K2"), _INTO, _OUT_OF],
        """
        2016-06-11 looked_after placement_group:residential 1
        2016-06-11 three_or_more_placements 0 of 1
        2016-06-30 placement_moves month 0
        """,
        _FOUND,
    ),
    Case(
        "a move a day later is a move",
        [_SINCE_2013, moved("2016-06-12", "P", "K2"), _INTO, _OUT_OF],
        """
        2016-06-11 looked_after placement_group:fostered 1
        2016-06-12 looked_after placement_group:residential 1
        2016-06-12 three_or_more_placements 1 of 1
        2016-06-30 placement_moves month 1
        """,
        _FOUND,
    ),
    # --- Absences and cuts
    Case(
        "an absence that runs into a cut has not failed, and what was last said describes the stretch after it",
        [_SINCE_2013, moved("2016-05-25", "P", "T3"), _INTO, _OUT_OF],
        """
        2016-05-31 looked_after placement_group:fostered 1
        2016-05-31 placement_moves month 0
        2016-06-11 looked_after placement_group:other 1
        2016-06-11 looked_after placement_group:fostered 0
        2016-06-30 placement_moves month 0
        """,
        _FOUND,
    ),
    Case(
        "an absence that failed the day before a cut has failed",
        [_SINCE_2013, moved("2016-05-25", "P", "T3"), moved("2016-05-31", "P", "K2"), _INTO, _OUT_OF],
        """
        2016-05-30 looked_after placement_group:other 1
        2016-05-31 placement_moves month 2
        2016-05-31 three_or_more_placements 1 of 1
        """,
        _FOUND,
    ),
    Case(
        "back after a cut to the placement left before it is a placement that a move began",
        [
            _SINCE_2013,
            moved("2016-05-25", "P", "T3"),
            _INTO,
            _OUT_OF,
            returned("2016-06-21", "U6", placement_id="jones"),
        ],
        """
        2016-06-20 looked_after placement_group:other 1
        2016-06-20 three_or_more_placements 0 of 1
        2016-06-21 looked_after placement_group:fostered 1
        2016-06-21 three_or_more_placements 1 of 1
        2016-06-30 placement_moves month 1
        """,
        _FOUND,
    ),
    # --- Flows at the cut's edges
    Case(
        "a discharge from short breaks is in no flow, though care came before them",
        [_SINCE_2013, legal_status("2016-05-31", "V4"), discharged("2016-06-01")],
        """
        2016-05-30 looked_after 1
        2016-05-31 looked_after 0
        2016-06-30 discharges rolling_year 0
        """,
        ("short-breaks-inside-care",),
    ),
    Case(
        "a discharge on the day that short breaks were to begin counts",
        [_SINCE_2013, _INTO, discharged("2016-06-01")],
        """
        2016-05-31 looked_after 1
        2016-06-30 discharges month 1
        """,
        ("status-outside-care",),
    ),
    Case(
        "a discharge the day after a cut counts, for the one day looked after before it",
        [_SINCE_2013, _INTO, _OUT_OF, discharged("2016-06-12")],
        """
        2016-06-11 looked_after 1
        2016-06-12 looked_after 0
        2016-06-30 discharges month 1
        """,
        _FOUND,
    ),
    Case(
        "a discharge on the day that a cut was to end is one from short breaks",
        [_SINCE_2013, _INTO, _OUT_OF, discharged("2016-06-11")],
        """
        2016-06-10 looked_after 0
        2016-06-11 looked_after 0
        2016-06-30 discharges month 0
        """,
        ("short-breaks-inside-care", "status-outside-care"),
    ),
)
