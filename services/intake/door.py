"""The way of an event through the door: read, checked, made pseudonymous, kept, published, and only then accepted.

It holds no state that matters: what it remembers of children and statements only saves asking the database again.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from holdfast.contracts.door import LONGEST_EVENT_BYTES, read
from holdfast.contracts.door_forms import POSTED_TYPES, AnyPosted
from holdfast.contracts.door_rules import Terms, london_day, terms_at, utc
from holdfast.contracts.door_verdicts import Fault, Refused, Verdict
from holdfast.contracts.topics import EVENTS, REJECTED, partition_of
from holdfast.runtime.clock import Clock
from services.intake.by_row import Memory
from services.intake.domain import AuthorityKeys, Record, event_of, pseudonym, record_of, rejection_of
from services.intake.erasures.store import fault_of, refused_of, subject_in
from services.intake.keyring import Keyring
from services.intake.limits import Turns
from services.intake.publisher import Outgoing, Publisher
from services.intake.recent import Recent
from services.intake.sealing import seal
from services.intake.store import Entry, Forgotten, Store
from services.intake.telemetry import VERDICTS
from services.intake.tokens import Sender

TOO_MANY = Fault(
    "too-many",
    "/subject",
    "This child has as many different statements as one child may have: ask the platform's operator, for something is "
    "sending the child again and again with changes.",
)
ERASED = "erased"
# What a rejected body is sealed as.
QUARANTINED = "quarantine"
_KNOWN_CHILDREN, _KNOWN_STATEMENTS = 100_000, 200_000
_LONGEST_TURN_SECONDS = 45.0


class Told(Struct, frozen=True):
    """One text as it stands after reading: what was posted and the record to be published, or why not."""

    text: bytes | msgspec.Raw
    id: str | None
    posted: AnyPosted | None
    record: Record | None
    refused: Refused | None
    type: str


class Door:
    """Takes texts of one sender and answers each with a verdict, once what it accepts is durable."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        publisher: Publisher,
        clock: Clock,
        *,
        authorities: frozenset[str],
        partitions: int,
        statements_per_child: int,
    ) -> None:
        self._store, self._keyring, self._publisher, self._clock = store, keyring, publisher, clock
        self._authorities, self._partitions, self._most = authorities, partitions, statements_per_child
        self._children: Recent[tuple[str, str]] = Recent(_KNOWN_CHILDREN)
        self._statements: Recent[tuple[str, int]] = Recent(_KNOWN_STATEMENTS)
        # Children, by authority and pseudonym, that an import is at work on.
        self.importing = Turns(_LONGEST_TURN_SECONDS)

    @property
    def keyring(self) -> Keyring:
        """The keys that it makes pseudonyms with."""
        return self._keyring

    def now(self) -> datetime:
        """The platform's clock."""
        return self._clock.now()

    def terms(self, sender: Sender, now: datetime) -> Terms:
        """What this sender may say now."""
        return terms_at(now, sources=frozenset({sender.source}), types=sender.types, authorities=self._authorities)

    async def admit(self, sender: Sender, texts: Sequence[bytes | msgspec.Raw]) -> list[Verdict]:
        """A verdict for each text, in order. Raises Unavailable where anything may not be durable."""
        told, outgoing = await self.prepare(sender, texts)
        await self._publisher.publish(outgoing)
        return verdicts(told)

    async def prepare(self, sender: Sender, texts: Sequence[bytes | msgspec.Raw]) -> tuple[list[Told], list[Outgoing]]:
        """Everything up to publishing: what became of each text, and what is to be published for it."""
        keys, now = await self._keyring.of(sender.authority), self._clock.now()
        told = self._read(sender, keys, now, texts)
        subjects = {one.record.child: one.posted.subject for one in told if one.record and one.posted}
        kept_out = await self.keep(sender.authority, keys, [one.record for one in told if one.record], subjects)
        told = await self._without_erased(sender.authority, keys, [_kept_out(one, kept_out) for one in told])
        await self._quarantine(sender, keys, now, told)
        return told, [self._outgoing(sender.authority, keys, one, utc(now)) for one in told if not is_erased(one)]

    async def weigh(self, sender: Sender, texts: Sequence[bytes | msgspec.Raw]) -> list[Told]:
        """What would become of each text. Nothing is kept and nothing is published."""
        keys = await self._keyring.of(sender.authority)
        told = self._read(sender, keys, self._clock.now(), texts)
        against = await self.against(sender.authority, [one.record for one in told if one.record])
        return await self._without_erased(sender.authority, keys, [_kept_out(one, against) for one in told])

    async def against(self, authority: str, records: Sequence[Record]) -> dict[tuple[str, int], Fault]:
        """Those of these that `keep` would not let pass, each with why. Nothing is kept."""
        erased = await self._erased(authority, records)
        posted = dict.fromkeys((record.child, record.short_hash) for record in records)
        over = await self._store.too_many(authority, [one for one in posted if one not in erased], self._most)
        return erased | dict.fromkeys(over, TOO_MANY)

    def _read(
        self, sender: Sender, keys: AuthorityKeys, now: datetime, texts: Sequence[bytes | msgspec.Raw]
    ) -> list[Told]:
        terms, receivedtime = self.terms(sender, now), utc(now)
        return [_tell(text, terms, keys, receivedtime) for text in texts]

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Publish what was prepared; raises Unavailable."""
        await self._publisher.publish(outgoing)

    async def keep(
        self, authority: str, keys: AuthorityKeys, records: Sequence[Record], subjects: dict[str, str]
    ) -> dict[tuple[str, int], Fault]:
        """Keep the children (pseudonym to original reference) and the statements before anything is published.

        Before, so that no child is on the broker whose reference is lost; a statement that was kept and then not
        published is sent again, and then is a repeated one. Returns those that may not be published, each with why:
        what was erased, and what is too much of one child.
        """
        try:
            return await self._keep_all(authority, keys, records, subjects)
        except Forgotten:
            # A child was erased, or the database is another one: what is remembered of it is wrong.
            self._children.clear()
            self._statements.clear()
            return await self._keep_all(authority, keys, records, subjects)

    async def _keep_all(
        self, authority: str, keys: AuthorityKeys, records: Sequence[Record], subjects: dict[str, str]
    ) -> dict[tuple[str, int], Fault]:
        # Asked every time, of what is remembered too: another door may have been told to erase.
        erased = await self._erased(authority, records)
        posted = dict.fromkeys((record.child, record.short_hash) for record in records)
        fresh = [one for one in posted if one not in erased and one not in self._statements]
        if not fresh:
            return erased
        over = await self._keep(authority, keys, fresh, subjects)
        self._children.update((authority, child) for child, _ in fresh)
        self._statements.update(statement for statement in fresh if statement not in over)
        return erased | dict.fromkeys(over, TOO_MANY)

    async def _erased(self, authority: str, records: Sequence[Record]) -> dict[tuple[str, int], Fault]:
        """Of these records those whose child or statement was erased, each with the fault."""
        refused = await refused_of(self._store, authority, list({record.child for record in records}))
        if not refused:
            return {}
        faults = {
            (record.child, record.short_hash): fault_of(refused, record.child, record.statement) for record in records
        }
        return {one: fault for one, fault in faults.items() if fault is not None}

    async def erased_among(self, authority: str, children: Sequence[str]) -> set[str]:
        """Of these children (pseudonyms) those that were erased whole."""
        refused = await refused_of(self._store, authority, children)
        return {child for child in children if fault_of(refused, child) is not None}

    async def _without_erased(self, authority: str, keys: AuthorityKeys, told: list[Told]) -> list[Told]:
        """The same, where of a child that was erased nothing is said but that: what was wrong of it is not kept."""
        named = {
            number: pseudonym(keys.names, "subject", subject)
            for number, one in enumerate(told)
            if one.refused is not None and not is_erased(one) and (subject := subject_in(bytes(one.text))) is not None
        }
        refused = await refused_of(self._store, authority, list(set(named.values())))
        return [
            _refused_for(one, fault) if number in named and (fault := fault_of(refused, named[number])) else one
            for number, one in enumerate(told)
        ]

    def forget(self) -> None:
        """Remember nothing of any child: one was erased."""
        self._children.clear()
        self._statements.clear()

    async def keep_known(self, authority: str, record: Record) -> Fault | None:
        """Keep a statement about a child that is known already; why it may not be published. Raises Forgotten."""
        if erased := await self._erased(authority, [record]):
            return next(iter(erased.values()))
        over = await self._store.keep(authority, [], [(record.child, record.short_hash)], self._most)
        return TOO_MANY if over else None

    async def _keep(
        self, authority: str, keys: AuthorityKeys, fresh: list[tuple[str, int]], subjects: dict[str, str]
    ) -> set[tuple[str, int]]:
        unknown = {child for child, _ in fresh if (authority, child) not in self._children}
        new = [(child, seal(keys.sealing, subjects[child].encode(), f"child {child}")) for child in unknown]
        return await self._store.keep(authority, new, fresh, self._most)

    async def _quarantine(self, sender: Sender, keys: AuthorityKeys, now: datetime, told: list[Told]) -> None:
        made = [_entry(one, one.refused, sender.authority, keys) for one in told if one.refused and not is_erased(one)]
        entries = {entry.digest: entry for entry in made}
        if entries:
            await self._store.quarantine(sender.authority, sender.system, now, london_day(now), list(entries.values()))

    async def returned(self, sender: Sender, children: Sequence[str]) -> dict[str, Memory]:
        """What is remembered of the returns of this source that named these children."""
        return await self._store.returned(sender.authority, sender.system, children)

    async def remember(self, sender: Sender, memories: Mapping[str, Memory]) -> None:
        """Remember what returns said of children, before anything of it is published; a retry says the same again."""
        await self._store.remember(sender.authority, sender.system, memories)

    def outgoing(self, authority: str, record: Record) -> Outgoing:
        """A record on its way to the authority's partition."""
        return Outgoing(EVENTS, partition_of(authority, self._partitions), record.key, record.value)

    def _outgoing(self, authority: str, keys: AuthorityKeys, one: Told, receivedtime: str) -> Outgoing:
        if one.record is not None:
            return self.outgoing(authority, one.record)
        assert one.refused is not None
        rejection = rejection_of(one.refused, authority, keys, receivedtime)
        return Outgoing(REJECTED, 0, rejection.key, msgspec.json.encode(rejection))


