"""Whether one child is in one figure, asked of the child's steps: on which days, or for which happenings, and when.

A figure is an indicator in a cell, over a period where it is a flow. Applies no rule: the steps hold what rules say.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from holdfast.contracts.figures import WHOLE, Period
from holdfast.indicators.breakdowns import CELL_NUMBERS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.counted import STARTS
from holdfast.indicators.parts import FLOW_MARKS, MARKS, PARTS_OF
from holdfast.indicators.series import Steps, day_in, in_cell, is_of_flow, marked, without

Span = tuple[int, int]
# What a child counts as: once on the day (0, 0), or once for each happening, by its day and its number on that day.
Membership = tuple[int, int]
Memberships = frozenset[Membership]

ONCE: Memberships = frozenset({(0, 0)})
NEVER: Memberships = frozenset()


class Figure(Struct, frozen=True):
    """An indicator in a cell (`all`, or such as `age_band:5_to_9`), over a period (`on` for a stock)."""

    indicator: str
    breakdown: str = WHOLE
    period: Period = "on"

    @property
    def is_flow(self) -> bool:
        """Whether it counts happenings, not children."""
        return self.period != "on"

    @property
    def is_share(self) -> bool:
        """Whether its denominator is of children or happenings, too. That of a rate of residents is not."""
        row = INDICATORS[self.indicator]
        return row.denominator is not None


class Asked:
    """A figure made ready to be asked of many children's steps."""

    __slots__ = ("_above", "_below", "_cell", "_cells", "figure")

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        parts = PARTS_OF[figure.indicator]
        marks = FLOW_MARKS if figure.is_flow else MARKS
        self._above = marked(marks.index(parts.numerator))
        below = [part for part in (parts.denominator, parts.denominator_after) if part is not None]
        self._below = sum(marked(marks.index(part)) for part in below)
        dimension = "" if figure.breakdown == WHOLE else figure.breakdown.split(":")[0]
        self._cells = ~without(dimension) if dimension else 0
        self._cell = in_cell(dimension, CELL_NUMBERS[figure.breakdown]) if dimension else 0

    def on(self, steps: Steps, day: int) -> tuple[Memberships, Memberships]:
        """What a child counts as in the numerator and in the denominator on a day; never in that of a count."""
        if not self.figure.is_flow:
            held = self._state(steps, day)
            return (ONCE if held & self._above else NEVER), (ONCE if held & self._below else NEVER)
        return self.happenings(steps, day, STARTS[self.figure.period](day))

    def happenings(self, steps: Steps, until: int, since: int = 0) -> tuple[Memberships, Memberships]:
        """The happenings of a flow, in numerator and denominator, of the days from one to another, both with them."""
        happened = [step for step in self._happened(steps) if since <= day_in(step) <= until]
        above, below = (
            numbered(day_in(step) for step in happened if step & share) for share in (self._above, self._below)
        )
        return above, below

    def spans(self, steps: Steps, *, below: bool = False) -> list[Span]:
        """The half-open spans of days on which a child is in a stock's numerator (or denominator), none touching."""
        share = self._below if below else self._above
        spans: list[Span] = []
        since: int | None = None
        for step in steps.of_days():
            held = step & share and step & self._cells == self._cell
            if held and since is None:
                since = day_in(step)
            elif since is not None and not held:
                spans.append((since, day_in(step)))
                since = None
        return [span for span in spans if span[0] < span[1]]

    def _state(self, steps: Steps, day: int) -> int:
        """The step that holds on a day, where it is in the cell; else 0."""
        of_days = steps.of_days()
        place = bisect_right(of_days, day, key=day_in)
        last = of_days[place - 1] if place else 0
        return last if last & self._cells == self._cell else 0

    def _happened(self, steps: Steps) -> Iterable[int]:
        return (step for step in steps.each() if is_of_flow(step) and step & self._cells == self._cell)


def numbered(days: Iterable[int]) -> Memberships:
    """What happened on these days, of which some may be the same."""
    return frozenset((day, number) for day, times in Counter(days).items() for number in range(times))
