"""Red, amber or green against a target, as exact fractions. Never rounds, and sets no target."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from holdfast.contracts.figures import Rating
from holdfast.contracts.targets import Bound, Target


class Limit(NamedTuple):
    """One bound of a target: the side of it, above or below, on which its colour can be."""

    bound: Bound
    above: bool
    colour: Rating

    @property
    def at(self) -> Fraction:
        """Where the bound is, as a share of one (of a count: how many)."""
        return Fraction(self.bound.value, self.bound.of)

    def holds(self, value: Fraction) -> bool:
        """Whether a share of one, or a count, is on that side; on the bound itself where that is in."""
        if value == self.at:
            return self.bound.inclusive
        return (value > self.at) == self.above


def limits(target: Target) -> tuple[Limit, ...]:
    """The bounds of a target, those of green first."""
    rising = target.good == "high"
    bounds: tuple[tuple[Bound | None, bool, Rating], ...] = (
        ((target.low, True, "green"), (target.high, False, "green"))
        if target.good == "within"
        else ((target.green, rising, "green"), (target.red, not rising, "red"))
    )
    return tuple(Limit(bound, above, colour) for bound, above, colour in bounds if bound is not None)


def rate(numerator: int, denominator: int | None, target: Target) -> Rating | None:
    """The colour of a percentage, or of a count (no denominator). A denominator of 0 has no value and no colour."""
    if denominator == 0:
        return None
    value = Fraction(numerator, 1 if denominator is None else denominator)
    held = limits(target)
    if all(limit.holds(value) for limit in held if limit.colour == "green"):
        return "green"
    if target.good == "within" or any(limit.holds(value) for limit in held if limit.colour == "red"):
        return "red"
    return "amber"


def target_in_force(targets: Iterable[Target], on: date) -> Target | None:
    """The target in force on a day: that with the latest beginning on or before it."""
    begun = [target for target in targets if target.in_force_from <= on]
    return max(begun, key=lambda target: target.in_force_from, default=None)
