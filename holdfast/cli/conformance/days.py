"""Golden journeys of time and of legal statuses: what is said, and what the figures then are.

Worked out by hand from the definitions; that the engine and the brute-force twin agree is tested.
"""

from holdfast.cli.conformance.cases import Case
from holdfast.cli.conformance.said import admitted, discharged, legal_status, moved

TIME = (
    Case(
        name="edge-of-the-year",
        shows="A placement that ended on the first day of the twelve months is not in them; one that began then is.",
        why="A stay covers its first day and not its last: send the day of the move, not the last night before it.",
        said=(
            admitted("2015-05-01", "U6", child="ended"),
            moved("2016-04-01", "P", "U4", child="ended"),
            moved("2016-05-01", "P", "K2", child="ended"),
            admitted("2015-05-01", "U6", child="began"),
            moved("2016-04-01", "P", "U4", child="began"),
            moved("2016-04-02", "P", "K2", child="began"),
            moved("2016-05-01", "P", "R1", child="began"),
        ),
        figures="""
        2017-02-28 three_or_more_placements 2 of 2
        2017-03-31 three_or_more_placements 1 of 2
        """,
    ),
    Case(
        name="thirty-months",
        shows="Long-term stable (NI 063): thirty months in care and twenty-four in the placement, to the day.",
        why="A date that is a day out moves a child in or out of the figure: send the day, never the month.",
        said=(admitted("2014-09-30", "U6"), moved("2015-03-31", "P", "U4")),
        figures="""
        2017-03-29 long_term_stable 0 of 0
        2017-03-30 long_term_stable 0 of 1
        2017-03-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        name="two-periods-never-add-up",
        shows="Ten years of care before a discharge do not shorten the thirty months after it.",
        why="A discharge that was no discharge costs a child its clock: withdraw it.",
        said=(
            admitted("2004-01-01", "U4", born="2003-05-05"),
            discharged("2014-01-01"),
            admitted("2014-10-31", "U4", born="2003-05-05"),
        ),
        figures="""
        2017-03-31 long_term_stable 0 of 0
        2017-04-30 long_term_stable 1 of 1
        """,
    ),
    Case(
        name="sixteenth-birthday",
        shows="On the 16th birthday a child leaves the long-term figure.",
        why="The date of birth is needed: without one a child is never in it.",
        said=(admitted("2010-01-01", "U4", born="2001-06-30"),),
        figures="""
        2017-06-29 long_term_stable 1 of 1
        2017-06-30 long_term_stable 0 of 0
        2017-06-30 looked_after 1
        """,
    ),
    Case(
        name="eighteenth-birthday",
        shows="From the 18th birthday on a child is not looked after; care left open is a finding.",
        why="Send the discharge, or the child stays on a list of things to mend.",
        said=(admitted("2014-01-01", "U4", born="1999-02-10"),),
        figures="""
        2017-01-31 looked_after 1
        2017-02-28 looked_after 0
        """,
        finds=("open-past-eighteen",),
    ),
    Case(
        name="leap-day",
        shows="What ended on 29 February leaves the twelve months on the next 28 February.",
        why="Nothing has to be sent for a figure to change: time alone does it.",
        said=(admitted("2015-05-01", "U6"), moved("2016-02-29", "P", "U4"), moved("2016-05-01", "P", "K2")),
        figures="""
        2017-02-27 three_or_more_placements 1 of 1
        2017-02-28 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        name="late-discharge",
        shows="A discharge entered two months late restates the month ends that it should have been in.",
        why="recordedtime says when it was entered, on says when it happened: never put one for the other.",
        said=(admitted("2016-05-01", "U6"), discharged("2017-01-15", recorded="2017-03-15T09:00:00Z")),
        figures="""
        2016-12-31 looked_after 1
        2017-01-31 looked_after 0
        2017-01-31 discharges month 1
        2017-02-28 looked_after 0
        """,
    ),
)

LEGAL_STATUSES = (
    Case(
        name="legal-status-alone",
        shows="A legal status changes nothing about the placement.",
        why="Send care.legal-status.v1 where nothing else changed, and a move with B or U where the placement did too.",
        said=(admitted("2016-05-01", "U6", legal="V2"), legal_status("2016-06-01", "C1")),
        figures="""
        2017-03-31 looked_after 1
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 placements_in_year 1
        """,
    ),
    Case(
        name="short-breaks",
        shows="A child in agreed short breaks (V3, V4) is in no figure.",
        why="Send them as they are: leaving them out would hide the day on which they become care.",
        said=(admitted("2016-05-01", "U6", legal="V4"), moved("2016-06-01", "P", "U4")),
        figures="""
        2016-05-31 admissions month 0
        2017-03-31 looked_after 0
        2017-03-31 three_or_more_placements 0 of 0
        2017-03-31 placement_moves rolling_year 0
        """,
    ),
    Case(
        name="short-breaks-become-care",
        shows="Short breaks that become care within one period count from that day on, and are a finding.",
        why="Send a discharge and an admission on the day that the care began: two periods are what it was.",
        said=(admitted("2016-05-01", "U6", legal="V3"), legal_status("2016-07-01", "V2")),
        figures="""
        2016-06-30 looked_after 0
        2016-07-31 looked_after 1
        2016-07-31 admissions year_to_date 0
        """,
        finds=("short-breaks-inside-care",),
    ),
)
