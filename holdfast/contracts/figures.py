"""Figures as they travel: the state of one indicator and breakdown on `care.indicators`, and the rows that people read.

A figure is always a whole state, never a change, so saying it twice is harmless.
"""

from datetime import date
from typing import Literal

import msgspec
from msgspec import Struct

Period = Literal["on", "month", "year_to_date", "rolling_year"]
Rating = Literal["red", "amber", "green"]

WHOLE = "all"


class Reading(Struct, frozen=True, omit_defaults=True, gc=False):
    """Numerator and denominator, as integers, on a day or over the period that ends on it. No denominator: a count.

    `unknown`: of how many in the denominator it can't be told. `mid_year`: the year of the estimate of residents that
    the denominator is.
    """

    period: Period
    numerator: int
    denominator: int | None = None
    rating: Rating | None = None
    unknown: int | None = None
    mid_year: int | None = None


class MonthEnd(Struct, frozen=True, gc=False):
    """The readings of a month end: a stock has one (`on`), a flow one for each period."""

    on: date
    readings: list[Reading]


class ReadTo(Struct, frozen=True, gc=False):
    """How far the stream had been read: the next offset of a partition of `care.events`."""

    topic: str
    partition: int
    offset: int


class Figure(Struct, frozen=True, gc=False):
    """One indicator of one authority, whole (`all`) or one cell (`age_band:5_to_9`).

    `readings` are today's, `as_at` the UTC instant of computing (its London date is today), `month_ends` the last
    ones up to today with the oldest first, `ahead` those to come if nothing further is said, `definitions` the
    version of the definitions.
    """

    authority: str
    indicator: str
    breakdown: str
    as_at: str
    readings: list[Reading]
    month_ends: list[MonthEnd]
    ahead: list[MonthEnd]
    definitions: str
    read_to: ReadTo

    @property
    def key(self) -> bytes:
        """The record key on `care.indicators`."""
        return f"{self.authority}/{self.indicator}/{self.breakdown}".encode()


class Breakdown(Struct, frozen=True):
    """One cell of a dimension, such as `age_band` `5_to_9`."""

    dimension: str
    value: str

    def __str__(self) -> str:
        return f"{self.dimension}:{self.value}"


class Row(Struct, frozen=True, kw_only=True):
    """One figure as people and machines read it. `period` is absent for a figure on a date.

    `unknown` is there where it can't be told of some, `mid_year` where the denominator is an estimate of residents.
    """

    indicator: str
    date: date
    period: Period | msgspec.UnsetType = msgspec.UNSET
    numerator: int
    denominator: int | None
    breakdown: Breakdown | None
    unknown: int | msgspec.UnsetType = msgspec.UNSET
    mid_year: int | msgspec.UnsetType = msgspec.UNSET


def breakdown_of(text: str) -> Breakdown | None:
    """`all` is None; `age_band:5_to_9` is that cell."""
    if text == WHOLE:
        return None
    dimension, value = text.split(":", 1)
    return Breakdown(dimension, value)


def rows_of(figure: Figure, on: date, readings: list[Reading]) -> list[Row]:
    """The readings of a figure on a date as rows."""
    cell = breakdown_of(figure.breakdown)
    return [row_of(figure.indicator, cell, on, reading) for reading in readings]


def row_of(indicator: str, breakdown: Breakdown | None, on: date, reading: Reading) -> Row:
    """One reading of an indicator in a cell (None: the whole) as a row."""
    return Row(
        indicator=indicator,
        date=on,
        period=msgspec.UNSET if reading.period == "on" else reading.period,
        numerator=reading.numerator,
        denominator=reading.denominator,
        breakdown=breakdown,
        unknown=msgspec.UNSET if reading.unknown is None else reading.unknown,
        mid_year=msgspec.UNSET if reading.mid_year is None else reading.mid_year,
    )
