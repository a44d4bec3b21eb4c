"""What the borough's case system says of a life, and when: late, wrong at first and mended, withdrawn, said again.

Statements are CloudEvents as the door takes them. Nothing is ever recorded before it happened, and whatever is said
wrongly is put right within four months: what stands in the end adds up to what happened.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from holdfast.cli.borough import rates
from holdfast.cli.borough.chance import some_days
from holdfast.cli.borough.lives import ADMISSION, DISCHARGE, MISSING, MOVE, Absence, Happening, Life
from holdfast.contracts.codes import SHORT_BREAKS, TEMPORARY

WITHDRAWAL = "care.withdrawal.v1"
_OTHER_NEEDS = {"N1": "N5", "N5": "N1"}
# What a placement is mistaken for at first.
_OTHER_TYPES = {"U6": "U4", "U4": "U6", "U3": "U6", "U1": "U3", "K2": "H5", "H5": "K2", "K3": "K2", "A6": "U5"}
_OTHER_REASONS = {"E4A": "E4B", "E45": "E46", "E5": "E6", "E17": "E5"}

# The instant, what kind of statement, its data.
_Said = tuple[datetime, str, dict[str, Any]]


class Posting(Struct, frozen=True):
    """An event and when it is posted: as soon as it is recorded, and then perhaps `again`."""

    at: datetime
    order: str
    event: dict[str, Any]
    again: bool = False

    def __lt__(self, other: "Posting") -> bool:
        return (self.at, self.order) < (other.at, other.order)


def tell(name: str, source: str, life: Life) -> Iterator[Posting]:
    """Every posting about a life, in no order."""
    for place in range(len(life.happenings)):
        yield from tell_of_happening(name, source, life, place)
    for absence in life.absences:
        yield from tell_of_absence(name, source, life, absence)


def tell_of_happening(name: str, source: str, life: Life, place: int) -> Iterator[Posting]:
    """Every posting about one happening, whenever what comes after it was drawn: the same each time."""
    happening = life.happenings[place]
    random = Random(f"{name}/{life.child}/{happening.name}")
    following = life.happenings[place + 1] if place + 1 < len(life.happenings) else None
    yield from _posted(random, source, life.child, happening.name, _versions(random, happening))
    if happening.type == MOVE:
        yield from _mistakes(random, source, life, happening)
    if happening.type in (ADMISSION, MOVE) and random.random() < rates.RESTARTED:
        yield from _restarted(random, source, life.child, happening, following)


def tell_of_absence(name: str, source: str, life: Life, absence: Absence) -> Iterator[Posting]:
    """Every posting about one missing or away episode."""
    random = Random(f"{name}/{life.child}/{absence.name}")
    yield from _posted(random, source, life.child, absence.name, _as_it_went(random, absence))


def _versions(random: Random, happening: Happening) -> Iterator[_Said]:
    """The statements of a happening: usually one, sometimes a wrong one and its correction."""
    at = _at_work(random, happening.on + timedelta(rates.LATENESS[happening.type].draw(random)))
    if random.random() < rates.WRONG_AT_FIRST:
        wrong = _wrong(random, happening)
        least, mean = rates.MENDED_AFTER_DAYS
        yield at, happening.type, wrong
        at += timedelta(some_days(random, mean, least=least, most=45), random.randrange(3600))
    yield at, happening.type, happening.data


def _wrong(random: Random, happening: Happening) -> dict[str, Any]:
    said = happening.data
    if happening.type == ADMISSION and random.random() < 0.3:
        return said | {"category_of_need": _OTHER_NEEDS.get(said["category_of_need"], "N1")}
    if happening.type == DISCHARGE and random.random() < 0.6:
        return said | {"reason_episode_ceased": _OTHER_REASONS.get(said["reason_episode_ceased"], "E8")}
    placement = said.get("placement")
    if placement is not None and placement["type"] in _OTHER_TYPES and random.random() < 0.5:
        return said | {"placement": placement | {"type": _OTHER_TYPES[placement["type"]]}}
    # Recorded as of some days before, as a date that was planned or misheard.
    wrong_on = happening.on - timedelta(random.randint(1, 9))
    born = said.get("date_of_birth", "")
    return said | {"on": max(wrong_on.isoformat(), born)}


def _mistakes(random: Random, source: str, life: Life, happening: Happening) -> Iterator[Posting]:
    """A move recorded under another child, twice, or though it fell through: each is found out and withdrawn."""
    at = _at_work(random, happening.on + timedelta(random.randint(0, 3)))
    if random.random() < rates.UNDER_ANOTHER_CHILD:
        whose = random.choice(life.siblings) if life.siblings else f"{life.child}-other"
        yield from _withdrawn(random, source, whose, f"{life.child}-{happening.name}", at, happening.data)
    if random.random() < rates.TWICE:
        on = happening.on + timedelta(random.randint(1, 2))
        again = happening.data | {"on": on.isoformat()}
        yield from _withdrawn(random, source, life.child, f"{happening.name}-twice", at + timedelta(2), again)
    if random.random() < rates.NEVER_WAS:
        on = happening.on + timedelta(random.randint(8, 60))
        elsewhere = {"type": "U6", "provider": "PR4", "placement_id": f"{life.child}/{happening.name}-planned"}
        said = {"on": on.isoformat(), "reason_for_new_episode": "P", "placement": elsewhere}
        yield from _withdrawn(random, source, life.child, f"{happening.name}-planned", _at_work(random, on), said)


def _withdrawn(
    random: Random, source: str, child: str, name: str, at: datetime, said: dict[str, Any]
) -> Iterator[Posting]:
    found_out = at + timedelta(random.randint(1, 40), random.randrange(3600))
    yield from _posted(random, source, child, name, iter([(at, MOVE, said), (found_out, WITHDRAWAL, {})]))


def _restarted(
    random: Random, source: str, child: str, happening: Happening, following: Happening | None
) -> Iterator[Posting]:
    """A stay closed and begun again in the system, to change a cost or a worker: nothing happened to the child."""
    on = happening.on + timedelta(random.randint(15, 200))
    stays = following is None or on + timedelta(3) < following.on
    statuses = happening.data.get("legal_status") in SHORT_BREAKS
    if stays and not statuses and happening.data["placement"]["type"] not in TEMPORARY:
        said = {
            "on": on.isoformat(),
            "reason_for_new_episode": "P",
            "reason_for_placement_change": "OTHER",
            "placement": happening.data["placement"],
        }
        at = _at_work(random, on + timedelta(rates.PUNCTUAL.draw(random)))
        yield from _posted(random, source, child, f"{happening.name}-restarted", iter([(at, MOVE, said)]))


def _as_it_went(random: Random, absence: Absence) -> Iterator[_Said]:
    """Missing; then back; then the conversation that was offered. Who was soon back is told of once."""
    said: dict[str, Any] = {"kind": absence.kind, "from": instant(absence.begins_at)}
    reported = absence.begins_at + timedelta(minutes=random.randint(20, 300))
    if absence.ends_at is None or reported < absence.ends_at:
        yield reported, MISSING, said
    if absence.ends_at is None:
        return
    said = said | {"until": instant(absence.ends_at)}
    back = absence.ends_at + timedelta(minutes=random.randint(10, 900))
    yield back, MISSING, said
    if absence.interview is not None:
        talked = max(absence.interview["offered_on"], absence.interview.get("held_on", ""))
        at = _at_work(random, date.fromisoformat(talked) + timedelta(random.randint(1, 5)))
        yield max(at, back + timedelta(minutes=5)), MISSING, said | {"return_interview": absence.interview}


def _posted(random: Random, source: str, child: str, name: str, said: Iterator[_Said]) -> Iterator[Posting]:
    """Each statement as it is recorded, and some again in the days after."""
    for number, (at, kind, data) in enumerate(said, start=1):
        event = event_of(source, child, name, f"@{number}", kind, at, data)
        yield Posting(at, f"{event['id']}/0", event)
        if random.random() < rates.SENT_AGAIN:
            for repeat in range(random.randint(1, rates.SENT_AGAIN_MOST)):
                at += timedelta(seconds=random.randrange(6 * 3600, 3 * 86400))
                yield Posting(at, f"{event['id']}/{repeat + 1}", event, again=True)


def event_of(
    source: str, child: str, name: str, version: str, kind: str, at: datetime, data: dict[str, Any]
) -> dict[str, Any]:
    """The CloudEvent that states a fact of a child, recorded at an instant in UTC."""
    fact = f"{child}/{name}"
    return {
        "specversion": "1.0",
        "id": f"{fact}{version}",
        "source": source,
        "type": kind,
        "subject": child,
        "fact": fact,
        "recordedtime": instant(at),
        "data": data,
    }


def _at_work(random: Random, on: date) -> datetime:
    """Mostly in office hours; the duty team records at night."""
    hour = random.randrange(8, 19) if random.random() < 0.6 else random.randrange(24)
    return datetime.combine(on, time(hour, random.randrange(60), random.randrange(60)), UTC)


def instant(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.isoformat().replace("+00:00", "Z")
