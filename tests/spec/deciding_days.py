"""Which day's values break a figure down: of a stock, of what happened, of a placement that ended, after leaving care.

The values themselves are in `breakdowns`.
"""

from tests.factories import admitted, discharged, legal_status, missing, moved
from tests.spec.case import Case

CASES = (
    Case(
        "of a stock the values on the day decide, above the line and below it",
        [
            admitted("2013-05-01", "U6", provider="PR1"),
            *(moved("2016-08-01", "P", "U4", provider="PR4"), moved("2016-11-01", "P", "K2")),
        ],
        """
        2016-10-31 three_or_more_placements placement_group:fostered 0 of 1
        2016-10-31 three_or_more_placements provider:commissioned 0 of 1
        2016-11-01 three_or_more_placements placement_group:fostered 0 of 0
        2016-11-01 three_or_more_placements placement_group:residential 1 of 1
        2016-11-01 three_or_more_placements provider:commissioned 0 of 0
        2016-10-31 long_term_stable placement_group:fostered 0 of 1
        2016-11-01 long_term_stable placement_group:residential 0 of 1
        """,
    ),
    Case(
        "an admission is broken down by its own day, whatever came later",
        [
            admitted("2016-05-01", "U6", legal="V2", need="N1", provider="PR1", dob="2011-05-01"),
            *(legal_status("2016-06-01", "C2"), moved("2016-08-01", "P", "K2")),
        ],
        """
        2017-03-31 admissions placement_group:fostered rolling_year 1
        2017-03-31 admissions placement_group:residential rolling_year 0
        2017-03-31 admissions legal_status:accommodated rolling_year 1
        2017-03-31 admissions legal_status:care_order rolling_year 0
        2017-03-31 admissions provider:in_house rolling_year 1
        2017-03-31 admissions age_band:5_to_9 rolling_year 1
        """,
    ),
    Case(
        "an admission and what followed it on its day: the values at the end of that day",
        [admitted("2016-05-01", "U6", legal="V2"), moved("2016-05-01", "P", "K2"), legal_status("2016-05-01", "C2")],
        """
        2016-05-31 admissions placement_group:residential month 1
        2016-05-31 admissions placement_group:fostered month 0
        2016-05-31 admissions legal_status:care_order month 1
        2016-05-31 placement_moves month 0
        """,
    ),
    Case(
        "a discharge is broken down by the last day looked after, but by the age on its own day",
        [
            admitted("2015-05-01", "U6", legal="V2", dob="2011-06-15"),
            *(moved("2016-06-14", "B", "A6", legal="E1"), discharged("2016-06-15", "E12")),
        ],
        """
        2016-06-30 discharges placement_group:placed_for_adoption month 1
        2016-06-30 discharges placement_group:fostered month 0
        2016-06-30 discharges legal_status:placement_order month 1
        2016-06-30 discharges age_band:5_to_9 month 1
        2016-06-30 discharges age_band:1_to_4 month 0
        2016-06-30 adoptions age_band:5_to_9 month 1 of 1
        2016-06-30 adoptions placement_group:placed_for_adoption month 1 of 1
        2016-06-30 discharged_to_permanence placement_group:fostered month 0 of 0
        """,
    ),
    Case(
        "a discharge months after the 18th birthday is broken down by the last day before it",
        [admitted("2015-01-01", "U6", legal="C2", dob="1999-06-15"), discharged("2017-08-01")],
        """
        2017-08-31 discharges placement_group:fostered month 1
        2017-08-31 discharges legal_status:care_order month 1
        2017-08-31 discharges age_band:16_and_over month 1
        """,
        ("open-past-eighteen",),
    ),
    Case(
        "out of care and in again on one day: the discharge by the day before, the admission by the day",
        [
            *(admitted("2015-01-01", "U6", need="N1"), discharged("2016-05-09")),
            admitted("2016-05-09", "K2", need="N5"),
        ],
        """
        2016-05-31 discharges placement_group:fostered month 1
        2016-05-31 discharges placement_group:residential month 0
        2016-05-31 discharges category_of_need:n1 month 1
        2016-05-31 admissions placement_group:residential month 1
        2016-05-31 admissions category_of_need:n5 month 1
        """,
    ),
    Case(
        "a move is broken down by the placement moved to, an unplanned one by the placement that ended",
        [
            admitted("2015-01-01", "U6", provider="PR1"),
            moved("2016-05-09", "P", "K2", provider="PR4", change="ALLEG"),
        ],
        """
        2016-05-31 placement_moves placement_group:residential month 1
        2016-05-31 placement_moves placement_group:fostered month 0
        2016-05-31 placement_moves provider:commissioned month 1
        2016-05-31 unplanned_moves placement_group:fostered month 1 of 1
        2016-05-31 unplanned_moves placement_group:residential month 0 of 0
        2016-05-31 unplanned_moves provider:in_house month 1 of 1
        """,
    ),
    Case(
        "a planned move is below the line of unplanned moves in the cell of the placement that ended",
        [admitted("2015-01-01", "K2"), moved("2016-05-09", "P", "U4", change="CARPL")],
        """
        2016-05-31 unplanned_moves placement_group:residential month 0 of 1
        2016-05-31 unplanned_moves placement_group:fostered month 0 of 0
        2016-05-31 placement_moves placement_group:fostered month 1
        """,
    ),
    Case(
        "a move with a new legal status on a birthday: the status before for what ended, the age of the day for both",
        [
            admitted("2015-01-01", "U6", legal="C1", dob="2006-05-09"),
            moved("2016-05-09", "B", "K2", legal="C2", change="CREQB"),
        ],
        """
        2016-05-31 placement_moves legal_status:care_order month 1
        2016-05-31 unplanned_moves legal_status:interim_care_order month 1 of 1
        2016-05-31 unplanned_moves legal_status:care_order month 0 of 0
        2016-05-31 placement_moves age_band:10_to_15 month 1
        2016-05-31 unplanned_moves age_band:10_to_15 month 1 of 1
        2016-05-31 unplanned_moves age_band:5_to_9 month 0 of 0
        """,
    ),
    Case(
        "what ended is described as on the day before the move, not as it was when it began",
        [
            admitted("2015-01-01", "U6", provider="PR1"),
            *(moved("2016-02-01", "T", "U4", provider="PR5"), moved("2016-05-09", "P", "K2", change="STAND")),
        ],
        """
        2016-05-31 unplanned_moves provider:commissioned month 1 of 1
        2016-05-31 unplanned_moves provider:in_house month 0 of 0
        """,
    ),
    Case(
        "an episode is broken down by the end of the day on which it began",
        [
            admitted("2015-01-01", "U6", dob="2006-05-09"),
            *(moved("2016-05-09", "P", "K2"), missing("2016-05-09", "2016-05-20"), moved("2016-05-12", "P", "U4")),
        ],
        """
        2016-05-31 missing_episodes placement_group:residential month 1
        2016-05-31 missing_episodes placement_group:fostered month 0
        2016-05-31 missing_episodes age_band:10_to_15 month 1
        2016-05-11 missing_now placement_group:residential 1 of 1
        2016-05-12 missing_now placement_group:fostered 1 of 1
        """,
    ),
    Case(
        "those who came into care within the year are broken down by the day that is read, in care",
        [
            admitted("2016-05-01", "U6", legal="V2", dob="2011-11-11"),
            *(moved("2016-08-01", "P", "K2"), legal_status("2016-09-01", "C2")),
        ],
        """
        2016-07-31 started_in_year placement_group:fostered 1
        2016-08-01 started_in_year placement_group:fostered 0
        2016-08-01 started_in_year placement_group:residential 1
        2016-08-31 started_in_year legal_status:accommodated 1
        2016-09-01 started_in_year legal_status:care_order 1
        2016-11-10 started_in_year age_band:1_to_4 1
        2016-11-11 started_in_year age_band:5_to_9 1
        """,
    ),
    Case(
        "those who came into care and left are broken down by their last day, and grow older all the same",
        [
            admitted("2016-05-01", "U6", legal="V2", dob="2011-11-11"),
            *(moved("2016-08-01", "P", "K2", provider="PR4"), discharged("2016-09-01")),
        ],
        """
        2016-09-01 started_in_year placement_group:residential 1
        2016-09-01 started_in_year provider:commissioned 1
        2016-11-10 started_in_year age_band:1_to_4 1
        2016-11-11 started_in_year age_band:1_to_4 0
        2016-11-11 started_in_year age_band:5_to_9 1
        2017-04-30 started_in_year placement_group:residential 1
        2017-05-01 started_in_year placement_group:residential 0
        """,
    ),
    Case(
        "those who left within the year are broken down by their last day until they are in care again",
        [
            *(admitted("2015-05-01", "U6", need="N1"), discharged("2016-05-01")),
            *(admitted("2016-09-01", "K2", need="N5"), discharged("2017-06-01")),
        ],
        """
        2016-08-31 ceased_in_year placement_group:fostered 1
        2016-08-31 ceased_in_year category_of_need:n1 1
        2016-09-01 ceased_in_year placement_group:fostered 0
        2016-09-01 ceased_in_year placement_group:residential 1
        2016-09-01 ceased_in_year category_of_need:n5 1
        2017-04-30 ceased_in_year placement_group:residential 1
        2017-05-01 ceased_in_year placement_group:residential 0
        2017-06-01 ceased_in_year placement_group:residential 1
        2018-05-31 ceased_in_year category_of_need:n5 1
        """,
    ),
    Case(
        "a last day before the year began still says which cell, where the discharge was on the year's first day",
        [admitted("2015-05-01", "S1", dob="2006-07-07"), discharged("2016-04-01")],
        """
        2017-03-31 ceased_in_year placement_group:residential 1
        2017-03-31 ceased_in_year age_band:10_to_15 1
        2017-04-01 ceased_in_year placement_group:residential 0
        """,
    ),
    Case(
        "those who were missing within the year are broken down by the day read, not by that on which they were gone",
        [
            *(admitted("2016-05-01", "U6", dob="2006-12-12"), missing("2016-06-01", "2016-06-03")),
            *(moved("2016-08-01", "P", "K2"), discharged("2016-10-01")),
        ],
        """
        2016-07-31 missing_in_year placement_group:fostered 1 of 1
        2016-08-01 missing_in_year placement_group:fostered 0 of 0
        2016-08-01 missing_in_year placement_group:residential 1 of 1
        2016-10-01 missing_in_year placement_group:residential 1 of 1
        2016-12-11 missing_in_year age_band:5_to_9 1 of 1
        2016-12-12 missing_in_year age_band:10_to_15 1 of 1
        2017-06-02 missing_in_year placement_group:residential 0 of 1
        2017-09-29 missing_in_year placement_group:residential 0 of 1
        2017-09-30 missing_in_year placement_group:residential 0 of 0
        """,
    ),
    Case(
        "on short breaks on the day read, a child is in the cell of the last day looked after",
        [
            *(admitted("2016-05-01", "K2", legal="V2"), legal_status("2016-08-01", "V4")),
            *(moved("2016-09-01", "P", "U6"), legal_status("2016-10-01", "V2")),
        ],
        """
        2016-07-31 started_in_year placement_group:residential 1
        2016-09-30 started_in_year placement_group:residential 1
        2016-09-30 started_in_year placement_group:fostered 0
        2016-10-01 started_in_year placement_group:residential 0
        2016-10-01 started_in_year placement_group:fostered 1
        """,
        ("short-breaks-inside-care", "short-breaks-inside-care"),
    ),
)
