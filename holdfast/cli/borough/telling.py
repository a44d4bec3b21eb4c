"""What the borough's case system says of a life, and when: late, wrong at first and mended, withdrawn, said again.

Statements are CloudEvents as the door takes them. Nothing is ever recorded before it happened.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from holdfast.cli.borough.homes import home_of
from holdfast.cli.borough.lives import Absence, Happening, Life

WRONG_AT_FIRST = 0.05
WRONG_CHILD = 0.02
# The system's nightly extract sends again what changed in the last days.
MOST_REPEATS = 8


class Posting(Struct, frozen=True):
    """An event and when it is posted: as soon as it is recorded, and then perhaps `again`."""

    at: datetime
    order: str
    event: dict[str, Any]
    again: bool = False

    def __lt__(self, other: "Posting") -> bool:
        return (self.at, self.order) < (other.at, other.order)


def tell(seed: str, source: str, life: Life) -> Iterator[Posting]:
    """Every posting about a life, in no order."""
    random = Random(f"{seed}/{life.child}/told")
    for event, at in _statements(random, source, life):
        for repeat in range(1 + random.randrange(MOST_REPEATS)):
            yield Posting(at, f"{event['id']}/{repeat}", event, repeat > 0)
            at += timedelta(seconds=random.randrange(6 * 3600, 3 * 86400))


def _statements(random: Random, source: str, life: Life) -> Iterator[tuple[dict[str, Any], datetime]]:
    for happening in life.happenings:
        for number, (at, kind, data) in enumerate(_versions(random, happening), start=1):
            yield _event(source, life.child, happening.name, number, kind, at, data), at
        if happening.type == "care.placement-move.v1" and random.random() < WRONG_CHILD:
            yield from _mistaken(random, source, life.child, happening)
    for absence in life.absences:
        for number, (at, data) in enumerate(_as_it_went(random, absence), start=1):
            yield _event(source, life.child, absence.name, number, "care.missing-episode.v1", at, data), at


def _versions(random: Random, happening: Happening) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    """The statements of a happening: usually one, sometimes a wrong one and its correction."""
    at = datetime.combine(happening.on, _hour(random), UTC) + timedelta(_days_late(random))
    if random.random() < WRONG_AT_FIRST:
        yield at, happening.type, _wrong(random, happening)
        at += timedelta(random.randrange(1, 21), random.randrange(3600))
    yield at, happening.type, happening.data


def _wrong(random: Random, happening: Happening) -> dict[str, Any]:
    wrong = dict(happening.data)
    if happening.type == "care.discharge.v1":
        return wrong | {"reason_episode_ceased": "E8"}
    if happening.type == "care.admission.v1":
        return wrong | {"category_of_need": "N5"}
    # Recorded under the day after.
    return wrong | {"on": (happening.on + timedelta(random.randrange(1, 3))).isoformat()}


def _mistaken(
    random: Random, source: str, child: str, happening: Happening
) -> Iterator[tuple[dict[str, Any], datetime]]:
    """A move that belongs to another child, and its withdrawal."""
    name = f"{happening.name}-mistaken"
    on = happening.on + timedelta(random.randrange(20, 60))
    home = home_of(random, f"{child}/{name}", "U6")
    placement = {"type": home.type, "provider": home.provider, "placement_id": home.placement_id}
    data = {"on": on.isoformat(), "reason_for_new_episode": "P", "placement": placement}
    at = datetime.combine(on, _hour(random), UTC) + timedelta(1)
    yield _event(source, child, name, 1, "care.placement-move.v1", at, data), at
    at += timedelta(random.randrange(1, 6), random.randrange(3600))
    yield _event(source, child, name, 2, "care.withdrawal.v1", at, {}), at


def _as_it_went(random: Random, absence: Absence) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Missing; then back; then, most times, the conversation that was offered."""
    data: dict[str, Any] = {"kind": absence.kind, "from": _instant(absence.begins_at)}
    reported = absence.begins_at + timedelta(minutes=random.randrange(20, 300))
    if reported < absence.ends_at:
        yield reported, data
    data = data | {"until": _instant(absence.ends_at)}
    back = absence.ends_at + timedelta(minutes=random.randrange(10, 900))
    yield back, data
    if random.random() < 0.8:
        offered_on = (absence.ends_at + timedelta(1)).date()
        interview = {"offered_on": offered_on.isoformat(), "accepted": random.random() < 0.6}
        yield back + timedelta(random.randrange(2, 6)), data | {"return_interview": interview}


def _event(
    source: str, child: str, name: str, number: int, kind: str, at: datetime, data: dict[str, Any]
) -> dict[str, Any]:
    fact = f"{child}/{name}"
    return {
        "specversion": "1.0",
        "id": f"{fact}@{number}",
        "source": source,
        "type": kind,
        "subject": child,
        "fact": fact,
        "recordedtime": _instant(at),
        "data": data,
    }


def _hour(random: Random) -> time:
    """Mostly office hours; the duty team records at night."""
    hour = random.randrange(8, 19) if random.random() < 0.6 else random.randrange(24)
    return time(hour, random.randrange(60), random.randrange(60))


def _days_late(random: Random) -> int:
    chance = random.random()
    return 0 if chance < 0.55 else 1 if chance < 0.75 else random.randrange(2, 10) if chance < 0.96 else 30


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
