"""The rules of mending a rejected event: what stays as it came, and when it counts as recorded. Pure.

Whether it may pass is the door's own reading, for stewards as for anybody. Nothing here is kept or published.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.contracts.door import UNREADABLE, read
from holdfast.contracts.door_forms import AnyPosted
from holdfast.contracts.door_rules import Terms, day_or_instant, utc
from holdfast.contracts.door_verdicts import Fault, Refused, RejectedFault
from holdfast.contracts.quarantine import KEPT

# Who stated what of whom: no steward says it of another fact or child, unless that was what was wrong.
NAMES = ("id", "source", "subject", "fact")
_SENTENCES = {
    "id": "Put back the id that the event came with.",
    "source": "Put back the source that the event came with: a mended event is still that system's.",
    "subject": "Put back the child that the event came with: of another child this was never stated.",
    "fact": "Put back the fact that the event came with, or leave it out where it came without one.",
    "recordedtime": "Put back the recordedtime that the event came with: which statement stands depends on it.",
    "time": "Put back the time that the event came with: it counts as when the event was recorded.",
}
_NO_TOKEN = (
    "No good token of this system lets it state this type: ask the operator for one and replay this then, or dismiss "
    "it where another system states the same."
)
_decoder = msgspec.json.Decoder(AnyPosted)

Object = dict[str, Any]


class Rejected(Struct, frozen=True):
    """An event as it came and was rejected: its body, and the faults found in it then."""

    body: bytes
    errors: Sequence[RejectedFault]


class Settled(Struct, frozen=True):
    """An event that may pass, with its time of recording written into it: `text` is what is fixed and replayed."""

    text: bytes
    event: AnyPosted


def posted_in(settled: bytes) -> AnyPosted:
    """The event in a text that was settled before: what may pass was decided then."""
    event: AnyPosted = _decoder.decode(settled)
    return event


def settled(rejected: Rejected, text: bytes, terms: Terms, now: datetime) -> Settled | Refused:
    """The event as mended in `text` (or as it came), read as at the door; or every fault that stands against it.

    That names or times were changed which must stay is said once nothing else is wrong.
    """
    value, came = object_in(text), object_in(rejected.body)
    if value is None:
        refused = read(text, terms)
        assert isinstance(refused, Refused), "an event is an object"
        return refused
    wrong = wrong_in(rejected, terms, value)
    dated = value | {"recordedtime": recordedtime(came, value, wrong, terms, now)}
    whole = msgspec.json.encode(dated)
    event = read(whole, terms)
    if isinstance(event, Refused):
        return Refused(event.id, event.type, tuple(map(_for_stewards, event.faults)))
    changed = [Fault(KEPT, f"/{name}", _SENTENCES[name]) for name in keeps(came, wrong) if _differ(came, value, name)]
    return Refused(event.id, event.type, tuple(changed)) if changed else Settled(whole, event)


def _for_stewards(fault: Fault) -> Fault:
    """A sender is told to use another token; a steward has none."""
    return Fault(fault.code, fault.pointer, _NO_TOKEN) if fault.code == "foreign-type" else fault


def object_in(text: bytes) -> Object | None:
    """The JSON object in a text; None where it is none, or is cut off."""
    try:
        value = msgspec.json.decode(text)
    except UNREADABLE:
        return None
    return value if isinstance(value, dict) else None


def wrong_in(rejected: Rejected, terms: Terms, mended: Object | None = None) -> frozenset[str]:
    """The attributes that were themselves wrong: as found when the event came, or behind faults that are mended."""
    came = object_in(rejected.body) or {}
    found = _attributes(rejected.errors)
    behind = read(msgspec.json.encode((mended or came) | {name: came.get(name) for name in (*NAMES, *_TIMES)}), terms)
    return found | (_attributes(behind.faults) if isinstance(behind, Refused) else frozenset())


_TIMES = ("recordedtime", "time")


def _attributes(faults: Sequence[Fault] | Sequence[RejectedFault]) -> frozenset[str]:
    return frozenset(name for fault in faults if (name := fault.pointer.removeprefix("/")) in (*NAMES, *_TIMES))


def keeps(came: Object | None, wrong: frozenset[str]) -> list[str]:
    """The attributes that a mended event must have as the rejected one did; all are free where none could be read."""
    if came is None:
        return []
    return [name for name in (*NAMES, *_time_of_recording(came)) if name not in wrong]


def _time_of_recording(came: Object) -> tuple[str, ...]:
    """The attribute that says when it was recorded (EVENTS: envelope); none where there is none."""
    if came.get("recordedtime") is not None:
        return ("recordedtime",)
    return ("time",) if came.get("fact") is None and came.get("time") is not None else ()


def recordedtime(came: Object | None, value: Object, wrong: frozenset[str], terms: Terms, now: datetime) -> Any:
    """When it is to count as recorded: when it came to be, or now where that was wrong or is not said."""
    if came is None:
        return value.get("recordedtime", utc(now))
    given = [came[name] for name in _time_of_recording(came) if name not in wrong]
    return given[0] if given and not _ahead(given[0], terms) else utc(now)


def _ahead(given: Any, terms: Terms) -> bool:
    instant = day_or_instant(given) if isinstance(given, str) else None
    return not isinstance(instant, datetime) or instant > terms.latest_recorded_at


def _differ(came: Object | None, value: Mapping[str, Any], name: str) -> bool:
    return came is not None and came.get(name) != value.get(name)