def _entry(one: Told, refused: Refused, authority: str, keys: AuthorityKeys) -> Entry:
    """What is kept of a rejected event: its body sealed, and what says nothing of whom it is about."""
    # Of what is larger than an event may be, the start is enough to recognise it by.
    body = bytes(one.text)[: LONGEST_EVENT_BYTES + 1]
    rejection = rejection_of(refused, authority, keys, "")
    return Entry(
        digest=hmac.digest(keys.sealing, body, "sha256"),
        id=rejection.id,
        type=one.type if one.type in POSTED_TYPES else None,
        errors=[{"code": fault.code, "pointer": fault.pointer} for fault in rejection.errors],
        body=seal(keys.sealing, body, QUARANTINED),
    )


def _tell(text: bytes | msgspec.Raw, terms: Terms, keys: AuthorityKeys, receivedtime: str) -> Told:
    posted: AnyPosted | Refused = read(memoryview(text), terms)
    if isinstance(posted, Refused):
        return Told(text, posted.id, None, None, posted, posted.type or "")
    record = record_of(event_of(posted, keys, receivedtime))
    return Told(text, posted.id, posted, record, None, posted.type)


def _kept_out(one: Told, faults: Mapping[tuple[str, int], Fault]) -> Told:
    fault = faults.get((one.record.child, one.record.short_hash)) if one.record else None
    return one if fault is None else _refused_for(one, fault)


def _refused_for(one: Told, fault: Fault) -> Told:
    return Told(one.text, one.id, None, None, Refused(one.id, one.type, (fault,)), one.type)


def is_erased(one: Told) -> bool:
    """Whether it is refused because it, or its child, was erased: then it is neither kept nor told to anybody else."""
    return one.refused is not None and one.refused.faults[0].code == ERASED


def verdicts(told: Sequence[Told]) -> list[Verdict]:
    """The verdicts on what has been published, counted."""
    found = []
    for one in told:
        faults = () if one.refused is None else one.refused.faults
        verdict = Verdict(one.id, "accepted" if one.refused is None else "rejected", faults)
        kind = one.type if one.type in POSTED_TYPES else "other"
        VERDICTS.labels(verdict.verdict, kind, faults[0].code if faults else "").inc()
        found.append(verdict)
    return found
