"""The rules of the indicators over a period: each a small pure function from a journey to what happened, and when.

A happening is (the day it counts on, the day whose values break it down); age is always that of the day it counts on.
Contributions keep those whose values' day is one looked after.
"""

from collections.abc import Collection, Sequence

from holdfast.contracts.codes import ADOPTED, PERMANENCE, SPECIAL_GUARDIANSHIP, UNPLANNED
from holdfast.indicators.calendar import birthdays
from holdfast.indicators.care import Journey, Period, Stay

Happenings = Sequence[tuple[int, int]]


def admissions(child: Journey) -> Happenings:
    """Periods of care begun on a known day that is a day looked after."""
    return [
        (period.begins, period.begins)
        for period in child.periods
        if period.begins_known and period.stretches and period.stretches[0].begins == period.begins
    ]


def discharges(child: Journey) -> Happenings:
    """Periods of care ended: out of care, or late, where the child was in care until the 18th birthday."""
    return [_discharge(period) for period in child.periods if _is_discharged(child, period)]


def discharged_to_permanence(child: Journey) -> Happenings:
    """Of those, the discharges to adoption, special guardianship or a child arrangements order."""
    return _discharged(child, PERMANENCE)


def discharged_to_special_guardianship(child: Journey) -> Happenings:
    """Of those, the discharges to special guardianship."""
    return _discharged(child, SPECIAL_GUARDIANSHIP)


def adoptions(child: Journey) -> Happenings:
    """Of those, the discharges to adoption."""
    return _discharged(child, ADOPTED)


def _discharged(child: Journey, reasons: Collection[str]) -> Happenings:
    return [
        _discharge(period)
        for period in child.periods
        if period.reason_ceased in reasons and _is_discharged(child, period)
    ]


def _discharge(period: Period) -> tuple[int, int]:
    """Its values are those of the last day looked after."""
    last = period.stretches[-1].ends
    ends = period.ends or 0
    return ends, (ends if last is None else last) - 1


def _is_discharged(child: Journey, period: Period) -> bool:
    if period.ends is None or not period.stretches:
        return False
    return period.stretches[-1].ends == period.ends or _until_eighteen(child, period, period.ends)


def _until_eighteen(child: Journey, period: Period, discharged: int) -> bool:
    if child.date_of_birth is None:
        return False
    eighteenth = birthdays(child.date_of_birth)[4]
    return discharged > eighteenth and any(
        stretch.begins < eighteenth and (stretch.ends is None or stretch.ends >= eighteenth)
        for stretch in period.stretches
    )


def placement_moves(child: Journey) -> Happenings:
    """Placements begun by a move, with the values of the new one."""
    return [(stay.begins, stay.begins) for stay in _moved_into(child)]


def moves_by_what_ended(child: Journey) -> Happenings:
    """The same moves, with the values of the placement that ended, as of the day before."""
    return [(stay.begins, stay.begins - 1) for stay in _moved_into(child)]


def unplanned_moves(child: Journey) -> Happenings:
    """Of those, the moves from a placement that ended for a reason nobody planned."""
    return [(stay.begins, stay.begins - 1) for stay in _moved_into(child) if stay.reason_for_change in UNPLANNED]


def _moved_into(child: Journey) -> list[Stay]:
    return [stay for stay in child.placements if stay.by_move]


def missing_episodes(child: Journey) -> Happenings:
    """Episodes of being missing (kind `M`) by the day they began."""
    return [(episode.begins, episode.begins) for episode in child.missing if episode.kind == "M"]


def away_episodes(child: Journey) -> Happenings:
    """Episodes of being away without authorisation (kind `A`) by the day they began."""
    return [(episode.begins, episode.begins) for episode in child.missing if episode.kind == "A"]
