"""What is told of made-up children, as records of `care.events`: for the register's benchmark. Measures nothing.

One statement in twelve was recorded some weeks late, and one in twenty-five was first told with another day.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from msgspec import structs

from holdfast.contracts import events
from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.facts import Described, Fact, Kind, instant
from holdfast.contracts.topics import partition_of
from services.placements.domain import Delivery
from tests.factories import pseudonym
from tests.load.bench_engine_children import some_children

_DAY = 86_400_000_000


def deliveries_of(authority: str, children: int, seed: int, partitions: int) -> Iterator[Delivery]:
    """Every statement of an authority's children, in the order in which they were received; offsets are to be given."""
    random = Random(seed)
    told = [
        each
        for number, facts in enumerate(some_children(children, seed))
        for fact in facts
        for each in _told(fact, authority, pseudonym(f"{authority} {number}"), random)
    ]
    told.sort(key=lambda event: event.receivedtime or "")
    partition = partition_of(authority, partitions)
    for event in told:
        yield Delivery(partition, 0, record_key(event), encode_event(event), 0)


def _told(fact: Fact, authority: str, child: str, random: Random) -> Iterator[AnyEvent]:
    recorded = fact.recorded_at + (random.randrange(60) * _DAY if random.random() < 1 / 12 else 0)
    if fact.on is not None and random.random() < 1 / 25:
        wrong = structs.replace(fact, on=fact.on + random.randint(1, 9))
        yield _event(wrong, authority, child, recorded)
        recorded += random.randrange(10, 200) * _DAY
    yield _event(fact, authority, child, recorded)


def _event(fact: Fact, authority: str, child: str, recorded: int) -> AnyEvent:
    kind: Any
    kind, data = _DATA[fact.kind](fact)
    key = pseudonym(fact.key)
    made: AnyEvent = kind(
        id=pseudonym(f"{fact.key}/{recorded}"),
        source=f"/authorities/{authority}/systems/{fact.system}",
        subject=child,
        fact=key,
        recordedtime=instant(recorded),
        receivedtime=instant(recorded + 600_000_000),
        keyid="k1",
        data=data,
    )
    return made


def _admission(fact: Fact) -> tuple[type[events.Admission], events.AdmissionData]:
    return events.Admission, events.AdmissionData(
        on=_day(fact.on),
        legal_status=fact.legal_status or "C2",
        placement=_placement(fact.placement),
        date_of_birth=_day(fact.date_of_birth),
        sex=fact.sex,
        category_of_need=fact.category_of_need,
    )


def _move(fact: Fact) -> tuple[type[events.PlacementMove], events.PlacementMoveData]:
    return events.PlacementMove, events.PlacementMoveData(
        on=_day(fact.on),
        reason_for_new_episode=fact.reason or "P",
        placement=_placement(fact.placement),
        reason_for_placement_change=fact.reason_for_placement_change,
    )


def _status(fact: Fact) -> tuple[type[events.LegalStatus], events.LegalStatusData]:
    return events.LegalStatus, events.LegalStatusData(on=_day(fact.on), legal_status=fact.legal_status or "C2")


def _missing(fact: Fact) -> tuple[type[events.MissingEpisode], events.MissingEpisodeData]:
    assert fact.missing is not None
    said = fact.missing
    return events.MissingEpisode, events.MissingEpisodeData(kind=said.kind, begins=said.begins, ends=said.ends)


def _discharge(fact: Fact) -> tuple[type[events.Discharge], events.DischargeData]:
    return events.Discharge, events.DischargeData(on=_day(fact.on), reason_episode_ceased=fact.reason or "E4A")


_DATA = {
    Kind.ADMISSION: _admission,
    Kind.PLACEMENT_MOVE: _move,
    Kind.LEGAL_STATUS: _status,
    Kind.MISSING_EPISODE: _missing,
    Kind.DISCHARGE: _discharge,
}


def _day(ordinal: int | None) -> date:
    return date.fromordinal(ordinal or 1)


def _placement(place: Described | None) -> events.Placement:
    assert place is not None
    return events.Placement(
        type=place.type,
        provider=place.provider,
        placement_id=pseudonym(place.placement_id or ""),
        distance_miles=place.distance_miles,
        in_authority=place.in_authority,
        locality=pseudonym(place.locality or ""),
    )
