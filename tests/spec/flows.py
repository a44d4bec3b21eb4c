"""What happened over a period: care begun and ended, and why; moves, and those that nobody planned."""

from collections.abc import Sequence

from holdfast.contracts.events import AnyEvent
from tests.factories import admitted, discharged, legal_status, moved, returned
from tests.spec.case import Case

PERMANENT = ("E11", "E12", "E41", "E43", "E44", "E45", "E46", "E47", "E48")
OTHERWISE = ("E13", "E14", "E15", "E16", "E17", "E3", "E4A", "E4B", "E5", "E6", "E7", "E8", "E9", "E2")


def in_and_out(year: int, first_month: int, reasons: Sequence[str]) -> list[AnyEvent]:
    """In each month from the first on admitted on the 1st and discharged on the 15th, for the next of the reasons."""
    told: list[AnyEvent] = []
    for number, reason in enumerate(reasons, start=first_month - 1):
        month = f"{year + number // 12}-{number % 12 + 1:02}"
        told += [admitted(f"{month}-01", "U6"), discharged(f"{month}-15", reason)]
    return told


def moved_for(*changes: str | None) -> list[AnyEvent]:
    """Admitted on 15 April 2018, and moved on the 15th of each month after it, each for the next of the reasons."""
    moves = [moved(f"2018-{month:02}-15", change=change) for month, change in enumerate(changes, start=5)]
    return [admitted("2018-04-15", "U6"), *moves]


