"""The receipt of a figure: every child in the numerator with what put it there, every child in the denominator, and
the near misses. Pure; which facts were known, and who may see them, is settled by whoever asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from holdfast.contracts.facts import Fact
from holdfast.indicators.accounts import Account
from holdfast.indicators.choices import DEFAULTS, Choices, definitions
from holdfast.indicators.explain import LeftOut, StayTold, left_out, stays_told
from holdfast.indicators.members import Asked, Figure, Memberships
from holdfast.indicators.near import Near, near_misses
from holdfast.indicators.occurrences import Occurrence, occurrences
from holdfast.indicators.read_child import ReadChild
from holdfast.indicators.reasons import Check, checks
from holdfast.indicators.series import Steps

Of = Literal["numerator", "denominator", "near miss"]


class Line(Struct, frozen=True, gc=False):
    """One child. `of`: in the numerator, in the denominator alone, or in neither and near.

    `numerator` and `denominator`: what the child adds to each, in the cell that is asked about. Of a stock there are
    `checks`, and unless the child is in the denominator alone and far from more, `stays` and `left_out`; of a flow the
    `occurrences` of the period that count.
    """

    child: str
    of: Of
    numerator: int
    denominator: int
    checks: tuple[Check, ...]
    stays: tuple[StayTold, ...]
    left_out: tuple[LeftOut, ...]
    occurrences: tuple[Occurrence, ...]
    near: tuple[Near, ...]


class Receipt(Struct, frozen=True):
    """Of an indicator in a cell over a period on a day, by a version of the definitions; lines by `of`, then child.

    `denominator` is None of a count, and of a rate, whose denominator no child makes up.
    """

    figure: Figure
    on: date
    definitions: str
    numerator: int
    denominator: int | None
    lines: tuple[Line, ...]


def receipt(children: Mapping[str, Sequence[Fact]], figure: Figure, on: date, choices: Choices = DEFAULTS) -> Receipt:
    """The receipt of a figure over children, each with the standing facts, given in any order."""
    asked = Asked(figure)
    lines = (line_of(child, facts, asked, on, choices) for child, facts in children.items())
    return receipt_of((line for line in lines if line is not None), figure, on, choices)


def receipt_of(lines: Iterable[Line], figure: Figure, on: date, choices: Choices) -> Receipt:
    """The receipt that lines make up."""
    told = sorted(lines, key=lambda line: (_ORDER.index(line.of), line.child))
    numerator, denominator = (sum(numbers) for numbers in zip(*[(0, 0), *map(_numbers, told)], strict=True))
    return Receipt(figure, on, definitions(choices), numerator, denominator if figure.is_share else None, tuple(told))


_ORDER: tuple[Of, ...] = ("numerator", "denominator", "near miss")


def _numbers(line: Line) -> tuple[int, int]:
    return line.numerator, line.denominator


def line_of(
    child: str, facts: Sequence[Fact], asked: Asked, on: date, choices: Choices, steps: Steps | None = None
) -> Line | None:
    """The line of one child; None where it is in neither the numerator nor the denominator, nor near.

    `steps`: the child's, where they were made already.
    """
    read = ReadChild(facts, on.toordinal(), choices, steps)
    above, below = asked.on(read.steps, read.day)
    near = near_misses(read, asked, above, below)
    if not (above or below or near):
        return None
    code, day = asked.figure.indicator, read.day
    asked_of = () if asked.figure.is_flow else checks(read.journey, code, day)
    if not (above or near):
        # Of the very many that are in the denominator alone, only what does not hold is told.
        return Line(child, "denominator", 0, len(below), asked_of, (), (), (), ())
    of: Of = "numerator" if above else "denominator" if below else "near miss"
    stays = () if asked.figure.is_flow else stays_told(read.account, code, day)
    happened = _counted(read.account, code, above) if asked.figure.is_flow else ()
    return Line(child, of, len(above), len(below), asked_of, stays, left_out(read.account, code, day), happened, near)


def _counted(told: Account, code: str, above: Memberships) -> tuple[Occurrence, ...]:
    """What happened that is counted in the period and cell."""
    days = {day for day, _ in above}
    return tuple(each for each in occurrences(told, code) if each.counted and each.on.toordinal() in days)
