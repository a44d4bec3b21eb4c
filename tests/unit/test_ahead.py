"""What the clock will do: every crossing and every headroom comes true by the twin once the day is moved on."""

from datetime import date
from random import Random

import pytest

from holdfast.contracts.figures import WHOLE, Rating
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.ahead import MONTHS_AHEAD, Crossing, Headroom, crossings, headroom
from holdfast.indicators.calendar import month_ends_after
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.rating import rate
from holdfast.indicators.reading import PERIODS
from holdfast.indicators.steps import fold
from tests.factories import admitted, facts, moved
from tests.histories import history
from tests.reference import Counts, child_of, counts_of, tally_on
from tests.unit.test_receipts import month_ends, of_twin

FIGURES = [
    Figure(code, WHOLE, period)
    for code, row in INDICATORS.items()
    for period in PERIODS[row.kind]
    if not row.of_residents
]
TARGETS = (
    Target(date(2010, 4, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True)),
    Target(date(2010, 4, 1), "high", green=Bound(2, 3, True), red=Bound(1, 3, False)),
    Target(date(2010, 4, 1), "high", green=Bound(875, 1000, True)),
    Target(date(2010, 4, 1), "within", low=Bound(1, 10, True), high=Bound(4, 10, False)),
)


def crossed(counted: tuple[int, int], moves: list[Crossing], until: date) -> tuple[int, int]:
    """Numerator and denominator after the crossings up to a day."""
    above, below = counted
    for each in moves:
        if each.on <= until:
            by = 1 if each.way == "comes" else -1
            above, below = (above + by, below) if each.of == "numerator" else (above, below + by)
    return above, below


@pytest.mark.parametrize("seed", range(60))
def test_a_years_crossings_come_true_by_the_twin(seed: int) -> None:
    told = facts(*history(seed))
    on = month_ends(told, Random(seed), 1)[0]
    day = on.toordinal()
    ends = [date.fromordinal(end) for end in month_ends_after(day, MONTHS_AHEAD)]
    steps, twin = fold(told), child_of(told, ends[-1])
    says: dict[date, Counts] = {}

    def by_twin(figure: Figure, asked_on: date) -> tuple[int, int]:
        if asked_on not in says:
            says[asked_on] = counts_of(tally_on([twin], asked_on))
        return of_twin(says[asked_on], figure)

    for figure in FIGURES:
        moves = list(crossings("child", Asked(figure), steps, day, ends[-1].toordinal()))
        start = by_twin(figure, on)
        for asked_on in {*ends, *(each.on for each in moves), *(_before(each.on) for each in moves)}:
            assert crossed(start, moves, asked_on) == by_twin(figure, asked_on), (figure, on, asked_on)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


@pytest.mark.parametrize("target", TARGETS)
def test_the_room_to_the_next_band_is_what_counting_on_one_by_one_finds(target: Target) -> None:
    for denominator in (None, 0, 1, 7, 30, 145, 522):
        colours = [
            rate(each, denominator, target) for each in range((1000 if denominator is None else denominator) + 1)
        ]
        for numerator in range(31 if denominator is None else denominator + 1):
            found = {each.by > 0: each for each in headroom(numerator, denominator, target)}
            for upwards in (False, True):
                assert found.get(upwards) == _by_counting(numerator, colours, 1 if upwards else -1)


def _by_counting(numerator: int, colours: list[Rating | None], by: int) -> Headroom | None:
    now, at = colours[numerator], numerator + by
    while now is not None and 0 <= at < len(colours):
        if colours[at] != now:
            return Headroom(colours[at] or "red", at, at - numerator)
        at += by
    return None


def test_amber_begins_at_62_of_522() -> None:
    assert headroom(63, 522, TARGETS[0]) == (Headroom("amber", 62, -1),)
    assert headroom(62, 522, TARGETS[0]) == (Headroom("green", 50, -12), Headroom("red", 63, 1))


def test_who_reaches_two_years_is_told_with_the_day() -> None:
    steps = fold(facts(admitted("2010-01-01", dob="2002-06-01"), moved("2015-08-09", place="U4")))
    found = crossings("c", Asked(Figure("long_term_stable")), steps, date(2017, 6, 30).toordinal(), 10**6)
    assert next(iter(found)) == Crossing(date(2017, 8, 9), "numerator", "comes", "c")
