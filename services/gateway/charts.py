"""Where things go in our charts: pure arithmetic from numbers and days to places in a drawing; templates draw them."""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from holdfast.contracts.targets import Target
from holdfast.indicators.rating import limits
from holdfast.indicators.values import limit_words, unit

_NICE_PERCENT = (2, 4, 10, 20, 40, 60, 100)
# A character's width in a drawing's units, at the size its labels are set in.
_CHARACTER = 7.2


class Frame(Struct, frozen=True):
    """The size of a drawing and of the plot in it, in its own units."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def plot_right(self) -> int:
        """Where the plot ends on the right."""
        return self.width - self.right

    @property
    def plot_bottom(self) -> int:
        """Where the plot ends below."""
        return self.height - self.bottom


# On the right is room for a value of six characters, such as 100.0%, past the end of the line.
SMALL = Frame(290, 126, 42, 66, 14, 24)
LARGE = Frame(760, 280, 46, 72, 18, 34)


class Tick(Struct, frozen=True):
    """A mark on an axis, with its words."""

    at: float
    text: str


class BoundLine(Struct, frozen=True):
    """A target's bound, drawn across the plot, and where its words stand: over the upper one, under the lower one."""

    at: float
    text: str
    colour: str
    text_at: tuple[float, float]
    anchor: Literal["start", "end"]


class LineChart(Struct, frozen=True):
    """A line over month ends. `paths` are its unbroken parts, for a month end without a value breaks it."""

    frame: Frame
    paths: list[str]
    dots: list[tuple[float, float]]
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    bounds: list[BoundLine]
    end: tuple[float, float, str] | None
    summary: str


Point = tuple[date, Fraction | None]


def line_chart(
    points: Sequence[Point], end_text: str, *, per: int | None, target: Target | None, frame: Frame, summary: str
) -> LineChart | None:
    """The line of month ends, oldest first; None where there are too few for a line.

    Values are as shown: per 100 or 10,000, or counts where `per` is None.
    """
    if len([value for _, value in points if value is not None]) < 2:
        return None
    bounds = sorted(_bounds(target, per), reverse=True) if target else []
    top = axis_top([value for _, value in points if value is not None] + [value for value, _, _ in bounds], per == 100)
    places = [
        (_x(number, len(points), frame), None if value is None else _y(value, top, frame))
        for number, (_, value) in enumerate(points)
    ]
    last = next(((x, y) for x, y in reversed(places) if y is not None), None)
    suffix = "" if per is None else unit(per)
    return LineChart(
        frame=frame,
        paths=_paths(places),
        dots=[(x, y) for x, y in places if y is not None],
        y_ticks=[Tick(_y(mark, top, frame), f"{float(mark):,g}{suffix}") for mark in (Fraction(0), top / 2, top)],
        x_ticks=_months([day for day, _ in points], frame),
        bounds=[
            _bound_line(_y(value, top, frame), text, colour, over=number == 0, places=places, frame=frame)
            for number, (value, text, colour) in enumerate(bounds)
        ],
        end=None if last is None else (*last, end_text),
        summary=summary,
    )


def axis_top(values: Sequence[Fraction], percent: bool) -> Fraction:
    """The end of the axis: the next round number, so that it stays where it is while values move a little."""
    most = max(values, default=Fraction(0))
    if percent:
        return Fraction(next((mark for mark in _NICE_PERCENT if most <= mark), 100))
    size = 1
    while True:
        for step in (4, 10, 20, 50):
            if most <= step * size:
                return Fraction(step * size)
        size *= 10


def _bounds(target: Target, per: int | None) -> list[tuple[Fraction, str, str]]:
    return [
        (limit.at * (per or 1), f"{limit.colour} {limit_words(limit, per)}", limit.colour) for limit in limits(target)
    ]


