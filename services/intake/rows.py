"""A child's rows of the statutory return, made out from the facts that they were stated as, and stated again.

Pure. A row is known by its facts alone: what they leave unsaid is unknown here (`UNSET`), or told beside them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from itertools import zip_longest
from typing import Any, TypeVar

from msgspec import UNSET, Struct, UnsetType, structs

from holdfast.contracts import events, returned
from holdfast.contracts.door_forms import Untold
from holdfast.contracts.returned import Part, episode_fact, missing_fact

ADMISSION, MOVE, LEGAL_STATUS = "care.admission.v1", "care.placement-move.v1", "care.legal-status.v1"
MISSING, DISCHARGE = "care.missing-episode.v1", "care.discharge.v1"
REASON_FOR_CHANGE = "reason_for_placement_change"

Data = TypeVar("Data")

# A text, none where it is unknown, UNSET where nothing has told.
Told = str | UnsetType | None
# When a row ended, why its placement did, and the need.
Beside = tuple[date | None, Told, Told]


class Said(Struct, frozen=True, gc=False):
    """What is said of a fact: its event type and data."""

    type: str
    data: Any


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """A row of the return: half-open days, `ended_on` is None while it is open; `order` is that within its day."""

    name: str
    began_on: date
    ended_on: date | None
    order: tuple[int, int]


class Episode(Row, frozen=True, kw_only=True):
    """A row of Episodes. `ceased` is its REC where care ended with it; `reason_for_change` is why its placement did."""

    reason: str
    legal_status: str | None
    placement: events.Placement | None
    ceased: str | None
    need: Told = UNSET
    reason_for_change: Told = UNSET


class Absence(Row, frozen=True, kw_only=True):
    """A row of Missing."""

    said: events.MissingEpisodeData


class Person(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a child's admissions all say alike."""

    date_of_birth: date | None = None
    sex: str | None = None


_NOBODY = Person()


class Facts(Struct, frozen=True):
    """Facts of one child by their names in the clear, and what is known of their rows beside.

    `untold` is what no fact tells of a row; for one that is not among them the facts of the rows beside it tell.
    `left` are fields that a fact leaves unsaid.
    """

    said: Mapping[str, Said]
    untold: Mapping[str, Untold] = {}
    left: Mapping[str, Set[str]] = {}

    def data(self, name: str, kind: type[Data]) -> Data | None:
        """What is said of a fact, where it is of that kind."""
        said = self.said.get(name)
        return said.data if said is not None and isinstance(said.data, kind) else None


def possible_names(reference: str, said: Said) -> Iterator[str]:
    """The names that a fact may have that is a row's own, going by what it says."""
    match said.data:
        case events.AdmissionData(on=on, began_before=before):
            for reason in returned.REASONS[1:] if before else returned.REASONS[:1]:
                yield episode_fact(reference, on, reason)
        case events.PlacementMoveData(on=on, reason_for_new_episode=reason):
            yield episode_fact(reference, on, reason)
        case events.LegalStatusData(on=on):
            yield episode_fact(reference, on, returned.LEGAL_STATUS_ALONE)
        case events.MissingEpisodeData(kind=kind, begins=begins):
            yield missing_fact(reference, kind, begins)


def absences(reference: str, facts: Facts) -> Iterator[Absence]:
    """The rows of Missing among the facts."""
    for place, (name, said) in enumerate(facts.said.items()):
        if isinstance(said.data, events.MissingEpisodeData) and len(said.data.begins) == len("2017-09-13"):
            data = said.data
            if name == missing_fact(reference, data.kind, data.begins):
                ended_on = None if data.ends is None else date.fromisoformat(data.ends[:10])
                order = (data.sequence or 0, place)
                began_on = date.fromisoformat(data.begins)
                yield Absence(name=name, began_on=began_on, ended_on=ended_on, order=order, said=data)


def episodes(reference: str, facts: Facts) -> Iterator[Episode]:
    """The rows of Episodes among the facts, in the order in which they began."""
    begun = sorted(_begun(reference, facts.said), key=_day_and_order)
    before: Episode | None = None
    for row, after in zip_longest(begun, begun[1:]):
        before = _completed(row, before, after, facts)
        yield before


class _Begun(Struct, frozen=True, gc=False):
    """A row's own fact: what begins it, without what the facts beside it say. `order` is that within its day."""

    name: str
    reason: str
    order: tuple[int, int]
    data: events.AdmissionData | events.PlacementMoveData | events.LegalStatusData


def _day_and_order(row: _Begun) -> tuple[date, tuple[int, int]]:
    return row.data.on, row.order


def _begun(reference: str, facts: Mapping[str, Said]) -> Iterator[_Begun]:
    for place, (name, said) in enumerate(facts.items()):
        data, reason = said.data, name.rpartition("/")[2]
        match data:
            case events.AdmissionData():
                begins = reason in returned.REASONS and data.began_before == (reason != returned.STARTED)
            case events.PlacementMoveData():
                begins = reason == data.reason_for_new_episode
            case events.LegalStatusData():
                begins = reason == returned.LEGAL_STATUS_ALONE
            case _:
                continue
        if begins and name == episode_fact(reference, data.on, reason):
            yield _Begun(name, reason, (data.sequence or 0, place), data)


