"""The brute-force twin: the figures of a list of children on a date, by looking at one day after another.

Written from the definitions alone, in plain loops; the product never imports it, it never imports the product's own
reckoning, and it isn't meant to be fast. This module adds the children up; what is true of one is in
`reference_journey` and `reference_placements` (section 2), `reference_child` (1 and 5), `reference_stocks` (3) and
`reference_flows` (4).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Breakdown, Period, Row
from tests.reference_child import EVERY_CELL, Child, cells_on, first_day_of, last_looked_after, written_out
from tests.reference_flows import COUNTED_FLOWS, FLOW_PERIODS, FLOWS, flows_of
from tests.reference_placements import AS_DEFINED, Ways
from tests.reference_stocks import COUNTED_ALONE, PARTLY_UNKNOWN, STOCKS, stocks_of, unknown_of

# Numerators, denominators and unknowns by indicator, period, cell (None: the whole) and which of the three.
Tally = Counter[tuple[str, str, Breakdown | None, str]]
# Numerator, denominator, unknown by (indicator, cell, period).
Counts = dict[tuple[str, str, str], tuple[int, int | None, int | None]]


class Residents(NamedTuple):
    """How many residents under 18 there are, and the year of the mid-year estimate that says so."""

    residents: int
    mid_year: int | None


def reference_rows(
    children: Sequence[Sequence[Fact]],
    on: date,
    *,
    breakdowns: bool,
    residents: Residents | None = None,
    ways: Ways = AS_DEFINED,
) -> list[Row]:
    """Every figure due on `on`; with `breakdowns` every cell too, those of nobody as well."""
    return rows_on([child_of(facts, on, ways) for facts in children], on, breakdowns=breakdowns, residents=residents)


def child_of(facts: Sequence[Fact], until: date, ways: Ways = AS_DEFINED) -> Child:
    """One child, read far enough for figures on any date up to `until`, with the choices of the definitions so."""
    child = written_out(facts, until, ways)
    child.flows += flows_of(child)
    return child


def tally_on(children: Sequence[Child], on: date) -> Tally:
    """Count children read already: what is nowhere in the tally is 0."""
    tally: Tally = Counter()
    for child in children:
        _count_on(child, on, tally)
        _count_over(child, on, tally)
    return tally


def rows_on(children: Sequence[Child], on: date, *, breakdowns: bool, residents: Residents | None = None) -> list[Row]:
    """`reference_rows` for children read already."""
    tally = tally_on(children, on)
    rows = [] if residents is None else [_rate(tally, on, residents)]
    for cell in [None, *(EVERY_CELL if breakdowns else [])]:
        for indicator, period in _EVERY_FIGURE:
            n, of, unknown = _figure(tally, indicator, period, cell)
            rows.append(
                Row(
                    indicator=indicator,
                    date=on,
                    period=msgspec.UNSET if period == "on" else period,
                    numerator=n,
                    denominator=of,
                    breakdown=cell,
                    unknown=msgspec.UNSET if unknown is None else unknown,
                )
            )
    return rows


def residents_on(estimates: Mapping[int, int], on: date) -> Residents | None:
    """The mid-year estimate of the calendar year before the 31 March that ends the day's financial year; until that
    is published the latest earlier one (section 3, `looked_after_rate`). `estimates` are by their year.
    """
    financial_year_ends = on.year if on < date(on.year, 4, 1) else on.year + 1
    published = [year for year in estimates if year <= financial_year_ends - 1]
    return Residents(estimates[max(published)], max(published)) if published else None


def counts_of(tally: Tally) -> Counts:
    """A tally by (indicator, cell, period), for comparing; without those of nobody."""
    counts: Counts = {}
    for indicator, period, cell in {key[:3] for key in tally}:
        figure = _figure(tally, indicator, period, cell)
        if figure[0] or figure[1]:
            counts[indicator, str(cell or "all"), period] = figure
    return counts


def as_counts(rows: Iterable[Row]) -> Counts:
    """Rows by (indicator, cell, period), for comparing; without those of nobody."""
    return {
        (row.indicator, str(row.breakdown or "all"), "on" if row.period is msgspec.UNSET else str(row.period)): (
            row.numerator,
            row.denominator,
            None if row.unknown is msgspec.UNSET else row.unknown,
        )
        for row in rows
        if row.numerator or row.denominator
    }


_EVERY_FIGURE: list[tuple[str, Period]] = [
    *((indicator, "on") for indicator in STOCKS),
    *((indicator, period) for indicator in FLOWS for period in FLOW_PERIODS),
]


def _figure(tally: Tally, indicator: str, period: str, cell: Breakdown | None) -> tuple[int, int | None, int | None]:
    """Numerator, denominator where the tables have one, and unknown where it is shown."""
    n, of, unknown = (tally[indicator, period, cell, which] for which in ("numerator", "denominator", "unknown"))
    alone = indicator in COUNTED_ALONE or indicator in COUNTED_FLOWS
    return n, None if alone else of, unknown if indicator in PARTLY_UNKNOWN else None


def _rate(tally: Tally, on: date, residents: Residents) -> Row:
    """Looked after on the day, of so many residents; for the whole authority only."""
    return Row(
        indicator="looked_after_rate",
        date=on,
        numerator=tally["looked_after", "on", None, "numerator"],
        denominator=residents.residents,
        breakdown=None,
        mid_year=msgspec.UNSET if residents.mid_year is None else residents.mid_year,
    )


def _count_on(child: Child, on: date, tally: Tally) -> None:
    """Add a child to the stocks, in the whole and in the cells that the child is in on the day.

    A child not looked after on it is in those of the last day looked after; the age is that on the day (section 5).
    """
    counted = stocks_of(child, on)
    if not counted:
        return
    cells = [None, *cells_on(child, last_looked_after(child, on), on)]
    for indicator, (in_numerator, in_denominator) in counted.items():
        unknown = indicator in PARTLY_UNKNOWN and unknown_of(indicator, child, on)
        for which, counts in (("numerator", in_numerator), ("denominator", in_denominator), ("unknown", unknown)):
            if counts:
                for cell in cells:
                    tally[indicator, "on", cell, which] += 1


def _count_over(child: Child, on: date, tally: Tally) -> None:
    """Add what happened to a child in each of the periods that end on the day."""
    for period in FLOW_PERIODS:
        first = first_day_of(period, on)
        for flow in child.flows:
            if first <= flow.on <= on:
                for cell in [None, *flow.cells]:
                    tally[flow.indicator, period, cell, "numerator"] += flow.in_numerator
                    tally[flow.indicator, period, cell, "denominator"] += 1
