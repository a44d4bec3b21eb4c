"""Erases a child, or one statement, for a steward: the door first, then register and topic, then every figure is said.

Each step may be repeated: whatever was killed in between is mended by asking again. `POST /api/…/erasures`.
"""

import asyncio
import time
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from holdfast.contracts.topics import EVENTS
from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import ERASURE_PURPOSE
from services.gateway.domain import Principal
from services.gateway.figures.held import Figures, Held
from services.gateway.parts import Parts

PSEUDONYM = r"^[a-z2-7]{26}$"
STATEMENT = r"^[0-9a-f]{32}$"
LONGEST_REASON = 500
# How long one waits for the figures to be said anew.
_FIGURES_SECONDS = 30.0

What = Literal["child", "statement"]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be erased: a child, or one statement about it; with `dry_run` it is only told what would go."""

    child: Annotated[str, Meta(pattern=PSEUDONYM)]
    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON)]
    statement: Annotated[str, Meta(pattern=STATEMENT)] | None = None
    dry_run: bool = False

    @property
    def what(self) -> What:
        """In a word."""
        return "child" if self.statement is None else "statement"


class AtDoor(Struct, frozen=True):
    """What the door holds: whether it knows the child, hashes of statements, what returns said, and rejected events.

    `refused`: it takes it no more.
    """

    child: bool
    statements: int
    returned: int
    quarantined: int
    refused: bool


class Kind(Struct, frozen=True):
    """How many statements of a type a system made."""

    type: str
    system: str
    statements: int


class Stock(Struct, frozen=True):
    """What the register holds, and what comes to be other without it."""

    statements: int
    kinds: list[Kind]
    first_on: date | None
    last_on: date | None
    others: int
    indicators: list[str]
    figures: int
    packs: int


class Would(Struct, frozen=True):
    """What an erasure would remove."""

    what: What
    register: Stock
    door: AtDoor


class ErasureStep(Struct, frozen=True):
    """A step of an erasure, and what came of it in a sentence."""

    step: Literal["door", "register", "figures"]
    done: bool
    says: str


class ErasureOutcome(Struct, frozen=True):
    """What was done. Where it is not `complete`, asking again goes on with it.

    `figures_gone_at`: every figure was said without it. `values_gone_by`: by then the broker's files hold no statement
    of it, `names_gone_by`: nothing that names it; none where the topic's settings set no bound.
    """

    what: What
    complete: bool
    steps: list[ErasureStep]
    figures_gone_at: datetime | None
    values_gone_by: datetime | None
    names_gone_by: datetime | None


class _Erased(Struct, frozen=True):
    statements: int
    others: int
    read_to: int
    values_gone_by: datetime | None
    names_gone_by: datetime | None


async def would_erase(parts: Parts, principal: Principal, authority: str, asked: Asked) -> Would:
    """What would be removed. Raises Problem 404 where nothing is known of it and it was never erased."""
    held = await _register(parts, principal, authority, asked, dry_run=True)
    known = await parts.intake.erase(principal, authority, _for_door(asked, dry_run=True))
    register, door = msgspec.json.decode(held, type=Stock), msgspec.json.decode(known, type=AtDoor)
    if not (register.statements or register.others or door.refused or (door.child and asked.statement is None)):
        raise _unknown(asked)
    return Would(asked.what, register, door)


def _unknown(asked: Asked) -> Problem:
    if asked.statement is None:
        return Problem(404, "no-such-child", "Nothing is known about this child")
    return Problem(404, "no-such-statement", "Nothing is known about this statement of this child")


async def erase(parts: Parts, principal: Principal, authority: str, asked: Asked) -> ErasureOutcome:
    """Do it, one step after the other; returns with what came of each."""
    await would_erase(parts, principal, authority, asked)
    record = await parts.erasures.begin(
        authority, asked.what, principal.id, principal.role, asked.reason, parts.clock.now()
    )
    forgotten = await parts.intake.erase(principal, authority, _for_door(asked, dry_run=False))
    gone = await _register(parts, principal, authority, asked, dry_run=False)
    door, done = msgspec.json.decode(forgotten, type=AtDoor), msgspec.json.decode(gone, type=_Erased)
    gone_at = await said_without(parts.figures, authority, done.read_to)
    await parts.erasures.end(record, done.statements, gone_at, done.values_gone_by, done.names_gone_by)
    steps = [_door_step(asked, door), _register_step(done), _figures_step(gone_at)]
    return ErasureOutcome(
        what=asked.what,
        complete=all(step.done for step in steps),
        steps=steps,
        figures_gone_at=gone_at,
        values_gone_by=done.values_gone_by,
        names_gone_by=done.names_gone_by,
    )


def _for_door(asked: Asked, *, dry_run: bool) -> bytes:
    return msgspec.json.encode(_Sent(asked.child, asked.statement, dry_run, asked.reason))


async def _register(parts: Parts, principal: Principal, authority: str, asked: Asked, *, dry_run: bool) -> bytes:
    sent = _Sent(asked.child, asked.statement, dry_run)
    return await parts.register.told(principal, authority, "POST", "erasures", ERASURE_PURPOSE, sent)


class _Sent(Struct, frozen=True):
    child: str
    statement: str | None
    dry_run: bool
    reason: str | UnsetType = UNSET


def _door_step(asked: Asked, door: AtDoor) -> ErasureStep:
    if asked.statement is not None:
        return ErasureStep("door", True, "The door takes this statement no more.")
    return ErasureStep(
        "door",
        True,
        f"The door takes this child no more. It has forgotten its reference, {door.statements:,} hashes of statements, "
        f"{door.returned:,} notes of returns and {door.quarantined:,} rejected events.",
    )


def _register_step(done: _Erased) -> ErasureStep:
    besides = f" and {done.others:,} rows about it" if done.others else ""
    return ErasureStep("register", True, f"The register has erased {done.statements:,} statements{besides}.")


def _figures_step(gone_at: datetime | None) -> ErasureStep:
    if gone_at is None:
        return ErasureStep(
            "figures", False, "The stream has not said every figure anew yet: repeat this in a little while."
        )
    return ErasureStep("figures", True, "Every figure of every date was said again without it.")


async def said_without(
    figures: Figures, authority: str, read_to: int, seconds: float = _FIGURES_SECONDS
) -> datetime | None:
    """When every figure had been said from an offset on; None where that took too long."""
    state, woken = figures.of(authority), asyncio.Event()
    give_up_at = time.monotonic() + seconds
    state.waiting.add(woken)
    try:
        while (gone_at := _gone_at(list(state.held.values()), read_to)) is None:
            woken.clear()
            async with asyncio.timeout(max(0.0, give_up_at - time.monotonic())):
                await woken.wait()
        return gone_at
    except TimeoutError:
        return None
    finally:
        state.waiting.discard(woken)


def _gone_at(held: list[Held], read_to: int) -> datetime | None:
    """When the last of the figures was said, if all have read so far. Those of other definitions are said no more."""
    if not held:
        return None
    said = [one.head for one in held if one.head.definitions == held[-1].head.definitions]
    if any(head.read_to.topic != EVENTS or head.read_to.offset < read_to for head in said):
        return None
    return max(datetime.fromisoformat(head.as_at) for head in said)