def _bound_line(
    at: float, text: str, colour: str, *, over: bool, places: Sequence[tuple[float, float | None]], frame: Frame
) -> BoundLine:
    """The bound with its words at the end of the plot where the line of values is further from them."""
    baseline, length = (at - 5 if over else at + 14), len(text) * _CHARACTER

    def clear(begins: float) -> float:
        near = [abs(y - baseline + 4) for x, y in places if y is not None and begins - 20 <= x <= begins + length + 20]
        return min(near, default=float(frame.height))

    left, right = frame.left + 4, frame.plot_right - 4
    if clear(left) >= clear(right - length):
        return BoundLine(at, text, colour, (left, baseline), "start")
    return BoundLine(at, text, colour, (right, baseline), "end")


def _x(number: int, count: int, frame: Frame) -> float:
    return round(frame.left + (frame.plot_right - frame.left) * number / max(1, count - 1), 1)


def _y(value: Fraction, top: Fraction, frame: Frame) -> float:
    return round(float(frame.plot_bottom - (frame.plot_bottom - frame.top) * min(value, top) / top), 1)


def _paths(places: Sequence[tuple[float, float | None]]) -> list[str]:
    paths: list[list[str]] = [[]]
    for x, y in places:
        if y is None:
            paths.append([])
        else:
            paths[-1].append(f"{x} {y}")
    return ["M" + " L".join(path) for path in paths if path]


def _months(days: Sequence[date], frame: Frame) -> list[Tick]:
    """The first, the last, and where there is room one in the middle."""
    marks = sorted({0, len(days) // 2, len(days) - 1}) if frame.width > 500 else sorted({0, len(days) - 1})
    return [Tick(_x(number, len(days), frame), f"{days[number]:%b %Y}") for number in marks]


class Bar(Struct, frozen=True):
    """A stretch of days on a timeline. `kind` is its colour's name; `text` stands in it where there is room."""

    x: float
    width: float
    lane: int
    kind: str
    text: str
    full: str


class Timeline(Struct, frozen=True):
    """A child's time in care as bars on lanes over one axis of days."""

    width: int
    bars: list[Bar]
    x_ticks: list[Tick]
    today: float | None


TIMELINE_WIDTH = 960
_EDGE = 12


# On which lane, from when until when (None: still), its colour's name, texts to stand in it, and the text to say of it.
Stretch = tuple[int, date, date | None, str, tuple[str, ...], str]


def timeline(stretches: Sequence[Stretch], today: date) -> Timeline | None:
    """Place stretches on an axis; None where there are none. None of them begins or ends after `today`.

    The first of a stretch's texts that has room is written in it.
    """
    if not stretches:
        return None
    first = min(begins for _, begins, *_ in stretches)
    last = max(ends or today for _, _, ends, *_ in stretches)
    scale = (TIMELINE_WIDTH - 2 * _EDGE) / max(30, (last - first).days)

    def place(day: date) -> float:
        return round(_EDGE + (day - first).days * scale, 1)

    bars = []
    for lane, begins, ends, kind, texts, full in stretches:
        width = max(3.0, round(place(ends or today) - place(begins), 1))
        x = min(place(begins), round(place(last) - width, 1))
        room = int((width - 8) / _CHARACTER)
        bars.append(Bar(x, width, lane, kind, next((text for text in texts if len(text) <= room), ""), full))
    return Timeline(TIMELINE_WIDTH, bars, _years(first, last, place), place(today) if first <= today <= last else None)


def _years(first: date, last: date, place: Callable[[date], float]) -> list[Tick]:
    """Where years begin, or where there are none the quarters; never more than fits."""
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    if len(years) >= 2:
        step = -(-len(years) // 12)
        return [Tick(place(day), str(day.year)) for day in years[::step]]
    months = [date(first.year + m // 12, m % 12 + 1, 1) for m in range(first.month, first.month + 36)]
    within = [day for day in months if first <= day <= last]
    step = max(1, -(-len(within) // 8))
    return [Tick(place(day), f"{day:%b %Y}") for day in within[::step]]
