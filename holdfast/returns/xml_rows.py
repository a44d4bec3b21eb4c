"""The rows of the XML form of a return: which elements they are, of which table, and which cells are read of them."""

from collections.abc import Iterable

from msgspec import Struct

from holdfast.returns.tables import EPISODES, HEADER, MISSING

REFERENCE = "CHILDID"
# Which elements are rows of which table.
TABLES = {"HEADER": HEADER, "EPISODE": EPISODES, "AMISSING": MISSING}
# Their cells, by the names of the columns in the CSV form; what an element has not is blank.
COLUMNS = {
    HEADER: ("CHILD", "DOB", "SEX", "UPN", "UASC"),
    EPISODES: (
        *("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC", "CIN", "PLACE_PROVIDER"),
        *("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
    ),
    MISSING: ("CHILD", "MIS_START", "MISSING", "MIS_END"),
}
_TAGS = {"CHILD": REFERENCE, "PLACE": "PL"}
# The same by the tags of the elements. The reference is in HEADER alone, and counts for all rows of the child.
CELLS = {
    tag: tuple(_TAGS.get(column, column) for column in COLUMNS[table][table != HEADER :])
    for tag, table in TABLES.items()
}


class Element(Struct, frozen=True, gc=False):
    """A row: its table, the line it begins on, which element it is, and its cells in the order of `COLUMNS`."""

    table: str
    line: int
    place: str
    cells: list[str]


def element(tag: str, line: int, place: str, reference: str, cells: Iterable[str]) -> Element:
    """A row of the child with this reference, from its `CELLS`."""
    return Element(TABLES[tag], line, place, list(cells) if tag == "HEADER" else [reference, *cells])
