"""The feeds without a server: which month ends, what is on a line, types of columns, room, and the page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from holdfast.contracts.authorities import authorities
from holdfast.contracts.figures import Breakdown, Row
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.calendar import month_ends_between
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.memberships import memberships
from holdfast.indicators.steps import fold
from holdfast.runtime.http import Problem
from services.gateway.domain import Principal
from services.gateway.feeds.asked import month_ends_asked
from services.gateway.feeds.columns import CHILDREN, FIGURES, Column
from services.gateway.feeds.lines import Made, child_lines, decimal, encoded, figure_line, head
from services.gateway.feeds.sent import Places, Sent, tag_of
from services.gateway.templating import render
from tests.factories import facts, pseudonym
from tests.histories import history

HERE, TODAY, END = "E08000018", date(2017, 7, 5), date(2017, 6, 30)
LOW = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
MADE = Made(HERE, "Rotherham", {"three_or_more_placements": [LOW]}, "1", "2017-07-05T10:00:00Z")


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def row(numerator: int, denominator: int | None, indicator: str = "three_or_more_placements", **more: Any) -> Row:
    given: dict[str, Any] = {"breakdown": None} | more
    return Row(indicator=indicator, date=END, numerator=numerator, denominator=denominator, **given)


def line(figure: Row) -> dict[str, Any]:
    return dict(zip([column.name for column in FIGURES], figure_line(figure, MADE), strict=True))


@pytest.mark.parametrize(
    ("since", "until", "first", "last", "many"),
    [
        (None, None, "2015-07-31", "2017-06-30", 24),
        (None, "2016-06-30", "2014-07-31", "2016-06-30", 24),
        ("2017-01-01", None, "2017-01-31", "2017-06-30", 6),
        ("2017-06-30", "2017-06-30", "2017-06-30", "2017-06-30", 1),
        ("2017-05-01", "2030-01-01", "2017-05-31", "2017-06-30", 2),
    ],
)
def test_a_feed_has_the_last_24_month_ends_or_those_named_and_none_to_come(
    since: str | None, until: str | None, first: str, last: str, many: int
) -> None:
    ends = month_ends_asked(day(since), day(until), TODAY, 24)
    assert (str(ends[0]), str(ends[-1]), len(ends)) == (first, last, many)


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        ("2015-01-01", None, "too-many-month-ends"),
        ("2017-07-01", "2017-07-20", "no-month-end"),
        ("2017-06-30", "2017-01-01", "no-month-end"),
        ("1979-12-31", "1980-02-01", "no-such-day"),
        (None, "1979-12-31", "no-such-day"),
    ],
)
def test_month_ends_that_cannot_be_told_are_refused(since: str | None, until: str | None, code: str) -> None:
    with pytest.raises(Problem) as refused:
        month_ends_asked(day(since), day(until), TODAY, 24)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_share_is_a_percentage_with_its_rating_and_a_cell_of_it_has_none() -> None:
    whole = line(row(63, 522))
    assert (whole["measure"], whole["figure"], whole["symbol"], whole["rating"]) == (
        "percentage",
        "12.069",
        None,
        "red",
    )
    assert (whole["dimension"], whole["value"], whole["breakdown"]) == (None, None, None)
    cell = line(row(63, 522, breakdown=Breakdown("age_band", "5_to_9")))
    assert (cell["dimension"], cell["value"], cell["breakdown"]) == ("age_band", "5_to_9", "Age: 5 to 9")
    assert cell["rating"] is None


def test_what_has_no_figure_says_why() -> None:
    assert [line(row(0, 0))[name] for name in ("figure", "symbol", "rating")] == [None, "z", None]
    assert [line(row(5, 100, unknown=6))[name] for name in ("figure", "symbol", "rating")] == [None, "x", None]
    assert [line(row(5, 100, unknown=5))[name] for name in ("figure", "symbol", "unknown")] == ["5", None, 5]


def test_a_count_and_a_rate_are_told_apart() -> None:
    count = line(row(1204, None, "admissions", period="rolling_year"))
    assert (count["measure"], count["figure"], count["period"], count["denominator"]) == (
        "count", "1204", "rolling_year", None
    )  # fmt: skip
    rate = line(row(522, 57_000, "looked_after_rate", mid_year=2016))
    assert (rate["measure"], rate["figure"], rate["mid_year"], rate["period"]) == ("rate", "91.5789", 2016, "on")


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("1204", "1204"), ("100/3", "33.3333"), ("200/3", "66.6667"), ("1/20000", "0.0001"), ("25/2", "12.5")],
)
def test_decimals_are_rounded_half_up_without_needless_noughts(number: str, text: str) -> None:
    assert decimal(Fraction(number)) == text


def is_of(column: Column, cell: Any) -> bool:
    """Whether a cell is of the type of its column, as a reader of text would find it; empty only where it may be."""
    text = "" if cell is None else str(cell)
    if not text:
        return bool(column.empty)
    match column.type:
        case "whole number":
            return text.isdigit()
        case "decimal number":
            return float(text) >= 0
        case "date":
            return date.fromisoformat(text).isoformat() == text
        case "instant":
            return datetime.fromisoformat(text).tzinfo is not None
    return True


def lines_of_children() -> list[tuple[Any, ...]]:
    ends = month_ends_between(date(2012, 1, 1).toordinal(), date(2019, 1, 1).toordinal())
    found: list[tuple[Any, ...]] = []
    for seed in range(30):
        rows = memberships(fold(facts(*history(seed))), ends)
        found += child_lines(HERE, pseudonym(str(seed)), rows, "1")
    return found


def lines_of_figures() -> list[tuple[Any, ...]]:
    return [
        figure_line(row(numerator, denominator, code, breakdown=cell, period=period), MADE)
        for code in INDICATORS
        for cell in (None, *BREAKDOWNS)
        for period in (msgspec.UNSET, "month")
        for numerator, denominator in ((3, 7), (0, 0), (12, None))
    ]


def test_every_cell_is_of_its_columns_type_and_none_can_be_taken_for_a_formula() -> None:
    for columns, lines in ((FIGURES, lines_of_figures()), (CHILDREN, lines_of_children())):
        assert lines
        for cells in lines:
            for column, cell in zip(columns, cells, strict=True):
                assert is_of(column, cell), (column.name, cell)
                assert not str(cell or "").startswith(("=", "+", "-", "@", "\t", "\r")), (column.name, cell)
    assert not any(each.name.startswith(("=", "+", "-", "@")) for each in authorities().values())


def test_names_of_columns_are_said_once_and_first() -> None:
    assert head(FIGURES).decode().startswith("authority,authority_name,indicator,title,")
    for columns in (FIGURES, CHILDREN):
        names = [column.name for column in columns]
        assert len({*names}) == len(names)
    assert encoded([("a,b", None, 'say "x"', 3)]) == b'"a,b",,"say ""x""",3\r\n'


