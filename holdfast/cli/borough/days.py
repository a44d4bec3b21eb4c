"""The borough day by day: who is admitted, and everything posted on each day, for ever."""

import heapq
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random

from msgspec import Struct

from holdfast.cli.borough.lives import MEAN_STAY_DAYS, Life, life_of
from holdfast.cli.borough.telling import Posting, tell

# Who is looked after when the borough's history begins was admitted in the years before.
YEARS_BEFORE = 18


class Day(Struct, frozen=True):
    """What is posted on a day, in order; the first day holds what was recorded before it too."""

    on: date
    postings: list[Posting]


def days(seed: int, children: int, begins_on: date, source: str) -> Iterator[Day]:
    """Every day from the first, without end. About `children` are looked after at any time."""
    named = f"{seed}/{begins_on.isoformat()}"
    waiting: list[Posting] = []
    since = begins_on - timedelta(YEARS_BEFORE * 365)
    for back in range((begins_on - since).days):
        for life in _admitted(named, children, since + timedelta(back)):
            # Left long before the history begins: nobody asks.
            if life.left_on > begins_on - timedelta(366):
                waiting.extend(posting for posting in tell(named, source, life) if not _long_past(posting, begins_on))
    heapq.heapify(waiting)
    for ahead in count():
        on = begins_on + timedelta(ahead)
        for life in _admitted(named, children, on):
            for posting in tell(named, source, life):
                heapq.heappush(waiting, posting)
        yield Day(on, list(_due(waiting, on)))


def _long_past(posting: Posting, begins_on: date) -> bool:
    # What was recorded before the history begins is brought over once.
    return posting.again and posting.at.date() < begins_on


def _admitted(seed: str, children: int, on: date) -> Iterator[Life]:
    random = Random(f"{seed}/{on.isoformat()}")
    for number in range(_poisson(random, children / MEAN_STAY_DAYS)):
        yield life_of(seed, f"DEMO-{on:%y%m%d}-{number + 1}", on)


def _poisson(random: Random, mean: float) -> int:
    """How many arrivals in one day, by the gaps between them."""
    gap, arrivals = random.expovariate(mean), 0
    while gap < 1:
        gap, arrivals = gap + random.expovariate(mean), arrivals + 1
    return arrivals


def _due(waiting: list[Posting], on: date) -> Iterator[Posting]:
    tomorrow = datetime.combine(on + timedelta(1), time(), UTC)
    while waiting and waiting[0].at < tomorrow:
        yield heapq.heappop(waiting)
