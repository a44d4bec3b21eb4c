"""Draws what was known of a figure, and when, against what truly was: six panels in one SVG. Reckons nothing.

A row an indicator, a column a number of days after the month end. The line is the truth, each dot what was known of a
month end, and the stem between them is how far off that was.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape

from docs.as_known import Count, Known

BLUE, ORANGE, INK, FAINT = "#12436D", "#F46A25", "#1d1d1b", "#d5d9dc"

WIDTH, ROW_HEIGHT, HEAD, FOOT = 1000, 272, 84, 58
_LEFT, _GAP, _RIGHT = 62, 26, 20
_TITLE, _PANEL_TOP, _PANEL_HEIGHT = 26, 62, 164
_STEPS = (1, 2, 4, 5, 10)

Row = tuple[str, Sequence[Known]]


def picture(heading: str, under: str, rows: Sequence[Row], columns: Sequence[str], summary: str) -> str:
    """The SVG. Each row has its title; `columns` say when each known count was known."""
    height = HEAD + ROW_HEIGHT * len(rows) + FOOT
    drawn = [part for number, row in enumerate(rows) for part in _row(row, columns, HEAD + ROW_HEIGHT * number)]
    body = "\n".join([_text(_LEFT - 42, 34, heading, "heading"), _text(_LEFT - 42, 60, under, ""), *drawn])
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">
<title>{escape(heading)}</title>
<desc>{escape(summary)}</desc>
<style>
text {{ font: 14px system-ui, "Segoe UI", Arial, sans-serif; fill: {INK} }}
.heading {{ font-size: 18px; font-weight: 600 }} .title {{ font-size: 16px; font-weight: 600 }}
.column {{ font-weight: 600 }} .off {{ fill: #a33c00 }} .true {{ fill: {BLUE}; font-weight: 600 }}
.end {{ text-anchor: end }} .middle {{ text-anchor: middle }}
</style>
<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>
{body}
{_key(height - 22)}
</svg>
"""


def _row(row: Row, columns: Sequence[str], top: float) -> Iterator[str]:
    title, known = row
    least, most, step = axis([one.percent for each in known for one in (each.true, *each.known)])
    width = (WIDTH - _LEFT - _RIGHT - _GAP * (len(columns) - 1)) / len(columns)
    yield _text(_LEFT - 42, top + _TITLE, title, "title")
    for number, column in enumerate(columns):
        left = _LEFT + number * (width + _GAP)
        plot = _Plot(left, top + _PANEL_TOP, width, least, most)
        marks = [least + step * mark for mark in range(round((most - least) / step) + 1)]
        yield from plot.axes(marks, labelled=number == 0)
        yield from plot.months([each.month_end for each in known])
        yield from plot.readings([(each.true, each.known[number]) for each in known])
        yield _text(left, top + _PANEL_TOP - 12, column, "column")
        yield _text(left + width, top + _PANEL_TOP - 12, _off(known, number), "off end")


def _off(known: Sequence[Known], number: int) -> str:
    """How many were right, and by how much the others were off at most."""
    right = sum(each.true == each.known[number] for each in known)
    return f"{right} of {len(known)} right"


class _Plot:
    """One panel: where a month end and a percentage are in it."""

    def __init__(self, left: float, top: float, width: float, least: float, most: float) -> None:
        self.left, self.top, self.width, self.least, self.most = left, top, width, least, most

    def y(self, percent: float) -> float:
        return self.top + _PANEL_HEIGHT * (self.most - percent) / (self.most - self.least)

    def x(self, number: int, many: int) -> float:
        return self.left + 10 + (self.width - 20) * number / max(1, many - 1)

    def axes(self, marks: Sequence[float], *, labelled: bool) -> Iterator[str]:
        for mark in marks:
            at = self.y(mark)
            yield f'<path d="M{self.left:.1f} {at:.1f} h{self.width:.1f}" stroke="{FAINT}"/>'
            if labelled:
                yield _text(self.left - 8, at + 5, f"{mark:g}%", "end")

    def months(self, ends: Sequence[date]) -> Iterator[str]:
        below = self.top + _PANEL_HEIGHT + 22
        for number, kind in ((0, ""), (len(ends) // 2 - 1, "middle"), (len(ends) - 1, "end")):
            at = self.x(number, len(ends)) + {"": -8, "end": 8}.get(kind, 0)
            yield _text(at, below, f"{ends[number]:%b %Y}", kind)

    def readings(self, pairs: Sequence[tuple[Count, Count]]) -> Iterator[str]:
        many = len(pairs)
        line = " L".join(f"{self.x(n, many):.1f} {self.y(true.percent):.1f}" for n, (true, _) in enumerate(pairs))
        yield f'<path d="M{line}" fill="none" stroke="{BLUE}" stroke-width="2.5" stroke-linejoin="round"/>'
        for number, (true, known) in enumerate(pairs):
            x, from_y, to_y = self.x(number, many), self.y(true.percent), self.y(known.percent)
            yield f'<path d="M{x:.1f} {from_y:.1f} V{to_y:.1f}" stroke="{ORANGE}" stroke-width="2"/>'
            filled = "#ffffff" if true == known else ORANGE
            yield (
                f'<circle cx="{x:.1f}" cy="{to_y:.1f}" r="4" fill="{filled}" stroke="{ORANGE}" stroke-width="1.8">'
                f"<title>{known.numerator} of {known.denominator} was known, "
                f"{true.numerator} of {true.denominator} is true</title></circle>"
            )


def axis(percents: Sequence[float]) -> tuple[float, float, float]:
    """Least and most of an axis and the step of its marks: at most six, round numbers, and room for every value."""
    step = next(step for step in (*_STEPS, 20) if (max(percents) - min(percents)) / step <= 4)
    return step * (min(percents) // step), step * -(-max(percents) // step), step


def _key(at: float) -> str:
    left = _LEFT - 42
    return "\n".join(
        [
            f'<path d="M{left} {at - 5} h34" stroke="{BLUE}" stroke-width="2.5"/>',
            _text(left + 44, at, "what truly was", "true"),
            f'<circle cx="{left + 196}" cy="{at - 5}" r="4" fill="{ORANGE}" stroke="{ORANGE}" stroke-width="1.8"/>',
            _text(left + 210, at, "what was known then, off by its stem", "off"),
            f'<circle cx="{left + 506}" cy="{at - 5}" r="4" fill="#ffffff" stroke="{ORANGE}" stroke-width="1.8"/>',
            _text(left + 520, at, "known and right", "off"),
            _text(WIDTH - _RIGHT, at, "The axes do not begin at 0.", "end"),
        ]
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{named}>{escape(text)}</text>'
