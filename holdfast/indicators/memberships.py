"""One child in every figure at each of many month ends: what it adds, and which cell of each dimension it is in.

A row is of a stock at the month end, or of one happening in the month that it ends. Summed over children, by indicator
or by indicator and cell, rows come to the figures. Applies no rule: the steps hold what rules say.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from holdfast.indicators.calendar import add_months, month_start
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.parts import FLOW_MARKS, MARKS, PARTS_OF, is_broken_down
from holdfast.indicators.series import Steps, cells_in, day_in, is_of_flow, marked

# No figure of children looks further back at a child who has left: rolling years do, and what is after care.
LOOKS_BACK_MONTHS = 25


class Membership(Struct, frozen=True, array_like=True, gc=False):
    """What a child adds to a figure at a month end (an ordinal), or by what happened on a day of its month.

    `below` is None for a count; `unknown` for what can always be told. `cells`: as `cells_in` has them.
    """

    month_end: int
    indicator: str
    happened_on: int | None
    above: int
    below: int | None
    unknown: int | None
    cells: tuple[int, ...]


class _Shares(NamedTuple):
    """The shares of a step that count for an indicator; None where it has no such part."""

    indicator: str
    above: int
    below: int | None
    unknown: int | None

    @property
    def all(self) -> int:
        return self.above | (self.below or 0)


def _shares(kind: str) -> tuple[_Shares, ...]:
    marks = FLOW_MARKS if kind == "flow" else MARKS

    def share(*parts: int | None) -> int | None:
        held = [marked(marks.index(part)) for part in parts if part is not None]
        return sum(held) if held else None

    return tuple(
        _Shares(
            code, share(parts.numerator) or 0, share(parts.denominator, parts.denominator_after), share(parts.unknown)
        )
        for code, parts in PARTS_OF.items()
        if INDICATORS[code].kind == kind and is_broken_down(code)
    )


_STOCKS, _FLOWS = _shares("stock"), _shares("flow")
# Of the residents no child is told of: the children of that rate are those looked after.
OF_CHILDREN: tuple[str, ...] = tuple(each.indicator for each in (*_STOCKS, *_FLOWS))


def possible_since(first_end: int) -> int:
    """Who left care before this day is in no figure from a month end on."""
    return add_months(first_end, -LOOKS_BACK_MONTHS)


def memberships(steps: Steps, ends: Sequence[int], only: Collection[str] = OF_CHILDREN) -> list[Membership]:
    """What a child adds at month ends (ordinals, oldest first) to these indicators; nothing where it is in none."""
    each = steps.each()
    held = [step for step in each if not is_of_flow(step)]
    days = [day_in(step) for step in held]
    found: list[Membership] = []
    for end in ends:
        place = bisect_right(days, end) - 1
        if place >= 0:
            found += _rows(held[place], end, None, _STOCKS, only)
        since = month_start(end)
        for step in each[len(held) :]:
            if since <= day_in(step) <= end:
                found += _rows(step, end, day_in(step), _FLOWS, only)
    return found


def _rows(
    step: int, end: int, happened_on: int | None, shares: Sequence[_Shares], only: Collection[str]
) -> Iterator[Membership]:
    cells = cells_in(step)
    for each in shares:
        if step & each.all and each.indicator in only:
            yield Membership(
                end,
                each.indicator,
                happened_on,
                int(bool(step & each.above)),
                None if each.below is None else int(bool(step & each.below)),
                None if each.unknown is None else int(bool(step & each.unknown)),
                cells,
            )
