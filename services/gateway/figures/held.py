"""Every figure of every authority, as last said, in memory; and what a live stream has yet to send of them.

A subscriber has no queue of its own: it remembers the offset it has sent up to, and what is newer is read from here.
So a slow one misses states in between, never the last, and costs no memory. Nothing here talks to the broker.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date, datetime

import msgspec
from aiokafka import ConsumerRecord
from msgspec import Struct

from holdfast.contracts.facts import microseconds
from holdfast.contracts.figures import WHOLE, Figure, MonthEnd, Reading, ReadTo, rows_of
from holdfast.runtime.clock import london_date


class _Head(Struct, frozen=True, gc=False):
    """The part of a figure that is read at once; the rest stays encoded until somebody asks."""

    authority: str
    indicator: str
    breakdown: str
    as_at: str
    definitions: str
    read_to: ReadTo


_head = msgspec.json.Decoder(_Head)
_figure = msgspec.json.Decoder(Figure)


class Held:
    """One figure: its record's bytes and offset, and what was made of them so far."""

    __slots__ = ("_fragment", "_rows", "as_at", "head", "offset", "raw", "stated_at")

    def __init__(self, offset: int, raw: bytes) -> None:
        self.offset, self.raw = offset, raw
        self.head = _head.decode(raw)
        self.as_at = self.head.as_at
        self.stated_at = microseconds(self.as_at)
        self._rows: bytes | None = None
        self._fragment: bytes | None = None

    @property
    def on(self) -> date:
        """The London day that `readings` are of."""
        return london_day(self.as_at)

    def figure(self) -> Figure:
        """The whole figure, decoded anew: not kept, for most are never asked for."""
        return _figure.decode(self.raw)

    def rows(self) -> bytes:
        """The rows of `readings` as a JSON list, encoded once however many ask."""
        if self._rows is None:
            figure = self.figure()
            self._rows = msgspec.json.encode(rows_of(figure, self.on, figure.readings))
        return self._rows

    def fragment(self, make: Callable[["Held"], bytes]) -> bytes:
        """What `make` makes of this figure for pages, made once."""
        if self._fragment is None:
            self._fragment = make(self)
        return self._fragment

    def forget_fragment(self) -> None:
        """Something else that the page says of the figure changed."""
        self._fragment = None

    def supersedes(self, held: "Held") -> bool:
        """A late word of an old worker can't undo a newer one; another topic, partition or definitions starts anew."""
        mine, theirs = self.head, held.head
        if (mine.read_to.topic, mine.read_to.partition, mine.definitions) != (
            theirs.read_to.topic,
            theirs.read_to.partition,
            theirs.definitions,
        ):
            return True
        return (mine.read_to.offset, self.stated_at) >= (theirs.read_to.offset, held.stated_at)


class AuthorityFigures:
    """One authority's figures, in the order they were last said (the latest last), and who is waiting for the next."""

    __slots__ = ("held", "waiting")

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Held] = {}
        self.waiting: set[asyncio.Event] = set()

    @property
    def latest(self) -> Held:
        """The figure said last; there is one at least."""
        return next(reversed(self.held.values()))

    @property
    def offset(self) -> int:
        """The offset of the figure said last; -1 where none was."""
        return self.latest.offset if self.held else -1

    def newer_than(self, offset: int) -> list[Held]:
        """Every figure said after `offset`, the oldest first."""
        found = []
        for held in reversed(self.held.values()):
            if held.offset <= offset:
                break
            found.append(held)
        found.reverse()
        return found


class Figures:
    """All figures, by authority. One writer, on the event loop; readers never wait for it."""

    def __init__(self) -> None:
        self.generation = ""
        self.next_offset = 0
        self._authorities: dict[str, AuthorityFigures] = {}

    def of(self, authority: str) -> AuthorityFigures:
        """One authority's figures; empty where nothing was said of it."""
        return self._authorities.setdefault(authority, AuthorityFigures())

    def take(self, records: list[ConsumerRecord]) -> None:
        """Take records in, in their order, then wake whoever waits for one of their authorities."""
        touched = {authority for record in records if (authority := self._take(record)) is not None}
        for authority in touched:
            self.wake(authority)

    def _take(self, record: ConsumerRecord) -> str | None:
        self.next_offset = record.offset + 1
        # Said once a day for roles with a mask; nobody here has one yet.
        if record.key is None or record.key.endswith(b"/daily"):
            return None
        key: str = record.key.decode()
        authority, indicator, breakdown = key.split("/", 2)
        state = self.of(authority)
        held = state.held.get((indicator, breakdown))
        if record.value is None:
            state.held.pop((indicator, breakdown), None)
            return None
        # Read again after a lost connection: it is held already, or something later is.
        if held is not None and record.offset <= held.offset:
            return None
        said = Held(record.offset, record.value)
        if held is not None:
            if not said.supersedes(held):
                return None
            # Taken out first, so that the order of the dict stays that of the offsets.
            del state.held[indicator, breakdown]
        state.held[indicator, breakdown] = said
        return authority

    def wake(self, authority: str) -> None:
        """Wake every stream of an authority."""
        for event in self.of(authority).waiting:
            event.set()

    def start_anew(self, generation: str) -> None:
        """The topic is another one than before: nothing held is its."""
        if self.generation not in ("", generation):
            for state in self._authorities.values():
                state.held.clear()
            self.next_offset = 0
        self.generation = generation

    def authorities(self) -> list[str]:
        """Those of which a figure is held."""
        return [authority for authority, state in self._authorities.items() if state.held]

    def wholes(self, authority: str) -> list[Figure]:
        """The figures of the whole authority, decoded."""
        return [held.figure() for (_, cell), held in self.of(authority).held.items() if cell == WHOLE]

    def counts(self) -> dict[str, int]:
        """How much is held: authorities with figures, and figures."""
        sizes = [len(state.held) for state in self._authorities.values() if state.held]
        return {"authorities": len(sizes), "figures": sum(sizes)}


def london_day(instant: str) -> date:
    """The London day of an RFC 3339 instant."""
    return london_date(datetime.fromisoformat(instant))


def readings_on(figure: Figure, day: date) -> list[Reading] | None:
    """The readings of a day that the figure carries: today's, a month end's; None for any other day."""
    if london_day(figure.as_at) == day:
        return figure.readings
    ends: Iterator[MonthEnd] = (held for held in (*figure.month_ends, *figure.ahead) if held.on == day)
    found = next(ends, None)
    return None if found is None else found.readings
