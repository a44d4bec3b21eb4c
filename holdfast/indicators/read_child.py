"""One child as read on a day: facts, journey, steps, and what became of each fact once that is asked for."""

from collections.abc import Sequence
from functools import cached_property

from holdfast.contracts.facts import Fact
from holdfast.indicators.accounts import Account, account_of
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.contributions import contributions
from holdfast.indicators.journey import journey
from holdfast.indicators.rewriting import Read, read_of
from holdfast.indicators.series import Steps
from holdfast.indicators.stays import Trace


class ReadChild:
    """A child's standing facts, read by `choices` for a day (an ordinal). `trace`: what became of each move.

    `steps`: the child's, where they were made already.
    """

    def __init__(
        self, facts: Sequence[Fact], day: int, choices: Choices = DEFAULTS, steps: Steps | None = None
    ) -> None:
        self.facts = tuple(facts)
        self.day = day
        self.choices = choices
        self.trace: Trace = []
        self.journey = journey(self.facts, choices, self.trace)
        self.steps = contributions(self.journey) if steps is None else steps

    @cached_property
    def account(self) -> Account:
        """What became of every fact about care, in words."""
        return account_of(self.facts, self.journey, self.trace)

    @cached_property
    def rewritable(self) -> Read:
        """What other ways of counting rewrite."""
        return read_of(self.facts, self.account, self.day)