CASES = (
    Case(
        "admissions in months of every length, of the year to date and of the rolling year",
        [
            *(admitted("2016-01-31", "U6"), discharged("2016-02-10")),
            *(admitted("2016-02-29", "U6"), discharged("2016-03-10")),
            *(admitted("2016-03-31", "U6"), discharged("2016-04-10"), admitted("2016-04-30", "U6")),
        ],
        """
        2016-01-30 admissions month 0
        2016-01-31 admissions month 1
        2016-02-01 admissions month 0
        2016-02-28 admissions month 0
        2016-02-29 admissions month 1
        2016-03-01 admissions month 0
        2016-03-31 admissions month 1
        2016-03-31 admissions year_to_date 3
        2016-04-01 admissions month 0
        2016-04-01 admissions year_to_date 0
        2016-04-30 admissions month 1
        2016-04-30 admissions year_to_date 1
        2016-04-30 admissions rolling_year 4
        2016-05-01 admissions month 0
        2017-01-30 admissions rolling_year 4
        2017-01-31 admissions rolling_year 3
        2017-02-27 admissions rolling_year 3
        2017-02-28 admissions rolling_year 2
        2017-03-30 admissions rolling_year 2
        2017-03-31 admissions rolling_year 1
        """,
    ),
    Case(
        "before a leap day the rolling years of two days begin alike",
        [admitted("2015-02-28", "U6")],
        """
        2015-02-28 admissions rolling_year 1
        2016-02-27 admissions rolling_year 1
        2016-02-28 admissions rolling_year 1
        2016-02-29 admissions rolling_year 0
        """,
    ),
    Case(
        "a second admission in open care is no admission, and one that lasted less than a day is none",
        [
            *(admitted("2016-04-01", "U6"), admitted("2016-06-01", "K2"), discharged("2016-08-01")),
            *(admitted("2016-09-01", "U6"), discharged("2016-09-01")),
        ],
        """
        2016-04-30 admissions month 1
        2016-06-30 admissions month 0
        2016-09-30 admissions month 0
        2016-09-30 admissions year_to_date 1
        2016-09-30 discharges year_to_date 1
        """,
        ("second-admission", "one-day-period"),
    ),
    Case(
        "discharges by the day care ended, whatever the reason",
        [
            *(admitted("2015-05-01", "U6"), discharged("2016-03-31", "E4A")),
            *(admitted("2016-03-31", "U6"), discharged("2016-04-01", "E3")),
        ],
        """
        2016-03-30 discharges month 0
        2016-03-31 discharges month 1
        2016-03-31 discharges year_to_date 1
        2016-04-01 discharges month 1
        2016-04-01 discharges year_to_date 1
        2017-03-30 discharges rolling_year 2
        2017-03-31 discharges rolling_year 1
        2017-04-01 discharges rolling_year 0
        """,
    ),
    Case(
        "a discharge after the 18th birthday counts on its own day, if in care until that birthday",
        [admitted("2015-01-01", "U6", dob="1999-06-15"), discharged("2017-06-20", "E17")],
        """
        2017-06-15 discharges month 0
        2017-06-19 discharges month 0
        2017-06-20 discharges month 1
        """,
        ("open-past-eighteen",),
    ),
    Case(
        "a discharge out of short breaks counts nowhere, and one out of the care that followed them does",
        [
            *(admitted("2015-01-01", "U6", legal="V2"), legal_status("2016-03-01", "V3"), discharged("2016-04-15")),
            *(admitted("2016-05-01", "U6", legal="V3"), legal_status("2016-06-01", "V2"), discharged("2016-06-15")),
        ],
        """
        2016-04-30 discharges month 0
        2016-05-31 admissions month 0
        2016-06-30 discharges month 1
        2016-06-30 discharges rolling_year 1
        """,
        ("short-breaks-inside-care", "short-breaks-inside-care"),
    ),
    Case(
        "left for permanence: adoption, a child arrangements order, special guardianship by old codes and new",
        in_and_out(2018, 4, PERMANENT),
        """
        2018-04-14 discharged_to_permanence month 0 of 0
        2018-04-15 discharged_to_permanence month 1 of 1
        2018-05-31 discharged_to_permanence month 1 of 1
        2018-06-30 discharged_to_permanence month 1 of 1
        2018-07-31 discharged_to_permanence month 1 of 1
        2018-08-31 discharged_to_permanence month 1 of 1
        2018-09-30 discharged_to_permanence month 1 of 1
        2018-10-31 discharged_to_permanence month 1 of 1
        2018-11-30 discharged_to_permanence month 1 of 1
        2018-12-31 discharged_to_permanence month 1 of 1
        2018-12-31 discharged_to_permanence year_to_date 9 of 9
        2018-12-31 discharged_to_special_guardianship year_to_date 6 of 9
        2018-12-31 adoptions year_to_date 2 of 9
        """,
    ),
    Case(
        "left, but not for permanence",
        in_and_out(2016, 1, OTHERWISE),
        """
        2016-01-31 discharged_to_permanence month 0 of 1
        2016-02-29 discharged_to_permanence month 0 of 1
        2016-03-31 discharged_to_permanence year_to_date 0 of 3
        2017-02-28 discharged_to_permanence year_to_date 0 of 11
        2017-02-28 discharged_to_permanence rolling_year 0 of 12
        2017-02-28 discharged_to_special_guardianship rolling_year 0 of 12
        2017-02-28 adoptions rolling_year 0 of 12
        """,
    ),
    Case(
        "home in one month and adopted in another: of the year's discharges half are for permanence",
        [
            *(admitted("2015-05-01", "U6"), discharged("2016-04-20", "E4A")),
            *(admitted("2016-05-01", "A6", legal="E1"), discharged("2016-09-10", "E12")),
        ],
        """
        2016-04-30 discharged_to_permanence month 0 of 1
        2016-04-30 adoptions month 0 of 1
        2016-08-31 discharged_to_permanence month 0 of 0
        2016-09-30 discharged_to_permanence month 1 of 1
        2016-09-30 discharged_to_permanence year_to_date 1 of 2
        2016-09-30 adoptions month 1 of 1
        2016-09-30 adoptions year_to_date 1 of 2
        2017-04-19 adoptions rolling_year 1 of 2
        2017-04-20 adoptions rolling_year 1 of 1
        2017-09-09 adoptions rolling_year 1 of 1
        2017-09-10 adoptions rolling_year 0 of 0
        """,
    ),
    Case(
        "special guardianship is neither adoption nor a child arrangements order",
        in_and_out(2018, 4, PERMANENT),
        """
        2018-04-30 discharged_to_special_guardianship month 0 of 1
        2018-05-31 discharged_to_special_guardianship month 0 of 1
        2018-06-30 discharged_to_special_guardianship month 0 of 1
        2018-07-31 discharged_to_special_guardianship month 1 of 1
        2018-08-31 discharged_to_special_guardianship month 1 of 1
        2018-09-30 discharged_to_special_guardianship month 1 of 1
        2018-10-31 discharged_to_special_guardianship month 1 of 1
        2018-11-30 discharged_to_special_guardianship month 1 of 1
        2018-12-31 discharged_to_special_guardianship month 1 of 1
        """,
    ),
    Case(
        "to a special guardian, home, and to a special guardian again",
        in_and_out(2016, 4, ("E44", "E4A", "E43")),
        """
        2016-04-30 discharged_to_special_guardianship month 1 of 1
        2016-05-31 discharged_to_special_guardianship month 0 of 1
        2016-06-30 discharged_to_special_guardianship year_to_date 2 of 3
        """,
    ),
    Case(
        "adopted, whether or not anyone opposed it, and no other way of leaving",
        in_and_out(2018, 4, PERMANENT),
        """
        2018-04-30 adoptions month 1 of 1
        2018-05-31 adoptions month 1 of 1
        2018-06-30 adoptions month 0 of 1
        2018-07-31 adoptions month 0 of 1
        2018-08-31 adoptions month 0 of 1
        2018-09-30 adoptions month 0 of 1
        2018-10-31 adoptions month 0 of 1
        2018-11-30 adoptions month 0 of 1
        2018-12-31 adoptions month 0 of 1
        """,
    ),
    Case(
        "a move counts on its day, and neither an admission nor a readmission is one",
        [
            *(admitted("2016-04-30", "U6"), moved("2016-05-31", "P", "U4"), discharged("2016-07-01")),
            *(admitted("2016-07-01", "U6"), moved("2016-08-01", "B", "K2", legal="C1")),
        ],
        """
        2016-04-30 placement_moves month 0
        2016-05-30 placement_moves month 0
        2016-05-31 placement_moves month 1
        2016-06-01 placement_moves month 0
        2016-07-31 placement_moves month 0
        2016-08-01 placement_moves month 1
        2016-08-01 placement_moves year_to_date 2
        """,
    ),
    Case(
        "what stays with one carer is no move: T, U, adoption by the carer, hospital and back",
        [
            *(admitted("2016-04-01", "U6"), moved("2016-05-01", "T", "U4"), moved("2016-06-01", "U", "U5", legal="E1")),
            *(moved("2016-07-01", "P", "T1"), returned("2016-07-10", "U5"), moved("2016-08-01", "P", "A5")),
        ],
        """
        2016-08-31 placement_moves rolling_year 0
        2016-08-31 unplanned_moves rolling_year 0 of 0
        """,
    ),
    Case(
        "care that had begun before anything is known begins with no move",
        [moved("2016-05-01", "P", "U6"), moved("2016-06-01", "P", "U4")],
        """
        2016-05-31 looked_after 1
        2016-05-31 placement_moves month 0
        2016-06-30 placement_moves month 1
        2016-06-30 admissions rolling_year 0
        """,
        ("beginning-not-known", "no-date-of-birth"),
    ),
    Case(
        "every reason that nobody planned: allegation, approval, standards, closure, the child's or the carer's asking",
        moved_for("ALLEG", "APPRR", "CHILD", "CLOSE", "CREQB", "CREQO", "STAND"),
        """
        2018-05-14 unplanned_moves month 0 of 0
        2018-05-15 unplanned_moves month 1 of 1
        2018-06-30 unplanned_moves month 1 of 1
        2018-07-31 unplanned_moves month 1 of 1
        2018-08-31 unplanned_moves month 1 of 1
        2018-09-30 unplanned_moves month 1 of 1
        2018-10-31 unplanned_moves month 1 of 1
        2018-11-30 unplanned_moves month 1 of 1
        2018-11-30 unplanned_moves year_to_date 7 of 7
        2018-11-30 placement_moves year_to_date 7
        """,
    ),
    Case(
        "no other reason is unplanned: care plan, the authority's asking, status, custody, other, or none said",
        moved_for("CARPL", "LAREQ", "PLACE", "CUSTOD", "OTHER", None),
        """
        2018-05-31 unplanned_moves month 0 of 1
        2018-06-30 unplanned_moves month 0 of 1
        2018-07-31 unplanned_moves month 0 of 1
        2018-08-31 unplanned_moves month 0 of 1
        2018-09-30 unplanned_moves month 0 of 1
        2018-10-31 unplanned_moves month 0 of 1
        2018-10-31 unplanned_moves year_to_date 0 of 6
        """,
    ),
    Case(
        "an unplanned reason said of a change with the same carer is no move at all",
        [admitted("2016-04-01", "U6"), moved("2016-05-01", "T", "U6", change="ALLEG")],
        """
        2016-05-31 unplanned_moves month 0 of 0
        2016-05-31 placement_moves month 0
        """,
    ),
    Case(
        "a stay of less than a day passes on why the stay before it ended",
        [
            *(admitted("2016-04-01", "U6"), moved("2016-05-01", "P", "U4", change="ALLEG", sequence=1)),
            *(moved("2016-05-01", "P", "K2", change="CARPL", sequence=2), moved("2016-06-01", "P", "U6", sequence=1)),
            *(moved("2016-07-01", "P", "U4", change="CARPL", sequence=1),),
            *(moved("2016-07-01", "P", "K2", change="STAND", sequence=2),),
        ],
        """
        2016-05-31 unplanned_moves month 1 of 1
        2016-06-30 unplanned_moves month 0 of 1
        2016-07-31 unplanned_moves month 0 of 1
        """,
    ),
    Case(
        "of an absence that failed both moves count, each with its own reason",
        [
            *(admitted("2016-04-01", "U6"), moved("2016-05-25", "P", "T3")),
            moved("2016-06-05", "P", "K2", change="CREQB"),
        ],
        """
        2016-05-31 unplanned_moves month 0 of 1
        2016-06-30 unplanned_moves month 1 of 1
        2016-06-30 unplanned_moves year_to_date 1 of 2
        """,
    ),
)
