"""Figures in memory: which record wins, in what order they are sent on, and what they answer."""

from datetime import date

import msgspec
import pytest
from aiokafka import ConsumerRecord

from holdfast.contracts.figures import Figure, MonthEnd, Reading, ReadTo, Row
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import INDICATORS
from services.gateway.alerts.held import Alerts
from services.gateway.figures.held import Figures
from services.gateway.figures.live import _Subscriber
from services.gateway.figures.memory import from_memory

AUTHORITY = "E08000018"
MAY, JUNE, NEXT = date(2017, 5, 31), date(2017, 6, 30), date(2017, 7, 31)


def said(
    offset: int,
    numerator: int = 1,
    *,
    indicator: str = "missing_now",
    breakdown: str = "all",
    read_to: int = 10,
    as_at: str = "2017-06-15T10:00:00Z",
    definitions: str = "1",
    topic: str = "care.events",
    suffix: str = "",
) -> ConsumerRecord:
    """One record of care.indicators."""
    readings = [Reading("on", numerator, 100)]
    figure = Figure(
        authority=AUTHORITY, indicator=indicator, breakdown=breakdown, as_at=as_at, readings=readings,
        month_ends=[MonthEnd(MAY, [Reading("on", 5, 90)])], ahead=[MonthEnd(JUNE, [Reading("on", 6, 91)])],
        definitions=definitions, read_to=ReadTo(topic, 0, read_to),
    )  # fmt: skip
    return record(figure.key + suffix.encode(), msgspec.json.encode(figure), offset)


def record(key: bytes, value: bytes | None, offset: int) -> ConsumerRecord:
    return ConsumerRecord(
        topic="care.indicators", partition=0, offset=offset, timestamp=0, timestamp_type=0, key=key, value=value,
        checksum=None, serialized_key_size=len(key), serialized_value_size=len(value or b""), headers=(),
    )  # fmt: skip


def held(figures: Figures) -> int:
    return figures.of(AUTHORITY).held["missing_now", "all"].figure().readings[0].numerator


@pytest.mark.parametrize(
    ("later", "wins"),
    [
        (said(2, 9, read_to=11), True),
        (said(2, 9, read_to=9), False),
        (said(2, 9, read_to=9, as_at="2017-06-15T12:00:00Z"), False),
        (said(2, 9, as_at="2017-06-15T10:00:00.5Z"), True),
        (said(2, 9, as_at="2017-06-15T09:59:59.999999Z"), False),
        (said(2, 9, read_to=1, definitions="2"), True),
        (said(2, 9, read_to=1, topic="care.events.anew"), True),
        (said(2, 9, as_at="2017-06-15T12:00:00+01:00"), True),
    ],
)
def test_a_late_word_of_an_old_worker_does_not_undo_a_newer_one(later: ConsumerRecord, wins: bool) -> None:
    figures = Figures()
    figures.take([said(1, 1), later])
    assert held(figures) == (9 if wins else 1)


def test_reading_the_topic_again_changes_nothing() -> None:
    figures, records = Figures(), [said(1, 1), said(2, 2, read_to=11), said(3, 3, indicator="admissions")]
    figures.take(records)
    before = [(one.offset, one.raw) for one in figures.of(AUTHORITY).held.values()]
    figures.take(records)
    assert [(one.offset, one.raw) for one in figures.of(AUTHORITY).held.values()] == before


def test_what_is_said_daily_for_masked_roles_and_tombstones_are_not_held() -> None:
    figures = Figures()
    figures.take([said(1, suffix="/daily")])
    assert figures.counts() == {"authorities": 0, "figures": 0}
    assert figures.next_offset == 2
    figures.take([said(2), record(b"E08000018/missing_now/all", None, 3)])
    assert figures.counts()["figures"] == 0


def test_another_making_of_the_topic_empties_what_was_held_and_the_same_does_not() -> None:
    figures = Figures()
    figures.start_anew("a")
    figures.take([said(1)])
    figures.start_anew("a")
    assert figures.counts()["figures"] == 1
    figures.start_anew("b")
    assert figures.counts()["figures"] == 0


def every(offset: int = 0, *, breakdowns: bool) -> list[ConsumerRecord]:
    cells = CELLS if breakdowns else CELLS[:1]
    names = [(indicator, cell) for indicator in INDICATORS for cell in cells]
    return [said(offset + at, at, indicator=name, breakdown=cell) for at, (name, cell) in enumerate(names)]


