"""Figures from the register by the one engine: read from scratch as known at an instant, or from ledgers held here.

Holds ledgers as a cache, bounded by children; every reading is of one snapshot of the database. No SQL, no HTTP.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import ParamSpec, TypeVar

from msgspec import Struct, structs

from holdfast.contracts.effects import Effect
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, fact_of
from holdfast.contracts.figures import Period, Row
from holdfast.contracts.topics import partition_of
from holdfast.england.residents import residents_of
from holdfast.indicators.choices import Choices
from holdfast.indicators.effects import Trial, days_around, figures_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.reading import rows
from holdfast.runtime.service_token import Claims
from services.placements import telemetry
from services.placements.as_known import Folded, Slice, View, Views, facts_by_child, folded_by_child
from services.placements.store import AuthorityState, Known, Pool, Snapshot, snapshot

# Folding is work for a processor: two at a time leave the loop, and the other cores, free to write.
_FOLDS_AT_ONCE = 2

# Of all the children that one dry run is about, some 25 MB: a child has a few dozen.
MOST_STATEMENTS = 50_000

# Indicator, breakdown, period.
Cell = tuple[str, str, Period]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class TooMuch(Exception):
    """So much has been stated of the children asked about that it is not held at once."""


class NotRead(Exception):
    """A data cut ends after what the register has read."""


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
        self.children: dict[str, Folded] = {}

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


class Question:
    """One question about an authority's data cuts, while its snapshot lasts."""

    def __init__(
        self, readings: "Readings", kept: _Kept, now: Snapshot, authority: str, read_to: ReadTo, state: AuthorityState
    ) -> None:
        self._readings = readings
        self._kept = kept
        self.now = now
        self.authority = authority
        self.read_to = read_to
        self.state = state

    def cut(self, known: Known) -> Known:
        """What is known so, of what has been read: a data cut that stays. Raises NotRead."""
        if known.read_to is not None and known.read_to > self.read_to.offset:
            raise NotRead
        changed_to = self.state.changed_to
        return structs.replace(known, read_to=changed_to if known.read_to is None else min(known.read_to, changed_to))

    async def ledger(self, known: Known, choices: Choices) -> Ledger:
        """What the children as known so add up to: nothing of it is kept, for the next such question is another."""
        readings, known = self._readings, self.cut(known)
        await readings.catch_up(self._kept, self.now)
        if known == Known(read_to=self.state.changed_to) and choices == readings.choices:
            return self._kept.ledger
        key = (self.authority, known, choices)
        today = self._kept.children if choices == readings.choices else None
        return (await readings.views.fold(self.now, key, self.state.erased_to, today, is_all=False)).ledger

    async def view(self, known: Known, choices: Choices) -> View:
        """The children as known so, by these choices."""
        readings, known = self._readings, self.cut(known)
        key = (self.authority, known, choices)
        view = readings.views.kept(key, self.state.erased_to)
        if view is None:
            today = None
            # What is known today is worth folding first where most of it is in the cut.
            if choices == readings.choices and (self._kept.children or known.at is None):
                await readings.catch_up(self._kept, self.now)
                today = self._kept.children
            is_all = known.at is None and known.read_to == self.state.changed_to
            view = await readings.views.make(self.now, key, self.state.erased_to, today, is_all=is_all)
        return view


