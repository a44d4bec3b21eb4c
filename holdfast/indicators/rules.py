"""The rules of the indicators: each a small pure function from a journey to the days it holds, or to what happened.

A stock rule gives half-open intervals of days, which contributions keep to the days looked after. A flow rule gives
(the day it counts on, the day whose values break it down); age is always that of the day it counts on.
"""

from itertools import pairwise

from holdfast.contracts.codes import ADOPTIVE
from holdfast.indicators.calendar import FOREVER, add_months, birthdays, leaves_rolling_year
from holdfast.indicators.care import Journey, Stay, Stretch

Intervals = list[tuple[int, int]]
Happenings = list[tuple[int, int]]

_ALWAYS = [(0, FOREVER)]
_NEVER: Intervals = []


def looked_after(child: Journey) -> Intervals:
    """Every day looked after."""
    return _ALWAYS


def three_or_more_placements(child: Journey) -> Intervals:
    """The days whose rolling year three or more placements overlap, over all periods of care."""
    stays = [stay for period in child.periods for stretch in period.stretches for stay in stretch.placements]
    if len(stays) < 3:
        return _NEVER
    held: Intervals = []
    # Stays follow one another, so each three in a row overlap the years of the days from the third's beginning
    # until the first has left the year.
    for first, third in zip(stays, stays[2:], strict=False):
        leaves = FOREVER if first.ends is None else leaves_rolling_year(first.ends)
        if held and third.begins <= held[-1][1]:
            held[-1] = (held[-1][0], leaves)
        elif third.begins < leaves:
            held.append((third.begins, leaves))
    return held


def settled_long_enough(child: Journey) -> Intervals:
    """Under 16 and in the current period of care (since its last cut) for 30 months."""
    if child.date_of_birth is None:
        return _NEVER
    sixteenth = birthdays(child.date_of_birth)[3]
    spans = (
        (add_months(stretch.begins, 30), min(sixteenth, FOREVER if stretch.ends is None else stretch.ends))
        for period in child.periods
        for stretch in period.stretches
    )
    return [(begins, ends) for begins, ends in spans if begins < ends]


def long_term_stable(child: Journey) -> Intervals:
    """Of those: 24 months in the current placement, or on the clock that a placement for adoption takes over."""
    eligible = settled_long_enough(child)
    if not eligible:
        return eligible
    held: Intervals = []
    for period in child.periods:
        for stretch in period.stretches:
            held += _reaching_two_years(stretch)
    return _both(held, eligible)


def _reaching_two_years(stretch: Stretch) -> Intervals:
    held: Intervals = []
    before: Stay | None = None
    for stay in stretch.placements:
        ends = FOREVER if stay.ends is None else stay.ends
        own_from = stay.begins
        if before is not None and stay.described[0][1].type in ADOPTIVE:
            # Adoptive from its first day: while it stays so, the clock is that of the placement of the day before.
            own_from = _first_other(stay, ends)
            held.append((max(stay.begins, add_months(before.begins, 24)), own_from))
        held.append((max(own_from, add_months(stay.begins, 24)), ends))
        before = stay
    return held


def _first_other(stay: Stay, ends: int) -> int:
    """The day a placement that began as adoptive is first described as something else."""
    return next((day for day, described in stay.described if described.type not in ADOPTIVE), ends)


def _both(some: Intervals, others: Intervals) -> Intervals:
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    held = [(begins, ends) for begins, ends in pairs if begins < ends]
    return held if all(one[1] < two[0] for one, two in pairwise(held)) else _joined(held)


def _joined(held: Intervals) -> Intervals:
    """Intervals in order, those that touch made one."""
    joined: Intervals = []
    for begins, ends in held:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined


def missing_now(child: Journey) -> Intervals:
    """The days on which the child is missing (kind `M`) as the day ends."""
    return [
        (episode.begins, FOREVER if episode.ends is None else episode.ends)
        for episode in child.missing
        if episode.kind == "M"
    ]


def admissions(child: Journey) -> Happenings:
    """Periods of care begun on a known day that is a day looked after."""
    return [
        (period.begins, period.begins)
        for period in child.periods
        if period.begins_known and period.stretches and period.stretches[0].begins == period.begins
    ]


def discharges(child: Journey) -> Happenings:
    """Periods of care ended: out of care, or late, where the child was in care until the 18th birthday."""
    happened: Happenings = []
    for period in child.periods:
        if period.ends is None or not period.stretches:
            continue
        last = period.stretches[-1].ends
        if last == period.ends or _until_eighteen(child, period.stretches, period.ends):
            happened.append((period.ends, (period.ends if last is None else last) - 1))
    return happened


def _until_eighteen(child: Journey, stretches: tuple[Stretch, ...], discharged: int) -> bool:
    if child.date_of_birth is None:
        return False
    eighteenth = birthdays(child.date_of_birth)[4]
    return discharged > eighteenth and any(
        stretch.begins < eighteenth and (stretch.ends is None or stretch.ends >= eighteenth) for stretch in stretches
    )


def placement_moves(child: Journey) -> Happenings:
    """Placements begun by a move."""
    return [
        (stay.begins, stay.begins)
        for period in child.periods
        for stretch in period.stretches
        for stay in stretch.placements
        if stay.by_move
    ]


def missing_episodes(child: Journey) -> Happenings:
    """Missing episodes (kind `M`); contributions keep those begun while looked after."""
    return [(episode.begins, episode.begins) for episode in child.missing if episode.kind == "M"]
