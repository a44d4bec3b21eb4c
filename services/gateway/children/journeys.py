"""A child's account as the register tells it, worded for the journey page and placed on its timeline."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct, structs

from holdfast.contracts.codes import (
    ADOPTIVE,
    FOSTERED,
    LEGAL_STATUSES,
    MISSING_KINDS,
    NEEDS,
    PLACEMENT_TYPES,
    PROVIDERS,
    REASONS_EPISODE_CEASED,
    REASONS_FOR_NEW_EPISODE,
    REASONS_FOR_PLACEMENT_CHANGE,
    RESIDENTIAL,
)
from services.gateway.charts import Stretch, Timeline, timeline
from services.gateway.presentation import day_words, instant_words

LANES = ("Placements", "Temporary", "Legal status", "Missing")


class Described(Struct, frozen=True):
    """A placement as described from a day on, or a temporary one between two days."""

    type: str
    begins: date | None = None
    ends: date | None = None
    provider: str | None = None
    placement_id: str | None = None
    urn: str | None = None
    distance_miles: float | None = None
    in_authority: bool | None = None


class Placement(Struct, frozen=True):
    """A stay with one carer."""

    begins: date
    ends: date | None
    by_move: bool
    reason_for_change: str | None
    described: list[Described]
    absences: list[Described] = []


class Status(Struct, frozen=True):
    """A legal status from a day on."""

    begins: date
    legal_status: str | None


class Period(Struct, frozen=True):
    """A period of care."""

    begins: date
    ends: date | None
    begins_known: bool
    category_of_need: str | None
    reason_ceased: str | None
    placements: list[Placement]
    legal_statuses: list[Status] = []


class Missing(Struct, frozen=True):
    """A missing or away episode."""

    kind: str
    begins: date
    ends: date | None


class Finding(Struct, frozen=True):
    """What does not add up, and what would mend it."""

    sentence: str
    mend: str
    on: date | None = None


class Statement(Struct, frozen=True):
    """One statement, with both clocks."""

    type: str
    fact: str
    system: str
    recordedtime: str
    receivedtime: str
    standing: str
    data: dict[str, Any]
    statedby: str | None = None
    statement: str = ""


class Told(Struct, frozen=True):
    """What the register tells of one child; the page needs no more of it than this."""

    periods: list[Period]
    missing: list[Missing]
    findings: list[Finding]
    statements: list[Statement]
    date_of_birth: date | None = None
    sex: str | None = None


class StayRow(Struct, frozen=True):
    """A placement as a row of a table."""

    begins: date
    ends: date | None
    days: int
    where: str
    provider: str
    distance: str
    why: str
    notes: list[str]


class PeriodView(Struct, frozen=True):
    """A period of care, worded."""

    heading: str
    begins: date
    ends: date | None
    facts: list[tuple[str, str]]
    stays: list[StayRow]


class StatementRow(Struct, frozen=True):
    """A statement, worded."""

    kind: str
    happened: str
    said: list[tuple[str, str]]
    system: str
    recorded: str
    received: str
    standing: str
    statedby: str
    statement: str


class Account(Struct, frozen=True):
    """All that the journey page shows."""

    born: date | None
    sex: str
    periods: list[PeriodView]
    missing: list[tuple[str, date, date | None, int]]
    findings: list[Finding]
    statements: list[StatementRow]
    timeline: Timeline | None
    lanes: list[str]


KINDS = {
    "care.admission.v1": "Admission",
    "care.placement-move.v1": "Placement move",
    "care.legal-status.v1": "Legal status",
    "care.missing-episode.v1": "Missing episode",
    "care.discharge.v1": "Discharge",
    "care.withdrawal.v1": "Withdrawal",
}
_CODES: dict[str, dict[str, str]] = {
    "type": PLACEMENT_TYPES,
    "provider": PROVIDERS,
    "legal_status": LEGAL_STATUSES,
    "category_of_need": NEEDS,
    "reason_for_new_episode": REASONS_FOR_NEW_EPISODE,
    "reason_for_placement_change": REASONS_FOR_PLACEMENT_CHANGE,
    "reason_episode_ceased": REASONS_EPISODE_CEASED,
    "kind": MISSING_KINDS,
}
_LABELS = {
    "type": "Placement",
    "distance_miles": "Miles from home",
    "in_authority": "Inside the authority",
    "urn": "URN",
}
# Keyed hashes say nothing to a person.
_NOT_SHOWN = frozenset({"placement_id", "locality"})


def account(told: dict[str, Any], today: date) -> Account:
    """The register's answer as the page shows it: what is to come is in its tables, and nothing of it is drawn."""
    held = msgspec.convert(told, Told)
    held = structs.replace(held, periods=[_still_open(period, today) for period in held.periods])
    stretches = [stretch for stretch in _stretches(held) if stretch[1] <= today]
    used = sorted({lane for lane, *_ in stretches})
    placed = [
        (used.index(lane), begins, min(ends, today) if ends else None, kind, texts, full)
        for lane, begins, ends, kind, texts, full in stretches
    ]
    return Account(
        born=held.date_of_birth,
        sex=(held.sex or "not known").capitalize(),
        periods=[_period(number, period, today) for number, period in enumerate(held.periods, 1)],
        missing=[(_coded("kind", one.kind), one.begins, one.ends, _days(one, today)) for one in held.missing],
        findings=held.findings,
        statements=[_statement(one) for one in held.statements],
        timeline=timeline(placed, today),
        lanes=[LANES[lane] for lane in used],
    )


