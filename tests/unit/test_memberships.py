"""A child's rows at many month ends: summed they come to the figures of the ledger, whole and in every cell."""

from collections import Counter
from datetime import date

import pytest

from holdfast.indicators.breakdowns import DIMENSIONS
from holdfast.indicators.calendar import month_ends_between
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.memberships import OF_CHILDREN, Membership, memberships, possible_since
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import readings_on
from holdfast.indicators.steps import fold
from tests.factories import admitted, discharged, facts, moved
from tests.histories import history

Cell = tuple[int, str, str]
ENDS = month_ends_between(date(2011, 12, 1).toordinal(), date(2019, 6, 30).toordinal())


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def summed(rows: list[Membership]) -> Counter[tuple[Cell, str]]:
    """Numerators, denominators and unknowns of each month end, indicator and cell, as rows come to them."""
    found: Counter[tuple[Cell, str]] = Counter()
    for row in rows:
        cells = ["all"] + [
            f"{name}:{values[cell - 1]}"
            for (name, values), cell in zip(DIMENSIONS.items(), row.cells, strict=True)
            if cell
        ]
        for cell in cells:
            for of, number in (("n", row.above), ("d", row.below), ("u", row.unknown)):
                found[(row.month_end, row.indicator, cell), of] += number or 0
    return found


@pytest.mark.parametrize("seed", range(40))
def test_rows_of_children_come_to_the_figures_in_every_cell(seed: int) -> None:
    stories = [facts(*history(1000 * seed + number)) for number in range(4)]
    ledger = Ledger()
    rows: list[Membership] = []
    for story in stories:
        steps = fold(story)
        ledger.add(steps)
        rows += memberships(steps, ENDS)
    found = summed(rows)
    for (code, cell), by_day in readings_on(ledger, ENDS, [each for each in FIGURES if each[0] in OF_CHILDREN]):
        for end, readings in zip(ENDS, by_day, strict=True):
            reading = readings[0]  # of the day, or of the month
            told = tuple(found[(end, code, cell), of] for of in "ndu")
            assert told == (reading.numerator, reading.denominator or 0, reading.unknown or 0), (end, code, cell)


@pytest.mark.parametrize("seed", range(60))
def test_who_left_long_before_is_in_nothing(seed: int) -> None:
    story = facts(*history(seed))
    periods = journey(story).periods
    if not periods or any(period.ends is None for period in periods):
        return
    gone_on = max(period.ends or 0 for period in periods)
    late = [end for end in ENDS if possible_since(end) > gone_on]
    assert not memberships(fold(story), late)


def test_a_child_has_a_row_a_stock_and_one_a_happening() -> None:
    told = facts(admitted("2017-01-05"), moved("2017-03-09", place="K2"), moved("2017-03-20"), discharged("2017-05-02"))
    ends = month_ends_between(ordinal("2017-02-01"), ordinal("2017-05-31"))
    rows = memberships(fold(told), ends, {"looked_after", "placement_moves"})
    assert [(str(date.fromordinal(row.month_end)), row.indicator, row.happened_on, row.above) for row in rows] == [
        ("2017-02-28", "looked_after", None, 1),
        ("2017-03-31", "looked_after", None, 1),
        ("2017-03-31", "placement_moves", ordinal("2017-03-09"), 1),
        ("2017-03-31", "placement_moves", ordinal("2017-03-20"), 1),
        ("2017-04-30", "looked_after", None, 1),
    ]


def test_of_the_residents_no_child_is_told_of() -> None:
    assert set(INDICATORS) - set(OF_CHILDREN) == {"looked_after_rate"}


def test_month_ends_between_two_days_are_those_of_both() -> None:
    def between(first: str, last: str) -> list[str]:
        return [str(date.fromordinal(end)) for end in month_ends_between(ordinal(first), ordinal(last))]

    assert between("2016-01-31", "2016-02-29") == ["2016-01-31", "2016-02-29"]
    assert between("2016-02-01", "2016-02-28") == []
    assert between("2017-12-31", "2018-01-30") == ["2017-12-31"]
    assert between("2018-01-31", "2017-01-31") == []
