"""How settled a recent month is: the share of facts that had come within so many days of happening, with its range.

Learns from how late facts of the past came. Foretells no figure, and says nothing of what is corrected afterwards.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from holdfast.indicators.calendar import add_months, month_ends_to

MONTHS_BACK = 24
# The latest that is told apart: what happened more lately than that is not learnt from, for it may yet be said.
LONGEST_DAYS = 92
LEAST_FACTS = 50
LEAST_MONTHS = 3
# In nine of ten draws the share is within the range.
_OUTSIDE = (0.05, 0.95)
_DRAWS = 2_000
_DECIMALS = 4

Counts = NDArray[np.int64]


class Came(Struct, frozen=True, gc=False):
    """So many facts of a source that happened on a day and were first received on another."""

    source: str
    happened_on: date
    received_on: date
    number: int = 1


class Point(Struct, frozen=True, gc=False):
    """The share that had come within so many days, and between what it lay in nine of ten months like those past."""

    days: int
    share: float
    low: float
    high: float


class Curve(Struct, frozen=True):
    """What is known of one source, or of all together (None): a point for each number of days, or none at all.

    `facts` and `months`: how many facts, of how many calendar months, that is learnt from. None where they are too few.
    """

    source: str | None
    facts: int
    months: int
    points: list[Point]

    @property
    def is_enough(self) -> bool:
        """Whether there are facts enough to tell anything."""
        return bool(self.points)


class MonthSettled(Struct, frozen=True):
    """How much of what will be said about a month has been, so many days after its end. None: not enough to tell."""

    on: date
    days: int
    point: Point | None


class Settledness(Struct, frozen=True):
    """An authority's, as of a day: learnt from what happened between two days, both with them."""

    authority: str
    on: date
    first: date
    last: date
    whole: Curve
    sources: list[Curve]
    month_ends: list[MonthSettled]


def learnt_from(on: date) -> tuple[date, date]:
    """The first and last day of happening that is learnt from: 24 months, less what may yet be said."""
    day = on.toordinal()
    return date.fromordinal(add_months(day, -MONTHS_BACK)), date.fromordinal(day - LONGEST_DAYS)


def settledness(authority: str, came: Iterable[Came], began: Mapping[str, date], on: date) -> Settledness:
    """How settled the recent months are, as of a day. `began`: the day on which anything of a source first came.

    What had happened before its source began is history, posted in one go, and tells nothing of how late entries are.
    """
    first, last = learnt_from(on)
    used = [
        each
        for each in came
        if first <= each.happened_on <= last and began[each.source] <= each.happened_on and each.received_on <= on
    ]
    whole = _curve(authority, None, used, on)
    sources = [
        _curve(authority, source, [each for each in used if each.source == source], on) for source in sorted(began)
    ]
    return Settledness(authority, on, first, last, whole, sources, _month_ends(whole, on))


def _month_ends(whole: Curve, on: date) -> list[MonthSettled]:
    """The month ends that the curve reaches, the latest first."""
    day = on.toordinal()
    ages = [day - end for end in reversed(month_ends_to(day, LONGEST_DAYS // 28 + 1))]
    return [
        MonthSettled(date.fromordinal(day - age), age, whole.points[age] if whole.points else None)
        for age in ages
        if age <= LONGEST_DAYS
    ]


def _curve(authority: str, source: str | None, used: Sequence[Came], on: date) -> Curve:
    months = _by_month(used)
    facts = sum(each.number for each in used)
    if facts < LEAST_FACTS or len(months) < LEAST_MONTHS:
        return Curve(source, facts, len(months), [])
    shares = _within(np.sum(months, axis=0)[None])[0]
    low, high = np.quantile(_draws(months, _seed(authority, source, on)), _OUTSIDE, axis=0)
    # The share is that of all months together; where months differ greatly it may lie outside nine of ten of them.
    points = zip(shares, np.minimum(low, shares), np.maximum(high, shares), strict=True)
    told = [Point(days, *(round(float(value), _DECIMALS) for value in each)) for days, each in enumerate(points)]
    return Curve(source, facts, len(months), told)


def _by_month(used: Sequence[Came]) -> list[Counts]:
    """For each month in which anything happened, how many facts came so many days late; the last: later than that."""
    months: dict[tuple[int, int], Counts] = {}
    for each in used:
        late = min(max(0, (each.received_on - each.happened_on).days), LONGEST_DAYS + 1)
        month = (each.happened_on.year, each.happened_on.month)
        months.setdefault(month, np.zeros(LONGEST_DAYS + 2, np.int64))[late] += each.number
    return [months[month] for month in sorted(months)]


def _within(late: Counts) -> NDArray[np.float64]:
    """The shares that came within 0, 1, ... days, a row for each row of numbers by how late."""
    running = np.cumsum(late, axis=1)
    shares: NDArray[np.float64] = running[:, :-1] / running[:, -1:]
    return shares


def _draws(months: Sequence[Counts], seed: int) -> NDArray[np.float64]:
    """The shares of many months made up from those past: one of them is drawn, then as many of its facts as it had.

    A month is drawn as often as it has facts, so that one that is only begun weighs little.
    """
    chance = np.random.Generator(np.random.PCG64(seed))
    facts = np.array([month.sum() for month in months])
    times = chance.multinomial(_DRAWS, facts / facts.sum())
    drawn = [
        _within(chance.multinomial(int(number), month / number, size=int(often)))
        for month, number, often in zip(months, facts, times, strict=True)
    ]
    return np.concatenate(drawn)


def _seed(authority: str, source: str | None, on: date) -> int:
    """The same for the same question, so that it has the same answer."""
    question = f"{authority}/{source or ''}/{on.isoformat()}"
    return int.from_bytes(hashlib.sha256(question.encode()).digest()[:8])
