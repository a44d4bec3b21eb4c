"""Care that had begun before an admission says so, and what the true admission mends when it comes."""

from tests.factories import admitted, discharged, moved
from tests.spec.case import Case

_BEGAN_BEFORE = admitted("2016-06-01", "U6", began_before=True, placement_id="jones")

CASES = (
    Case(
        "an admission of care that had begun before is in no admissions, and its placement counts as any other",
        [_BEGAN_BEFORE, moved("2016-08-01", "P", "U4"), moved("2016-09-01", "P", "K2")],
        """
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2016-06-30 admissions month 0
        2016-06-30 placement_moves month 0
        2016-08-31 three_or_more_placements 0 of 1
        2016-09-01 three_or_more_placements 1 of 1
        2016-09-01 placement_moves rolling_year 2
        """,
        ("beginning-not-known",),
    ),
    Case(
        "where the beginning is not known clocks run from the day that is",
        [_BEGAN_BEFORE],
        """
        2018-11-30 long_term_stable 0 of 0
        2018-12-01 long_term_stable 1 of 1
        """,
        ("beginning-not-known",),
    ),
    Case(
        "a discharge from care whose beginning is not known counts",
        [_BEGAN_BEFORE, discharged("2016-07-01")],
        """
        2016-07-01 discharges month 1
        2016-07-01 admissions year_to_date 0
        """,
        ("beginning-not-known",),
    ),
    Case(
        "the true admission makes of it a move, and nothing is found",
        [admitted("2014-01-15", "U4"), _BEGAN_BEFORE],
        """
        2014-01-31 admissions month 1
        2016-06-30 admissions month 0
        2016-06-30 placement_moves month 1
        2016-07-14 long_term_stable 0 of 0
        2016-07-15 long_term_stable 0 of 1
        """,
    ),
    Case(
        "the true admission to that very placement makes one placement of both, and nothing is found",
        [admitted("2014-01-15", "U6", placement_id="jones"), _BEGAN_BEFORE],
        """
        2016-06-30 admissions month 0
        2016-06-30 placement_moves month 0
        2016-07-14 long_term_stable 0 of 0
        2016-07-15 long_term_stable 1 of 1
        """,
    ),
    Case(
        "after a discharge care that had begun before is a period of its own",
        [admitted("2014-01-15", "U4"), discharged("2016-05-01"), _BEGAN_BEFORE],
        """
        2016-05-31 looked_after 0
        2016-06-01 looked_after 1
        2016-06-30 admissions month 0
        2016-06-30 placement_moves month 0
        """,
        ("beginning-not-known",),
    ),
)
