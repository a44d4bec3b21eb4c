"""A door that takes returns, without a broker, a register or a database: what it published is what it holds.

It reads lines, compares and states by the code of intake itself. What the real ones add is tested with the real ones.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from holdfast.contracts.door_forms import POSTED_TYPES
from holdfast.contracts.door_rules import terms_at, utc
from holdfast.contracts.events import AnyEvent, canonical
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.returns import Reading
from holdfast.returns.sending import chunks
from services.intake.asked import read_lines
from services.intake.by_row import Memory
from services.intake.compared import Compared, Envelope, compare
from services.intake.domain import AuthorityKeys, keys_of
from services.intake.register import LastStated
from services.intake.tokens import Sender

AUTHORITY = "E08000016"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
Said = dict[str, tuple[str, Any]]


class ReturningDoor:
    """Holds every statement made, by child and fact, and what the door remembers. Each import is a day later."""

    def __init__(self) -> None:
        self.keys: AuthorityKeys = keys_of(bytes(range(96)))
        self.sender = Sender(1, AUTHORITY, "ssda903", frozenset(POSTED_TYPES))
        self.events: list[AnyEvent] = []
        self.last: dict[str, dict[str, AnyEvent]] = {}
        self.memories: dict[str, Memory] = {}
        self.names: dict[str, str] = {}
        self.day = NOW

    def take(self, reading: Reading, *, withdraw: bool = True) -> list[Compared]:
        """Import a reading; what each request came to."""
        self.day += timedelta(days=1)
        return [asyncio.run(self.take_lines(chunk.body.splitlines(), withdraw=withdraw)) for chunk in chunks(reading)]

    async def take_lines(self, lines: list[bytes], *, withdraw: bool) -> Compared:
        """What one request comes to, which is then so. No line may be refused."""
        terms = terms_at(
            self.day,
            sources=frozenset({self.sender.source}),
            types=self.sender.types,
            authorities=frozenset({AUTHORITY}),
        )
        read = await read_lines(lines, self.sender.source, utc(self.day), terms, self.keys)
        assert not read.rejected, read.rejected
        held = {child: {f: _last(event) for f, event in self.last.get(child, {}).items()} for child in read.children}
        envelope = Envelope(self.sender, self.keys, utc(self.day), utc(self.day))
        compared = await compare(read, held, self.memories, envelope, withdraw=withdraw)
        self.memories |= compared.memories
        for one in compared.statements:
            event = envelope.event(one)
            self.events.append(event)
            self.last.setdefault(event.subject, {})[event.fact] = event
            self.names[event.fact] = one.change.name
        return compared

    def stands(self) -> Said:
        """What stands, by the facts' names in the clear: type and data, postcodes as this door hashes them."""
        return {
            self.names[fact]: (event.type, msgspec.json.decode(canonical(event.data)))
            for facts in self.last.values()
            for fact, event in facts.items()
            if event.type != "care.withdrawal.v1"
        }

    def facts(self) -> dict[str, list[Fact]]:
        """Every child's standing facts as the engine takes them, by pseudonym."""
        by_child: dict[str, list[Fact]] = {}
        for event in self.events:
            by_child.setdefault(event.subject, []).append(fact_of(event))
        return {child: list(standing(facts).values()) for child, facts in by_child.items()}


def _last(event: AnyEvent) -> LastStated:
    return LastStated(event.fact, event.type, event.recordedtime, msgspec.Raw(canonical(event.data)))


def published(compared: Iterable[Compared]) -> int:
    """How many statements an import made."""
    return sum(len(one.statements) for one in compared)


def wanted(reading: Reading) -> Said:
    """What a reading wants to stand, as `stands` tells it."""
    door = ReturningDoor()
    door.take(reading)
    return door.stands()