def statements_of(told: list[dict[str, Any]]) -> list[StatementRow]:
    """Some statements, worded."""
    return [_statement(one) for one in msgspec.convert(told, list[Statement])]


def _still_open(period: Period, today: date) -> Period:
    """A period that nobody has ended, its last placement without the end that the 18th birthday will bring."""
    last = period.placements[-1] if period.placements else None
    if period.ends is not None or last is None or last.ends is None or last.ends <= today:
        return period
    return structs.replace(period, placements=[*period.placements[:-1], structs.replace(last, ends=None)])


def _stretches(held: Told) -> Iterable[Stretch]:
    for period in held.periods:
        for stay in period.placements:
            last = stay.described[-1]
            yield 0, stay.begins, stay.ends, _group(last.type), *_texts(last.type, stay.begins, stay.ends, _where(last))
            for away in stay.absences:
                begins, ends = away.begins or stay.begins, away.ends or stay.ends
                yield 1, begins, ends, "temporary", *_texts(away.type, begins, ends, _where(away))
        for status, after in zip(period.legal_statuses, [*period.legal_statuses[1:], None], strict=True):
            ends = after.begins if after else period.ends
            code = status.legal_status or ""
            yield 2, status.begins, ends, "status", *_texts(code, status.begins, ends, _coded("legal_status", code))
    for one in held.missing:
        # An episode covers at least the day it began.
        ends = max(one.ends, one.begins + timedelta(days=1)) if one.ends else None
        yield 3, one.begins, ends, "missing", *_texts(one.kind, one.begins, one.ends, _coded("kind", one.kind))


def _texts(code: str, begins: date, ends: date | None, said: str) -> tuple[tuple[str, ...], str]:
    """What may stand in a bar, the longest first, and what is said of it."""
    return (said, code), _long(begins, ends, said)


def _group(code: str) -> str:
    if code in FOSTERED:
        return "fostered"
    if code in RESIDENTIAL:
        return "residential"
    return "adoptive" if code in ADOPTIVE else "other"


def _period(number: int, period: Period, today: date) -> PeriodView:
    begun = (
        day_words(period.begins) if period.begins_known else f"Before {day_words(period.begins)}, on a day not known"
    )
    facts = [("Begun", begun), ("Category of need", _coded("category_of_need", period.category_of_need))]
    if period.ends:
        facts.append(("Reason it ended", _coded("reason_episode_ceased", period.reason_ceased)))
    return PeriodView(
        heading=f"Period of care {number}",
        begins=period.begins,
        ends=period.ends,
        facts=facts,
        stays=[_stay(stay, today) for stay in period.placements],
    )


def _stay(stay: Placement, today: date) -> StayRow:
    last = stay.described[-1]
    notes = [
        f"{changed} until {day_words(after.begins or stay.begins)}"
        for was, after in zip(stay.described, stay.described[1:], strict=False)
        if (changed := _changed(was, after))
    ]
    notes += [_long(away.begins or stay.begins, away.ends or stay.ends, _where(away)) for away in stay.absences]
    return StayRow(
        begins=stay.begins,
        ends=stay.ends,
        days=max(0, (min(stay.ends or today, today) - stay.begins).days),
        where=_where(last),
        provider=_coded("provider", last.provider),
        distance=_distance(last),
        why=_coded("reason_for_placement_change", stay.reason_for_change) if stay.reason_for_change else "",
        notes=notes,
    )


def _changed(was: Described, after: Described) -> str:
    """What a placement was described as before, where that is shown differently."""
    parts = ((_where(one), _coded("provider", one.provider), _distance(one)) for one in (was, after))
    return ", ".join(before for before, now in zip(*parts, strict=True) if before != now and before != "Not known")


def _where(described: Described) -> str:
    return _coded("type", described.type)


def _distance(described: Described) -> str:
    miles = "" if described.distance_miles is None else f"{described.distance_miles:g} miles"
    inside = {True: "in the authority", False: "outside the authority", None: ""}[described.in_authority]
    return ", ".join(part for part in (miles, inside) if part) or "Not known"


def _statement(one: Statement) -> StatementRow:
    return StatementRow(
        kind=KINDS.get(one.type, one.type),
        happened=_when(str(one.data.get("on") or one.data.get("from") or "")),
        said=list(_said(one.data)),
        system=one.system,
        recorded=one.recordedtime,
        received=one.receivedtime,
        standing=one.standing,
        statedby=one.statedby or "",
        statement=one.statement,
    )


def _said(data: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in data.items():
        if name in _NOT_SHOWN or name in ("on", "from"):
            continue
        if isinstance(value, dict):
            yield from _said(value)
        else:
            yield _LABELS.get(name) or name.replace("_", " ").capitalize(), _plain(name, value)


def _when(told: str) -> str:
    """A day or an instant in words."""
    return instant_words(told) if "T" in told else day_words(date.fromisoformat(told)) if told else ""


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ("until", "date_of_birth", "offered_on", "held_on"):
        return _when(str(value))
    return _coded(name, value) if name in _CODES else str(value)


def _coded(name: str, code: str | None) -> str:
    """A code in words, with the code itself: `fostered, long term (U4)`."""
    if not code:
        return "Not known"
    said = _CODES[name].get(code)
    return f"{said[0].upper()}{said[1:]} ({code})" if said else code


def _days(one: Missing, today: date) -> int:
    return max(1, (min(one.ends or today, today) - one.begins).days)


def _long(begins: date, ends: date | None, text: str) -> str:
    return f"{text}, {day_words(begins)} to {day_words(ends) if ends else 'now'}"
