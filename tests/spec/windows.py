"""Time: half-open stays, the month, the financial year, the rolling year, and spans of months with their clamps."""

from tests.factories import admitted, discharged, moved
from tests.spec.case import Case

CASES = (
    Case(
        "a stay from 3 May to 9 May covers the days 3 to 8 May",
        [admitted("2016-05-03"), discharged("2016-05-09")],
        """
        2016-05-02 looked_after 0
        2016-05-03 looked_after 1
        2016-05-08 looked_after 1
        2016-05-08 discharges month 0
        2016-05-09 looked_after 0
        2016-05-09 discharges month 1
        """,
    ),
    Case(
        "a fact dated ahead counts from its day, and nothing needs to happen for figures to change",
        [admitted("2016-05-01", dob="2008-01-01")],
        """
        2016-04-30 looked_after 0
        2016-05-01 looked_after 1
        2018-10-31 long_term_stable 0 of 0
        2018-11-01 long_term_stable 1 of 1
        2023-12-31 long_term_stable 1 of 1
        2024-01-01 long_term_stable 0 of 0
        2025-12-31 looked_after 1
        2026-01-01 looked_after 0
        """,
        ("open-past-eighteen",),
    ),
    # --- Months, of every length
    Case(
        "a month of 31 days ends with its 31st",
        [admitted("2015-01-01"), moved("2016-03-01", "P", "U4"), moved("2016-03-31", "P", "K2")],
        """
        2016-02-29 placement_moves month 0
        2016-03-01 placement_moves month 1
        2016-03-30 placement_moves month 1
        2016-03-31 placement_moves month 2
        2016-04-01 placement_moves month 0
        """,
    ),
    Case(
        "a month of 30 days ends with its 30th",
        [admitted("2015-01-01"), moved("2016-06-01", "P", "U4"), moved("2016-06-30", "P", "K2")],
        """
        2016-05-31 placement_moves month 0
        2016-06-01 placement_moves month 1
        2016-06-29 placement_moves month 1
        2016-06-30 placement_moves month 2
        2016-07-01 placement_moves month 0
        """,
    ),
    Case(
        "February of a leap year ends with its 29th",
        [admitted("2015-01-01"), moved("2016-02-28", "P", "U4"), moved("2016-02-29", "P", "K2")],
        """
        2016-02-28 placement_moves month 1
        2016-02-29 placement_moves month 2
        2016-03-01 placement_moves month 0
        """,
    ),
    Case(
        "February of another year ends with its 28th",
        [admitted("2015-01-01"), moved("2017-02-28", "P", "U4"), moved("2017-03-01", "P", "K2")],
        """
        2017-02-27 placement_moves month 0
        2017-02-28 placement_moves month 1
        2017-03-01 placement_moves month 1
        2017-03-31 placement_moves month 1
        2017-04-01 placement_moves month 0
        """,
    ),
    Case(
        "a month ends with the year",
        [admitted("2015-01-01"), moved("2016-12-31", "P", "U4"), discharged("2017-01-01")],
        """
        2016-12-31 placement_moves month 1
        2016-12-31 discharges month 0
        2017-01-01 placement_moves month 0
        2017-01-01 discharges month 1
        """,
    ),
    # --- The financial year
    Case(
        "the financial year runs from 1 April to 31 March",
        [
            admitted("2015-01-01"),
            moved("2016-04-01", "P", "U4"),
            moved("2017-03-31", "P", "K2"),
            moved("2017-04-01", "P", "U6"),
        ],
        """
        2016-03-31 placement_moves year_to_date 0
        2016-04-01 placement_moves year_to_date 1
        2017-03-30 placement_moves year_to_date 1
        2017-03-31 placement_moves year_to_date 2
        2017-04-01 placement_moves year_to_date 1
        2018-03-31 placement_moves year_to_date 1
        2018-04-01 placement_moves year_to_date 0
        """,
    ),
    Case(
        "the turn of the calendar year ends no financial year",
        [admitted("2016-12-31"), discharged("2017-01-01")],
        """
        2016-12-31 admissions year_to_date 1
        2017-01-01 admissions year_to_date 1
        2017-01-01 discharges year_to_date 1
        2017-03-31 admissions year_to_date 1
        2017-04-01 admissions year_to_date 0
        """,
    ),
    # --- The rolling year
    Case(
        "a move is in the rolling years that end on its day up to the day before it is a year old",
        [admitted("2015-01-01"), moved("2016-08-15", "P", "U4")],
        """
        2016-08-14 placement_moves rolling_year 0
        2016-08-15 placement_moves rolling_year 1
        2017-08-14 placement_moves rolling_year 1
        2017-08-15 placement_moves rolling_year 0
        """,
    ),
    Case(
        "on 31 March the rolling year is the financial year",
        [admitted("2016-03-31"), discharged("2016-04-01")],
        """
        2017-03-30 admissions rolling_year 1
        2017-03-30 discharges rolling_year 1
        2017-03-31 admissions rolling_year 0
        2017-03-31 discharges rolling_year 1
        2017-03-31 discharges year_to_date 1
        2017-04-01 discharges rolling_year 0
        """,
    ),
    Case(
        "what happened on 29 February leaves the rolling year on the next 28 February",
        [admitted("2015-01-01"), moved("2016-02-29", "P", "U4")],
        """
        2016-02-28 placement_moves rolling_year 0
        2016-02-29 placement_moves rolling_year 1
        2017-02-27 placement_moves rolling_year 1
        2017-02-28 placement_moves rolling_year 0
        """,
    ),
    Case(
        "what happened on 28 February of a leap year leaves the rolling year on the next 28 February but a day",
        [admitted("2015-01-01"), moved("2016-02-28", "P", "U4")],
        """
        2017-02-26 placement_moves rolling_year 1
        2017-02-27 placement_moves rolling_year 1
        2017-02-28 placement_moves rolling_year 0
        """,
    ),
    Case(
        "what happened on 28 February before a leap year is in the rolling year for 367 days",
        [admitted("2014-01-01"), moved("2015-02-28", "P", "U4")],
        """
        2015-02-27 placement_moves rolling_year 0
        2015-02-28 placement_moves rolling_year 1
        2016-02-27 placement_moves rolling_year 1
        2016-02-28 placement_moves rolling_year 1
        2016-02-29 placement_moves rolling_year 0
        """,
    ),
    Case(
        "what happened on 27 February before a leap year leaves the rolling year on 27 February",
        [admitted("2014-01-01"), moved("2015-02-27", "P", "U4")],
        """
        2016-02-26 placement_moves rolling_year 1
        2016-02-27 placement_moves rolling_year 0
        """,
    ),
    Case(
        "what happened on 1 March before a leap year is in the rolling year to 29 February",
        [admitted("2014-01-01"), moved("2015-03-01", "P", "U4")],
        """
        2016-02-29 placement_moves rolling_year 1
        2016-03-01 placement_moves rolling_year 0
        """,
    ),
    # --- The least day whose window starts on or after an end
    Case(
        "a placement that ended on 28 February of a leap year leaves on the next 27 February",
        [admitted("2015-05-01"), moved("2016-02-28", "P", "U4"), moved("2016-05-01", "P", "K2")],
        """
        2017-02-26 three_or_more_placements 1 of 1
        2017-02-27 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "a placement that ended on 1 March of a leap year leaves on the same day as one that ended on 29 February",
        [admitted("2015-05-01"), moved("2016-03-01", "P", "U4"), moved("2016-05-01", "P", "K2")],
        """
        2017-02-27 three_or_more_placements 1 of 1
        2017-02-28 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "a placement that ended on 2 March of a leap year leaves on the next 1 March",
        [admitted("2015-05-01"), moved("2016-03-02", "P", "U4"), moved("2016-05-01", "P", "K2")],
        """
        2017-02-28 three_or_more_placements 1 of 1
        2017-03-01 three_or_more_placements 0 of 1
        """,
    ),
    # --- Spans of months
    Case(
        "thirty months from 31 August end with February's last day, the 28th",
        [admitted("2014-08-31")],
        """
        2017-02-27 long_term_stable 0 of 0
        2017-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "thirty months from 31 August end with February's last day, the 29th",
        [admitted("2013-08-31")],
        """
        2016-02-28 long_term_stable 0 of 0
        2016-02-29 long_term_stable 1 of 1
        """,
    ),
    Case(
        "thirty months from 29 August end on 28 February too",
        [admitted("2014-08-29")],
        """
        2017-02-27 long_term_stable 0 of 0
        2017-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "thirty months from 28 August end on 28 February, not the day before",
        [admitted("2014-08-28")],
        """
        2017-02-27 long_term_stable 0 of 0
        2017-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "thirty months from 1 September end on 1 March",
        [admitted("2014-09-01")],
        """
        2017-02-28 long_term_stable 0 of 0
        2017-03-01 long_term_stable 1 of 1
        """,
    ),
    Case(
        "thirty months from 31 October end with April's last day",
        [admitted("2015-10-31")],
        """
        2018-04-29 long_term_stable 0 of 0
        2018-04-30 long_term_stable 1 of 1
        """,
    ),
    Case(
        "thirty months from a February's last day keep the day of the month, not the month's end",
        [admitted("2014-02-28")],
        """
        2016-08-27 long_term_stable 0 of 0
        2016-08-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "twenty-four months from 28 February end on 28 February of the leap year",
        [admitted("2011-01-01"), moved("2014-02-28", "P", "U4")],
        """
        2016-02-27 long_term_stable 0 of 1
        2016-02-28 long_term_stable 1 of 1
        """,
    ),
    Case(
        "twenty-four months from 1 March end on 1 March of the leap year",
        [admitted("2011-01-01"), moved("2014-03-01", "P", "U4")],
        """
        2016-02-29 long_term_stable 0 of 1
        2016-03-01 long_term_stable 1 of 1
        """,
    ),
    # --- Birthdays
    Case(
        "born on 29 February and sixteen on 29 February",
        [admitted("2010-01-01", dob="2000-02-29")],
        """
        2016-02-28 long_term_stable 1 of 1
        2016-02-29 long_term_stable 0 of 0
        """,
    ),
    Case(
        "born on 29 February and one year old on 28 February",
        [admitted("2016-03-10", dob="2016-02-29")],
        """
        2017-02-27 looked_after age_band:under_1 1
        2017-02-28 looked_after age_band:under_1 0
        2017-02-28 looked_after age_band:1_to_4 1
        """,
    ),
    Case(
        "born on 1 March and sixteen on 1 March, the day after 28 February",
        [admitted("2010-01-01", dob="2001-03-01")],
        """
        2017-02-28 long_term_stable 1 of 1
        2017-03-01 long_term_stable 0 of 0
        """,
    ),
)
