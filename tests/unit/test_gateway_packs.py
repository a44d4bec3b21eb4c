"""What pages and files say of frozen packs: words, colours by the pack's own targets, and no child."""

import csv
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

import msgspec

from holdfast.contracts.figures import Breakdown, Row
from holdfast.contracts.packs import Kept, Pack, PackDifference, PackTold, Rerun
from holdfast.contracts.targets import Bound, Target
from services.gateway.packs.files import pack_csv
from services.gateway.packs.views import (
    cells_shown,
    difference_shown,
    figure_shown,
    freezer_words,
    rating_in,
    whole_shown,
)
from services.gateway.templating import render

JUNE = date(2017, 6, 30)
LOW = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
THREE = "three_or_more_placements"


def row(indicator: str, numerator: int, denominator: int | None = None, **more: Any) -> Row:
    told = {"breakdown": None} | more
    return Row(indicator=indicator, date=JUNE, numerator=numerator, denominator=denominator, **told)


PACK = Pack(
    authority="E08000018",
    pack=UUID(int=1),
    month_end=JUNE,
    number=1,
    supersedes=None,
    superseded_by=None,
    frozen_at="2017-07-14T09:00:00Z",
    person="user:7",
    role="analyst",
    shown_as="Ann",
    note="",
    definitions="1",
    partition=3,
    read_to=4_211,
    children=1_204,
    statements=4_100,
)
TOLD = PackTold(
    PACK,
    {THREE: LOW},
    [
        row("looked_after", 409),
        row(THREE, 49, 409),
        row(THREE, 20, 90, breakdown=Breakdown("age_band", "10_to_15")),
        row("admissions", 1, period="month"),
        row("admissions", 30, period="rolling_year"),
        row("admissions", 0, period="month", breakdown=Breakdown("sex", "male")),
        row("looked_after_rate", 409, 56_706, mid_year=2016),
        row("an_older_one", 3, 4),
    ],
)


def test_a_figure_has_the_colour_of_the_targets_that_it_was_frozen_with_and_a_cell_has_none() -> None:
    shown = figure_shown(TOLD.figures[1], TOLD.targets)
    # 11.98%, not 12.0%: printed so that it stays on its side of red.
    assert (shown.number.value, shown.rating and shown.rating.colour) == ("11.98%", "amber")
    assert shown.aim == "Green below 9.6%, red 12% or more"
    assert rating_in(TOLD.figures[2], TOLD.targets) is None
    assert rating_in(row(THREE, 50, 409), TOLD.targets) == "red"
    assert rating_in(row(THREE, 0, 0), TOLD.targets) is None
    assert rating_in(row(THREE, 50, 409, unknown=40), TOLD.targets) is None
    assert rating_in(row(THREE, 50, 409), {}) is None


def test_the_whole_is_told_in_the_parts_of_the_scorecard_and_what_is_known_no_longer_at_the_end() -> None:
    groups = whole_shown(TOLD)
    assert [(name, [figure.indicator for figure in figures]) for name, figures in groups] == [
        ("Stability", [THREE]),
        ("Children in care", ["looked_after", "looked_after_rate", "admissions", "admissions"]),
        ("Made no longer", ["an_older_one"]),
    ]
    rate = groups[1][1][1]
    assert (rate.number.note, rate.is_broken_down) == ("Residents in mid-2016", False)
    assert groups[2][1][0].number.value == "75.0%"


def test_the_cells_of_an_indicator_are_told_by_dimension() -> None:
    [(name, [(cell, [figure])])] = cells_shown(TOLD, THREE)
    assert (name, cell, figure.number.value, figure.rating) == ("Age", "10 to 15", "22.2%", None)
    assert cells_shown(TOLD, "looked_after_rate") == []


def test_a_difference_names_the_numbers_that_are_others() -> None:
    different = PackDifference(
        indicator=THREE,
        breakdown="age_band:10_to_15",
        period="on",
        cause="erased",
        numerator=Kept(20, 20, 0),
        denominator=Kept(90, 89, 1),
        unknown=None,
    )
    shown = difference_shown(different)
    assert (shown.cell, shown.cause, shown.numbers) == (
        "Age: 10 to 15",
        "Erased since",
        [("Denominator", Kept(90, 89, 1))],
    )


def test_a_file_has_a_line_a_figure_and_says_what_does_not_apply() -> None:
    lines = list(csv.DictReader(StringIO(pack_csv(TOLD).decode("utf-8-sig"))))
    assert len(lines) == len(TOLD.figures)
    three, rate = lines[1], lines[6]
    assert (three["value"], three["rating"], three["cell"], three["month_end"]) == (
        "11.98%",
        "amber",
        "all",
        "2017-06-30",
    )
    assert (lines[0]["denominator"], lines[2]["dimension"], lines[2]["rating"]) == ("z", "age_band", "")
    assert (rate["value"], rate["mid_year"]) == ("72.1", "2016")


def test_who_froze_it_is_named_and_a_program_by_its_role() -> None:
    assert freezer_words(PACK) == "Ann (analyst)"
    assert freezer_words(msgspec.structs.replace(PACK, shown_as="")) == "a program (analyst)"


def rerun_page(**more: Any) -> str:
    usual: dict[str, Any] = {
        "pack": PACK,
        "same": True,
        "why_not": "",
        "figures": 8,
        "children_erased": 0,
        "statements_erased": 0,
        "differences": [],
    }
    told = Rerun(**usual | more)
    return render(
        "packs/rerun.html",
        principal=None,
        path="",
        demonstration=False,
        authority={"code": "E08000018", "name": "Rotherham"},
        pack=PACK,
        by="Ann",
        here="/here",
        targets=0,
        rerun=told,
        is_fault=any(each.cause == "fault" for each in told.differences),
        differences=[difference_shown(each) for each in told.differences],
        now="2017-08-14T09:00:00Z",
    )


def test_a_re_run_says_same_or_how_many_were_erased_or_that_it_is_a_fault_or_why_it_cannot_be_done() -> None:
    same = rerun_page()
    assert 'data-same="yes"' in same
    assert "All 8 figures came out as they were frozen. Nothing of it has been erased." in same
    different = PackDifference(
        indicator=THREE,
        breakdown="all",
        period="on",
        cause="erased",
        numerator=Kept(49, 48, 1),
        denominator=Kept(409, 407, 2),
        unknown=None,
    )
    erased = rerun_page(same=False, children_erased=2, statements_erased=31, differences=[different])
    assert "31 statements of it have been erased, and with them <b>2 children</b>." in erased
    assert erased.count('data-different="Erased since"') == 2
    assert 'class="fault"' not in erased
    fault = rerun_page(same=False, differences=[msgspec.structs.replace(different, cause="fault")])
    assert 'class="fault"' in fault
    gone = msgspec.structs.replace(different, cause="gone", numerator=None, denominator=None)
    assert rerun_page(same=False, differences=[gone]).count('data-different="No longer made"') == 1
    unknown = rerun_page(same=None, why_not="These figures were made by rules '0'.")
    assert 'data-same="unknown"' in unknown
    assert "These figures were made by rules &#39;0&#39;." in unknown
