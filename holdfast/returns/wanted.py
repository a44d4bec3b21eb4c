"""What the standing rows of a child say, as facts in the form the door takes: the mapping of the event contract.

Pure. Facts are named after their row's own key; dates are ISO text; what is unknown is left out.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from holdfast.contracts.door_forms import Untold
from holdfast.contracts.returned import WITH_LEGAL_STATUS, Part, Stated, episode_fact, facts_of, missing_fact, places
from holdfast.returns.distances import Distances
from holdfast.returns.faults import Origin
from holdfast.returns.layers import Source, Standing, in_order, origin_of
from holdfast.returns.rows import EpisodeRow, MissingRow

MISSING_EPISODE = "care.missing-episode.v1"
TYPES = {
    Part.ADMISSION: "care.admission.v1",
    Part.MOVE: "care.placement-move.v1",
    Part.LEGAL_STATUS: "care.legal-status.v1",
    Part.STATUS: "care.legal-status.v1",
    Part.DISCHARGE: "care.discharge.v1",
}


class WantedFact(Struct, frozen=True):
    """A fact as the return wants it stated: `subject` is the child, `data` that of the event type.

    `untold` is what a row of Episodes says beyond its facts, on the fact that is the row's own.
    """

    subject: str
    fact: str
    type: str
    data: dict[str, Any]
    origin: Origin
    untold: Untold | None = None


def wanted_facts(
    child: str, standing: Standing, sources: Sequence[Source], distances: Distances | None = None
) -> Iterator[WantedFact]:
    """Every fact of a child. `distances` are found by postcode, where a row does not give its own."""
    for one in facts_of(in_order(standing.episodes.values())):
        row = one.row
        name = episode_fact(child, row.began_on, row.reason) + one.part.suffix
        data = _said(one, standing, distances)
        if one.sequence is not None:
            data["sequence"] = one.sequence
        untold = None if one.part.suffix else _untold(one)
        yield WantedFact(child, name, TYPES[one.part], data, origin_of(row, sources), untold)
    yield from _facts_of_missing(child, in_order(standing.missing.values()), sources)


def number_of_facts(standing: Standing) -> int:
    """How many facts are wanted of a child."""
    return sum(1 for _ in facts_of(in_order(standing.episodes.values()))) + len(standing.missing)


def _said(one: Stated[EpisodeRow], standing: Standing, distances: Distances | None) -> dict[str, Any]:
    """The data of a fact, without its sequence."""
    row, before = one.row, one.before
    on = row.began_on.isoformat()
    match one.part:
        case Part.DISCHARGE if row.ended_on is not None:
            return {"on": row.ended_on.isoformat(), "reason_episode_ceased": row.reason_ceased}
        case Part.LEGAL_STATUS | Part.STATUS:
            return {"on": on, "legal_status": row.legal_status}
        case Part.MOVE:
            return _present(
                on=on,
                reason_for_new_episode=row.reason,
                # Recorded on the row that ended.
                reason_for_placement_change=before.reason_for_change if before else None,
                legal_status=row.legal_status if row.reason in WITH_LEGAL_STATUS else None,
                placement=_placement(row, standing, distances),
            )
    return {"on": on} | _admission(row, standing, _placement(row, standing, distances))


def _untold(one: Stated[EpisodeRow]) -> Untold:
    row = one.row
    need = None if one.part is Part.ADMISSION else row.need
    return Untold(None if row.ceased else row.ended_on, row.reason_for_change, need)


def _admission(row: EpisodeRow, standing: Standing, placement: dict[str, Any]) -> dict[str, Any]:
    known = standing.header
    born_on = known.date_of_birth if known else None
    return _present(
        began_before=None if row.reason == "S" else True,
        date_of_birth=born_on.isoformat() if born_on and born_on <= row.began_on else None,
        sex=known.sex if known else None,
        legal_status=row.legal_status,
        category_of_need=row.need,
        placement=placement,
    )


def _placement(row: EpisodeRow, standing: Standing, distances: Distances | None) -> dict[str, Any]:
    miles, inside = distances.of(row, standing.asylum) if distances else (row.distance_miles, row.in_authority)
    return _present(
        type=row.placement_type,
        provider=row.provider,
        urn=row.urn,
        distance_miles=miles,
        in_authority=inside,
        postcode=row.postcode,
    )


def _facts_of_missing(child: str, rows: list[MissingRow], sources: Sequence[Source]) -> Iterator[WantedFact]:
    for row, sequence in zip(rows, places([row.began_on for row in rows]), strict=True):
        since, until = row.began_on.isoformat(), row.ended_on.isoformat() if row.ended_on else None
        data = _present(kind=row.kind, **{"from": since}, until=until, sequence=sequence)
        yield WantedFact(child, missing_fact(child, row.kind, since), MISSING_EPISODE, data, origin_of(row, sources))


def _present(**said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}
