"""Reading what a sender posts: whole bodies within bounds of size and time, and lines of a body without an end.

What is in them is not looked at here.
"""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from holdfast.contracts.door import LONGEST_EVENT_BYTES, UNREADABLE
from holdfast.runtime.http import Problem

LONGEST_BODY_BYTES = 8 * 1024 * 1024
MOST_EVENTS = 10_000
CHUNK_LINES = 500
CHUNK_BYTES = 1024 * 1024
# A sender that waits for its verdicts before it goes on gets them after this pause.
_PAUSE_SECONDS = 0.1

TOO_LARGE = Problem(
    413,
    "too-large",
    f"A request may hold {LONGEST_BODY_BYTES // 1024 // 1024} MiB and {MOST_EVENTS} events",
    "Send fewer at a time, or as application/x-ndjson, which has no limit.",
)


def media_type(request: Request) -> str:
    """The content type without its parameters. Raises Problem 415 for a body that is compressed."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "unsupported-media-type", "Compressed bodies are not taken")
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def declared_bytes(request: Request) -> int:
    """How long a body will be: as long as any may be, where that is not said. Raises Problem 413."""
    declared = request.headers.get("content-length", "")
    if not (declared.isascii() and declared.isdigit()):
        return LONGEST_BODY_BYTES
    if int(declared) > LONGEST_BODY_BYTES:
        raise TOO_LARGE
    return int(declared)


async def whole_body(request: Request, seconds: float) -> bytes:
    """The body, up to 8 MiB and within `seconds`. Raises Problem 400, 408 or 413."""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_BODY_BYTES:
                    raise TOO_LARGE
    except TimeoutError as error:
        raise Problem(408, "too-slow", f"The body did not come within {seconds:g} s") from error
    except ClientDisconnect as error:
        raise Problem(400, "unreadable", "The body did not come to its end") from error
    return bytes(body)


def members(body: bytes) -> list[msgspec.Raw]:
    """The members of a JSON array, unread. Raises Problem 400 where it is none, 413 where there are too many."""
    try:
        found = msgspec.json.decode(body, type=list[msgspec.Raw])
    except UNREADABLE as error:
        raise Problem(400, "unreadable", "The body cannot be read", "Send a JSON array of events, in UTF-8.") from error
    if len(found) > MOST_EVENTS:
        raise TOO_LARGE
    return found


class Lines:
    """Cuts what arrives into lines, holding one of them at most. Of one that is too long only the start is kept."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, part: bytes) -> list[bytes]:
        """The lines that came to their end, without it, and without the blank ones."""
        *ended, rest = part.split(b"\n")
        found = []
        for text in ended:
            self._add(text)
            found.append(bytes(self._held))
            self._held.clear()
        self._add(rest)
        return [line for line in found if line.strip()]

    def _add(self, text: bytes) -> None:
        # One byte more than a line may have is enough to be refused by.
        room = LONGEST_EVENT_BYTES + 1 - len(self._held)
        self._held += text[:room]

    def end(self) -> list[bytes]:
        """The last line, where it had no end."""
        return [bytes(self._held)] if self._held.strip() else []


class Chunks:
    """The lines of a streamed body, some hundred at a time, fewer where the sender pauses or dribbles."""

    def __init__(self, receive: Receive, idle_seconds: float) -> None:
        self._receive, self._idle_seconds = receive, idle_seconds
        self._lines = Lines()
        self._held: list[bytes] = []
        self._size = 0
        self._first_held_at = 0.0
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[list[bytes]]:
        """Ends with the body; TimeoutError where the sender pauses too long, ClientDisconnect where it left."""
        pending: asyncio.Task[Message] | None = None
        try:
            while not self._ended:
                pending = pending or asyncio.ensure_future(self._receive())
                done, _ = await asyncio.wait({pending}, timeout=self._patience())
                if done:
                    self._take(pending.result())
                    pending = None
                elif not self._held:
                    raise TimeoutError
                while self._due():
                    yield self._next()
        finally:
            if pending is not None:
                pending.cancel()

    def _patience(self) -> float:
        if not self._held:
            return self._idle_seconds
        return max(0.0, self._first_held_at + _PAUSE_SECONDS - time.monotonic())

    def _take(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self._ended = not message.get("more_body", False)
        found = self._lines.feed(message.get("body", b"")) + (self._lines.end() if self._ended else [])
        if found and not self._held:
            self._first_held_at = time.monotonic()
        self._held += found
        self._size += sum(map(len, found))

    def _due(self) -> bool:
        full = len(self._held) >= CHUNK_LINES or self._size >= CHUNK_BYTES
        return bool(self._held) and (full or self._ended or self._patience() == 0.0)

    def _next(self) -> list[bytes]:
        now, self._held = self._held[:CHUNK_LINES], self._held[CHUNK_LINES:]
        self._size -= sum(map(len, now))
        return now
