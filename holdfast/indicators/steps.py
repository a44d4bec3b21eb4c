"""From facts to steps in one go. How steps are kept is in `series`, what they are found from in `contributions`."""

from collections.abc import Iterable

from holdfast.contracts.facts import Fact
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.contributions import contributions
from holdfast.indicators.journey import journey
from holdfast.indicators.series import Steps

__all__ = ["Steps", "fold"]


def fold(facts: Iterable[Fact], choices: Choices = DEFAULTS) -> Steps:
    """What one child's standing facts, in any order, add to the figures."""
    return contributions(journey(facts, choices))
