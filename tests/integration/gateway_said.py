"""What is said to the gateway in its tests: figures, alerts, and the register's account of a child."""

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec

from holdfast.contracts import topics
from holdfast.contracts.alerts import Alert, Evidence
from holdfast.contracts.figures import Figure, MonthEnd, Rating, Reading, ReadTo
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import definitions
from holdfast.indicators.parts import FIGURES
from holdfast.runtime.kafka import producer

CHILD = "abcdefghijklmnopqrstuvwxyz"
RED_FROM_12 = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))


def month_ends(today: date, count: int) -> list[date]:
    """The last month ends before or on a day, oldest first."""
    found: list[date] = []
    day = today
    while len(found) < count:
        if (day + timedelta(days=1)).day == 1:
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def readings(indicator: str, numerator: int, denominator: int, rating: Rating | None = None) -> list[Reading]:
    """Readings as metrics says them: one on the day for a stock, three for a flow."""
    row = INDICATORS[indicator]
    if row.kind == "flow":
        return [
            Reading("month", numerator), Reading("year_to_date", numerator * 5), Reading("rolling_year", numerator * 12)
        ]  # fmt: skip
    return [Reading("on", numerator, None if row.denominator is None else denominator, rating)]


def figure(
    authority: str,
    indicator: str = "three_or_more_placements",
    breakdown: str = "all",
    *,
    numerator: int = 63,
    denominator: int = 522,
    rating: Rating | None = None,
    offset: int = 1,
    as_at: str = "2017-06-30T10:00:00Z",
    ends: int = 24,
    definitions: str = definitions(),
    topic: str = topics.EVENTS,
) -> Figure:
    """A figure whose month ends vary a little, so that a chart of them shows something."""
    today = date.fromisoformat(as_at[:10])
    past = [
        MonthEnd(on, readings(indicator, max(0, numerator + (number * 7) % 11 - 5), denominator + number % 5))
        for number, on in enumerate(month_ends(today, ends))
    ]
    return Figure(
        authority=authority,
        indicator=indicator,
        breakdown=breakdown,
        as_at=as_at,
        readings=readings(indicator, numerator, denominator, rating),
        month_ends=past,
        ahead=[MonthEnd(date(today.year + 1, 1, 31), readings(indicator, numerator, denominator))],
        definitions=definitions,
        read_to=ReadTo(topic, 0, offset),
    )


def every_figure(authority: str, *, as_at: str, offset: int = 1) -> list[Figure]:
    """Every indicator, whole and by cell."""
    return [
        figure(
            authority, indicator, cell, as_at=as_at, offset=offset,
            numerator=20 + number if cell == "all" else number % 7, denominator=200 if cell == "all" else 20 + number,
        )
        for indicator in INDICATORS
        for number, cell in enumerate(CELLS)
        if (indicator, cell) in FIGURES
    ]  # fmt: skip


def alert(authority: str, state: str = "raised", since: str = "2017-06-30T10:00:00Z") -> Alert:
    """An alert about three or more placements."""
    reading = Reading("on", 63, 522, "red")
    evidence = Evidence("three_or_more_placements", date(2017, 6, 30), reading, RED_FROM_12)
    raised: Any = state
    return Alert(authority, "three_or_more_placements.red", raised, since, evidence, definitions())


async def publish(kafka: str, topic: str, *said: Any) -> None:
    """Publish states (anything with a `key`), or raw (key, value) pairs, in order."""
    sender = producer(kafka)
    await sender.start()
    try:
        for state in said:
            key, value = state if isinstance(state, tuple) else (state.key, msgspec.json.encode(state))
            await sender.send(topic, value, key)
        await sender.flush()
    finally:
        await sender.stop()


def say(kafka: str, topic: str, *said: Any) -> None:
    """Publish from a test that isn't asynchronous."""
    asyncio.run(publish(kafka, topic, *said))


def journey_of(authority: str, child: str) -> dict[str, Any]:
    """A child's account in the form that the register tells it."""

    def described(kind: str, begins: str, ends: str | None = None, provider: str = "PR1") -> dict[str, Any]:
        return {
            "begins": begins, "ends": ends, "type": kind, "provider": provider, "placement_id": None, "urn": None,
            "distance_miles": 12.5, "in_authority": False, "locality": None,
        }  # fmt: skip

    def placed(kind: str, begins: str, ends: str | None, why: str | None, **more: Any) -> dict[str, Any]:
        first = {"begins": begins, "ends": ends, "by_move": why is not None, "reason_for_change": why}
        return first | {"described": [described(kind, begins)], "absences": []} | more

    def said(kind: str, fact: str, recorded: str, standing: str, **data: Any) -> dict[str, Any]:
        return {
            "statement": "0" * 32, "type": f"care.{kind}.v1", "fact": fact, "system": "liquidlogic", "partition": 0,
            "recordedtime": recorded, "receivedtime": recorded.replace("T10", "T11"), "offset": 5,
            "standing": standing, "data": data,
        }  # fmt: skip

    away = described("T3", "2015-08-01", "2015-08-12")
    return {
        "authority": authority,
        "child": child,
        "date_of_birth": "2006-05-03",
        "sex": "female",
        "periods": [
            {
                "begins": "2014-02-03", "ends": None, "begins_known": True, "category_of_need": "N1",
                "reason_ceased": None, "looked_after": [{"begins": "2014-02-03", "ends": None}],
                "legal_statuses": [
                    {"begins": "2014-02-03", "legal_status": "C1"}, {"begins": "2014-11-20", "legal_status": "C2"}
                ],
                "placements": [
                    placed("U6", "2014-02-03", "2014-06-10", None),
                    placed("U4", "2014-06-10", "2016-11-02", "CARPL", absences=[away]),
                    placed("K2", "2016-11-02", "2017-02-14", "CREQB"),
                    placed("U6", "2017-02-14", None, "CARPL"),
                ],
            }
        ],
        "missing": [{"kind": "M", "begins": "2016-12-04", "ends": "2016-12-09", "fact": "x"}],
        "findings": [
            {
                "code": "spurious-restart", "sentence": "A move went to the placement that the child was in already.",
                "mend": "Withdraw the move, or correct its placement.", "on": "2017-02-14", "fact": "x",
            }
        ],
        "statements": [
            said("admission", "a", "2014-02-04T10:00:00Z", "standing", on="2014-02-03", legal_status="C1",
                 category_of_need="N1", placement={"type": "U6", "provider": "PR1", "locality": "secret-hash"}),
            said("placement-move", "b", "2014-06-11T10:00:00Z", "superseded", on="2014-06-11",
                 reason_for_new_episode="P", placement={"type": "U4", "distance_miles": 12.5}),
            said("placement-move", "b", "2014-06-30T10:00:00Z", "standing", on="2014-06-10",
                 reason_for_new_episode="P", placement={"type": "U4", "distance_miles": 12.5}),
        ],
    }  # fmt: skip
