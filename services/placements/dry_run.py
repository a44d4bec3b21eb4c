"""The question behind a dry run: what would these statements change? Asked by the door alone; nothing is written but
who looked at whom.
"""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from msgspec import Meta, Raw, Struct

from holdfast.contracts import figures
from holdfast.contracts.effects import MOST_EVENTS, Effect, Effects
from holdfast.contracts.events import AnyEvent, decode_event
from holdfast.indicators.choices import definitions
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.service_token import Claims
from services.placements.api import EXACT_ROLES, Context, answered, behind, day_of, for_intake, room
from services.placements.readings import ReadTo, TooMuch

# A hundred events as long as the door takes them, and room to spare.
LONGEST_QUESTION_BYTES = 8 * 1024 * 1024
# A sender that has just posted something wants to see it; one that asks while much is being read is told how much.
_WAIT_SECONDS = 2.0


class Question(Struct, frozen=True):
    """Events as they would go into Kafka, in order, and the day that their effect is asked about (None: today)."""

    events: Annotated[list[Raw], Meta(max_length=MOST_EVENTS)]
    on: date | None = None


def router(context: Context) -> APIRouter:
    """The one address."""
    routes = APIRouter(prefix="/authorities/{authority}")

    @routes.post("/effects")
    async def effects(request: Request, claims: Annotated[Claims, Depends(for_intake(context))]) -> Response:
        asked = _question_in(await bounded_body(request, LONGEST_QUESTION_BYTES))
        stated = [_event_in(claims, one) for one in asked.events]
        today, exact = context.clock.today(), claims.role in EXACT_ROLES
        on = day_of(asked.on, context.clock)

        async def read() -> tuple[list[Effect], ReadTo]:
            return await context.readings.effects(claims, on, stated, figures=exact)

        async with room(context.comparing):
            short = await behind(context, claims.authority, _WAIT_SECONDS)
            try:
                found, reached = await answered(context, read)
            except TooMuch as error:
                raise Problem(413, "too-large", "Too much has been stated of these children for one dry run") from error
        return json_response(
            Effects(
                on=on,
                today=today,
                read_to=figures.ReadTo(context.topic, reached.partition, reached.offset),
                behind=short,
                definitions=definitions(context.choices),
                figures=exact,
                effects=found,
            ),
            headers={"Cache-Control": "no-store"},
        )

    return routes


def _question_in(body: bytes) -> Question:
    try:
        return msgspec.json.decode(body, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error


def _event_in(claims: Claims, raw: Raw) -> AnyEvent:
    try:
        event = decode_event(bytes(raw))
        authority = event.authority
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error
    if authority != claims.authority:
        raise Problem(403, "not-your-authority", "The token is for another authority")
    return event
