"""What stewards do to rejected events: open, check a mended one, replay, dismiss, reopen. HTTP is `api.py`'s.

A replay fixes what it will say in the entry before it publishes it, so that one that was cut short says the same
statement when it is repeated: nothing is lost and nothing counts twice.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct, structs

from holdfast.contracts.door import LONGEST_EVENT_BYTES
from holdfast.contracts.door_rules import Terms, london_day, utc
from holdfast.contracts.door_verdicts import CODES, Fault, Refused
from holdfast.contracts.quarantine import Checked, EntryOutcome, Opened, Replay, Shown
from holdfast.runtime.service_token import Claims
from services.intake.domain import AuthorityKeys, Record, event_of, record_of
from services.intake.door import QUARANTINED, Door
from services.intake.people import People
from services.intake.quarantine.mending import (
    Rejected,
    Settled,
    keeps,
    object_in,
    posted_in,
    recordedtime,
    settled,
    wrong_in,
)
from services.intake.quarantine.store import Begun, QuarantineStore, Sealed, Who
from services.intake.sealing import seal, unseal
from services.intake.telemetry import QUARANTINE

_UNKNOWN = "There is no such entry: it may have been removed after its time."
_DISMISSED = "This was dismissed: reopen it first."
_BEGUN = "A replay of this has begun and has not ended: replay it as it stands, without changes, to end it."
_OVERTAKEN = "Somebody else acted on this meanwhile: look at it again."
_REPLAYED = "This was replayed: what it says can be corrected or withdrawn, but not undone here."
_REJECTED = "This would be rejected again."


class Fixed(Struct, frozen=True):
    """What a replay says, and by whom. `asked`: the hash of the text that it was made from; none: it was not mended."""

    by: str
    text: str
    asked: str | None


class Ready(Struct, frozen=True):
    """A replay that is fixed: the child's own reference, and the record to be published."""

    subject: str
    record: Record


