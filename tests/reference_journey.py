"""The brute-force twin, first half: from one child's facts to what was true on each day in care, day by day.

Written from the definitions alone, in plain loops, to be read beside them; the product never imports it. It makes no
findings and does no arithmetic on windows. Section and rule numbers are those of the indicator definitions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace as described_with

from holdfast.contracts.facts import Described, Fact, Kind, canonical_data

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
ADOPTION_BY_CURRENT_CARER = ("A3", "A5")
SHORT_BREAKS = ("V3", "V4")
# Where a URN is unknown on both sides these may still be the same placement (rule 5).
WITHOUT_URN = ("U1", "U2", "U3", "U4", "U5", "U6", "P1")


@dataclass
class Placement:
    """A stay with one carer. `described` is every description it had, each with the day from which it held."""

    begins: date
    by_move: bool
    described: list[tuple[date, Described]]
    ends: date | None = None

    @property
    def latest(self) -> Described:
        return self.described[-1][1]


@dataclass
class Day:
    """What was true at the end of one day of a period of care."""

    looked_after: bool
    legal_status: str | None
    last_said: Described
    stretch: int = 0
    placement: Placement | None = None
    described: Described | None = None


@dataclass
class Period:
    """A period of care: from `begins` up to but not including `ends`."""

    begins: date
    begins_known: bool
    opened_by: Fact
    said: list[Fact]
    ends: date | None = None
    days: dict[date, Day] = field(default_factory=dict)
    placements: list[Placement] = field(default_factory=list)

    @property
    def category_of_need(self) -> str | None:
        return self.opened_by.category_of_need


@dataclass
class Episode:
    """A missing episode that counts."""

    begins: datetime
    ends: datetime | None

    @property
    def from_day(self) -> date:
        return self.begins.astimezone(LONDON).date()

    @property
    def until_day(self) -> date | None:
        return None if self.ends is None else self.ends.astimezone(LONDON).date()


@dataclass
class Childhood:
    """Everything the figures need to know of one child."""

    born: date | None
    sex: str | None
    periods: list[Period]
    missing: list[Episode]


def childhood(facts: Sequence[Fact], until: date) -> Childhood:
    """Read one child's facts, day by day, at least up to `until`."""
    said = [fact for fact in facts if fact.kind != Kind.WITHDRAWAL]
    born = _latest_stated([fact for fact in said if fact.date_of_birth is not None])
    sex = _latest_stated([fact for fact in said if fact.sex not in (None, "unknown")])
    born_on = date.fromordinal(born.date_of_birth) if born and born.date_of_birth else None
    last = max([until] + [_day(fact) for fact in said if fact.on is not None]) + 2 * ONE_DAY
    periods = _periods([fact for fact in said if fact.on is not None])
    for period in periods:
        _live_through(period, born_on, last)
        _find_placements(period)
    return Childhood(born_on, sex.sex if sex else None, periods, _episodes(said))


