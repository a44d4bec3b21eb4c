"""The rules of the indicators: each a small pure function from a journey to the days it holds, or to what happened.

A stock rule gives half-open intervals of days, which contributions keep to the days looked after. A flow rule gives
(the day it counts on, the day whose values break it down); age is always that of the day it counts on.
"""

from collections.abc import Sequence

from holdfast.contracts.codes import ADOPTIVE
from holdfast.indicators.calendar import FOREVER, add_months, birthdays, leaves_rolling_year
from holdfast.indicators.care import Journey, Stay, Stretch

Intervals = Sequence[tuple[int, int]]
Happenings = Sequence[tuple[int, int]]

_ALWAYS = ((0, FOREVER),)
_NEVER = ()
# Only to pass over at once what cannot count: no rolling year is longer, no 24 months are shorter.
_LONGEST_YEAR_DAYS = 366
_SHORTEST_TWO_YEARS_DAYS = 730


def looked_after(child: Journey) -> Intervals:
    """Every day looked after."""
    return _ALWAYS


def three_or_more_placements(child: Journey) -> Intervals:
    """The days whose rolling year three or more placements overlap, over all periods of care."""
    stays = [stay for period in child.periods for stretch in period.stretches for stay in stretch.placements]
    if len(stays) < 3:
        return _NEVER
    held: list[tuple[int, int]] = []
    # Stays follow one another, so each three in a row overlap the years of the days from the third's beginning
    # until the first has left the year.
    for first, third in zip(stays, stays[2:], strict=False):
        if first.ends is None or third.begins - first.ends > _LONGEST_YEAR_DAYS:
            continue
        leaves = leaves_rolling_year(first.ends)
        if held and third.begins <= held[-1][1]:
            held[-1] = (held[-1][0], leaves)
        elif third.begins < leaves:
            held.append((third.begins, leaves))
    return held


def settled_long_enough(child: Journey) -> Intervals:
    """Under 16 and in the current period of care (since its last cut) for 30 months."""
    return [(begins, ends) for begins, ends, _ in _settled(child)]


def long_term_stable(child: Journey) -> Intervals:
    """Of those: 24 months in the current placement, or on the clock that a placement for adoption takes over."""
    held: list[tuple[int, int]] = []
    for begins, ends, stretch in _settled(child):
        for since, until in _reaching_two_years(stretch):
            first, last = max(since, begins), min(until, ends)
            if first >= last:
                continue
            if held and held[-1][1] == first:
                held[-1] = (held[-1][0], last)
            else:
                held.append((first, last))
    return held


def _settled(child: Journey) -> list[tuple[int, int, Stretch]]:
    settled: list[tuple[int, int, Stretch]] = []
    if child.date_of_birth is None:
        return settled
    sixteenth = birthdays(child.date_of_birth)[3]
    for period in child.periods:
        for stretch in period.stretches:
            ends = sixteenth if stretch.ends is None or stretch.ends > sixteenth else stretch.ends
            begins = add_months(stretch.begins, 30)
            if begins < ends:
                settled.append((begins, ends, stretch))
    return settled


def _reaching_two_years(stretch: Stretch) -> list[tuple[int, int]]:
    held: list[tuple[int, int]] = []
    before: Stay | None = None
    for stay in stretch.placements:
        ends = FOREVER if stay.ends is None else stay.ends
        own_from = stay.begins
        if before is not None and stay.described[0][1].type in ADOPTIVE:
            # Adoptive from its first day: while it stays so, the clock is that of the placement of the day before.
            own_from = _first_other(stay, ends)
            held.append((max(stay.begins, add_months(before.begins, 24)), own_from))
        if ends - stay.begins >= _SHORTEST_TWO_YEARS_DAYS:
            held.append((max(own_from, add_months(stay.begins, 24)), ends))
        before = stay
    return held


def _first_other(stay: Stay, ends: int) -> int:
    """The day a placement that began as adoptive is first described as something else."""
    return next((day for day, described in stay.described if described.type not in ADOPTIVE), ends)


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
    happened: list[tuple[int, int]] = []
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
