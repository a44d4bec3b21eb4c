"""The rules of the indicators over a period: what happened in a journey, when, and which of it an indicator counts.

Contributions keep what happened where the day of its values is one looked after.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from holdfast.contracts.codes import ADOPTED, PERMANENCE, SPECIAL_GUARDIANSHIP, UNPLANNED
from holdfast.indicators.calendar import birthdays
from holdfast.indicators.care import Journey, Period

# The day it counts on, the day whose values break it down (but age, which is that of the day it counts on), and why it
# happened, or of which kind it is.
Happening = tuple[int, int, str | None]
Telling = Callable[[Journey], Sequence[Happening]]
Happenings = Sequence[tuple[int, int]]


class Happened(Struct, frozen=True):
    """What a flow counts: what `told` tells of a journey, where `why` is given only what happened for those reasons."""

    told: Telling
    why: frozenset[str] | None = None

    def __call__(self, child: Journey) -> Happenings:
        """What of it is counted of a child: the day it counts on, and the day of its values."""
        return [
            (counted_on, valued_on)
            for counted_on, valued_on, why in self.told(child)
            if self.why is None or why in self.why
        ]


def _admissions(child: Journey) -> list[Happening]:
    """Periods of care begun on a known day that is a day looked after."""
    return [
        (period.begins, period.begins, None)
        for period in child.periods
        if period.begins_known and period.stretches and period.stretches[0].begins == period.begins
    ]


def _discharges(child: Journey) -> list[Happening]:
    """Periods of care ended: out of care, or late, where the child was in care until the 18th birthday."""
    return [_discharge(period) for period in child.periods if _is_discharged(child, period)]


def _discharge(period: Period) -> Happening:
    """Its values are those of the last day looked after."""
    last = period.stretches[-1].ends
    ends = period.ends or 0
    return ends, (ends if last is None else last) - 1, period.reason_ceased


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


def _moves(child: Journey) -> list[Happening]:
    """Placements begun by a move, with the values of the new one."""
    return [(stay.begins, stay.begins, None) for stay in child.placements if stay.by_move]


def _moves_by_what_ended(child: Journey) -> list[Happening]:
    """The same moves, with the values of the placement that ended, as of the day before, and why that ended."""
    return [(stay.begins, stay.begins - 1, stay.reason_for_change) for stay in child.placements if stay.by_move]


def _episodes(child: Journey) -> list[Happening]:
    """Episodes of being missing (kind `M`) or away without authorisation (kind `A`) by the day they began."""
    return [(episode.begins, episode.begins, episode.kind) for episode in child.missing]


admissions = Happened(_admissions)
discharges = Happened(_discharges)
discharged_to_permanence = Happened(_discharges, PERMANENCE)
discharged_to_special_guardianship = Happened(_discharges, SPECIAL_GUARDIANSHIP)
adoptions = Happened(_discharges, ADOPTED)
placement_moves = Happened(_moves)
moves_by_what_ended = Happened(_moves_by_what_ended)
unplanned_moves = Happened(_moves_by_what_ended, UNPLANNED)
missing_episodes = Happened(_episodes, frozenset({"M"}))
away_episodes = Happened(_episodes, frozenset({"A"}))