def test_the_page_names_every_column() -> None:
    text = render(
        "feeds.html", principal=Principal("user:1", "person", "manager", HERE), path="/", demonstration=False,
        authority={"code": HERE, "name": "Rotherham"}, address="https://holdfast.example/feeds", usual=24,
        most=(60, 24), tables=[("figures.csv", FIGURES), ("children.csv", CHILDREN)],
    )  # fmt: skip
    for column in (*FIGURES, *CHILDREN):
        assert f'data-column="{column.name}"' in text
    assert "<code>looked_after_rate</code>" in text
    assert "`" not in text


# --- On its way -------------------------------------------------------------------------------------------------------


def test_there_is_room_for_so_many_feeds_and_a_place_is_free_again_when_one_has_gone_out() -> None:
    places = Places(1)
    with places.room(), pytest.raises(Problem) as refused, places.room():
        pass
    assert (refused.value.status, refused.value.code, refused.value.headers["Retry-After"]) == (
        503, "too-many-feeds", "30"
    )  # fmt: skip
    assert places.open == 0


async def _whole() -> AsyncIterator[bytes]:
    yield b"a\r\n"
    yield b"1\r\n"


async def _broken() -> AsyncIterator[bytes]:
    yield b"a\r\n"
    raise Problem(503, "register-unavailable", "The register is not answering")


def sent(parts: AsyncIterator[bytes], places: Places) -> list[dict[str, Any]]:
    """What goes out of a feed, message by message."""
    messages: list[dict[str, Any]] = []

    async def go() -> None:
        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            return {}

        async def send(message: Any) -> None:
            messages.append(message)

        with ExitStack() as place:
            place.enter_context(places.room())
            response = Sent(parts, tag_of([b"a"]), "a.csv", place.pop_all())
        assert places.open == 1
        await response({"type": "http", "method": "GET", "headers": []}, receive, send)

    asyncio.run(go())
    return messages


def test_a_feed_goes_out_in_parts_and_ends() -> None:
    places = Places(1)
    start, *parts = sent(_whole(), places)
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"text/csv; charset=utf-8; header=present"
    assert headers[b"content-disposition"] == b'attachment; filename="a.csv"'
    assert [part["body"] for part in parts] == [b"a\r\n", b"1\r\n", b""]
    assert not parts[-1]["more_body"]
    assert places.open == 0


def test_a_feed_that_fails_on_its_way_has_no_end() -> None:
    places = Places(1)
    _, *parts = sent(_broken(), places)
    assert [part["more_body"] for part in parts] == [True]
    assert places.open == 0


def test_an_etag_is_another_one_where_anything_is_and_wherever_parts_begin() -> None:
    assert tag_of([b"a", b"b"]) == tag_of([b"a", b"b"])
    assert len({tag_of([b"a", b"b"]), tag_of([b"ab"]), tag_of([b"b", b"a"]), tag_of([])}) == 4
