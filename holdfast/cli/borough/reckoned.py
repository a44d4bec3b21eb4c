"""What statements add up to in printed figures, by the platform's own engine, each month's as known at its time.

Pure. Reads statements as the door passes them on, but for names: those it makes random, so nothing here rests on one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from holdfast.cli.borough.choosing import Vector
from holdfast.cli.borough.printed import Month, Printed
from holdfast.cli.borough.telling import Posting
from holdfast.contracts.facts import Fact, fact_of, microseconds, standing
from holdfast.contracts.figures import WHOLE
from holdfast.contracts.unhashed import unhashed
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.reading import readings_on
from holdfast.indicators.steps import Steps, fold

# Everything that was told of one child.
Told = Sequence[Fact]


def told_by_child(postings: Iterable[Posting]) -> list[list[Fact]]:
    """Every statement once, as a fact, child by child: what is sent again says nothing new."""
    told: dict[str, list[Fact]] = defaultdict(list)
    for posting in postings:
        if not posting.again:
            told[posting.event["subject"]].append(fact_of(unhashed(posting.event), b""))
    return list(told.values())


def is_clear(told: Told) -> bool:
    """Whether no two statements are so alike in time that only their names, which the door makes random, order them."""
    of_a_kind = {(fact.kind, fact.recorded_at) for fact in told}
    of_a_fact = {(fact.key, fact.recorded_at) for fact in told}
    return len(of_a_kind) == len(of_a_fact) == len(told)


def counted(children: Iterable[Told], printed: Printed) -> Vector:
    """The numbers of `Printed.integers` that children add to, of whom this was told."""
    of_each = [list(_counted(told, printed)) for told in children]
    return tuple(map(sum, zip(*of_each, strict=True)))


def _counted(told: Told, printed: Printed) -> Iterator[int]:
    for month, steps in zip(printed.months, _as_known(told, printed), strict=True):
        for asked, is_share in _asked(month):
            above, below = asked.on(steps, month.ends_on.toordinal())
            yield len(above)
            if is_share:
                yield len(below)


def added_up(children: Iterable[Told], printed: Printed) -> Vector:
    """The same by ledgers, one of each month, as the platform reads its figures."""
    ledgers = [Ledger() for _ in printed.months]
    for told in children:
        for ledger, steps in zip(ledgers, _as_known(told, printed), strict=True):
            ledger.add(steps)
    return tuple(chain.from_iterable(map(_read, ledgers, printed.months)))


def _read(ledger: Ledger, month: Month) -> Iterator[int]:
    cells = [(figure.indicator, WHOLE) for figure in month.figures]
    held = {code: readings for (code, _), (readings,) in readings_on(ledger, [month.ends_on.toordinal()], cells)}
    for figure in month.figures:
        read = next(reading for reading in held[figure.indicator] if reading.period == figure.period)
        yield read.numerator
        if figure.denominator is not None:
            yield read.denominator or 0


def _as_known(told: Told, printed: Printed) -> Iterator[Steps]:
    """The steps of a child as known at each month's time. Mostly there is nothing new since the month before."""
    known, steps = 0, Steps()
    for month in printed.months:
        facts = [fact for fact in told if fact.recorded_at <= _known_at(month)]
        if len(facts) != known:
            known, steps = len(facts), fold(standing(facts).values())
        yield steps


@cache
def _known_at(month: Month) -> int:
    return microseconds(month.known_at.isoformat())


@cache
def _asked(month: Month) -> list[tuple[Asked, bool]]:
    """What is asked of each child, and whether it is a share."""
    return [
        (Asked(Figure(figure.indicator, period=figure.period)), figure.denominator is not None)
        for figure in month.figures
    ]
