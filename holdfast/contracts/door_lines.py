"""A line of an import: the fact that it wants as an event, or the child that returns name, or what is wrong with it.

No I/O, as in `door`. A return has very many lines, nearly all of them sound: those are read in one go, and only what
is not read so is looked at again as the event it would be, for every fault in it.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import fields

from holdfast.contracts.door import LONGEST_EVENT_BYTES, NOT_JSON, UNREADABLE, read, refused
from holdfast.contracts.door_diagnosis import faults_of_line, sound, within
from holdfast.contracts.door_forms import POSTED_TYPES, AnyPosted, NotRestated, Reference, Untold, Wanted, WantedChild
from holdfast.contracts.door_rules import Terms, broken_data, broken_years, day_or_instant
from holdfast.contracts.door_verdicts import Refused

# More than the envelope of any line adds to it: one so near the bound is read as an event, which knows the bound.
_ENVELOPE_BYTES = 1024


class AskedFact(Struct, frozen=True, gc=False):
    """A fact line of an import: the event it asks for, with an `id` still to be given, and what it leaves as it was."""

    event: AnyPosted
    not_restated: Sequence[str]
    untold: Untold | None


class _Sound(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A `Wanted` line whose names are as they should be."""

    subject: Reference
    fact: Reference
    type: str
    data: Raw
    not_restated: list[NotRestated] = []
    untold: Untold | None = None


_decoder = msgspec.json.Decoder(Wanted)
_sound_decoder = msgspec.json.Decoder(_Sound)
_child_decoder = msgspec.json.Decoder(WantedChild)
_data_decoders = {
    name: msgspec.json.Decoder(next(field.type for field in fields(kind) if field.name == "data"))
    for name, kind in POSTED_TYPES.items()
}


class LineReader:
    """Reads the lines of one import: all are of one source, and count as recorded at one instant."""

    def __init__(self, source: str, recordedtime: str, terms: Terms) -> None:
        self._source, self._recordedtime, self._terms = source, recordedtime, terms
        recorded_at = day_or_instant(recordedtime)
        self._recorded_at = recorded_at if isinstance(recorded_at, datetime) and self._may_say(recorded_at) else None

    def _may_say(self, recorded_at: datetime) -> bool:
        known = self._source in self._terms.sources
        return known and within(recorded_at, self._terms) and recorded_at <= self._terms.latest_recorded_at

    def read(self, text: bytes) -> AskedFact | WantedChild | Refused:
        """A line, or what is wrong with it."""
        told = ""
        if b'"years"' in text:
            try:
                return self._checked(text, _child_decoder.decode(text))
            except UNREADABLE as error:
                told = str(error)
        return self._read_sound(text) or self._read_any(text, told)

    def _checked(self, text: bytes, child: WantedChild) -> WantedChild | Refused:
        if not sound(child, self._terms):
            return self._refused(text, "")
        faults = tuple(broken_years(child))
        return Refused(None, None, faults) if faults else child

    def _read_sound(self, text: bytes) -> AskedFact | None:
        """A line with which nothing is wrong; None where anything may be."""
        if self._recorded_at is None or len(text) > LONGEST_EVENT_BYTES - _ENVELOPE_BYTES:
            return None
        try:
            line = _sound_decoder.decode(text)
            data = _data_decoders[line.type].decode(line.data)
        except (*UNREADABLE, KeyError):
            return None
        terms = self._terms
        if line.type not in terms.types or not sound(data, terms) or any(broken_data(data)):
            return None
        if line.untold is not None and not sound(line.untold, terms):
            return None
        event: AnyPosted = POSTED_TYPES[line.type](  # type: ignore[assignment]
            specversion="1.0",
            id="import",
            source=self._source,
            subject=line.subject,
            fact=line.fact,
            recordedtime=self._recorded_at,
            data=data,  # type: ignore[call-arg]
        )
        return AskedFact(event, line.not_restated, line.untold)

    def _read_any(self, text: bytes, told: str) -> AskedFact | Refused:
        try:
            wanted = _decoder.decode(text)
        except UNREADABLE as error:
            return self._refused(text, told or str(error))
        envelope = {"specversion": "1.0", "id": "import", "source": self._source, "recordedtime": self._recordedtime}
        said = {"subject": wanted.subject, "fact": wanted.fact, "type": wanted.type, "data": wanted.data}
        event = read(msgspec.json.encode(envelope | said), self._terms)
        if isinstance(event, Refused):
            return event
        if event.fact is None or not (wanted.untold is None or sound(wanted.untold, self._terms)):
            # In an event a fact may be null; a line without one would have no name to be compared by.
            return self._refused(text, "")
        return AskedFact(event, wanted.not_restated, wanted.untold)

    def _refused(self, text: bytes, told: str) -> Refused:
        try:
            value = msgspec.json.decode(text)
        except UNREADABLE:
            return Refused(None, None, (NOT_JSON,))
        return refused(value, faults_of_line(value, self._terms), told)
