"""From a journey to steps: what each rule of the catalogue holds, with the cells the child is in meanwhile."""

from bisect import bisect_right

from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.care import Journey
from holdfast.indicators.parts import FLOW_MARKING, IN_CARE, MARKING
from holdfast.indicators.profiles import Turn, aged, profiles_of
from holdfast.indicators.series import CELLS_MASK, Steps, flow_step_of, pack


def contributions(child: Journey) -> Steps:
    """Every step of one child: those of its days, in order, then those of what happened."""
    days, profiles = profiles_of(child, _held(child))
    if not days:
        return pack([])
    steps = list(map(int.__or__, profiles, days))
    if profiles[-1]:
        steps.append(FOREVER)
    for told, for_any, for_reason in FLOW_MARKING:
        for counted_on, valued_on, why in told(child):
            marks = for_reason.get(why, for_any)
            place = bisect_right(days, valued_on) - 1
            # Nothing counts where the child was not looked after on the day of its values.
            if marks and place >= 0 and profiles[place] & IN_CARE:
                cells = profiles[place] & CELLS_MASK
                if counted_on != valued_on:
                    cells = aged(cells, child.date_of_birth, counted_on)
                steps.append(flow_step_of(marks | cells, counted_on))
    return pack(steps)


def _held(child: Journey) -> list[Turn]:
    """The turns of the marks of what the rules hold."""
    turns: list[Turn] = []
    for share, rule in MARKING:
        for begins, ends in rule(child):
            if begins < ends:
                turns.append((begins, -1, share))
                if ends < FOREVER:
                    turns.append((ends, ~share, 0))
    return turns
