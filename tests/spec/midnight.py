"""Missing episodes around midnight in London: dates beside instants, summer and winter, both changes of the clock."""

from tests.factories import admitted, missing
from tests.spec.case import Case

_IN_CARE = admitted("2015-05-01")

CASES = (
    Case(
        "a date in summer is 23:00 of the day before by universal time, the same instant",
        [
            _IN_CARE,
            missing("2016-06-01", "2016-06-05", sequence=2),
            missing("2016-05-31T23:00:00Z", "2016-06-03", sequence=1),
        ],
        """
        2016-05-31 missing_now 0 of 1
        2016-05-31 missing_episodes month 0
        2016-06-02 missing_now 1 of 1
        2016-06-03 missing_now 0 of 1
        2016-06-30 missing_episodes month 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "a second before midnight in summer is the day before",
        [_IN_CARE, missing("2016-05-31T22:59:59Z", "2016-06-01")],
        """
        2016-05-31 missing_now 1 of 1
        2016-05-31 missing_episodes month 1
        2016-06-01 missing_now 0 of 1
        """,
    ),
    Case(
        "half past eleven by universal time is tomorrow in summer",
        [_IN_CARE, missing("2016-06-30T23:30:00Z", "2016-07-02")],
        """
        2016-06-30 missing_now 0 of 1
        2016-06-30 missing_episodes month 0
        2016-07-01 missing_episodes month 1
        """,
    ),
    Case(
        "half past eleven by universal time is today in winter",
        [_IN_CARE, missing("2016-11-30T23:30:00Z", "2016-12-02")],
        """
        2016-11-30 missing_now 1 of 1
        2016-11-30 missing_episodes month 1
        2016-12-01 missing_episodes month 0
        """,
    ),
    Case(
        "on the day that the clocks go forward half past eleven is today before the change and tomorrow after it",
        [_IN_CARE, missing("2017-03-25T23:30:00Z", "2017-03-26T23:30:00Z")],
        """
        2017-03-24 missing_now 0 of 1
        2017-03-25 missing_now 1 of 1
        2017-03-26 missing_now 1 of 1
        2017-03-27 missing_now 0 of 1
        """,
    ),
    Case(
        "the day that the clocks go forward ends at 23:00 by universal time",
        [_IN_CARE, missing("2017-03-26T12:00:00Z", "2017-03-26T22:59:59Z"), missing("2017-03-26T23:00:00Z")],
        """
        2017-03-25 missing_episodes month 0
        2017-03-26 missing_episodes month 1
        2017-03-26 missing_now 0 of 1
        2017-03-27 missing_episodes month 2
        2017-03-27 missing_now 1 of 1
        """,
    ),
    Case(
        "the day that the clocks go forward begins at 00:00 by universal time",
        [
            _IN_CARE,
            missing("2017-03-26", "2017-03-28", sequence=2),
            missing("2017-03-26T00:00:00Z", "2017-03-27", sequence=1),
        ],
        """
        2017-03-25 missing_now 0 of 1
        2017-03-26 missing_now 1 of 1
        2017-03-27 missing_now 0 of 1
        2017-03-31 missing_episodes month 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "on the day that the clocks go back half past eleven is tomorrow before the change and today after it",
        [_IN_CARE, missing("2017-10-28T23:30:00Z", "2017-10-29T23:30:00Z")],
        """
        2017-10-28 missing_now 0 of 1
        2017-10-28 missing_episodes month 0
        2017-10-29 missing_now 0 of 1
        2017-10-29 missing_episodes month 1
        """,
    ),
    Case(
        "the day that the clocks go back ends at 24:00 by universal time",
        [_IN_CARE, missing("2017-10-28T22:59:59Z", "2017-10-30T00:00:00Z")],
        """
        2017-10-27 missing_now 0 of 1
        2017-10-28 missing_now 1 of 1
        2017-10-29 missing_now 1 of 1
        2017-10-30 missing_now 0 of 1
        """,
    ),
    Case(
        "in the hour that the clocks show twice a later instant with an earlier time on the wall doesn't overlap",
        [
            _IN_CARE,
            missing("2017-10-29T00:10:00Z", "2017-10-29T00:50:00Z"),
            missing("2017-10-29T01:15:00Z", "2017-10-29T01:40:00Z"),
        ],
        "2017-10-29 missing_episodes month 2",
    ),
    # --- A date is midnight, seen by what follows it
    Case(
        "a return on a summer's date is at 23:00 by universal time, so that what begins then doesn't overlap",
        [_IN_CARE, missing("2016-05-30", "2016-06-01"), missing("2016-05-31T23:00:00Z", "2016-06-03")],
        """
        2016-06-02 missing_now 1 of 1
        2016-06-30 missing_episodes year_to_date 2
        """,
    ),
    Case(
        "what begins a second before that overlaps",
        [_IN_CARE, missing("2016-05-30", "2016-06-01"), missing("2016-05-31T22:59:59Z", "2016-06-03")],
        """
        2016-06-02 missing_now 0 of 1
        2016-06-30 missing_episodes year_to_date 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "a return dated on the day that the clocks go forward is at 00:00 by universal time",
        [_IN_CARE, missing("2017-03-24", "2017-03-26"), missing("2017-03-25T23:59:59Z", "2017-03-28")],
        """
        2017-03-26 missing_now 0 of 1
        2017-03-31 missing_episodes month 1
        """,
        ("missing-overlap",),
    ),
    Case(
        "a return dated on the day after it is at 23:00 by universal time",
        [_IN_CARE, missing("2017-03-24", "2017-03-27"), missing("2017-03-26T23:00:00Z", "2017-03-28")],
        """
        2017-03-27 missing_now 1 of 1
        2017-03-31 missing_episodes month 2
        """,
    ),
    Case(
        "a return dated on the day that the clocks go back is at 23:00 by universal time",
        [_IN_CARE, missing("2017-10-27", "2017-10-29"), missing("2017-10-28T23:00:00Z", "2017-10-30")],
        """
        2017-10-29 missing_now 1 of 1
        2017-10-31 missing_episodes month 2
        """,
    ),
    Case(
        "a return dated on the day after that is at 00:00 by universal time",
        [_IN_CARE, missing("2017-10-27", "2017-10-30"), missing("2017-10-29T23:59:59Z", "2017-10-31")],
        """
        2017-10-30 missing_now 0 of 1
        2017-10-31 missing_episodes month 1
        """,
        ("missing-overlap",),
    ),
)
