"""The rates that the borough lives and tells by, in one place, each with where it comes from.

`[England]` is the Department for Education's published statistics of children looked after, of the years 2022 to 2025;
`[150]` what 150 authorities answered about their placements on 1 September 2024. All else is rough: chosen so that what
the borough adds up to comes near what is published. `docs/borough.md` sets the two side by side.
"""

from holdfast.cli.borough.chance import Ranges, Shares

# --- Who comes -------------------------------------------------------------------------------------------------------

# Families that children come from, alone (no family here: [England] about one arrival in eight), and for short breaks.
FAMILIES = Shares({"ordinary": 78, "alone": 19, "breaks": 6})
# How many of a family are admitted: so that about half of all children have a brother or sister in care.
SIBLINGS = Ranges({(1, 1): 52, (2, 2): 28, (3, 3): 13, (4, 4): 7})
ELDEST_ALONE = 0.7  # of those of 15 and over
# Ages of the first child of a family; with those alone near [England]: 16, 15, 15, 26 and 29% of all who start.
STARTING_AGES = Ranges({(0, 0): 25, (1, 4): 15, (5, 9): 14, (10, 15): 29, (16, 17): 26})
# Unborn when the first came: nobody's rate. Of brothers and sisters so many come some weeks after the first.
SIBLING_LATER = 0.15
MALE, MALE_ALONE = 0.52, 0.93  # [England] 53% of all but those alone
NEEDS = Shares({"N1": 66, "N2": 2, "N3": 3, "N4": 8, "N5": 14, "N6": 2, "N7": 0.3, "N8": 5})  # [England]
RELATIVES = 0.36  # families with a relative or friend who may foster

# --- How long care lasts, and how it ends ----------------------------------------------------------------------------

# The plan of one admitted from an age on: home within half a year, home later, a guardian, adoption, or care for long.
PLANS = {
    0: Shares({"soon": 8, "later": 14, "guardian": 26, "adoption": 33, "long": 19}),
    1: Shares({"soon": 13, "later": 18, "guardian": 24, "adoption": 13, "long": 32}),
    5: Shares({"soon": 18, "later": 17, "guardian": 14, "long": 51}),
    10: Shares({"soon": 25, "later": 15, "guardian": 3, "long": 57}),
    16: Shares({"soon": 22, "later": 4, "long": 74}),
}
SAME_PLAN = 0.75  # brothers and sisters who leave care together
# Days: the least, the mean beyond it, the most.
SPANS = {"soon": (2, 55, 180), "later": (181, 300, 1500), "guardian": (230, 220, 1200), "adoption": (480, 160, 1100)}
LONG_MEAN_DAYS = 6500  # those in care for long leave it before 18 at this rate
HOME = Shares({"E4A": 58, "E4B": 14, "E13": 14, "E41": 10, "E8": 4})
LONG_ENDS = Shares({"guardian": 34, "home": 38, "E3": 6, "E9": 8, "E8": 12, "E16": 1, "E2": 1})
AT_EIGHTEEN = Shares({"E17": 30, "E5": 36, "E6": 12, "E7": 6, "E8": 16})
ALONE_ENDS = Shares({"18": 84, "E3": 8, "E15": 3, "gone": 3, "E8": 2})
ADOPTED = Shares({"E12": 85, "E11": 15})
# Guardians: a relative who fostered, another who fostered, a relative who did not, another who did not.
GUARDIANS = {
    "relative": Shares({"E45": 90, "E47": 10}),
    "carer": Shares({"E46": 35, "E47": 50, "E48": 15}),
}
COMES_BACK, BACK_AFTER_DAYS, MOST_PERIODS = 0.22, (5, 260), 3
SAME_CARER_AGAIN = 0.3
BREAKS_AGREED, BREAKS_TO_CARE = 0.7, 0.06  # an agreement rather than a series; and one that turns into care

# --- Where they live -------------------------------------------------------------------------------------------------

# [150] own carers 28, agencies' carers 25, relatives 16, children's homes 11, supported accommodation 10, parents 6%.
HOMES = {
    0: Shares({"carer": 84, "family centre": 6, "parents": 18, "residential": 0.3}),
    5: Shares({"carer": 84, "children's home": 6, "parents": 20, "residential": 0.5}),
    10: Shares({"carer": 37, "children's home": 50, "parents": 15, "school": 0.6, "residential": 0.8, "secure": 0.3}),
    16: Shares({"carer": 22, "children's home": 28, "supported": 52, "parents": 9, "secure": 0.5, "residential": 0.5}),
}
WITH_RELATIVES = 0.62  # of stays that a relative or friend of the family could offer
AT_SIXTEEN_TO_SUPPORTED = 0.3
PROVIDERS = {
    "carer": Shares({"PR1": 52, "PR4": 42, "PR5": 6}),
    "children's home": Shares({"PR1": 16, "PR4": 76, "PR5": 8}),
    "secure": Shares({"PR1": 70, "PR4": 30}),
    "supported": Shares({"PR1": 14, "PR4": 74, "PR5": 12}),
    "school": Shares({"PR4": 80, "PR5": 20}),
    "residential": Shares({"PR4": 80, "PR5": 20}),
    "family centre": Shares({"PR1": 40, "PR5": 60}),
    "adopters": Shares({"PR1": 88, "PR5": 12}),
}
BEDS = {
    "carer": Ranges({(1, 1): 38, (2, 2): 36, (3, 3): 26}),
    "children's home": Ranges({(2, 2): 25, (3, 3): 35, (4, 4): 25, (5, 5): 15}),
    "supported": Ranges({(3, 3): 20, (4, 4): 40, (6, 6): 40}),
}
OTHER_BEDS = Ranges({(2, 8): 1})
# Years until a home closes, on average; and why it does [England, reasons for placement change].
HOME_YEARS, CLOSING = 30.0, Shares({"CLOSE": 530, "STAND": 300, "ALLEG": 440, "APPRR": 200})
# How far from the middle of the borough, in miles: [England] 44% of placements outside the boundary, a fifth over 20.
BOROUGH_MILES = 7.0
MILES = {"PR1": 6.0, "PR4": 27.0, "PR5": 24.0}
MOVES_HOUSE_YEARS, CHANGES_AGENCY_YEARS = 14.0, 30.0

