"""A reading as people are told it: its exact value, how it is printed, its bounds in words, and which way it went.

For pages and commands alike. Rates nothing (that is `rating`), and knows no authority and no target of its own.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from holdfast.contracts.figures import MonthEnd, Reading
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.rating import Limit, limits

Way = Literal["up", "down", "same"]
Verdict = Literal["better", "worse", ""]

# Stands where a value would mislead, since too much of what it is a share of can't be told.
WITHHELD = "x"
_MOST_UNKNOWN = Fraction(5, 100)
_MOST_DECIMALS = 12


def is_withheld(reading: Reading) -> bool:
    """Whether of more than 5% of the denominator it can't be told: then the value is not shown, rated or compared."""
    return bool(reading.unknown and reading.denominator) and (
        Fraction(reading.unknown or 0, reading.denominator or 1) > _MOST_UNKNOWN
    )


def share(reading: Reading) -> Fraction | None:
    """The exact value as a share of one, or the count; None where the denominator is 0 or the value is withheld."""
    if reading.denominator is None:
        return Fraction(reading.numerator)
    if reading.denominator == 0 or is_withheld(reading):
        return None
    return Fraction(reading.numerator, reading.denominator)


def value(reading: Reading, per: int = 100) -> Fraction | None:
    """The exact value per 100 or per 10,000 (`Indicator.per`), or the count; None where there is none to show."""
    found = share(reading)
    return found if found is None or reading.denominator is None else per * found


def printed(reading: Reading, per: int = 100, target: Target | None = None) -> str | None:
    """The value as text: `1,204`, `12.1%`, `80.0` where it is per 10,000, `x` where withheld; None: there is no value.

    One decimal, or as many as keep it on its side of each bound of the target: 49 of 409 is 11.98% where 12% is red.
    """
    if is_withheld(reading):
        return WITHHELD
    found = share(reading)
    if found is None or reading.denominator is None:
        return None if found is None else f"{reading.numerator:,}"
    return in_decimals(found, per, limits(target) if target else ()) + unit(per)


def unit(per: int) -> str:
    """What is written after a value: `%` of one per 100, nothing of a rate."""
    return "%" if per == 100 else ""


def in_decimals(found: Fraction, per: int, sides: Sequence[Limit] = ()) -> str:
    """A share of one as so many per `per`, with one decimal or as many as keep it on its side of each of the limits."""
    for decimals in range(1, _MOST_DECIMALS + 1):
        scale = 10**decimals
        # Half up, as people round; values are never negative.
        units = int(found * per * scale + Fraction(1, 2))
        shown = Fraction(units, scale * per)
        if all(limit.holds(shown) == limit.holds(found) for limit in sides):
            break
    return f"{units // scale:,}.{units % scale:0{decimals}d}"


def bound_words(target: Target, per: int | None = 100) -> tuple[str | None, str]:
    """Red and green in words, such as `12% or more` and `below 9.6%`; red is None where nothing is red.

    `per` None: of a count. Where good is within: `below 10% or above 20%` and `10% or more and 20% or less`.
    """
    held = limits(target)
    green = " and ".join(limit_words(limit, per) for limit in held if limit.colour == "green")
    if target.good == "within":
        return " or ".join(limit_words(_other_side(limit), per) for limit in held), green
    return next((limit_words(limit, per) for limit in held if limit.colour == "red"), None), green


def limit_words(limit: Limit, per: int | None = 100) -> str:
    """One side of a bound in words, such as `12% or more`. `per` None: of a count."""
    at = limit.at if per is None else limit.at * per
    text = f"{float(at):,g}{'' if per is None else unit(per)}"
    if limit.bound.inclusive:
        return f"{text} or {'more' if limit.above else 'less'}"
    return f"{'above' if limit.above else 'below'} {text}"


def _other_side(limit: Limit) -> Limit:
    bound = limit.bound
    return Limit(Bound(bound.value, bound.of, not bound.inclusive), not limit.above, "red")


def month_end_before(month_ends: Sequence[MonthEnd], day: date) -> MonthEnd | None:
    """The last month end before a day: what a value is held against."""
    return max((held for held in month_ends if held.on < day), key=lambda held: held.on, default=None)


def reading_of(readings: Sequence[Reading], period: str) -> Reading | None:
    """The reading of one period, where there is one."""
    return next((reading for reading in readings if reading.period == period), None)


def travel(now: Reading, before: Reading) -> Way | None:
    """Which way a value went, as exact fractions; None where either has none to show."""
    here, there = share(now), share(before)
    if here is None or there is None:
        return None
    return "same" if here == there else "up" if here > there else "down"


def verdict(way: Way, good: str) -> Verdict:
    """Whether that way is better or worse by what is good; neither where it stayed, or good is neither high nor low."""
    if way == "same" or good not in ("high", "low"):
        return ""
    return "better" if (way == "up") == (good == "high") else "worse"
