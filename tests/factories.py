"""Short builders of events and facts for tests: what one child's systems said, with everything left out defaulted.

Days are ISO text, instants RFC 3339 text ending in `Z`. A fact is named after its day, type and code, unless named.
Nothing here knows what the facts add up to.
"""

import base64
import hashlib
from datetime import date
from typing import TypedDict, Unpack

import msgspec

from holdfast.contracts import events
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, Kind, fact_of, standing

AUTHORITY = "E08000018"
KEY_ID = "k1"


class Envelope(TypedDict, total=False):
    """What any builder takes beside its data. `fact` and `child` are plain names, hashed here as the door would."""

    child: str
    fact: str
    recorded: str
    system: str
    authority: str
    statedby: str
    receivedtime: str


class PlaceWords(TypedDict, total=False):
    """What is known of a placement beside its type. `placement_id` and `locality` are plain names, hashed here."""

    provider: str
    placement_id: str
    urn: str
    distance_miles: float
    in_authority: bool
    locality: str


class Where(Envelope, PlaceWords, total=False):
    """The keywords of builders that name a placement."""


def pseudonym(name: str) -> str:
    """26 lower-case base32 characters that stand for a plain name, always the same ones."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()[:16]).decode().lower().rstrip("=")


def admitted(
    on: str,
    place: str = "U6",
    *,
    legal: str = "C2",
    dob: str | None = "2008-01-01",
    sex: str | None = "female",
    need: str | None = "N1",
    began_before: bool = False,
    sequence: int | None = None,
    **words: Unpack[Where],
) -> events.Admission:
    """A period of care begins, with its first placement. `dob`, `sex`, `need` None: not said."""
    data = events.AdmissionData(
        on=date.fromisoformat(on),
        legal_status=legal,
        placement=_placement(place, words),
        began_before=began_before,
        date_of_birth=date.fromisoformat(dob) if dob else None,
        sex=sex,
        category_of_need=need,
        sequence=sequence,
    )
    return events.Admission(data=data, **_attributes(words, f"admission/{on}/{place}", on, data))


def moved(
    on: str,
    reason: str = "P",
    place: str = "U6",
    *,
    legal: str | None = None,
    change: str | None = None,
    sequence: int | None = None,
    **words: Unpack[Where],
) -> events.PlacementMove:
    """The placement changed, for reason `P`, `B`, `T` or `U`; `change` says why the one before it ended."""
    data = events.PlacementMoveData(
        on=date.fromisoformat(on),
        reason_for_new_episode=reason,
        placement=_placement(place, words),
        reason_for_placement_change=change,
        legal_status=legal,
        sequence=sequence,
    )
    return events.PlacementMove(data=data, **_attributes(words, f"move/{on}/{reason}/{place}", on, data))


def returned(on: str, place: str = "U6", **words: Unpack[Where]) -> events.PlacementMove:
    """Back from a temporary placement to the one that was left: a `P` move, as the return has it."""
    return moved(on, "P", place, **words)


def legal_status(on: str, legal: str, *, sequence: int | None = None, **words: Unpack[Envelope]) -> events.LegalStatus:
    """Only the legal status changed."""
    data = events.LegalStatusData(on=date.fromisoformat(on), legal_status=legal, sequence=sequence)
    return events.LegalStatus(data=data, **_attributes(words, f"status/{on}/{legal}", on, data))


def discharged(
    on: str, reason: str = "E4A", *, sequence: int | None = None, **words: Unpack[Envelope]
) -> events.Discharge:
    """A period of care ends."""
    data = events.DischargeData(on=date.fromisoformat(on), reason_episode_ceased=reason, sequence=sequence)
    return events.Discharge(data=data, **_attributes(words, f"discharge/{on}", on, data))


def missing(
    begins: str,
    ends: str | None = None,
    *,
    kind: str = "M",
    sequence: int | None = None,
    interview: events.ReturnInterview | None = None,
    **words: Unpack[Envelope],
) -> events.MissingEpisode:
    """A missing (`M`) or away (`A`) episode; `begins` and `ends` are days or UTC instants."""
    data = events.MissingEpisodeData(kind=kind, begins=begins, ends=ends, sequence=sequence, return_interview=interview)
    return events.MissingEpisode(data=data, **_attributes(words, f"missing/{kind}/{begins}", begins[:10], data))


def withdrawn(event: AnyEvent, *, recorded: str | None = None, statedby: str | None = None) -> events.Withdrawal:
    """The fact that `event` states never was; said, unless told otherwise, a day after anything a test states."""
    at = recorded or "2030-01-01T00:00:00Z"
    return events.Withdrawal(
        id=_id(f"withdrawal/{event.fact}/{at}", statedby),
        source=event.source,
        subject=event.subject,
        fact=event.fact,
        recordedtime=at,
        keyid=event.keyid,
        statedby=statedby,
        data=events.WithdrawalData(),
    )


def said_again(event: AnyEvent, recorded: str, *, statedby: str | None = None) -> AnyEvent:
    """The same words about the same fact, recorded at another instant, by a steward where `statedby` is given."""
    name = _id(f"{event.id}/{recorded}", statedby)
    return msgspec.structs.replace(event, id=name, recordedtime=recorded, statedby=statedby)


def facts(*stated: AnyEvent) -> list[Fact]:
    """What stands of a child's statements, withdrawn facts left out."""
    return [fact for fact in standing(map(fact_of, stated)).values() if fact.kind is not Kind.WITHDRAWAL]


class _Attributes(TypedDict):
    id: str
    source: str
    subject: str
    fact: str
    recordedtime: str
    keyid: str
    statedby: str | None
    receivedtime: str | None


def _attributes(words: Envelope, fact: str, on: str, data: events.Data) -> _Attributes:
    recorded = words.get("recorded", f"{on}T12:00:00Z")
    name = pseudonym(words.get("fact", fact))
    return {
        "id": _id(f"{name}/{recorded}/{data!r}", words.get("statedby")),
        "source": f"/authorities/{words.get('authority', AUTHORITY)}/systems/{words.get('system', 'liquidlogic')}",
        "subject": pseudonym(words.get("child", "child")),
        "fact": name,
        "recordedtime": recorded,
        "keyid": KEY_ID,
        "statedby": words.get("statedby"),
        "receivedtime": words.get("receivedtime"),
    }


def _id(name: str, statedby: str | None) -> str:
    """A steward's own corrections have ids that say so."""
    return pseudonym(name) if statedby is None else f"{events.CORRECTION}{pseudonym(f'{name}/{statedby}')}"


def _placement(place: str, words: PlaceWords) -> events.Placement:
    placement_id, locality = words.get("placement_id"), words.get("locality")
    return events.Placement(
        type=place,
        provider=words.get("provider"),
        placement_id=pseudonym(placement_id) if placement_id else None,
        urn=words.get("urn"),
        distance_miles=words.get("distance_miles"),
        in_authority=words.get("in_authority"),
        locality=pseudonym(locality) if locality else None,
    )
