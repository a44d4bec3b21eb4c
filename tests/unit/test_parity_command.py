"""What `holdfast parity` prints: which sides agree, and what all of them say of each integer that differs."""

from datetime import date

from holdfast.cli.parity import Found, lines_of
from holdfast.cli.parity_sides import Stream
from holdfast.indicators.agreement import Difference
from tests.integration.gateway_said import figure

CELL = ("looked_after", "all")
DAY = date(2017, 6, 30)
STREAM = Stream(DAY, 3, "1", {CELL: figure("E08000018", "looked_after", offset=1_234)}, {CELL: 77})


def found(**differing: list[Difference]) -> Found:
    pairs: dict[tuple[str, str], list[Difference]] = {
        ("stream", "register"): [],
        ("stream", "offline"): [],
        ("register", "offline"): [],
    } | {(name.split("_")[0], name.split("_")[1]): found for name, found in differing.items()}
    return Found(STREAM, 865, 37, {pair: {CELL: some} if some else {} for pair, some in pairs.items()})


def difference(first: int | None, second: int | None) -> Difference:
    return Difference(*CELL, DAY, "on", "numerator", first, second)


def test_what_agrees_is_said_of_each_two_sides_with_the_offset_and_the_day() -> None:
    lines = list(lines_of("E08000018", found()))
    assert lines[0].startswith("E08000018 on 30/06/2017, by the events read to offset 1,234 of partition 3")
    assert lines[1] == "Compared: every integer of 865 cells on 37 days"
    assert [line.split() for line in lines[3:]] == [
        ["stream", "register", "agree"], ["stream", "offline", "agree"], ["register", "offline", "agree"]
    ]  # fmt: skip


def test_an_integer_that_differs_is_one_line_with_what_every_side_says() -> None:
    lines = list(
        lines_of("E08000018", found(stream_register=[difference(12, 11)], register_offline=[difference(11, 12)]))
    )
    assert lines[3].split() == ["stream", "register", "1", "integers", "of", "1", "cells", "differ"]
    assert lines[4].split() == ["stream", "offline", "agree"]
    assert lines[-1].endswith("(looked_after), all, 2017-06-30, on, numerator: stream 12, register 11, offline 12")


def test_a_side_without_the_integer_says_none() -> None:
    lines = list(lines_of("E08000018", found(stream_offline=[difference(None, 4)])))
    assert lines[-1].endswith("stream none, offline 4")
