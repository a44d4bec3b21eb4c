"""What is shown of one child: the journey as the engine tells it, and every statement behind it with both clocks.

Pure. Who may see it is settled in `api.py`; what a journey is, in the engine.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, FactKey, Kind, fact_of, standing
from holdfast.indicators.journey import Journey, journey
from services.placements.store import Held

Standing = Literal["standing", "superseded", "withdrawn"]


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement. `standing`: it stands; a later one of its fact does (`superseded`); the fact was `withdrawn`."""

    statement: str
    type: str
    fact: str
    system: str
    recordedtime: str
    receivedtime: str
    partition: int
    offset: int
    standing: Standing
    data: Raw
    statedby: str | None = None


class LastStated(Struct, frozen=True):
    """The last statement that a system itself made of a fact, as it made it."""

    fact: str
    type: str
    recordedtime: str
    statement: str
    data: Raw


class _Event(Struct):
    type: str
    fact: str
    recordedtime: str
    data: Raw
    statedby: str | None = None


_event = msgspec.json.Decoder(_Event)


def account_of(authority: str, child: str, held: Sequence[Held]) -> dict[str, Any]:
    """The account of one child from the statements given: periods of care, missing episodes, findings, statements."""
    facts = [fact_of(decode_event(one.event), one.statement) for one in held]
    stands = standing(facts)
    return {
        "authority": authority,
        "child": child,
        **_told(journey(stands.values())),
        "statements": [_said(one, fact, stands) for one, fact in zip(held, facts, strict=True)],
    }


def _told(journey: Journey) -> dict[str, Any]:
    raise NotImplementedError


def _said(held: Held, fact: Fact, stands: dict[FactKey, Fact]) -> Said:
    event = _event.decode(held.event)
    return Said(
        statement=held.statement.hex(),
        type=event.type,
        fact=event.fact,
        system=fact.system,
        recordedtime=event.recordedtime,
        receivedtime=_instant(held.received_at),
        partition=held.partition,
        offset=held.offset,
        standing=_standing(fact, stands[(fact.system, fact.key)]),
        data=event.data,
        statedby=event.statedby,
    )


def _standing(fact: Fact, winner: Fact) -> Standing:
    if fact.statement == winner.statement:
        return "standing"
    return "withdrawn" if winner.kind is Kind.WITHDRAWAL else "superseded"


def last_stated(stated: Iterable[tuple[str, bytes, bytes]]) -> dict[str, list[LastStated]]:
    """By child, the last of one system's statements of each fact, withdrawals too, from (child, statement, event)."""
    facts: dict[str, list[Fact]] = {}
    events: dict[tuple[str, bytes], bytes] = {}
    for child, statement, event in stated:
        facts.setdefault(child, []).append(fact_of(decode_event(event), statement))
        events[(child, statement)] = event
    return {
        child: [_last(fact, events[(child, fact.statement)]) for fact in standing(said).values()]
        for child, said in sorted(facts.items())
    }


def _last(fact: Fact, held: bytes) -> LastStated:
    event = _event.decode(held)
    return LastStated(event.fact, event.type, event.recordedtime, fact.statement.hex(), event.data)


def _instant(told: datetime) -> str:
    return told.astimezone(UTC).isoformat().replace("+00:00", "Z")