# --- How long stays last, and why they end ---------------------------------------------------------------------------

# How settled a child is: so many days on average in a stay meant to last.
TEMPERS = {
    0: Shares({"settled": 80, "restless": 14, "unsettled": 6}),
    10: Shares({"settled": 58, "restless": 22, "unsettled": 18}),
}
STAY_DAYS = {"settled": 6000, "restless": 600, "unsettled": 125}
# The first stay of a period is an emergency of some days, or until something lasting is found.
FIRST_STAYS = Shares({"emergency": 14, "bridging": 34, "lasting": 52})
EMERGENCY_DAYS, BRIDGING_DAYS = 3, 110
TOGETHER = 0.97  # brothers and sisters who could live together do; [England] 37% are apart
# [England 2024] 66,070 changes, those of a home's own closing apart, and of status alone.
PLANNED = Shares({"CARPL": 55, "OTHER": 40, "LAREQ": 5})
UNPLANNED = Shares({"CREQB": 46, "CREQO": 36, "CHILD": 18})
UNPLANNED_SHARE = {"settled": 0.15, "restless": 0.25, "unsettled": 0.38}
TWICE_IN_A_DAY = 0.02
MATCHED_LONG_TERM, MATCHED_AFTER_DAYS = 0.5, (200, 300)
FOSTERING_FOR_ADOPTION = 0.2
ADOPTION_DAYS = (190, 90)  # from being placed until the order

# --- Temporary stays -------------------------------------------------------------------------------------------------

AWAY_EVERY_DAYS = 2600
AWAY = Shares({"T1": 34, "T2": 26, "T4": 40})
AWAY_DAYS = {"T1": (1, 4, 40), "T2": (4, 5, 20), "T3": (4, 4, 20), "T4": (1, 2, 6)}
AWAY_FAILS = 0.05
HOLIDAYS_A_YEAR = 0.08  # that carers take without the children

# --- Legal statuses --------------------------------------------------------------------------------------------------

ROUTES = Shares({"V2": 31, "C1": 50, "L1": 9, "L2": 9, "J1": 1})
FINAL_HEARING_DAYS = (180, 70)
TO_COURT_LATER, TO_COURT_DAYS = 0.65, (50, 130)
WITH_A_MOVE = 0.4  # of orders made within ten days of a move, those that take effect with it

# --- Going missing ---------------------------------------------------------------------------------------------------

# Of those of 11 and over; [England 2025] 11% of all in a year, 6.8 times each; away without authorisation 4.5 times.
GOES_MISSING = {
    "settled": Shares({"never": 82, "seldom": 15, "often": 3}),
    "restless": Shares({"never": 60, "seldom": 28, "often": 12}),
    "unsettled": Shares({"never": 34, "seldom": 36, "often": 30}),
}
GOES_EVERY_DAYS = {"seldom": 300, "often": 20}
BREAKS_CURFEW, CURFEW_EVERY_DAYS = 0.05, 60
AWAY_HOURS = (1.9, 1.2)  # of the logarithm of hours: its mean and its spread
LONGEST_HOURS = 400.0

# --- Telling ---------------------------------------------------------------------------------------------------------

# Days until a fact is recorded: most within days, some two months late. Rough.
PUNCTUAL = Ranges({(0, 0): 44, (1, 1): 19, (2, 9): 24, (10, 30): 9, (31, 75): 4})
TARDY = Ranges({(0, 0): 26, (1, 1): 18, (2, 9): 29, (10, 30): 18, (31, 75): 9})
LATENESS = {
    "care.admission.v1": PUNCTUAL,
    "care.placement-move.v1": PUNCTUAL,
    "care.legal-status.v1": TARDY,
    "care.discharge.v1": TARDY,
}
WRONG_AT_FIRST, MENDED_AFTER_DAYS = 0.05, (1, 9)
UNDER_ANOTHER_CHILD = 0.008
TWICE, NEVER_WAS = 0.01, 0.006  # entered twice; entered though it fell through. Both are withdrawn
RESTARTED = 0.015  # a stay closed and begun again in the system, though nothing changed
SENT_AGAIN, SENT_AGAIN_MOST = 0.18, 3  # the same statement once more, as an extract does
INTERVIEW_OFFERED, INTERVIEW_ACCEPTED = 0.85, 0.6
