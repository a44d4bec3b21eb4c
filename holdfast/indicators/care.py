"""What a journey is made of: values only. Days are proleptic ordinals and every span is half-open."""

from msgspec import Struct

from holdfast.contracts.facts import Described
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.findings import Finding


class Absence(Struct, frozen=True, gc=False):
    """A temporary placement during which the placement left goes on; no end: until the placement or the care ended."""

    begins: int
    ends: int | None
    described: Described


class Stay(Struct, frozen=True, gc=False):
    """A placement: a stay with one carer over the days from `begins` up to and without `ends` (None: open).

    Where a date of birth is known the last one ends on the 18th birthday at the latest, be that still to come.
    `described` holds each description with the day it holds from, the first on `begins`. `by_move`: begun by a move,
    so not by an admission or a return from a cut. `reason_for_change` says why the placement before it ended.
    """

    begins: int
    ends: int | None
    described: tuple[tuple[int, Described], ...]
    by_move: bool
    reason_for_change: str | None = None
    absences: tuple[Absence, ...] = ()


class Stretch(Struct, frozen=True, gc=False):
    """Days looked after without a break: a period of care, or what cuts leave of it."""

    begins: int
    ends: int | None
    placements: tuple[Stay, ...]


class Period(Struct, frozen=True, gc=False):
    """A period of care. Days are ordinals; `ends` is the day of the discharge, None while open.

    `stretches` are its days looked after: none under short breaks (V3, V4) throughout. `legal_statuses` holds each
    status with the day it holds from.
    """

    begins: int
    ends: int | None
    begins_known: bool
    category_of_need: str | None
    reason_ceased: str | None
    legal_statuses: tuple[tuple[int, str | None], ...]
    stretches: tuple[Stretch, ...]

    @property
    def placements(self) -> tuple[Stay, ...]:
        """Every placement of the period, in order."""
        return tuple(stay for stretch in self.stretches for stay in stretch.placements)


class Episode(Struct, frozen=True, gc=False):
    """A missing (`M`) or away (`A`) episode by London day, `ends` exclusive (None: not returned); `fact` states it."""

    kind: str
    begins: int
    ends: int | None
    fact: str


class Journey(Struct, frozen=True, gc=False):
    """Everything known of one child, as read by `choices`.

    `stretches` and `placements` are those of all periods, in order. `awaiting`: findings that hold from their day on,
    unless mended before it.
    """

    periods: tuple[Period, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    placements: tuple[Stay, ...] = ()
    missing: tuple[Episode, ...] = ()
    findings: tuple[Finding, ...] = ()
    awaiting: tuple[Finding, ...] = ()
    date_of_birth: int | None = None
    sex: str | None = None
    choices: Choices = DEFAULTS

    def findings_on(self, day: int) -> tuple[Finding, ...]:
        """What does not add up as of `day`: the findings, and those awaited that have come true by then."""
        return self.findings + tuple(finding for finding in self.awaiting if finding.on is None or finding.on <= day)
