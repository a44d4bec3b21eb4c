"""England's published figures beside an indicator that equals one of them: as a table's rows, and for machines."""

from fractions import Fraction

from msgspec import Struct

from holdfast.contracts.authorities import authorities
from holdfast.england.benchmarks import NEIGHBOURS, Benchmarks, benchmarks
from holdfast.england.published import years
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.values import in_decimals, unit

_ROUNDED = "from counts rounded to 10"


class BenchmarkRow(Struct, frozen=True):
    """Whose value it is, the value as printed, and what to know of it."""

    name: str
    value: str
    note: str = ""


class Region(Struct, frozen=True):
    """The region's value."""

    name: str
    value: float | None


class Neighbours(Struct, frozen=True):
    """The average of so many statistical neighbours (`averaged`), and the best of them."""

    average: float | None
    averaged: int
    best: float | None
    best_names: list[str]


class TopQuartile(Struct, frozen=True):
    """Where England's best quarter begins, over so many authorities."""

    value: float | None
    authorities: int


class BenchmarksTold(Struct, frozen=True):
    """Published figures for machines: values per `per`, or counts where that is null; null where there is none."""

    indicator: str
    series: str
    year_ending: str
    per: int | None
    authority: float | None
    england: float | None
    region: Region
    neighbours: Neighbours
    top_quartile: TopQuartile


def benchmarks_of(authority: str, indicator: str, year: int | None = None) -> Benchmarks | None:
    """What an indicator is held against, in the year ending 31 March (None: the latest); None where there is nothing.

    Only a series that the indicator equals is set beside it.
    """
    row = INDICATORS[indicator]
    if row.benchmark is None or authority not in authorities():
        return None
    known = years(row.benchmark)
    chosen = known[-1] if year is None else year
    return benchmarks(authority, row.benchmark, chosen, row.good) if chosen in known else None


def benchmark_rows(held: Benchmarks, name: str) -> list[BenchmarkRow]:
    """The rows of a table, those without a value left out. `name` is the authority's."""
    best = f"Best neighbour: {', '.join(held.best_names)}"
    rows = (
        (f"{name}, as published", held.own, ""),
        ("Statistical neighbours' average", held.average, f"{held.averaged} of {NEIGHBOURS} have a figure"),
        (best, held.best, ""),
        (held.region_name, held.region, _ROUNDED),
        ("England", held.england, _ROUNDED),
        ("Top quartile of England", held.top_quartile, f"over {held.authorities} authorities"),
    )
    return [BenchmarkRow(text, _printed(value, held.per), note) for text, value, note in rows if value is not None]


def _printed(value: Fraction, per: int | None) -> str:
    if per is None:
        return f"{value.numerator:,}" if value.denominator == 1 else in_decimals(value, 1)
    return in_decimals(value / per, per) + unit(per)


def benchmarks_told(indicator: str, held: Benchmarks) -> BenchmarksTold:
    """The same for machines."""
    return BenchmarksTold(
        indicator=indicator,
        series=held.series,
        year_ending=f"{held.year}-03-31",
        per=held.per,
        authority=_number(held.own),
        england=_number(held.england),
        region=Region(held.region_name, _number(held.region)),
        neighbours=Neighbours(_number(held.average), held.averaged, _number(held.best), list(held.best_names)),
        top_quartile=TopQuartile(_number(held.top_quartile), held.authorities),
    )


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
