"""From facts in order to periods of care: which admission, move or discharge opens, belongs to or ends which.

Only a discharge ends a period. What the facts of a period say of placements is read elsewhere.
"""

from collections.abc import Iterable

from holdfast.contracts.facts import Fact, Kind
from holdfast.indicators.findings import Finding, found

_ADMISSION, _MOVE, _STATUS = Kind.ADMISSION, Kind.PLACEMENT_MOVE, Kind.LEGAL_STATUS


class Care:
    """A period of care being read: its facts in order, from the one that opened it; `discharge` None while open."""

    __slots__ = ("begins", "begins_known", "discharge", "said")

    def __init__(self, opener: Fact, begins: int, begins_known: bool) -> None:
        self.begins = begins
        self.begins_known = begins_known
        self.said = [opener]
        self.discharge: Fact | None = None


class _Reader:
    __slots__ = ("ended_on", "findings", "open", "postponed", "read", "told_before")

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.read: list[Care] = []
        self.open: Care | None = None
        # Discharges that met no open period: they may end one begun later in their day.
        self.postponed: list[Fact] = []
        self.ended_on = -1
        self.told_before = False

    def admit(self, fact: Fact) -> None:
        if self.open is None:
            self._open(fact, begins_known=not fact.began_before)
        else:
            # It is read as a move; one said to have begun before will be restated as the move that it was.
            if not fact.began_before:
                self._find("second-admission", fact)
            self.open.said.append(fact)
        self.told_before = True

    def move(self, fact: Fact) -> None:
        if self.open is not None:
            self.open.said.append(fact)
        elif self.told_before:
            self._find("move-outside-care", fact)
        else:
            self._open(fact, begins_known=False)

    def state_status(self, fact: Fact) -> None:
        if self.open is None:
            self._find("status-outside-care", fact)
        else:
            self.open.said.append(fact)

    def discharge(self, fact: Fact) -> None:
        if self.open is None:
            self.postponed.append(fact)
        else:
            self._end(self.open, fact)
            self.ended_on = fact.on or 0
            self.told_before = True

    def end_postponed(self) -> None:
        """The discharges of a period begun on their own day, once the day's other facts have been read."""
        for fact in self.postponed:
            begun = self.open
            if begun is None or begun.begins != fact.on:
                self._find("discharge-without-period", fact)
            elif self._belongs_to_the_period_before(fact, begun):
                self._find("second-discharge", fact)
            else:
                self._end(begun, fact)
        self.postponed = []
        self.told_before = True

    def _belongs_to_the_period_before(self, fact: Fact, begun: Care) -> bool:
        """One of several on a day whose first ended the period before: this ends the next only if recorded after it."""
        return self.ended_on == fact.on and fact.first_recorded_at <= begun.said[0].first_recorded_at

    def _open(self, fact: Fact, *, begins_known: bool) -> None:
        if not begins_known:
            self._find("beginning-not-known", fact)
        self.open = Care(fact, fact.on or 0, begins_known)
        self.read.append(self.open)

    def _end(self, care: Care, fact: Fact) -> None:
        care.discharge = fact
        self.open = None
        if care.begins == fact.on:
            self._find("one-day-period", fact)
            self.read.pop()

    def _find(self, code: str, fact: Fact) -> None:
        self.findings.append(found(code, fact.on, fact))


def read_periods(ordered: Iterable[Fact], findings: list[Finding]) -> list[Care]:
    """The periods of care in facts given in order. A period begun and ended on one day is left out, as a finding."""
    reader = _Reader(findings)
    for fact in ordered:
        if reader.postponed and reader.postponed[0].on != fact.on:
            reader.end_postponed()
        kind = fact.kind
        if kind is _MOVE:
            reader.move(fact)
        elif kind is _STATUS:
            reader.state_status(fact)
        elif kind is _ADMISSION:
            reader.admit(fact)
        else:
            reader.discharge(fact)
    if reader.postponed:
        reader.end_postponed()
    return reader.read
