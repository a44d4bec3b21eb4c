"""Figures from the register by the one engine: read from scratch as known at an instant, or from ledgers held here.

Holds ledgers as a cache, bounded by children; every reading is of one snapshot of the database. No SQL, no HTTP.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import ParamSpec, TypeVar

from msgspec import Struct

from holdfast.contracts.effects import Effect
from holdfast.contracts.events import AnyEvent, decode_event
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.figures import Period, Row
from holdfast.contracts.topics import partition_of
from holdfast.england.residents import residents_of
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices
from holdfast.indicators.effects import Trial, days_around, figures_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import figures, rows
from holdfast.indicators.steps import Steps, fold
from holdfast.runtime.service_token import Claims
from services.placements import telemetry
from services.placements.store import AuthorityState, Known, Pool, Snapshot, snapshot

# Folding is work for a processor: two at a time leave the loop, and the other cores, free to write.
_FOLDS_AT_ONCE = 2

# Of all the children that one dry run is about, some 25 MB: a child has a few dozen.
MOST_STATEMENTS = 50_000

# Indicator, breakdown, period.
Cell = tuple[str, str, Period]
Slice = list[tuple[str, bytes, bytes]]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class TooMuch(Exception):
    """So much has been stated of the children asked about that it is not held at once."""


class ReadTo(Struct, frozen=True):
    """How far the register had read an authority's partition when it answered."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


class MadeOf(Struct, frozen=True):
    """The pseudonyms that make up one figure, sorted. For a count, which has no denominator, that list is empty."""

    numerator: list[str]
    denominator: list[str]


class _Kept:
    """One authority's ledger and its children's steps, as of a version."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self.empty()

    def empty(self) -> None:
        """Begin anew. A thread of a question that was broken off may still be at work on what was held before."""
        self.version = AuthorityState()
        self.ledger = Ledger()
        self.steps: dict[str, Steps] = {}

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One question at a time; what one leaves half done is thrown away."""
        async with self._turn:
            whole = False
            try:
                yield
                whole = True
            finally:
                if not whole:
                    self.empty()


