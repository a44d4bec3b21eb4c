"""The page and the picture of late entry are as the code makes them, and what they say is in their numbers."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from docs import late_entry
from docs.as_known import Count
from docs.late_entry_picture import axis
from tests.boroughs import facts_by_child, the_truth
from tests.reference import child_of, tally_on

DOCS = Path(__file__).parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", [late_entry.PAGE, late_entry.PICTURE])
def test_the_page_and_the_picture_are_as_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == late_entry.files()[name], "run `make docs`"


def test_the_truth_of_the_picture_is_what_the_twin_counts_of_what_happened() -> None:
    facts = facts_by_child(the_truth(late_entry.BOROUGH, late_entry.LAST)).values()
    children = [child_of(each, late_entry.LAST) for each in facts]
    tally = tally_on(children, late_entry.LAST)
    for code, readings in late_entry.known().items():
        parts = [tally[code, "on", None, which] for which in ("numerator", "denominator")]
        assert readings[-1].month_end == late_entry.LAST
        assert readings[-1].true == Count(*parts)


def test_what_was_known_comes_nearer_to_the_truth_as_days_go_by() -> None:
    for readings in late_entry.known().values():
        right = [sum(each.true == each.known[column] for each in readings) for column in range(3)]
        assert right == sorted(right)
        assert right[0] < len(readings)


def test_every_number_of_the_picture_is_in_the_table_beside_it() -> None:
    drawing = ElementTree.fromstring((DOCS / late_entry.PICTURE).read_text(encoding="utf-8"))
    told = [dot.findtext(f"{SVG}title") or "" for dot in drawing.iter(f"{SVG}circle")]
    dots = [text for text in told if text]
    page = (DOCS / late_entry.PAGE).read_text(encoding="utf-8")
    assert len(dots) == 2 * 3 * late_entry.MONTHS
    for text in dots:
        known, true = text.removesuffix(" is true").split(" was known, ")
        assert f"{known}, " in page and f"{true}, " in page


def test_an_axis_has_room_for_every_value_and_few_marks() -> None:
    assert axis([7.4, 11.2]) == (7, 12, 1)
    assert axis([55.4, 75.0]) == (55, 75, 5)
    assert axis([9.9, 10.1]) == (9, 11, 1)
