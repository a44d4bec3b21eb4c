"""How settled recent months are, in the words and drawings of pages; and what a page does while nobody answers."""

import asyncio
from datetime import date, timedelta
from typing import Any, cast

import pytest

from holdfast.indicators.settledness import Came, Point, Settledness, settledness
from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.neighbours.register import Register
from services.gateway.settledness.settled import FRAME, Settled, about, curves_shown, months_settled, range_words
from services.gateway.templating import render

HERE, ON = "E08000018", date(2017, 7, 5)
ASKER = Principal("user:1", "person", "manager", HERE)


def told(late: dict[int, int]) -> Settledness:
    """Of each of six months so many facts, by how late they came."""
    days = [date(2016, month, 10) for month in range(7, 13)]
    rows = [Came("case", day, day + timedelta(days=each), number) for day in days for each, number in late.items()]
    return settledness(HERE, rows, {"case": date(2016, 1, 1), "quiet": date(2016, 1, 1)}, ON)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "about 0%"), (0.004, "under 1%"), (0.005, "about 1%"), (0.93, "about 93%"), (0.9949, "about 99%"),
     (0.995, "over 99%"), (0.9999, "over 99%"), (1.0, "about 100%")],
)  # fmt: skip
def test_a_share_is_in_whole_percents_and_not_quite_all_is_not_all(share: float, words: str) -> None:
    assert about(share) == words


def test_the_ends_of_a_range_are_rounded_outwards() -> None:
    assert range_words(Point(5, 0.93, 0.8849, 0.9601)) == "88–97%"
    assert range_words(Point(5, 0.57, 0.57, 0.58)) == "57–58%"


def test_the_last_month_is_told_in_a_sentence() -> None:
    [june, *_] = months_settled(told({1: 93, 40: 7}))
    assert june.sentence.startswith("June 2017: about 93% of what will be said has been (8")
    assert (june.days, june.to_come) == (5, "about 7%")
    assert months_settled(told({1: 2}))[0].sentence == ""
    assert months_settled(None) == []


def test_a_curve_stays_in_its_frame_and_a_source_with_too_little_has_none() -> None:
    whole, case, quiet = curves_shown(told({1: 50, 40: 50}))
    assert (whole.name, case.name, quiet.name) == ("All sources", "case", "quiet")
    assert quiet.chart is None
    assert case.chart is not None
    assert case.chart.line.startswith(f"M{float(FRAME.left)} {float(FRAME.plot_bottom)} L")
    assert case.chart.line.endswith(f"L{float(FRAME.plot_right)} {float(FRAME.top)}")
    assert case.chart.summary == (
        "case: about 0% of facts had come on the day, about 50% within five days and about 100% within 92."
    )
    assert [share for share, _ in case.cells] == ["0%", "50%", "50%", "50%", "100%", "100%"]


@pytest.mark.parametrize(("late", "words"), [({1: 50}, "about 100%"), ({1: 2}, "There is not enough to tell yet")])
def test_the_page_is_whole_with_enough_and_with_too_little(late: dict[int, int], words: str) -> None:
    found = told(late)
    values: dict[str, Any] = {"months": months_settled(found), "curves": curves_shown(found), "columns": (0, 92)}
    text = render(
        "settledness.html", principal=ASKER, path="/", demonstration=False, told=found,
        authority={"code": HERE, "name": "Rotherham"}, **values,
    )  # fmt: skip
    assert words in text
    assert "Not enough to tell" in text  # of the quiet source


class Away:
    """A register that answers only when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: Settledness | None = None

    async def settledness(self, asker: Principal, authority: str, on: date) -> Settledness:
        self.asked += 1
        if self.answers is None:
            raise Problem(503, "register-unavailable", "The register is not answering")
        return self.answers


def test_a_page_does_without_a_register_that_is_away_and_does_not_ask_it_each_time() -> None:
    register = Away()
    settled = Settled(cast(Register, register))
    assert asyncio.run(settled.of(ASKER, HERE, ON)) is None
    assert asyncio.run(settled.of(ASKER, HERE, ON)) is None
    assert register.asked == 1


def test_an_answer_is_kept_by_authority_and_day() -> None:
    register = Away()
    register.answers = told({1: 50})
    settled = Settled(cast(Register, register))
    assert asyncio.run(settled.of(ASKER, HERE, ON)) == register.answers
    assert asyncio.run(settled.of(ASKER, HERE, ON)) == register.answers
    assert register.asked == 1
    asyncio.run(settled.of(ASKER, HERE, ON + timedelta(days=1)))
    asyncio.run(settled.of(ASKER, "E08000016", ON))
    assert register.asked == 3
