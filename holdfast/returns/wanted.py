"""What the standing rows of a child say, as facts in the form the door takes: the mapping of the event contract.

Pure. Facts are named after their row's own key; dates are ISO text; what is unknown is left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from holdfast.returns.distances import Distances
from holdfast.returns.faults import Origin
from holdfast.returns.layers import Source, Standing, in_order, origin_of
from holdfast.returns.rows import EpisodeRow, Key, MissingRow

ADMISSION = "care.admission.v1"
PLACEMENT_MOVE = "care.placement-move.v1"
LEGAL_STATUS = "care.legal-status.v1"
MISSING_EPISODE = "care.missing-episode.v1"
DISCHARGE = "care.discharge.v1"

# What a fact calls the columns that a set of files may lack; of them, those that describe a placement.
FIELDS = {
    "need": "category_of_need",
    "reason_for_change": "reason_for_placement_change",
    "provider": "placement/provider",
    "postcode": "placement/postcode",
    "urn": "placement/urn",
    "distance_miles": "placement/distance_miles",
    "in_authority": "placement/in_authority",
}
DESCRIBING = tuple(field for field, name in FIELDS.items() if name.startswith("placement/"))


class WantedFact(Struct, frozen=True):
    """A fact as the return wants it stated: `subject` is the child, `data` that of the event type.

    `not_restated` names the fields that no set read has a column for, `row_ended_on` the DEC of a row after which
    care went on.
    """

    subject: str
    fact: str
    type: str
    data: dict[str, Any]
    origin: Origin
    not_restated: tuple[str, ...] = ()
    row_ended_on: date | None = None


def wanted_facts(
    child: str, standing: Standing, sources: Sequence[Source], distances: Distances | None = None
) -> Iterator[WantedFact]:
    """Every fact of a child. `distances` are found by postcode, where a row does not give its own."""
    rows = in_order(standing.episodes.values())
    sequences = _sequences([row.began_on for row in rows])
    endings = _sequences([row.ended_on for row in rows if row.ended_on and row.ends_care])
    before: EpisodeRow | None = None
    for row in rows:
        origin = origin_of(row, sources)
        name = episode_fact(child, row.key)
        on = {"on": row.began_on.isoformat(), **next(sequences)}
        kind, data = _stated(row, before, standing, distances)
        ended_on = None if row.ends_care else row.ended_on
        yield WantedFact(child, name, kind, on | data, origin, _not_restated(kind, row, before, standing), ended_on)
        if kind == PLACEMENT_MOVE and "legal_status" not in data and before and _restatused(row, before):
            yield WantedFact(child, f"{name}/status", LEGAL_STATUS, on | {"legal_status": row.legal_status}, origin)
        if row.ended_on and row.ends_care:
            end = {"on": row.ended_on.isoformat(), **next(endings), "reason_episode_ceased": row.reason_ceased}
            yield WantedFact(child, f"{name}/discharge", DISCHARGE, end, origin)
        before = row
    yield from _facts_of_missing(child, in_order(standing.missing.values()), sources)


def _stated(
    row: EpisodeRow, before: EpisodeRow | None, standing: Standing, distances: Distances | None
) -> tuple[str, dict[str, Any]]:
    """The event type of a row and its data, without the day."""
    if row.reason == "L" and before is not None:
        return LEGAL_STATUS, {"legal_status": row.legal_status}
    placement = _placement(row, standing, distances)
    if row.reason == "S" or before is None:
        return ADMISSION, _admission(row, standing, placement)
    return PLACEMENT_MOVE, _present(
        reason_for_new_episode=row.reason,
        # Recorded on the row that ended.
        reason_for_placement_change=before.reason_for_change,
        legal_status=row.legal_status if row.reason in ("B", "U") else None,
        placement=placement,
    )


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


def _not_restated(kind: str, row: EpisodeRow, before: EpisodeRow | None, standing: Standing) -> tuple[str, ...]:
    if kind == LEGAL_STATUS or not standing.lacking:
        return ()
    if before is None or kind == ADMISSION:
        return _without_column(("need", *DESCRIBING), row, standing)
    return _without_column(DESCRIBING, row, standing) + _without_column(("reason_for_change",), before, standing)


def _without_column(fields: Iterable[str], row: EpisodeRow, standing: Standing) -> tuple[str, ...]:
    lacking = standing.lacking.get(row.key, ())
    return tuple(FIELDS[field] for field in fields if field in lacking)


def _facts_of_missing(child: str, rows: list[MissingRow], sources: Sequence[Source]) -> Iterator[WantedFact]:
    for row, sequence in zip(rows, _sequences([row.began_on for row in rows]), strict=True):
        until = row.ended_on.isoformat() if row.ended_on else None
        data = _present(kind=row.kind, **{"from": row.began_on.isoformat()}, until=until) | sequence
        yield WantedFact(child, missing_fact(child, row.key), MISSING_EPISODE, data, origin_of(row, sources))


def episode_fact(child: str, key: Key) -> str:
    """The name of an episode's fact: child, DECOM and RNE."""
    return f"{child}/{key[0].isoformat()}/{key[1]}"


def missing_fact(child: str, key: Key) -> str:
    """The name of a missing episode's fact: child, MISSING and MIS_START."""
    return f"{child}/{key[1]}/{key[0].isoformat()}"


def _restatused(row: EpisodeRow, before: EpisodeRow) -> bool:
    return row.legal_status != before.legal_status


def _sequences(days: list[date]) -> Iterator[dict[str, int]]:
    """1, 2, 3 for rows of one child and day, in their order; a row that is alone on its day has none."""
    on_day, told = Counter(days), Counter[date]()
    for day in days:
        told[day] += 1
        yield {"sequence": told[day]} if on_day[day] > 1 else {}


def _present(**said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}
