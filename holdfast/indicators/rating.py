"""Red, amber or green against a target, as exact fractions. Never rounds, and sets no target."""

from collections.abc import Iterable
from datetime import date

from holdfast.contracts.figures import Rating
from holdfast.contracts.targets import Bound, Target


def rate(numerator: int, denominator: int | None, target: Target) -> Rating | None:
    """The colour of a percentage, or of a count (no denominator). A denominator of 0 has no value and no colour."""
    if denominator == 0:
        return None
    of = 1 if denominator is None else denominator
    upwards = 1 if target.good == "high" else -1
    if _beyond(numerator, of, target.green, upwards):
        return "green"
    if target.red is not None and _beyond(numerator, of, target.red, -upwards):
        return "red"
    return "amber"


def target_in_force(targets: Iterable[Target], on: date) -> Target | None:
    """The target in force on a day: that with the latest beginning on or before it."""
    begun = [target for target in targets if target.in_force_from <= on]
    return max(begun, key=lambda target: target.in_force_from, default=None)


def _beyond(numerator: int, denominator: int, bound: Bound, direction: int) -> bool:
    """Is the fraction past the bound in that direction (1 upwards, -1 downwards), or on it where the bound is in?"""
    past = (numerator * bound.of - bound.value * denominator) * direction
    return past > 0 or (past == 0 and bound.inclusive)
