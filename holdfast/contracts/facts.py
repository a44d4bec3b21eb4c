"""Facts: what stands of a child's statements. Which statement of a fact wins, and the flat form it is kept in.

Folding statements with `supersede` in any order, however often repeated, ends in the same facts. Nothing here
knows what the facts add up to.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.contracts import events
from holdfast.contracts.events import Event, canonical, statement_hash


class Kind(IntEnum):
    """What a fact is about."""

    ADMISSION = 1
    PLACEMENT_MOVE = 2
    LEGAL_STATUS = 3
    MISSING_EPISODE = 4
    DISCHARGE = 5
    WITHDRAWAL = 6


class Described(Struct, frozen=True, array_like=True, gc=False):
    """A placement as last described. `None` is unknown."""

    type: str
    provider: str | None = None
    placement_id: str | None = None
    urn: str | None = None
    distance_miles: float | None = None
    in_authority: bool | None = None
    locality: str | None = None


class Missing(Struct, frozen=True, array_like=True, gc=False):
    """A missing episode as stated; `begins` and `ends` are UTC instants or London dates, as text."""

    kind: str
    begins: str
    ends: str | None = None
    interview: tuple[date | None, bool | None, date | None] | None = None


class Fact(Struct, frozen=True, array_like=True, gc=False):
    """The latest statement of one fact about one child.

    Days are proleptic ordinals (`date.toordinal`); instants are microseconds since 1970 UTC. `on` is None for
    withdrawals and missing episodes. `first_recorded_at` is the earliest instant any statement of the fact was
    recorded. `contested`: statements recorded at the same latest instant differ in content. `correction`: the last
    correction of it that a steward made, as made, whether or not that stands.
    """

    key: str
    system: str
    kind: Kind
    recorded_at: int
    first_recorded_at: int
    statement: bytes
    by_steward: bool = False
    contested: bool = False
    on: int | None = None
    sequence: int | None = None
    placement: Described | None = None
    legal_status: str | None = None
    reason: str | None = None
    reason_for_placement_change: str | None = None
    began_before: bool = False
    date_of_birth: int | None = None
    sex: str | None = None
    category_of_need: str | None = None
    missing: Missing | None = None
    correction: "Fact | None" = None


FactKey = tuple[str, str]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: str) -> int:
    """An RFC 3339 instant as microseconds since 1970 UTC."""
    return (datetime.fromisoformat(instant) - _EPOCH) // _MICROSECOND


def instant(microseconds_since_1970: int) -> str:
    """The RFC 3339 text, in UTC, that `microseconds` reads back."""
    text = (_EPOCH + microseconds_since_1970 * _MICROSECOND).isoformat()
    return text.replace("+00:00", "Z")


def fact_of(event: Event, statement: bytes | None = None) -> Fact:
    """The event as a standing fact. `statement` is the first 16 bytes of its hash, computed where not given."""
    recorded_at = microseconds(event.recordedtime)
    kind, said = _SAID[type(event)]
    fact = Fact(
        event.fact,
        event.system,
        kind,
        recorded_at,
        recorded_at,
        statement if statement is not None else bytes.fromhex(statement_hash(event)),
        event.statedby is not None,
        False,
        *said(event.data),  # type: ignore[attr-defined]  # every type of event has it
    )
    return msgspec.structs.replace(fact, correction=fact) if fact.by_steward and event.is_correction else fact


# What is said of each kind: the fields of a fact from `on` on, by position, for there are very many to make.


def _admission(data: events.AdmissionData) -> tuple[Any, ...]:
    born_on = data.date_of_birth and data.date_of_birth.toordinal()
    place = _described(data.placement)
    said = (data.on.toordinal(), data.sequence, place, data.legal_status, None, None, data.began_before)
    return (*said, born_on, data.sex, data.category_of_need)


def _placement_move(data: events.PlacementMoveData) -> tuple[Any, ...]:
    reasons = data.reason_for_new_episode, data.reason_for_placement_change
    return (data.on.toordinal(), data.sequence, _described(data.placement), data.legal_status, *reasons)


def _legal_status(data: events.LegalStatusData) -> tuple[Any, ...]:
    return (data.on.toordinal(), data.sequence, None, data.legal_status)


def _missing_episode(data: events.MissingEpisodeData) -> tuple[Any, ...]:
    talk = data.return_interview
    interview = None if talk is None else (talk.offered_on, talk.accepted, talk.held_on)
    missing = Missing(data.kind, data.begins, data.ends, interview)
    return (None, data.sequence, None, None, None, None, False, None, None, None, missing)


def _discharge(data: events.DischargeData) -> tuple[Any, ...]:
    return (data.on.toordinal(), data.sequence, None, None, data.reason_episode_ceased)


def _withdrawal(data: events.WithdrawalData) -> tuple[Any, ...]:
    return ()


_SAID: dict[type[Event], tuple[Kind, Callable[[Any], tuple[Any, ...]]]] = {
    events.Admission: (Kind.ADMISSION, _admission),
    events.PlacementMove: (Kind.PLACEMENT_MOVE, _placement_move),
    events.LegalStatus: (Kind.LEGAL_STATUS, _legal_status),
    events.MissingEpisode: (Kind.MISSING_EPISODE, _missing_episode),
    events.Discharge: (Kind.DISCHARGE, _discharge),
    events.Withdrawal: (Kind.WITHDRAWAL, _withdrawal),
}


def _described(placement: events.Placement) -> Described:
    return Described(
        placement.type,
        placement.provider,
        placement.placement_id,
        placement.urn,
        placement.distance_miles,
        placement.in_authority,
        placement.locality,
    )


def supersede(held: Fact | None, stated: Fact) -> Fact:
    """Which of two statements of one fact stands. Returns `held` itself where `stated` changes nothing."""
    if held is None:
        return stated
    first = min(held.first_recorded_at, stated.first_recorded_at)
    if stated.recorded_at != held.recorded_at:
        winner = stated if stated.recorded_at > held.recorded_at else held
        contested = winner.contested
    elif stated.statement == held.statement:
        winner, contested = held, held.contested or stated.contested
    else:
        mine, theirs = _rank(held), _rank(stated)
        winner = stated if theirs > mine else held
        contested = held.contested or stated.contested or content_of(held) != content_of(stated)
    correction = held.correction
    # Nearly no fact was ever corrected, and very many are superseded.
    if stated.correction is not None:
        correction = _last_correction(correction, stated.correction)
    same = first == held.first_recorded_at and contested == held.contested and correction == held.correction
    if winner is held and same:
        return held
    return msgspec.structs.replace(winner, first_recorded_at=first, contested=contested, correction=correction)


def _last_correction(held: Fact | None, stated: Fact) -> Fact:
    """The later of two corrections; of one instant the one that would stand of the two."""
    return stated if held is None else max(held, stated, key=lambda fact: (fact.recorded_at, _rank(fact)))


def outvoted_correction(fact: Fact) -> Fact | None:
    """The last correction by a steward, where the system has stated something else since, which stands."""
    said = fact.correction
    outvoted = said is not None and said.recorded_at < fact.recorded_at and content_of(said) != content_of(fact)
    return said if outvoted else None


def _rank(fact: Fact) -> tuple[bool, bool, bytes, bytes]:
    """Between statements of one instant: the system's own, a withdrawal, the greater data, the greater hash."""
    return (not fact.by_steward, fact.kind is Kind.WITHDRAWAL, canonical_data(fact), fact.statement)


