"""What an import comes to: the lines that were read against what is held, as statements to be made and numbers to tell.

Pure but for giving others a turn. How one child is compared is in `changes` and `by_row`.
"""

import asyncio
from collections.abc import Iterable, Mapping

from msgspec import Struct

from holdfast.contracts import events
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import instant, microseconds
from services.intake.asked import Child, Lines
from services.intake.by_row import ByRow, Memory
from services.intake.changes import Change, Counts, by_fact
from services.intake.domain import AuthorityKeys, import_id, pseudonym
from services.intake.register import LastStated
from services.intake.tokens import Sender

_MILLISECOND = 1000
# Others get a turn after so many children.
_TURN_CHILDREN = 20


class LaterLine(Struct, frozen=True):
    """A line recorded later than asked, for it had to outvote a later statement."""

    line: int
    subject: str
    fact: str
    recordedtime: str


class Statement(Struct, frozen=True, gc=False):
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
        subject, change, recordedtime = statement.child.subject, statement.change, statement.recordedtime
        kind, data = change.said.type, change.said.data
        event: AnyEvent = events.EVENT_TYPES[kind](  # type: ignore[assignment]
            id=import_id(self.keys, subject, change.fact, kind, recordedtime, data),
            source=self.sender.source,
            subject=subject,
            fact=change.fact,
            recordedtime=recordedtime,
            keyid=self.keys.keyid,
            receivedtime=self.receivedtime,
            data=data,  # type: ignore[call-arg]
        )
        return event


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
        outvoted = set[str]()
        if child.line is None:
            changes = by_fact(child, said)
        else:
            before = memories.get(child.subject, Memory())
            rows = ByRow(child, child.line, said, before, envelope.hashed, withdraw=withdraw)
            changes, outvoted = rows.changes(), rows.outvoted()
            if (memory := rows.memory()) != before:
                compared.memories[child.subject] = memory
            compared.counts += rows.counts()
        _add(compared, child, changes, last, envelope, withdraw=withdraw)
        changed = {change.name for change in changes}
        compared.outvoted += len(outvoted - changed)
        compared.unchanged += len({one.name for one in child.facts.values()} - changed - outvoted)
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