def months_after(day: date, months: int) -> date:
    """Calendar months later: the same day of the month, or the month's last day where it has none such (section 1)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for day_of_month in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, day_of_month)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _day(fact: Fact) -> date:
    assert fact.on is not None
    return date.fromordinal(fact.on)


def _latest_stated(givers: list[Fact]) -> Fact | None:
    """Birth and sex are those of the latest recorded admission, then the later `on`, then the greater data."""
    return max(givers, key=lambda fact: (fact.recorded_at, fact.on, canonical_data(fact)), default=None)


def _in_order(facts: list[Fact]) -> list[Fact]:
    """Facts of one kind on one day."""

    def rank(fact: Fact) -> tuple[bool, int, int, bytes, str]:
        stated = fact.sequence is not None
        return (stated, fact.sequence or 0, fact.first_recorded_at, canonical_data(fact), fact.key)

    return sorted(facts, key=rank)


# --- Periods of care --------------------------------------------------------------------------------------------------


def _periods(facts: list[Fact]) -> list[Period]:
    """Read the facts in order of day, and within a day in the order that section 2 gives."""
    periods: list[Period] = []
    for on in sorted({_day(fact) for fact in facts}):
        today = [fact for fact in facts if _day(fact) == on]
        before = [fact for fact in facts if _day(fact) < on and fact.kind in (Kind.ADMISSION, Kind.DISCHARGE)]
        discharges = _of(Kind.DISCHARGE, today)
        ended_this_morning = bool(discharges) and _open(periods) is not None
        if ended_this_morning:
            periods[-1].ends = on
            discharges = discharges[1:]
        for admission in _of(Kind.ADMISSION, today):
            _admit(periods, admission, on)
        for move in _of(Kind.PLACEMENT_MOVE, today):
            period = _open(periods)
            if period is not None:
                period.said.append(move)
            elif not before and not ended_this_morning:
                periods.append(Period(on, False, move, [move]))
        for status in _of(Kind.LEGAL_STATUS, today):
            period = _open(periods)
            if period is not None:
                period.said.append(status)
        for discharge in discharges:
            period = _open(periods)
            if period is None or period.begins != on:
                continue
            if not ended_this_morning or discharge.first_recorded_at > period.opened_by.first_recorded_at:
                period.ends = on
    return periods


def _of(kind: Kind, facts: list[Fact]) -> list[Fact]:
    return _in_order([fact for fact in facts if fact.kind == kind])


def _open(periods: list[Period]) -> Period | None:
    return periods[-1] if periods and periods[-1].ends is None else None


def _admit(periods: list[Period], admission: Fact, on: date) -> None:
    """The first admission opens a period; one while a period is open is a move with reason `B` (rule 6)."""
    period = _open(periods)
    if period is None:
        periods.append(Period(on, not admission.began_before, admission, [admission]))
    else:
        period.said.append(admission)


# --- Days looked after ------------------------------------------------------------------------------------------------


def _live_through(period: Period, born: date | None, last: date) -> None:
    """Fill in every day of the period: the legal status in force, what was last said, and whether looked after."""
    legal_status: str | None = None
    last_said: Described | None = None
    eighteenth_birthday = None if born is None else months_after(born, 18 * 12)
    day = period.begins
    while day < (period.ends or last):
        for fact in period.said:
            if _day(fact) == day:
                legal_status = fact.legal_status or legal_status
                last_said = fact.placement or last_said
        assert last_said is not None
        cut = legal_status in SHORT_BREAKS
        if eighteenth_birthday is not None and day >= eighteenth_birthday:
            cut = cut or not (legal_status == "V2" and last_said.type == "K2")
        period.days[day] = Day(not cut, legal_status, last_said)
        day += ONE_DAY


def _find_placements(period: Period) -> None:
    """Each stretch of days looked after has placements of its own; what is said inside a cut only describes."""
    first_day = period.days.get(period.begins)
    if first_day is None:
        return
    stay = Stretch(period.begins, first_day.last_said)
    stretch = 0
    for day, today in period.days.items():
        yesterday = period.days.get(day - ONE_DAY)
        if yesterday is not None:
            if yesterday.looked_after and not today.looked_after:
                _write_down(period, stay, day)
            stay.spend(day, [fact for fact in period.said if _day(fact) == day and fact.placement is not None])
            if today.looked_after and not yesterday.looked_after:
                stay = Stretch(day, stay.last_held)
                stretch += 1
        today.stretch = stretch
    if today.looked_after:
        _write_down(period, stay, day + ONE_DAY)


def _write_down(period: Period, stay: "Stretch", ends: date) -> None:
    """Write the placements of a stretch that ends on a day beside the days they cover."""
    for number, placement in enumerate(stay.placements):
        following = stay.placements[number + 1 :]
        placement.ends = following[0].begins if following else ends
        day = placement.begins
        while day < placement.ends:
            period.days[day].placement = placement
            period.days[day].described = [words for held_from, words in placement.described if held_from <= day][-1]
            day += ONE_DAY
    period.placements.extend(stay.placements)


# --- Placements -------------------------------------------------------------------------------------------------------


class Stretch:
    """The placements of days looked after without a break, built from the moves in order (rules 1 to 5)."""

    def __init__(self, first: date, described: Described) -> None:
        """Whatever was last said by the end of the first day describes the first placement, which no move began."""
        self.placements = [Placement(first, False, [(first, described)])]
        # Temporary stays, one after the other, of which it isn't known yet whether the child returned.
        self.absence: list[Placement] = []

    @property
    def current(self) -> Placement:
        return self.placements[-1]

    @property
    def last_held(self) -> Described:
        """How things stand: where the child is away, the description of that."""
        return self.absence[-1].latest if self.absence else self.current.latest

    def spend(self, day: date, moves: list[Fact]) -> None:
        """One day. Only its last stay counts (rule 4): a later `P` or `B` on the day replaces an earlier one."""
        begun: list[Described] = []
        for move in moves:
            assert move.placement is not None
            to = move.placement
            same_carer = move.reason in ("T", "U") or to.type in ADOPTION_BY_CURRENT_CARER
            if not same_carer:
                begun = [to]
            elif begun:
                begun = self._said_of_stay_begun_today(day, begun, to)
            else:
                begun = self._said_of_stay_going_on(day, to)
        if begun and begun[0].type in TEMPORARY:
            self.absence.append(Placement(day, True, [(day, words) for words in begun]))
        elif begun:
            self._arrive(day, begun[0])
            self.current.described += [(day, words) for words in begun[1:]]

    def _said_of_stay_begun_today(self, day: date, begun: list[Described], to: Described) -> list[Described]:
        away, goes_away = begun[-1].type in TEMPORARY, to.type in TEMPORARY
        if away and not goes_away:
            return self._said_of_stay_going_on(day, to)
        if goes_away and not away:
            return [to]
        return [*begun, to]

    def _said_of_stay_going_on(self, day: date, to: Described) -> list[Described]:
        """A `T`, `U`, `A3` or `A5` re-describes (rule 2) or returns; into a `T0`-`T4` it begins an absence (rule 3)."""
        if to.type not in TEMPORARY:
            self.absence = []
            self.current.described.append((day, to))
        elif self.absence:
            self.absence[-1].described.append((day, to))
        elif self.current.latest.type in TEMPORARY:
            self.current.described.append((day, to))
        else:
            return [to]
        return []

    def _arrive(self, day: date, to: Described) -> None:
        """A `P` or `B` move to somewhere that isn't temporary: a return, a spurious restart, or a placement begun."""
        if self.absence and returns_to(to, self.current.latest):
            self.current.described.append((day, _kept_where_unknown(to, self.current.latest)))
        elif not self.absence and restarts(to, self.current.latest):
            self.current.described.append((day, to))
        else:
            self.placements += [*self.absence, Placement(day, True, [(day, to)])]
        self.absence = []


