"""What a case of the spec tables is, and what its lines mean. How a case is reckoned is in the tests, not here.

A line reads: day, indicator, cell or period where it isn't the whole on that day, and `n` or `n of d`; where some of
the denominator could not be told, `unknown u` after it.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from holdfast.contracts.events import AnyEvent
from holdfast.indicators.choices import DEFAULTS, Choices

PERIODS = ("month", "year_to_date", "rolling_year")


class Case(NamedTuple):
    """`title` is a sentence of the rule; `told` what one child's systems said; `finds` the codes of what doesn't add
    up on the last of the days, in any order, each as often as it is found; `choices` how the definitions are read.
    """

    title: str
    told: Sequence[AnyEvent]
    figures: str
    finds: tuple[str, ...] = ()
    choices: Choices = DEFAULTS

    def lines(self) -> list["Line"]:
        """The figures, read."""
        return [line_of(text) for text in map(str.strip, self.figures.splitlines()) if text]


class Name(NamedTuple):
    """Which figure: `cell` is `all` or `dimension:value`; `period` is `on` for a figure that holds on a day."""

    indicator: str
    cell: str
    period: str


class Counts(NamedTuple):
    """`denominator` None: the indicator has none. `unknown` None: it isn't shown beside this indicator."""

    numerator: int
    denominator: int | None
    unknown: int | None = None


class Line(NamedTuple):
    """One figure on one day."""

    on: date
    name: Name
    counts: Counts


def line_of(text: str) -> Line:
    """Read one line. Raises ValueError for a word that means nothing, so that no line is passed over."""
    day, indicator, *words = text.split()
    cell = words.pop(0) if ":" in words[0] else "all"
    period = words.pop(0) if words[0] in PERIODS else "on"
    numerator = int(words.pop(0))
    denominator = _number_after("of", words)
    unknown = _number_after("unknown", words)
    if words:
        raise ValueError(f"{text!r}: {words} is not a part of a line")
    return Line(date.fromisoformat(day), Name(indicator, cell, period), Counts(numerator, denominator, unknown))


def _number_after(word: str, words: list[str]) -> int | None:
    if not words or words[0] != word:
        return None
    del words[0]
    return int(words.pop(0))
