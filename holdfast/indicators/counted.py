"""What one child counts for on a day, asked of the catalogue's rules directly: for one child, not for an authority.

The ledger gives the same numbers for many children on any day; that the two agree is a law of the tests.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from msgspec import Struct

from holdfast.contracts.facts import Described
from holdfast.contracts.figures import Period
from holdfast.indicators.calendar import FOREVER, birthdays, financial_year_start, month_start, rolling_year_start
from holdfast.indicators.care import Journey, Stay, Stretch
from holdfast.indicators.catalogue import INDICATORS, Indicator, PlaceRule, Rule

Interval = tuple[int, int]
_Span = TypeVar("_Span", Stretch, Stay)

# The first day of each period that ends on a day.
STARTS = {"month": month_start, "year_to_date": financial_year_start, "rolling_year": rolling_year_start}


class Counted(Struct, frozen=True):
    """What one child adds to a figure; `denominator` None where the figure is no share of children or happenings."""

    period: Period
    numerator: int
    denominator: int | None


def counted(child: Journey, code: str, on: date) -> tuple[Counted, ...]:
    """What a child counts for on a day: one entry for a stock, one for each period of a flow."""
    day = on.toordinal()
    if INDICATORS[code].kind == "flow":
        return _counted_in_periods(child, code, day)
    below = days_in_denominator(child, code)
    return (Counted("on", int(counts_on(child, code, day)), None if below is None else int(_on(below, day))),)


def _counted_in_periods(child: Journey, code: str, day: int) -> tuple[Counted, ...]:
    above, below = happened(child, code), happened_of(child, code)
    periods: tuple[Period, ...] = ("month", "year_to_date", "rolling_year")
    return tuple(
        Counted(
            period,
            _since(above, STARTS[period](day), day),
            None if below is None else _since(below, STARTS[period](day), day),
        )
        for period in periods
    )


def _since(days: Iterable[int], begins: int, day: int) -> int:
    return sum(begins <= on <= day for on in days)


def _on(intervals: Iterable[Interval], day: int) -> bool:
    return any(begins <= day < ends for begins, ends in intervals)


def counts_on(child: Journey, code: str, day: int) -> bool:
    """Whether a child is in a stock's numerator on a day."""
    return _on(days_counted(child, code), day)


def days_counted(child: Journey, code: str) -> list[Interval]:
    """The half-open spans of days on which a child is in a stock's numerator, in order, none touching another."""
    row = INDICATORS[code]
    if isinstance(row.numerator, str):
        return days_counted(child, row.numerator)
    if row.in_place is not None:
        return _joined(_in_place(child, row.in_place))
    return _joined(_kept(child, row, row.numerator))


def days_in_denominator(child: Journey, code: str) -> list[Interval] | None:
    """The same of its denominator; None where it is a count."""
    row = INDICATORS[code]
    if row.denominator is None:
        return None
    if isinstance(row.denominator, str):
        held = days_counted(child, row.denominator)
    else:
        held = list(_kept(child, row, row.denominator))
    return _joined([*held, *(row.denominator_after(child) if row.denominator_after else ())])


def _kept(child: Journey, row: Indicator, rule: Rule | None) -> Iterator[Interval]:
    """What a rule finds, kept to the days looked after but where it goes on after care."""
    held = rule(child) if rule else ()
    if row.after_care:
        yield from held
        return
    for begins, ends in held:
        for stretch in child.stretches:
            first, last = max(begins, stretch.begins), min(ends, FOREVER if stretch.ends is None else stretch.ends)
            if first < last:
                yield first, last


def _in_place(child: Journey, rule: PlaceRule) -> Iterator[Interval]:
    for stay in child.placements:
        ends = [*(day for day, _ in stay.described[1:]), FOREVER if stay.ends is None else stay.ends]
        for (begins, place), until in zip(stay.described, ends, strict=True):
            if begins < until and rule(place):
                yield begins, until


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for begins, ends in sorted(intervals):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(ends, joined[-1][1])
        else:
            joined.append((begins, ends))
    return joined


def happened(child: Journey, code: str) -> list[int]:
    """The days on which a flow counts this child's happenings, each as often as it counts."""
    return _happened(child, INDICATORS[code].numerator)


def happened_of(child: Journey, code: str) -> list[int] | None:
    """The same of what the flow is a share of; None where it is a count."""
    below = INDICATORS[code].denominator
    return None if below is None else _happened(child, below)


def _happened(child: Journey, rule: str | Rule | None) -> list[int]:
    if isinstance(rule, str):
        return happened(child, rule)
    return [on for on, valued_on in (rule(child) if rule else ()) if stretch_on(child, valued_on)]


def stretch_on(child: Journey, day: int) -> Stretch | None:
    """The stretch of days looked after that the day is one of; None where the child is not looked after."""
    return _on_day(child.stretches, day)


def stay_on(child: Journey, day: int) -> Stay | None:
    """The placement at the end of the day."""
    return _on_day(child.placements, day)


def comes_of_age(child: Journey, ends: int) -> bool:
    """Whether what ends on a day ends with childhood alone: the 18th birthday, in a period of care that goes on."""
    if child.date_of_birth is None or birthdays(child.date_of_birth)[4] != ends or child.choices.eighteen == "counted":
        return False
    goes_on = any(each.begins < ends and (each.ends is None or each.ends > ends) for each in child.periods)
    return goes_on and stay_on(child, ends) is None


def _on_day(spans: Iterable[_Span], day: int) -> _Span | None:
    for span in spans:
        if span.begins <= day and (span.ends is None or span.ends > day):
            return span
    return None


def described_on(stay: Stay, day: int) -> tuple[int, Described]:
    """Since when a placement is described as it is on one of its days, and how."""
    return next(said for said in reversed(stay.described) if said[0] <= day)
