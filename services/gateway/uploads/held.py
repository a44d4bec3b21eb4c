"""One upload as it is known while it lasts: how far it is, what was found, and what a person says to it.

Holds numbers and places alone. The facts themselves are in the process that reads it.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.uploads.messages import Progress, Read, Told

State = Literal["reading", "comparing", "ready", "sending", "done", "unchanged", "unreadable", "stopped", "failed"]
AT_WORK: frozenset[State] = frozenset({"reading", "comparing", "sending"})
ENDED: frozenset[State] = frozenset({"done", "unchanged", "unreadable", "failed"})


@dataclass(slots=True)
class Upload:
    """An upload of somebody's, under an id that says nothing. `until` and `since` are of the loop's clock."""

    id: str
    authority: str
    owner: Principal
    files: int
    until: float
    since: float
    state: State = "reading"
    progress: Progress = field(default_factory=lambda: Progress(0, 0))
    read: Read | None = None
    compared: Told | None = None
    sent: Told | None = None
    # Why it stands still, where it does.
    trouble: Problem | None = None
    withdraw: bool = False
    said: asyncio.Event = field(default_factory=asyncio.Event)

    def turn(self, state: State, now: float) -> None:
        """Go on to a state."""
        self.state, self.since, self.progress = state, now, Progress(0, 0)
        if state != "stopped":
            self.trouble = None

    @property
    def csv(self) -> bytes:
        """Every finding so far, compressed."""
        last = self.sent or self.compared or self.read
        return b"" if last is None else last.csv
