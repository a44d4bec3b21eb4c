"""An import is a comparison: of the wanted facts, only those are published that differ from what the source last said.

Lines come in the clear and leave as pseudonyms; what differs is recorded now, or when the sender says.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, structs

from holdfast.contracts.door import UNREADABLE, read_wanted
from holdfast.contracts.door_forms import WantedChild
from holdfast.contracts.door_rules import utc
from holdfast.contracts.door_verdicts import Fault, Refused
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import instant, microseconds
from services.intake.domain import AuthorityKeys, event_of, import_id, record_of
from services.intake.door import TOO_MANY, Door
from services.intake.register import LastStated, Register
from services.intake.telemetry import IMPORTED
from services.intake.tokens import Sender

_WITHDRAWAL = "care.withdrawal.v1"
_MILLISECOND = 1000
# Others get a turn after so many lines.
_TURN_LINES = 500
_REPEATED = Fault(
    "fact-repeated",
    "/fact",
    "This fact of this child was stated by an earlier line: send each fact once, as it ought to be.",
)


class RejectedLine(Struct, frozen=True):
    """A line that could not be taken, counted from 1, and one of its faults."""

    line: int
    subject: str | None
    fact: str | None
    code: str
    pointer: str
    message: str


class LaterLine(Struct, frozen=True):
    """A line recorded later than asked, for it had to outvote a later statement."""

    line: int
    subject: str
    fact: str
    recordedtime: str


class Asked(Struct, frozen=True):
    """How an import is to be taken: recorded at which instant, only tried, and whether what has gone is withdrawn."""

    recorded_at: datetime
    dry_run: bool = False
    withdraw: bool = False


class Imported(Struct, frozen=True):
    """What became of an import's lines, or would; `restated` ones are among the published.

    `withdrawn`: facts that are in no line any more, published only where that was asked for. `rows_held` counts the
    rows that were held of the years that the children's lines name, `rows_withdrawn` those of them that have gone.
    """

    published: int
    unchanged: int
    rejected: list[RejectedLine]
    later: list[LaterLine]
    restated: int
    withdrawn: int
    held: int
    rows_withdrawn: int
    rows_held: int
    outvoted: int
    recordedtime: str


class _Line(Struct, frozen=True):
    """A line that was read: its number, the names in the clear, and the event it asks for."""

    number: int
    subject: str
    fact: str
    event: AnyEvent
    restates: bool = False


class _Clear(Struct):
    subject: Any = None
    fact: Any = None


async def take(door: Door, register: Register, sender: Sender, lines: Sequence[bytes], asked: Asked) -> Imported:
    """Publish what differs; returns once it is durable. Raises Unavailable, after which the import is sent again."""
    keys = await door.keyring.of(sender.authority)
    wanted, rejected = await _read(door, keys, sender, lines, asked.recorded_at)
    names = dict.fromkeys((line.event.subject, line.event.fact) for line in wanted)
    held = await register.last_stated(sender, names.keys())
    # The register may have had to catch up: they are accepted now, not when they came.
    receivedtime = utc(door.now())
    differing, later = list[_Line](), list[LaterLine]()
    for line in wanted:
        last = held.get((line.event.subject, line.event.fact))
        if _same(line.event, last):
            continue
        event = _outvoting(line.event, last)
        if event is not line.event:
            later.append(LaterLine(line.number, line.subject, line.fact, event.recordedtime))
        named = structs.replace(event, id=import_id(keys, event), receivedtime=receivedtime)
        differing.append(structs.replace(line, event=named, restates=last is not None and last.type != _WITHDRAWAL))
    over = [] if asked.dry_run else await _publish(door, keys, sender.authority, differing)
    rejected += [_rejected(line.number, line.subject, line.fact, TOO_MANY) for line in over]
    answer = Imported(
        published=len(differing) - len(over),
        unchanged=len(wanted) - len(differing),
        rejected=sorted(rejected, key=lambda one: one.line),
        later=later,
        restated=sum(line.restates for line in differing),
        withdrawn=0,
        held=0,
        rows_withdrawn=0,
        rows_held=0,
        outvoted=0,
        recordedtime=utc(asked.recorded_at),
    )
    if not asked.dry_run:
        IMPORTED.labels("published").inc(answer.published)
        IMPORTED.labels("unchanged").inc(answer.unchanged)
        IMPORTED.labels("rejected").inc(len({one.line for one in rejected}))
    return answer


async def _read(
    door: Door, keys: AuthorityKeys, sender: Sender, lines: Sequence[bytes], recorded_at: datetime
) -> tuple[list[_Line], list[RejectedLine]]:
    received = door.now()
    terms, receivedtime, recordedtime = door.terms(sender, received), utc(received), utc(recorded_at)
    wanted, rejected = dict[tuple[str, str], _Line](), list[RejectedLine]()
    for number, text in enumerate(lines, 1):
        if number % _TURN_LINES == 0:
            await asyncio.sleep(0)
        asked = read_wanted(text, sender.source, recordedtime, terms)
        if isinstance(asked, Refused):
            clear = _clear(text)
            rejected += [_rejected(number, clear.subject, clear.fact, fault) for fault in asked.faults]
            continue
        if isinstance(asked, WantedChild):
            continue
        posted = asked.event
        assert posted.fact is not None, "a line gives it"
        line = _Line(number, posted.subject, posted.fact, event_of(posted, keys, receivedtime))
        if wanted.setdefault((line.subject, line.fact), line) is not line:
            rejected.append(_rejected(number, line.subject, line.fact, _REPEATED))
    return [*wanted.values()], rejected


def _same(wanted: AnyEvent, held: LastStated | None) -> bool:
    """Whether the source's last statement says it already. What was never stated need not be withdrawn."""
    if held is None:
        return wanted.type == _WITHDRAWAL
    return held.type == wanted.type and msgspec.convert(held.data, type(wanted.data)) == wanted.data


def _outvoting(wanted: AnyEvent, held: LastStated | None) -> AnyEvent:
    """The event, recorded 1 ms after the statement it must outvote, where it wasn't later already."""
    if held is None or microseconds(held.recordedtime) < microseconds(wanted.recordedtime):
        return wanted
    return structs.replace(wanted, recordedtime=instant(microseconds(held.recordedtime) + _MILLISECOND))


async def _publish(door: Door, keys: AuthorityKeys, authority: str, differing: Sequence[_Line]) -> list[_Line]:
    records = [record_of(line.event) for line in differing]
    subjects = {line.event.subject: line.subject for line in differing}
    over = await door.keep(authority, keys, records, subjects)
    refused = [
        line for line, record in zip(differing, records, strict=True) if (record.child, record.short_hash) in over
    ]
    await door.publish(
        [door.outgoing(authority, record) for record in records if (record.child, record.short_hash) not in over]
    )
    return refused


def _clear(text: bytes) -> _Clear:
    try:
        return msgspec.json.decode(text, type=_Clear)
    except UNREADABLE:
        return _Clear()


def _rejected(number: int, subject: object, fact: object, fault: Fault) -> RejectedLine:
    return RejectedLine(
        number,
        subject if isinstance(subject, str) else None,
        fact if isinstance(fact, str) else None,
        fault.code,
        fault.pointer,
        fault.message,
    )
