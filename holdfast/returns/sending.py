"""A reading as requests to the door, and the door's answers summed up: whole children a request, a line a fact.

Pure: whoever sends it posts `Chunk.body` to `POST /imports`, once to see what would change and once to change it.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.returns.faults import Origin
from holdfast.returns.named import NamedChild
from holdfast.returns.reading import Reading
from holdfast.returns.wanted import WantedFact

SYSTEM = "ssda903"
MOST_LINES = 2_500
MOST_BYTES = 4 * 1024 * 1024
# As many different statements as the door takes of one child.
MOST_FACTS_OF_A_CHILD = 5_000
# Of more than one row in so many that would be withdrawn, a person is asked first.
ROWS_FOR_EACH_WITHDRAWN = 20
# So many rejected lines are kept with their rows; the others are counted.
MOST_LOCATED = 10_000

_encoder = msgspec.json.Encoder()


class RejectedLine(Struct, frozen=True):
    """A line that the door refused; `line` counts from 1. Its sentence is left unread: it may quote what was sent."""

    line: int
    code: str
    pointer: str = ""


class Answer(Struct, frozen=True):
    """The door's answer to one request: facts, but where it says rows. What its parts mean is `docs/events.md`."""

    published: int
    new: int
    restated: int
    withdrawn: int
    unchanged: int
    rows_withdrawn: int
    rows_held: int
    outvoted: int
    remembered: int
    recordedtime: str
    rejected: list[RejectedLine] = []
    later: list[msgspec.Raw] = []


class Rejected(Struct, frozen=True):
    """A row that the door refused, and why. `origin` is None where a child's own line was."""

    origin: Origin | None
    code: str
    pointer: str


class Chunk(Struct, frozen=True):
    """What one request asks for: whole children. `origins` tells by line the row of a fact; None: a child's line.

    `unsent`: of these facts none is asked for, since their child has more than one child may have.
    """

    origins: list[Origin | None]
    facts: int
    body: bytes
    unsent: list[WantedFact] = []


class Outcome(Struct):
    """What became of an import so far, or would become of it. `rejected_lines` may be more than are in `rejected`.

    `erased_lines` of them are of children, or statements, that were erased: that is no fault of the files.
    """

    sent: int = 0
    published: int = 0
    new: int = 0
    restated: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    rows_withdrawn: int = 0
    rows_held: int = 0
    outvoted: int = 0
    remembered: int = 0
    later: int = 0
    rejected_lines: int = 0
    erased_lines: int = 0
    rejected: list[Rejected] = []
    # The instant at which the whole import is to count as recorded, as the door said when first asked.
    recordedtime: str | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether sending it would be for nothing: no fact differs, and the door knows which returns these are."""
        return not (self.published or self.remembered)

    @property
    def withdraws_much(self) -> bool:
        """Whether more than one row in twenty goes, of what was held for the years that were sent."""
        return self.rows_withdrawn * ROWS_FOR_EACH_WITHDRAWN > self.rows_held

    def take_in(self, chunk: Chunk, body: bytes) -> None:
        """Add the door's answer to a chunk. Raises msgspec.MsgspecError where it is none."""
        answer = msgspec.json.decode(body, type=Answer)
        self.sent += chunk.facts
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(answer, name))
        self.later += len(answer.later)
        self.erased_lines += len({one.line for one in answer.rejected if one.code == "erased"})
        # The door tells every fault of a line.
        self.rejected_lines += len({one.line for one in answer.rejected}) + len(chunk.unsent)
        found = [Rejected(chunk.origins[one.line - 1], one.code, one.pointer) for one in answer.rejected]
        found += [Rejected(fact.origin, "too-many", "/subject") for fact in chunk.unsent]
        self.rejected += found[: max(0, MOST_LOCATED - len(self.rejected))]
        self.recordedtime = self.recordedtime or answer.recordedtime


_SUMMED = (
    "published",
    "new",
    "restated",
    "withdrawn",
    "unchanged",
    "rows_withdrawn",
    "rows_held",
    "outvoted",
    "remembered",
)


def chunks(reading: Reading) -> Iterator[Chunk]:
    """Requests of whole children, up to 2,500 lines and 4 MiB, more only where one child has more.

    A child with more facts than any may have, which is many children under one reference, is left out and told.
    """
    origins: list[Origin | None] = []
    held: list[bytes] = []
    facts = size = 0
    for of_child in _children(reading):
        lines = _encoder.encode_lines([line for line, _ in of_child])
        if len(of_child) > MOST_FACTS_OF_A_CHILD:
            yield Chunk([], len(of_child) - 1, b"", [fact for _, fact in of_child if fact])
            continue
        if held and (len(origins) + len(of_child) > MOST_LINES or size + len(lines) > MOST_BYTES):
            yield Chunk(origins, facts, b"".join(held))
            origins, held, facts, size = [], [], 0, 0
        origins += [fact.origin if fact else None for _, fact in of_child]
        held.append(lines)
        facts, size = facts + len(of_child) - 1, size + len(lines)
    if held:
        yield Chunk(origins, facts, b"".join(held))


def _children(reading: Reading) -> Iterator[list[tuple[dict[str, Any], WantedFact | None]]]:
    """Every child's lines: its own, and then its facts, if it has any."""
    for child, facts in reading.named:
        yield [(_child_line(child), None), *((_line(fact), fact) for fact in facts)]


def _child_line(child: NamedChild) -> dict[str, Any]:
    said: dict[str, Any] = {"subject": child.subject, "years": child.years}
    if child.date_of_birth is not None:
        said["date_of_birth"] = child.date_of_birth
    if child.sex is not None:
        said["sex"] = child.sex
    if child.silent:
        said["silent"] = child.silent
    return said


def _line(fact: WantedFact) -> dict[str, Any]:
    said: dict[str, Any] = {"subject": fact.subject, "fact": fact.fact, "type": fact.type, "data": fact.data}
    if fact.untold is not None:
        said["untold"] = fact.untold
    return said
