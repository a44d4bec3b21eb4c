"""What happened to a child that a flow counts, or might: each happening, whether it counts, and where not, why not.

Which count is asked of the catalogue's rules; here they are told in words, beside those that do not count.
"""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from holdfast.contracts.codes import (
    ADOPTED,
    MISSING_KINDS,
    PERMANENCE,
    REASONS_EPISODE_CEASED,
    REASONS_FOR_PLACEMENT_CHANGE,
    SPECIAL_GUARDIANSHIP,
    UNPLANNED,
)
from holdfast.indicators.accounts import Account, Became
from holdfast.indicators.care import Episode, Journey, Period, Stay
from holdfast.indicators.counted import happened, stretch_on
from holdfast.indicators.wording import placed, spoken


class Occurrence(Struct, frozen=True, gc=False):
    """One happening on a day; `counted` in the numerator, `in_denominator` in what that is a share of, if of any.

    `fact` is the key of what states it.
    """

    on: date
    counted: bool
    in_denominator: bool | None
    sentence: str
    fact: str | None


# The day, what happened, and why it does not count (empty: it does); then the same of the denominator.
Told = tuple[int, str, str, str | None]


def occurrences(told: Account, code: str) -> tuple[Occurrence, ...]:
    """Everything that happened to a child of the kind that a flow counts, in order."""
    happenings = told_of(told.child, code)
    episodes = iter([each.fact for each in told.child.missing if each.kind == _EPISODES_OF.get(code)])
    became: tuple[Became, ...] = ("ended",) if code in _OF_DISCHARGES else ("began", "failed", "opened", "short break")
    return tuple(
        Occurrence(
            date.fromordinal(day),
            not why_not,
            None if why_not_below is None else not why_not_below,
            f"{what}{f': {why_not}' if why_not else ''}.",
            next(episodes) if code in _EPISODES_OF else told.fact_on(day, became),
        )
        for day, what, why_not, why_not_below in happenings
    )


def told_of(child: Journey, code: str) -> list[Told]:
    """What happened to a child of the kind that a flow counts, in order, each with why it does not count, if so."""
    return sorted(_KINDS.get(code, _generic(code))(child), key=lambda one: one[0])


def _admissions(child: Journey) -> list[Told]:
    return [(period.begins, "Came into care", _no_admission(period), None) for period in child.periods]


def _no_admission(period: Period) -> str:
    if not period.stretches or period.stretches[0].begins != period.begins:
        return "under short breaks, or past the 18th birthday"
    return "" if period.begins_known else "care had begun before, on a day not known"


def _discharges(among: frozenset[str] | None) -> Callable[[Journey], list[Told]]:
    def tell(child: Journey) -> list[Told]:
        counted = set(happened(child, "discharges"))
        return [_discharge(period, period.ends in counted, among) for period in child.periods if period.ends]

    return tell


def _discharge(period: Period, counts: bool, among: frozenset[str] | None) -> Told:
    reason = period.reason_ceased or ""
    why_not = "" if counts else "not looked after on the day before, because of short breaks or the 18th birthday"
    what = f"Left care, {REASONS_EPISODE_CEASED.get(reason, 'for no stated reason')} ({reason})"
    if among is None:
        return period.ends or 0, what, why_not, None
    return period.ends or 0, what, why_not or ("" if reason in among else "not a reason that is counted"), why_not


def _moves(only_unplanned: bool) -> Callable[[Journey], list[Told]]:
    def tell(child: Journey) -> list[Told]:
        told: list[Told] = []
        before: Stay | None = None
        for stay in child.placements:
            told.append(_move(stay, before, only_unplanned))
            before = stay
        return told

    return tell


def _move(stay: Stay, before: Stay | None, only_unplanned: bool) -> Told:
    place = placed(stay.described[0][1])
    if not stay.by_move:
        no_move = "the first placement of a time in care, not a move"
        return stay.begins, f"To {place}", no_move, no_move if only_unplanned else None
    left = f" from {placed(before.described[-1][1])}" if before else ""
    if not only_unplanned:
        return stay.begins, f"Moved to {place}{left}", "", None
    code = stay.reason_for_change
    why = f"{REASONS_FOR_PLACEMENT_CHANGE[code]} ({code})" if code else "not stated"
    what = f"Moved to {place}{left}; why that ended: {why}"
    return stay.begins, what, "" if code in UNPLANNED else "not unplanned", ""


def _episodes(kind: str) -> Callable[[Journey], list[Told]]:
    def tell(child: Journey) -> list[Told]:
        return [_episode(child, each) for each in child.missing if each.kind == kind]

    return tell


def _episode(child: Journey, episode: Episode) -> Told:
    back = "not back" if episode.ends is None else f"back on {spoken(episode.ends)}"
    begun = stretch_on(child, episode.begins) is not None
    return episode.begins, f"{MISSING_KINDS[episode.kind].capitalize()}, {back}", "" if begun else _NOT_IN_CARE, None


_NOT_IN_CARE = "not looked after at the end of the day it began"


def _generic(code: str) -> Callable[[Journey], list[Told]]:
    """Of any flow of the catalogue: the days it counts."""
    return lambda child: [(day, "Counted", "", None) for day in happened(child, code)]


_EPISODES_OF = {"missing_episodes": "M", "away_episodes": "A"}
_OF_DISCHARGES = ("discharges", "discharged_to_permanence", "discharged_to_special_guardianship", "adoptions")
_KINDS: dict[str, Callable[[Journey], list[Told]]] = {
    "admissions": _admissions,
    "discharges": _discharges(None),
    "discharged_to_permanence": _discharges(PERMANENCE),
    "discharged_to_special_guardianship": _discharges(SPECIAL_GUARDIANSHIP),
    "adoptions": _discharges(ADOPTED),
    "placement_moves": _moves(only_unplanned=False),
    "unplanned_moves": _moves(only_unplanned=True),
    "missing_episodes": _episodes("M"),
    "away_episodes": _episodes("A"),
}
