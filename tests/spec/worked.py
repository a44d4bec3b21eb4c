"""The worked cases of the definitions, numbered as there."""

from tests.factories import admitted, discharged, legal_status, missing, moved, returned
from tests.spec.case import Case

CASES = (
    Case(
        "1 three placements in the year are counted",
        [admitted("2016-05-01", "U6"), moved("2016-08-01", "P", "U6"), moved("2016-11-01", "P", "K2")],
        """
        2016-10-31 three_or_more_placements 0 of 1
        2016-11-01 three_or_more_placements 1 of 1
        2017-03-31 three_or_more_placements 1 of 1
        2017-03-31 placement_moves rolling_year 2
        """,
    ),
    Case(
        "2 open since last year and one move is two placements",
        [admitted("2015-05-01", "U6"), moved("2016-08-01", "P", "U6")],
        """
        2017-03-31 three_or_more_placements 0 of 1
        2017-03-31 placement_moves rolling_year 1
        """,
    ),
    Case(
        "3 admitted in the year and two moves is three placements",
        [admitted("2016-04-01", "U6"), moved("2016-06-01", "P", "U4"), moved("2017-03-31", "P", "U6")],
        """
        2017-03-30 three_or_more_placements 0 of 1
        2017-03-31 three_or_more_placements 1 of 1
        """,
    ),
    Case(
        "4 a legal status and moves with the same carer are one placement",
        [
            admitted("2013-05-01", "U6", legal="C1"),
            legal_status("2016-05-01", "C2"),
            moved("2016-06-01", "T", "U6", locality="new house"),
            moved("2016-09-01", "U", "U4", legal="E1"),
        ],
        """
        2017-03-31 three_or_more_placements 0 of 1
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 long_term_stable 1 of 1
        2017-03-31 looked_after legal_status:placement_order 1
        """,
    ),
    Case(
        "5 ten days away and back to the same carer is one placement",
        [admitted("2013-05-01", "U6"), moved("2016-08-01", "P", "T3"), returned("2016-08-11", "U6")],
        """
        2016-08-05 looked_after placement_group:fostered 1
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        "6 away and on to another placement is three, and the days before count so too",
        [admitted("2013-05-01", "U6"), moved("2016-08-01", "P", "T3"), moved("2016-08-11", "P", "K2")],
        """
        2016-08-01 placement_moves month 1
        2016-08-01 long_term_stable 0 of 1
        2016-08-05 looked_after placement_group:other 1
        2016-08-10 three_or_more_placements 0 of 1
        2016-08-11 three_or_more_placements 1 of 1
        2016-08-11 placement_moves month 2
        """,
    ),
    Case(
        "7 adoption by the current carer is the same placement",
        [admitted("2012-01-01", "U6"), moved("2014-01-01", "P", "U4"), moved("2016-06-01", "U", "A5", legal="E1")],
        """
        2015-12-31 long_term_stable 0 of 1
        2016-01-01 long_term_stable 1 of 1
        2017-03-31 long_term_stable 1 of 1
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 looked_after placement_group:placed_for_adoption 1
        """,
    ),
    Case(
        "7 adoption by another carer is a second placement on the clock of the first",
        [admitted("2012-01-01", "U6"), moved("2014-01-01", "P", "U4"), moved("2016-06-01", "B", "A6", legal="E1")],
        """
        2017-03-31 long_term_stable 1 of 1
        2017-03-31 placement_moves rolling_year 1
        """,
    ),
    Case(
        "7 the clock goes back no further than the first placement for adoption",
        [
            admitted("2012-01-01", "U4"),
            moved("2015-06-01", "P", "A6", placement_id="first"),
            moved("2016-06-01", "P", "A6", placement_id="second"),
        ],
        """
        2016-05-31 long_term_stable 1 of 1
        2016-06-01 long_term_stable 0 of 1
        2017-05-31 long_term_stable 0 of 1
        2017-06-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "8 discharged and readmitted to the same carer is another placement",
        [
            admitted("2015-05-01", "U6", placement_id="jones"),
            discharged("2016-06-01", "E4B"),
            admitted("2016-09-01", "U6", placement_id="jones"),
            moved("2016-12-01", "P", "U6", placement_id="smith"),
        ],
        """
        2016-05-31 looked_after 1
        2016-06-01 looked_after 0
        2016-12-01 three_or_more_placements 1 of 1
        2017-03-31 placement_moves rolling_year 1
        2017-03-31 admissions rolling_year 1
        2017-03-31 discharges rolling_year 1
        """,
    ),
    Case(
        "9 three weeks missing change neither stability figure",
        [
            admitted("2013-05-01", "U6"),
            moved("2016-06-01", "P", "U6"),
            missing("2016-08-01T20:00:00Z", "2016-08-22T09:00:00Z"),
        ],
        """
        2016-08-01 missing_now 1 of 1
        2016-08-21 missing_now 1 of 1
        2016-08-22 missing_now 0 of 1
        2016-08-31 missing_episodes month 1
        2017-03-31 three_or_more_placements 0 of 1
        2018-06-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "10 under short breaks in neither",
        [admitted("2013-05-01", "U6", legal="V4"), moved("2016-06-01", "P", "U6"), moved("2016-07-01", "P", "U6")],
        """
        2017-03-31 looked_after 0
        2017-03-31 three_or_more_placements 0 of 0
        2017-03-31 long_term_stable 0 of 0
        2017-03-31 placement_moves rolling_year 0
        2013-05-01 admissions month 0
        """,
    ),
    Case(
        "10 short breaks in May and care from July count from July",
        [admitted("2016-05-01", "U6", legal="V3"), legal_status("2016-07-01", "V2")],
        """
        2016-06-30 looked_after 0
        2016-07-01 looked_after 1
        2016-07-31 admissions year_to_date 0
        2018-12-31 long_term_stable 0 of 0
        2019-01-01 long_term_stable 1 of 1
        """,
        ("short-breaks-inside-care",),
    ),
    Case(
        "11 of two carers on one day only the last counts",
        [
            admitted("2015-05-01", "U6"),
            moved("2016-06-01", "P", "U4", sequence=1),
            moved("2016-06-01", "P", "K2", sequence=2),
        ],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 placement_moves month 1
        2016-06-01 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "12 a placement that ended on the rolling year's first day is not in it",
        [admitted("2015-05-01", "U6"), moved("2016-04-01", "P", "U6"), moved("2016-05-01", "P", "U6")],
        """
        2017-03-30 three_or_more_placements 1 of 1
        2017-03-31 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "12 a placement that began on the rolling year's first day is in it",
        [
            admitted("2015-05-01", "U6"),
            moved("2016-04-01", "P", "U6"),
            moved("2016-04-02", "P", "U6"),
            moved("2016-05-01", "P", "U6"),
        ],
        """
        2017-03-31 three_or_more_placements 1 of 1
        2017-04-01 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "13 out of the long-term figure on the 16th birthday",
        [admitted("2010-01-01", "U4", dob="2001-06-30")],
        """
        2017-06-29 long_term_stable 1 of 1
        2017-06-30 long_term_stable 0 of 0
        2017-06-29 looked_after age_band:10_to_15 1
        2017-06-30 looked_after age_band:16_and_over 1
        """,
    ),
    Case(
        "14 thirty months and 24 months to the day are long enough",
        [admitted("2014-09-30", "U6"), moved("2015-03-31", "P", "U4")],
        """
        2017-03-29 long_term_stable 0 of 0
        2017-03-30 long_term_stable 0 of 1
        2017-03-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        "15 ten years of care before do not add up with 29 months since",
        [
            admitted("2004-01-01", "U4", dob="2003-05-05"),
            discharged("2014-01-01"),
            admitted("2014-10-31", "U4", dob="2003-05-05"),
        ],
        """
        2017-03-31 long_term_stable 0 of 0
        2017-04-29 long_term_stable 0 of 0
        2017-04-30 long_term_stable 1 of 1
        """,
    ),
    Case(
        "16 a spurious restart is one placement and a finding",
        [
            admitted("2014-01-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", provider="PR1", locality="here"),
        ],
        """
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 long_term_stable 1 of 1
        """,
        ("spurious-restart",),
    ),
    Case(
        "17 before a late discharge is entered the month ends count the child",
        [admitted("2016-05-01", "U6")],
        """
        2017-01-31 looked_after 1
        2017-02-28 looked_after 1
        """,
    ),
    Case(
        "17 once it is entered they do not",
        [admitted("2016-05-01", "U6"), discharged("2017-01-15", recorded="2017-03-15T09:00:00Z")],
        """
        2017-01-31 looked_after 0
        2017-02-28 looked_after 0
        2017-01-31 discharges month 1
        """,
    ),
    Case(
        "18 what ended on 29 February leaves the rolling year on the next 28 February",
        [admitted("2015-05-01", "U6"), moved("2016-02-29", "P", "U6"), moved("2016-05-01", "P", "U6")],
        """
        2017-02-27 three_or_more_placements 1 of 1
        2017-02-28 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "18 two days of a leap year share one window start",
        [admitted("2014-05-01", "U6"), moved("2015-02-28", "P", "U6"), moved("2015-05-01", "P", "U6")],
        """
        2016-02-26 three_or_more_placements 1 of 1
        2016-02-27 three_or_more_placements 0 of 1
        2016-02-28 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "18 what ended on 1 March leaves with the last day of a leap February",
        [admitted("2014-05-01", "U6"), moved("2015-03-01", "P", "U6"), moved("2015-05-01", "P", "U6")],
        """
        2016-02-28 three_or_more_placements 1 of 1
        2016-02-29 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "18 born on 29 February and a year older on 28 February",
        [admitted("2010-01-01", "U4", dob="2004-02-29")],
        """
        2018-02-27 looked_after age_band:10_to_15 1
        2020-02-28 looked_after age_band:10_to_15 1
        2020-02-29 looked_after age_band:16_and_over 1
        2021-02-27 looked_after 1
        2022-02-27 looked_after 1
        2022-02-28 looked_after 0
        """,
        ("open-past-eighteen",),
    ),
    Case(
        "18 twenty-four months from 29 February are up on 28 February",
        [admitted("2011-01-01", "U6"), moved("2012-02-29", "P", "U4")],
        """
        2014-02-27 long_term_stable 0 of 1
        2014-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "19 to another authority and back is two periods of care",
        [admitted("2012-01-01", "U4"), discharged("2016-05-01", "E3"), admitted("2016-05-01", "U4")],
        """
        2016-05-01 looked_after 1
        2016-05-31 discharges month 1
        2016-05-31 admissions month 1
        2016-05-31 placement_moves month 0
        2016-05-31 long_term_stable 0 of 0
        """,
    ),
    Case(
        "20 a second admission is read as a move and counted once",
        [admitted("2015-05-01", "U6"), admitted("2016-06-01", "K2")],
        """
        2017-03-31 looked_after 1
        2017-03-31 admissions rolling_year 0
        2017-03-31 placement_moves rolling_year 1
        """,
        ("second-admission",),
    ),
    Case(
        "20 missing episodes that overlap are counted once",
        [
            admitted("2015-05-01", "U6"),
            missing("2016-06-01", "2016-06-05"),
            missing("2016-06-03", "2016-06-09"),
            missing("2016-06-05", "2016-06-06"),
        ],
        """
        2016-06-04 missing_now 1 of 1
        2016-06-05 missing_now 1 of 1
        2016-06-06 missing_now 0 of 1
        2016-06-30 missing_episodes month 2
        """,
        ("missing-overlap",),
    ),
    Case(
        "20 what is stated after the discharge counts nowhere",
        [
            admitted("2015-05-01", "U6"),
            discharged("2016-06-01"),
            moved("2016-06-01", "P", "K2"),
            legal_status("2016-07-01", "E1"),
            discharged("2016-08-01"),
        ],
        """
        2016-08-31 looked_after 0
        2016-08-31 placement_moves year_to_date 0
        2016-08-31 discharges year_to_date 1
        """,
        ("move-outside-care", "status-outside-care", "discharge-without-period"),
    ),
)
