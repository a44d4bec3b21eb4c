"""Chooses from many vectors of whole numbers some that add up to a wanted sum, exactly. Knows nothing of boroughs.

Begins with a first choice and exchanges as few as lead there: the best exchange each time; where none is better, two
at once that leave nothing over; where there are no such two, some at random, and on from there. Decided by the seed.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

Vector = tuple[int, ...]
_Integers = NDArray[np.int64]

MOST_TRIES = 100
_AT_RANDOM = 6
# So much further off, in squares that are weighed, an exchange at random may lead.
_MOST_LOST = 12
_IMPOSSIBLE = -(1 << 40)
# Wide enough that sums of two exchanges are rarely alike by chance, narrow enough that none overflows.
_WEIGHT_BITS = 40


class NothingAddsUp(Exception):
    """No choice was found. `missing`: what the nearest one lacks of the wanted sum, place by place."""

    def __init__(self, missing: Vector) -> None:
        super().__init__("no choice adds up")
        self.missing = missing


def choose(vectors: Sequence[Vector], first: Sequence[bool], wanted: Vector, random: Random) -> list[int]:
    """The places, in order, of vectors whose sum is `wanted`. `first`: whether each is chosen to begin with.

    What is all zeros stays as it began. Of vectors that are alike those chosen first stay before others come in.
    Raises NothingAddsUp.
    """
    alike: dict[Vector, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        alike[vector].append(place)
    chosen = [place for place in alike.pop((0,) * len(wanted), []) if first[place]]
    search = _Search(alike, [sum(first[place] for place in places) for places in alike.values()], wanted, random)
    search.run()
    for places, number in zip(alike.values(), search.chosen(), strict=True):
        random.shuffle(places)
        places.sort(key=lambda place: not first[place])
        chosen += places[:number]
    return sorted(chosen)


class _Search:
    """How many of each kind are chosen. An exchange takes one of a kind in and one of another out.

    The first kind is nothing, of which there is always more: so an exchange may also only take in or only take out.
    """

    def __init__(self, alike: dict[Vector, list[int]], first: list[int], wanted: Vector, random: Random) -> None:
        self.random = random
        self.kinds: _Integers = np.array([(0,) * len(wanted), *alike], np.int64)
        # As many of nothing as can ever be asked for.
        plenty = sum(map(len, alike.values())) + _AT_RANDOM * MOST_TRIES
        self.there: _Integers = np.array([2 * plenty, *map(len, alike.values())], np.int64)
        self.held: _Integers = np.array([plenty, *first], np.int64)
        self.missing: _Integers = np.array(wanted, np.int64) - self.held @ self.kinds
        # What few supply weighs more, so that it is settled first and what many supply makes up for it.
        supply = 1 + self.there[1:] @ np.abs(self.kinds[1:])
        self.weighed: _Integers = self.kinds * (supply.max(initial=1) // supply)
        products = self.weighed @ self.kinds.T
        squares = products.diagonal()
        self.apart: _Integers = squares[:, None] + squares[None, :] - 2 * products
        self.weights: _Integers = np.array([random.getrandbits(_WEIGHT_BITS) for _ in wanted], np.int64)

    def chosen(self) -> list[int]:
        """How many of each kind but nothing."""
        numbers: list[int] = self.held[1:].tolist()
        return numbers

    def run(self) -> None:
        """Exchange until nothing is missing. Raises NothingAddsUp."""
        nearest = self.missing
        for _ in range(MOST_TRIES):
            self._come_nearer()
            if not self.missing.any() or self._finish():
                return
            if np.abs(self.missing).sum() < np.abs(nearest).sum():
                nearest = self.missing
            self._go_astray()
        raise NothingAddsUp(tuple(nearest.tolist()))

    def _come_nearer(self) -> None:
        # Every exchange lessens a whole number, so it ends.
        while True:
            gains = self._gains()
            best = int(gains.argmax())
            if gains.flat[best] <= 0:
                return
            self._exchange(*divmod(best, len(self.kinds)))

    def _finish(self) -> bool:
        """Make two exchanges that leave nothing missing, if there are such."""
        for exchanges in self._that_fit():
            held = self.held.copy()
            for taken_in, taken_out in exchanges:
                held[taken_in] += 1
                held[taken_out] -= 1
            missing = self.missing + (self.held - held) @ self.kinds
            if not missing.any() and (held >= 0).all() and (held <= self.there).all():
                self.held, self.missing = held, missing
                return True
        return False

    def _that_fit(self) -> Iterator[list[tuple[int, int]]]:
        """Two exchanges each time whose weighed sum is that of what is missing: so, all but certainly, is their sum."""
        exchanges = np.argwhere(self._possible())
        weighed = self.kinds @ self.weights
        sums = weighed[exchanges[:, 0]] - weighed[exchanges[:, 1]]
        order = np.argsort(sums, kind="stable")
        others = self.missing @ self.weights - sums
        places = np.minimum(np.searchsorted(sums[order], others), len(order) - 1)
        for one in np.flatnonzero(sums[order[places]] == others).tolist():
            yield [tuple(exchanges[one].tolist()), tuple(exchanges[order[places[one]]].tolist())]

    def _go_astray(self) -> None:
        for _ in range(_AT_RANDOM):
            near = np.argwhere(self._gains() >= -_MOST_LOST)
            if len(near):
                self._exchange(*near[self.random.randrange(len(near))].tolist())

    def _possible(self) -> NDArray[np.bool_]:
        possible: NDArray[np.bool_] = (self.held < self.there)[:, None] & (self.held > 0)[None, :]
        np.fill_diagonal(possible, val=False)
        return possible

    def _gains(self) -> _Integers:
        """By how much less the square of what is missing is after each exchange, by kinds taken in and taken out."""
        along = self.weighed @ self.missing
        return np.where(self._possible(), 2 * (along[:, None] - along[None, :]) - self.apart, _IMPOSSIBLE)

    def _exchange(self, taken_in: int, taken_out: int) -> None:
        self.held[taken_in] += 1
        self.held[taken_out] -= 1
        self.missing = self.missing - self.kinds[taken_in] + self.kinds[taken_out]
