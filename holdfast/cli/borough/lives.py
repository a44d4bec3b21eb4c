"""What truly happened to one child of the borough, as plain values. When a case system says so is in `telling`."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from msgspec import Struct

ADMISSION = "care.admission.v1"
MOVE = "care.placement-move.v1"
STATUS = "care.legal-status.v1"
DISCHARGE = "care.discharge.v1"
MISSING = "care.missing-episode.v1"


class Happening(Struct, frozen=True):
    """Something that happened: the fact's name within the child, its day, its type and its data for the door."""

    name: str
    on: date
    type: str
    data: dict[str, Any]


class Absence(Struct, frozen=True):
    """A missing (`M`) or away (`A`) episode, in UTC instants; without an end the child has not come back.

    `interview` is the conversation that was offered, as the door takes it.
    """

    name: str
    kind: str
    begins_at: datetime
    ends_at: datetime | None
    interview: dict[str, Any] | None = None


class Life(Struct, frozen=True):
    """One child's time in care, from the first admission to the last discharge; happenings in the order of their days.

    `siblings` are the references of those admitted with the child.
    """

    child: str
    admitted_on: date
    left_on: date
    happenings: list[Happening]
    absences: list[Absence]
    siblings: tuple[str, ...] = ()


def life_until(life: Life, day: date) -> Life:
    """What has happened by the end of a day (UTC): who was missing then has not come back."""
    after = datetime.combine(day + timedelta(1), time(), UTC)
    return msgspec.structs.replace(
        life,
        happenings=[happening for happening in life.happenings if happening.on <= day],
        absences=[_open_at(absence, after) for absence in life.absences if absence.begins_at < after],
    )


def _open_at(absence: Absence, after: datetime) -> Absence:
    if absence.ends_at is None or absence.ends_at < after:
        return absence
    return msgspec.structs.replace(absence, ends_at=None, interview=None)
