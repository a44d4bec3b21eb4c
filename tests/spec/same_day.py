"""Several moves on one day: which of them count, in which order they are read, and whose reason for change is kept."""

from tests.factories import admitted, moved
from tests.spec.case import Case

_SINCE_2013 = admitted("2013-05-01", "U6", provider="PR1")

CASES = (
    Case(
        "of three placements on one day only the last counts, once",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", sequence=1),
            moved("2016-06-01", "P", "H5", sequence=2),
            moved("2016-06-01", "P", "K2", sequence=3),
        ],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-30 placement_moves month 1
        2016-06-30 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "placements on two days running both count",
        [_SINCE_2013, moved("2016-06-01", "P", "U4"), moved("2016-06-02", "P", "K2")],
        """
        2016-06-01 three_or_more_placements 0 of 1
        2016-06-01 placement_moves month 1
        2016-06-02 three_or_more_placements 1 of 1
        2016-06-02 placement_moves month 2
        """,
    ),
    Case(
        "on the admission's day the last placement is the one begun by the admission",
        [admitted("2016-06-01", "U6"), moved("2016-06-01", "P", "K2")],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 admissions month 1
        2016-06-01 admissions placement_group:residential month 1
        2016-06-01 admissions placement_group:fostered month 0
        2016-06-01 placement_moves month 0
        """,
    ),
    Case(
        "on the day after the admission a move is a move",
        [admitted("2016-06-01", "U6"), moved("2016-06-02", "P", "K2")],
        """
        2016-06-01 looked_after placement_group:fostered 1
        2016-06-02 looked_after placement_group:residential 1
        2016-06-02 admissions placement_group:fostered month 1
        2016-06-02 placement_moves month 1
        """,
    ),
    Case(
        "the same carer's move after another on one day describes the stay that was begun",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", provider="PR1", sequence=1),
            moved("2016-06-01", "T", "U4", provider="PR4", sequence=2),
        ],
        """
        2016-06-01 looked_after provider:commissioned 1
        2016-06-30 placement_moves month 1
        2016-06-30 long_term_stable 0 of 1
        """,
    ),
    Case(
        "the same carer's move before another on one day begins no stay of its own",
        [
            _SINCE_2013,
            moved("2016-06-01", "T", "U4", provider="PR4", sequence=1),
            moved("2016-06-01", "P", "K2", provider="PR1", sequence=2),
        ],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 looked_after provider:in_house 1
        2016-06-30 placement_moves month 1
        """,
    ),
    Case(
        "there and back on one day is one placement, found as one that was begun anew",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            moved("2016-06-01", "P", "K2", placement_id="home", sequence=1),
            moved("2016-06-01", "P", "U6", placement_id="jones", sequence=2),
        ],
        """
        2016-06-01 looked_after placement_group:fostered 1
        2016-06-30 placement_moves month 0
        2016-06-30 long_term_stable 1 of 1
        """,
        ("spurious-restart",),
    ),
    # --- The order of moves on a day
    Case(
        "a move without a sequence comes before one with it, whenever they were recorded",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "K2", sequence=1, recorded="2016-06-02T09:00:00Z"),
            moved("2016-06-01", "P", "U4", recorded="2016-06-03T09:00:00Z"),
        ],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 looked_after placement_group:fostered 0
        """,
    ),
    Case(
        "moves of one day without sequences go by when they were recorded",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", recorded="2016-06-02T09:00:01Z"),
            moved("2016-06-01", "P", "K2", recorded="2016-06-02T09:00:00Z"),
        ],
        """
        2016-06-01 looked_after placement_group:fostered 1
        2016-06-01 looked_after placement_group:residential 0
        """,
    ),
    Case(
        "a move restated later keeps the place in the day that its first statement gave it",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", recorded="2016-06-02T10:00:00Z"),
            moved("2016-06-01", "P", "K2", fact="home", recorded="2016-06-02T09:00:00Z"),
            moved("2016-06-01", "P", "K2", fact="home", provider="PR4", recorded="2016-06-02T11:00:00Z"),
        ],
        """
        2016-06-01 looked_after placement_group:fostered 1
        2016-06-01 looked_after placement_group:residential 0
        """,
    ),
    Case(
        "moves of one day recorded at one instant go by their data, in which K2 comes before U4",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", recorded="2016-06-02T09:00:00Z"),
            moved("2016-06-01", "P", "K2", recorded="2016-06-02T09:00:00Z"),
        ],
        """
        2016-06-01 looked_after placement_group:fostered 1
        2016-06-01 looked_after placement_group:residential 0
        2016-06-30 placement_moves month 1
        """,
    ),
    # --- Temporary placements
    Case(
        "a temporary placement of less than a day is dropped, and what follows is a move from the placement before",
        [
            _SINCE_2013,
            moved("2016-08-01", "P", "T3", sequence=1),
            moved("2016-08-01", "P", "K2", sequence=2),
        ],
        """
        2016-08-01 looked_after placement_group:residential 1
        2016-08-31 placement_moves month 1
        2016-08-31 three_or_more_placements 0 of 1
        """,
    ),
    Case(
        "back from a temporary placement and on within a day is an absence that failed",
        [
            _SINCE_2013,
            moved("2016-08-01", "P", "T3"),
            moved("2016-08-11", "P", "U6", sequence=1),
            moved("2016-08-11", "P", "K2", sequence=2),
        ],
        """
        2016-08-10 looked_after placement_group:other 1
        2016-08-31 placement_moves month 2
        2016-08-31 three_or_more_placements 1 of 1
        """,
    ),
    Case(
        "back within a day from a temporary placement, by the same carer's move, is as if it had never been",
        [
            _SINCE_2013,
            moved("2016-08-01", "P", "T3", sequence=1),
            moved("2016-08-01", "T", "U6", provider="PR4", sequence=2),
        ],
        """
        2016-08-01 looked_after provider:commissioned 1
        2016-08-31 placement_moves month 0
        2016-08-31 long_term_stable 1 of 1
        """,
    ),
    Case(
        "what described a stay of less than a day is dropped with it",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", sequence=1),
            moved("2016-06-01", "T", "U4", provider="PR4", sequence=2),
            moved("2016-06-01", "P", "K2", provider="PR1", sequence=3),
        ],
        """
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 looked_after provider:in_house 1
        2016-06-30 placement_moves month 1
        """,
    ),
    # --- Why the placement ended
    Case(
        "of two moves on a day the first says why the placement ended that was really left",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", change="ALLEG", sequence=1),
            moved("2016-06-01", "P", "K2", change="CARPL", sequence=2),
        ],
        """
        2016-05-31 unplanned_moves month 0 of 0
        2016-06-01 unplanned_moves month 1 of 1
        """,
    ),
    Case(
        "why a stay of less than a day ended is of no account",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", change="CARPL", sequence=1),
            moved("2016-06-01", "P", "K2", change="ALLEG", sequence=2),
        ],
        "2016-06-01 unplanned_moves month 0 of 1",
    ),
    Case(
        "nor does it stand in where nobody said why the placement ended that was really left",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", sequence=1),
            moved("2016-06-01", "P", "K2", change="ALLEG", sequence=2),
        ],
        "2016-06-01 unplanned_moves month 0 of 1",
    ),
    Case(
        "why the same carer was described anew is not why the placement ended later that day",
        [
            _SINCE_2013,
            moved("2016-06-01", "T", "U6", change="STAND", sequence=1),
            moved("2016-06-01", "P", "K2", change="CARPL", sequence=2),
        ],
        "2016-06-01 unplanned_moves month 0 of 1",
    ),
    Case(
        "a temporary placement returned from within the day ended nothing, so that the next move's reason holds",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "T3", change="ALLEG", sequence=1),
            moved("2016-06-01", "T", "U6", sequence=2),
            moved("2016-06-01", "P", "K2", change="CARPL", sequence=3),
        ],
        "2016-06-01 unplanned_moves month 0 of 1",
    ),
    Case(
        "two days running each move has a reason of its own",
        [
            _SINCE_2013,
            moved("2016-06-01", "P", "U4", change="CARPL"),
            moved("2016-06-02", "P", "K2", change="ALLEG"),
        ],
        """
        2016-06-01 unplanned_moves month 0 of 1
        2016-06-02 unplanned_moves month 1 of 2
        """,
    ),
    Case(
        "on the admission's day no placement ended, whatever was said of why",
        [admitted("2016-06-01", "U6"), moved("2016-06-01", "P", "K2", change="ALLEG")],
        "2016-06-01 unplanned_moves month 0 of 0",
    ),
)
