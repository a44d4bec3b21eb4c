"""What an authority's figure is held against: England, its region, its statistical neighbours, the top quartile.

Exact fractions throughout; nothing is rounded, and nobody is ranked.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from msgspec import Struct

from holdfast.contracts.authorities import Authority, authorities
from holdfast.england.published import ENGLAND, SERIES, published, rows

NEIGHBOURS = 10
# How far up the ordered values the top quartile begins, by what is good.
_TOP_QUARTILE = {"high": Fraction(3, 4), "low": Fraction(1, 4)}


class Benchmarks(Struct, frozen=True, kw_only=True):
    """A series in the year ending 31 March of `year`. Values are per `per` (100 or 10,000), or counts where it is None.

    `average` is the unweighted mean of the `averaged` neighbours with a value; `best` the best of theirs, and
    `best_names` whose it is; `top_quartile` is over the `authorities` with a value. None: there is no such value.
    """

    series: str
    year: int
    per: int | None
    own: Fraction | None
    england: Fraction | None
    region: Fraction | None
    region_name: str
    average: Fraction | None
    averaged: int
    best: Fraction | None
    best_names: tuple[str, ...]
    top_quartile: Fraction | None
    authorities: int


def benchmarks(authority: str, series: str, year: int, good: str) -> Benchmarks:
    """The benchmarks of an authority (its nine-character code); `good` is `high`, `low`, or anything else for neither.

    KeyError where there is no such authority, series or year.
    """
    here, figures = authorities()[authority], published(series)[year]
    values = {code: figure.value for code, figure in figures.items()}
    theirs = [(near.name, value) for near in neighbours(authority) if (value := values.get(near.code)) is not None]
    everyone = [value for code in authorities() if (value := values.get(code)) is not None]
    best = _best([value for _, value in theirs], good)
    return Benchmarks(
        series=series,
        year=year,
        per=SERIES[series].per,
        own=values.get(authority),
        england=values.get(ENGLAND),
        region=values.get(here.region_code),
        region_name=here.region,
        average=_mean([value for _, value in theirs]),
        averaged=len(theirs),
        best=best,
        best_names=tuple(name for name, value in theirs if value == best),
        top_quartile=percentile(everyone, _TOP_QUARTILE[good]) if good in _TOP_QUARTILE and everyone else None,
        authorities=len(everyone),
    )


def neighbours(authority: str) -> tuple[Authority, ...]:
    """The ten statistical neighbours, the nearest first; none for an authority that the model no longer has."""
    by_dfe_code = {held.dfe_code: held for held in authorities().values()}
    return tuple(by_dfe_code[code] for code in _neighbours().get(authorities()[authority].dfe_code, ()))


@cache
def _neighbours() -> dict[str, tuple[str, ...]]:
    places = [f"neighbour_{place}" for place in range(1, NEIGHBOURS + 1)]
    return {row["dfe_code"]: tuple(row[place] for place in places) for row in rows("statistical-neighbours.csv")}


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value so far up the ordered values, 0 the least and 1 the greatest; there must be at least one.

    Between two of them by linear interpolation.
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _best(values: Sequence[Fraction], good: str) -> Fraction | None:
    choose = {"high": max, "low": min}.get(good)
    return choose(values) if choose and values else None
