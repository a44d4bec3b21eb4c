"""What a sender may post, and every way to be wrong: reads one event, or one line of an import, or says what is wrong.

No I/O and no clock: what may be said now, and by whom, is an argument. Nothing is hashed here.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.contracts.door_diagnosis import faults_of_event, faults_of_line, sound
from holdfast.contracts.door_forms import AnyPosted, Untold, Wanted, WantedChild
from holdfast.contracts.door_rules import Terms, broken, broken_years
from holdfast.contracts.door_verdicts import Fault, Refused

LONGEST_EVENT_BYTES = 64 * 1024
# What reading a text as JSON may end in, where it is none.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_decoder = msgspec.json.Decoder(AnyPosted)
_line_decoder = msgspec.json.Decoder(Wanted)
_child_decoder = msgspec.json.Decoder(WantedChild)
_NOT_JSON = Fault("not-json", "", "This cannot be read as JSON: send one JSON object in UTF-8 for each event.")
_TOO_LARGE = Fault("too-large", "", f"One event may be {LONGEST_EVENT_BYTES} bytes; this is larger.")


def read(text: bytes | memoryview, terms: Terms) -> AnyPosted | Refused:
    """The event in a JSON text, or every fault found in it. Faults between fields are sought once the form is right."""
    if len(text) > LONGEST_EVENT_BYTES:
        return Refused(None, None, (_TOO_LARGE,))
    try:
        event: AnyPosted = _decoder.decode(text)
    except msgspec.ValidationError as error:
        return _diagnosed(text, terms, str(error))
    except UNREADABLE:
        return Refused(None, None, (_NOT_JSON,))
    if not sound(event, terms):
        return _diagnosed(text, terms, "")
    faults = tuple(broken(event, terms))
    return Refused(event.id, event.type, faults) if faults else event


class AskedFact(Struct, frozen=True):
    """A fact line of an import: the event it asks for, with an `id` still to be given, and what it leaves as it was."""

    event: AnyPosted
    not_restated: Sequence[str]
    untold: Untold | None


def read_wanted(text: bytes, source: str, recordedtime: str, terms: Terms) -> AskedFact | WantedChild | Refused:
    """A line of an import, or what is wrong with it."""
    try:
        wanted = _line_decoder.decode(text)
    except msgspec.ValidationError as error:
        return _read_child(text, terms, str(error))
    except UNREADABLE as error:
        return _refused_line(text, terms, str(error))
    envelope = {"specversion": "1.0", "id": "import", "source": source, "recordedtime": recordedtime}
    said = {"subject": wanted.subject, "fact": wanted.fact, "type": wanted.type, "data": wanted.data}
    event = read(msgspec.json.encode(envelope | said), terms)
    if isinstance(event, Refused):
        return event
    if event.fact is None or not (wanted.untold is None or sound(wanted.untold, terms)):
        # In an event a fact may be null; a line without one would have no name to be compared by.
        return _refused_line(text, terms, "")
    return AskedFact(event, wanted.not_restated, wanted.untold)


def _read_child(text: bytes, terms: Terms, told: str) -> WantedChild | Refused:
    try:
        child = _child_decoder.decode(text)
    except UNREADABLE as error:
        return _refused_line(text, terms, str(error) if b'"years"' in text else told)
    if not sound(child, terms):
        return _refused_line(text, terms, "")
    faults = tuple(broken_years(child))
    return Refused(None, None, faults) if faults else child


def _diagnosed(text: bytes | memoryview, terms: Terms, told: str) -> Refused:
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return Refused(None, None, (_NOT_JSON,))
    return _refused(value, faults_of_event(value, terms), told)


def _refused_line(text: bytes, terms: Terms, told: str) -> Refused:
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return Refused(None, None, (_NOT_JSON,))
    return _refused(value, faults_of_line(value, terms), told)


def _refused(value: Any, faults: list[Fault], told: str) -> Refused:
    # The walk beside the classes and the decoder are two readers: where they differ, the decoder has the word.
    faults = faults or [Fault("bad-form", "", f"This cannot be read: {told}.")]
    held = value if isinstance(value, dict) else {}
    named, kind = held.get("id"), held.get("type")
    return Refused(
        named if isinstance(named, str) and len(named) <= 1024 else None,
        kind if isinstance(kind, str) else None,
        tuple(faults),
    )
