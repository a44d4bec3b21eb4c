"""Golden journeys of care and placements: what is said, and what the figures then are.

Worked out by hand from the definitions; that the engine and the brute-force twin agree is tested.
"""

from holdfast.cli.conformance.cases import Case
from holdfast.cli.conformance.said import admitted, discharged, legal_status, moved

PLACEMENTS_AND_CARE = (
    Case(
        name="admission",
        shows="An admission opens a period of care and its first placement.",
        why="Everything else hangs on it: a move or a status before any admission has no beginning.",
        said=(admitted("2016-05-10", "U6", provider="PR1"),),
        figures="""
        2016-04-30 looked_after 0
        2016-05-31 admissions month 1
        2017-03-31 looked_after 1
        2017-03-31 fostered_in_house 1 of 1
        2017-03-31 three_or_more_placements 0 of 1
        2017-03-31 placements_in_year 1
        """,
    ),
    Case(
        name="three-placements",
        shows="Three placements with different carers within twelve months count as three or more (NI 062).",
        why="Give each carer a placement_id of their own: it is what tells two foster homes apart.",
        said=(
            admitted("2016-05-01", "U6", placement_id="carer-1"),
            moved("2016-08-01", "P", "U6", placement_id="carer-2", change="CREQB"),
            moved("2016-11-01", "P", "K2", placement_id="home-3", change="CARPL"),
        ),
        figures="""
        2016-10-31 three_or_more_placements 0 of 1
        2016-11-30 three_or_more_placements 1 of 1
        2017-03-31 three_or_more_placements 1 of 1
        2017-03-31 placements_in_year 3
        2017-03-31 placement_moves rolling_year 2
        2017-03-31 unplanned_moves rolling_year 1 of 2
        """,
    ),
    Case(
        name="two-placements",
        shows="A placement that was open when the year began counts with one move in it as two.",
        why="History matters: send placements from before the day that you were switched on.",
        said=(admitted("2015-05-01", "U6"), moved("2016-08-01", "P", "U6")),
        figures="""
        2017-03-31 three_or_more_placements 0 of 1
        2017-03-31 placements_in_year 2
        2017-03-31 placement_moves rolling_year 1
        """,
    ),
    Case(
        name="same-carer",
        shows="Moves for reason T or U stay with the same carer: they describe the placement anew and begin none.",
        why="A carer who moves house, or changes agency, must not look like a breakdown: send T or U and never P.",
        said=(
            admitted("2013-05-01", "U6", legal="C1", placement_id="carer-1"),
            legal_status("2016-05-01", "C2"),
            moved("2016-06-01", "T", "U6", placement_id="carer-1-new-house", postcode="S60 1AE"),
            moved("2016-09-01", "U", "U4", legal="E1", placement_id="carer-1-long-term"),
        ),
        figures="""
        2017-03-31 three_or_more_placements 0 of 1
        2017-03-31 placements_in_year 1
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        name="temporary-returned",
        shows="A temporary placement (T0 to T4) that the child comes back from breaks nothing.",
        why="Send the return as a move to the placement that was left, with its placement_id: nothing else says so.",
        said=(
            admitted("2013-05-01", "U6", placement_id="carer-1"),
            moved("2016-08-01", "P", "T3"),
            moved("2016-08-11", "P", "U6", placement_id="carer-1"),
        ),
        figures="""
        2016-08-05 fostered 1 of 1
        2016-08-31 placement_moves month 0
        2017-03-31 long_term_stable 1 of 1
        2017-03-31 placements_in_year 1
        """,
    ),
    Case(
        name="temporary-failed",
        shows="A temporary placement that the child does not come back from was a placement after all.",
        why="The move that follows decides: an earlier month may count one more move once it is known.",
        said=(
            admitted("2013-05-01", "U6", placement_id="carer-1"),
            moved("2016-08-01", "P", "T3"),
            moved("2016-08-11", "P", "K2", placement_id="home-2"),
        ),
        figures="""
        2016-08-31 placement_moves month 2
        2017-03-31 three_or_more_placements 1 of 1
        2017-03-31 placements_in_year 3
        """,
    ),
    Case(
        name="adopted-by-carer",
        shows="A move to A3 or A5, placed for adoption with the current carer, begins no placement.",
        why="Adoption by the carer is what stability looks like; the clock of two years runs on.",
        said=(
            admitted("2012-01-01", "U6"),
            moved("2014-01-01", "P", "U4"),
            moved("2016-06-01", "U", "A5", legal="E1"),
        ),
        figures="""
        2015-12-31 long_term_stable 0 of 1
        2016-01-31 long_term_stable 1 of 1
        2017-03-31 long_term_stable 1 of 1
        2017-03-31 placement_moves rolling_year 0
        """,
    ),
    Case(
        name="adopted-by-others",
        shows="A move to A4 or A6 begins a placement, on the clock of the placement before it.",
        why="The child counts as stable although there was a move: send the type as it is.",
        said=(
            admitted("2012-01-01", "U6"),
            moved("2014-01-01", "P", "U4"),
            moved("2016-06-01", "B", "A6", legal="E1"),
        ),
        figures="""
        2017-03-31 long_term_stable 1 of 1
        2017-03-31 placement_moves rolling_year 1
        """,
    ),
    Case(
        name="readmitted",
        shows="Coming back into care is another placement, even with the carer that the child left.",
        why="Send the discharge and the admission: don't join them up because the carer is the same.",
        said=(
            admitted("2015-05-01", "U6", placement_id="carer-1"),
            discharged("2016-06-01", "E4B"),
            admitted("2016-09-01", "U6", placement_id="carer-1"),
            moved("2016-12-01", "P", "U6", placement_id="carer-2"),
        ),
        figures="""
        2016-06-30 looked_after 0
        2016-06-30 discharges month 1
        2017-03-31 three_or_more_placements 1 of 1
        2017-03-31 placements_in_year 3
        2017-03-31 admissions rolling_year 1
        2017-03-31 placement_moves rolling_year 1
        """,
    ),
    Case(
        name="transferred-and-back",
        shows="A child who goes to another authority and comes back the same day has two periods of care.",
        why="Two periods never add up: the two and a half years of the long-term figure begin again.",
        said=(admitted("2012-01-01", "U4"), discharged("2016-05-01", "E3"), admitted("2016-05-01", "U4")),
        figures="""
        2016-05-31 looked_after 1
        2016-05-31 discharges month 1
        2016-05-31 admissions month 1
        2016-05-31 placement_moves month 0
        2016-05-31 long_term_stable 0 of 0
        2017-03-31 placements_in_year 2
        """,
    ),
    Case(
        name="two-moves-in-a-day",
        shows="Of several moves on one day only the last counts; sequence says which that is.",
        why="Where a child waited until a home was found is no placement. Without sequence the order is a guess.",
        said=(
            admitted("2015-05-01", "U6"),
            moved("2016-06-01", "P", "K2", sequence=2),
            moved("2016-06-01", "P", "U4", sequence=1),
        ),
        figures="""
        2016-06-30 placement_moves month 1
        2017-03-31 residential 1 of 1
        2017-03-31 placements_in_year 2
        """,
    ),
    Case(
        name="restart-of-the-same",
        shows="A move to the very placement that the child is in is joined to it, and is a finding.",
        why="Systems that close and open an episode at a review would count moves that never were.",
        said=(
            admitted("2014-01-01", "U6", placement_id="carer-1"),
            moved("2016-06-01", "P", "U6", placement_id="carer-1"),
        ),
        figures="""
        2017-03-31 placement_moves rolling_year 0
        2017-03-31 long_term_stable 1 of 1
        """,
        finds=("spurious-restart",),
    ),
    Case(
        name="began-before",
        shows="A child who was in care before your records begin is admitted with began_before.",
        why="A made-up date of admission would be counted as one. It is a finding until the true one is told.",
        said=(admitted("2016-05-10", "U6", began_before=True),),
        figures="""
        2017-03-31 looked_after 1
        2017-03-31 admissions rolling_year 0
        2017-03-31 started_in_year 0
        """,
        finds=("beginning-not-known",),
    ),
    Case(
        name="second-admission",
        shows="An admission while the child is in care is read as a move, and is a finding.",
        why="No child is counted twice: but the discharge in between is missing, or it was a move.",
        said=(admitted("2015-05-01", "U6"), admitted("2016-06-01", "K2")),
        figures="""
        2017-03-31 looked_after 1
        2017-03-31 admissions rolling_year 0
        2017-03-31 placement_moves rolling_year 1
        """,
        finds=("second-admission",),
    ),
    Case(
        name="after-the-discharge",
        shows="A move or a legal status after the discharge counts nowhere, and is a finding.",
        why="It is accepted all the same: it may be early and the admission before it late.",
        said=(
            admitted("2015-05-01", "U6"),
            discharged("2016-06-01"),
            moved("2016-06-10", "P", "K2"),
            legal_status("2016-07-01", "E1"),
        ),
        figures="""
        2016-08-31 looked_after 0
        2016-08-31 placement_moves year_to_date 0
        2016-08-31 discharges year_to_date 1
        """,
        finds=("move-outside-care", "status-outside-care"),
    ),
    Case(
        name="left-for-permanence",
        shows="Why care ended decides what is counted: special guardianship (E43) and adoption (E11) are permanence.",
        why="E8, other, is never right where there is a code: the panel reads these every month.",
        said=(
            admitted("2014-01-01", "U1", child="guardianship"),
            discharged("2016-10-10", "E43", child="guardianship"),
            admitted("2014-01-01", "A5", legal="E1", child="adopted"),
            discharged("2016-10-12", "E11", child="adopted"),
            admitted("2014-01-01", "U6", child="home"),
            discharged("2016-10-14", "E4A", child="home"),
        ),
        figures="""
        2016-10-31 discharges month 3
        2016-10-31 discharged_to_permanence month 2 of 3
        2016-10-31 discharged_to_special_guardianship month 1 of 3
        2016-10-31 adoptions month 1 of 3
        2017-03-31 ceased_in_year 3
        """,
    ),
)
