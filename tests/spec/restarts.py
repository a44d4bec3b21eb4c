"""Spurious restarts: a move to the placement that the child is already in, with each way of being equal or not."""

from holdfast.indicators.choices import Choices
from tests.factories import admitted, moved, returned
from tests.spec.case import Case

# Read beside each move: joined, the placement is as old as the care; counted, it is as old as the move.
_JOINED = """
2016-06-01 placement_moves month 0
2016-06-01 long_term_stable 1 of 1
"""
_COUNTED = """
2016-06-01 placement_moves month 1
2016-06-01 long_term_stable 0 of 1
"""
_FOUND = ("spurious-restart",)

CASES = (
    Case(
        "the same id is the same placement, and the new description holds",
        [
            admitted("2013-05-01", "U6", placement_id="jones", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "K2", placement_id="jones", provider="PR4", locality="there"),
        ],
        f"""{_JOINED}
        2016-05-31 looked_after placement_group:fostered 1
        2016-06-01 looked_after placement_group:residential 1
        2016-06-01 looked_after provider:commissioned 1
        """,
        _FOUND,
    ),
    Case(
        "two ids are two placements, though all else is equal",
        [
            admitted("2013-05-01", "U6", placement_id="jones", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", placement_id="smith", provider="PR1", locality="here"),
        ],
        _COUNTED,
    ),
    Case(
        "where only the placement left has an id the rest decides",
        [
            admitted("2013-05-01", "U6", placement_id="jones", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", provider="PR1", locality="here"),
        ],
        _JOINED,
        _FOUND,
    ),
    Case(
        "where only the new placement has an id the rest decides",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", placement_id="jones", provider="PR1", locality="here"),
        ],
        _JOINED,
        _FOUND,
    ),
    Case(
        "a restart with a new legal status is joined, and the status holds",
        [
            admitted("2013-05-01", "U6", legal="C1", provider="PR1", locality="here"),
            moved("2016-06-01", "B", "U6", legal="C2", provider="PR1", locality="here"),
        ],
        f"""{_JOINED}
        2016-06-01 looked_after legal_status:care_order 1
        """,
        _FOUND,
    ),
    Case(
        "another type is another placement",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U4", provider="PR1", locality="here"),
        ],
        _COUNTED,
    ),
    Case(
        "another provider is another placement",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", provider="PR4", locality="here"),
        ],
        _COUNTED,
    ),
    Case(
        "a provider unknown on both sides is not equal",
        [admitted("2013-05-01", "U6", locality="here"), moved("2016-06-01", "P", "U6", locality="here")],
        _COUNTED,
    ),
    Case(
        "another locality is another placement",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", provider="PR1", locality="there"),
        ],
        _COUNTED,
    ),
    Case(
        "a locality unknown on both sides is not equal",
        [admitted("2013-05-01", "U6", provider="PR1"), moved("2016-06-01", "P", "U6", provider="PR1")],
        _COUNTED,
    ),
    Case(
        "a locality unknown on one side is not equal",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2016-06-01", "P", "U6", provider="PR1"),
        ],
        _COUNTED,
    ),
    Case(
        "a URN unknown on both sides is equal with parents",
        [
            admitted("2013-05-01", "P1", provider="PR0", locality="here"),
            moved("2016-06-01", "P", "P1", provider="PR0", locality="here"),
        ],
        _JOINED,
        _FOUND,
    ),
    Case(
        "a URN unknown on both sides is not equal in a children's home",
        [
            admitted("2013-05-01", "K2", provider="PR4", locality="here"),
            moved("2016-06-01", "P", "K2", provider="PR4", locality="here"),
        ],
        _COUNTED,
    ),
    Case(
        "a URN known and equal is one children's home",
        [
            admitted("2013-05-01", "K2", provider="PR4", locality="here", urn="SC012345"),
            moved("2016-06-01", "P", "K2", provider="PR4", locality="here", urn="SC012345"),
        ],
        _JOINED,
        _FOUND,
    ),
    Case(
        "two URNs are two placements",
        [
            admitted("2013-05-01", "U6", provider="PR4", locality="here", urn="SC012345"),
            moved("2016-06-01", "P", "U6", provider="PR4", locality="here", urn="SC054321"),
        ],
        _COUNTED,
    ),
    Case(
        "a URN known on one side only is not equal, in foster care either",
        [
            admitted("2013-05-01", "U6", provider="PR4", locality="here", urn="SC012345"),
            moved("2016-06-01", "P", "U6", provider="PR4", locality="here"),
        ],
        _COUNTED,
    ),
    Case(
        "a URN of seven X is unknown, and so equal to none in foster care",
        [
            admitted("2013-05-01", "U6", provider="PR4", locality="here", urn="XXXXXXX"),
            moved("2016-06-01", "P", "U6", provider="PR4", locality="here"),
        ],
        _JOINED,
        _FOUND,
    ),
    Case(
        "a URN of seven X is unknown, and so not equal to itself in a children's home",
        [
            admitted("2013-05-01", "K2", provider="PR4", locality="here", urn="XXXXXXX"),
            moved("2016-06-01", "P", "K2", provider="PR4", locality="here", urn="XXXXXXX"),
        ],
        _COUNTED,
    ),
    Case(
        "a restart is compared with the latest description of the placement",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2014-06-01", "T", "U6", provider="PR1", locality="new house"),
            moved("2016-06-01", "P", "U6", provider="PR1", locality="new house"),
        ],
        _JOINED,
        _FOUND,
    ),
    Case(
        "equal to what the placement was once, but not to its latest description, is another placement",
        [
            admitted("2013-05-01", "U6", provider="PR1", locality="here"),
            moved("2014-06-01", "T", "U6", provider="PR1", locality="new house"),
            moved("2016-06-01", "P", "U6", provider="PR1", locality="here"),
        ],
        _COUNTED,
    ),
    Case(
        "two restarts running are two findings and one placement",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            moved("2016-05-31", "P", "U6", placement_id="jones"),
            moved("2016-06-01", "P", "U6", placement_id="jones"),
        ],
        _JOINED,
        ("spurious-restart", "spurious-restart"),
    ),
    Case(
        "back from a temporary placement is a return, not a restart",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            moved("2016-05-25", "P", "T3"),
            returned("2016-06-01", "U6", placement_id="jones"),
        ],
        _JOINED,
    ),
    Case(
        "an admission while a period is open, to the very placement, is a second admission and a restart",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            admitted("2016-06-01", "U6", placement_id="jones"),
        ],
        """
        2016-06-01 placement_moves month 0
        2016-06-01 admissions month 0
        2016-06-01 long_term_stable 1 of 1
        """,
        ("second-admission", "spurious-restart"),
    ),
    # --- The choice taken the other way
    Case(
        "by the choice to count them, a restart is a placement as any other",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            moved("2016-06-01", "P", "U6", placement_id="jones"),
        ],
        _COUNTED,
        choices=Choices(spurious_restart="counted"),
    ),
    Case(
        "by the choice to count them, a return from a temporary placement is still no move",
        [
            admitted("2013-05-01", "U6", placement_id="jones"),
            moved("2016-05-25", "P", "T3"),
            returned("2016-06-01", "U6", placement_id="jones"),
        ],
        _JOINED,
        choices=Choices(spurious_restart="counted"),
    ),
)
