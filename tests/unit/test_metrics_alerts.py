"""Colours and alerts: rated by the target in force on the day, raised and cleared once, whatever is restarted."""

from datetime import date

import msgspec

from holdfast.contracts.alerts import Alert
from holdfast.contracts.figures import MonthEnd, Reading
from holdfast.contracts.targets import Bound, Target, Targets
from holdfast.indicators.reading import FigureReadings
from services.metrics.alerts import AlertBook
from services.metrics.targets import TargetBook

AUTHORITY = "E08000018"
INDICATOR = "three_or_more_placements"
TODAY = date(2024, 3, 4)


def targets(*aims: Target) -> TargetBook:
    book = TargetBook()
    said = Targets(AUTHORITY, INDICATOR, list(aims), "tests", "2024-01-01T00:00:00Z")
    book.note(said.key, msgspec.json.encode(said))
    return book


def aim(in_force_from: date, red_percent: int) -> Target:
    return Target(
        in_force_from, "low", green=Bound(5, 100, inclusive=True), red=Bound(red_percent, 100, inclusive=True)
    )


def figure(numerator: int, breakdown: str = "all") -> FigureReadings:
    ends = [
        MonthEnd(date(2023, 12, 31), [Reading("on", 12, 100)]),
        MonthEnd(date(2024, 2, 29), [Reading("on", 12, 100)]),
    ]
    return FigureReadings(INDICATOR, breakdown, [Reading("on", numerator, 100)], ends, [])


def test_each_reading_is_rated_by_the_target_in_force_on_its_day() -> None:
    book = targets(aim(date(2020, 1, 1), 10), aim(date(2024, 1, 1), 20))
    rated = book.rated(AUTHORITY, figure(15), TODAY)
    assert [reading.rating for reading in rated.readings] == ["amber"]
    assert [end.readings[0].rating for end in rated.month_ends] == ["red", "amber"]


def test_a_cell_has_no_colour_and_neither_has_an_indicator_without_a_target() -> None:
    book = targets(aim(date(2020, 1, 1), 10))
    assert book.rated(AUTHORITY, figure(15, "sex:female"), TODAY) == figure(15, "sex:female")
    assert book.rated("E08000016", figure(15), TODAY) == figure(15)


def test_a_value_that_is_withheld_has_no_colour_and_a_range_has_no_amber() -> None:
    within = Target(date(2020, 1, 1), "within", low=Bound(10, 100, True), high=Bound(20, 100, True))
    readings = [Reading("on", number, 100, unknown=unknown) for number, unknown in ((9, 0), (15, 5), (15, 6))]
    rated = targets(within).rated(AUTHORITY, FigureReadings(INDICATOR, "all", readings, [], []), TODAY)
    assert [reading.rating for reading in rated.readings] == ["red", "green", None]


def test_residents_are_no_target_and_a_target_may_be_taken_away() -> None:
    told: list[tuple[str, str]] = []
    book = TargetBook(lambda authority, indicator: told.append((authority, indicator)))
    book.note(f"{AUTHORITY}/residents".encode(), b'{"whatever": 1}')
    assert told == []
    book.note(f"{AUTHORITY}/{INDICATOR}".encode(), None)
    assert told == [(AUTHORITY, INDICATOR)]
    assert book.in_force(AUTHORITY, INDICATOR, TODAY) is None


def judged(book: AlertBook, aims: TargetBook, numerator: int, instant: str) -> Alert | None:
    rated = aims.rated(AUTHORITY, figure(numerator), TODAY)
    return book.judge(AUTHORITY, rated, aims.in_force(AUTHORITY, INDICATOR, TODAY), TODAY, instant)


def test_an_alert_is_raised_when_the_reading_turns_red_and_cleared_when_it_stops() -> None:
    book, aims = AlertBook(), targets(aim(date(2020, 1, 1), 12))
    assert judged(book, aims, 11, "t1") is None
    raised = judged(book, aims, 12, "t2")
    assert raised is not None and (raised.state, raised.since, raised.rule) == ("raised", "t2", f"{INDICATOR}.red")
    assert raised.evidence.reading == Reading("on", 12, 100, "red")
    assert judged(book, aims, 40, "t3") is None
    cleared = judged(book, aims, 11, "t4")
    assert cleared is not None and (cleared.state, cleared.since) == ("cleared", "t4")
    assert judged(book, aims, 3, "t5") is None


def test_what_was_raised_before_a_restart_is_not_raised_again() -> None:
    before, aims = AlertBook(), targets(aim(date(2020, 1, 1), 12))
    raised = judged(before, aims, 12, "t1")
    assert raised is not None
    after = AlertBook()
    after.note(raised.key, msgspec.json.encode(raised))
    assert judged(after, aims, 13, "t2") is None
    cleared = judged(after, aims, 1, "t3")
    assert cleared is not None and cleared.state == "cleared"


def test_an_alert_whose_target_is_taken_away_is_cleared_with_the_target_that_raised_it() -> None:
    book, aims = AlertBook(), targets(aim(date(2020, 1, 1), 12))
    raised = judged(book, aims, 12, "t1")
    aims.note(f"{AUTHORITY}/{INDICATOR}".encode(), None)
    cleared = judged(book, aims, 12, "t2")
    assert raised is not None and cleared is not None
    assert cleared.state == "cleared"
    assert cleared.evidence.target == raised.evidence.target
