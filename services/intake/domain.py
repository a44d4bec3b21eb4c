"""From what was posted to what may go further: pseudonyms under the authority's keys, instants in UTC. Pure.

What may be posted at all is in `contracts/door.py`; keeping and publishing is elsewhere.
"""

import hashlib
import struct
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct, structs

from holdfast.contracts import door_forms as forms
from holdfast.contracts import events
from holdfast.contracts.door_rules import day_or_instant, recorded, utc
from holdfast.contracts.door_verdicts import Refused, RejectedFault, Rejection
from holdfast.contracts.events import AnyEvent

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)
_HALVES = struct.Struct(">QQ")
_BLOCK_BYTES = 64
_LEAST_MILES = 1e-5

_encoder = msgspec.json.Encoder(order="sorted")


class AuthorityKeys(Struct, frozen=True):
    """An authority's own random keys, 32 bytes each: for names, for postcodes, and to seal what intake keeps."""

    names: bytes
    localities: bytes
    sealing: bytes
    keyid: str


class Record(Struct, frozen=True, gc=False):
    """An event ready to be published: the child and a short hash of the statement, by which it is counted."""

    child: str
    short_hash: int
    key: bytes
    value: bytes

    @property
    def statement(self) -> bytes:
        """The 16 bytes that the key names the statement by."""
        return bytes.fromhex(self.key[-32:].decode())


def keys_of(secret: bytes) -> AuthorityKeys:
    """The keys in 96 random bytes; `keyid` is the fingerprint of those that pseudonyms hang on."""
    names, localities, sealing = secret[:32], secret[32:64], secret[64:]
    keyid = hashlib.sha256(b"holdfast keyid:" + names + localities).hexdigest()[:16]
    return AuthorityKeys(names, localities, sealing, keyid)


def pseudonym(key: bytes, attribute: str, value: str) -> str:
    """26 lower-case base32 characters: HMAC-SHA256 over the attribute's name and the value, cut to 16 bytes."""
    begun_inner, begun_outer = _begun(key, attribute)
    inner, outer = begun_inner.copy(), begun_outer.copy()
    inner.update(value.encode())
    outer.update(inner.digest())
    return _base32(outer.digest())


@lru_cache(maxsize=1024)
def _begun(key: bytes, attribute: str) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """HMAC-SHA256 (RFC 2104) up to the value: copied, it costs a third of one begun anew."""
    block = key.ljust(_BLOCK_BYTES, b"\0")
    assert len(block) == _BLOCK_BYTES, "a longer key would have to be hashed first"
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + f"{attribute}:".encode())
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def _base32(digest: bytes) -> str:
    """The first 128 bits and two of padding, ten bits at a time: the library's own takes five times as long."""
    high, low = _HALVES.unpack_from(digest)
    low |= (high & 15) << 64
    return (
        f"{_PAIRS[high >> 54]}{_PAIRS[high >> 44 & 1023]}{_PAIRS[high >> 34 & 1023]}{_PAIRS[high >> 24 & 1023]}"
        f"{_PAIRS[high >> 14 & 1023]}{_PAIRS[high >> 4 & 1023]}"
        f"{_PAIRS[low >> 58]}{_PAIRS[low >> 48 & 1023]}{_PAIRS[low >> 38 & 1023]}{_PAIRS[low >> 28 & 1023]}"
        f"{_PAIRS[low >> 18 & 1023]}{_PAIRS[low >> 8 & 1023]}{_PAIRS[low << 2 & 1023]}"
    )


def locality(keys: AuthorityKeys, postcode: str) -> str:
    """The keyed hash of a postcode, however it was spaced and in whatever case."""
    return _locality(keys.localities, "".join(postcode.split()).upper())


# Very many facts are of few homes.
@lru_cache(maxsize=10_000)
def _locality(key: bytes, postcode: str) -> str:
    return pseudonym(key, "postcode", postcode)


def event_of(posted: forms.AnyPosted, keys: AuthorityKeys, receivedtime: str) -> AnyEvent:
    """The event as it goes further. A missing `fact` is the event's id, a missing `recordedtime` its time."""
    recorded_at = recorded(posted)
    assert recorded_at is not None, "checked at the door"
    said = data_of(posted, keys)
    kind = events.EVENT_TYPES[posted.type]
    return kind(  # type: ignore[return-value]
        id=pseudonym(keys.names, "id", posted.id),
        source=posted.source,
        subject=pseudonym(keys.names, "subject", posted.subject),
        fact=pseudonym(keys.names, "fact", posted.id if posted.fact is None else posted.fact),
        recordedtime=utc(recorded_at),
        keyid=keys.keyid,
        receivedtime=receivedtime,
        time=None if posted.time is None else utc(posted.time),
        datacontenttype=posted.datacontenttype,
        # Not `dataschema` and `tracestate`: they are free text, and whatever they say of a child would stay for ever.
        traceparent=posted.traceparent,
        data=said,  # type: ignore[call-arg]
    )


