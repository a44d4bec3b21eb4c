"""`GET /live`: an authority's figures as Server-Sent Events, from where the reader left off.

An event is a state: a slow reader gets the latest of each figure and nothing in between. Who may read is asked of
`people/access.py`; what a figure looks like on a page is made by `views.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import StreamingResponse

from holdfast.contracts.figures import WHOLE
from holdfast.runtime.http import Problem
from services.gateway.alerts.held import Alerts
from services.gateway.figures.held import Figures, Held
from services.gateway.telemetry import EVENTS_SENT, REFUSED_SUBSCRIBERS, SUBSCRIBERS

RETRY_MS = 2000
# Figures in one write: a slow reader is given this much before the latest is looked at again.
FIGURES_A_WRITE = 64
# How often a stream asks whether whoever opened it may still read.
ASK_AGAIN_SECONDS = 30.0

HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
    "Content-Encoding": "identity",
}

Still = Callable[[], Awaitable[bool]]
Tile = Callable[[Held], bytes]


class Live:
    """Every live stream open now."""

    def __init__(self, figures: Figures, alerts: Alerts, *, subscribers: int, heartbeat_seconds: float) -> None:
        self._figures, self._alerts = figures, alerts
        self._bound, self._heartbeat_seconds = subscribers, heartbeat_seconds
        self._open = 0
        self._waiting: set[asyncio.Event] = set()
        self._stopping = False

    def __len__(self) -> int:
        return self._open

    def stop(self) -> None:
        """End every stream, so that the process can stop; each reader comes back by itself."""
        self._stopping = True
        for event in self._waiting:
            event.set()

    def stream(self, request: Request, authority: str, still: Still, tile: Tile | None) -> StreamingResponse:
        """Answer with a stream of `figure` events, or of `tile` events for a page; raises Problem 503 where full."""
        if self._open >= self._bound or self._stopping:
            REFUSED_SUBSCRIBERS.inc()
            raise Problem(
                503,
                "too-many-subscribers",
                "There are as many live streams as this gateway holds",
                "Try again in a little while, or read the figures without a stream.",
                headers={"Retry-After": "15"},
            )
        subscriber = _Subscriber(self._figures, self._alerts, authority, tile)
        subscriber.resume(request.headers.get("last-event-id", ""))
        return StreamingResponse(
            self._events(subscriber, still), media_type="text/event-stream; charset=utf-8", headers=HEADERS
        )

    async def _events(self, subscriber: "_Subscriber", still: Still) -> AsyncIterator[bytes]:
        waiting = self._figures.of(subscriber.authority).waiting
        loop = asyncio.get_running_loop()
        self._open += 1
        SUBSCRIBERS.set(self._open)
        waiting.add(subscriber.changed)
        self._waiting.add(subscriber.changed)
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            asked_at = loop.time()
            while not self._stopping:
                chunk = subscriber.next_chunk()
                yield chunk or b": here\n\n"
                if loop.time() - asked_at > ASK_AGAIN_SECONDS:
                    if not await still():
                        return
                    asked_at = loop.time()
                if not chunk:
                    await subscriber.wait(self._heartbeat_seconds)
        finally:
            waiting.discard(subscriber.changed)
            self._waiting.discard(subscriber.changed)
            self._open -= 1
            SUBSCRIBERS.set(self._open)


class _Subscriber:
    """How far one stream has got: an offset of figures and one of alerts. That is all it holds."""

    def __init__(self, figures: Figures, alerts: Alerts, authority: str, tile: Tile | None) -> None:
        self.authority = authority
        self.changed = asyncio.Event()
        self._figures, self._alerts, self._tile = figures, alerts, tile
        self._generation = figures.generation
        self._sent = -1
        self._alerts_generation, self._alerts_sent = alerts.generation, -1

    def resume(self, last_event_id: str) -> None:
        """Go on after the event that the reader had last; from the beginning where that is of no topic we know."""
        generation, _, offset = last_event_id.partition("-")
        known = generation == self._generation and offset.isascii() and offset.isdecimal()
        if known and len(offset) < 19 and int(offset) < self._figures.next_offset:
            self._sent = int(offset)

    async def wait(self, seconds: float) -> None:
        """Until something is said, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.changed.wait()

    def next_chunk(self) -> bytes:
        """What is newer than what was sent, as events, so many at most; nothing where there is nothing."""
        self.changed.clear()
        if self._generation != self._figures.generation:
            self._generation, self._sent = self._figures.generation, -1
        newer = self._figures.of(self.authority).newer_than(self._sent)[:FIGURES_A_WRITE]
        parts = [text for held in newer if (text := self._event(held))]
        EVENTS_SENT.labels("figure" if self._tile is None else "tile").inc(len(parts))
        if newer:
            self._sent = newer[-1].offset
        parts += self._alert_events()
        return b"".join(parts) or (b": \n\n" if newer else b"")

    def _event(self, held: Held) -> bytes:
        if self._tile is None:
            return event("figure", held.rows(), f"{self._generation}-{held.offset}")
        if held.head.breakdown != WHOLE:
            return b""
        tile = held.fragment(self._tile)
        return event("tile", tile, f"{self._generation}-{held.offset}") if tile else b""

    def _alert_events(self) -> list[bytes]:
        # Alerts are few and have offsets of their own: they carry no id and are all said again to whoever comes back.
        if self._alerts_generation != self._alerts.generation:
            self._alerts_generation, self._alerts_sent = self._alerts.generation, -1
        newer = self._alerts.newer_than(self.authority, self._alerts_sent)
        if newer:
            self._alerts_sent = newer[-1].offset
            EVENTS_SENT.labels("alert").inc(len(newer))
        return [event("alert", held.raw) for held in newer]


def event(name: str, data: bytes, identity: str = "") -> bytes:
    """One Server-Sent Event. `data` is JSON on one line."""
    head = f"id: {identity}\n" if identity else ""
    return f"{head}event: {name}\ndata: ".encode() + data + b"\n\n"
