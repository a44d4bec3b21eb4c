"""What a sender may post, and every way to be wrong: reads one event, or says what is wrong with it.

No I/O and no clock: what may be said now, and by whom, is an argument. Nothing is hashed here. Lines of an import are
read in `door_lines`.
"""

from typing import Any

import msgspec

from holdfast.contracts.door_diagnosis import faults_of_event, sound
from holdfast.contracts.door_forms import AnyPosted
from holdfast.contracts.door_rules import Terms, broken
from holdfast.contracts.door_verdicts import Fault, Refused

LONGEST_EVENT_BYTES = 64 * 1024
# What reading a text as JSON may end in, where it is none.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_decoder = msgspec.json.Decoder(AnyPosted)
NOT_JSON = Fault("not-json", "", "This cannot be read as JSON: send one JSON object in UTF-8 for each event.")
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
        return Refused(None, None, (NOT_JSON,))
    if not sound(event, terms):
        return _diagnosed(text, terms, "")
    faults = tuple(broken(event, terms))
    return Refused(event.id, event.type, faults) if faults else event


def _diagnosed(text: bytes | memoryview, terms: Terms, told: str) -> Refused:
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return Refused(None, None, (NOT_JSON,))
    return refused(value, faults_of_event(value, terms), told)


def refused(value: Any, faults: list[Fault], told: str) -> Refused:
    """What was decoded and can't be taken; `told` is what the decoder says of it, in case no fault was found."""
    # The walk beside the classes and the decoder are two readers: where they differ, the decoder has the word.
    faults = faults or [Fault("bad-form", "", f"This cannot be read: {told}.")]
    held = value if isinstance(value, dict) else {}
    named, kind = held.get("id"), held.get("type")
    return Refused(
        named if isinstance(named, str) and len(named) <= 1024 else None,
        kind if isinstance(kind, str) else None,
        tuple(faults),
    )
