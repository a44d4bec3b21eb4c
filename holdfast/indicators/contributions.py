"""From a journey to steps: what each rule of the catalogue holds, with the cells the child is in meanwhile."""

from collections.abc import Sequence

from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.care import Journey
from holdfast.indicators.catalogue import Rule
from holdfast.indicators.parts import LOOKED_AFTER, MARKING, PARTS
from holdfast.indicators.profiles import Run, aged, runs_and_after, runs_of
from holdfast.indicators.series import PROFILE_MASK, Steps, pack, step_of


def _rules(kind: str) -> list[tuple[int, Rule]]:
    return [(step_of(number, 0, 0), part.rule) for number, part in enumerate(PARTS) if part.kind == kind and part.rule]


_LOOKED_AFTER = step_of(LOOKED_AFTER, 0, 0)
_AFTER_CARE = _rules("after care")
_FLOWS = _rules("flow")


def contributions(child: Journey) -> Steps:
    """Every step of one child: series are counted from the day they hold up to and without the day they cease."""
    held = [(begins, ends, share) for share, rule in MARKING for begins, ends in rule(child)]
    marked = runs_of(child, held)
    steps: list[int] = []
    _hold(steps, _LOOKED_AFTER, 0, FOREVER, marked)
    runs = _unmarked(marked)
    _hold_after_care(steps, child, runs)
    for base, rule in _FLOWS:
        happened = rule(child)
        if happened:
            _count(steps, base, happened, runs, child.date_of_birth)
    return pack(steps)


def _unmarked(marked: list[Run]) -> list[Run]:
    """The runs by their cells alone."""
    runs: list[Run] = []
    last, until = -1, -1
    for profile, begins, ends in marked:
        profile &= PROFILE_MASK
        if profile == last and begins == until:
            runs[-1] = (profile, runs[-1][1], ends)
        else:
            runs.append((profile, begins, ends))
        last, until = profile, ends
    return runs


def _hold_after_care(steps: list[int], child: Journey, runs: list[Run]) -> None:
    lived: list[Run] | None = None
    for base, rule in _AFTER_CARE:
        for begins, ends in rule(child):
            if lived is None:
                lived = runs_and_after(runs, child.date_of_birth)
            _hold(steps, base, begins, ends, lived)


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
    """A step up with the cells of the day of the values; nothing where the child was not looked after on it.

    What happened and the runs are both in order of their days.
    """
    place = 0
    for counted_on, valued_on in happened:
        while place < len(runs) and runs[place][2] <= valued_on:
            place += 1
        if place == len(runs):
            return
        profile, begins, _ = runs[place]
        if begins <= valued_on:
            if counted_on != valued_on:
                profile = aged(profile, date_of_birth, counted_on)
            steps.append(base + profile + counted_on)
