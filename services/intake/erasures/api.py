"""What the gateway asks of the door for a steward: to forget a child, or a statement, and to take it never again.

`POST /erasures`. What is forgotten, and in which order, is in `store.py`.
"""

from typing import Annotated

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import Response
from msgspec import Meta, Struct

from holdfast.contracts.door import UNREADABLE
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.logs import logger
from holdfast.runtime.openapi import answer, json_body
from services.intake.described import BY_GATEWAY, answered
from services.intake.door import Door
from services.intake.erasures import examples
from services.intake.erasures.store import Erasure, Holdings, forget, held_of
from services.intake.people import People
from services.intake.store import Store

log = logger(__name__)

_LONGEST_BODY_BYTES = 16 * 1024


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be erased; `statement` is its 32 hex digits, none: the whole child. `dry_run`: say what is held."""

    child: Annotated[str, Meta(pattern=r"^[a-z2-7]{26}$")]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    statement: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")] | None = None
    dry_run: bool = False


class Erasures(Struct, frozen=True):
    """Everything that answering needs."""

    door: Door
    store: Store
    people: People

    def add_to(self, app: FastAPI) -> None:
        """Answer under this path."""
        app.add_api_route(
            "/erasures",
            self.erase,
            methods=["POST"],
            summary="Forget a child or a statement, and take it no more",
            tags=["stewards"],
            responses=answered({200: answer("What was held of it", Holdings, examples.HELD)}, "unusable-request"),
            openapi_extra=json_body(Asked, examples.ERASURE) | BY_GATEWAY,
        )

    async def erase(self, request: Request) -> Response:
        """Forget and refuse a child or a statement; repeating it is harmless. Answers what was held of it."""
        claims = self.people.steward(request)
        asked = _asked(await bounded_body(request, _LONGEST_BODY_BYTES))
        statement = bytes.fromhex(asked.statement or "")
        erasure = Erasure(claims.authority, asked.child, statement, claims.user, asked.reason)
        keys = await self.door.keyring.of(claims.authority)
        if asked.dry_run:
            return json_response(await held_of(self.store, keys, erasure))
        held = await forget(self.store, keys, erasure)
        self.door.forget()
        log.info("something was erased", by=claims.user, authority=claims.authority, whole=not statement)
        return json_response(held)


def _asked(body: bytes) -> Asked:
    try:
        return msgspec.json.decode(body, type=Asked)
    except UNREADABLE as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error
