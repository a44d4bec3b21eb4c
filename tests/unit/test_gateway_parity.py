"""How the standing check takes an authority's figures as one whole, and how it is worded where they stand."""

import time
from datetime import date
from typing import Any, cast

import pytest

from holdfast.indicators.agreement import Difference
from holdfast.runtime.clock import Clock
from services.gateway.figures.held import Figures
from services.gateway.neighbours.register import Register
from services.gateway.parity.check import LONGEST_REST_SECONDS, UNCHANGED_ROUNDS, Agreement, Parity, taken_of
from services.gateway.parity.words import in_words, is_well
from tests.unit.test_gateway_figures import AUTHORITY, said

AT = "2017-06-14T13:02:00Z"
DIFFERENCE = Difference("looked_after", "all", date(2017, 6, 14), "on", "numerator", 41_235, 41_236)


def held(*records: tuple[str, str, str]) -> Figures:
    figures = Figures()
    figures.take(
        [
            said(number, indicator=indicator, as_at=as_at, definitions=version, read_to=10 + number)
            for number, (indicator, as_at, version) in enumerate(records)
        ]
    )
    return figures


def test_figures_of_one_day_and_one_version_are_a_whole_wherever_each_was_read_to() -> None:
    taken = taken_of(held(("missing_now", AT, "1"), ("looked_after", AT, "1")).of(AUTHORITY).held)
    assert taken is not None
    assert (taken.on, taken.definitions) == (date(2017, 6, 14), "1")
    assert taken.read_to == {("missing_now", "all"): 10, ("looked_after", "all"): 11}
    assert taken.said_in == {("missing_now", "all"): 0, ("looked_after", "all"): 1}


def test_between_two_days_or_two_versions_there_is_no_whole() -> None:
    assert taken_of({}) is None
    # Ten at night in UTC is eleven in London; an hour later it is the next day there.
    days = held(("missing_now", "2017-06-14T22:00:00Z", "1"), ("looked_after", "2017-06-14T23:00:00Z", "1"))
    assert taken_of(days.of(AUTHORITY).held) is None
    assert taken_of(held(("missing_now", AT, "1"), ("looked_after", AT, "2")).of(AUTHORITY).held) is None


def test_it_is_said_when_the_two_agreed_and_where_they_do_not_without_an_integer() -> None:
    agreed = Agreement("agreed", AT, AT)
    assert in_words(agreed) == "Stream and register agreed at 14:02:00 on 14 June 2017"
    differing = Agreement(
        "disagrees", AT, AT, cells={"looked_after": 1, "missing_now": 2}, differences=(DIFFERENCE,), read_to=77
    )
    text = in_words(differing)
    assert text.startswith("Stream and register differ in 3 cells of ") and text.endswith("on 14 June 2017")
    assert "41" not in text and "77" not in text
    assert (is_well(agreed), is_well(differing)) == (True, False)


def test_what_could_not_be_compared_says_why_and_is_no_disagreement() -> None:
    behind = Agreement("behind", AT, AT)
    assert in_words(behind).startswith("Stream and register not compared: the register has not read as far")
    assert is_well(behind)
    assert in_words(Agreement("unanswered", AT)).endswith("did not answer; not agreed yet")
    assert not is_well(Agreement("unanswered", AT)) and not is_well(Agreement("other-definitions", AT))


def test_a_difference_stays_until_a_look_that_compares_finds_none() -> None:
    away = Agreement("unanswered", AT, None, cells={"looked_after": 1}, differences=(DIFFERENCE,))
    assert "differ in 1 cell of" in in_words(away) and not is_well(away)


def test_only_figures_that_are_held_are_looked_at() -> None:
    figures = Figures()
    figures.of("E08000016")
    assert figures.authorities() == []
    assert held(("missing_now", AT, "1")).authorities() == [AUTHORITY]


class Echo:
    """A register that holds what the stream says, or does not."""

    def __init__(self, figures: Figures) -> None:
        self.figures, self.version = figures, "1"

    async def figures_as_read(self, authority: str, *_: Any) -> tuple[list[Any], str]:
        return [one.figure() for one in self.figures.of(authority).held.values()], self.version


async def test_who_agreed_and_of_whom_nothing_was_said_since_rests_for_some_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures = held(("missing_now", AT, "1"), ("looked_after", AT, "1"))
    register = Echo(figures)
    check = Parity(figures, cast(Register, register), Clock(), 60)
    assert check.is_due(AUTHORITY)

    await check.look(AUTHORITY)
    agreement = check.of(AUTHORITY)
    assert agreement is not None and agreement.state == "agreed"
    assert not check.is_due(AUTHORITY)

    now = time.monotonic()
    with monkeypatch.context() as later:
        later.setattr("services.gateway.parity.check.time.monotonic", lambda: now + 60 * UNCHANGED_ROUNDS)
        assert check.is_due(AUTHORITY)

    figures.take([said(2, indicator="looked_after", as_at=AT, definitions="1", read_to=12)])
    assert check.is_due(AUTHORITY)
    register.version = "2"
    await check.look(AUTHORITY)
    assert check.is_due(AUTHORITY)


async def test_who_agreed_rests_no_longer_than_a_quarter_of_an_hour_however_slow_the_rounds_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures = held(("missing_now", AT, "1"))
    seldom = Parity(figures, cast(Register, Echo(figures)), Clock(), 3600)
    before = time.monotonic()
    await seldom.look(AUTHORITY)
    after = time.monotonic()
    assert LONGEST_REST_SECONDS < UNCHANGED_ROUNDS * 3600

    def is_due(seconds: float) -> bool:
        with monkeypatch.context() as later:
            later.setattr("services.gateway.parity.check.time.monotonic", lambda: seconds)
            return seldom.is_due(AUTHORITY)

    assert not is_due(before + LONGEST_REST_SECONDS - 1)
    assert is_due(after + LONGEST_REST_SECONDS)
