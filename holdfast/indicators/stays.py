"""Placements within a stretch of care: what each move opens, joins, describes anew, interrupts or returns to.

Where a trace is asked for, what became of each move is appended to it; the last said of a move holds.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from holdfast.contracts.codes import ADOPTIVE_SAME_CARER, TEMPORARY
from holdfast.contracts.facts import Described, Fact
from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.care import Absence, Stay
from holdfast.indicators.sameness import filled_in, goes_back, is_the_same

Became = Literal["began", "same carer", "away", "failed", "came back", "return", "restart", "replaced"]
# What became of moves. A move into a temporary placement is `away` until the child came back, or it failed.
Trace = list[tuple[Fact, Became]]

_SAME_CARER = ("T", "U")


class _Begun:
    """A stay as it goes on: a placement, or a temporary one that may become a placement."""

    __slots__ = ("absences", "begins", "by_move", "described", "fact", "why")

    def __init__(self, begins: int, place: Described, fact: Fact | None, why: str | None) -> None:
        self.begins = begins
        self.fact = fact
        self.described = [(begins, place)]
        self.by_move = fact is not None
        self.why = why
        self.absences: tuple[Absence, ...] = ()

    def describe(self, day: int, place: Described) -> None:
        """The last description of a day holds from it."""
        if self.described[-1][0] == day:
            self.described[-1] = (day, place)
        else:
            self.described.append((day, place))

    def ended(self, day: int, absences: tuple[Absence, ...]) -> Stay:
        ends = None if day == FOREVER else day
        return Stay(self.begins, ends, tuple(self.described), self.by_move, self.why, absences)


class Placements:
    """The placements of one stretch, told day by day. `spurious`: asked whether a move that went nowhere is joined."""

    __slots__ = ("_away", "_ended", "_now", "_spurious", "_trace")

    def __init__(
        self, begins: int, place: Described, spurious: Callable[[Fact], bool], trace: Trace | None = None
    ) -> None:
        self._now = _Begun(begins, place, None, None)
        # The temporary placements of the absence going on, none where the child is where it lives.
        self._away: list[_Begun] = []
        self._ended: list[Stay] = []
        self._spurious = spurious
        self._trace = trace

    def move(self, day: int, moves: Sequence[Fact]) -> None:
        """The moves of one day, in order. Of the stays begun on it only the last counts."""
        if len(moves) == 1:
            [fact] = moves
            if self._begins_stay(fact, None):
                self._begin(day, fact, fact.reason_for_placement_change)
            else:
                self._describe(day, fact)
            return
        begun: Fact | None = None
        why: str | None = None
        since: list[Fact] = []
        for fact in moves:
            if self._begins_stay(fact, begun):
                # What follows a stay of less than a day keeps the reason of the stay that really ended.
                why = fact.reason_for_placement_change if begun is None else why
                self._replace(begun, since)
                begun, since = fact, []
            elif begun is None or _is_return(begun, fact):
                self._replace(begun, since)
                begun, since = None, []
                self._describe(day, fact)
            else:
                since.append(fact)
        if begun is not None:
            self._begin(day, begun, why)
            for fact in since:
                self._describe(day, fact)

    def until(self, day: int) -> tuple[Stay, ...]:
        """The placements, the last going on until `day`: an absence cut short has not failed. Changes nothing."""
        return (*self._ended, self._now.ended(day, self._absences(day)))

    def last_said(self) -> Described:
        """The description last given, be it of a temporary placement; a return kept what it left unknown."""
        return (self._away[-1] if self._away else self._now).described[-1][1]

    def fall_silent(self) -> None:
        """From here on only what is said matters, not what it makes of the placements: find nothing more."""
        self._spurious = lambda fact: True
        self._trace = None

    def _begins_stay(self, fact: Fact, begun: Fact | None) -> bool:
        """Or does it describe anew the stay it follows? `begun`: the move of the same day that began that stay."""
        place_type = _placement(fact).type
        if fact.reason in _SAME_CARER:
            return place_type in TEMPORARY and not self._is_temporary(begun)
        return place_type not in ADOPTIVE_SAME_CARER

    def _is_temporary(self, begun: Fact | None) -> bool:
        if begun is not None:
            return _placement(begun).type in TEMPORARY
        return bool(self._away) or self._now.described[-1][1].type in TEMPORARY

    def _describe(self, day: int, fact: Fact) -> None:
        """Same carer. Between two temporary placements it describes the absence; out of one it is a return."""
        place = _placement(fact)
        if place.type in TEMPORARY and self._away:
            self._away[-1].describe(day, place)
            self._note(fact, "same carer")
        else:
            self._note(fact, "return" if self._away else "same carer")
            self._come_back(day)
            self._now.describe(day, place)

    def _begin(self, day: int, fact: Fact, why: str | None) -> None:
        place, now = _placement(fact), self._now
        latest = now.described[-1][1]
        if place.type in TEMPORARY:
            self._away.append(_Begun(day, place, fact, why))
            self._note(fact, "away")
        elif self._away and goes_back(latest, place):
            self._come_back(day)
            now.describe(day, filled_in(place, latest))
            self._note(fact, "return")
        elif not self._away and is_the_same(latest, place) and self._spurious(fact):
            now.describe(day, place)
            self._note(fact, "restart")
        else:
            self._go_on(_Begun(day, place, fact, why))
            self._note(fact, "began")

    def _go_on(self, begun: _Begun) -> None:
        """To another placement: every temporary one since the last was then a placement in its own right."""
        now = self._now
        if self._away:
            for away in self._away:
                self._ended.append(now.ended(away.begins, now.absences))
                self._note(away.fact, "failed")
                now = away
            self._away = []
        self._ended.append(now.ended(begun.begins, now.absences))
        self._now = begun

    def _come_back(self, day: int) -> None:
        self._now.absences = self._absences(day)
        for away in self._away:
            self._note(away.fact, "came back")
        self._away = []

    def _note(self, fact: Fact | None, became: Became) -> None:
        if self._trace is not None and fact is not None:
            self._trace.append((fact, became))

    def _replace(self, begun: Fact | None, since: list[Fact]) -> None:
        """A stay of less than a day, and what described it, is forgotten."""
        self._note(begun, "replaced")
        for fact in since:
            self._note(fact, "replaced")

    def _absences(self, day: int) -> tuple[Absence, ...]:
        """Those of the placement going on, the last until `day`."""
        if not self._away:
            return self._now.absences
        ends = [*(away.begins for away in self._away[1:]), day]
        return self._now.absences + tuple(
            Absence(away.begins, None if until == FOREVER else until, away.described[-1][1])
            for away, until in zip(self._away, ends, strict=True)
            if away.begins < until
        )


def _is_return(begun: Fact, fact: Fact) -> bool:
    """Same carer, out of a temporary placement begun on the same day: as if that had never been."""
    return _placement(begun).type in TEMPORARY and _placement(fact).type not in TEMPORARY


def _placement(fact: Fact) -> Described:
    if fact.placement is None:
        raise ValueError("a move without a placement")
    return fact.placement
