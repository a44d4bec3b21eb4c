"""Who is looked after on a day, and who came into care or left it within the year. Placements have their own table."""

from tests.factories import admitted, discharged, legal_status
from tests.spec.case import Case

CASES = (
    Case(
        "looked after from the day of the admission to the day before the discharge",
        [admitted("2016-05-03", "U6"), discharged("2016-05-09")],
        """
        2016-05-02 looked_after 0
        2016-05-03 looked_after 1
        2016-05-08 looked_after 1
        2016-05-09 looked_after 0
        """,
    ),
    Case(
        "agreed short breaks are not days looked after",
        [admitted("2016-05-03", "U6", legal="V4"), discharged("2016-06-09")],
        """
        2016-05-03 looked_after 0
        2016-06-08 looked_after 0
        2016-06-30 admissions rolling_year 0
        2016-06-30 discharges rolling_year 0
        """,
    ),
    Case(
        "the day before the 18th birthday is the last, though the discharge was stated for a later day",
        [admitted("2015-01-01", "U6", dob="1999-06-15"), discharged("2017-08-01")],
        """
        2017-06-14 looked_after 1
        2017-06-15 looked_after 0
        2017-07-31 discharges rolling_year 0
        2017-08-01 discharges rolling_year 1
        2017-07-31 ceased_in_year 0
        2017-08-01 ceased_in_year 1
        2018-07-31 ceased_in_year 1
        2018-08-01 ceased_in_year 0
        """,
        ("open-past-eighteen",),
    ),
    Case(
        "out of care and in again on one day is looked after on it",
        [admitted("2015-01-01", "U6"), discharged("2016-05-09", "E4B"), admitted("2016-05-09", "K2")],
        """
        2016-05-08 looked_after 1
        2016-05-09 looked_after 1
        2016-05-09 looked_after placement_group:residential 1
        2016-05-09 started_in_year 1
        2016-05-09 ceased_in_year 1
        """,
    ),
    Case(
        "the rate is of Rotherham's residents under 18 in the middle of the financial year's first calendar year",
        [admitted("2016-05-03", "U6"), discharged("2017-05-09")],
        """
        2016-05-02 looked_after_rate 0 of 56509
        2016-05-03 looked_after_rate 1 of 56509
        2017-03-31 looked_after_rate 1 of 56509
        2017-04-01 looked_after_rate 1 of 56706
        2017-05-09 looked_after_rate 0 of 56706
        """,
    ),
    Case(
        "until an estimate is published the rate is of the latest before it",
        [admitted("2023-05-03", "U6")],
        """
        2024-03-31 looked_after_rate 1 of 58441
        2024-04-01 looked_after_rate 1 of 59521
        2025-03-31 looked_after_rate 1 of 59521
        """,
    ),
    Case(
        "the rate leaves out short breaks and whoever has turned 18, as the number looked after does",
        [
            admitted("2016-05-03", "U6", legal="V2", dob="1999-06-15"),
            *(legal_status("2016-08-01", "V3"), legal_status("2016-09-01", "C2"), discharged("2017-06-15")),
        ],
        """
        2016-07-31 looked_after_rate 1 of 56509
        2016-08-01 looked_after_rate 0 of 56509
        2016-09-01 looked_after_rate 1 of 56509
        2017-06-14 looked_after_rate 1 of 56706
        2017-06-15 looked_after_rate 0 of 56706
        """,
        ("short-breaks-inside-care", "short-breaks-inside-care"),
    ),
    Case(
        "came into care twice within the year, and is one child who came into care",
        [admitted("2016-05-01", "U6"), discharged("2016-06-01"), admitted("2016-09-01", "U6")],
        """
        2016-04-30 started_in_year 0
        2016-05-01 started_in_year 1
        2016-08-31 started_in_year 1
        2017-03-31 started_in_year 1
        2017-03-31 admissions rolling_year 2
        2017-08-31 started_in_year 1
        2017-08-31 admissions rolling_year 1
        2017-09-01 started_in_year 0
        """,
    ),
    Case(
        "came into care on the first day of the year, and is in it whether or not in care at its end",
        [admitted("2016-04-01", "U6"), discharged("2016-04-20")],
        """
        2017-03-31 started_in_year 1
        2017-03-31 ceased_in_year 1
        2017-03-31 looked_after 0
        2017-04-01 started_in_year 0
        2017-04-01 ceased_in_year 1
        2017-04-19 ceased_in_year 1
        2017-04-20 ceased_in_year 0
        """,
    ),
    Case(
        "came into care on 29 February, and is out of the rolling year on the next 28 February",
        [admitted("2016-02-29", "U6")],
        """
        2016-02-28 started_in_year 0
        2016-02-29 started_in_year 1
        2017-02-27 started_in_year 1
        2017-02-28 started_in_year 0
        """,
    ),
    Case(
        "came into care on short breaks, and the care that followed them inside the period is no start",
        [admitted("2016-05-01", "U6", legal="V4"), legal_status("2016-07-01", "V2")],
        """
        2016-07-01 looked_after 1
        2016-07-01 started_in_year 0
        2017-03-31 started_in_year 0
        """,
        ("short-breaks-inside-care",),
    ),
    Case(
        "had come into care before anything is known, and did not start in the year",
        [admitted("2016-05-01", "U6", began_before=True)],
        """
        2016-05-01 looked_after 1
        2016-05-01 started_in_year 0
        2016-05-31 admissions month 0
        """,
        ("beginning-not-known",),
    ),
    Case(
        "in and out on one day is in no figure",
        [admitted("2016-05-01", "U6"), discharged("2016-05-01")],
        """
        2016-05-01 looked_after 0
        2016-05-01 started_in_year 0
        2016-05-01 ceased_in_year 0
        2016-05-01 admissions month 0
        2016-05-01 discharges month 0
        """,
        ("one-day-period",),
    ),
    Case(
        "left care and came back, and is still one child who left in the year",
        [admitted("2015-01-01", "U6"), discharged("2016-05-01"), admitted("2016-06-01", "U6")],
        """
        2016-04-30 ceased_in_year 0
        2016-05-01 ceased_in_year 1
        2016-06-01 ceased_in_year 1
        2017-03-31 ceased_in_year 1
        2017-03-31 looked_after 1
        2017-04-30 ceased_in_year 1
        2017-05-01 ceased_in_year 0
        """,
    ),
    Case(
        "left care twice within the year, and is one child who left",
        [
            *(admitted("2015-01-01", "U6"), discharged("2016-05-01")),
            *(admitted("2016-06-01", "U6"), discharged("2016-07-01")),
        ],
        """
        2016-06-30 ceased_in_year 1
        2016-07-01 ceased_in_year 1
        2016-07-01 discharges rolling_year 2
        2017-05-01 ceased_in_year 1
        2017-06-30 ceased_in_year 1
        2017-07-01 ceased_in_year 0
        """,
    ),
    Case(
        "left out of short breaks, and did not leave care",
        [admitted("2015-01-01", "U6", legal="V2"), legal_status("2016-05-01", "V4"), discharged("2016-06-01")],
        """
        2016-04-30 looked_after 1
        2016-05-01 looked_after 0
        2016-06-01 ceased_in_year 0
        2016-06-01 discharges month 0
        """,
        ("short-breaks-inside-care",),
    ),
)
