"""A child's journey: the facts of one child in one authority, in any order, read as care, placements and findings.

Here the readings of each part are put together; the rules of each are in the modules it calls.
"""

from collections.abc import Iterable

from holdfast.contracts.facts import Described, Fact, Kind, outvoted_correction
from holdfast.indicators.calendar import FOREVER, birthdays
from holdfast.indicators.care import Absence, Episode, Journey, Period, Stay, Stretch
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.code_years import outside_its_years
from holdfast.indicators.cuts import Day, cut_at_eighteen_on, looked_after_spans, short_break_findings
from holdfast.indicators.findings import Finding, found
from holdfast.indicators.missing import day_stated, read_episodes
from holdfast.indicators.ordering import in_order
from holdfast.indicators.periods import Care, read_periods
from holdfast.indicators.person import date_of_birth_of, sex_of
from holdfast.indicators.stays import Placements, Trace

__all__ = ["Absence", "Episode", "Journey", "Period", "Stay", "Stretch", "journey"]

_ADMISSION, _MISSING, _STATUS, _WITHDRAWAL = Kind.ADMISSION, Kind.MISSING_EPISODE, Kind.LEGAL_STATUS, Kind.WITHDRAWAL


def journey(facts: Iterable[Fact], choices: Choices = DEFAULTS, trace: Trace | None = None) -> Journey:
    """Read one child's standing facts, given in any order. Withdrawals say nothing.

    Where a list is given as `trace`, what became of each placement move is appended to it.
    """
    findings: list[Finding] = []
    of_care, of_missing, admissions = _sorted_out(facts, findings)
    date_of_birth = date_of_birth_of(admissions, findings) if of_care else None
    sex = sex_of(admissions, findings) if admissions else None
    reading = _Reading(findings, date_of_birth, choices, trace)
    periods = tuple([reading.period(care) for care in read_periods(in_order(of_care, findings), findings)])
    missing = read_episodes(of_missing, findings) if of_missing else ()
    stretches = tuple([stretch for period in periods for stretch in period.stretches])
    return Journey(
        periods=periods,
        stretches=stretches,
        placements=tuple([stay for stretch in stretches for stay in stretch.placements]),
        missing=missing,
        findings=tuple(sorted(findings, key=_day_and_code)),
        awaiting=tuple(reading.awaiting),
        date_of_birth=date_of_birth,
        sex=sex,
        choices=choices,
    )


def _day_and_code(finding: Finding) -> tuple[int, str, str]:
    return finding.on or 0, finding.code, finding.fact or ""


def _sorted_out(facts: Iterable[Fact], findings: list[Finding]) -> tuple[list[Fact], list[Fact], list[Fact]]:
    """The facts of care, those of missing episodes, and the admissions; what is odd about each alone is found."""
    of_care: list[Fact] = []
    of_missing: list[Fact] = []
    admissions: list[Fact] = []
    for fact in facts:
        if fact.contested:
            findings.append(found("contested", fact.on, fact))
        # Nearly no fact was ever corrected, and there are very many to look at.
        if fact.correction is not None and (said := outvoted_correction(fact)):
            findings.append(found("correction-outvoted", day_stated(fact) or day_stated(said), fact))
        kind = fact.kind
        if kind is _MISSING:
            of_missing.append(fact)
        elif kind is not _WITHDRAWAL:
            of_care.append(fact)
            if kind is _ADMISSION:
                admissions.append(fact)
            if code := outside_its_years(fact):
                findings.append(found("code-outside-its-years", fact.on, fact, code))
    return of_care, of_missing, admissions


class _Reading:
    """Reads the periods of one child, and gathers what it finds."""

    __slots__ = ("awaiting", "choices", "eighteenth", "findings", "trace")

    def __init__(
        self, findings: list[Finding], date_of_birth: int | None, choices: Choices, trace: Trace | None
    ) -> None:
        self.findings = findings
        self.trace = trace
        self.awaiting: list[Finding] = []
        self.choices = choices
        cut = date_of_birth is not None and choices.eighteen == "cut"
        self.eighteenth = birthdays(date_of_birth)[4] if cut and date_of_birth is not None else FOREVER

    def period(self, care: Care) -> Period:
        discharge = care.discharge
        ends = None if discharge is None else discharge.on
        days = _by_day(care)
        legal_statuses = _statuses(days)
        if len(legal_statuses) > 1:
            self.findings += short_break_findings(legal_statuses)
        return Period(
            begins=care.begins,
            ends=ends,
            begins_known=care.begins_known,
            category_of_need=care.said[0].category_of_need,
            reason_ceased=None if discharge is None else discharge.reason,
            legal_statuses=legal_statuses,
            stretches=self._stretches(days, FOREVER if ends is None else ends),
        )

    def _stretches(self, days: list[Day], ends: int) -> tuple[Stretch, ...]:
        if ends > self.eighteenth:
            self._find_cut_at_eighteen(days, ends)
        stretches: list[Stretch] = []
        first, _, place, _ = days[0]
        placements, told = Placements(first, place, self._joins, self.trace), 1
        for begins, until in looked_after_spans(days, ends, self.eighteenth):
            if begins > first:
                # Through a cut the facts go on being read, but only for how the next stretch is described.
                placements.fall_silent()
                told = _tell(placements, days, told, begins + 1)
                placements = Placements(begins, placements.last_said(), self._joins, self.trace)
            told = _tell(placements, days, told, until)
            stretches.append(Stretch(begins, None if until == FOREVER else until, placements.until(until)))
        return tuple(stretches)

    def _joins(self, fact: Fact) -> bool:
        """Is a move that went nowhere joined to the placement? Then it is found, unless it will be restated."""
        if self.choices.spurious_restart == "counted":
            return False
        if not fact.began_before:
            self.findings.append(found("spurious-restart", fact.on, fact))
        return True

    def _find_cut_at_eighteen(self, days: list[Day], ends: int) -> None:
        """Of an open period it is found once the day has come."""
        on = cut_at_eighteen_on(days, ends, self.eighteenth)
        if on is not None:
            (self.awaiting if ends == FOREVER else self.findings).append(found("open-past-eighteen", on))


def _tell(placements: Placements, days: list[Day], told: int, until: int) -> int:
    """Tell placements the moves of the days before `until`, from the place `told` on. Returns the next place."""
    while told < len(days) and days[told][0] < until:
        day, _, _, moves = days[told]
        if moves:
            placements.move(day, moves)
        told += 1
    return told


def _by_day(care: Care) -> list[Day]:
    """What the facts of a period say, a day at a time."""
    days: list[Day] = []
    place, status = care.said[0].placement or _UNKNOWN, None
    moves: list[Fact] = []
    last = -1
    for fact in care.said:
        status = fact.legal_status or status
        place = fact.placement or place
        day = fact.on or 0
        if day == last:
            days.pop()
        else:
            moves, last = [], day
        if fact.kind is not _STATUS:
            moves.append(fact)
        days.append((day, status, place, moves))
    return days


_UNKNOWN = Described("Z1")


def _statuses(days: list[Day]) -> tuple[tuple[int, str | None], ...]:
    """Each legal status with the day it holds from."""
    held: list[tuple[int, str | None]] = []
    now: str | None = ""
    for day, status, _, _ in days:
        if status != now:
            held.append((day, status))
            now = status
    return tuple(held)
