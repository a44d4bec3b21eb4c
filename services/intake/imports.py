"""An import is a comparison: of the wanted facts, only those are published that differ from what the source last said.

What is wanted is read in `asked` and compared in `compared`; here it is asked for, kept, published and told.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, structs

from holdfast.contracts.door_rules import utc
from holdfast.contracts.door_verdicts import Fault
from services.intake.asked import Lines, RejectedLine, read_lines, rejected
from services.intake.compared import Compared, Envelope, LaterLine, Statement, compare
from services.intake.domain import AuthorityKeys, Record, record_of
from services.intake.door import Door
from services.intake.erasures.store import CHILD_ERASED
from services.intake.register import Register
from services.intake.telemetry import IMPORTED
from services.intake.tokens import Sender

# Others get a turn after so many.
_TURN_STATEMENTS = 100


class Asked(Struct, frozen=True):
    """How an import is to be taken: recorded at which instant, only tried, and whether what has gone is withdrawn."""

    recorded_at: datetime
    dry_run: bool = False
    withdraw: bool = False


class Imported(Struct, frozen=True):
    """What became of an import's facts, or would; the published are `new`, `restated` or withdrawn.

    `withdrawn`: facts that are in no line any more, published only where that was asked for. `held` and `rows_held`
    were held of the years that the children's lines name; `rows_withdrawn` of these rows have gone. `remembered`:
    children of whom there is something to remember, be there a fact to be published or not.
    """

    published: int
    new: int
    restated: int
    withdrawn: int
    unchanged: int
    outvoted: int
    held: int
    rows_withdrawn: int
    rows_held: int
    remembered: int
    rejected: list[RejectedLine]
    later: list[LaterLine]
    recordedtime: str


async def take(door: Door, register: Register, sender: Sender, lines: Sequence[bytes], asked: Asked) -> Imported:
    """Publish what differs; returns once it is durable. Raises Unavailable, after which the import is sent again."""
    keys = await door.keyring.of(sender.authority)
    read = await read_lines(lines, sender.source, utc(asked.recorded_at), door.terms(sender, door.now()), keys)
    _leave_out(read, await door.erased_among(sender.authority, list(read.children)))
    if read.unread:
        # Whatever that line was, it may be the very one that would be missed.
        asked = structs.replace(asked, withdraw=False)
    if asked.dry_run:
        (compared, _), kept_out = await _compare(door, register, sender, read, keys, asked), []
    else:
        # An importer that was killed may have left a request behind that is still at work, and been run again.
        async with door.importing.taken({(sender.authority, child) for child in read.children}):
            compared, envelope = await _compare(door, register, sender, read, keys, asked)
            kept_out = await _publish(door, envelope, compared)
    answer = _answer(compared, read, kept_out, asked)
    if not asked.dry_run:
        IMPORTED.labels("published").inc(answer.published)
        IMPORTED.labels("unchanged").inc(answer.unchanged)
        IMPORTED.labels("rejected").inc(len({one.line for one in answer.rejected}))
    return answer


def _leave_out(read: Lines, erased: set[str]) -> None:
    """Take out the children that were erased, each of their lines rejected: the others are imported all the same."""
    for subject in erased:
        child = read.children.pop(subject)
        lines: list[tuple[int, str | None]] = [(one.line, one.name) for one in child.facts.values()]
        lines = lines or [(child.number, None)]
        read.rejected += [rejected(number, child.reference, name, CHILD_ERASED) for number, name in lines]


async def _compare(
    door: Door, register: Register, sender: Sender, read: Lines, keys: AuthorityKeys, asked: Asked
) -> tuple[Compared, Envelope]:
    memories = await door.returned(sender, [child.subject for child in read.children.values() if child.line])
    held = await register.last_stated(sender, list(read.children))
    # The register may have had to catch up: what is published is accepted now, not when it came.
    envelope = Envelope(sender, keys, utc(asked.recorded_at), utc(door.now()))
    return await compare(read, held, memories, envelope, withdraw=asked.withdraw), envelope


async def _publish(door: Door, envelope: Envelope, compared: Compared) -> list[tuple[Statement, Fault]]:
    """Keep and publish what an import comes to, but for what may not be, which is returned with why.

    Both keepings come before, and a retry keeps the same again: whatever ends in between, nothing is lost or doubled.
    """
    sender, records = envelope.sender, list[tuple[Statement, Record]]()
    for number, one in enumerate(compared.statements, 1):
        if number % _TURN_STATEMENTS == 0:
            await asyncio.sleep(0)
        records.append((one, record_of(envelope.event(one))))
    references = {one.child.subject: one.child.reference for one in compared.statements}
    await door.remember(sender, compared.memories)
    kept_out = await door.keep(sender.authority, envelope.keys, [record for _, record in records], references)
    outgoing = [door.outgoing(sender.authority, record) for _, record in records if _counted(record) not in kept_out]
    await door.publish(outgoing)
    return [(one, kept_out[_counted(record)]) for one, record in records if _counted(record) in kept_out]


def _counted(record: Record) -> tuple[str, int]:
    return record.child, record.short_hash


def _answer(compared: Compared, read: Lines, kept_out: Sequence[tuple[Statement, Fault]], asked: Asked) -> Imported:
    refused = [rejected(one.change.line, one.child.reference, one.change.name, fault) for one, fault in kept_out]
    return Imported(
        published=len(compared.statements) - len(kept_out),
        new=compared.kinds("new"),
        restated=compared.kinds("restated"),
        withdrawn=compared.withdrawn,
        unchanged=compared.unchanged,
        outvoted=compared.outvoted,
        held=compared.counts.held,
        rows_withdrawn=compared.counts.rows_withdrawn,
        rows_held=compared.counts.rows_held,
        remembered=len(compared.memories),
        rejected=sorted(read.rejected + refused, key=lambda one: one.line),
        later=compared.later,
        recordedtime=utc(asked.recorded_at),
    )
