"""The brute-force twin, journeys: from one child's facts to what was true on each day in care, day by day.

Written from section 2 of the definitions alone, in plain loops, to be read beside it; the product never imports it. It
makes no findings and does no arithmetic on windows. `reference_placements` says which stays the moves make.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfast.contracts.facts import Described, Fact, Kind, canonical_data
from tests.reference_placements import AS_DEFINED, Placement, Stretch, Ways

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SHORT_BREAKS = ("V3", "V4")


@dataclass(slots=True, eq=False)
class Day:
    """What was true at the end of one day of a period of care.

    `stretch_began` is the first of the days looked after without a break that this one is among.
    """

    looked_after: bool
    legal_status: str | None
    last_said: Described
    said: list[Fact]
    stretch_began: date | None = None
    placement: Placement | None = None
    described: Described | None = None


@dataclass(eq=False)
class Period:
    """A period of care: from `begins` up to but not including `ends`."""

    begins: date
    begins_known: bool
    opened_by: Fact
    said: list[Fact]
    ends: date | None = None
    ended_by: Fact | None = None
    days: dict[date, Day] = field(default_factory=dict)
    placements: list[Placement] = field(default_factory=list)

    @property
    def category_of_need(self) -> str | None:
        """That of the admission (section 5)."""
        return self.opened_by.category_of_need

    def end(self, discharge: Fact) -> None:
        """Only a discharge ends a period."""
        self.ends, self.ended_by = _day(discharge), discharge


@dataclass(frozen=True)
class Episode:
    """A missing (`M`) or away (`A`) episode that counts."""

    kind: str
    begins: datetime
    ends: datetime | None

    @property
    def from_day(self) -> date:
        """The London date it began on."""
        return self.begins.astimezone(LONDON).date()

    @property
    def until_day(self) -> date | None:
        """The London date it ended on."""
        return None if self.ends is None else self.ends.astimezone(LONDON).date()


@dataclass
class Childhood:
    """Everything the figures need to know of one child, lived through up to and including the day `until`."""

    born: date | None
    sex: str | None
    periods: list[Period]
    episodes: list[Episode]
    until: date


def childhood(facts: Sequence[Fact], until: date, ways: Ways = AS_DEFINED) -> Childhood:
    """Read one child's facts, day by day, at least up to `until`."""
    said = [fact for fact in facts if fact.kind != Kind.WITHDRAWAL]
    born = _latest_stated([fact for fact in said if fact.date_of_birth is not None])
    sex = _latest_stated([fact for fact in said if fact.sex not in (None, "unknown")])
    born_on = date.fromordinal(born.date_of_birth) if born and born.date_of_birth else None
    last = max([until] + [_day(fact) for fact in said if fact.on is not None]) + 2 * ONE_DAY
    periods = _periods([fact for fact in said if fact.on is not None])
    for period in periods:
        _live_through(period, born_on, last, ways)
        _find_placements(period, ways)
    episodes = [*_episodes("M", said), *_episodes("A", said)]
    return Childhood(born_on, sex.sex if sex else None, periods, episodes, last - ONE_DAY)


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
    """Facts of one kind on one day (section 2, "Order of facts on one day")."""

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
        open_this_morning = _open(periods)
        ended_this_morning = bool(discharges) and open_this_morning is not None
        if open_this_morning is not None and discharges:
            open_this_morning.end(discharges.pop(0))
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
                period.end(discharge)
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


def _live_through(period: Period, born: date | None, last: date, ways: Ways) -> None:
    """Fill in every day of the period: the legal status in force, what was last said, and whether looked after."""
    legal_status: str | None = None
    last_said: Described | None = None
    eighteenth_birthday = None if born is None else months_after(born, 18 * 12)
    said_on: dict[date, list[Fact]] = {}
    for fact in period.said:
        said_on.setdefault(_day(fact), []).append(fact)
    day = period.begins
    while day < (period.ends or last):
        said = said_on.get(day, [])
        for fact in said:
            legal_status = fact.legal_status or legal_status
            last_said = fact.placement or last_said
        assert last_said is not None
        cut = legal_status in SHORT_BREAKS
        if ways.eighteen == "cut" and eighteenth_birthday is not None and day >= eighteenth_birthday:
            cut = cut or not (legal_status == "V2" and last_said.type == "K2")
        period.days[day] = Day(not cut, legal_status, last_said, said)
        day += ONE_DAY


def _find_placements(period: Period, ways: Ways) -> None:
    """Each stretch of days looked after has placements of its own; what is said inside a cut only describes."""
    first_day = period.days.get(period.begins)
    if first_day is None:
        return
    stay = Stretch(period.begins, first_day.last_said, ways)
    began = period.begins
    yesterday: Day | None = None
    for day, today in period.days.items():
        if yesterday is not None:
            if yesterday.looked_after and not today.looked_after:
                _write_down(period, stay, day)
            stay.spend(day, [fact for fact in today.said if fact.placement is not None])
            if today.looked_after and not yesterday.looked_after:
                stay = Stretch(day, stay.last_held, ways)
                began = day
        if today.looked_after:
            today.stretch_began = began
        yesterday = today
    if today.looked_after:
        _write_down(period, stay, day + ONE_DAY)


def _write_down(period: Period, stay: Stretch, ends: date) -> None:
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


# --- Missing ----------------------------------------------------------------------------------------------------------


def _episodes(kind: str, facts: list[Fact]) -> list[Episode]:
    """Section 2, "Missing episodes": those of one kind that count, by start, each compared with those kept so far."""
    stated = [fact for fact in _in_order(facts) if fact.missing is not None and fact.missing.kind == kind]
    kept: list[Episode] = []
    for fact in sorted(stated, key=lambda fact: _instant(fact.missing.begins if fact.missing else "")):
        assert fact.missing is not None
        ends = None if fact.missing.ends is None else _instant(fact.missing.ends)
        episode = Episode(kind, _instant(fact.missing.begins), ends)
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
