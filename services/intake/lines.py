"""The newline-delimited stream: lines in, verdict lines out, while both go on. Memory is bounded by one chunk.

A sender that doesn't read its verdicts, or stops sending without ending, is cut off after the bound; what it got
no verdict for it sends again.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence

import msgspec
from fastapi.responses import Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from holdfast.contracts.door import LONGEST_EVENT_BYTES, UNREADABLE
from holdfast.contracts.door_verdicts import Verdict
from holdfast.runtime.http import Problem
from holdfast.runtime.logs import logger
from services.intake.bodies import Chunks
from services.intake.door import Door
from services.intake.failures import KeysDiffer, Unavailable
from services.intake.limits import Places
from services.intake.telemetry import IN_WORK, REQUEST_SECONDS
from services.intake.tokens import Sender, Tokens

log = logger(__name__)

_encoder = msgspec.json.Encoder()


class _Named(msgspec.Struct):
    id: str | None = None


class VerdictLines(Response):
    """The answer to a stream. It reads the request itself, so the framework must not have."""

    media_type = "application/x-ndjson"

    def __init__(
        self, door: Door, tokens: Tokens, token_hash: bytes, idle_seconds: float, places: Places, token: int
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._door, self._tokens, self._token_hash, self._idle_seconds = door, tokens, token_hash, idle_seconds
        self._places, self._token = places, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until the body ends, something is away, or the sender is too slow."""
        began = time.perf_counter()
        # Before the head of the answer, while it can still be 429.
        with self._places.held(self._token), IN_WORK.labels("stream").track_inprogress():
            try:
                await self._answer(receive, send)
            finally:
                REQUEST_SECONDS.labels("stream", "answered").observe(time.perf_counter() - began)

    async def _answer(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            async for lines in Chunks(receive, self._idle_seconds):
                found = await self._verdicts(lines)
                await self._say(send, found)
                if found[-1].verdict == "unavailable":
                    break
        except (TimeoutError, ClientDisconnect):
            log.info("a stream ended without its end")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(send({"type": "http.response.body", "body": b""}), self._idle_seconds)

    async def _verdicts(self, lines: Sequence[bytes]) -> list[Verdict]:
        try:
            # Asked for every chunk: a stream may be open for longer than its token is good.
            sender: Sender = await self._tokens.holder(self._token_hash)
            return await self._door.admit(sender, lines)
        except (Unavailable, KeysDiffer, Problem):
            return [Verdict(_id_of(line), "unavailable") for line in lines]

    async def _say(self, send: Send, found: Sequence[Verdict]) -> None:
        body = _encoder.encode_lines(found)
        message = {"type": "http.response.body", "body": body, "more_body": True}
        await asyncio.wait_for(send(message), self._idle_seconds)


def _id_of(line: bytes) -> str | None:
    try:
        return msgspec.json.decode(line[:LONGEST_EVENT_BYTES], type=_Named).id
    except UNREADABLE:
        return None