class Readings:
    """Answers questions about figures. Keeps ledgers of at most `held_children` children, and of one authority."""

    def __init__(self, pool: Pool, topic: str, partitions: int, held_children: int, choices: Choices) -> None:
        self._pool = pool
        self._topic = topic
        self._partitions = partitions
        self._held_children = held_children
        self.choices = choices
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._folding = asyncio.Semaphore(_FOLDS_AT_ONCE)
        self.views = Views(self._fold, held_children)

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
                    await self.catch_up(kept, now)
                    read_to = await self.read_to(authority, now)
                found = await self.in_thread(_read, authority, kept.ledger, on, breakdowns)
        self._drop()
        return found, read_to

    async def made_of(self, claims: Claims, on: date, cell: Cell) -> tuple[MadeOf, ReadTo]:
        """Who makes up the figure of a cell (indicator, breakdown, period) on a day; each look is written down."""
        kept = self._of(claims.authority)
        async with kept.turn(), snapshot(self._pool, claims.authority) as now:
            read_to = await self.read_to(claims.authority, now)
            await self.catch_up(kept, now)
            found = await self.in_thread(_made_of, kept.children, on, cell)
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
                await self.catch_up(kept, now)
                whole = await self.in_thread(figures_of, kept.ledger, days_around(on), residents)
            held = await self._stated_of(now, {event.subject for event in stated})
            await now.record_look(claims, sorted(held), "dry run")
            trial = Trial(on, self.choices, residents, whole)
            found = await self.in_thread(_tried, trial, held, stated)
        self._drop()
        return found, read_to

    async def _stated_of(self, now: Snapshot, children: set[str]) -> dict[str, list[Fact]]:
        held: dict[str, list[Fact]] = {}
        many = 0
        async for slice_ in now.by_child(children=sorted(children)):
            many += len(slice_)
            if many > MOST_STATEMENTS:
                raise TooMuch
            held |= await self.in_thread(facts_by_child, slice_)
        return held

    async def read_to(self, authority: str, now: Snapshot) -> ReadTo:
        """How far the authority's partition has been read; 0 where the reading has not begun."""
        partition = partition_of(authority, self._partitions)
        return ReadTo(partition, (await now.read_to(self._topic)).get(partition, 0))

    async def _rows_as_known(
        self, authority: str, on: date, breakdowns: bool, known: Known
    ) -> tuple[list[Row], ReadTo]:
        with telemetry.READING_SECONDS.labels("no").time():
            async with self.as_known(authority) as question:
                view = await question.view(known, self.choices)
                found = await self.in_thread(view.rows, on, breakdowns=breakdowns)
        return found, question.read_to

    @asynccontextmanager
    async def as_known(self, authority: str) -> AsyncIterator[Question]:
        """A question about data cuts, answered of one snapshot. One at a time for an authority."""
        kept = self._of(authority)
        async with kept.turn(), snapshot(self._pool, authority) as now:
            yield Question(self, kept, now, authority, await self.read_to(authority, now), await now.state())
        self._drop()

    async def catch_up(self, kept: _Kept, now: Snapshot) -> None:
        """Bring a kept ledger to the snapshot: the children that changed, or all where something was erased."""
        version = await now.state()
        if version == kept.version:
            return
        since = kept.version
        if version.erased_to != since.erased_to or version.changed_to < since.changed_to:
            kept.empty()
        children = await now.changed_since(since.changed_to) if kept.children else None
        async for slice_ in now.by_child(children=children):
            await self.in_thread(_add, kept.ledger, kept.children, slice_, self.choices)
        kept.version = version

    async def _fold(self, slice_: Slice, choices: Choices) -> dict[str, Folded]:
        return await self.in_thread(folded_by_child, slice_, choices)

    async def in_thread(
        self, work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        async with self._folding:
            return await asyncio.to_thread(work, *arguments, **named)

    def forget(self, authority: str) -> None:
        """Hold nothing of an authority any more: something was erased of it."""
        self._kept.pop(authority, None)
        self.views.forget(authority)

    def _of(self, authority: str) -> _Kept:
        kept = self._kept.setdefault(authority, _Kept())
        self._kept.move_to_end(authority)
        return kept

    def _drop(self) -> None:
        """Let go of the authorities not asked about for the longest, until few enough children are held."""
        held = sum(len(kept.children) for kept in self._kept.values())
        while held > self._held_children and len(self._kept) > 1:
            _, kept = self._kept.popitem(last=False)
            held -= len(kept.children)


def _tried(trial: Trial, held: dict[str, list[Fact]], stated: Sequence[AnyEvent]) -> list[Effect]:
    for child, facts in held.items():
        trial.know(child, facts)
    return [trial.take(event.subject, fact_of(event)) for event in stated]


def _add(ledger: Ledger, held: dict[str, Folded], slice_: Slice, choices: Choices) -> None:
    for child, folded in folded_by_child(slice_, choices).items():
        if child in held:
            ledger.subtract(held[child].steps)
        ledger.add(folded.steps)
        held[child] = folded


def _read(authority: str, ledger: Ledger, on: date, breakdowns: bool) -> list[Row]:
    ledger.settle()
    return rows(ledger, on, breakdowns=breakdowns, residents=residents_of(authority))


def _made_of(held: dict[str, Folded], on: date, cell: Cell) -> MadeOf:
    asked, day = Asked(Figure(*cell)), on.toordinal()
    members = {child: asked.on(folded.steps, day) for child, folded in held.items()}
    return MadeOf(
        sorted(child for child, (above, _) in members.items() if above),
        sorted(child for child, (_, below) in members.items() if below),
    )
