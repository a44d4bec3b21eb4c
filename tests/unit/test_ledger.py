"""The ledger adds and takes away exactly, says what changed, and reads any day."""

from datetime import date
from random import Random

import numpy as np

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.ledger import Integers, Ledger
from holdfast.indicators.parts import FLOW_MARKS, LOOKED_AFTER, MARKS, PARTS, PARTS_OF
from holdfast.indicators.reading import rows
from holdfast.indicators.series import (
    CELLS_PER_PART,
    DAY_BITS,
    Steps,
    flow_step_of,
    in_cell,
    marked,
    pack,
    series_of,
    step_of,
)
from holdfast.indicators.steps import fold
from tests.factories import admitted, facts, moved
from tests.histories import history

ON = date(2017, 3, 31)


def steps_of(*told: AnyEvent) -> Steps:
    return fold(facts(*told))


def series_in(part: int, *cells: str) -> Integers:
    return np.array([series_of(part, CELLS.index(cell)) for cell in cells])


def test_a_step_holds_up_to_the_next_and_what_goes_on_in_a_cell_is_no_change() -> None:
    part, day = MARKS[1], 730_000
    male, female = (in_cell("sex", CELLS.index(f"sex:{sex}")) for sex in ("male", "female"))
    ledger = Ledger()
    ledger.add(pack([step_of(marked(1) | male, day), step_of(marked(1) | female, day + 3), step_of(0, day + 5)]))
    days = np.array([day - 1, day, day + 2, day + 3, day + 4, day + 5])
    counted = ledger.totals(series_in(part, "all", "sex:male", "sex:female")[:, None], days)
    assert counted.tolist() == [[0, 1, 1, 1, 1, 0], [0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 0]]
    assert len(ledger) == 6


def test_steps_of_one_child_never_end_what_another_holds() -> None:
    part, day = MARKS[1], 730_000
    for_ever = pack([step_of(marked(1), day), step_of(0, FOREVER)])
    ledger = Ledger()
    for _ in range(3):
        ledger.add(for_ever)
    assert ledger.totals(series_in(part, "all"), np.array([day, day + 9, FOREVER])[:, None]).tolist() == [[3], [3], [3]]
    ledger.subtract(for_ever)
    assert ledger.totals(series_in(part, "all"), np.array([FOREVER])).tolist() == [2]


def test_there_is_room_for_every_cell_and_part_beside_a_day_and_a_direction() -> None:
    assert len(CELLS) <= CELLS_PER_PART
    assert series_of(len(PARTS), 0) << DAY_BITS + 1 <= 1 << 32
    assert flow_step_of(marked(max(len(MARKS), len(FLOW_MARKS)) - 1), FOREVER) < 1 << 63


def test_each_mark_counts_a_step_in_a_part_and_in_the_same_cells() -> None:
    day = 730_000
    profile = marked(0) | marked(2) | in_cell("sex", CELLS.index("sex:male"))
    for step, marks in ((step_of(profile, day), MARKS), (flow_step_of(profile, day), FLOW_MARKS)):
        ledger = Ledger()
        ledger.add(pack([step]))
        for part in (marks[0], marks[2]):
            assert ledger.totals(series_in(part, "all", "sex:male"), np.array([day])).tolist() == [1, 1]
        assert len(ledger) == 4


def test_what_cancels_out_leaves_nothing_and_has_not_changed() -> None:
    ledger = Ledger()
    steps = steps_of(admitted("2016-01-01"))
    ledger.add(steps)
    assert ledger.settle()
    ledger.subtract(steps)
    ledger.add(steps_of(admitted("2016-01-01")))
    assert ledger.settle() == set()
    ledger.subtract(steps)
    ledger.settle()
    assert len(ledger) == 0


def test_settling_names_the_figures_that_changed_those_of_a_shared_denominator_too() -> None:
    ledger = Ledger()
    ledger.add(steps_of(admitted("2016-01-01", "U6")))
    changed = ledger.settle()
    assert {("looked_after", "all"), ("three_or_more_placements", "all"), ("admissions", "sex:female")} <= changed
    assert ("discharges", "all") not in changed
    assert ("looked_after", "placement_group:residential") not in changed
    ledger.subtract(steps_of(admitted("2016-01-01", "U6")))
    ledger.add(steps_of(admitted("2016-01-01", "U6"), moved("2016-01-15", "P", "U4")))
    assert {code for code, _ in ledger.settle()} == {"placement_moves", "unplanned_moves"}
    assert ledger.settle() == set()


def test_reading_before_settling_counts_what_is_pending_and_forgets_no_change() -> None:
    ledger = Ledger()
    ledger.add(steps_of(admitted("2016-01-01")))
    assert rows(ledger, ON, breakdowns=False)[0].numerator == 1
    assert ("looked_after", "all") in ledger.settle()


def test_a_shared_denominator_is_kept_once() -> None:
    assert PARTS_OF["three_or_more_placements"].denominator == PARTS_OF["missing_now"].denominator == LOOKED_AFTER
    assert PARTS_OF["looked_after_rate"].numerator == LOOKED_AFTER
    assert len({part.name for part in PARTS}) == len(PARTS)


def test_what_changed_lately_and_what_is_held_add_up_however_often_they_are_written_anew() -> None:
    children = [fold(facts(*history(seed))) for seed in range(400)]
    ledger, at_once = Ledger(), Ledger()
    for steps in children:
        ledger.add(steps)
        ledger.settle()
        at_once.add(steps)
    for steps in children[:150]:
        ledger.subtract(steps)
        ledger.settle()
        at_once.subtract(steps)
    assert rows(ledger, ON, breakdowns=True) == rows(at_once, ON, breakdowns=True)
    assert len(ledger) == len(at_once)


def test_ledgers_of_two_parts_add_up_and_any_order_of_children_gives_the_same() -> None:
    random = Random(5)
    children = [fold(facts(*history(seed))) for seed in range(30)]
    whole, first, second = Ledger(), Ledger(), Ledger()
    for steps in children:
        whole.add(steps)
    random.shuffle(children)
    for number, steps in enumerate(children):
        (first if number % 2 else second).add(steps)
        if number % 7 == 0:
            first.settle()
    first.add_ledger(second)
    assert len(first) == len(whole)
    for on in (date(2015, 6, 1), ON, date(2019, 1, 1)):
        assert rows(first, on, breakdowns=True) == rows(whole, on, breakdowns=True)
