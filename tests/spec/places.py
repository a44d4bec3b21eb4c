"""What kind of placement a child lives in on a day, whose it is, and how far from home."""

from holdfast.contracts.events import AnyEvent
from tests.factories import admitted, moved, returned
from tests.spec.case import Case


def month_by_month(*types: str) -> list[AnyEvent]:
    """Admitted on 15 January 2016 into the first of the types, and in the next from the 15th of each month on."""
    days = [f"2016-{month:02}-15" for month in range(1, len(types) + 1)]
    moves = zip(days[1:], types[1:], strict=True)
    return [admitted(days[0], types[0]), *(moved(on, "P", place) for on, place in moves)]


CASES = (
    Case(
        "fostered, with parents or placed for adoption is living in a family",
        month_by_month("U1", "U2", "U3", "U4", "U5", "U6", "P1", "A3", "A4", "A5", "A6", "K2"),
        """
        2016-01-15 family_based 1 of 1
        2016-02-15 family_based 1 of 1
        2016-03-15 family_based 1 of 1
        2016-04-15 family_based 1 of 1
        2016-05-15 family_based 1 of 1
        2016-06-15 family_based 1 of 1
        2016-07-15 family_based 1 of 1
        2016-08-15 family_based 1 of 1
        2016-09-15 family_based 1 of 1
        2016-10-15 family_based 1 of 1
        2016-11-15 family_based 1 of 1
        2016-12-14 family_based 1 of 1
        2016-12-15 family_based 0 of 1
        """,
    ),
    Case(
        "a home, a school, a hospital, custody, lodgings or a flat is not living in a family",
        month_by_month("P2", "P3", "H5", "K1", "K2", "R1", "R2", "R3", "R5", "S1", "Z1"),
        """
        2016-01-15 family_based 0 of 1
        2016-02-15 family_based 0 of 1
        2016-03-15 family_based 0 of 1
        2016-04-15 family_based 0 of 1
        2016-05-15 family_based 0 of 1
        2016-06-15 family_based 0 of 1
        2016-07-15 family_based 0 of 1
        2016-08-15 family_based 0 of 1
        2016-09-15 family_based 0 of 1
        2016-10-15 family_based 0 of 1
        2016-11-15 family_based 0 of 1
        """,
    ),
    Case(
        "a fortnight in hospital and back is living with the carer throughout",
        [admitted("2016-01-15", "U6"), moved("2016-02-01", "P", "T1"), returned("2016-02-15", "U6")],
        """
        2016-02-01 family_based 1 of 1
        2016-02-14 family_based 1 of 1
        2016-02-14 fostered 1 of 1
        """,
    ),
    Case(
        "a fortnight in hospital and on to a home is not living in a family from the first day of it",
        [admitted("2016-01-15", "U6"), moved("2016-02-01", "P", "T1"), moved("2016-02-15", "P", "K2")],
        """
        2016-01-31 family_based 1 of 1
        2016-02-01 family_based 0 of 1
        2016-02-01 residential 0 of 1
        2016-02-15 residential 1 of 1
        """,
    ),
    Case(
        "with parents, and neither living by oneself nor at a place of work",
        month_by_month("P1", "P2", "P3"),
        """
        2016-01-15 placed_with_parents 1 of 1
        2016-02-14 placed_with_parents 1 of 1
        2016-02-15 placed_with_parents 0 of 1
        2016-03-15 placed_with_parents 0 of 1
        """,
    ),
    Case(
        "home with a parent and out again",
        [admitted("2016-01-15", "U6"), moved("2016-05-01", "P", "P1"), moved("2016-07-01", "P", "U6")],
        """
        2016-04-30 placed_with_parents 0 of 1
        2016-05-01 placed_with_parents 1 of 1
        2016-06-30 placed_with_parents 1 of 1
        2016-07-01 placed_with_parents 0 of 1
        """,
    ),
    Case(
        "whose placement it is: other authorities, public bodies, private and voluntary are commissioned",
        [
            admitted("2016-01-15", "P1", provider="PR0"),
            *(moved("2016-02-15", provider="PR1"), moved("2016-03-15", provider="PR2")),
            *(moved("2016-04-15", place="R2", provider="PR3"), moved("2016-05-15", provider="PR4")),
            *(moved("2016-06-15", provider="PR5"), moved("2016-07-15")),
        ],
        """
        2016-01-15 commissioned 0 of 1
        2016-02-15 commissioned 0 of 1
        2016-03-15 commissioned 1 of 1
        2016-04-15 commissioned 1 of 1
        2016-05-15 commissioned 1 of 1
        2016-06-15 commissioned 1 of 1
        2016-07-14 commissioned 1 of 1
        2016-07-15 commissioned 0 of 1
        """,
    ),
    Case(
        "the same carer changes agency, and is commissioned from that day",
        [admitted("2016-01-15", "U4", provider="PR1"), moved("2016-06-10", "T", "U4", provider="PR4")],
        """
        2016-06-09 commissioned 0 of 1
        2016-06-10 commissioned 1 of 1
        2016-06-09 fostered_in_house 1 of 1
        2016-06-10 fostered_in_house 0 of 1
        2016-06-30 placement_moves month 0
        """,
    ),
    Case(
        "fostered by relatives or others, long term or not, until placed for adoption or with parents",
        month_by_month("U1", "U2", "U3", "U4", "U5", "U6", "A3", "P1"),
        """
        2016-01-15 fostered 1 of 1
        2016-02-15 fostered 1 of 1
        2016-03-15 fostered 1 of 1
        2016-04-15 fostered 1 of 1
        2016-05-15 fostered 1 of 1
        2016-06-15 fostered 1 of 1
        2016-07-14 fostered 1 of 1
        2016-07-15 fostered 0 of 1
        2016-08-15 fostered 0 of 1
        """,
    ),
    Case(
        "no longer fostered on the day of the move, and fostered again on the day of the next",
        [admitted("2016-01-15", "U4"), moved("2016-03-01", "P", "K2"), moved("2016-04-01", "P", "U1")],
        """
        2016-02-29 fostered 1 of 1
        2016-03-01 fostered 0 of 1
        2016-03-31 fostered 0 of 1
        2016-04-01 fostered 1 of 1
        """,
    ),
    Case(
        "fostered by the authority's own carers is of those who are fostered alone",
        [
            *(admitted("2016-01-15", "U4", provider="PR1"), moved("2016-02-15", "P", "U6", provider="PR4")),
            *(moved("2016-03-15", "P", "K2", provider="PR1"), moved("2016-04-15", "P", "U6")),
        ],
        """
        2016-01-15 fostered_in_house 1 of 1
        2016-02-15 fostered_in_house 0 of 1
        2016-03-15 fostered_in_house 0 of 0
        2016-04-15 fostered_in_house 0 of 1
        """,
    ),
    Case(
        "placed for adoption with the own carer is fostered in house no longer",
        [
            admitted("2016-01-15", "U5", provider="PR1"),
            moved("2016-06-01", "U", "A5", legal="E1", provider="PR1"),
        ],
        """
        2016-05-31 fostered_in_house 1 of 1
        2016-06-01 fostered_in_house 0 of 0
        """,
    ),
    Case(
        "residential: children's homes, care homes and schools; not nursing, mother and baby units or custody",
        month_by_month("K1", "K2", "R1", "S1", "R2", "R3", "R5", "H5", "U6"),
        """
        2016-01-15 residential 1 of 1
        2016-02-15 residential 1 of 1
        2016-03-15 residential 1 of 1
        2016-04-15 residential 1 of 1
        2016-05-14 residential 1 of 1
        2016-05-15 residential 0 of 1
        2016-06-15 residential 0 of 1
        2016-07-15 residential 0 of 1
        2016-08-15 residential 0 of 1
        2016-09-15 residential 0 of 1
        """,
    ),
    Case(
        "a weekend out of a home and back is residential throughout",
        [admitted("2016-01-15", "S1"), moved("2016-02-06", "P", "T4"), returned("2016-02-08", "S1")],
        """
        2016-02-06 residential 1 of 1
        2016-02-08 residential 1 of 1
        2016-02-06 childrens_homes 0 of 1
        """,
    ),
    Case(
        "children's homes, secure or not; neither care homes nor schools",
        month_by_month("K1", "K2", "R1", "S1"),
        """
        2016-01-15 childrens_homes 1 of 1
        2016-02-15 childrens_homes 1 of 1
        2016-03-14 childrens_homes 1 of 1
        2016-03-15 childrens_homes 0 of 1
        2016-04-15 childrens_homes 0 of 1
        """,
    ),
    Case(
        "registered supported accommodation is neither residential nor a children's home",
        [admitted("2024-06-01", "K2"), moved("2024-09-01", "P", "K3")],
        """
        2024-08-31 childrens_homes 1 of 1
        2024-08-31 residential 1 of 1
        2024-09-01 childrens_homes 0 of 1
        2024-09-01 residential 0 of 1
        2024-09-01 family_based 0 of 1
        """,
    ),
    Case(
        "exactly 20 miles is not far, 20.1 outside the authority is, and 20.1 inside it is not",
        [
            admitted("2016-01-15", "U6", distance_miles=20.0, in_authority=False),
            moved("2016-02-15", "P", "U6", distance_miles=20.1, in_authority=False),
            moved("2016-03-15", "P", "U6", distance_miles=20.1, in_authority=True),
        ],
        """
        2016-01-15 distant 0 of 1 unknown 0
        2016-02-15 distant 1 of 1 unknown 0
        2016-03-15 distant 0 of 1 unknown 0
        """,
    ),
    Case(
        "not known how far, or far and not known whether inside, is not far and is said to be unknown",
        [
            admitted("2016-01-15", "U6", distance_miles=20.1),
            moved("2016-02-15", "P", "U6", distance_miles=999.9, in_authority=False),
            moved("2016-03-15", "P", "U6", in_authority=False),
            moved("2016-04-15", "P", "U6", distance_miles=5.0),
            moved("2016-05-15", "P", "U6", distance_miles=20.0),
        ],
        """
        2016-01-15 distant 0 of 1 unknown 1
        2016-02-15 distant 0 of 1 unknown 1
        2016-03-15 distant 0 of 1 unknown 1
        2016-04-15 distant 0 of 1 unknown 0
        2016-05-15 distant 0 of 1 unknown 0
        """,
    ),
    Case(
        "while away the distance is that of the placement left, and a return that doesn't say keeps it",
        [
            admitted("2016-01-15", "U6", distance_miles=45.0, in_authority=False),
            *(moved("2016-02-01", "P", "T1", distance_miles=2.0, in_authority=True), returned("2016-02-10", "U6")),
            moved("2016-03-01", "T", "U6"),
        ],
        """
        2016-02-01 distant 1 of 1 unknown 0
        2016-02-10 distant 1 of 1 unknown 0
        2016-03-01 distant 0 of 1 unknown 1
        """,
    ),
    Case(
        "more than 20 miles from home, inside the authority or outside it",
        [
            admitted("2016-01-15", "U6", distance_miles=20.0, in_authority=True),
            moved("2016-02-15", "P", "U6", distance_miles=20.1, in_authority=True),
            moved("2016-03-15", "P", "U6", distance_miles=20.1, in_authority=False),
        ],
        """
        2016-01-15 over_20_miles 0 of 1 unknown 0
        2016-02-15 over_20_miles 1 of 1 unknown 0
        2016-03-15 over_20_miles 1 of 1 unknown 0
        """,
    ),
    Case(
        "more than 20 miles counts wherever that is, and 999.9 is a distance that is not known",
        [
            admitted("2016-01-15", "U6", distance_miles=999.8, in_authority=False),
            moved("2016-02-15", "P", "U6", distance_miles=999.9, in_authority=False),
            moved("2016-03-15", "P", "U6", distance_miles=20.1),
            moved("2016-04-15", "P", "U6"),
        ],
        """
        2016-01-15 over_20_miles 1 of 1
        2016-02-15 over_20_miles 0 of 1 unknown 1
        2016-03-15 over_20_miles 1 of 1 unknown 0
        2016-03-15 distant 0 of 1 unknown 1
        2016-04-15 over_20_miles 0 of 1 unknown 1
        """,
    ),
    Case(
        "a far placement is far by the cell it is in, and so is one that is not known",
        [
            admitted("2016-01-15", "K2", provider="PR4", distance_miles=60.0, in_authority=False),
            moved("2016-02-15", "P", "U6", provider="PR1"),
        ],
        """
        2016-01-15 distant placement_group:residential 1 of 1 unknown 0
        2016-01-15 distant placement_group:fostered 0 of 0 unknown 0
        2016-02-15 distant placement_group:residential 0 of 0 unknown 0
        2016-02-15 distant placement_group:fostered 0 of 1 unknown 1
        2016-02-15 distant provider:in_house 0 of 1 unknown 1
        """,
    ),
)
