"""The ledger adds and takes away exactly, says what changed, and reads any day."""

from datetime import date
from random import Random

import numpy as np

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.parts import LOOKED_AFTER, MARKS, PARTS, PARTS_OF
from holdfast.indicators.reading import rows
from holdfast.indicators.series import CELLS_PER_PART, DAY_BITS, Steps, in_cell, marked, pack, series_of, step_of
from holdfast.indicators.steps import fold
from tests.factories import admitted, facts, moved
from tests.histories import history

ON = date(2017, 3, 31)


def steps_of(*told: AnyEvent) -> Steps:
    return fold(facts(*told))


def test_a_running_total_counts_the_steps_up_to_and_with_its_day() -> None:
    series, day = series_of(1, 4), 730_000
    one, next_one = (step_of(1, in_cell("age_band", cell), day) for cell in (4, 5))
    ledger = Ledger()
    ledger.add(pack([one, one, -(one + 3), next_one]))
    days = np.array([day - 1, day, day + 2, day + 3])
    assert ledger.totals(np.array([[series]]), days).tolist() == [[0, 2, 2, 1]]
    assert ledger.totals(np.array([series - 1, series, series + 1]), np.array([day])).tolist() == [0, 2, 1]
    assert ledger.totals(np.array([series_of(1, 0)]), np.array([day])).tolist() == [3]


def test_there_is_room_for_every_cell_and_part_beside_a_day_and_a_direction() -> None:
    assert len(CELLS) <= CELLS_PER_PART
    assert series_of(len(PARTS), 0) << DAY_BITS + 1 <= 1 << 32
    assert step_of(len(PARTS), marked(len(MARKS)), 0) < 1 << 63


def test_a_mark_counts_a_step_in_a_further_part_and_in_the_same_cells() -> None:
    part, day = MARKS[2], 730_000
    step = step_of(LOOKED_AFTER, marked(2) | in_cell("sex", CELLS.index("sex:male")), day)
    ledger = Ledger()
    ledger.add(pack([step]))
    series = [series_of(each, CELLS.index(cell)) for each in (LOOKED_AFTER, part) for cell in ("all", "sex:male")]
    assert ledger.totals(np.array(series), np.array([day])).tolist() == [1, 1, 1, 1]
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
    assert PARTS_OF["distant"].unknown == PARTS_OF["over_20_miles"].unknown
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
