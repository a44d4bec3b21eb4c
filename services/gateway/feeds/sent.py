"""How a feed goes out: a part at a time, its ETag known before the first; so many at once, each for so long at most."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from holdfast.runtime.http import Problem
from holdfast.runtime.logs import logger

log = logger(__name__)

MOST_AT_ONCE = 4
LONGEST_SECONDS = 600.0


class Places:
    """Room for so many feeds at one time. What comes on top is asked to come again, and does not queue."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self.open = 0

    @contextmanager
    def room(self) -> Iterator[None]:
        """One of the places; Problem 503 where none is free."""
        if self.open >= self._most:
            raise Problem(
                503, "too-many-feeds", "Too many feeds are being sent just now", headers={"Retry-After": "30"}
            )
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


class Sent(StreamingResponse):
    """A feed on its way; its place is free again when it is sent, broken off, or has taken ten minutes.

    What fails on the way breaks the connection off, so that no reader takes a part for the whole.
    """

    def __init__(self, parts: AsyncIterator[bytes], tag: str, name: str, place: ExitStack) -> None:
        headers = caching(tag) | {"Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(parts, media_type="text/csv; charset=utf-8; header=present", headers=headers)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._place:
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    await super().__call__(scope, receive, send)
            except (Problem, TimeoutError) as error:
                # The answer has begun and can't be another one: left without its end, it is broken off.
                log.warning("a feed was broken off", kind=type(error).__name__)


def tag_of(made_from: Iterable[bytes]) -> str:
    """The ETag of what is made from these: a weak one, for the instant of making is in the lines and not in it."""
    digest = hashlib.sha256()
    for part in made_from:
        digest.update(hashlib.sha256(part).digest())
    return f'W/"{digest.hexdigest()[:32]}"'


def caching(tag: str) -> dict[str, str]:
    """What tells a reader whether it has this already."""
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def unchanged(request: Request, tag: str) -> Response | None:
    """304, where the reader has it already."""
    held = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    return Response(status_code=304, headers=caching(tag)) if tag.removeprefix("W/") in held or "*" in held else None
