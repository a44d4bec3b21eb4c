"""The three measures of stability: whom each is of, what each counts, and the days on which either changes."""

from tests.factories import admitted, discharged, missing, moved, returned
from tests.spec.case import Case

CASES = (
    Case(
        "the placement open as the rolling year begins counts, until the year begins on the day it ended",
        [admitted("2015-05-01", "U6"), moved("2016-06-01", "P", "U4"), moved("2017-03-31", "P", "K2")],
        """
        2017-03-30 three_or_more_placements 0 of 1
        2017-03-31 three_or_more_placements 1 of 1
        2017-05-30 three_or_more_placements 1 of 1
        2017-05-31 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "placements of all periods of care in the year count, and only while the child is looked after",
        [
            *(admitted("2016-05-01", "U6"), discharged("2016-05-10")),
            *(admitted("2016-07-01", "U6"), discharged("2016-07-05")),
            admitted("2016-09-01", "U6"),
        ],
        """
        2016-08-31 three_or_more_placements 0 of 0
        2016-09-01 three_or_more_placements 1 of 1
        2017-05-08 three_or_more_placements 1 of 1
        2017-05-09 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "a stay of one night is a placement, and one that no night followed is not",
        [
            *(admitted("2015-05-01", "U6"), moved("2016-06-01", "P", "U4"), moved("2016-06-02", "P", "K2")),
            *(moved("2016-09-01", "P", "R1", sequence=1), moved("2016-09-01", "P", "U6", sequence=2)),
        ],
        """
        2016-06-01 three_or_more_placements 0 of 1
        2016-06-02 three_or_more_placements 1 of 1
        2017-05-31 three_or_more_placements 1 of 1
        2017-06-01 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "thirty months from the last day of August are up on the last day of February",
        [admitted("2014-08-31", "U4")],
        """
        2017-02-27 long_term_stable 0 of 0
        2017-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "two years in a placement are up on the same day two years on, and 29 February is not waited for",
        [admitted("2011-01-01", "U6"), moved("2014-02-28", "P", "U4")],
        """
        2014-02-27 long_term_stable 1 of 1
        2014-02-28 long_term_stable 0 of 1
        2016-02-27 long_term_stable 0 of 1
        2016-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "born on 29 February, out of the long-term figure on the 16th birthday",
        [admitted("2010-01-01", "U4", dob="2004-02-29")],
        """
        2020-02-28 long_term_stable 1 of 1
        2020-02-29 long_term_stable 0 of 0
        """,
    ),
    Case(
        "without a date of birth never in the long-term figure, though in every other",
        [admitted("2012-01-01", "U4", dob=None)],
        """
        2017-03-31 long_term_stable 0 of 0
        2017-03-31 three_or_more_placements 0 of 1
        2017-03-31 three_or_more_placements age_band:unknown 0 of 1
        2017-03-31 looked_after age_band:unknown 1
        2017-03-31 long_term_stable age_band:unknown 0 of 0
        """,
        ("no-date-of-birth",),
    ),
    Case(
        "out of care for a day, the thirty months begin again",
        [admitted("2012-01-01", "U4"), discharged("2014-06-30"), admitted("2014-07-01", "U4")],
        """
        2014-06-29 long_term_stable 0 of 0
        2016-12-31 long_term_stable 0 of 0
        2017-01-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "a month missing and a fortnight in hospital break neither span of the long-term figure",
        [
            *(admitted("2013-01-01", "U6"), moved("2014-04-01", "P", "U4", placement_id="jones")),
            missing("2015-01-01", "2015-02-01"),
            *(moved("2015-06-01", "P", "T1"), returned("2015-06-15", "U4", placement_id="jones")),
        ],
        """
        2016-03-31 long_term_stable 0 of 1
        2016-04-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "placed for adoption by the current carer: the clock is that of the placement, not of the one before",
        [admitted("2012-01-01", "U6"), moved("2015-03-15", "P", "U5"), moved("2015-09-01", "T", "A3")],
        """
        2015-09-01 long_term_stable 0 of 1
        2017-03-14 long_term_stable 0 of 1
        2017-03-15 long_term_stable 1 of 1
        """,
    ),
    Case(
        "placed for adoption with others: the clock is that of the placement of the day before, and none further back",
        [admitted("2012-01-01", "U6"), moved("2015-03-15", "P", "U4"), moved("2015-09-01", "B", "A6", legal="E1")],
        """
        2015-09-01 long_term_stable 0 of 1
        2017-03-14 long_term_stable 0 of 1
        2017-03-15 long_term_stable 1 of 1
        """,
    ),
    Case(
        "placed for adoption out of a children's home: the clock is that of the home",
        [admitted("2012-01-01", "K2"), moved("2016-01-01", "P", "A4")],
        """
        2015-12-31 long_term_stable 1 of 1
        2016-01-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "the second of three placements for adoption is where the clock of the third starts",
        [
            *(admitted("2010-01-01", "U4"), moved("2013-01-01", "P", "A6", placement_id="first")),
            *(
                moved("2015-01-01", "P", "A6", placement_id="second"),
                moved("2016-01-01", "P", "A6", placement_id="last"),
            ),
        ],
        """
        2015-01-01 long_term_stable 1 of 1
        2015-12-31 long_term_stable 1 of 1
        2016-01-01 long_term_stable 0 of 1
        2016-12-31 long_term_stable 0 of 1
        2017-01-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "admitted straight into a placement for adoption, which has none before it: its own start",
        [admitted("2014-07-01", "A4", legal="E1")],
        """
        2016-12-31 long_term_stable 0 of 0
        2017-01-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "back with a foster carer when the adoption fell through: the clock is that carer's alone",
        [admitted("2012-01-01", "U4"), moved("2016-01-01", "P", "A6"), moved("2016-06-01", "P", "U6")],
        """
        2016-05-31 long_term_stable 1 of 1
        2016-06-01 long_term_stable 0 of 1
        2018-05-31 long_term_stable 0 of 1
        2018-06-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "placed for adoption out of a hospital: that stay is the placement of the day before",
        [admitted("2012-01-01", "U4"), moved("2015-12-20", "P", "T1"), moved("2016-01-01", "P", "A6")],
        """
        2015-12-19 long_term_stable 1 of 1
        2017-12-19 long_term_stable 0 of 1
        2017-12-20 long_term_stable 1 of 1
        """,
    ),
    Case(
        "looked after on the last day of the year before is enough for the two-year figure",
        [admitted("2016-03-31", "U6")],
        """
        2017-03-30 three_or_more_placements_2y 0 of 0
        2017-03-31 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "looked after on the first day of the year before is enough for the two-year figure",
        [admitted("2014-01-01", "U6"), discharged("2015-04-02"), admitted("2016-06-01", "U6")],
        """
        2017-03-31 three_or_more_placements_2y 0 of 1
        2017-04-01 three_or_more_placements_2y 0 of 0
        2017-05-31 three_or_more_placements_2y 0 of 0
        2017-06-01 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "three placements in two years: the first counts until the two years begin on the day it ended",
        [admitted("2014-01-01", "U6"), moved("2015-05-01", "P", "U4"), moved("2017-03-31", "P", "K2")],
        """
        2017-03-30 three_or_more_placements_2y 0 of 1
        2017-03-31 three_or_more_placements_2y 1 of 1
        2017-03-31 three_or_more_placements 0 of 1
        2017-04-29 three_or_more_placements_2y 1 of 1
        2017-04-30 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "three placements since last summer are in the one-year figure and not in the two-year one",
        [admitted("2016-06-01", "U6"), moved("2016-08-01", "P", "U4"), moved("2016-10-01", "P", "K2")],
        """
        2017-03-31 three_or_more_placements 1 of 1
        2017-03-31 three_or_more_placements_2y 0 of 0
        2017-05-31 three_or_more_placements_2y 0 of 0
        2017-06-01 three_or_more_placements_2y 1 of 1
        """,
    ),
    Case(
        "back with the same carer is another placement in two years as well",
        [
            *(admitted("2015-06-01", "U6", placement_id="jones"), discharged("2015-12-01")),
            *(admitted("2016-01-01", "U6", placement_id="jones"), moved("2016-09-01", "P", "U4")),
        ],
        """
        2016-08-31 three_or_more_placements_2y 0 of 1
        2016-09-01 three_or_more_placements_2y 1 of 1
        2017-11-29 three_or_more_placements_2y 1 of 1
        2017-11-30 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "what ended on 29 February leaves the two years on 28 February",
        [admitted("2015-05-01", "U6"), moved("2016-02-29", "P", "U4"), moved("2016-05-01", "P", "K2")],
        """
        2018-02-27 three_or_more_placements_2y 1 of 1
        2018-02-28 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "two days of a leap year share one start of the two years",
        [admitted("2013-05-01", "U6"), moved("2014-02-28", "P", "U4"), moved("2014-05-01", "P", "K2")],
        """
        2016-02-26 three_or_more_placements_2y 1 of 1
        2016-02-27 three_or_more_placements_2y 0 of 1
        2016-02-28 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "a placement that was for adoption and is one no longer has its own clock again",
        [
            admitted("2012-01-01", "U4"),
            moved("2014-01-01", "P", "A6", placement_id="adopters"),
            moved("2014-03-01", "T", "U4", placement_id="adopters"),
        ],
        """
        2014-07-01 long_term_stable 0 of 1
        2015-12-31 long_term_stable 0 of 1
        2016-01-01 long_term_stable 1 of 1
        """,
    ),
)
