"""The brute-force twin, the figures over a period: what happened to one child, on which day, counted in which cells.

Written from section 4 of the definitions alone; the values on the day it happened are those that section 5 names.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from tests.reference_child import Child, Flow, cells_on
from tests.reference_journey import ONE_DAY, Period, months_after

FLOW_PERIODS: tuple[Literal["month", "year_to_date", "rolling_year"], ...] = ("month", "year_to_date", "rolling_year")
# Of the discharges, those with these reasons.
REASONS_CEASED = {
    "discharged_to_permanence": ("E11", "E12", "E41", "E43", "E44", "E45", "E46", "E47", "E48"),
    "discharged_to_special_guardianship": ("E43", "E44", "E45", "E46", "E47", "E48"),
    "adoptions": ("E11", "E12"),
}
UNPLANNED = ("ALLEG", "APPRR", "CHILD", "CLOSE", "CREQB", "CREQO", "STAND")
PERCENTAGE_FLOWS = (*REASONS_CEASED, "unplanned_moves")
COUNTED_FLOWS = ("admissions", "discharges", "placement_moves", "missing_episodes", "away_episodes")
FLOWS = (*COUNTED_FLOWS, *PERCENTAGE_FLOWS)


def flows_of(child: Child) -> Iterable[Flow]:
    """Everything that happened to a child."""
    for period in child.life.periods:
        yield from _admission(child, period)
        yield from _discharge(child, period)
        yield from _moves(child, period)
    for kind, indicator in (("M", "missing_episodes"), ("A", "away_episodes")):
        for episode in child.episodes(kind):
            if episode.from_day in child.looked_after:
                yield Flow(indicator, episode.from_day, True, cells_on(child, episode.from_day, episode.from_day))


def _admission(child: Child, period: Period) -> Iterable[Flow]:
    """A period begun, where its first day is one looked after and it is known to have begun then (section 2)."""
    if period.begins_known and period.begins in period.days and period.days[period.begins].looked_after:
        yield Flow("admissions", period.begins, True, cells_on(child, period.begins, period.begins))


def _discharge(child: Child, period: Period) -> Iterable[Flow]:
    """A period ended; its breakdowns, age apart, are those of the last day looked after."""
    last_day = _last_day_before_discharge(child, period)
    if period.ended_by is None or period.ends is None or last_day is None:
        return
    cells = cells_on(child, last_day, period.ends)
    yield Flow("discharges", period.ends, True, cells)
    for indicator, reasons in REASONS_CEASED.items():
        yield Flow(indicator, period.ends, period.ended_by.reason in reasons, cells)


def _moves(child: Child, period: Period) -> Iterable[Flow]:
    """Placements begun by a move; whether that was unplanned is said of the placement that ended, as of the day before.

    The first placement of a stretch is begun by none, so the child is looked after on the day before a move.
    """
    for placement in period.placements:
        if placement.by_move:
            day = placement.begins
            yield Flow("placement_moves", day, True, cells_on(child, day, day))
            unplanned = placement.reason_for_change in UNPLANNED
            yield Flow("unplanned_moves", day, unplanned, cells_on(child, day - ONE_DAY, day))


def _last_day_before_discharge(child: Child, period: Period) -> date | None:
    """The last day looked after, where the discharge is one that counts (section 2).

    It is where the day before it was looked after, or, after the 18th birthday, the last day before that birthday.
    """
    if period.ends is None:
        return None
    looked_after = [day for day, said in period.days.items() if said.looked_after]
    if period.ends - ONE_DAY in looked_after:
        return period.ends - ONE_DAY
    if child.life.born is not None:
        eighteenth = months_after(child.life.born, 18 * 12)
        if period.ends > eighteenth and eighteenth - ONE_DAY in looked_after:
            return max(looked_after)
    return None