class Quarantine:
    """Rejected events in the hands of stewards."""

    def __init__(self, door: Door, held: QuarantineStore, people: People) -> None:
        self._door, self._held, self._people = door, held, people

    async def show(self, steward: Claims, entry: int) -> Shown | None:
        """An entry without its body, and what was done to it; None where there is none."""
        listed = await self._held.entry(steward.authority, entry)
        return None if listed is None else Shown(listed, await self._held.steps(steward.authority, entry))

    async def open(self, steward: Claims, entry: int, why: str) -> Opened | None:
        """The body of an entry as it came, once it is written down who looks and why; None where there is none."""
        who, sealed = self._who(steward), await self._sealed(steward, entry)
        if sealed is None:
            return None
        await self._held.note_opened(who, entry, why)
        QUARANTINE.labels("opened").inc()
        shown, rejected = await self.show(steward, entry), await self._unsealed(who.authority, sealed)
        if shown is None:
            return None
        terms = await self._terms(steward, sealed.system)
        came, wrong = object_in(rejected.body), wrong_in(rejected, terms)
        found, at = await self._weigh(who, rejected, rejected.body, terms), recordedtime(came, {}, wrong, terms, who.at)
        return Opened(
            listed=shown.listed,
            steps=shown.steps,
            body=rejected.body[:LONGEST_EVENT_BYTES].decode(errors="replace"),
            whole=len(rejected.body) <= LONGEST_EVENT_BYTES,
            errors=found.faults if isinstance(found, Refused) else (),
            keeps=keeps(came, wrong),
            recordedtime=None if at == utc(who.at) else str(at),
        )

    async def check(self, steward: Claims, entry: int, text: bytes) -> Checked | None:
        """The verdict on an entry as mended. Nothing is kept, but that an attempt failed."""
        who, sealed = self._who(steward), await self._sealed(steward, entry)
        if sealed is None:
            return None
        rejected, terms = await self._unsealed(who.authority, sealed), await self._terms(steward, sealed.system)
        found = await self._weigh(who, rejected, text, terms)
        if isinstance(found, Refused):
            await self._failed(who, [sealed])
            return Checked("rejected", found.faults)
        QUARANTINE.labels("checked").inc()
        at = found.event.recordedtime
        return Checked("accepted", (), None if at is None or at == who.at else utc(at))

    async def replay(self, steward: Claims, asked: Sequence[Replay]) -> list[EntryOutcome]:
        """Publish entries as mended, or as they came. Raises Unavailable where any may not be durable: say it again."""
        who, held = self._who(steward), await self._held.sealed(steward.authority, [one.entry for one in asked])
        if not held:
            return [EntryOutcome(one.entry, False, None, _UNKNOWN) for one in asked]
        keys = await self._door.keyring.of(who.authority)
        against = {one.entry: _against_replay(keys, held.get(one.entry), one.text) for one in asked}
        replays = {one.entry: one for one in asked if against[one.entry] is None}
        fixed, refused = await self._fix(steward, who, keys, [(held[entry], replays[entry]) for entry in replays])
        kept_out = await self._publish(who, keys, fixed)
        done = [entry for entry in fixed if entry not in kept_out]
        await self._held.decide(who, "replayed", done, None)
        refused |= kept_out
        await self._failed(who, [held[entry] for entry in refused])
        QUARANTINE.labels("replayed").inc(len(done))
        return [_outcome(one.entry, held.get(one.entry), against[one.entry], done, refused) for one in asked]

    async def dismiss(self, steward: Claims, entries: Sequence[int], why: str) -> list[EntryOutcome]:
        """Give entries up, for a reason."""
        who = self._who(steward)
        await self._held.decide(who, "dismissed", entries, why)
        held = await self._held.sealed(who.authority, entries)
        outcomes = [_decided(entry, held.get(entry), "dismissed") for entry in entries]
        QUARANTINE.labels("dismissed").inc(sum(outcome.done for outcome in outcomes))
        return outcomes

    async def reopen(self, steward: Claims, entries: Sequence[int], why: str) -> list[EntryOutcome]:
        """Let what was dismissed wait again, for a reason."""
        who = self._who(steward)
        await self._held.decide(who, "reopened", entries, why)
        held = await self._held.sealed(who.authority, entries)
        outcomes = [_decided(entry, held.get(entry), "waiting") for entry in entries]
        QUARANTINE.labels("reopened").inc(sum(outcome.done for outcome in outcomes))
        return outcomes

    async def _weigh(self, who: Who, rejected: Rejected, text: bytes, terms: Terms) -> Settled | Refused:
        """What would become of an event; nothing is kept."""
        found = settled(rejected, text, terms, who.at)
        if isinstance(found, Refused):
            return found
        keys = await self._door.keyring.of(who.authority)
        record = _ready(keys, Fixed(who.by, found.text.decode(), None), who).record
        against = await self._door.against(who.authority, [record])
        return Refused(None, None, tuple(against.values())) if against else found

    async def _fix(
        self, steward: Claims, who: Who, keys: AuthorityKeys, replays: Sequence[tuple[Sealed, Replay]]
    ) -> tuple[dict[int, Ready], dict[int, tuple[Fault, ...]]]:
        """What is fixed by now, be it by an earlier attempt; and what may not pass. In neither: it was overtaken."""
        terms = {system: await self._terms(steward, system) for system in {sealed.system for sealed, _ in replays}}
        earlier, new = dict[int, Fixed](), dict[int, Fixed]()
        refused = dict[int, tuple[Fault, ...]]()
        for sealed, one in replays:
            if sealed.replay is not None:
                earlier[sealed.entry] = _fixed(keys, sealed)
                continue
            rejected = _rejected(keys, sealed)
            text = rejected.body if one.text is None else one.text.encode()
            found = settled(rejected, text, terms[sealed.system], who.at)
            if isinstance(found, Refused):
                refused[sealed.entry] = found.faults if one.text is not None else tuple(map(_unquoted, found.faults))
            else:
                new[sealed.entry] = Fixed(who.by, found.text.decode(), _asked(one.text))
        ready = {entry: _ready(keys, fixed, who) for entry, fixed in (earlier | new).items()}
        begun = await self._held.begin(
            who.authority, [Begun(entry, ready[entry].record.child, _seal(keys, entry, new[entry])) for entry in new]
        )
        return {entry: one for entry, one in ready.items() if entry in earlier or entry in begun}, refused

    async def _publish(self, who: Who, keys: AuthorityKeys, fixed: Mapping[int, Ready]) -> dict[int, tuple[Fault, ...]]:
        """Publish all that the door lets pass. Returns the others, each with why; for them nothing stays fixed."""
        records = [ready.record for ready in fixed.values()]
        subjects = {ready.record.child: ready.subject for ready in fixed.values()}
        against = await self._door.keep(who.authority, keys, records, subjects)
        kept_out: dict[int, tuple[Fault, ...]] = {
            entry: (fault,)
            for entry, ready in fixed.items()
            if (fault := against.get((ready.record.child, ready.record.short_hash))) is not None
        }
        if kept_out:
            await self._held.undo(who.authority, sorted(kept_out))
        passing = [ready.record for entry, ready in fixed.items() if entry not in kept_out]
        await self._door.publish([self._door.outgoing(who.authority, record) for record in passing])
        return kept_out

    async def _failed(self, who: Who, entries: Sequence[Sealed]) -> None:
        if entries:
            QUARANTINE.labels("refused").inc(len(entries))
            await self._held.count_failed(who, [sealed.system for sealed in entries])

    async def _sealed(self, steward: Claims, entry: int) -> Sealed | None:
        return (await self._held.sealed(steward.authority, [entry])).get(entry)

    async def _unsealed(self, authority: str, sealed: Sealed) -> Rejected:
        return _rejected(await self._door.keyring.of(authority), sealed)

    async def _terms(self, steward: Claims, system: str) -> Terms:
        """What the system may state now, by any of its tokens that are good."""
        return self._door.terms(await self._people.source(steward, system), self._door.now())

    def now(self) -> datetime:
        """The platform's clock."""
        return self._door.now()

    def _who(self, steward: Claims) -> Who:
        now = self.now()
        return Who(steward.authority, steward.user, now, london_day(now))