def content_of(fact: Fact) -> tuple[Any, ...]:
    """Everything said, apart from who said it, when and under which id."""
    return msgspec.structs.astuple(fact)[2:3] + msgspec.structs.astuple(fact)[8:-1]


def standing(facts: Iterable[Fact]) -> dict[FactKey, Fact]:
    """Fold statements of one child into what stands, by (system, key). Withdrawn facts stay, as withdrawals."""
    held: dict[FactKey, Fact] = {}
    for fact in facts:
        name = (fact.system, fact.key)
        held[name] = supersede(held.get(name), fact)
    return held


def canonical_data(fact: Fact) -> bytes:
    """The statement's `data` as RFC 8785 JSON without `placement_id` and `locality`: what ties are broken by."""
    data: dict[str, Any] = {"on": _day(fact.on), "sequence": fact.sequence, "legal_status": fact.legal_status}
    if fact.placement is not None:
        place = fact.placement
        data["placement"] = _present(
            {
                "type": place.type,
                "provider": place.provider,
                "urn": place.urn,
                "distance_miles": place.distance_miles,
                "in_authority": place.in_authority,
            }
        )
    if fact.missing is not None:
        data |= {"kind": fact.missing.kind, "from": fact.missing.begins, "until": fact.missing.ends}
        data["return_interview"] = _interview(fact.missing.interview)
    data["began_before"] = fact.began_before or None
    data["date_of_birth"] = _day(fact.date_of_birth)
    data["sex"] = fact.sex
    data["category_of_need"] = fact.category_of_need
    reason = "reason_episode_ceased" if fact.kind is Kind.DISCHARGE else "reason_for_new_episode"
    data[reason] = fact.reason
    data["reason_for_placement_change"] = fact.reason_for_placement_change
    return canonical(_present(data))


def _present(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _day(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()


def _interview(stated: tuple[date | None, bool | None, date | None] | None) -> dict[str, Any] | None:
    if stated is None:
        return None
    offered_on, accepted, held_on = stated
    return _present({"offered_on": offered_on, "accepted": accepted, "held_on": held_on})