def _completed(row: _Begun, before: Episode | None, after: _Begun | None, facts: Facts) -> Episode:
    """With what its other facts tell, what was told beside them, or what the rows beside it tell.

    Legal status, placement and need go on from the row before; a row ends as the next begins, which says why.
    """
    data = row.data
    status = facts.data(row.name + returned.STATUS, events.LegalStatusData)
    end = facts.data(row.name + returned.DISCHARGE, events.DischargeData)
    ended_on, why, need = _told_beside(facts.untold.get(row.name)) or _told_by_neighbours(before, after, facts)
    placement = None if isinstance(data, events.LegalStatusData) else data.placement
    return Episode(
        name=row.name,
        began_on=data.on,
        ended_on=end.on if end else ended_on,
        order=row.order,
        reason=row.reason,
        legal_status=(status and status.legal_status) or data.legal_status or (before.legal_status if before else None),
        placement=placement or (before.placement if before else None),
        ceased=end.reason_episode_ceased if end else None,
        need=data.category_of_need if isinstance(data, events.AdmissionData) else need,
        reason_for_change=why,
    )


def _told_beside(untold: Untold | None) -> Beside | None:
    if untold is None:
        return None
    return untold.ended_on, untold.reason_for_placement_change, untold.category_of_need


def _told_by_neighbours(before: Episode | None, after: _Begun | None, facts: Facts) -> Beside:
    need = before.need if before else UNSET
    if after is None:
        return None, UNSET, need
    move = after.data
    if not isinstance(move, events.PlacementMoveData) or REASON_FOR_CHANGE in facts.left.get(after.name, ()):
        return move.on, UNSET, need
    return move.on, move.reason_for_placement_change, need


def untold(rows: Sequence[Episode]) -> Iterator[tuple[str, Untold]]:
    """Of a child's rows those that could not be read back from what they state, by name, and what that would miss."""
    before: Episode | None = None
    for row, after in zip_longest(rows, rows[1:]):
        why = row.reason_for_change if after is not None and after.reason in returned.MOVES else None
        need = row.need if before is None or row.reason == returned.STARTED else before.need
        told = Untold(after.began_on if after else None, why or None, need or None)
        beside = Untold(row.ended_on, row.reason_for_change or None, row.need or None)
        if beside != told and (not row.ceased or structs.replace(told, ended_on=row.ended_on) != beside):
            yield row.name, beside
        before = row


def person_of(facts: Iterable[Said], known: Person = _NOBODY) -> Person:
    """Date of birth and sex as known, or else as the admissions tell them, each from any that does."""
    for said in facts:
        if isinstance(said.data, events.AdmissionData):
            known = Person(known.date_of_birth or said.data.date_of_birth, known.sex or said.data.sex)
    return known


def stated(rows: list[Episode], away: list[Absence], person: Person) -> Iterator[tuple[str, Said]]:
    """What the rows come to, as facts by their names in the clear; rows in the order in which they began."""
    for one in returned.facts_of(rows):
        said = _STATED[one.part](one, person)
        if said is not None:
            yield one.row.name + one.part.suffix, said
    for row, place in zip(away, returned.places(row.began_on for row in away), strict=True):
        yield row.name, Said(MISSING, structs.replace(row.said, sequence=place))


Stated = returned.Stated[Episode]


def _admission(one: Stated, person: Person) -> Said | None:
    row, born_on = one.row, person.date_of_birth
    if row.legal_status is None or row.placement is None:
        # A legal status with nothing before it: no more is known of the row than it says.
        return None if row.legal_status is None else _legal_status(one, person)
    data = events.AdmissionData(
        on=row.began_on,
        legal_status=row.legal_status,
        placement=row.placement,
        began_before=row.reason != returned.STARTED,
        date_of_birth=born_on if born_on and born_on <= row.began_on else None,
        sex=person.sex,
        category_of_need=row.need or None,
        sequence=one.sequence,
    )
    return Said(ADMISSION, data)


def _move(one: Stated, _: Person) -> Said | None:
    row, before = one.row, one.before
    if row.placement is None or before is None:
        return None
    data = events.PlacementMoveData(
        on=row.began_on,
        reason_for_new_episode=row.reason,
        placement=row.placement,
        reason_for_placement_change=before.reason_for_change or None,
        legal_status=row.legal_status if row.reason in returned.WITH_LEGAL_STATUS else None,
        sequence=one.sequence,
    )
    return Said(MOVE, data)


def _legal_status(one: Stated, _: Person) -> Said | None:
    row = one.row
    if row.legal_status is None:
        return None
    data = events.LegalStatusData(on=row.began_on, legal_status=row.legal_status, sequence=one.sequence)
    return Said(LEGAL_STATUS, data)


def _discharge(one: Stated, _: Person) -> Said | None:
    row = one.row
    if row.ended_on is None or row.ceased is None:
        return None
    data = events.DischargeData(on=row.ended_on, reason_episode_ceased=row.ceased, sequence=one.sequence)
    return Said(DISCHARGE, data)


_STATED: dict[Part, Callable[[Stated, Person], Said | None]] = {
    Part.ADMISSION: _admission,
    Part.MOVE: _move,
    Part.LEGAL_STATUS: _legal_status,
    Part.STATUS: _legal_status,
    Part.DISCHARGE: _discharge,
}
