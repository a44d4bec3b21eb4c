"""England's published figures beside an indicator that equals one of them: as a table's rows, and for machines."""

from fractions import Fraction
from typing import Any

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


def benchmarks_told(indicator: str, held: Benchmarks) -> dict[str, Any]:
    """The same for machines: values per `per`, or counts where that is null; null where there is none."""
    return {
        "indicator": indicator,
        "series": held.series,
        "year_ending": f"{held.year}-03-31",
        "per": held.per,
        "authority": _number(held.own),
        "england": _number(held.england),
        "region": {"name": held.region_name, "value": _number(held.region)},
        "neighbours": {
            "average": _number(held.average),
            "averaged": held.averaged,
            "best": _number(held.best),
            "best_names": held.best_names,
        },
        "top_quartile": {"value": _number(held.top_quartile), "authorities": held.authorities},
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
