"""What an import asks for, read from its lines: by child, facts as they ought to stand and the returns that name it.

Lines come in the clear and leave as pseudonyms. What was stated before is not looked at here.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.contracts.door import UNREADABLE
from holdfast.contracts.door_forms import Untold, WantedChild
from holdfast.contracts.door_lines import AskedFact, LineReader
from holdfast.contracts.door_rules import Terms
from holdfast.contracts.door_verdicts import Fault, Refused
from services.intake.domain import AuthorityKeys, data_of, pseudonym
from services.intake.rows import Said

# Others get a turn after so many lines.
_TURN_LINES = 100
_FACT_REPEATED = Fault(
    "fact-repeated",
    "/fact",
    "This fact of this child was stated by an earlier line: send each fact once, as it ought to be.",
)
_CHILD_REPEATED = Fault(
    "child-repeated", "/subject", "An earlier line is of this child: send the child's own line once, before its facts."
)


class RejectedLine(Struct, frozen=True):
    """A line that could not be taken, counted from 1, and one of its faults."""

    line: int
    subject: str | None
    fact: str | None
    code: str
    pointer: str
    message: str


class Wanted(Struct, frozen=True, gc=False):
    """A fact as it ought to stand: the line it is from, its name in the clear, and what is to be said of it."""

    line: int
    name: str
    said: Said
    not_restated: frozenset[str]
    untold: Untold | None


class Child(Struct):
    """A child of an import: `line` is its own line, where it has one; `refused` are facts whose lines can't be taken.

    `subject` and the facts' names in `facts` and `refused` are pseudonyms, `reference` is in the clear.
    """

    reference: str
    subject: str
    number: int
    line: WantedChild | None
    facts: dict[str, Wanted]
    refused: set[str]


class Lines(Struct):
    """The lines of a request: children by pseudonym. `unread`: a line could not even be told whose it is."""

    children: dict[str, Child]
    rejected: list[RejectedLine]
    unread: bool = False


async def read_lines(
    lines: Sequence[bytes], source: str, recordedtime: str, terms: Terms, keys: AuthorityKeys
) -> Lines:
    """Read all of them, giving others a turn now and then."""
    reader, gathered = LineReader(source, recordedtime, terms), _Gathered(keys)
    for number, text in enumerate(lines, 1):
        if number % _TURN_LINES == 0:
            await asyncio.sleep(0)
        gathered.take(number, text, reader.read(text))
    return gathered.lines


class _Clear(Struct):
    subject: Any = None
    fact: Any = None


class _Gathered:
    def __init__(self, keys: AuthorityKeys) -> None:
        self._keys = keys
        self._named: dict[str, Child] = {}
        self.lines = Lines({}, [])

    def take(self, number: int, text: bytes, asked: AskedFact | WantedChild | Refused) -> None:
        match asked:
            case Refused(faults=faults):
                self._refuse(number, text, faults)
            case WantedChild():
                self._take_child(number, asked)
            case _:
                self._take_fact(number, asked)

    def _take_child(self, number: int, asked: WantedChild) -> None:
        if asked.subject in self._named:
            self.lines.rejected.append(rejected(number, asked.subject, None, _CHILD_REPEATED))
        else:
            self._child(asked.subject, number).line = asked

    def _take_fact(self, number: int, asked: AskedFact) -> None:
        event = asked.event
        assert event.fact is not None, "a line gives it"
        child = self._child(event.subject, number)
        fact = pseudonym(self._keys.names, "fact", event.fact)
        if fact in child.facts:
            self.lines.rejected.append(rejected(number, event.subject, event.fact, _FACT_REPEATED))
            return
        said = Said(event.type, data_of(event, self._keys))
        left = frozenset(asked.not_restated)
        child.facts[fact] = Wanted(number, event.fact, said, left, asked.untold)

    def _child(self, reference: str, number: int) -> Child:
        child = self._named.get(reference)
        if child is None:
            subject = pseudonym(self._keys.names, "subject", reference)
            child = Child(reference, subject, number, None, {}, set())
            self._named[reference] = self.lines.children[subject] = child
        return child

    def _refuse(self, number: int, text: bytes, faults: Sequence[Fault]) -> None:
        clear = _clear(text)
        self.lines.rejected += [rejected(number, clear.subject, clear.fact, fault) for fault in faults]
        if isinstance(clear.subject, str) and isinstance(clear.fact, str):
            fact = pseudonym(self._keys.names, "fact", clear.fact)
            self._child(clear.subject, number).refused.add(fact)
        else:
            self.lines.unread = True


def _clear(text: bytes) -> _Clear:
    try:
        return msgspec.json.decode(text, type=_Clear)
    except UNREADABLE:
        return _Clear()


def rejected(number: int, subject: object, fact: object, fault: Fault) -> RejectedLine:
    """A rejected line; what is no text of it is left out."""
    return RejectedLine(
        number,
        subject if isinstance(subject, str) else None,
        fact if isinstance(fact, str) else None,
        fault.code,
        fault.pointer,
        fault.message,
    )
