"""What intake answers over HTTP: `POST /events` in its three content types, its dry run, and `POST /imports`.

What is said to whom is here; what becomes of an event is in `door.py`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.door import UNREADABLE
from holdfast.contracts.door_rules import EARLIEST_ON, MOST_RECORDED_AHEAD, day_or_instant, latest_on_at
from holdfast.contracts.door_verdicts import Verdict
from holdfast.runtime.http import Problem, json_response
from holdfast.runtime.logs import logger
from services.intake import dry_run, imports
from services.intake import event_shapes as shapes
from services.intake.bodies import CHUNK_LINES, MOST_EVENTS, TOO_LARGE, declared_bytes, media_type, members, whole_body
from services.intake.described import BY_BOTH, BY_SENDER, answered
from services.intake.door import Door, verdicts
from services.intake.failures import KeysDiffer, Unavailable
from services.intake.limits import Budget, Places, Rate
from services.intake.lines import VerdictLines
from services.intake.people import People
from services.intake.register import Register
from services.intake.telemetry import IN_WORK, REQUEST_SECONDS
from services.intake.tokens import Sender, Tokens, token_hash

log = logger(__name__)

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
_BOUNDS = ("unreadable", "too-slow", "too-large", "too-many-requests", "busy")


class Api(Struct, frozen=True):
    """Everything that answering needs."""

    door: Door
    tokens: Tokens
    people: People
    register: Register
    rate: Rate
    streams: Places
    dry_rate: Rate
    dry_runs: Places
    bodies: Places
    room: Budget
    body_seconds: float
    open_: Callable[[], Sequence[str]]

    def add_to(self, app: FastAPI) -> None:
        """Answer under these paths."""
        app.add_api_route(
            "/events",
            self.events,
            methods=["POST"],
            summary="Post events, or try what they would change",
            tags=["events"],
            responses=answered({200: shapes.EVENTS_ANSWER}, "unsupported-media-type", *_BOUNDS),
            openapi_extra=shapes.EVENTS_BODY | BY_SENDER,
        )
        app.add_api_route(
            "/imports",
            self.import_lines,
            methods=["POST"],
            summary="Publish what differs from what a source last stated",
            tags=["events"],
            responses=answered({200: shapes.IMPORT_ANSWER}, "no-source", "unsupported-media-type", *_BOUNDS),
            openapi_extra=shapes.IMPORT_BODY | BY_BOTH,
        )

    async def events(
        self,
        request: Request,
        dry_run: Annotated[
            bool, Query(description="Say what the events would change, and keep nothing", examples=[True])
        ] = False,
        on: Annotated[
            date | None,
            Query(description="The day that a dry run asks about; today if none", examples=["2025-03-31"]),
        ] = None,
    ) -> Response:
        """Verdicts in order: a JSON list, or a line each for newline-delimited JSON. Of a dry run, one JSON object."""
        self._refuse_closed()
        sender, kind = await self.tokens.sender(request), media_type(request)
        if kind not in (STRUCTURED, BATCH, LINES):
            raise Problem(
                415,
                "unsupported-media-type",
                "This content type is not taken",
                f"Use {STRUCTURED}, {BATCH} or {LINES}.",
            )
        self._check_asked(request, dry_run, on)
        if dry_run:
            return await self._try(request, sender, kind, on)
        self.rate.take(sender.token)
        if kind == LINES:
            return self._stream(request, sender)
        with self.bodies.held(sender.token), self.room.held(declared_bytes(request)):
            async with _measured("structured" if kind == STRUCTURED else "batch"):
                body = await whole_body(request, self.body_seconds)
                return json_response(await self._admit(sender, _texts(kind, body)))

    def _refuse_closed(self) -> None:
        if faults := self.open_():
            raise Unavailable("; ".join(faults))

    async def _admit(self, sender: Sender, texts: Sequence[bytes | msgspec.Raw]) -> list[Verdict]:
        """Prepared a chunk at a time, so that others get a turn, while what is prepared is being published."""
        told, publishing = [], list[asyncio.Task[None]]()
        try:
            for begin in range(0, len(texts), CHUNK_LINES):
                ready, outgoing = await self.door.prepare(sender, texts[begin : begin + CHUNK_LINES])
                told += ready
                publishing.append(asyncio.create_task(self.door.publish(outgoing)))
                await asyncio.sleep(0)
        finally:
            # Nothing is left running behind an answer; what failed is raised below.
            await asyncio.gather(*publishing, return_exceptions=True)
        for published in publishing:
            published.result()
        return verdicts(told)

    def _check_asked(self, request: Request, dry_run: bool, on: date | None) -> None:
        """A dry run with its name misspelt must never be a real one."""
        given = [name for name, _ in request.query_params.multi_items()]
        if unknown := set(given) - {"dry_run", "on"}:
            raise _unusable(f"Not a parameter of this address: {', '.join(sorted(unknown))}. There are dry_run and on.")
        if len(given) != len(set(given)):
            raise _unusable("Each parameter may be given once.")
        if on is not None and not dry_run:
            raise _unusable("on is the day that a dry run asks about: give dry_run=true with it.")
        latest_on = latest_on_at(self.door.now())
        if on is not None and not EARLIEST_ON <= on <= latest_on:
            raise _unusable(f"on is a day from {EARLIEST_ON} to {latest_on}.")

    async def _try(self, request: Request, sender: Sender, kind: str, on: date | None) -> Response:
        self.dry_rate.take(sender.token)
        with self.dry_runs.held(sender.token), self.room.held(declared_bytes(request)):
            async with _measured("dry run"):
                body = await whole_body(request, self.body_seconds)
                found = await dry_run.take(self.door, self.register, sender, _texts(kind, body), on)
                return json_response(found, headers={"Cache-Control": "no-store"})

    def _stream(self, request: Request, sender: Sender) -> Response:
        return VerdictLines(self.door, self.tokens, token_hash(request), self.body_seconds, self.streams, sender.token)

    async def import_lines(
        self,
        request: Request,
        system: Annotated[str, Query(description="The system of the token", examples=["ssda903"])],
        recordedtime: Annotated[
            str | None,
            Query(
                description="When it counts as recorded, with its offset; now if none",
                examples=["2025-02-03T10:30:00Z"],
                json_schema_extra={"format": "date-time"},
            ),
        ] = None,
        dry_run: Annotated[bool, Query(description="Only compare, and say what differs", examples=[True])] = False,
        withdraw: Annotated[
            bool, Query(description="Withdraw what the returns' years held and is in no line", examples=[True])
        ] = False,
    ) -> Response:
        """Publish those of the wanted facts that differ from what the system last stated."""
        self._refuse_closed()
        by_person = self.people.are_asking(request)
        sender = await (self.people if by_person else self.tokens).sender(request)
        if system != sender.system:
            raise Problem(403, "forbidden", f"This token may not speak for {system}", f"It is for {sender.system}.")
        if media_type(request) != LINES:
            raise Problem(415, "unsupported-media-type", "This content type is not taken", f"Use {LINES}.")
        asked = imports.Asked(self._recorded_at(recordedtime), dry_run, withdraw)
        self.rate.take(sender.token)
        with self.bodies.held(sender.token), self.room.held(declared_bytes(request)):
            async with _measured("import"):
                lines = [line for line in (await whole_body(request, self.body_seconds)).split(b"\n") if line.strip()]
                if len(lines) > MOST_EVENTS:
                    raise TOO_LARGE
                answer = await imports.take(self.door, self.register, sender, lines, asked)
                by, size = sender.by, len(lines)
                log.info("an import was answered", by=by, authority=sender.authority, lines=size, tried=dry_run)
                return json_response(answer)

    def _recorded_at(self, asked: str | None) -> datetime:
        now = self.door.now()
        if asked is None:
            return now
        given = day_or_instant(asked)
        if not isinstance(given, datetime) or not EARLIEST_ON.year < given.year <= now.year + 1:
            raise _unusable("recordedtime is an instant with its offset, like 2017-06-20T16:41:09Z, from 1981 on.")
        if given > now + MOST_RECORDED_AHEAD:
            raise _unusable("recordedtime is more than five minutes ahead of the platform's clock.")
        return given


def _unusable(detail: str) -> Problem:
    return Problem(400, "unusable-request", "The request is not usable", detail)


def _texts(kind: str, body: bytes) -> Sequence[bytes | msgspec.Raw]:
    if kind == LINES:
        return [line for line in body.split(b"\n") if line.strip()]
    return members(body) if kind == BATCH else [_one(body)]


def _one(body: bytes) -> bytes:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except UNREADABLE as error:
        raise Problem(400, "unreadable", "The body cannot be read", "Send one event as JSON, in UTF-8.") from error
    return body


@asynccontextmanager
async def _measured(kind: str) -> AsyncIterator[None]:
    began, status = time.perf_counter(), "failed"
    try:
        with IN_WORK.labels(kind).track_inprogress():
            yield
        status = "answered"
    finally:
        REQUEST_SECONDS.labels(kind, status).observe(time.perf_counter() - began)


def add_answers(app: FastAPI) -> None:
    """What is answered where intake itself fails an honest sender."""
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(KeysDiffer, _keys_differ)


async def _unavailable(_: Request, error: Exception) -> Response:
    detail = f"Away: {error}. Nothing of this request need count as accepted; send the same again."
    return Problem(503, "unavailable", "Not available for the moment", detail, headers={"Retry-After": "5"}).response()


async def _keys_differ(_: Request, error: Exception) -> Response:
    return Problem(
        503, "keys-differ", "The keys of this authority need the operator", headers={"Retry-After": "60"}
    ).response()
