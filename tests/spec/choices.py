"""What changes where a choice of the definitions is taken the other way."""

from holdfast.indicators.choices import Choices
from tests.factories import admitted, discharged, moved
from tests.spec.case import Case

CURRENT_PERIOD = Choices(two_year_cohort="current_period")
COUNTED_PAST_EIGHTEEN = Choices(eighteen="counted")
RESTARTS_COUNTED = Choices(spurious_restart="counted")

CASES = (
    Case(
        "by the other reading of two years the current period of care must have begun 24 months ago, to the day",
        [admitted("2015-03-31", "U6"), moved("2015-06-01", "P", "U4"), moved("2016-06-01", "P", "K2")],
        """
        2017-03-30 three_or_more_placements_2y 0 of 0
        2017-03-31 three_or_more_placements_2y 1 of 1
        2017-05-30 three_or_more_placements_2y 1 of 1
        2017-05-31 three_or_more_placements_2y 0 of 1
        """,
        choices=CURRENT_PERIOD,
    ),
    Case(
        "by the other reading of two years an earlier period of care is not enough",
        [admitted("2014-01-01", "U6"), discharged("2016-05-01"), admitted("2016-06-01", "U6")],
        """
        2016-04-30 three_or_more_placements_2y 0 of 1
        2017-03-31 three_or_more_placements_2y 0 of 0
        2018-05-31 three_or_more_placements_2y 0 of 0
        2018-06-01 three_or_more_placements_2y 0 of 1
        """,
        choices=CURRENT_PERIOD,
    ),
    Case(
        "as the definitions have it an earlier period of care is enough for the two years",
        [admitted("2014-01-01", "U6"), discharged("2016-05-01"), admitted("2016-06-01", "U6")],
        """
        2016-04-30 three_or_more_placements_2y 0 of 1
        2017-03-31 three_or_more_placements_2y 0 of 1
        """,
    ),
    Case(
        "where days past the 18th birthday are counted the discharge is what ends them",
        [admitted("2015-01-01", "U6", dob="1999-06-15"), discharged("2017-08-01")],
        """
        2017-06-15 looked_after 1
        2017-06-15 long_term_stable 0 of 0
        2017-07-31 looked_after age_band:16_and_over 1
        2017-08-01 looked_after 0
        2017-08-01 discharges month 1
        """,
        choices=COUNTED_PAST_EIGHTEEN,
    ),
    Case(
        "where a restart is counted a move to the very placement left is a placement and a move",
        [
            admitted("2014-01-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", provider="PR1", locality="here"),
            moved("2016-09-01", "P", "K2"),
        ],
        """
        2016-05-31 long_term_stable 0 of 0
        2016-07-01 long_term_stable 0 of 1
        2016-09-01 three_or_more_placements 1 of 1
        2017-03-31 placement_moves rolling_year 2
        """,
        choices=RESTARTS_COUNTED,
    ),
)
