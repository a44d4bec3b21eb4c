"""How settled recent months are, as pages say it: asked of the register, kept for a while, in words and as drawings.

A page that says it only in passing does without where the register does not answer soon. What it means is the engine's.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from holdfast.indicators.settledness import LONGEST_DAYS, Curve, MonthSettled, Point, Settledness
from holdfast.runtime.http import Problem
from services.gateway.charts import Frame, Tick
from services.gateway.domain import Principal
from services.gateway.neighbours.register import Register
from services.gateway.presentation import month_words

# What was answered is good for so long: facts come one by one, and two years of them change slowly.
_KEPT_SECONDS = 600.0
_ASKED_AGAIN_SECONDS = 10.0
_LONGEST_WAIT_SECONDS = 3.0
_MOST_KEPT = 256

FRAME = Frame(560, 230, 46, 20, 14, 30)
COLUMNS = (0, 5, 10, 30, 60, LONGEST_DAYS)


class Settled:
    """What the register last said of each authority and day, for pages that say it in passing."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._kept: OrderedDict[tuple[str, date], tuple[float, Settledness | None]] = OrderedDict()

    async def of(self, asker: Principal, authority: str, on: date) -> Settledness | None:
        """As of a day; None where the register does not answer within three seconds."""
        good_until, held = self._kept.get((authority, on), (0.0, None))
        if time.monotonic() < good_until:
            return held
        found = await self._asked(asker, authority, on)
        seconds = _ASKED_AGAIN_SECONDS if found is None else _KEPT_SECONDS
        self._kept[authority, on] = (time.monotonic() + seconds, found)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    async def _asked(self, asker: Principal, authority: str, on: date) -> Settledness | None:
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                return await self._register.settledness(asker, authority, on)
        except (Problem, TimeoutError):
            return None


class SettledMonth(Struct, frozen=True):
    """A month end in words. `said` is empty where there is not enough to tell."""

    on: date
    days: int
    said: str
    range: str
    to_come: str

    @property
    def sentence(self) -> str:
        """What is said of the month in one line; empty where nothing can be told."""
        if not self.said:
            return ""
        return f"{month_words(self.on)}: {self.said} of what will be said has been ({self.range})"


def months_settled(told: Settledness | None) -> list[SettledMonth]:
    """The recent month ends in words, the latest first."""
    return [] if told is None else [_month(each) for each in told.month_ends]


def _month(end: MonthSettled) -> SettledMonth:
    if end.point is None:
        return SettledMonth(end.on, end.days, "", "", "")
    to_come = 1 - end.point.share
    return SettledMonth(end.on, end.days, about(end.point.share), range_words(end.point), about(to_come))


def about(share: float) -> str:
    """A share in whole percents; what is not quite none or all is not called so."""
    hundredths = round(share * 10_000)
    if 0 < hundredths < 50:
        return "under 1%"
    if 9_950 <= hundredths < 10_000:
        return "over 99%"
    return f"about {(hundredths + 50) // 100}%"


def range_words(point: Point) -> str:
    """The range in whole percents, the lower end rounded down and the upper one up."""
    low, high = round(point.low * 10_000) // 100, -(-round(point.high * 10_000) // 100)
    return f"{low}–{high}%"


class CurveChart(Struct, frozen=True):
    """A curve in its drawing: the line, the band of its range around it, and the axes."""

    frame: Frame
    line: str
    band: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    summary: str


class CurveShown(Struct, frozen=True):
    """A source, or all together, as a row of the table and as a drawing; neither where too little is known."""

    name: str
    facts: int
    months: int
    cells: list[tuple[str, str]]
    chart: CurveChart | None


def curves_shown(told: Settledness) -> list[CurveShown]:
    """All together, then each source."""
    return [_shown(told.whole, "All sources"), *(_shown(each, each.source or "") for each in told.sources)]


def _shown(curve: Curve, name: str) -> CurveShown:
    if not curve.is_enough:
        return CurveShown(name, curve.facts, curve.months, [], None)
    points = [curve.points[days] for days in COLUMNS]
    cells = [(about(point.share).removeprefix("about "), range_words(point)) for point in points]
    return CurveShown(name, curve.facts, curve.months, cells, _chart(name, curve.points))


def _chart(name: str, points: Sequence[Point]) -> CurveChart:
    def at(days: int, share: float) -> str:
        return f"{_x(days)} {_y(share)}"

    line = "M" + " L".join(at(each.days, each.share) for each in points)
    there = [at(each.days, each.high) for each in points]
    back = [at(each.days, each.low) for each in reversed(points)]
    last = points[-1]
    return CurveChart(
        frame=FRAME,
        line=line,
        band="M" + " L".join(there + back) + " Z",
        x_ticks=[Tick(_x(days), str(days)) for days in (0, 30, 60, LONGEST_DAYS)],
        y_ticks=[Tick(_y(share), f"{share:.0%}") for share in (0, 0.5, 1)],
        summary=f"{name}: {about(points[0].share)} of facts had come on the day, {about(points[5].share)} within five "
        f"days and {about(last.share)} within {last.days}.",
    )


def _x(days: int) -> float:
    return round(FRAME.left + (FRAME.plot_right - FRAME.left) * days / LONGEST_DAYS, 1)


def _y(share: float) -> float:
    return round(FRAME.plot_bottom - (FRAME.plot_bottom - FRAME.top) * share, 1)
