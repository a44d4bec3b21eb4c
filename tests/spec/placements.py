"""Placements: what opens one, and what only describes it anew (the same carer, adoption by the current carer)."""

from tests.factories import admitted, discharged, legal_status, moved
from tests.spec.case import Case

_SINCE_2013 = admitted("2013-05-01", "U6", provider="PR1")

CASES = (
    # --- What opens a placement
    Case(
        "an admission to a temporary placement opens a placement",
        [admitted("2016-05-01", "T1"), moved("2016-05-20", "P", "U6"), moved("2016-08-01", "P", "K2")],
        """
        2016-05-19 looked_after placement_group:other 1
        2016-05-31 placement_moves month 1
        2016-07-31 three_or_more_placements 0 of 1
        2016-08-01 three_or_more_placements 1 of 1
        """,
    ),
    Case(
        "the same carer's move from one temporary type to another describes the placement that the admission opened",
        [admitted("2016-05-01", "T1"), moved("2016-05-10", "T", "T2"), moved("2016-05-20", "P", "U6")],
        """
        2016-05-31 placement_moves month 1
        2016-05-31 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "a move with a new legal status opens a placement as any other",
        [admitted("2015-05-01", legal="C1"), moved("2016-06-01", "B", "K2", legal="C2")],
        """
        2016-05-31 looked_after legal_status:interim_care_order 1
        2016-06-01 looked_after legal_status:care_order 1
        2016-06-01 looked_after placement_group:residential 1
        2016-06-30 placement_moves month 1
        """,
    ),
    Case(
        "a new legal status alone opens none",
        [admitted("2015-05-01", legal="C1"), legal_status("2016-06-01", "C2"), legal_status("2016-07-01", "E1")],
        """
        2016-07-01 looked_after legal_status:placement_order 1
        2016-07-01 placement_moves rolling_year 0
        2016-07-01 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "back at a placement left for another is a third placement, not the first going on",
        [
            admitted("2016-05-01", "U6", placement_id="jones"),
            moved("2016-06-01", "P", "K2", placement_id="home"),
            moved("2016-07-01", "P", "U6", placement_id="jones"),
        ],
        """
        2016-06-30 three_or_more_placements 0 of 1
        2016-07-01 three_or_more_placements 1 of 1
        2016-07-01 placement_moves rolling_year 2
        """,
    ),
    Case(
        "two years in a placement run from the move into it to the day",
        [_SINCE_2013, moved("2016-06-15", "P", "U4")],
        """
        2016-06-14 long_term_stable 1 of 1
        2016-06-15 long_term_stable 0 of 1
        2018-06-14 long_term_stable 0 of 1
        2018-06-15 long_term_stable 1 of 1
        """,
    ),
    # --- The same carer
    Case(
        "a carer who changes agency is described anew in the same placement",
        [_SINCE_2013, moved("2016-06-01", "T", "U6", provider="PR4")],
        """
        2016-05-31 looked_after provider:in_house 1
        2016-06-01 looked_after provider:in_house 0
        2016-06-01 looked_after provider:commissioned 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "what a new description of the same carer leaves unknown becomes unknown",
        [_SINCE_2013, moved("2016-06-01", "T", "U6")],
        """
        2016-05-31 looked_after provider:in_house 1
        2016-06-01 looked_after provider:in_house 0
        2016-06-01 looked_after provider:commissioned 0
        2016-06-01 looked_after 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a placement's id that a new description leaves out is known no longer",
        [
            admitted("2013-05-01", placement_id="jones"),
            moved("2016-06-01", "T", "U6"),
            moved("2016-07-01", "P", "U6", placement_id="jones"),
        ],
        """
        2016-06-30 placement_moves month 0
        2016-07-01 placement_moves month 1
        2016-07-01 long_term_stable 0 of 1
        """,
    ),
    Case(
        "a placement's id that a new description repeats is known on",
        [
            admitted("2013-05-01", placement_id="jones"),
            moved("2016-06-01", "T", "U6", placement_id="jones"),
            moved("2016-07-01", "P", "U6", placement_id="jones"),
        ],
        """
        2016-07-01 placement_moves month 0
        2016-07-01 long_term_stable 1 of 1
        """,
        ("spurious-restart",),
    ),
    Case(
        "a setting that becomes another type under the same carer is the same placement",
        [
            admitted("2013-05-01", "H5", placement_id="house"),
            moved("2016-06-01", "T", "K2", placement_id="registered house"),
        ],
        """
        2016-05-31 looked_after placement_group:supported_or_independent 1
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a new legal status and placement with the same carer are the same placement",
        [admitted("2013-05-01", legal="C2"), moved("2016-06-01", "U", "U4", legal="E1")],
        """
        2016-06-01 looked_after legal_status:placement_order 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    # --- Adoption by the current carer
    Case(
        "a move to A5 opens no placement though its reason says another carer",
        [_SINCE_2013, moved("2016-06-01", "P", "A5")],
        """
        2016-06-01 looked_after placement_group:placed_for_adoption 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a move to A3 opens no placement though its reason says another carer",
        [_SINCE_2013, moved("2016-06-01", "B", "A3", legal="E1")],
        """
        2016-06-01 looked_after placement_group:placed_for_adoption 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a move to A4 with such a reason opens one, on the clock of the one before",
        [_SINCE_2013, moved("2016-06-01", "P", "A4")],
        """
        2016-06-01 looked_after placement_group:placed_for_adoption 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 1
        """,
    ),
    Case(
        "a move to A6 with the same carer's reason opens none",
        [_SINCE_2013, moved("2016-06-01", "T", "A6")],
        """
        2016-06-01 looked_after placement_group:placed_for_adoption 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "a move to A5 opens no placement even out of a children's home",
        [admitted("2013-05-01", "K2"), moved("2016-06-01", "P", "A5")],
        """
        2016-05-31 looked_after placement_group:residential 1
        2016-06-01 looked_after placement_group:placed_for_adoption 1
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "A5 with another placement's id is still the same placement",
        [
            admitted("2013-05-01", "U5", placement_id="jones"),
            moved("2016-06-01", "P", "A5", placement_id="jones adopting"),
        ],
        """
        2016-06-01 long_term_stable 1 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    # --- At the discharge
    Case(
        "a move the day before the discharge counts",
        [_SINCE_2013, moved("2016-05-31", "P", "K2"), discharged("2016-06-01")],
        """
        2016-05-31 looked_after placement_group:residential 1
        2016-05-31 placement_moves month 1
        2016-06-01 discharges placement_group:residential month 1
        """,
    ),
    Case(
        "a move on the day of the discharge counts nowhere",
        [_SINCE_2013, moved("2016-06-01", "P", "K2"), discharged("2016-06-01")],
        """
        2016-06-01 placement_moves month 0
        2016-06-01 discharges placement_group:fostered month 1
        2016-06-01 looked_after 0
        """,
        ("move-outside-care",),
    ),
)
