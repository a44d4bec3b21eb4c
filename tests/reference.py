"""The brute-force twin, second half: the figures of a list of children on a date, by looking at one day after another.

Written from the definitions alone (sections 3 to 5), in plain loops; the product never imports it, it never imports
the product's own reckoning, and it isn't meant to be fast. `reference_journey` reads the facts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Breakdown, Row
from tests.reference_journey import ONE_DAY, Childhood, Day, Episode, Period, Placement, childhood, months_after

STOCKS = ("looked_after", "three_or_more_placements", "long_term_stable", "missing_now")
COUNTED_ALONE = ("looked_after",)
FLOWS = ("admissions", "discharges", "placement_moves", "missing_episodes")
FLOW_PERIODS: tuple[Literal["month", "year_to_date", "rolling_year"], ...] = ("month", "year_to_date", "rolling_year")

GROUPS = {
    "fostered": ("U1", "U2", "U3", "U4", "U5", "U6"),
    "residential": ("K1", "K2", "R1", "S1"),
    "with_parents": ("P1",),
    "placed_for_adoption": ("A3", "A4", "A5", "A6"),
    "supported_or_independent": ("P2", "H5", "K3"),
}
PROVIDERS = {"in_house": ("PR1",), "commissioned": ("PR2", "PR3", "PR4", "PR5")}
LEGAL_STATUSES = {"interim_care_order": "C1", "care_order": "C2", "accommodated": "V2", "placement_order": "E1"}
NEEDS = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8")
CELLS: dict[str, tuple[str, ...]] = {
    "age_band": ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_and_over", "unknown"),
    "placement_group": (*GROUPS, "other"),
    "provider": tuple(PROVIDERS),
    "sex": ("male", "female", "unknown"),
    "legal_status": (*LEGAL_STATUSES, "other"),
    "category_of_need": (*(need.lower() for need in NEEDS), "unknown"),
}
EVERY_CELL = [Breakdown(dimension, value) for dimension, values in CELLS.items() for value in values]

# Numerators and denominators by indicator, period and cell.
Tally = Counter[tuple[str, str, Breakdown | None, str]]


@dataclass
class Happening:
    """Something that a flow counts: the day, and the cells it is counted in."""

    indicator: str
    on: date
    cells: set[Breakdown]


@dataclass
class Child:
    """One childhood, with its days looked after and its happenings written out."""

    life: Childhood
    looked_after: dict[date, tuple[Period, Day]]
    happenings: list[Happening]


def reference_rows(children: Sequence[Sequence[Fact]], on: date, *, breakdowns: bool) -> list[Row]:
    """Every figure due on `on`; with `breakdowns` every cell too, those of nobody as well."""
    return rows_on([child_of(facts, on) for facts in children], on, breakdowns=breakdowns)


def child_of(facts: Sequence[Fact], until: date) -> Child:
    """One child, read far enough for figures on any date up to `until`."""
    life = childhood(facts, until)
    days = {day: (period, said) for period in life.periods for day, said in period.days.items() if said.looked_after}
    child = Child(life, days, [])
    child.happenings += _happenings(child)
    return child


def tally_on(children: Sequence[Child], on: date) -> Tally:
    """Count children read already: what is nowhere in the tally is 0."""
    tally: Tally = Counter()
    for child in children:
        _count_on(child, on, tally)
        _count_over(child, on, tally)
    return tally


def rows_on(children: Sequence[Child], on: date, *, breakdowns: bool) -> list[Row]:
    """`reference_rows` for children read already."""
    tally = tally_on(children, on)
    rows: list[Row] = []
    for cell in [None, *(EVERY_CELL if breakdowns else [])]:
        for indicator in STOCKS:
            of = None if indicator in COUNTED_ALONE else tally[indicator, "on", cell, "denominator"]
            n = tally[indicator, "on", cell, "numerator"]
            rows.append(Row(indicator=indicator, date=on, numerator=n, denominator=of, breakdown=cell))
        for indicator in FLOWS:
            for period in FLOW_PERIODS:
                n = tally[indicator, period, cell, "numerator"]
                rows.append(
                    Row(indicator=indicator, date=on, period=period, numerator=n, denominator=None, breakdown=cell)
                )
    return rows


def counts_of(tally: Tally) -> dict[tuple[str, str, str], tuple[int, int | None]]:
    """A tally by (indicator, cell, period), for comparing; without those of nobody."""
    counts: dict[tuple[str, str, str], tuple[int, int | None]] = {}
    for indicator, period, cell, _ in list(tally):
        n = tally[indicator, period, cell, "numerator"]
        alone = indicator in COUNTED_ALONE or indicator in FLOWS
        of = None if alone else tally[indicator, period, cell, "denominator"]
        if n or of:
            counts[indicator, str(cell or "all"), period] = (n, of)
    return counts


# --- On a date --------------------------------------------------------------------------------------------------------


def _count_on(child: Child, on: date, tally: Tally) -> None:
    """Add a child who is looked after on the day to the stocks, in the whole and in each of the child's cells."""
    if on not in child.looked_after:
        return
    for indicator in STOCKS:
        in_numerator, in_denominator = _counts(indicator, child, on)
        for cell in [None, *cells_on(child, on, on)]:
            tally[indicator, "on", cell, "numerator"] += in_numerator
            tally[indicator, "on", cell, "denominator"] += in_denominator


def _counts(indicator: str, child: Child, on: date) -> tuple[bool, bool]:
    """Whether a child looked after on the day is in the numerator and in the denominator."""
    if indicator == "three_or_more_placements":
        return _placements_in_rolling_year(child, on) >= 3, True
    if indicator == "missing_now":
        return any(_missing_at_end_of(on, episode) for episode in child.life.missing), True
    if indicator == "long_term_stable":
        long_term = _long_term(child, on)
        return long_term and months_after(_stable_since(child, on), 24) <= on, long_term
    return True, True


