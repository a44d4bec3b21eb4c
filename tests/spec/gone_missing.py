"""Who is missing on a day, was within the year, or was time and again; and the flows of missing and away episodes.

What makes two episodes one, and what ends one, is in `missing`.
"""

from tests.factories import admitted, discharged, legal_status, missing
from tests.spec.case import Case

IN_CARE = admitted("2015-05-01", "U6")

CASES = (
    Case(
        "missing from the day of leaving to the day before the return",
        [IN_CARE, missing("2016-06-01T21:00:00Z", "2016-06-04T09:00:00Z")],
        """
        2016-05-31 missing_now 0 of 1
        2016-06-01 missing_now 1 of 1
        2016-06-03 missing_now 1 of 1
        2016-06-04 missing_now 0 of 1
        """,
    ),
    Case(
        "nobody has recorded a return: missing on, but only while looked after",
        [IN_CARE, missing("2016-06-01"), discharged("2016-07-01"), admitted("2016-08-01", "U6")],
        """
        2016-06-30 missing_now 1 of 1
        2016-07-01 missing_now 0 of 0
        2016-07-31 missing_now 0 of 0
        2016-08-01 missing_now 1 of 1
        """,
    ),
    Case(
        "missing when admitted is missing, though the episode began before care",
        [missing("2016-05-20", "2016-06-10"), admitted("2016-06-01", "U6")],
        """
        2016-05-31 missing_now 0 of 0
        2016-06-01 missing_now 1 of 1
        2016-06-09 missing_now 1 of 1
        2016-06-10 missing_now 0 of 1
        2016-06-30 missing_episodes rolling_year 0
        2016-06-01 missing_in_year 1 of 1
        """,
    ),
    Case(
        "in summer an instant of 23:00 in Universal Time is the next day in London",
        [IN_CARE, missing("2016-06-30T23:00:00Z", "2016-07-02T22:59:59Z")],
        """
        2016-06-30 missing_now 0 of 1
        2016-07-01 missing_now 1 of 1
        2016-07-02 missing_now 0 of 1
        2016-06-30 missing_episodes month 0
        2016-07-01 missing_episodes month 1
        """,
    ),
    Case(
        "missing on one day of the year is missing in the year, until the year begins after that day",
        [IN_CARE, missing("2016-05-10", "2016-05-12")],
        """
        2016-05-09 missing_in_year 0 of 1
        2016-05-10 missing_in_year 1 of 1
        2017-03-31 missing_in_year 1 of 1
        2017-05-10 missing_in_year 1 of 1
        2017-05-11 missing_in_year 0 of 1
        """,
    ),
    Case(
        "gone and back on one day is missing on that day of the year",
        [IN_CARE, missing("2016-05-10T10:00:00Z", "2016-05-10T18:00:00Z")],
        """
        2016-05-10 missing_now 0 of 1
        2016-05-10 missing_in_year 1 of 1
        2017-05-09 missing_in_year 1 of 1
        2017-05-10 missing_in_year 0 of 1
        """,
    ),
    Case(
        "missing and looked after within the year, but on no one day both, is not missing in the year",
        [missing("2016-05-20", "2016-06-01"), admitted("2016-06-01", "U6")],
        """
        2016-05-31 missing_in_year 0 of 0
        2016-06-01 missing_in_year 0 of 1
        2017-03-31 missing_in_year 0 of 1
        """,
    ),
    Case(
        "missing up to the first night in care is missing on one day of it",
        [missing("2016-05-20", "2016-06-02"), admitted("2016-06-01", "U6")],
        """
        2016-05-31 missing_in_year 0 of 0
        2016-06-01 missing_in_year 1 of 1
        2017-03-31 missing_in_year 1 of 1
        """,
    ),
    Case(
        "gone on the last day looked after is missing in the year, and with it gone after leaving care is not",
        [admitted("2016-05-01", "U6"), missing("2016-05-31", "2016-06-05"), discharged("2016-06-01")],
        """
        2016-05-30 missing_in_year 0 of 1
        2016-05-31 missing_in_year 1 of 1
        2017-05-30 missing_in_year 1 of 1
        2017-05-31 missing_in_year 0 of 0
        """,
    ),
    Case(
        "gone on the day of leaving care is not missing in the year, which is of those who were in care in it",
        [admitted("2016-05-01", "U6"), missing("2016-06-01", "2016-06-05"), discharged("2016-06-01")],
        """
        2016-06-01 missing_in_year 0 of 1
        2017-05-30 missing_in_year 0 of 1
        2017-05-31 missing_in_year 0 of 0
        """,
    ),
    Case(
        "missing on short breaks is not missing in the year",
        [
            *(admitted("2016-05-01", "U6", legal="V2"), legal_status("2016-06-01", "V4")),
            *(missing("2016-06-10", "2016-06-12"), legal_status("2016-07-01", "V2")),
        ],
        """
        2016-06-10 missing_now 0 of 0
        2016-06-10 missing_in_year 0 of 1
        2016-07-01 missing_in_year 0 of 1
        2016-06-30 missing_episodes month 0
        """,
        ("short-breaks-inside-care", "short-breaks-inside-care"),
    ),
    Case(
        "away without leave, whereabouts known, is missing in no figure but that of away episodes",
        [IN_CARE, missing("2016-06-01", "2016-06-10", kind="A")],
        """
        2016-06-01 missing_now 0 of 1
        2016-06-01 missing_in_year 0 of 1
        2016-06-30 missing_episodes month 0
        2016-06-30 away_episodes month 1
        """,
    ),
    Case(
        "three times in ninety days: the day of the first is the 89th before",
        [
            *(IN_CARE, missing("2017-01-01", "2017-01-03"), missing("2017-02-01", "2017-02-02")),
            missing("2017-03-31", "2017-04-01"),
        ],
        """
        2017-03-30 repeat_missing 0 of 1
        2017-03-31 repeat_missing 1 of 1
        2017-04-01 repeat_missing 0 of 1
        """,
    ),
    Case(
        "over 29 February the 89 days are counted as days",
        [
            *(IN_CARE, missing("2016-01-01", "2016-01-02"), missing("2016-01-10", "2016-01-11")),
            missing("2016-01-20", "2016-01-21"),
        ],
        """
        2016-01-19 repeat_missing 0 of 1
        2016-01-20 repeat_missing 1 of 1
        2016-03-30 repeat_missing 1 of 1
        2016-03-31 repeat_missing 0 of 1
        """,
    ),
    Case(
        "three times on one day is three times",
        [
            *(IN_CARE, missing("2017-05-01T08:00:00Z", "2017-05-01T09:00:00Z")),
            *(missing("2017-05-01T11:00:00Z", "2017-05-01T12:00:00Z"), missing("2017-05-01T18:00:00Z", "2017-05-02")),
        ],
        """
        2017-05-01 repeat_missing 1 of 1
        2017-07-29 repeat_missing 1 of 1
        2017-07-30 repeat_missing 0 of 1
        """,
    ),
    Case(
        "a time that began before care is not one of the three",
        [
            *(missing("2017-01-05", "2017-01-06"), admitted("2017-01-10", "U6"), missing("2017-02-01", "2017-02-02")),
            *(missing("2017-03-01", "2017-03-02"), missing("2017-03-05", "2017-03-06")),
        ],
        """
        2017-03-01 repeat_missing 0 of 1
        2017-03-04 repeat_missing 0 of 1
        2017-03-05 repeat_missing 1 of 1
        """,
    ),
    Case(
        "a time that began on the day of the admission is one of the three",
        [
            *(admitted("2017-01-10", "U6"), missing("2017-01-10", "2017-01-12"), missing("2017-01-20", "2017-01-21")),
            missing("2017-01-30", "2017-01-31"),
        ],
        """
        2017-01-29 repeat_missing 0 of 1
        2017-01-30 repeat_missing 1 of 1
        """,
    ),
    Case(
        "a time that began on the day of leaving care is not one of the three",
        [
            *(IN_CARE, missing("2017-01-10", "2017-01-11"), missing("2017-01-20", "2017-01-21")),
            *(discharged("2017-02-01"), missing("2017-02-01", "2017-02-02"), admitted("2017-02-10", "U6")),
            missing("2017-02-20", "2017-02-21"),
        ],
        """
        2017-02-10 repeat_missing 0 of 1
        2017-02-19 repeat_missing 0 of 1
        2017-02-20 repeat_missing 1 of 1
        """,
    ),
    Case(
        "a time that began in an earlier period of care is one of the three, once in care again",
        [
            *(admitted("2017-01-01", "U6"), missing("2017-01-10", "2017-01-11"), missing("2017-01-20", "2017-01-21")),
            *(missing("2017-01-30", "2017-01-31"), discharged("2017-02-15"), admitted("2017-03-15", "U6")),
        ],
        """
        2017-02-14 repeat_missing 1 of 1
        2017-02-15 repeat_missing 0 of 0
        2017-03-15 repeat_missing 1 of 1
        2017-04-09 repeat_missing 1 of 1
        2017-04-10 repeat_missing 0 of 1
        """,
    ),
    Case(
        "times away without leave are none of the three",
        [
            *(IN_CARE, missing("2017-01-10", "2017-01-11"), missing("2017-01-20", "2017-01-21")),
            missing("2017-01-30", "2017-01-31", kind="A"),
        ],
        """
        2017-01-30 repeat_missing 0 of 1
        2017-02-28 repeat_missing 0 of 1
        """,
    ),
    Case(
        "an episode counts in the month in which it began, not in that of the return",
        [IN_CARE, missing("2016-03-31", "2016-04-02"), missing("2016-04-30", "2016-05-01")],
        """
        2016-03-30 missing_episodes month 0
        2016-03-31 missing_episodes month 1
        2016-03-31 missing_episodes year_to_date 1
        2016-04-01 missing_episodes month 0
        2016-04-01 missing_episodes year_to_date 0
        2016-04-30 missing_episodes month 1
        2016-04-30 missing_episodes rolling_year 2
        2017-03-29 missing_episodes rolling_year 2
        2017-03-30 missing_episodes rolling_year 2
        2017-03-31 missing_episodes rolling_year 1
        """,
    ),
    Case(
        "an episode counts from the day of the admission to the day before the discharge",
        [
            *(missing("2016-05-02", "2016-05-03"), admitted("2016-05-03", "U6"), missing("2016-05-03", "2016-05-04")),
            *(missing("2016-05-08", "2016-05-09"), discharged("2016-05-09"), missing("2016-05-09", "2016-05-10")),
        ],
        """
        2016-05-02 missing_episodes month 0
        2016-05-03 missing_episodes month 1
        2016-05-07 missing_episodes month 1
        2016-05-08 missing_episodes month 2
        2016-05-31 missing_episodes month 2
        """,
    ),
    Case(
        "away without leave counts by the day it began, in care",
        [
            *(missing("2016-05-02", "2016-05-05", kind="A"), admitted("2016-05-03", "U6")),
            *(missing("2016-05-31", "2016-06-02", kind="A"), missing("2016-06-10", kind="A")),
        ],
        """
        2016-05-30 away_episodes month 0
        2016-05-31 away_episodes month 1
        2016-06-01 away_episodes month 0
        2016-06-10 away_episodes month 1
        2016-06-10 away_episodes year_to_date 2
        """,
    ),
    Case(
        "away while missing is an episode of each kind",
        [IN_CARE, missing("2016-06-01", "2016-06-10"), missing("2016-06-05", "2016-06-07", kind="A")],
        """
        2016-06-30 missing_episodes month 1
        2016-06-30 away_episodes month 1
        2016-06-09 missing_now 1 of 1
        """,
    ),
)
