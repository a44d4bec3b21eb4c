"""An import is a comparison: of the wanted facts, only those are published that differ from what the source last said.

What is wanted is read in `asked` and compared in `changes` and `by_row`; here it is asked, kept, published and told.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, structs

from holdfast.contracts import events
from holdfast.contracts.door_rules import utc
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import instant, microseconds
from services.intake.asked import Child, Lines, RejectedLine, read_lines, rejected
from services.intake.by_row import ByRow, Memory
from services.intake.changes import Change, Counts, by_fact
from services.intake.domain import AuthorityKeys, Record, import_id, pseudonym, record_of
from services.intake.door import TOO_MANY, Door
from services.intake.register import LastStated, Register
from services.intake.telemetry import IMPORTED
from services.intake.tokens import Sender

_MILLISECOND = 1000
# Others get a turn after so many.
_TURN_CHILDREN = 20
_TURN_STATEMENTS = 100
_NOTHING_HELD: Mapping[str, LastStated] = {}


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


class Statement(Struct, frozen=True):
    """A change, and when the statement that makes it counts as recorded."""

    child: Child
    change: Change
    recordedtime: str


class Compared(Struct):
    """What an import comes to before anything is kept.

    `statements` are to be published, `withdrawn` counts what has gone, `memories` are new, by child.
    """

    statements: list[Statement] = []
    memories: dict[str, Memory] = {}
    unchanged: int = 0
    outvoted: int = 0
    withdrawn: int = 0
    counts: Counts = Counts()
    later: list[LaterLine] = []

    def kinds(self, kind: str) -> int:
        """How many statements are of a kind."""
        return sum(one.change.kind == kind for one in self.statements)


async def take(door: Door, register: Register, sender: Sender, lines: Sequence[bytes], asked: Asked) -> Imported:
    """Publish what differs; returns once it is durable. Raises Unavailable, after which the import is sent again."""
    keys = await door.keyring.of(sender.authority)
    read = await read_lines(lines, sender.source, utc(asked.recorded_at), door.terms(sender, door.now()), keys)
    if read.unread:
        # Whatever that line was, it may be the very one that would be missed.
        asked = structs.replace(asked, withdraw=False)
    memories = await door.returned(sender, [child.subject for child in read.children.values() if child.line])
    held = await register.last_stated(sender, list(read.children))
    # The register may have had to catch up: what is published is accepted now, not when it came.
    envelope = Envelope(sender, keys, utc(asked.recorded_at), utc(door.now()))
    compared = await compare(read, held, memories, envelope, withdraw=asked.withdraw)
    over: list[Statement] = []
    if not asked.dry_run:
        over = await _publish(door, envelope, compared)
    answer = _answer(compared, read, over, asked)
    if not asked.dry_run:
        IMPORTED.labels("published").inc(answer.published)
        IMPORTED.labels("unchanged").inc(answer.unchanged)
        IMPORTED.labels("rejected").inc(len({one.line for one in answer.rejected}))
    return answer


class Envelope(Struct, frozen=True):
    """What the statements of one request have in common: who makes them, and when they count as recorded."""

    sender: Sender
    keys: AuthorityKeys
    recordedtime: str
    receivedtime: str

    def hashed(self, name: str) -> str:
        """The pseudonym of a fact's name."""
        return pseudonym(self.keys.names, "fact", name)

    def statement(self, child: Child, change: Change, last: LastStated | None) -> Statement:
        """A change, recorded 1 ms after the statement it must outvote where that was not earlier."""
        recordedtime = self.recordedtime
        if last is not None and microseconds(last.recordedtime) >= microseconds(recordedtime):
            recordedtime = instant(microseconds(last.recordedtime) + _MILLISECOND)
        return Statement(child, change, recordedtime)

    def event(self, statement: Statement) -> AnyEvent:
        """The event that makes a statement."""
        change = statement.change
        event: AnyEvent = events.EVENT_TYPES[change.said.type](  # type: ignore[assignment]
            id="",
            source=self.sender.source,
            subject=statement.child.subject,
            fact=change.fact,
            recordedtime=statement.recordedtime,
            keyid=self.keys.keyid,
            receivedtime=self.receivedtime,
            data=change.said.data,  # type: ignore[call-arg]
        )
        return structs.replace(event, id=import_id(self.keys, event))


async def compare(
    read: Lines,
    held: Mapping[str, Mapping[str, LastStated]],
    memories: Mapping[str, Memory],
    envelope: Envelope,
    *,
    withdraw: bool,
) -> Compared:
    """What the lines that were read change of what is held: pure but for giving others a turn now and then."""
    compared = Compared()
    for number, child in enumerate(read.children.values(), 1):
        if number % _TURN_CHILDREN == 0:
            await asyncio.sleep(0)
        last = held.get(child.subject, {})
        said = {fact: one.said for fact, one in last.items()}
        changes = by_fact(child, said)
        outvoted = set[str]()
        if child.line is not None:
            before = memories.get(child.subject, Memory())
            rows = ByRow(child, child.line, said, before, envelope.hashed, withdraw=withdraw)
            changes, outvoted = rows.changes(), rows.outvoted()
            if (memory := rows.memory()) != before:
                compared.memories[child.subject] = memory
            compared.counts += rows.counts()
        _add(compared, child, changes, last, envelope, withdraw=withdraw)
        changed = {change.name for change in changes}
        compared.outvoted += len(outvoted - changed)
        compared.unchanged += sum(one.name not in changed | outvoted for one in child.facts.values())
    return compared


def _add(
    compared: Compared,
    child: Child,
    changes: Iterable[Change],
    last: Mapping[str, LastStated],
    envelope: Envelope,
    *,
    withdraw: bool,
) -> None:
    for change in changes:
        gone = change.kind == "withdrawn"
        compared.withdrawn += gone
        if gone and not (withdraw or change.fact in child.facts):
            continue
        if change.said.type not in envelope.sender.types:
            # What follows from the lines is stated by this token only where it could have stated it itself.
            continue
        statement = envelope.statement(child, change, last.get(change.fact))
        compared.statements.append(statement)
        if statement.recordedtime != envelope.recordedtime:
            compared.later.append(LaterLine(change.line, child.reference, change.name, statement.recordedtime))


async def _publish(door: Door, envelope: Envelope, compared: Compared) -> list[Statement]:
    """Keep and publish what an import comes to, but for statements too many for their child, which are returned.

    Both keepings come before, and a retry keeps the same again: whatever ends in between, nothing is lost or doubled.
    """
    sender, records = envelope.sender, list[tuple[Statement, Record]]()
    for number, one in enumerate(compared.statements, 1):
        if number % _TURN_STATEMENTS == 0:
            await asyncio.sleep(0)
        records.append((one, record_of(envelope.event(one))))
    references = {one.child.subject: one.child.reference for one in compared.statements}
    _, over = await asyncio.gather(
        door.remember(sender, compared.memories),
        door.keep(sender.authority, envelope.keys, [record for _, record in records], references),
    )
    outgoing = [door.outgoing(sender.authority, record) for _, record in records if _counted(record) not in over]
    await door.publish(outgoing)
    return [one for one, record in records if _counted(record) in over]


def _counted(record: Record) -> tuple[str, int]:
    return record.child, record.short_hash


def _answer(compared: Compared, read: Lines, over: Sequence[Statement], asked: Asked) -> Imported:
    refused = [rejected(one.change.line, one.child.reference, one.change.name, TOO_MANY) for one in over]
    return Imported(
        published=len(compared.statements) - len(over),
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
