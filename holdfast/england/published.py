"""What was published of England, its regions and its authorities: by series, year and code. Compares nothing.

A series is the department's, not an indicator of ours: `admissions` counts children once.
"""

import csv
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from io import StringIO

from msgspec import Struct

ENGLAND = "E92000001"

# Suppressed, not applicable, not available, and what rounding made nothing of.
_NO_NUMBER = frozenset({"c", "z", "x"})
_ROUNDED_TO_NOTHING = "k"


class Series(Struct, frozen=True):
    """One published series and the columns it is in. `per`: 100, 10,000, or None for a count."""

    file: str
    published_as: str
    numerator: str
    denominator: str | None
    shown: str
    per: int | None


def _share(name: str) -> Series:
    return Series("stability.csv", name, "numerator", "denominator", "percent", 100)


def _count(name: str) -> Series:
    return Series("looked-after.csv", name, "count", None, "count", None)


def _rate(name: str) -> Series:
    return Series("looked-after.csv", name, "count", "residents_under_18", "rate_per_10000", 10_000)


SERIES: dict[str, Series] = {
    "long_term_stable": _share("long_term_stable"),
    "three_or_more_placements": _share("three_or_more_placements"),
    "three_or_more_placements_2y": _share("three_or_more_placements_2y"),
    "looked_after": _count("looked_after"),
    "looked_after_rate": _rate("looked_after"),
    "admissions": _count("admissions"),
    "admissions_rate": _rate("admissions"),
    "discharges": _count("discharges"),
    "discharges_rate": _rate("discharges"),
}


class Published(Struct, frozen=True):
    """One figure as published. `shown` is the whole number printed, which is all there is where a part is withheld."""

    numerator: int | None
    denominator: int | None
    shown: int | None
    per: int | None

    @property
    def value(self) -> Fraction | None:
        """Per `per`: exactly, where both parts are given and there is something to be a share of; else as printed."""
        if self.per is None or self.numerator is None or not self.denominator:
            return None if self.shown is None else Fraction(self.shown)
        return Fraction(self.per * self.numerator, self.denominator)


def rows(file: str) -> Iterator[dict[str, str]]:
    """The rows of one of the package's files."""
    text = files("holdfast.england").joinpath(file).read_text(encoding="utf-8")
    return csv.DictReader(StringIO(text))


def years(series: str) -> list[int]:
    """The years, ending 31 March, that a series was published for, the latest last. KeyError: there is no such one."""
    return sorted(published(series))


@cache
def published(series: str) -> dict[int, dict[str, Published]]:
    """A series by the year ending 31 March and the code of an authority, a region or `ENGLAND`."""
    described = SERIES[series]
    found: dict[int, dict[str, Published]] = {}
    for row in rows(described.file):
        if row["indicator"] == described.published_as:
            by_code = found.setdefault(int(row["year_ending_31_march"]), {})
            by_code[row["code"]] = _figure(described, row)
    return found


def _figure(series: Series, row: dict[str, str]) -> Published:
    return Published(
        numerator=number(row[series.numerator]),
        denominator=number(row[series.denominator]) if series.denominator else None,
        shown=0 if row[series.shown] == _ROUNDED_TO_NOTHING else number(row[series.shown]),
        per=series.per,
    )


def number(text: str) -> int | None:
    """A number that was given; None for a symbol in its place. ValueError: neither."""
    return None if text in _NO_NUMBER or text == _ROUNDED_TO_NOTHING else int(text)
