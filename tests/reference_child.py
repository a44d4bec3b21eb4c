"""The brute-force twin, a child's days written out, and the cells a child is in on one of them.

Written from sections 1 and 5 of the definitions alone. What the figures count is in `reference_stocks` and
`reference_flows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Breakdown
from tests.reference_journey import ONE_DAY, Childhood, Day, Episode, Period, childhood, months_after
from tests.reference_placements import AS_DEFINED, Placement, Ways

GROUPS: dict[str, tuple[str, ...]] = {
    "fostered": ("U1", "U2", "U3", "U4", "U5", "U6"),
    "residential": ("K1", "K2", "R1", "S1"),
    "with_parents": ("P1",),
    "placed_for_adoption": ("A3", "A4", "A5", "A6"),
    "supported_or_independent": ("P2", "H5", "K3"),
}
PROVIDERS: dict[str, tuple[str, ...]] = {"in_house": ("PR1",), "commissioned": ("PR2", "PR3", "PR4", "PR5")}
LEGAL_STATUSES: dict[str, tuple[str, ...]] = {
    "interim_care_order": ("C1",),
    "care_order": ("C2",),
    "accommodated": ("V2",),
    "placement_order": ("E1",),
}
NEEDS = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8")
AGE_BANDS = {"under_1": 1, "1_to_4": 5, "5_to_9": 10, "10_to_15": 16}  # each up to, but not including, that many years
CELLS: dict[str, tuple[str, ...]] = {
    "age_band": (*AGE_BANDS, "16_and_over", "unknown"),
    "placement_group": (*GROUPS, "other"),
    "provider": tuple(PROVIDERS),
    "sex": ("male", "female", "unknown"),
    "legal_status": (*LEGAL_STATUSES, "other"),
    "category_of_need": (*(need.lower() for need in NEEDS), "unknown"),
}
EVERY_CELL = [Breakdown(dimension, value) for dimension, values in CELLS.items() for value in values]


class Flow(NamedTuple):
    """Something that happened on a day, for one indicator: in its denominator, and perhaps in its numerator."""

    indicator: str
    on: date
    in_numerator: bool
    cells: list[Breakdown]


@dataclass
class Child:
    """One childhood with its days written out.

    `looked_after` has every day looked after, `placed` the placement of each, `missing` those of them that an episode
    of kind `M` covers; `flows` everything that happened.
    """

    life: Childhood
    ways: Ways
    looked_after: dict[date, tuple[Period, Day]] = field(default_factory=dict)
    placed: dict[date, Placement] = field(default_factory=dict)
    missing: set[date] = field(default_factory=set)
    flows: list[Flow] = field(default_factory=list)

    def episodes(self, kind: str) -> list[Episode]:
        """The episodes of one kind that count."""
        return [episode for episode in self.life.episodes if episode.kind == kind]


def written_out(facts: Sequence[Fact], until: date, ways: Ways = AS_DEFINED) -> Child:
    """Live through a childhood and write down its days, at least up to `until`."""
    child = Child(childhood(facts, until, ways), ways)
    for period in child.life.periods:
        for day, said in period.days.items():
            if said.looked_after:
                assert said.placement is not None
                child.looked_after[day] = (period, said)
                child.placed[day] = said.placement
    for episode in child.episodes("M"):
        child.missing |= {day for day in _covered(episode, child.life.until) if day in child.looked_after}
    return child


def _covered(episode: Episode, last: date) -> set[date]:
    """The days from the one it began up to but not including the one it ended; at least the one it began."""
    days = {episode.from_day}
    day = episode.from_day
    while day <= last and (episode.until_day is None or day < episode.until_day):
        days.add(day)
        day += ONE_DAY
    return days


# --- Windows (section 1) ----------------------------------------------------------------------------------------------


def first_day_of(window: str, on: date) -> date:
    """The day on which the window that ends on `on` begins: the month, the financial year to date, the rolling year,
    or the two years of which the rolling year is the second.
    """
    if window == "month":
        return on.replace(day=1)
    if window == "year_to_date":
        return max(date(year, 4, 1) for year in (on.year - 1, on.year) if date(year, 4, 1) <= on)
    return months_after(on + ONE_DAY, {"rolling_year": -12, "two_years": -24}[window])


def days_of(window: str, on: date) -> list[date]:
    """The days of the window up to and including `on`."""
    return days_from(first_day_of(window, on), on)


# Every day that there is, written out once.
_FIRST = date(1900, 1, 1)
_EVERY_DAY = [_FIRST + number * ONE_DAY for number in range(366 * 300)]


def days_from(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    assert first >= _FIRST and last <= _EVERY_DAY[-1]
    return _EVERY_DAY[(first - _FIRST).days : (last - _FIRST).days + 1]


# --- Breakdowns (section 5) -------------------------------------------------------------------------------------------


def cells_on(child: Child, day: date, age_on: date) -> list[Breakdown]:
    """The cells of a child by the values on a day looked after, and the age on another."""
    period, said = child.looked_after[day]
    assert said.described is not None
    cells = [
        Breakdown("age_band", age_band(child.life.born, age_on)),
        Breakdown("placement_group", found(said.described.type, GROUPS) or "other"),
        Breakdown("sex", child.life.sex or "unknown"),
        Breakdown("legal_status", found(said.legal_status, LEGAL_STATUSES) or "other"),
        Breakdown("category_of_need", (period.category_of_need or "unknown").lower()),
    ]
    provider = found(said.described.provider, PROVIDERS)
    return cells if provider is None else [*cells, Breakdown("provider", provider)]


def last_looked_after(child: Child, on: date) -> date:
    """The day itself where the child is looked after on it, else the last day before it on which that was so."""
    while on not in child.looked_after:
        on -= ONE_DAY
    return on


def found(code: str | None, lists: dict[str, tuple[str, ...]]) -> str | None:
    """The name of the list that a code is in."""
    for name, codes in lists.items():
        if code in codes:
            return name
    return None


def age_band(born: date | None, on: date) -> str:
    """A birthday is a sum of months too: born on 29 February, a year older on 28 February (section 3)."""
    if born is None:
        return "unknown"
    for band, up_to_years in AGE_BANDS.items():
        if on < months_after(born, 12 * up_to_years):
            return band
    return "16_and_over"