def _rejected(keys: AuthorityKeys, sealed: Sealed) -> Rejected:
    return Rejected(unseal(keys.sealing, sealed.body, QUARANTINED), sealed.errors)


def _about(entry: int) -> str:
    return f"replay of {entry}"


def _seal(keys: AuthorityKeys, entry: int, fixed: Fixed) -> bytes:
    return seal(keys.sealing, msgspec.json.encode(fixed), _about(entry))


def _fixed(keys: AuthorityKeys, sealed: Sealed) -> Fixed:
    assert sealed.replay is not None
    return msgspec.json.decode(unseal(keys.sealing, sealed.replay, _about(sealed.entry)), type=Fixed)


def _ready(keys: AuthorityKeys, fixed: Fixed, who: Who) -> Ready:
    posted = posted_in(fixed.text.encode())
    event = structs.replace(event_of(posted, keys, utc(who.at)), statedby=fixed.by)
    return Ready(posted.subject, record_of(event))


def _unquoted(fault: Fault) -> Fault:
    """A fault in a body that nobody opened: without a word of it."""
    message = CODES[fault.code] if fault.code == "bad-form" else fault.message
    return Fault(fault.code, fault.public_pointer, message)


def _asked(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def _against_replay(keys: AuthorityKeys, sealed: Sealed | None, text: str | None) -> str | None:
    """Why an entry can't be replayed so. What was fixed before can be said again, but not otherwise."""
    if sealed is None:
        return _UNKNOWN
    if sealed.status == "dismissed":
        return _DISMISSED
    if sealed.replay is None or text is None or _asked(text) == _fixed(keys, sealed).asked:
        return None
    return _REPLAYED if sealed.status == "replayed" else _BEGUN


def _outcome(
    entry: int,
    sealed: Sealed | None,
    against: str | None,
    done: Iterable[int],
    refused: Mapping[int, tuple[Fault, ...]],
) -> EntryOutcome:
    status = None if sealed is None else sealed.status
    if against is not None:
        return EntryOutcome(entry, False, status, against)
    if entry in refused:
        return EntryOutcome(entry, False, status, _REJECTED, refused[entry])
    return EntryOutcome(entry, True, "replayed") if entry in done else EntryOutcome(entry, False, status, _OVERTAKEN)


def _decided(entry: int, sealed: Sealed | None, wanted: str) -> EntryOutcome:
    """An entry after it was to be dismissed or to wait again."""
    if sealed is None:
        return EntryOutcome(entry, False, None, _UNKNOWN)
    if sealed.status == wanted:
        return EntryOutcome(entry, True, sealed.status)
    return EntryOutcome(entry, False, sealed.status, _REPLAYED if sealed.status == "replayed" else _BEGUN)