class Readings:
    """Answers questions about figures. Keeps ledgers of at most `held_children` children, and of one authority."""

    def __init__(self, pool: Pool, topic: str, partitions: int, held_children: int, choices: Choices) -> None:
        self._pool = pool
        self._topic = topic
        self._partitions = partitions
        self._held_children = held_children
        self._choices = choices
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._folding = asyncio.Semaphore(_FOLDS_AT_ONCE)

    async def rows(
        self, authority: str, on: date, *, breakdowns: bool, known: Known | None = None
    ) -> tuple[list[Row], ReadTo]:
        """The rows of a day, in the offline reading's form, and how far the register had read."""
        if known is not None:
            return await self._rows_as_known(authority, on, breakdowns, known)
        kept = self._of(authority)
        with telemetry.READING_SECONDS.labels("yes").time():
            async with kept.turn():
                async with snapshot(self._pool, authority) as now:
                    await self._catch_up(kept, now)
                    read_to = await self.read_to(authority, now)
                found = await self._in_thread(_read, authority, kept.ledger, on, breakdowns)
        self._drop()
        return found, read_to

    async def made_of(self, claims: Claims, on: date, cell: Cell) -> tuple[MadeOf, ReadTo]:
        """Who makes up the figure of a cell (indicator, breakdown, period) on a day; each look is written down."""
        kept = self._of(claims.authority)
        async with kept.turn(), snapshot(self._pool, claims.authority) as now:
            read_to = await self.read_to(claims.authority, now)
            await self._catch_up(kept, now)
            found = await self._in_thread(_made_of, kept.steps, on, cell)
            looked_at = sorted({*found.numerator, *found.denominator})
            await now.record_look(claims, looked_at, f"figure {' '.join(cell)} on {on.isoformat()}")
        self._drop()
        return found, read_to

    async def effects(
        self, claims: Claims, on: date, stated: Sequence[AnyEvent], *, figures: bool
    ) -> tuple[list[Effect], ReadTo]:
        """What statements would change, each on top of those before it; each look at a child known is written down.

        `figures`: with what changes in the authority's own figures. Raises TooMuch.
        """
        kept, residents = self._of(claims.authority), residents_of(claims.authority)
        async with kept.turn(), snapshot(self._pool, claims.authority) as now:
            read_to = await self.read_to(claims.authority, now)
            whole = None
            if figures:
                await self._catch_up(kept, now)
                whole = await self._in_thread(figures_of, kept.ledger, days_around(on), residents)
            held = await self._stated_of(now, {event.subject for event in stated})
            await now.record_look(claims, sorted(held), "dry run")
            trial = Trial(on, self._choices, residents, whole)
            found = await self._in_thread(_tried, trial, held, stated)
        self._drop()
        return found, read_to

    async def _stated_of(self, now: Snapshot, children: set[str]) -> dict[str, list[Fact]]:
        held: dict[str, list[Fact]] = {}
        many = 0
        async for slice_ in now.by_child(children=sorted(children)):
            many += len(slice_)
            if many > MOST_STATEMENTS:
                raise TooMuch
            held |= await self._in_thread(_facts_by_child, slice_)
        return held

    async def read_to(self, authority: str, now: Snapshot) -> ReadTo:
        """How far the authority's partition has been read; 0 where the reading has not begun."""
        partition = partition_of(authority, self._partitions)
        return ReadTo(partition, (await now.read_to(self._topic)).get(partition, 0))

    async def _rows_as_known(
        self, authority: str, on: date, breakdowns: bool, known: Known
    ) -> tuple[list[Row], ReadTo]:
        ledger = Ledger()
        with telemetry.READING_SECONDS.labels("no").time():
            async with snapshot(self._pool, authority) as now:
                read_to = await self.read_to(authority, now)
                async for slice_ in now.by_child(known):
                    await self._in_thread(_add, ledger, {}, slice_, self._choices)
            return await self._in_thread(_read, authority, ledger, on, breakdowns), read_to

    async def _catch_up(self, kept: _Kept, now: Snapshot) -> None:
        """Bring a kept ledger to the snapshot: the children that changed, or all where something was erased."""
        version = await now.state()
        if version == kept.version:
            return
        since = kept.version
        if version.erased_to != since.erased_to or version.changed_to < since.changed_to:
            kept.empty()
        children = await now.changed_since(since.changed_to) if kept.steps else None
        async for slice_ in now.by_child(children=children):
            await self._in_thread(_add, kept.ledger, kept.steps, slice_, self._choices)
        kept.version = version

    async def _in_thread(
        self, work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        async with self._folding:
            return await asyncio.to_thread(work, *arguments, **named)

    def _of(self, authority: str) -> _Kept:
        kept = self._kept.setdefault(authority, _Kept())
        self._kept.move_to_end(authority)
        return kept

    def _drop(self) -> None:
        """Let go of the authorities not asked about for the longest, until few enough children are held."""
        held = sum(len(kept.steps) for kept in self._kept.values())
        while held > self._held_children and len(self._kept) > 1:
            _, kept = self._kept.popitem(last=False)
            held -= len(kept.steps)


def steps_by_child(slice_: Iterable[tuple[str, bytes, bytes]], choices: Choices) -> dict[str, Steps]:
    """Each child's steps, folded from (child, statement, event)."""
    return {child: fold(standing(stated).values(), choices) for child, stated in _facts_by_child(slice_).items()}


def _facts_by_child(slice_: Iterable[tuple[str, bytes, bytes]]) -> dict[str, list[Fact]]:
    """Every statement as a fact, by child."""
    facts: dict[str, list[Fact]] = {}
    for child, statement, event in slice_:
        facts.setdefault(child, []).append(fact_of(decode_event(event), statement))
    return facts


def _tried(trial: Trial, held: dict[str, list[Fact]], stated: Sequence[AnyEvent]) -> list[Effect]:
    for child, facts in held.items():
        trial.know(child, facts)
    return [trial.take(event.subject, fact_of(event)) for event in stated]


def _add(ledger: Ledger, held: dict[str, Steps], slice_: Slice, choices: Choices) -> None:
    for child, steps in steps_by_child(slice_, choices).items():
        if child in held:
            ledger.subtract(held[child])
        ledger.add(steps)
        held[child] = steps


def _read(authority: str, ledger: Ledger, on: date, breakdowns: bool) -> list[Row]:
    ledger.settle()
    return rows(ledger, on, breakdowns=breakdowns, residents=residents_of(authority))


def _made_of(held: dict[str, Steps], on: date, cell: Cell) -> MadeOf:
    indicator, breakdown, period = cell
    shares = INDICATORS[indicator].numerator
    # What counts the same children as another is asked of that; of residents, no list is held.
    indicator = shares if isinstance(shares, str) else indicator
    numerator, denominator = [], []
    for child, steps in held.items():
        alone = Ledger()
        alone.add(steps)
        [figure] = figures(alone, on, month_ends=0, ahead=0, only=[(indicator, breakdown)])
        [reading] = [reading for reading in figure.readings if reading.period == period]
        if reading.numerator:
            numerator.append(child)
        if reading.denominator:
            denominator.append(child)
    return MadeOf(sorted(numerator), sorted(denominator))
