"""The waterfall of a bridge: where the bars between two readings go. Pure arithmetic; a template draws it."""

from msgspec import Struct

from holdfast.indicators.bridge import Part

WIDTH, ROW, LEFT, RIGHT, TOP = 860, 34, 250, 110, 8
_BAR = 18


class Bar(Struct, frozen=True):
    """A bar from one number to another. `kind`: one of the two totals, or those who came or went."""

    x: float
    width: float
    kind: str


class Row(Struct, frozen=True):
    """A line of the drawing: its words, its bars, and the number that is written at their end."""

    y: float
    label: str
    bars: list[Bar]
    text: str
    text_x: float


class Waterfall(Struct, frozen=True):
    """Rows from the first reading, over each cause, to the second. `begins_at`: the number at the left edge."""

    width: int
    height: int
    bar_height: int
    left: int
    rows: list[Row]
    begins_at: int
    summary: str


def waterfall(part: Part, first: str, second: str, title: str) -> Waterfall:
    """The waterfall of a numerator or a denominator; `first` and `second` are the words of the two readings."""
    reached = [part.first]
    for step in part.steps:
        reached += [reached[-1] + step.came, reached[-1] + step.came - step.went]
    least, most = min(reached), max(reached)
    # A small change of a large number would not be seen from nought on; where the axis begins is written under it.
    begins = 0 if most <= 4 * (most - least) or most <= 20 else max(0, least - max(1, (most - least) // 2))
    scale = (WIDTH - LEFT - RIGHT) / max(1, most - begins)

    def bar(low: int, high: int, kind: str) -> Bar:
        return Bar(round(LEFT + (low - begins) * scale, 1), max(1.5, round((high - low) * scale, 1)), kind)

    rows = [_row(0, first, [bar(begins, part.first, "total")], f"{part.first:,}")]
    running = part.first
    for number, step in enumerate(part.steps, 1):
        bars = [bar(running, running + step.came, "came")] if step.came else []
        running += step.came
        bars += [bar(running - step.went, running, "went")] if step.went else []
        running -= step.went
        text = " ".join(
            [*([f"+{step.came:,}"] if step.came else []), *([f"\N{MINUS SIGN}{step.went:,}"] if step.went else [])]
        )
        rows.append(_row(number, f"{step.cause[0].upper()}{step.cause[1:]}", bars, text))
    rows.append(_row(len(rows), second, [bar(begins, part.second, "total")], f"{part.second:,}"))
    summary = f"{title}: from {part.first:,} to {part.second:,}, " + (
        ", ".join(f"{step.cause} {step.came:,} came and {step.went:,} went" for step in part.steps) or "nothing changed"
    )
    return Waterfall(WIDTH, TOP + ROW * len(rows) + 4, _BAR, LEFT, rows, begins, f"{summary}.")


def _row(number: int, label: str, bars: list[Bar], text: str) -> Row:
    ends = max((bar.x + bar.width for bar in bars), default=float(LEFT))
    return Row(TOP + number * ROW, label, bars, text, round(ends + 8, 1))
