"""From a journey to steps: what each rule of the catalogue holds, with the cells the child is in meanwhile."""

from collections.abc import Sequence

from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.care import Journey
from holdfast.indicators.catalogue import PARTS
from holdfast.indicators.profiles import Run, aged, runs_of
from holdfast.indicators.series import Steps, pack, step_of

_STOCKS = [(step_of(number, 0, 0), part.rule) for number, part in enumerate(PARTS) if part.kind == "stock"]
_FLOWS = [(step_of(number, 0, 0), part.rule) for number, part in enumerate(PARTS) if part.kind == "flow"]


def contributions(child: Journey) -> Steps:
    """Every step of one child: series are counted from the day they hold up to and without the day they cease."""
    steps: list[int] = []
    runs = runs_of(child)
    for base, rule in _STOCKS:
        for begins, ends in rule(child):
            _hold(steps, base, begins, ends, runs)
    for base, rule in _FLOWS:
        happened = rule(child)
        if happened:
            _count(steps, base, happened, runs, child.date_of_birth)
    return pack(steps)


def _hold(steps: list[int], base: int, begins: int, ends: int, runs: list[Run]) -> None:
    """Steps up and down for each run's share of the interval."""
    for profile, run_begins, run_ends in runs:
        first = run_begins if run_begins > begins else begins
        last = run_ends if run_ends < ends else ends
        if first < last:
            step = base + profile
            steps.append(step + first)
            if last < FOREVER:
                steps.append(-step - last)


def _count(
    steps: list[int], base: int, happened: Sequence[tuple[int, int]], runs: list[Run], date_of_birth: int | None
) -> None:
    """A step up with the cells of the day of the values; nothing where the child was not looked after on it."""
    for counted_on, valued_on in happened:
        for profile, begins, ends in runs:
            if begins <= valued_on < ends:
                if counted_on != valued_on:
                    profile = aged(profile, date_of_birth, counted_on)
                steps.append(base + profile + counted_on)
                break
