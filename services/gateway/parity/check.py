"""The standing check: figures in memory against the register's, of the same days and records, one authority at a time.

Keeps how each authority stands and which integers differ. Telemetry and the log say where and in how many cells, never
an integer; who may see those is `pages.py`'s.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct, structs

from holdfast.contracts.figures import WHOLE
from holdfast.indicators.agreement import ByDay, Cell, Difference, by_day, differences, established
from holdfast.runtime.clock import Clock
from holdfast.runtime.http import Problem
from holdfast.runtime.logs import logger
from services.gateway.figures.held import Figures, Held
from services.gateway.neighbours.register import Register
from services.gateway.telemetry import PARITY_AGREED, PARITY_CELLS, PARITY_LOOKS

log = logger(__name__)

# Of the integers that differ so many are kept to be shown; all are counted.
MOST_SHOWN = 500
# Between two authorities at least so long, and as long as the last took: the register has others to answer.
SHORTEST_PAUSE_SECONDS = 0.2
# An authority that agreed, and of which nothing was said since, is looked at again after so many rounds, but well
# within the half hour after which operators are told that it was not compared.
UNCHANGED_ROUNDS, LONGEST_REST_SECONDS = 10, 900.0

State = Literal["agreed", "disagrees", "behind", "waiting", "unanswered", "other-definitions"]


class Agreement(Struct, frozen=True):
    """How an authority stood at the last look; instants are the platform's.

    `cells` (by indicator, how many) and `differences` are those of the last look that could compare, whose day and
    offset are `on` and `read_to`.
    """

    state: State
    looked_at: str
    agreed_at: str | None = None
    on: date | None = None
    read_to: int | None = None
    cells: dict[str, int] = {}
    differences: tuple[Difference, ...] = ()


class Taken(Struct, frozen=True):
    """An authority's figures as of one moment: one day, one partition, one version of the definitions."""

    on: date
    definitions: str
    held: dict[Cell, Held]

    @property
    def read_to(self) -> dict[Cell, int]:
        """How far the stream had read when it said each cell."""
        return {cell: held.head.read_to.offset for cell, held in self.held.items()}

    @property
    def said_in(self) -> dict[Cell, int]:
        """The offset of each cell's record."""
        return {cell: held.offset for cell, held in self.held.items()}


def taken_of(held: Mapping[Cell, Held]) -> Taken | None:
    """What is held as one whole; None while the stream is between two days or two versions of anything."""
    of_one = {
        (one.on, one.head.read_to.topic, one.head.read_to.partition, one.head.definitions) for one in held.values()
    }
    if len(of_one) != 1:
        return None
    on, _, _, version = of_one.pop()
    return Taken(on, version, dict(held))


class Rested(Struct, frozen=True):
    """An authority that agreed: what had been said of it by then, and when that was, in monotonic seconds."""

    said: tuple[int, int]
    at: float


def last_said(held: Mapping[Cell, Held]) -> tuple[int, int]:
    """How many cells are held, and the offset of the latest record among them: another one whenever any is said."""
    return len(held), max((one.offset for one in held.values()), default=-1)


