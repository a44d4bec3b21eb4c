"""What the standing rows of a child say, as facts in the form the door takes: the mapping of the event contract.

Pure. Facts are named after their row's own key; dates are ISO text; what is unknown is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import zip_longest
from typing import Any

from msgspec import UNSET, Struct

from holdfast.contracts import codes
from holdfast.returns.faults import Fault, Origin, finding
from holdfast.returns.layers import Standing
from holdfast.returns.rows import EpisodeRow, HeaderRow, MissingRow

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

Order = dict[Origin, int]


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


def wanted_facts(standing: Standing) -> tuple[list[WantedFact], list[Fault]]:
    """Every fact, grouped by child in the order of the children's references, and the findings on the way."""
    episodes: dict[str, list[EpisodeRow]] = defaultdict(list)
    missing: dict[str, list[MissingRow]] = defaultdict(list)
    for row in standing.episodes.values():
        episodes[row.child].append(row)
    for absence in standing.missing.values():
        missing[absence.child].append(absence)
    facts: list[WantedFact] = []
    findings: list[Fault] = []
    for child in sorted(episodes.keys() | missing.keys()):
        rows = sorted(episodes[child], key=lambda row: row.began_on)
        known = standing.headers.get(child)
        findings += _odd(rows, known)
        if not rows:
            findings += [finding(row.origin, "no-episode-of-child", "CHILD") for row in missing[child]]
        facts += _facts_of_episodes(rows, known)
        facts += _facts_of_missing(missing[child])
    return facts, findings


def _facts_of_episodes(rows: list[EpisodeRow], known: HeaderRow | None) -> Iterator[WantedFact]:
    begun = _order((row.began_on, row.origin) for row in rows)
    ceased = _order((row.ended_on, row.origin) for row in rows if row.ended_on and _discharges(row))
    before: EpisodeRow | None = None
    for row in rows:
        name = f"{row.child}/{row.began_on.isoformat()}/{row.reason}"
        on = {"on": row.began_on.isoformat(), **_sequence(begun, row.origin)}
        kind, data = _stated(row, before, known)
        ended_on = None if _discharges(row) else row.ended_on
        yield WantedFact(row.child, name, kind, on | data, row.origin, _not_restated(kind, row, before), ended_on)
        if kind == PLACEMENT_MOVE and "legal_status" not in data and before and _restatused(row, before):
            status = on | {"legal_status": row.legal_status}
            yield WantedFact(row.child, f"{name}/status", LEGAL_STATUS, status, row.origin)
        if row.ended_on and _discharges(row):
            end = {"on": row.ended_on.isoformat(), **_sequence(ceased, row.origin)}
            data = end | {"reason_episode_ceased": row.reason_ceased}
            yield WantedFact(row.child, f"{name}/discharge", DISCHARGE, data, row.origin)
        before = row


def _stated(row: EpisodeRow, before: EpisodeRow | None, known: HeaderRow | None) -> tuple[str, dict[str, Any]]:
    """The event type of a row and its data, without the day."""
    if row.reason == "S" or before is None:
        return ADMISSION, _admission(row, known)
    if row.reason == "L":
        return LEGAL_STATUS, {"legal_status": row.legal_status}
    return PLACEMENT_MOVE, _present(
        reason_for_new_episode=row.reason,
        # Recorded on the row that ended.
        reason_for_placement_change=before.reason_for_change,
        legal_status=row.legal_status if row.reason in ("B", "U") else None,
        placement=_placement(row),
    )


def _admission(row: EpisodeRow, known: HeaderRow | None) -> dict[str, Any]:
    born_on = known.date_of_birth if known else None
    return _present(
        began_before=None if row.reason == "S" else True,
        date_of_birth=born_on.isoformat() if born_on and born_on <= row.began_on else None,
        sex=known.sex if known else None,
        legal_status=row.legal_status,
        category_of_need=row.need,
        placement=_placement(row),
    )


def _placement(row: EpisodeRow) -> dict[str, Any]:
    return _present(
        type=row.placement_type,
        provider=row.provider,
        urn=row.urn,
        distance_miles=row.distance_miles,
        in_authority=row.in_authority,
        postcode=row.postcode,
    )


def _not_restated(kind: str, row: EpisodeRow, before: EpisodeRow | None) -> tuple[str, ...]:
    if kind == LEGAL_STATUS:
        return ()
    if kind == ADMISSION:
        return _without_column(("need", *DESCRIBING), row)
    assert before is not None, "a move is not a child's first row"
    return _without_column(DESCRIBING, row) + _without_column(("reason_for_change",), before)


def _without_column(fields: Iterable[str], row: EpisodeRow) -> tuple[str, ...]:
    return tuple(FIELDS[field] for field in fields if getattr(row, field) is UNSET)


def _facts_of_missing(rows: list[MissingRow]) -> Iterator[WantedFact]:
    rows = sorted(rows, key=lambda row: row.began_on)
    begun = _order((row.began_on, row.origin) for row in rows)
    for row in rows:
        since = row.began_on.isoformat()
        data = _present(
            kind=row.kind, **{"from": since}, until=row.ended_on.isoformat() if row.ended_on else None
        ) | _sequence(begun, row.origin)
        yield WantedFact(row.child, f"{row.child}/{row.kind}/{since}", MISSING_EPISODE, data, row.origin)


def _discharges(row: EpisodeRow) -> bool:
    return row.ended_on is not None and row.reason_ceased in codes.REASONS_EPISODE_CEASED


def _restatused(row: EpisodeRow, before: EpisodeRow) -> bool:
    return row.legal_status != before.legal_status


def _order(days: Iterable[tuple[date, Origin]]) -> Order:
    """1, 2, 3 for rows of one child and day, in their order; a row that is alone on its day has none."""
    by_day: dict[date, list[Origin]] = defaultdict(list)
    for day, origin in days:
        by_day[day].append(origin)
    return {
        origin: place
        for origins in by_day.values()
        if len(origins) > 1
        for place, origin in enumerate(origins, start=1)
    }


def _sequence(order: Order, origin: Origin) -> dict[str, int]:
    return {"sequence": order[origin]} if origin in order else {}


def _present(**said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None and value is not UNSET}


def _odd(rows: list[EpisodeRow], known: HeaderRow | None) -> Iterator[Fault]:
    """What does not add up between a child's rows."""
    if rows and known is None:
        yield finding(rows[0].origin, "no-header-row", "CHILD")
    for row, later in zip_longest(rows, rows[1:]):
        if row.ended_on and later and row.ended_on > later.began_on:
            yield finding(row.origin, "ends-after-next-begins", "DEC")
        elif row.ended_on and row.reason_ceased == "X1" and (later is None or later.began_on > row.ended_on):
            yield finding(row.origin, "not-continued", "REC")
    before: EpisodeRow | None = None
    for row in rows:
        admitted = row.reason == "S" or before is None
        if admitted and known and known.date_of_birth and known.date_of_birth > row.began_on:
            yield finding(known.origin, "born-after", "DOB")
        if before is not None and row.reason == "L":
            column = _moved(row, before)
            if column is not None:
                yield finding(row.origin, "legal-status-row-moves", column)
        before = row


def _moved(row: EpisodeRow, before: EpisodeRow) -> str | None:
    """The column in which a row describes another placement than the row before."""
    described = {
        "PLACE": (row.placement_type, before.placement_type),
        "PLACE_PROVIDER": (row.provider, before.provider),
        "PL_POST": (row.postcode, before.postcode),
        "URN": (row.urn, before.urn),
    }
    return next((column for column, (now, then) in described.items() if now != then), None)
