"""`POST /corrections`: a steward's own statement of a fact that a system stated, or its withdrawal, as an event.

It keeps the fact's source and name, counts as recorded now, says who stated it, and is checked as any event is. Whether
stewards may correct at all, and whether the fact was ever stated, the register says.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Query, Request
from fastapi.responses import Response
from msgspec import Struct, structs

from holdfast.contracts.corrections import Correctable, Corrected, Correction
from holdfast.contracts.door import LONGEST_EVENT_BYTES, read
from holdfast.contracts.door_forms import POSTED_TYPES, AnyPosted
from holdfast.contracts.door_rules import utc
from holdfast.contracts.door_verdicts import Fault, Refused
from holdfast.contracts.events import CORRECTION, AnyEvent
from holdfast.contracts.facts import instant, microseconds
from holdfast.runtime.http import Problem, bounded_body, json_response
from holdfast.runtime.logs import logger
from holdfast.runtime.openapi import answer, json_body
from holdfast.runtime.service_token import Claims
from services.intake.corrections import examples
from services.intake.corrections.store import CorrectionsStore
from services.intake.described import BY_GATEWAY, answered
from services.intake.domain import AuthorityKeys, Record, event_of, record_of
from services.intake.door import ERASED, Door
from services.intake.failures import Unavailable
from services.intake.people import People
from services.intake.register import Register
from services.intake.store import Forgotten
from services.intake.tokens import Sender

log = logger(__name__)

_MILLISECOND = 1000
_NO_TOKEN = 0
_FROM_ELSEWHERE = "Keep, leave out or reuse one that is known of this child: a new one comes from the system itself."


class Corrections(Struct, frozen=True):
    """Takes corrections of stewards, who come by way of the gateway."""

    door: Door
    store: CorrectionsStore
    people: People
    register: Register
    closed: Callable[[], Sequence[str]]

    def add_to(self, app: FastAPI) -> None:
        """Answer under this path."""
        app.add_api_route(
            "/corrections",
            self.correct,
            methods=["POST"],
            summary="A steward's own statement of a fact, or its withdrawal",
            tags=["stewards"],
            responses=answered(
                {200: answer("The statement that it became", Corrected, examples.CORRECTED)},
                "unusable-request",
                "unusable-correction",
                "corrections-not-allowed",
                "no-such-fact",
                "another-correction",
                "too-many-statements",
            ),
            openapi_extra=json_body(Correction, examples.CORRECTION) | BY_GATEWAY,
        )

    async def correct(
        self,
        request: Request,
        dry_run: Annotated[bool, Query(description="Only say whether it would be taken", examples=[True])] = False,
    ) -> Response:
        """Publish a correction, once however often it is asked; with `dry_run` only say whether it would be taken."""
        if faults := self.closed():
            raise Unavailable("; ".join(faults))
        claims = self.people.corrector(request)
        wanted = _wanted_in(await bounded_body(request, LONGEST_EVENT_BYTES))
        known = await self.register.correctable(claims, wanted)
        _refuse_unless(known)
        sender = Sender(_NO_TOKEN, claims.authority, wanted.system, frozenset(POSTED_TYPES), user=claims.user)
        keys, now = await self.door.keyring.of(claims.authority), self.door.now()
        posted = _checked(wanted, known, sender, self.door)
        recordedtime = _recordedtime(utc(now), known)
        if not dry_run:
            recordedtime = await self._kept(claims, wanted, recordedtime)
        event = corrected(wanted, posted, keys, claims.user, recordedtime, utc(now))
        record = record_of(event)
        if not dry_run:
            await self._publish(claims, record)
        statement = record.key.rpartition(b"/")[2].decode()
        return json_response(Corrected(statement, recordedtime, not dry_run), headers={"Cache-Control": "no-store"})

    async def _kept(self, claims: Claims, wanted: Correction, recordedtime: str) -> str:
        """When it counts as recorded: as it did when it was first asked."""
        said = [wanted.child, wanted.system, wanted.fact, wanted.type, wanted.data, claims.user]
        digest = hashlib.sha256(msgspec.json.encode(said)).digest()
        first, held = await self.store.first(claims.authority, wanted.request, digest, recordedtime)
        if held != digest:
            raise Problem(409, "another-correction", "This request was made before, for another correction")
        return first

    async def _publish(self, claims: Claims, record: Record) -> None:
        try:
            fault = await self.door.keep_known(claims.authority, record)
        except Forgotten as error:
            raise Problem(404, "no-such-fact", "Nothing is known of this child any more") from error
        if fault is not None and fault.code == ERASED:
            raise Problem(404, "no-such-fact", "It was erased", fault.message)
        if fault is not None:
            raise Problem(409, "too-many-statements", "This child has as many statements as one child may have")
        await self.door.publish([self.door.outgoing(claims.authority, record)])
        log.info("a correction was published", by=claims.user, authority=claims.authority)


def _wanted_in(body: bytes) -> Correction:
    try:
        return msgspec.json.decode(body, type=Correction)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error


def _refuse_unless(known: Correctable) -> None:
    if not known.allowed:
        raise Problem(
            403,
            "corrections-not-allowed",
            "This authority does not let its stewards correct what a system stated",
            "Mend it in the case system, or ask a manager to allow it.",
        )
    if known.recordedtime is None:
        raise Problem(404, "no-such-fact", "This system has stated no such fact of this child")


def _checked(wanted: Correction, known: Correctable, sender: Sender, door: Door) -> AnyPosted:
    """The correction as an event that the system itself might have posted; raises Problem 400 with what is wrong."""
    try:
        data: Any = msgspec.json.decode(wanted.data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(400, "unusable-request", "The request is not usable") from error
    now = door.now()
    told = {
        "specversion": "1.0",
        "id": f"{CORRECTION}{wanted.request}",
        "source": sender.source,
        "type": wanted.type,
        "subject": wanted.child,
        "fact": wanted.fact,
        "recordedtime": utc(now),
        "data": _without_locality(data),
    }
    posted = read(msgspec.json.encode(told), door.terms(sender, now))
    faults = list(_foreign(data, known)) + (list(posted.faults) if isinstance(posted, Refused) else [])
    if isinstance(posted, Refused) or faults:
        raise Problem(
            400, "unusable-correction", "The correction is not usable", errors=[structs.asdict(each) for each in faults]
        )
    return posted


def _placement_in(data: Any) -> dict[str, Any]:
    placement = data.get("placement") if isinstance(data, dict) else None
    return placement if isinstance(placement, dict) else {}


def _without_locality(data: Any) -> Any:
    """As the door takes it, which knows postcodes and no localities."""
    placement = _placement_in(data)
    if "locality" not in placement:
        return data
    return data | {"placement": {name: value for name, value in placement.items() if name != "locality"}}


def _foreign(data: Any, known: Correctable) -> Sequence[Fault]:
    """What names a place that is not known of the child."""
    placement, found = _placement_in(data), list[Fault]()
    for name, held in (("placement_id", known.placement_ids), ("locality", known.localities), ("postcode", [])):
        if placement.get(name) is not None and placement[name] not in held:
            found.append(Fault("unknown-place", f"/data/placement/{name}", _FROM_ELSEWHERE))
    return found


def _recordedtime(now: str, known: Correctable) -> str:
    """Now; or 1 ms after what it must outvote, where that is of now or later."""
    last = microseconds(known.recordedtime or now)
    return now if known.recordedtime is None or last < microseconds(now) else instant(last + _MILLISECOND)


def corrected(
    wanted: Correction, posted: AnyPosted, keys: AuthorityKeys, user: str, recordedtime: str, receivedtime: str
) -> AnyEvent:
    """The event: as posted, with the names that the platform already knows the child, the fact and the places by."""
    event = event_of(posted, keys, receivedtime)
    named: dict[str, Any] = {
        "id": posted.id,
        "subject": wanted.child,
        "fact": wanted.fact,
        "recordedtime": recordedtime,
        "statedby": user,
    }
    placement = _placement_in(msgspec.json.decode(wanted.data))
    if placement:
        places = {name: placement.get(name) for name in ("placement_id", "locality")}
        data: Any = event.data
        named["data"] = structs.replace(data, placement=structs.replace(data.placement, **places))
    return structs.replace(event, **named)
