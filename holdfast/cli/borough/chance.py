"""How the borough draws: one of several by its share, or a number of days about a mean. From a given Random."""

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from random import Random


class Shares:
    """Names with their shares, which need not add up to anything in particular."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._names = list(shares)
        self._sums = list(accumulate(shares.values()))

    def draw(self, random: Random) -> str:
        """One of them."""
        return self._names[bisect(self._sums, random.random() * self._sums[-1], 0, len(self._sums) - 1)]


class Ranges:
    """Whole numbers: one of several ranges (both ends belong to it) by its share, and any number in that."""

    def __init__(self, shares: Mapping[tuple[int, int], float]) -> None:
        self.shares = shares
        self._ranges = list(shares)
        self._sums = list(accumulate(shares.values()))

    def draw(self, random: Random) -> int:
        """One number."""
        least, most = self._ranges[bisect(self._sums, random.random() * self._sums[-1], 0, len(self._sums) - 1)]
        return random.randint(least, most)


def some_days(random: Random, mean: float, *, least: int = 1, most: int = 100_000) -> int:
    """So many days on average beyond the least, mostly fewer and now and then very many more."""
    return min(most, least + int(random.expovariate(1 / mean)))


def some_number(random: Random, mean: float) -> int:
    """How many arrive in one day, where so many do on average: by the gaps between them."""
    gap, arrivals = random.expovariate(mean), 0
    while gap < 1:
        gap, arrivals = gap + random.expovariate(mean), arrivals + 1
    return arrivals
