"""Bounds on what senders may do at once: requests a second by token, streams, one child's imports, bodies in memory."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Set
from contextlib import asynccontextmanager, contextmanager

from holdfast.runtime.http import Problem

_MOST_BUCKETS = 10_000


class Rate:
    """A token bucket for each sender's token: `per_second` in the long run, `at_once` in a burst."""

    def __init__(self, per_second: float, at_once: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._at_once, self._monotonic = per_second, at_once, monotonic
        self._buckets: dict[int, tuple[float, float]] = {}

    def take(self, token: int) -> None:
        """Take one request out of the bucket; raises Problem 429 saying when there will be one."""
        now = self._monotonic()
        left, then = self._buckets.pop(token, (float(self._at_once), now))
        left = min(self._at_once, left + (now - then) * self._per_second)
        if len(self._buckets) >= _MOST_BUCKETS:
            # The one that has been quiet the longest is full again, or soon will be.
            self._buckets.pop(next(iter(self._buckets)))
        self._buckets[token] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise _slow_down(math.ceil((1 - left) / self._per_second), "Too many requests with this token")


class Places:
    """So many may be in at once, in all and of one token."""

    def __init__(self, in_all: int, of_one: int, what: str) -> None:
        self._in_all, self._of_one, self._what = in_all, of_one, what
        self._inside: Counter[int] = Counter()

    @contextmanager
    def held(self, token: int) -> Iterator[None]:
        """A place, until left; raises Problem 429 or 503 where there is none."""
        if self._inside[token] >= self._of_one:
            raise _slow_down(5, f"This token has {self._of_one} {self._what} open already")
        if self._inside.total() >= self._in_all:
            raise Problem(503, "busy", f"Too many {self._what} are open", headers={"Retry-After": "1"})
        self._inside[token] += 1
        try:
            yield
        finally:
            self._inside[token] -= 1
            if not self._inside[token]:
                del self._inside[token]


class Turns:
    """Whoever has something in hand that another wants too, be it one of many, goes first: the other waits its turn."""

    def __init__(self, longest_seconds: float) -> None:
        self._longest_seconds = longest_seconds
        self._in_hand = set[Hashable]()
        self._put_down = asyncio.Condition()

    @asynccontextmanager
    async def taken(self, things: Set[Hashable]) -> AsyncIterator[None]:
        """All of them in hand, until left; raises Problem 503 where that is not within the bound."""
        try:
            async with asyncio.timeout(self._longest_seconds), self._put_down:
                await self._put_down.wait_for(lambda: self._in_hand.isdisjoint(things))
                self._in_hand |= things
        except TimeoutError as error:
            raise Problem(503, "busy", "The same is being taken in just now", headers={"Retry-After": "5"}) from error
        try:
            yield
        finally:
            self._in_hand -= things
            async with self._put_down:
                self._put_down.notify_all()


class Budget:
    """So many bytes of bodies may be in memory at once."""

    def __init__(self, in_all: int) -> None:
        self._left = in_all

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Room for a body, until left; raises Problem 503 where there is none."""
        if size > self._left:
            raise Problem(503, "busy", "Too much is being taken in at once", headers={"Retry-After": "1"})
        self._left -= size
        try:
            yield
        finally:
            self._left += size


def _slow_down(seconds: int, title: str) -> Problem:
    return Problem(429, "too-many-requests", title, headers={"Retry-After": str(max(1, seconds))})
