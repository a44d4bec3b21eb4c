"""The 18th birthday: what it cuts out, what it doesn't, and the discharge that comes after it."""

from holdfast.indicators.choices import Choices
from tests.factories import admitted, discharged, legal_status, moved, returned
from tests.spec.case import Case

# Eighteen on 10 May 2018.
_BORN = "2000-05-10"
_OPEN = ("open-past-eighteen",)

CASES = (
    Case(
        "days from the 18th birthday on are not days looked after, however late the discharge is entered",
        [admitted("2016-01-01", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        2018-05-31 discharges month 0
        2018-08-01 discharges month 1
        2018-08-01 discharges age_band:16_and_over month 1
        """,
        _OPEN,
    ),
    Case(
        "a discharge on the 18th birthday leaves nothing to cut out",
        [admitted("2016-01-01", dob=_BORN), discharged("2018-05-10")],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        2018-05-10 discharges month 1
        """,
    ),
    Case(
        "a discharge the day before the 18th birthday ends care that day",
        [admitted("2016-01-01", dob=_BORN), discharged("2018-05-09")],
        """
        2018-05-08 looked_after 1
        2018-05-09 looked_after 0
        2018-05-09 discharges month 1
        """,
    ),
    Case(
        "a discharge the day after the 18th birthday counts on its day, and the day in between doesn't",
        [admitted("2016-01-01", dob=_BORN), discharged("2018-05-11")],
        """
        2018-05-10 looked_after 0
        2018-05-10 discharges month 0
        2018-05-11 discharges month 1
        """,
        _OPEN,
    ),
    Case(
        "care that nobody ended is found open once the birthday has come",
        [admitted("2016-01-01", dob=_BORN)],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        2018-05-31 discharges month 0
        """,
        _OPEN,
    ),
    Case(
        "care that nobody ended is not found open the day before the birthday",
        [admitted("2016-01-01", dob=_BORN)],
        "2018-05-09 looked_after 1",
    ),
    Case(
        "with no date of birth nothing is cut out",
        [admitted("2016-01-01", dob=None)],
        """
        2040-01-01 looked_after 1
        2040-01-01 looked_after age_band:unknown 1
        """,
        ("no-date-of-birth",),
    ),
    # --- Accommodated in a children's home
    Case(
        "accommodated (V2) in a children's home (K2) care goes on past 18",
        [admitted("2016-01-01", "K2", legal="V2", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-10 looked_after 1
        2018-07-31 looked_after 1
        2018-08-01 looked_after 0
        2018-08-01 discharges month 1
        """,
    ),
    Case(
        "accommodated in foster care it does not",
        [admitted("2016-01-01", "U6", legal="V2", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        """,
        _OPEN,
    ),
    Case(
        "accommodated in a secure children's home (K1) it does not",
        [admitted("2016-01-01", "K1", legal="V2", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        """,
        _OPEN,
    ),
    Case(
        "under a care order in a children's home it does not",
        [admitted("2016-01-01", "K2", legal="C2", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        """,
        _OPEN,
    ),
    Case(
        "accommodated on the very birthday in a children's home care goes on without a cut",
        [
            admitted("2016-01-01", "K2", legal="C2", dob=_BORN),
            legal_status("2018-05-10", "V2"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 1
        2018-07-31 looked_after 1
        """,
    ),
    Case(
        "a temporary placement out of the children's home is cut out, and the days after it are not",
        [
            admitted("2016-01-01", "K2", legal="V2", dob=_BORN),
            moved("2018-06-01", "P", "T2"),
            returned("2018-06-11", "K2"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-31 looked_after 1
        2018-06-01 looked_after 0
        2018-06-10 looked_after 0
        2018-06-11 looked_after 1
        2018-06-30 placement_moves year_to_date 0
        2018-08-01 discharges month 1
        """,
        _OPEN,
    ),
    Case(
        "a temporary placement that was over by the birthday cuts out nothing",
        [
            admitted("2016-01-01", "K2", legal="V2", dob=_BORN),
            moved("2018-05-01", "P", "T2"),
            returned("2018-05-10", "K2"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 1
        2018-05-31 placement_moves month 0
        """,
    ),
    Case(
        "a move into a children's home after the birthday begins days that count, by no move and no admission",
        [
            admitted("2016-01-01", "U6", legal="V2", dob=_BORN),
            moved("2018-06-01", "P", "K2"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-31 looked_after 0
        2018-06-01 looked_after 1
        2018-06-30 placement_moves month 0
        2018-06-30 admissions month 0
        2018-07-31 looked_after 1
        2018-08-01 discharges month 1
        """,
        _OPEN,
    ),
    Case(
        "a move into another children's home after the birthday is a move",
        [
            admitted("2016-01-01", "K2", legal="V2", dob=_BORN),
            moved("2018-06-01", "P", "K2"),
            discharged("2018-08-01"),
        ],
        """
        2018-06-01 looked_after 1
        2018-06-30 placement_moves month 1
        """,
    ),
    Case(
        "a move out of the children's home after the birthday ends the days that count, and is no move",
        [
            admitted("2016-01-01", "K2", legal="V2", dob=_BORN),
            moved("2018-06-01", "P", "H5"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-31 looked_after 1
        2018-06-01 looked_after 0
        2018-06-30 placement_moves month 0
        2018-08-01 discharges month 1
        2018-08-01 discharges placement_group:residential month 1
        """,
        _OPEN,
    ),
    # --- The discharge after it
    Case(
        "a discharge past 18 counts where the day before the birthday was looked after, the first day of care too",
        [admitted("2018-05-09", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-09 looked_after 1
        2018-05-31 admissions month 1
        2018-08-01 discharges month 1
        """,
        _OPEN,
    ),
    Case(
        "care begun on the 18th birthday is no care: neither its admission nor its discharge counts",
        [admitted("2018-05-10", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-10 looked_after 0
        2018-05-31 admissions month 0
        2018-08-01 discharges month 0
        """,
        _OPEN,
    ),
    Case(
        "a discharge past 18 of another period than that of the birthday doesn't count",
        [
            admitted("2016-01-01", dob=_BORN),
            discharged("2018-05-10", fact="at eighteen"),
            admitted("2018-05-10", dob=_BORN),
            discharged("2018-08-01"),
        ],
        """
        2018-05-10 looked_after 0
        2018-05-31 discharges month 1
        2018-05-31 admissions month 0
        2018-08-01 discharges month 0
        """,
        _OPEN,
    ),
    Case(
        "under short breaks from the birthday on, the discharge past 18 counts",
        [
            admitted("2016-01-01", dob=_BORN),
            legal_status("2018-05-10", "V4"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-09 looked_after 1
        2018-05-10 looked_after 0
        2018-08-01 discharges month 1
        2018-08-01 discharges legal_status:care_order month 1
        """,
        ("short-breaks-inside-care",),
    ),
    Case(
        "under short breaks from the day before the birthday on, the discharge past 18 doesn't count",
        [
            admitted("2016-01-01", dob=_BORN),
            legal_status("2018-05-09", "V4"),
            discharged("2018-08-01"),
        ],
        """
        2018-05-08 looked_after 1
        2018-05-09 looked_after 0
        2018-08-01 discharges month 0
        """,
        ("short-breaks-inside-care",),
    ),
    Case(
        "a discharge past 18 counts from a children's home though short breaks ran up to the birthday",
        [
            admitted("2016-01-01", "K2", legal="V4", dob=_BORN),
            legal_status("2018-06-01", "V2"),
            discharged("2018-07-01"),
        ],
        """
        2018-05-31 looked_after 0
        2018-06-30 looked_after 1
        2018-07-01 discharges month 1
        """,
        ("short-breaks-inside-care",),
    ),
    Case(
        "it does not once the child had moved out of the home before it",
        [
            admitted("2016-01-01", "K2", legal="V4", dob=_BORN),
            legal_status("2018-06-01", "V2"),
            moved("2018-06-30", "P", "H5"),
            discharged("2018-07-01"),
        ],
        """
        2018-06-29 looked_after 1
        2018-06-30 looked_after 0
        2018-07-01 discharges month 0
        """,
        ("short-breaks-inside-care", "open-past-eighteen"),
    ),
    # --- The choice taken the other way
    Case(
        "by the choice to count them, days past 18 count until the discharge",
        [admitted("2016-01-01", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-10 looked_after 1
        2018-07-31 looked_after 1
        2018-08-01 looked_after 0
        2018-08-01 discharges month 1
        """,
        choices=Choices(eighteen="counted"),
    ),
    Case(
        "by the choice to count them, care begun on the 18th birthday is care",
        [admitted("2018-05-10", dob=_BORN), discharged("2018-08-01")],
        """
        2018-05-10 looked_after 1
        2018-05-31 admissions month 1
        2018-08-01 discharges month 1
        """,
        choices=Choices(eighteen="counted"),
    ),
)