class Parity:
    """Looks at every authority in turn, for as long as the process lives; a round begins every `seconds` at most."""

    def __init__(self, figures: Figures, register: Register, clock: Clock, seconds: float) -> None:
        self._figures, self._register, self._clock, self._seconds = figures, register, clock, seconds
        self._agreements: dict[str, Agreement] = {}
        self._differed: dict[str, dict[Cell, int]] = {}
        self._rested: dict[str, Rested] = {}

    def of(self, authority: str) -> Agreement | None:
        """How an authority stands; None before the first look."""
        return self._agreements.get(authority)

    def all(self) -> dict[str, Agreement]:
        """How each stands that was looked at, by its code."""
        return dict(sorted(self._agreements.items()))

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            began = time.monotonic()
            for authority in filter(self.is_due, self._figures.authorities()):
                at = time.monotonic()
                await self.look(authority)
                await asyncio.sleep(max(SHORTEST_PAUSE_SECONDS, time.monotonic() - at))
            await asyncio.sleep(max(SHORTEST_PAUSE_SECONDS, self._seconds - (time.monotonic() - began)))

    def is_due(self, authority: str) -> bool:
        """Whether the two have not agreed on what is held now, or that was many rounds ago."""
        rested = self._rested.get(authority)
        return (
            rested is None
            or rested.said != last_said(self._figures.of(authority).held)
            or time.monotonic() - rested.at >= min(UNCHANGED_ROUNDS * self._seconds, LONGEST_REST_SECONDS)
        )

    async def look(self, authority: str) -> None:
        """Compare one authority's figures, and keep how it stands."""
        said = last_said(self._figures.of(authority).held)
        before = self._agreements.get(authority) or Agreement("waiting", "")
        now = await self._looked(authority, structs.replace(before, state="waiting", looked_at=self._clock.instant()))
        self._agreements[authority] = now
        self._rested.pop(authority, None)
        if now.state == "agreed":
            self._rested[authority] = Rested(said, time.monotonic())
        PARITY_LOOKS.labels(now.state).inc()
        _tell(authority, before, now)

    async def _looked(self, authority: str, so_far: Agreement) -> Agreement:
        taken = taken_of(self._figures.of(authority).held)
        if taken is None:
            return so_far
        try:
            return await self._compared(authority, taken, so_far)
        except Problem as problem:
            # Erased since: the stream will have read that too, once it says its figures again.
            states: dict[str, State] = {"behind": "behind", "erased-since": "waiting"}
            return structs.replace(so_far, state=states.get(problem.code, "unanswered"))

    async def _compared(self, authority: str, taken: Taken, so_far: Agreement) -> Agreement:
        stream, month_ends, ahead = await asyncio.to_thread(_decoded, taken)
        furthest = max(taken.read_to.values())
        figures, version = await self._register.figures_as_read(authority, taken.on, furthest, month_ends, ahead)
        if version != taken.definitions:
            return structs.replace(so_far, state="other-definitions")
        register = {(one.indicator, one.breakdown): by_day(one, taken.on) for one in figures}
        found = await asyncio.to_thread(differences, stream, register)
        sure = established(found, taken.said_in, taken.read_to, self._differed.get(authority, {}))
        self._differed[authority] = {cell: taken.said_in.get(cell, -1) for cell in found}
        if found and not sure:
            return so_far
        return structs.replace(
            so_far,
            state="disagrees" if sure else "agreed",
            agreed_at=so_far.agreed_at if sure else so_far.looked_at,
            on=taken.on,
            read_to=furthest,
            cells=dict(sorted(Counter(indicator for indicator, _ in sure).items())),
            differences=_shown([one for cell in sorted(sure) for one in found[cell]], taken.on),
        )


def _shown(found: list[Difference], today: date) -> tuple[Difference, ...]:
    """As many as are kept: of whole authorities before those of cells, and today's before those of other days."""
    return tuple(sorted(found, key=lambda one: (one.breakdown != WHOLE, one.on != today))[:MOST_SHOWN])


def _decoded(taken: Taken) -> tuple[dict[Cell, ByDay], int, int]:
    """Each cell's readings by day, and how many month ends back and ahead there are at most."""
    figures = {cell: held.figure() for cell, held in taken.held.items()}
    month_ends = max(len(figure.month_ends) for figure in figures.values())
    ahead = max(len(figure.ahead) for figure in figures.values())
    return {cell: by_day(figure, taken.on) for cell, figure in figures.items()}, month_ends, ahead


def _tell(authority: str, before: Agreement, now: Agreement) -> None:
    """Telemetry, and a line in the log where it changed which indicators differ."""
    if now.state == "agreed":
        PARITY_AGREED.labels(authority).set(time.time())
    elif now.agreed_at is None:
        PARITY_AGREED.labels(authority).set(0)
    for indicator in before.cells.keys() - now.cells.keys():
        PARITY_CELLS.remove(authority, indicator)
    for indicator, cells in now.cells.items():
        PARITY_CELLS.labels(authority, indicator).set(cells)
    if now.cells.keys() != before.cells.keys():
        if now.cells:
            log.error("stream and register disagree", authority=authority, cells=now.cells)
        else:
            log.info("stream and register agree again", authority=authority)