def data_of(posted: forms.AnyPosted, keys: AuthorityKeys) -> Struct:
    """What the event says, as it goes further."""
    match posted:
        case forms.PostedAdmission(data=data):
            return events.AdmissionData(
                on=data.on,
                legal_status=data.legal_status,
                placement=_placement(data.placement, keys),
                began_before=bool(data.began_before),
                date_of_birth=data.date_of_birth,
                sex=data.sex,
                category_of_need=data.category_of_need,
                sequence=data.sequence,
            )
        case forms.PostedMove(data=data):
            return events.PlacementMoveData(
                on=data.on,
                reason_for_new_episode=data.reason_for_new_episode,
                placement=_placement(data.placement, keys),
                reason_for_placement_change=data.reason_for_placement_change,
                legal_status=data.legal_status,
                sequence=data.sequence,
            )
        case forms.PostedLegalStatus(data=data):
            return events.LegalStatusData(on=data.on, legal_status=data.legal_status, sequence=data.sequence)
        case forms.PostedMissing(data=data):
            return _missing(data)
        case forms.PostedDischarge(data=data):
            return events.DischargeData(
                on=data.on, reason_episode_ceased=data.reason_episode_ceased, sequence=data.sequence
            )
        case forms.PostedWithdrawal(data=data):
            return data


def _placement(posted: forms.PostedPlacement, keys: AuthorityKeys) -> events.Placement:
    return events.Placement(
        type=posted.type,
        provider=posted.provider,
        placement_id=None
        if posted.placement_id is None
        else pseudonym(keys.names, "placement_id", posted.placement_id),
        urn=posted.urn,
        distance_miles=_miles(posted.distance_miles),
        in_authority=posted.in_authority,
        locality=None if posted.postcode is None else locality(keys, posted.postcode),
    )


def _miles(posted: float | None) -> float | None:
    """Whole miles as integers, and less than 2 cm as none: numbers that the plain encoder writes as RFC 8785 does."""
    if posted is None:
        return None
    if posted.is_integer() or posted < _LEAST_MILES:
        return int(posted)
    return posted


def as_written(data: Any) -> Any:
    """What was read back from the broker, with its numbers as they were before they were written."""
    place = getattr(data, "placement", None)
    if place is None or place.distance_miles is None:
        return data
    return structs.replace(data, placement=structs.replace(place, distance_miles=_miles(place.distance_miles)))


def _missing(posted: forms.PostedMissingData) -> events.MissingEpisodeData:
    interview = posted.return_interview
    return events.MissingEpisodeData(
        kind=posted.kind,
        begins=_normal(posted.begins),
        ends=None if posted.ends is None else _normal(posted.ends),
        return_interview=None if interview is None else _interview(interview),
        sequence=posted.sequence,
    )


def _interview(posted: forms.PostedInterview) -> events.ReturnInterview:
    return events.ReturnInterview(offered_on=posted.offered_on, accepted=posted.accepted, held_on=posted.held_on)


def _normal(text: str) -> str:
    value = day_or_instant(text)
    return utc(value) if isinstance(value, datetime) else text


def record_of(event: AnyEvent) -> Record:
    """The record of an event: its key names the child and the statement, its value is canonical JSON.

    The same as `events.record_key` and `events.encode_event`, at a fifth of the cost: what `event_of` makes holds no
    number that the plain encoder would write otherwise, so the classes can be written as they are.
    """
    said = structs.replace(event, receivedtime=None, traceparent=None, tracestate=None)
    statement = hashlib.sha256(_encoder.encode(said)).digest()[:16]
    return Record(
        child=event.subject,
        short_hash=int.from_bytes(statement[:8], "big", signed=True),
        key=f"{event.authority}/{event.subject}/{statement.hex()}".encode(),
        value=_encoder.encode(event),
    )


def rejection_of(refused: Refused, authority: str, keys: AuthorityKeys, receivedtime: str) -> Rejection:
    """What may be said of a rejected event on `care.rejected`: nothing personal."""
    return Rejection(
        authority=authority,
        id=None if refused.id is None else pseudonym(keys.names, "id", refused.id),
        errors=tuple(RejectedFault(fault.code, fault.public_pointer) for fault in refused.faults),
        receivedtime=receivedtime,
    )


def import_id(keys: AuthorityKeys, subject: str, fact: str, kind: str, recordedtime: str, data: Struct) -> str:
    """The id of an imported statement, the same whenever the same is stated of the same fact at the same instant."""
    said = f"{subject}/{fact}/{kind}/{recordedtime}/".encode() + _encoder.encode(data)
    return pseudonym(keys.names, "import", hashlib.sha256(said).hexdigest())
