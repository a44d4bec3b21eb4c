"""Temporary stays (T0 to T4): returned, failed, several in a row, still going on, and cut short by the discharge."""

from tests.factories import admitted, discharged, moved, returned
from tests.spec.case import Case

_SINCE_2013 = admitted("2013-05-01", "U6", provider="PR1")
_AWAY = moved("2016-08-01", "P", "T3")

# Read beside each return on 11 August.
_RETURNED = """
2016-08-05 looked_after placement_group:fostered 1
2016-08-31 placement_moves month 0
2016-08-31 three_or_more_placements 0 of 1
2016-08-31 long_term_stable 1 of 1
"""
_FAILED = """
2016-08-05 looked_after placement_group:fostered 0
2016-08-05 looked_after placement_group:other 1
2016-08-31 placement_moves month 2
2016-08-31 three_or_more_placements 1 of 1
2016-08-31 long_term_stable 0 of 1
"""

CASES = (
    # --- Into an absence, and back
    Case(
        "a temporary placement is one whatever the reason of the move: the same carer's",
        [_SINCE_2013, moved("2016-08-01", "T", "T1"), returned("2016-08-11", "U6")],
        _RETURNED,
    ),
    Case(
        "a temporary placement is one whatever the reason of the move: with a new legal status",
        [_SINCE_2013, moved("2016-08-01", "B", "T4", legal="C2"), returned("2016-08-11", "U6")],
        _RETURNED,
    ),
    Case(
        "while away the description is that of the placement left",
        [_SINCE_2013, moved("2016-08-01", "P", "T2", provider="PR4"), returned("2016-08-11", "U6", provider="PR1")],
        f"""{_RETURNED}
        2016-08-05 looked_after provider:in_house 1
        2016-08-05 looked_after provider:commissioned 0
        2016-08-11 looked_after provider:in_house 1
        """,
    ),
    Case(
        "while away the distance is that of the placement left",
        [
            admitted("2013-05-01", "U6", distance_miles=5.0, in_authority=True),
            moved("2016-08-01", "P", "T2", distance_miles=150.0, in_authority=False),
            returned("2016-08-11", "U6"),
        ],
        """
        2016-08-01 over_20_miles 0 of 1 unknown 0
        2016-08-10 distant 0 of 1 unknown 0
        2016-08-11 distant 0 of 1 unknown 0
        """,
    ),
    Case(
        "of an absence that failed the distance is its own",
        [
            admitted("2013-05-01", "U6", distance_miles=5.0, in_authority=True),
            moved("2016-08-01", "P", "T2", distance_miles=150.0, in_authority=False),
            moved("2016-08-11", "P", "K2"),
        ],
        """
        2016-07-31 distant 0 of 1 unknown 0
        2016-08-01 distant 1 of 1 unknown 0
        2016-08-10 over_20_miles 1 of 1 unknown 0
        2016-08-11 distant 0 of 1 unknown 1
        """,
    ),
    Case(
        "a return goes on the clock of the placement left, and a move after it is a move",
        [_SINCE_2013, _AWAY, returned("2016-08-11", "U6"), moved("2016-08-12", "P", "K2")],
        """
        2016-08-11 placement_moves month 0
        2016-08-11 long_term_stable 1 of 1
        2016-08-12 placement_moves month 1
        2016-08-12 long_term_stable 0 of 1
        2016-08-12 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "two absences with a return between them are each returned from",
        [
            _SINCE_2013,
            _AWAY,
            returned("2016-08-05", "U6", fact="back once"),
            moved("2016-08-08", "P", "T1"),
            returned("2016-08-11", "U6", fact="back twice"),
        ],
        _RETURNED,
    ),
    # --- What is a return
    Case(
        "the same id is a return though the type differs, and the new description holds",
        [
            admitted("2013-05-01", "U6", placement_id="jones", provider="PR1"),
            _AWAY,
            returned("2016-08-11", "K2", placement_id="jones", provider="PR4"),
        ],
        f"""{_RETURNED}
        2016-08-11 looked_after placement_group:residential 1
        2016-08-11 looked_after provider:commissioned 1
        """,
    ),
    Case(
        "another id is no return though all else is equal",
        [
            admitted("2013-05-01", "U6", placement_id="jones", provider="PR1", locality="here"),
            _AWAY,
            returned("2016-08-11", "U6", placement_id="smith", provider="PR1", locality="here"),
        ],
        _FAILED,
    ),
    Case(
        "where one id is not known the same type is a return, as nothing else is known on both sides",
        [admitted("2013-05-01", "U6", placement_id="jones"), _AWAY, returned("2016-08-11", "U6", provider="PR1")],
        _RETURNED,
    ),
    Case(
        "another type is no return",
        [_SINCE_2013, _AWAY, returned("2016-08-11", "U4", provider="PR1")],
        _FAILED,
    ),
    Case(
        "another provider is no return",
        [_SINCE_2013, _AWAY, returned("2016-08-11", "U6", provider="PR4")],
        _FAILED,
    ),
    Case(
        "another URN is no return",
        [admitted("2013-05-01", "U6", urn="SC012345"), _AWAY, returned("2016-08-11", "U6", urn="SC054321")],
        _FAILED,
    ),
    Case(
        "a URN known on one side only doesn't stand in the way of a return",
        [admitted("2013-05-01", "U6", urn="SC012345"), _AWAY, returned("2016-08-11", "U6")],
        _RETURNED,
    ),
    Case(
        "a URN of seven X doesn't stand in the way of a return",
        [admitted("2013-05-01", "U6", urn="SC012345"), _AWAY, returned("2016-08-11", "U6", urn="XXXXXXX")],
        _RETURNED,
    ),
    Case(
        "another locality is no return",
        [admitted("2013-05-01", "U6", locality="here"), _AWAY, returned("2016-08-11", "U6", locality="there")],
        _FAILED,
    ),
    Case(
        "a locality known on one side only doesn't stand in the way of a return",
        [admitted("2013-05-01", "U6", locality="here"), _AWAY, returned("2016-08-11", "U6")],
        _RETURNED,
    ),
    Case(
        "a return is compared with the latest description of the placement left",
        [
            admitted("2013-05-01", "U6", locality="here"),
            moved("2016-07-01", "T", "U6", locality="new house"),
            _AWAY,
            returned("2016-08-11", "U6", locality="new house"),
        ],
        _RETURNED,
    ),
    Case(
        "back to what the placement left was once is no return",
        [
            admitted("2013-05-01", "U6", locality="here"),
            moved("2016-07-01", "T", "U6", locality="new house"),
            _AWAY,
            returned("2016-08-11", "U6", locality="here"),
        ],
        _FAILED,
    ),
    # --- What is known after a return
    Case(
        "what a return leaves unknown is kept from before",
        [_SINCE_2013, _AWAY, returned("2016-08-11", "U6")],
        f"""{_RETURNED}
        2016-08-11 looked_after provider:in_house 1
        """,
    ),
    Case(
        "a distance of 999.9 is unknown, and so kept from before by a return",
        [
            admitted("2013-05-01", "U6", distance_miles=30.0, in_authority=False),
            _AWAY,
            returned("2016-08-11", "U6", distance_miles=999.9),
        ],
        f"""{_RETURNED}
        2016-08-10 distant 1 of 1 unknown 0
        2016-08-11 distant 1 of 1 unknown 0
        """,
    ),
    Case(
        "a distance left out by the same carer's move out of an absence is unknown",
        [
            admitted("2013-05-01", "U6", distance_miles=30.0, in_authority=False),
            _AWAY,
            moved("2016-08-11", "T", "U6"),
        ],
        f"""{_RETURNED}
        2016-08-10 distant 1 of 1 unknown 0
        2016-08-11 distant 0 of 1 unknown 1
        """,
    ),
    Case(
        "the id that a return left out is still known at the next move",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            _AWAY,
            returned("2016-08-11", "U6"),
            moved("2016-08-21", "P", "U6", placement_id="jones"),
        ],
        _RETURNED,
        ("spurious-restart",),
    ),
    Case(
        "the same carer's move out of an absence is a return to whatever type, and what it leaves unknown is unknown",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "T", "K2")],
        f"""{_RETURNED}
        2016-08-05 looked_after provider:in_house 1
        2016-08-11 looked_after placement_group:residential 1
        2016-08-11 looked_after provider:in_house 0
        """,
    ),
    Case(
        "a U move out of an absence is a return, with its legal status",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "U", "U4", legal="E1")],
        f"""{_RETURNED}
        2016-08-10 looked_after legal_status:care_order 1
        2016-08-11 looked_after legal_status:placement_order 1
        """,
    ),
    Case(
        "adoption by the carer left is a return out of an absence",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "P", "A5")],
        f"""{_RETURNED}
        2016-08-11 looked_after placement_group:placed_for_adoption 1
        """,
    ),
    Case(
        "adoption by another carer is no return out of an absence",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "P", "A6")],
        """
        2016-08-05 looked_after placement_group:other 1
        2016-08-11 looked_after placement_group:placed_for_adoption 1
        2016-08-31 placement_moves month 2
        2016-08-31 three_or_more_placements 1 of 1
        """,
    ),
    # --- Failed
    Case(
        "of an absence that failed the moves count on the days they began",
        [_SINCE_2013, moved("2016-07-31", "P", "T3"), moved("2016-08-01", "P", "K2")],
        """
        2016-07-30 looked_after placement_group:fostered 1
        2016-07-31 looked_after placement_group:other 1
        2016-07-31 placement_moves month 1
        2016-08-01 looked_after placement_group:residential 1
        2016-08-01 placement_moves month 1
        2016-08-01 placement_moves year_to_date 2
        """,
    ),
    Case(
        "of an absence that failed the two years run from the day of the move on",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "P", "K2")],
        """
        2016-07-31 long_term_stable 1 of 1
        2016-08-01 long_term_stable 0 of 1
        2018-08-10 long_term_stable 0 of 1
        2018-08-11 long_term_stable 1 of 1
        """,
    ),
    Case(
        "a temporary placement that failed is described by its own words",
        [_SINCE_2013, moved("2016-08-01", "P", "T1", provider="PR4"), moved("2016-08-11", "P", "K2", provider="PR1")],
        f"""{_FAILED}
        2016-07-31 looked_after provider:in_house 1
        2016-08-01 looked_after provider:commissioned 1
        2016-08-10 looked_after provider:commissioned 1
        2016-08-11 looked_after provider:in_house 1
        """,
    ),
    Case(
        "a failed absence ends in another placement though its id is that of the temporary one",
        [
            _SINCE_2013,
            moved("2016-08-01", "P", "T3", placement_id="aunt"),
            moved("2016-08-11", "P", "U1", placement_id="aunt"),
        ],
        _FAILED,
    ),
    Case(
        "why a failed absence began and why it ended are two reasons",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "P", "K2", change="CHILD")],
        """
        2016-08-01 unplanned_moves month 0 of 1
        2016-08-11 unplanned_moves month 1 of 2
        """,
    ),
    # --- Several in a row
    Case(
        "several temporary placements in a row with a return are one absence",
        [_SINCE_2013, _AWAY, moved("2016-08-04", "P", "T1"), returned("2016-08-11", "U6")],
        _RETURNED,
    ),
    Case(
        "several in a row that fail are each a placement",
        [_SINCE_2013, _AWAY, moved("2016-08-05", "P", "T1"), moved("2016-08-11", "P", "K2")],
        """
        2016-08-01 placement_moves month 1
        2016-08-04 three_or_more_placements 0 of 1
        2016-08-05 three_or_more_placements 1 of 1
        2016-08-05 placement_moves month 2
        2016-08-10 placement_moves month 2
        2016-08-11 placement_moves month 3
        """,
    ),
    Case(
        "the same carer's move between two of them only describes",
        [_SINCE_2013, _AWAY, moved("2016-08-05", "T", "T1"), moved("2016-08-11", "P", "K2")],
        """
        2016-08-05 placement_moves month 1
        2016-08-10 three_or_more_placements 0 of 1
        2016-08-11 three_or_more_placements 1 of 1
        2016-08-11 placement_moves month 2
        """,
    ),
    # --- Not over yet
    Case(
        "while the child is still away the earlier placement goes on",
        [_SINCE_2013, _AWAY],
        """
        2016-08-01 looked_after placement_group:fostered 1
        2016-08-31 placement_moves month 0
        2017-12-31 looked_after placement_group:fostered 1
        2017-12-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        "an absence that care ended in has not failed",
        [_SINCE_2013, _AWAY, discharged("2016-08-11")],
        """
        2016-08-10 looked_after placement_group:fostered 1
        2016-08-10 long_term_stable 1 of 1
        2016-08-31 placement_moves month 0
        2016-08-31 discharges placement_group:fostered month 1
        2016-08-31 discharges placement_group:other month 0
        """,
    ),
    Case(
        "an absence that failed the day before care ended has failed",
        [_SINCE_2013, _AWAY, moved("2016-08-10", "P", "K2"), discharged("2016-08-11")],
        """
        2016-08-09 looked_after placement_group:other 1
        2016-08-31 placement_moves month 2
        2016-08-31 discharges placement_group:residential month 1
        """,
    ),
    Case(
        "a move on the day that care ended doesn't make an absence fail",
        [_SINCE_2013, _AWAY, moved("2016-08-11", "P", "K2"), discharged("2016-08-11")],
        """
        2016-08-10 looked_after placement_group:fostered 1
        2016-08-31 placement_moves month 0
        """,
        ("move-outside-care",),
    ),
    Case(
        "back in care after an absence that care ended in is an admission, not a return",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            _AWAY,
            discharged("2016-08-11"),
            admitted("2016-08-12", "U6", placement_id="jones"),
            moved("2016-08-20", "P", "K2"),
        ],
        """
        2016-08-12 three_or_more_placements 0 of 1
        2016-08-12 long_term_stable 0 of 0
        2016-08-20 three_or_more_placements 1 of 1
        2016-08-31 placement_moves month 1
        2016-08-31 admissions month 1
        """,
    ),
)
