"""Rows of figures and of children as lines of the feeds, in the order of their columns. Pure; asks nobody.

No cell is guarded against being read as a formula: each is a code, a name or a number of our own, and a test says so.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from io import StringIO

import msgspec
from msgspec import Struct

from holdfast.contracts.figures import Rating, Reading, Row
from holdfast.contracts.targets import Target
from holdfast.indicators.breakdowns import DIMENSIONS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.memberships import Membership
from holdfast.indicators.rating import rate, target_in_force
from holdfast.indicators.values import is_withheld, value
from services.gateway.feeds.columns import NONE_IN_IT, WITHHELD, Column
from services.gateway.presentation import breakdown_words

Cell = str | int | None
Line = tuple[Cell, ...]

_DECIMALS = 4
_DIMENSIONS = tuple(DIMENSIONS.values())


class Made(Struct, frozen=True):
    """What the lines of a month's figures have in common, beside the authority's targets by indicator."""

    authority: str
    authority_name: str
    targets: dict[str, list[Target]]
    definitions: str
    as_at: str


def head(columns: Iterable[Column]) -> bytes:
    """The first line of a feed."""
    return encoded([tuple(column.name for column in columns)])


def encoded(lines: Iterable[Line]) -> bytes:
    """Lines as CSV (RFC 4180), in UTF-8."""
    text = StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def figure_line(row: Row, made: Made) -> Line:
    """A figure as a line."""
    known = INDICATORS[row.indicator]
    reading = Reading(
        "on" if row.period is msgspec.UNSET else row.period,
        row.numerator,
        row.denominator,
        unknown=_or_none(row.unknown),
        mid_year=_or_none(row.mid_year),
    )
    found = value(reading, known.per)
    cell = row.breakdown
    return (
        made.authority,
        made.authority_name,
        row.indicator,
        known.title,
        "count" if row.denominator is None else "rate" if known.of_residents else "percentage",
        reading.period,
        row.date.isoformat(),
        cell.dimension if cell else None,
        cell.value if cell else None,
        breakdown_words(str(cell)) if cell else None,
        row.numerator,
        row.denominator,
        None if found is None else decimal(found),
        None if found is not None else WITHHELD if is_withheld(reading) else NONE_IN_IT,
        reading.unknown,
        reading.mid_year,
        None if cell else _rating(reading, row.date, made.targets.get(row.indicator, [])),
        made.definitions,
        made.as_at,
    )


def _or_none(number: int | msgspec.UnsetType) -> int | None:
    return None if number is msgspec.UNSET else number


def _rating(reading: Reading, on: date, targets: list[Target]) -> Rating | None:
    target = target_in_force(targets, on)
    if target is None or is_withheld(reading):
        return None
    return rate(reading.numerator, reading.denominator, target)


def decimal(number: Fraction) -> str:
    """A number of at least 0 in decimals, four at most, the last rounded half up; no needless noughts."""
    scale = 10**_DECIMALS
    units = int(number * scale + Fraction(1, 2))
    return f"{units // scale}.{units % scale:0{_DECIMALS}d}".rstrip("0").rstrip(".")


def child_lines(authority: str, child: str, rows: Iterable[Membership], definitions: str) -> Iterator[Line]:
    """What a child adds, a line each."""
    for row in rows:
        yield (
            authority,
            _day(row.month_end),
            row.indicator,
            "on" if row.happened_on is None else "month",
            child,
            None if row.happened_on is None else _day(row.happened_on),
            row.above,
            row.below,
            row.unknown,
            *_values(row.cells),
            definitions,
        )


# The same few come again and again, over many thousand lines.
@lru_cache(4096)
def _values(cells: tuple[int, ...]) -> tuple[str | None, ...]:
    return tuple(values[cell - 1] if cell else None for values, cell in zip(_DIMENSIONS, cells, strict=True))


@lru_cache(4096)
def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
