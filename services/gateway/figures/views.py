"""What a page shows of figures, worded and placed, ready for a template to set out. Reads no clock and asks nobody."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from holdfast.contracts.figures import Figure, MonthEnd, Rating, Reading
from holdfast.contracts.targets import Target
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.rating import target_in_force
from holdfast.indicators.values import (
    WITHHELD,
    bound_words,
    month_end_before,
    printed,
    reading_of,
    travel,
    value,
    verdict,
)
from services.gateway.charts import LARGE, SMALL, Frame, LineChart, line_chart
from services.gateway.figures.held import london_day
from services.gateway.presentation import PERIODS, Words, day_words, dimensions, month_words, words

FLOW_PERIODS = ("month", "year_to_date", "rolling_year")
_RATINGS = {"red": "Red", "amber": "Amber", "green": "Green"}


class Number(Struct, frozen=True):
    """A reading in words: the value that is read first, what it is made of, and what must be known beside it."""

    period: str
    label: str
    value: str
    made_of: str
    numerator: int
    denominator: int | None
    note: str = ""


class RatingWords(Struct, frozen=True):
    """A rating as a word, with the bound that it follows from."""

    colour: Rating
    word: str
    why: str


class TravelWords(Struct, frozen=True):
    """Which way the value went, in words."""

    way: str
    text: str
    verdict: str


class Tile(Struct, frozen=True):
    """One indicator on the scorecard."""

    authority: str
    indicator: str
    kind: str
    words: Words
    as_at: str
    now: Number
    others: list[Number]
    rating: RatingWords | None
    aim: str
    travel: TravelWords | None
    chart: LineChart | None
    sentence: str


class MonthRow(Struct, frozen=True):
    """A month end as a row of a table."""

    on: date
    numbers: list[Number]
    rating: RatingWords | None


class CellRow(Struct, frozen=True):
    """A cell as a row of the breakdown table."""

    breakdown: str
    words: str
    numbers: list[Number]


def tile(figure: Figure, targets: Sequence[Target], frame: Frame = SMALL) -> Tile:
    """The tile of a whole figure."""
    row, said = INDICATORS.get(figure.indicator), words(figure.indicator)
    flow = any(reading.period != "on" for reading in figure.readings)
    today = london_day(figure.as_at)
    target = target_in_force(targets, today)
    main = reading_of(figure.readings, "month" if flow else "on") or Reading("on", 0)
    now, per = number(main, said, target), _per(figure.readings, said)
    rating = rating_words(main.rating, target, per)
    return Tile(
        authority=figure.authority,
        indicator=figure.indicator,
        kind="flow" if flow else "stock",
        words=said,
        as_at=figure.as_at,
        now=now,
        others=[number(reading, said, target) for reading in figure.readings if flow and reading is not main],
        rating=rating,
        aim=aim_words(target, per),
        travel=_travel(figure, today, "rolling_year" if flow else "on", target, row.good if row else "none"),
        chart=chart_of(figure, target, frame),
        sentence=f"{said.title}: {now.value}" + (f", {rating.word.lower()}" if rating else ""),
    )


def number(reading: Reading, said: Words, target: Target | None = None) -> Number:
    """A reading in words: a percentage or a rate with what it is made of, or a count."""
    numerator, denominator = reading.numerator, reading.denominator
    shown = printed(reading, said.per, target) or "No value"
    if denominator is None:
        made_of = said.counted_one if numerator == 1 else said.counted
    else:
        made_of = f"{numerator:,} of {denominator:,} {said.share_of}".rstrip()
    return Number(
        reading.period, PERIODS[reading.period], shown, made_of, numerator, denominator, _note(reading, shown)
    )


def _note(reading: Reading, shown: str) -> str:
    if reading.mid_year is not None:
        return f"Residents in mid-{reading.mid_year}"
    if not reading.unknown:
        return ""
    why = ", too many to show a percentage" if shown == WITHHELD else ""
    return f"Not known for {reading.unknown:,}{why}"


def rating_words(rating: Rating | None, target: Target | None, per: int | None = 100) -> RatingWords | None:
    """The rating with the bound behind it."""
    if rating is None:
        return None
    red, green = bound_words(target, per) if target else (None, "")
    why = {"red": red or "", "green": green, "amber": "between red and green"}[rating] if target else ""
    return RatingWords(rating, _RATINGS[rating], why)


def aim_words(target: Target | None, per: int | None = 100) -> str:
    """What is aimed for, in words; empty where nothing is."""
    if target is None:
        return ""
    red, green = bound_words(target, per)
    return f"Green {green}" + (f", red {red}" if red else "")


def _per(readings: Sequence[Reading], said: Words) -> int | None:
    """Per how many a figure is; None for a count."""
    return said.per if any(reading.denominator is not None for reading in readings) else None


def _travel(figure: Figure, today: date, period: str, target: Target | None, good: str) -> TravelWords | None:
    before = month_end_before(figure.month_ends, today)
    now = reading_of(figure.readings, period)
    then = reading_of(before.readings, period) if before else None
    if before is None or now is None or then is None:
        return None
    way = travel(now, then)
    if way is None:
        return None
    said = words(figure.indicator)
    was = _was(then, said.per, target)
    change = {"up": f"up from {was}", "down": f"down from {was}", "same": f"same as the {was}"}[way]
    text = f"Last 12 months: {change}" if period == "rolling_year" else f"{change[0].upper()}{change[1:]}"
    return TravelWords(way, f"{text} at {day_words(before.on)}", verdict(way, target.good if target else good))


def _was(reading: Reading, per: int, target: Target | None) -> str:
    shown = printed(reading, per, target) or ""
    return shown if reading.denominator is None else f"{shown} ({reading.numerator:,} of {reading.denominator:,})"


def chart_of(figure: Figure, target: Target | None, frame: Frame) -> LineChart | None:
    """The line of a figure's month ends: the value of a stock, the month's value or count of a flow."""
    said, flow = words(figure.indicator), any(reading.period != "on" for reading in figure.readings)
    readings = [(end.on, reading_of(end.readings, "month" if flow else "on")) for end in figure.month_ends]
    points = [(on, None if reading is None else value(reading, said.per)) for on, reading in readings]
    last = next((reading for _, reading in reversed(readings) if reading and value(reading) is not None), None)
    if last is None:
        return None
    shown = number(last, said, target)
    summary = (
        f"{said.title}, {'in each month' if flow else 'at each month end'} from "
        f"{month_words(points[0][0])} to {month_words(points[-1][0])}; the last value is {shown.value}."
    )
    per = None if last.denominator is None else said.per
    rated = None if per is None else target
    return line_chart(points, shown.value, per=per, target=rated, frame=frame, summary=summary)


def month_rows(ends: Sequence[MonthEnd], indicator: str, targets: Sequence[Target]) -> list[MonthRow]:
    """Month ends as rows, each worded and rated by the target in force on it; those without a reading are left out."""
    said, found = words(indicator), []
    for end in ends:
        if not end.readings:
            continue
        target = target_in_force(targets, end.on)
        rated = next((reading.rating for reading in end.readings if reading.rating), None)
        numbers = [number(reading, said, target) for reading in end.readings]
        found.append(MonthRow(end.on, numbers, rating_words(rated, target, _per(end.readings, said))))
    return found


def cell_groups(figures: dict[str, Figure], indicator: str) -> list[tuple[str, list[CellRow]]]:
    """The breakdown table: every dimension with every cell that is held."""
    said = words(indicator)
    return [
        (
            name,
            [
                CellRow(cell, text, [number(reading, said) for reading in figures[cell].readings])
                for cell, text in cells
                if cell in figures
            ],
        )
        for name, cells in dimensions()
    ]


def large_tile(figure: Figure, targets: Sequence[Target]) -> Tile:
    """The same as on the scorecard, with room for a larger chart."""
    return tile(figure, targets, LARGE)
