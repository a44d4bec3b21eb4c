"""The events on `care.events`: CloudEvents 1.0 in structured mode, one class a type, decoded strictly.

This is the form *after* the door: names are pseudonyms, instants are UTC, `fact` and `recordedtime` are always there.
What a sender may post is in `door.py`; what standing facts are made of is in `facts.py`.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct

# What the id of a steward's correction begins with. An id that a system gives is hashed at the door, so it never does.
CORRECTION = "steward/"


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What all types but withdrawals may carry: `sequence`, the order within the day."""

    sequence: int | None = None


class Placement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Where a child lives: codes of the return, keyed hashes for the placement and the postcode, miles from home."""

    type: str
    provider: str | None = None
    placement_id: str | None = None
    urn: str | None = None
    distance_miles: float | None = None
    in_authority: bool | None = None
    locality: str | None = None


class ReturnInterview(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The conversation offered after a missing episode."""

    offered_on: date | None = None
    accepted: bool | None = None
    held_on: date | None = None


class AdmissionData(Data, frozen=True):
    """A period of care begins on `on`, or was running already where `began_before`."""

    on: date
    legal_status: str
    placement: Placement
    began_before: bool = False
    date_of_birth: date | None = None
    sex: str | None = None
    category_of_need: str | None = None


class PlacementMoveData(Data, frozen=True):
    """The child's placement changed; the reason for change says why the one before it ended."""

    on: date
    reason_for_new_episode: str
    placement: Placement
    reason_for_placement_change: str | None = None
    legal_status: str | None = None


class LegalStatusData(Data, frozen=True):
    """The legal status changed and nothing about the placement did."""

    on: date
    legal_status: str


class MissingEpisodeData(Data, frozen=True, rename={"begins": "from", "ends": "until"}):
    """Missing (`M`) or away without authorisation (`A`): UTC instants or London dates, as text; open: no end."""

    kind: str
    begins: str
    ends: str | None = None
    return_interview: ReturnInterview | None = None


class DischargeData(Data, frozen=True):
    """A period of care ends."""

    on: date
    reason_episode_ceased: str


class WithdrawalData(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Nothing: the event's `fact` says what never was."""


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
    tag_field="type",
):
    """What every event carries. `id`, `fact`, `subject` are pseudonyms; instants end in `Z`; `keyid` names the keys.

    Of a steward's correction the `id` is `steward/` and its request: what came out of quarantine is stated by a person
    as well, but in the system's words.
    """

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    subject: str
    fact: str
    recordedtime: str
    keyid: str
    receivedtime: str | None = None
    time: str | None = None
    statedby: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None

    @property
    def type(self) -> str:
        """The event type, such as `care.admission.v1`."""
        return str(self.__struct_config__.tag)

    @property
    def is_correction(self) -> bool:
        """Whether it is a steward's own correction of what the system stated."""
        return self.id.startswith(CORRECTION)

    @property
    def authority(self) -> str:
        """The nine-character code inside `source`."""
        return self.source.split("/", 3)[2]

    @property
    def system(self) -> str:
        """The sending system's name inside `source`."""
        return self.source.rsplit("/", 1)[1]


class Admission(Event, frozen=True, tag="care.admission.v1"):
    data: AdmissionData


class PlacementMove(Event, frozen=True, tag="care.placement-move.v1"):
    data: PlacementMoveData


class LegalStatus(Event, frozen=True, tag="care.legal-status.v1"):
    data: LegalStatusData


class MissingEpisode(Event, frozen=True, tag="care.missing-episode.v1"):
    data: MissingEpisodeData


class Discharge(Event, frozen=True, tag="care.discharge.v1"):
    data: DischargeData


class Withdrawal(Event, frozen=True, tag="care.withdrawal.v1"):
    data: WithdrawalData


AnyEvent = Admission | PlacementMove | LegalStatus | MissingEpisode | Discharge | Withdrawal

EVENT_TYPES: dict[str, type[Event]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (Admission, PlacementMove, LegalStatus, MissingEpisode, Discharge, Withdrawal)
}

_decoder = msgspec.json.Decoder(AnyEvent)
_encoder = msgspec.json.Encoder(order="sorted")

decode_event: Callable[[bytes], AnyEvent] = _decoder.decode

# Not part of what was said: when we heard it, and how it travelled.
_UNSAID = ("receivedtime", "traceparent", "tracestate")


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON of plain data or structs whose keys are ASCII; whole floats are written as integers."""
    return _encoder.encode(_whole(msgspec.to_builtins(value)))


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, float) and 1e-6 <= abs(value) < 1e-5:
        return msgspec.Raw(f"{Decimal(repr(value)):f}".encode())  # the encoder alone would write an exponent here
    return value


def encode_event(event: Event) -> bytes:
    """The record value: canonical JSON of the whole event."""
    return canonical(event)


def statement_hash(event: Event) -> str:
    """The 32 hex digits that identify what was said (EVENTS: topics): the same statement always has the same one."""
    said = msgspec.to_builtins(event)
    for name in _UNSAID:
        said.pop(name, None)
    return hashlib.sha256(_encoder.encode(_whole(said))).hexdigest()[:32]


def record_key(event: Event) -> bytes:
    """`authority/child/statement`, under which every different statement is kept for ever."""
    return f"{event.authority}/{event.subject}/{statement_hash(event)}".encode()
