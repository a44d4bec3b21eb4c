"""What is shown of one child: the journey as the engine tells it, and every statement behind it with both clocks.

Pure. Who may see it is settled in `api.py`; what a journey is, in the engine.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import msgspec
from msgspec import Raw, Struct

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Described, Fact, FactKey, Kind, fact_of, standing
from holdfast.contracts.findings import Said, Standing
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.journey import Period, Stay, journey
from services.placements.store import Held


class DaysTold(Struct, frozen=True):
    """Days from `begins` up to and without `ends`; no end: still running."""

    begins: date
    ends: date | None


class StatusTold(Struct, frozen=True):
    """A legal status and the day it holds from."""

    begins: date
    legal_status: str | None


class DescribedTold(Struct, frozen=True, kw_only=True):
    """A placement as described from `begins` on, or a temporary one over its days. None is unknown."""

    begins: date
    ends: date | None
    type: str
    provider: str | None
    placement_id: str | None
    urn: str | None
    distance_miles: float | None
    in_authority: bool | None
    locality: str | None


class PlacementTold(Struct, frozen=True, kw_only=True):
    """A stay with one carer. `described`: each description from its day on; `absences`: temporary placements in it."""

    begins: date
    ends: date | None
    by_move: bool
    reason_for_change: str | None
    described: list[DescribedTold]
    absences: list[DescribedTold]


class PeriodTold(Struct, frozen=True, kw_only=True):
    """A period of care; `looked_after` are its days without those cut out."""

    begins: date
    ends: date | None
    begins_known: bool
    category_of_need: str | None
    reason_ceased: str | None
    legal_statuses: list[StatusTold]
    looked_after: list[DaysTold]
    placements: list[PlacementTold]


class MissingTold(Struct, frozen=True):
    """A missing (`M`) or away (`A`) episode by London days, and the fact that states it."""

    kind: str
    begins: date
    ends: date | None
    fact: str


class FindingTold(Struct, frozen=True):
    """Something that does not add up, the day it is about, and the fact to look at first."""

    code: str
    sentence: str
    mend: str
    on: date | None
    fact: str | None


class Account(Struct, frozen=True, kw_only=True):
    """Everything that is told of one child. Days are dates; what ends on a day ends as that day begins."""

    authority: str
    child: str
    date_of_birth: date | None
    sex: str | None
    periods: list[PeriodTold]
    missing: list[MissingTold]
    findings: list[FindingTold]
    statements: list[Said]


class LastStated(Struct, frozen=True):
    """The last statement that a system itself made of a fact, as it made it."""

    fact: str
    type: str
    recordedtime: str
    statement: str
    data: Raw


class _Event(Struct):
    type: str
    fact: str
    recordedtime: str
    data: Raw
    statedby: str | None = None


_event = msgspec.json.Decoder(_Event)


def account_of(authority: str, child: str, held: Sequence[Held], today: date, choices: Choices = DEFAULTS) -> Account:
    """The account of one child from the statements given; findings that time alone brings are those up to `today`."""
    facts = [fact_of(decode_event(one.event), one.statement) for one in held]
    stands = standing(facts)
    told = journey(stands.values(), choices)
    return Account(
        authority=authority,
        child=child,
        date_of_birth=_day(told.date_of_birth),
        sex=told.sex,
        periods=list(map(_period, told.periods)),
        missing=[MissingTold(one.kind, _known(one.begins), _day(one.ends), one.fact) for one in told.missing],
        findings=[
            FindingTold(one.code, one.sentence, one.mend, _day(one.on), one.fact)
            for one in told.findings_on(today.toordinal())
        ],
        statements=[_said(one, fact, stands) for one, fact in zip(held, facts, strict=True)],
    )


def _period(period: Period) -> PeriodTold:
    return PeriodTold(
        begins=_known(period.begins),
        ends=_day(period.ends),
        begins_known=period.begins_known,
        category_of_need=period.category_of_need,
        reason_ceased=period.reason_ceased,
        legal_statuses=[StatusTold(_known(since), status) for since, status in period.legal_statuses],
        looked_after=[DaysTold(_known(one.begins), _day(one.ends)) for one in period.stretches],
        placements=list(map(_placement, period.placements)),
    )


def _placement(stay: Stay) -> PlacementTold:
    return PlacementTold(
        begins=_known(stay.begins),
        ends=_day(stay.ends),
        by_move=stay.by_move,
        reason_for_change=stay.reason_for_change,
        described=[_described(since, None, place) for since, place in stay.described],
        absences=[_described(one.begins, one.ends, one.described) for one in stay.absences],
    )


def _described(begins: int, ends: int | None, place: Described) -> DescribedTold:
    return DescribedTold(
        begins=_known(begins),
        ends=_day(ends),
        type=place.type,
        provider=place.provider,
        placement_id=place.placement_id,
        urn=place.urn,
        distance_miles=place.distance_miles,
        in_authority=place.in_authority,
        locality=place.locality,
    )


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


_known = date.fromordinal


def _said(held: Held, fact: Fact, stands: dict[FactKey, Fact]) -> Said:
    event = _event.decode(held.event)
    return Said(
        statement=held.statement.hex(),
        type=event.type,
        fact=event.fact,
        system=fact.system,
        recordedtime=event.recordedtime,
        receivedtime=_instant(held.received_at),
        partition=held.partition,
        offset=held.offset,
        standing=_standing(fact, stands[(fact.system, fact.key)]),
        data=event.data,
        statedby=event.statedby,
    )


def _standing(fact: Fact, winner: Fact) -> Standing:
    if fact.statement == winner.statement:
        return "standing"
    return "withdrawn" if winner.kind is Kind.WITHDRAWAL else "superseded"


def last_stated(stated: Iterable[tuple[str, bytes, bytes]]) -> dict[str, list[LastStated]]:
    """By child, the last of one system's statements of each fact, withdrawals too, from (child, statement, event)."""
    facts: dict[str, list[Fact]] = {}
    events: dict[tuple[str, bytes], bytes] = {}
    for child, statement, event in stated:
        facts.setdefault(child, []).append(fact_of(decode_event(event), statement))
        events[(child, statement)] = event
    return {
        child: [_last(fact, events[(child, fact.statement)]) for fact in standing(said).values()]
        for child, said in sorted(facts.items())
    }


def _last(fact: Fact, held: bytes) -> LastStated:
    event = _event.decode(held)
    return LastStated(event.fact, event.type, event.recordedtime, fact.statement.hex(), event.data)


def _instant(told: datetime) -> str:
    return told.astimezone(UTC).isoformat().replace("+00:00", "Z")
