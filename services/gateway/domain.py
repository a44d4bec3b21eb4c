"""The gateway's rules without any input or output: who may do what, how a figure is worded, when to try again.

What an indicator counts and how it is rated is the engine's; how pages are laid out is in `views.py`.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from holdfast.contracts.figures import MonthEnd, Reading
from holdfast.contracts.targets import Bound, Target

# What each role may do. One table, asked everywhere; the register holds its own copy of the authority's wall.
ALLOWED: dict[str, frozenset[str]] = {
    "manager": frozenset({"figures", "children", "alerts"}),
    "analyst": frozenset({"figures", "children", "alerts", "targets", "webhooks"}),
    "operator": frozenset({"operations"}),
}
OF_ONE_AUTHORITY = frozenset({"manager", "analyst"})
MASKED = frozenset({"public", "panel", "regional"})
COMING = frozenset({"steward", "identifier", "auditor"})

Way = Literal["up", "down", "same"]


class Principal(Struct, frozen=True):
    """Who asks: a person with a session or a machine with a token; `id` is ours and says nothing about either."""

    id: str
    kind: Literal["person", "machine"]
    role: str
    authority: str | None
    shown_as: str = ""
    csrf: str = ""
    secret: bytes = b""


def may(principal: Principal, action: str) -> bool:
    """Whether the role allows the action, in its own authority or outside all of them."""
    return action in ALLOWED.get(principal.role, frozenset())


def may_in(principal: Principal, action: str, authority: str) -> bool:
    """Whether the role allows the action in this authority: the one wall on the way out."""
    return may(principal, action) and principal.authority == authority


def refusal_of_role(role: str, authority: str | None, known: frozenset[str]) -> str | None:
    """Why nobody can be given this role here, as one sentence; None where they can."""
    if role in MASKED:
        return (
            f"The role {role} sees figures with small numbers withheld, and this version can't withhold them yet: "
            "until it can, nobody who needs a mask is let in."
        )
    if role not in ALLOWED:
        coming = " comes later" if role in COMING else " is not known"
        return f"The role {role}{coming}: choose one of {', '.join(ALLOWED)}."
    if role not in OF_ONE_AUTHORITY:
        return f"The role {role} belongs to no authority: leave the authority out." if authority else None
    if not authority:
        return f"The role {role} sees one authority: say which, by its nine-character code."
    if authority not in known:
        return f"{authority} is not the code of an authority served here."
    return None


def percent(numerator: int, denominator: int | None, target: Target | None = None) -> str | None:
    """The percentage with one decimal, or as many as keep it on its side of each bound; None: no value."""
    if not denominator:
        return None
    value = Fraction(100 * numerator, denominator)
    bounds = [bound for bound in (target.red, target.green) if bound] if target else []
    for decimals in range(1, 12):
        text, shown = _rounded(value, decimals)
        if all(_side(shown, bound, target) == _side(value, bound, target) for bound in bounds):
            break
    return f"{text}%"


def _rounded(value: Fraction, decimals: int) -> tuple[str, Fraction]:
    scale = 10**decimals
    # Half up, as people round; values are never negative.
    units = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
    return f"{units // scale}.{units % scale:0{decimals}d}", Fraction(units, scale)


def _side(value: Fraction, bound: Bound, target: Target | None) -> bool:
    """Whether the value has reached the bound, coming from below."""
    at = Fraction(100 * bound.value, bound.of)
    # At the bound itself: `low` reds and `high` greens begin there where inclusive, the others end there.
    begins = target is not None and (bound is target.red) == (target.good == "low")
    reached_at = bound.inclusive if begins else not bound.inclusive
    return value >= at if reached_at else value > at


def bound_words(target: Target) -> tuple[str | None, str]:
    """The red and the green bound in words, such as `12% or more` and `below 9.6%`."""
    above, below = ("or more", "above"), ("or less", "below")
    red_side, green_side = (above, below) if target.good == "low" else (below, above)
    return (_bound(target.red, red_side) if target.red else None), _bound(target.green, green_side)


def _bound(bound: Bound, side: tuple[str, str]) -> str:
    value = f"{float(Fraction(100 * bound.value, bound.of)):g}%"
    return f"{value} {side[0]}" if bound.inclusive else f"{side[1]} {value}"


def worth(reading: Reading) -> Fraction | None:
    """A reading as one exact number: the count, or n of d; None where the denominator is 0."""
    if reading.denominator is None:
        return Fraction(reading.numerator)
    return Fraction(reading.numerator, reading.denominator) if reading.denominator else None


def travel(now: Reading, before: Reading) -> Way | None:
    """Which way a value went, as exact fractions; None where either has no value."""
    here, there = worth(now), worth(before)
    if here is None or there is None:
        return None
    return "same" if here == there else "up" if here > there else "down"


def reading_of(readings: Sequence[Reading], period: str) -> Reading | None:
    """The reading of one period, where there is one."""
    return next((reading for reading in readings if reading.period == period), None)


def month_end_before(month_ends: Sequence[MonthEnd], day: date) -> MonthEnd | None:
    """The last month end before a day: what a value is held against."""
    return max((held for held in month_ends if held.on < day), key=lambda held: held.on, default=None)


def is_month_end(day: date) -> bool:
    """Whether the day is the last of its month."""
    return (day + timedelta(days=1)).day == 1


def in_force(targets: Sequence[Target], day: date) -> Target | None:
    """The target in force on a day."""
    return max(
        (target for target in targets if target.in_force_from <= day),
        key=lambda target: target.in_force_from,
        default=None,
    )


def retry_after_seconds(attempts: int, first_seconds: float, jitter: float) -> float:
    """How long to wait after so many failed attempts: fourfold each time, an hour at most, 20% either way by `jitter`.

    `jitter` is from 0 to 1, drawn by the caller.
    """
    return min(3600.0, first_seconds * 4.0 ** (attempts - 1)) * (0.8 + 0.4 * jitter)
