"""Which cell a child is in: every value of every dimension. Which day's values decide has its own table."""

from tests.factories import admitted, discharged, legal_status, moved
from tests.spec.case import Case

CASES = (
    Case(
        "a child is a band older on the 1st, 5th, 10th and 16th birthday",
        [admitted("2010-07-01", "U4", dob="2010-06-15")],
        """
        2011-06-14 looked_after age_band:under_1 1
        2011-06-15 looked_after age_band:under_1 0
        2011-06-15 looked_after age_band:1_to_4 1
        2015-06-14 looked_after age_band:1_to_4 1
        2015-06-15 looked_after age_band:5_to_9 1
        2020-06-14 looked_after age_band:5_to_9 1
        2020-06-15 looked_after age_band:10_to_15 1
        2026-06-14 looked_after age_band:10_to_15 1
        2026-06-15 looked_after age_band:10_to_15 0
        2026-06-15 looked_after age_band:16_and_over 1
        """,
    ),
    Case(
        "born on 29 February, a band older on 28 February of a common year",
        [admitted("2016-03-01", "U4", dob="2016-02-29")],
        """
        2017-02-27 looked_after age_band:under_1 1
        2017-02-28 looked_after age_band:1_to_4 1
        2021-02-27 looked_after age_band:1_to_4 1
        2021-02-28 looked_after age_band:5_to_9 1
        2026-02-27 looked_after age_band:5_to_9 1
        2026-02-28 looked_after age_band:10_to_15 1
        """,
    ),
    Case(
        "without a date of birth in the band of those whose age is not known",
        [admitted("2016-05-01", "U6", dob=None)],
        """
        2016-05-01 looked_after age_band:unknown 1
        2016-05-01 looked_after age_band:under_1 0
        2016-05-01 family_based age_band:unknown 1 of 1
        2016-05-31 admissions age_band:unknown month 1
        """,
        ("no-date-of-birth",),
    ),
    Case(
        "a date of birth given by a later admission is that of all the child's days",
        [
            *(admitted("2016-05-01", "U6", dob=None), discharged("2016-06-01")),
            admitted("2017-05-01", "U6", dob="2010-06-15"),
        ],
        """
        2016-05-01 looked_after age_band:5_to_9 1
        2016-05-01 looked_after age_band:unknown 0
        """,
    ),
    Case(
        "fostered, and placed for adoption",
        [
            *(admitted("2016-01-15", "U1"), moved("2016-02-15", place="U2"), moved("2016-03-15", place="U3")),
            *(moved("2016-04-15", place="U4"), moved("2016-05-15", place="U5"), moved("2016-06-15", place="U6")),
            *(moved("2016-07-15", "T", "A3"), moved("2016-08-15", place="A4"), moved("2016-09-15", "T", "A5")),
            moved("2016-10-15", place="A6"),
        ],
        """
        2016-01-15 looked_after placement_group:fostered 1
        2016-02-15 looked_after placement_group:fostered 1
        2016-03-15 looked_after placement_group:fostered 1
        2016-04-15 looked_after placement_group:fostered 1
        2016-05-15 looked_after placement_group:fostered 1
        2016-06-15 looked_after placement_group:fostered 1
        2016-07-15 looked_after placement_group:fostered 0
        2016-07-15 looked_after placement_group:placed_for_adoption 1
        2016-08-15 looked_after placement_group:placed_for_adoption 1
        2016-09-15 looked_after placement_group:placed_for_adoption 1
        2016-10-15 looked_after placement_group:placed_for_adoption 1
        """,
    ),
    Case(
        "residential, with parents, supported or independent",
        [
            *(admitted("2022-01-15", "K1"), moved("2022-02-15", place="K2"), moved("2022-03-15", place="R1")),
            *(moved("2022-04-15", place="S1"), moved("2022-05-15", place="P1"), moved("2022-06-15", place="P2")),
            *(moved("2022-07-15", place="H5"), moved("2024-06-15", place="K3")),
        ],
        """
        2022-01-15 looked_after placement_group:residential 1
        2022-02-15 looked_after placement_group:residential 1
        2022-03-15 looked_after placement_group:residential 1
        2022-04-15 looked_after placement_group:residential 1
        2022-05-15 looked_after placement_group:residential 0
        2022-05-15 looked_after placement_group:with_parents 1
        2022-06-15 looked_after placement_group:with_parents 0
        2022-06-15 looked_after placement_group:supported_or_independent 1
        2022-07-15 looked_after placement_group:supported_or_independent 1
        2024-06-15 looked_after placement_group:supported_or_independent 1
        2024-06-15 looked_after placement_group:residential 0
        """,
    ),
    Case(
        "every other type of placement is in the group of others",
        [
            *(admitted("2016-01-15", "P3"), moved("2016-02-15", place="R2"), moved("2016-03-15", place="R3")),
            *(moved("2016-04-15", place="R5"), moved("2016-05-15", place="Z1"), moved("2016-06-15", place="T2")),
            moved("2016-06-20", place="U6"),
        ],
        """
        2016-01-15 looked_after placement_group:other 1
        2016-02-15 looked_after placement_group:other 1
        2016-03-15 looked_after placement_group:other 1
        2016-04-15 looked_after placement_group:other 1
        2016-05-15 looked_after placement_group:other 1
        2016-06-15 looked_after placement_group:other 1
        2016-06-20 looked_after placement_group:other 0
        2016-06-20 looked_after placement_group:fostered 1
        """,
    ),
    Case(
        "the authority's own, and commissioned; a parent, or a provider that is not known, is in neither",
        [
            *(admitted("2016-01-15", provider="PR1"), moved("2016-02-15", provider="PR2")),
            *(moved("2016-03-15", place="R2", provider="PR3"), moved("2016-04-15", provider="PR4")),
            *(moved("2016-05-15", provider="PR5"), moved("2016-06-15", place="P1", provider="PR0")),
            moved("2016-07-15"),
        ],
        """
        2016-01-15 looked_after provider:in_house 1
        2016-02-15 looked_after provider:in_house 0
        2016-02-15 looked_after provider:commissioned 1
        2016-03-15 looked_after provider:commissioned 1
        2016-04-15 looked_after provider:commissioned 1
        2016-05-15 looked_after provider:commissioned 1
        2016-06-15 looked_after provider:in_house 0
        2016-06-15 looked_after provider:commissioned 0
        2016-06-15 placed_with_parents provider:commissioned 0 of 0
        2016-07-15 looked_after 1
        2016-07-15 looked_after provider:in_house 0
        2016-07-15 looked_after provider:commissioned 0
        """,
    ),
    Case(
        "a girl",
        [admitted("2016-05-01", sex="female")],
        """
        2016-05-01 looked_after sex:female 1
        2016-05-01 looked_after sex:male 0
        2016-05-01 looked_after sex:unknown 0
        """,
    ),
    Case(
        "a boy, once the sex that was not known has been said",
        [
            *(admitted("2016-05-01", sex="unknown"), discharged("2016-06-01")),
            *(admitted("2016-07-01", sex="male"), discharged("2016-08-01"), admitted("2016-09-01", sex=None)),
        ],
        """
        2016-05-01 looked_after sex:male 1
        2016-09-01 looked_after sex:male 1
        2016-09-01 looked_after sex:unknown 0
        """,
    ),
    Case(
        "of no known sex",
        [admitted("2016-05-01", sex="unknown")],
        """
        2016-05-01 looked_after sex:unknown 1
        2016-05-31 admissions sex:unknown month 1
        """,
    ),
    Case(
        "interim care order, care order, accommodated, placement order, from the day each was made",
        [
            *(admitted("2016-05-01", legal="V2"), legal_status("2016-06-01", "C1"), legal_status("2016-07-01", "C2")),
            legal_status("2016-08-01", "E1"),
        ],
        """
        2016-05-31 looked_after legal_status:accommodated 1
        2016-06-01 looked_after legal_status:accommodated 0
        2016-06-01 looked_after legal_status:interim_care_order 1
        2016-06-30 looked_after legal_status:interim_care_order 1
        2016-07-01 looked_after legal_status:care_order 1
        2016-07-31 looked_after legal_status:care_order 1
        2016-08-01 looked_after legal_status:placement_order 1
        2016-08-01 looked_after legal_status:other 0
        """,
    ),
    Case(
        "police protection, emergency protection, assessment and remand are other legal statuses",
        [
            *(admitted("2016-05-01", legal="L1"), legal_status("2016-05-03", "L2"), legal_status("2016-05-24", "L3")),
            *(legal_status("2016-06-01", "J1"), legal_status("2016-07-01", "J2"), legal_status("2016-07-02", "J3")),
        ],
        """
        2016-05-01 looked_after legal_status:other 1
        2016-05-03 looked_after legal_status:other 1
        2016-05-24 looked_after legal_status:other 1
        2016-06-01 looked_after legal_status:other 1
        2016-07-01 looked_after legal_status:other 1
        2016-07-02 looked_after legal_status:other 1
        """,
    ),
    Case(
        "a legal status holds until the next of the same period of care, and a new period begins with its own",
        [
            *(admitted("2016-05-01", legal="C2"), discharged("2016-06-01"), admitted("2016-06-01", "U6", legal="V2")),
            moved("2016-07-01", "P", "K2"),
        ],
        """
        2016-05-31 looked_after legal_status:care_order 1
        2016-06-01 looked_after legal_status:care_order 0
        2016-06-01 looked_after legal_status:accommodated 1
        2016-07-01 looked_after legal_status:accommodated 1
        """,
    ),
    Case(
        "each need is its own cell, that of the admission, until the next admission",
        [
            *(admitted("2016-01-01", need="N1"), discharged("2016-01-15")),
            *(admitted("2016-02-01", need="N2"), discharged("2016-02-15")),
            *(admitted("2016-03-01", need="N3"), discharged("2016-03-15")),
            *(admitted("2016-04-01", need="N4"), discharged("2016-04-15")),
            *(admitted("2016-05-01", need="N5"), discharged("2016-05-15")),
            *(admitted("2016-06-01", need="N6"), discharged("2016-06-15")),
            *(admitted("2016-07-01", need="N7"), discharged("2016-07-15")),
            *(admitted("2016-08-01", need="N8"), discharged("2016-08-15"), admitted("2016-09-01", need=None)),
        ],
        """
        2016-01-01 looked_after category_of_need:n1 1
        2016-02-01 looked_after category_of_need:n2 1
        2016-03-01 looked_after category_of_need:n3 1
        2016-04-01 looked_after category_of_need:n4 1
        2016-05-01 looked_after category_of_need:n5 1
        2016-06-01 looked_after category_of_need:n6 1
        2016-07-01 looked_after category_of_need:n7 1
        2016-08-01 looked_after category_of_need:n8 1
        2016-09-01 looked_after category_of_need:unknown 1
        2016-09-01 looked_after category_of_need:n8 0
        2016-12-31 discharges category_of_need:n3 rolling_year 1
        """,
    ),
    Case(
        "a second admission in open care does not change the need, which is that of the first",
        [admitted("2016-05-01", "U6", need="N1"), admitted("2016-06-01", "K2", need="N5")],
        """
        2016-06-01 looked_after category_of_need:n1 1
        2016-06-01 looked_after category_of_need:n5 0
        2016-06-30 placement_moves category_of_need:n1 month 1
        """,
        ("second-admission",),
    ),
    Case(
        "of two dates of birth the one recorded last is taken, for the days before it as well",
        [
            admitted("2016-01-01", "U6", dob="2010-01-01"),
            discharged("2016-03-01"),
            admitted("2016-06-01", "U6", dob="2000-01-01"),
        ],
        """
        2016-02-01 looked_after age_band:16_and_over 1
        2016-02-01 looked_after age_band:5_to_9 0
        2016-06-01 looked_after age_band:16_and_over 1
        """,
        ("date-of-birth-disagrees",),
    ),
)