def _urn(described: Described) -> str | None:
    return None if described.urn == "XXXXXXX" else described.urn


def returns_to(to: Described, left: Described) -> bool:
    """Rule 3: the same id where both give one; otherwise alike as far as is known on both sides."""
    if to.placement_id is not None and left.placement_id is not None:
        return to.placement_id == left.placement_id
    pairs = [(to.provider, left.provider), (_urn(to), _urn(left)), (to.locality, left.locality)]
    return to.type == left.type and all(a == b for a, b in pairs if a is not None and b is not None)


def restarts(to: Described, old: Described) -> bool:
    """Rule 5: the same id; or, where not both give one, type, provider and locality known and equal, and URN equal."""
    if to.placement_id is not None and old.placement_id is not None:
        return to.placement_id == old.placement_id
    if to.type != old.type or to.provider is None or to.locality is None:
        return False
    if to.provider != old.provider or to.locality != old.locality or _urn(to) != _urn(old):
        return False
    return _urn(to) is not None or to.type in WITHOUT_URN


def _kept_where_unknown(to: Described, before: Described) -> Described:
    """A return keeps what its new description leaves unknown (rule 3)."""
    kept = to
    if to.provider is None:
        kept = described_with(kept, provider=before.provider)
    if to.placement_id is None:
        kept = described_with(kept, placement_id=before.placement_id)
    if _urn(to) is None:
        kept = described_with(kept, urn=before.urn)
    if to.distance_miles is None:
        kept = described_with(kept, distance_miles=before.distance_miles)
    if to.in_authority is None:
        kept = described_with(kept, in_authority=before.in_authority)
    if to.locality is None:
        kept = described_with(kept, locality=before.locality)
    return kept


# --- Missing ----------------------------------------------------------------------------------------------------------


def _episodes(facts: list[Fact]) -> list[Episode]:
    """Episodes of kind `M` that count: by start, each compared with those kept so far."""
    stated = [fact for fact in _in_order(facts) if fact.missing is not None and fact.missing.kind == "M"]
    kept: list[Episode] = []
    for fact in sorted(stated, key=lambda fact: _instant(fact.missing.begins if fact.missing else "")):
        assert fact.missing is not None
        ends = None if fact.missing.ends is None else _instant(fact.missing.ends)
        episode = Episode(_instant(fact.missing.begins), ends)
        if any(one.begins == episode.begins for one in kept):
            continue
        if any(one.ends is not None and one.ends > episode.begins for one in kept):
            continue
        kept = [one if one.ends is not None else replace(one, ends=episode.begins) for one in kept]
        kept.append(episode)
    return kept


def _instant(text: str) -> datetime:
    """An instant, or a day's 00:00 in London."""
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), LONDON).astimezone(UTC)
    return datetime.fromisoformat(text)
