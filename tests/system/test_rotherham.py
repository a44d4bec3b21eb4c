"""A borough like Rotherham of 2017: every printed number is the platform's, when it was printed and looked at later."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.system.platform import LONDON, Platform, Reader, eventually

AUTHORITY, ELSEWHERE = "E08000018", "E08000033"

# The panel's pack of 22 August 2017: numerators, denominators, admissions and discharges of each month.
MONTHS = {
    date(2017, 1, 31): {"long_term_stable": (94, 141), "three_or_more_placements": (61, 470), "flows": (9, 21)},
    date(2017, 2, 28): {"long_term_stable": (96, 144), "three_or_more_placements": (58, 483), "flows": (26, 14)},
    date(2017, 3, 31): {"long_term_stable": (96, 145), "three_or_more_placements": (58, 488), "flows": (23, 18)},
    date(2017, 4, 30): {"long_term_stable": (93, 145), "three_or_more_placements": (58, 501), "flows": (26, 11)},
    date(2017, 5, 31): {"long_term_stable": (93, 147), "three_or_more_placements": (64, 504), "flows": (14, 12)},
    date(2017, 6, 30): {"long_term_stable": (90, 145), "three_or_more_placements": (63, 522), "flows": (33, 16)},
}
Numbers = dict[str, tuple[int, int]]


# Of one test, and gone after it: a platform that waits beside another takes its share of the processor all the same.
@pytest.fixture
def rotherham(home: Path) -> Iterator[Platform]:
    """A platform on whose clock it is 1 January 2017, with that borough living in it."""
    running = Platform(home / "rotherham", "--boroughs", f"{AUTHORITY}:rotherham-2017")
    running.start()
    yield running
    running.stop()


def tenth_day_after(month_end: date) -> datetime:
    """When a month's figures were taken to be printed: the last second of the tenth day, in London, of the next."""
    return datetime.combine((month_end + timedelta(1)).replace(day=10), time(23, 59, 59), LONDON)


def numbers(reader: Reader, month_end: date, **asked: str) -> Numbers:
    """What the platform says of a month, in the form of MONTHS."""
    on = month_end.isoformat()
    read = {
        (row["indicator"], row.get("period")): (row["numerator"], row["denominator"])
        for row in reader.figures(on=on, **asked)
        if row["breakdown"] is None
    }
    if not read:
        return {}
    shares = {name: read[name, None] for name in ("long_term_stable", "three_or_more_placements")}
    return {**shares, "flows": (read["admissions", "month"][0], read["discharges", "month"][0])}


@pytest.mark.timeout(900)
def test_each_month_is_as_printed_on_the_tenth_day_of_the_next_and_read_as_known_then_for_ever(
    rotherham: Platform,
) -> None:
    reader = rotherham.reader(AUTHORITY)
    for month_end in MONTHS:
        stand_still_at(rotherham, tenth_day_after(month_end))
        eventually(f"the stream says of {month_end} what was printed", partial(is_as_printed, reader, month_end), 240)
    # What comes in late, until all of it has come, restates some of them; as they were known they stay.
    stand_still_at(rotherham, datetime(2017, 12, 1, tzinfo=LONDON))
    eventually("a month is restated", lambda: not all(is_as_printed(reader, month_end) for month_end in MONTHS), 120)
    print()
    for month_end, printed in MONTHS.items():
        known_at = tenth_day_after(month_end).isoformat()
        for clock in ("recorded", "received"):
            said_then = numbers(reader, month_end, known_at=known_at, clock=clock)
            print(f"{month_end}  printed {printed}\n{' ' * 12}platform {said_then}, {clock} by {known_at}")
            assert said_then == printed


def is_as_printed(reader: Reader, month_end: date, **asked: str) -> bool:
    """Whether the platform says of a month what was printed."""
    return numbers(reader, month_end, **asked) == MONTHS[month_end]


def stand_still_at(platform: Platform, instant: datetime) -> None:
    """Set the platform's clock."""
    platform.run("clock", "--set", instant.isoformat(), "--rate", "0", "--no-catch-up")


@pytest.mark.timeout(600)
def test_told_years_later_all_at_once_it_is_read_the_same_by_what_was_recorded_then(platform: Platform) -> None:
    token, reading = platform.home / "rotherham-token", platform.home / "rotherham-reader"
    token.write_text(platform.run("token", "create", "--authority", ELSEWHERE, "--system", "borough"))
    reading.write_text(platform.run("token", "create", "--reader", "--authority", ELSEWHERE, "--role", "analyst"))
    like = ["--like", "rotherham-2017", "--authority", ELSEWHERE, "--until", "2017-12-31"]
    said = platform.run("simulate", *like, "--url", platform.url("intake"), "--token-file", str(token))
    assert "All is told" in said and "rejected" not in said
    reader = Reader(platform.url("gateway"), reading.read_text(), ELSEWHERE)
    for month_end in MONTHS:
        as_known = partial(is_as_printed, reader, month_end, known_at=tenth_day_after(month_end).isoformat())
        eventually(f"the register says of {month_end} what was printed", as_known)
    table = platform.run("printed", "rotherham-2017", "--authority", ELSEWHERE, "--token-file", str(reading))
    print(f"\n{table}")
    assert "All 42 numbers are equal." in table
    assert sum(" = " in line for line in table.splitlines()) == 27
