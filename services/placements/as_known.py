"""Views: an authority's children as they were known at a data cut, folded, and kept for the next question about it.

Only an erasure changes what a cut holds, so a view is good until then. No SQL, no HTTP; who may ask is settled before.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date

import msgspec
from msgspec import Struct

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.figures import Row
from holdfast.england.residents import residents_of
from holdfast.indicators.calendar import FOREVER
from holdfast.indicators.choices import Choices
from holdfast.indicators.contributions import contributions
from holdfast.indicators.identity import Identified, identified
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.series import Steps
from services.placements.store import Known, Snapshot

# Each is of one authority and cut; those asked about last are kept.
MOST_VIEWS = 16

Slice = list[tuple[str, bytes, bytes]]


class Folded(Struct, frozen=True):
    """What one child adds to the figures, the first day of care, and the last: FOREVER while it goes on.

    `found`: what does not add up about it. `packed`: what stands of it, for whoever asks why.
    """

    steps: Steps
    came_on: int
    gone_on: int
    found: tuple[Identified, ...]
    packed: bytes

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What stands of the child, in no order."""
        return _unpack(self.packed)


class View:
    """The children as known at a cut, as of the authority's last erasure. Not safe between threads."""

    def __init__(self, authority: str, children: dict[str, Folded], erased_to: int) -> None:
        self.authority = authority
        self.children = children
        self.erased_to = erased_to
        self._ledger: Ledger | None = None

    @property
    def ledger(self) -> Ledger:
        """The sum of the children, made once it is asked for."""
        if self._ledger is None:
            self._ledger = Ledger()
            for child in self.children.values():
                self._ledger.add(child.steps)
            self._ledger.settle()
        return self._ledger

    def rows(self, on: date, *, breakdowns: bool) -> list[Row]:
        """Every figure on a day, in the offline reading's form."""
        return rows(self.ledger, on, breakdowns=breakdowns, residents=residents_of(self.authority))


Key = tuple[str, Known, Choices]
# Runs a fold in a thread of its own.
InThread = Callable[[Slice, Choices], Awaitable[dict[str, Folded]]]


class Views:
    """The views kept, of at most so many children together, but always the last."""

    def __init__(self, in_thread: InThread, most_children: int) -> None:
        self._in_thread = in_thread
        self._most_children = most_children
        self._kept: OrderedDict[Key, View] = OrderedDict()

    def kept(self, key: Key, erased_to: int) -> View | None:
        """The view of a cut, where it is kept and nothing was erased since."""
        view = self._kept.get(key)
        if view is None or view.erased_to != erased_to:
            return None
        self._kept.move_to_end(key)
        return view

    async def make(
        self, now: Snapshot, key: Key, erased_to: int, today: Mapping[str, Folded] | None, *, is_all: bool
    ) -> View:
        """A view folded, and kept for the next question."""
        view = self._kept[key] = await self.fold(now, key, erased_to, today, is_all=is_all)
        self._kept.move_to_end(key)
        self._drop()
        return view

    async def fold(
        self, now: Snapshot, key: Key, erased_to: int, today: Mapping[str, Folded] | None, *, is_all: bool
    ) -> View:
        """Fold what was known at a cut; of children of whom nothing lies outside it, take what is folded `today`.

        `is_all`: nothing lies outside it.
        """
        authority, known, choices = key
        children: dict[str, Folded] = {}
        changed = None
        if today is not None:
            changed = [] if is_all else await now.outside(known)
            left_out = set(changed)
            children = {child: folded for child, folded in today.items() if child not in left_out}
        if changed is None or changed:
            async for slice_ in now.by_child(known, changed):
                children |= await self._in_thread(slice_, choices)
        return View(authority, children, erased_to)

    def forget(self, authority: str) -> None:
        """Keep no view of an authority."""
        for key in [key for key in self._kept if key[0] == authority]:
            del self._kept[key]

    def _drop(self) -> None:
        children = sum(len(view.children) for view in self._kept.values())
        while len(self._kept) > 1 and (len(self._kept) > MOST_VIEWS or children > self._most_children):
            _, view = self._kept.popitem(last=False)
            children -= len(view.children)


# A fact so packed takes some 150 bytes, a tenth of what it takes unpacked.
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(tuple[Fact, ...]).decode


def facts_by_child(slice_: Slice) -> dict[str, list[Fact]]:
    """Every statement as a fact, by child, from (child, statement, event)."""
    facts: dict[str, list[Fact]] = {}
    for child, statement, event in slice_:
        facts.setdefault(child, []).append(fact_of(decode_event(event), statement))
    return facts


def folded_by_child(slice_: Slice, choices: Choices) -> dict[str, Folded]:
    """Each child folded from (child, statement, event)."""
    return {
        child: _folded(child, standing(stated).values(), choices) for child, stated in facts_by_child(slice_).items()
    }


def _folded(name: str, facts: Collection[Fact], choices: Choices) -> Folded:
    child = journey(facts, choices)
    ends = [FOREVER if period.ends is None else period.ends for period in child.periods]
    came_on = child.periods[0].begins if child.periods else FOREVER
    found = identified(name, child.findings, child.awaiting, facts)
    return Folded(contributions(child), came_on, max(ends, default=0), found, _pack(tuple(facts)))
