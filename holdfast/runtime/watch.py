"""A watch over a process from a thread of its own: where its event loop hangs or its work stalls, the process ends.

It ends at once and flushes nothing, so that a supervisor starts it anew from what was acknowledged.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable

EXIT_HUNG = 75
_TICK_SECONDS = 0.5


class Watch:
    """Ends the process where the loop hasn't turned for `longest_pause_seconds`, or `stalled` returns a sentence."""

    def __init__(self, longest_pause_seconds: float, stalled: Callable[[], str | None] = lambda: None) -> None:
        self._longest_pause_seconds = longest_pause_seconds
        self._stalled = stalled
        self._turned_at = time.monotonic()
        self._over = threading.Event()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch the loop that is running."""
        self._turn(loop)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def stop(self) -> None:
        """Watch no more: the process is stopping by itself."""
        self._over.set()

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turned_at = time.monotonic()
        if not self._over.is_set():
            loop.call_later(_TICK_SECONDS, self._turn, loop)

    def _watch(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            paused = time.monotonic() - self._turned_at
            if paused > self._longest_pause_seconds:
                _end(f"the event loop has not turned for {paused:.1f} s")
            reason = self._stalled()
            if reason:
                _end(reason)


def _end(reason: str) -> None:
    os.write(2, f"ended by its own watch: {reason}\n".encode())
    os._exit(EXIT_HUNG)
