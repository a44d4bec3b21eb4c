"""From facts to steps in one go. How steps are kept is in `series`, what they are found from in `contributions`."""

from collections.abc import Iterable, Iterator
from itertools import islice

from holdfast.contracts.facts import Fact
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.contributions import contributions, contributions_of_each
from holdfast.indicators.journey import journey
from holdfast.indicators.series import Steps

__all__ = ["Steps", "fold", "fold_each"]

# So few that what is read of them stays in a processor's cache.
_AT_A_TIME = 64


def fold(facts: Iterable[Fact], choices: Choices = DEFAULTS) -> Steps:
    """What one child's standing facts, in any order, add to the figures."""
    return contributions(journey(facts, choices))


def fold_each(children: Iterable[Iterable[Fact]], choices: Choices = DEFAULTS) -> Iterator[Steps]:
    """The same of each of many children, in their order, in less time than one by one."""
    told = iter(children)
    while some := [journey(facts, choices) for facts in islice(told, _AT_A_TIME)]:
        yield from contributions_of_each(some)