def test_today_and_month_ends_are_answered_from_memory_and_other_days_are_not() -> None:
    figures = Figures()
    figures.take(every(breakdowns=False))
    answer = from_memory(figures, AUTHORITY, date(2017, 6, 15), breakdowns=False)
    rows = msgspec.json.decode(answer or b"", type=list[Row])
    assert [row.indicator for row in rows] == list(INDICATORS)
    assert {(row.date, row.denominator) for row in rows} == {(date(2017, 6, 15), 100)}
    for day, numerator in ((MAY, 5), (JUNE, 6)):
        rows = msgspec.json.decode(from_memory(figures, AUTHORITY, day, breakdowns=False) or b"", type=list[Row])
        assert {(row.date, row.numerator) for row in rows} == {(day, numerator)}
    assert from_memory(figures, AUTHORITY, date(2017, 6, 14), breakdowns=False) is None
    assert from_memory(figures, AUTHORITY, NEXT, breakdowns=False) is None
    assert from_memory(figures, AUTHORITY, MAY, breakdowns=True) is None
    assert from_memory(figures, "E08000016", MAY, breakdowns=False) is None


def test_a_month_end_is_answered_anew_once_a_figure_was_said_anew() -> None:
    figures = Figures()
    figures.take(every(breakdowns=False))
    assert from_memory(figures, AUTHORITY, MAY, breakdowns=False)
    changed = msgspec.structs.replace(
        figures.of(AUTHORITY).held["missing_now", "all"].figure(),
        month_ends=[MonthEnd(MAY, [Reading("on", 50, 90)])],
        read_to=ReadTo("care.events", 0, 99),
    )
    figures.take([record(changed.key, msgspec.json.encode(changed), 100)])
    rows = msgspec.json.decode(from_memory(figures, AUTHORITY, MAY, breakdowns=False) or b"", type=list[Row])
    assert 50 in {row.numerator for row in rows}


def subscriber(figures: Figures, last: str = "") -> _Subscriber:
    made = _Subscriber(figures, Alerts(), AUTHORITY, None)
    made.resume(last)
    return made


def ids(chunk: bytes) -> list[str]:
    return [line.removeprefix("id: ") for line in chunk.decode().splitlines() if line.startswith("id: ")]


def filled() -> Figures:
    figures = Figures()
    figures.start_anew("gen")
    figures.take([said(at, at, indicator=name) for at, name in enumerate(INDICATORS)])
    return figures


def test_a_new_subscriber_gets_every_figure_and_one_that_comes_back_what_is_newer() -> None:
    figures = filled()
    assert ids(subscriber(figures).next_chunk()) == [f"gen-{at}" for at in range(len(INDICATORS))]
    last = len(INDICATORS) - 1
    assert ids(subscriber(figures, f"gen-{last - 2}").next_chunk()) == [f"gen-{last - 1}", f"gen-{last}"]
    assert ids(subscriber(figures, f"gen-{last}").next_chunk()) == []


@pytest.mark.parametrize("last", ["other-5", "gen-99", "gen-", "gen", "gen--1", "gen-1e3", "gen-٣", "gen-" + "9" * 40])
def test_an_id_that_is_not_known_sends_everything_again(last: str) -> None:
    assert len(ids(subscriber(filled(), last).next_chunk())) == len(INDICATORS)


def test_a_slow_subscriber_gets_the_latest_of_each_figure_and_nothing_in_between() -> None:
    figures = filled()
    slow = subscriber(figures)
    slow.next_chunk()
    for at in range(100, 400):
        figures.take([said(at, at, read_to=at, indicator=["missing_now", "admissions"][at % 2])])
    chunk = slow.next_chunk()
    assert ids(chunk) == ["gen-398", "gen-399"]
    assert slow.next_chunk() == b""


def test_what_changes_while_a_long_backlog_is_sent_is_sent_after_it_and_nothing_is_lost() -> None:
    figures = Figures()
    figures.start_anew("gen")
    records = every(breakdowns=True)
    figures.take(records)
    reader, seen = subscriber(figures), []
    first = reader.next_chunk()
    figures.take([said(5000, 7, read_to=99, indicator="looked_after")])
    chunk = first
    while chunk:
        seen += ids(chunk)
        chunk = reader.next_chunk()
    assert len(seen) >= len(records)
    assert seen[-1] == "gen-5000"
    assert len({*seen}) == len(seen)


def test_rows_are_encoded_once_however_many_subscribe() -> None:
    figures = filled()
    one = figures.of(AUTHORITY).held["missing_now", "all"]
    assert one.rows() is one.rows()