def _placements_in_rolling_year(child: Child, on: date) -> int:
    placements: list[Placement] = []
    for day in days_of("rolling_year", on):
        if day in child.looked_after:
            _, said = child.looked_after[day]
            assert said.placement is not None
            if not any(said.placement is one for one in placements):
                placements.append(said.placement)
    return len(placements)


def _long_term(child: Child, on: date) -> bool:
    """Under 16, and looked after without a break in this period since 30 months ago or earlier."""
    if child.life.born is None or months_after(child.life.born, 16 * 12) <= on:
        return False
    period, said = child.looked_after[on]
    began = min(day for day, one in period.days.items() if one.looked_after and one.stretch == said.stretch)
    return months_after(began, 30) <= on


def _stable_since(child: Child, on: date) -> date:
    """The start of the current placement; placed for adoption, that of the placement of the day before it became so."""
    period, said = child.looked_after[on]
    assert said.placement is not None
    if not _adoptive(said):
        return said.placement.begins
    became = on
    while (before := period.days.get(became - ONE_DAY)) and before.placement is said.placement and _adoptive(before):
        became -= ONE_DAY
    day_before = period.days.get(became - ONE_DAY)
    if day_before is None or day_before.placement is None:
        return said.placement.begins
    return day_before.placement.begins


def _adoptive(said: Day) -> bool:
    return said.described is not None and said.described.type in GROUPS["placed_for_adoption"]


def _missing_at_end_of(on: date, episode: Episode) -> bool:
    return episode.from_day <= on and (episode.until_day is None or episode.until_day > on)


# --- Over a period ----------------------------------------------------------------------------------------------------


def days_of(period: str, on: date) -> list[date]:
    """The days of the month, the financial year or the rolling year up to and including `on`."""
    if period == "month":
        first = on.replace(day=1)
    elif period == "year_to_date":
        first = max(date(year, 4, 1) for year in (on.year - 1, on.year) if date(year, 4, 1) <= on)
    else:
        first = months_after(on + ONE_DAY, -12)
    return [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), on.toordinal() + 1)]


def _count_over(child: Child, on: date, tally: Tally) -> None:
    """Add what happened to a child in each of the periods that end on the day."""
    for period in FLOW_PERIODS:
        days = days_of(period, on)
        for happening in child.happenings:
            if days[0] <= happening.on <= days[-1]:
                for cell in [None, *happening.cells]:
                    tally[happening.indicator, period, cell, "numerator"] += 1


def _happenings(child: Child) -> Iterable[Happening]:
    for period in child.life.periods:
        if period.begins_known and period.begins in child.looked_after and period.ends != period.begins:
            yield Happening("admissions", period.begins, cells_on(child, period.begins, period.begins))
        last_day = _last_day_before_discharge(child, period)
        if period.ends is not None and last_day is not None:
            yield Happening("discharges", period.ends, cells_on(child, last_day, period.ends))
        for placement in period.placements:
            if placement.by_move:
                yield Happening(
                    "placement_moves", placement.begins, cells_on(child, placement.begins, placement.begins)
                )
    for episode in child.life.missing:
        if episode.from_day in child.looked_after:
            yield Happening("missing_episodes", episode.from_day, cells_on(child, episode.from_day, episode.from_day))


def _last_day_before_discharge(child: Child, period: Period) -> date | None:
    """The last day looked after, where the discharge is one that counts."""
    if period.ends is None:
        return None
    looked_after = [day for day, said in period.days.items() if said.looked_after]
    if period.ends - ONE_DAY in looked_after:
        return period.ends - ONE_DAY
    if child.life.born is not None:
        eighteenth = months_after(child.life.born, 18 * 12)
        if period.ends > eighteenth and eighteenth - ONE_DAY in looked_after:
            return max(looked_after)
    return None


# --- Breakdowns -------------------------------------------------------------------------------------------------------


def cells_on(child: Child, day: date, age_on: date) -> set[Breakdown]:
    """The cells of a child by the values on a day looked after, and the age on another."""
    period, said = child.looked_after[day]
    assert said.described is not None
    cells = {
        Breakdown("age_band", _age_band(child.life.born, age_on)),
        Breakdown("placement_group", _found(said.described.type, GROUPS) or "other"),
        Breakdown("sex", child.life.sex or "unknown"),
        Breakdown("category_of_need", (period.category_of_need or "unknown").lower()),
    }
    provider = _found(said.described.provider, PROVIDERS)
    if provider:
        cells.add(Breakdown("provider", provider))
    status = [name for name, code in LEGAL_STATUSES.items() if code == said.legal_status]
    cells.add(Breakdown("legal_status", status[0] if status else "other"))
    return cells


def _found(code: str | None, lists: dict[str, tuple[str, ...]]) -> str | None:
    for name, codes in lists.items():
        if code in codes:
            return name
    return None


def _age_band(born: date | None, on: date) -> str:
    if born is None:
        return "unknown"
    years = 0
    while months_after(born, 12 * (years + 1)) <= on:
        years += 1
    for band, up_to in (("under_1", 1), ("1_to_4", 5), ("5_to_9", 10), ("10_to_15", 16)):
        if years < up_to:
            return band
    return "16_and_over"


def as_counts(rows: Iterable[Row]) -> dict[tuple[str, str, str], tuple[int, int | None]]:
    """Rows by (indicator, cell, period), for comparing; without those of nobody."""
    return {
        (row.indicator, str(row.breakdown or "all"), "on" if row.period is msgspec.UNSET else str(row.period)): (
            row.numerator,
            row.denominator,
        )
        for row in rows
        if row.numerator or row.denominator
    }
