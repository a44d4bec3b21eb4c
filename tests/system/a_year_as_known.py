"""A borough lives on the running platform; what the stream published then is read as known then, and for ever.

Then nothing more is told and the clock alone moves on for a year: what was told to lie ahead comes true. `make year`
runs it, about an hour long; HOLDFAST_TEST_MONTHS=2 has two months lived, and fewer crossings looked at.
"""

import os
import signal
import subprocess
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from tests.system.keeping import Cell, Keeper, Numbers, Quiet
from tests.system.platform import COMMAND, LONDON, Platform, Reader, Row, eventually

AUTHORITY = "E08000015"
BEGINS = datetime(2023, 12, 28, 6, tzinfo=UTC)
MONTHS = int(os.environ.get("HOLDFAST_TEST_MONTHS") or 12)
CHILDREN = 40 if MONTHS > 2 else 30
LATER_INSTANTS = 10
# Days of a figure's crossings whose receipts are read, of up to a year of them, drawn at random.
CROSSING_DAYS = 6 if MONTHS > 2 else 2
# Between its month ends a shorter run leaves days out: the clock is set on, and the borough tells all at once.
DAYS_OF_A_MONTH = None if MONTHS > 2 else 3
# A day is to last so many times as long as the stream takes to say all figures, or it would leave days out.
SAYINGS_A_DAY = 1.5

pytestmark = pytest.mark.timeout(7200 if MONTHS > 2 else 1200)


class Lived(msgspec.Struct, frozen=True):
    """A platform on which a borough has lived, and all that its stream said meanwhile."""

    platform: Platform
    reader: Reader
    keeper: Keeper


def month_end(months: int) -> date:
    """The month end so many months after the first that is lived through."""
    year, month = divmod(BEGINS.year * 12 + BEGINS.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


MONTH_ENDS = [month_end(months) for months in range(MONTHS)]


@pytest.fixture(scope="module")
def lived(home: Path) -> Iterator[Lived]:
    """Years of history at once, then month after month as the clock runs, until ten later days of each are known."""
    running = Platform(home / "year", "--without-demonstration", HOLDFAST_MONTH_ENDS=str(MONTHS + 2))
    running.home.mkdir()
    clock(running, "--set", BEGINS.isoformat(), "--rate", "0")
    running.start()
    keeper = Keeper(f"127.0.0.1:{running.port['KAFKA']}", AUTHORITY)
    borough = begin_borough(running)
    try:
        tell_history(running, borough)
        live_through(running, keeper)
        borough.send_signal(signal.SIGTERM)
        borough.wait(30)
        yield Lived(running, running.reader(AUTHORITY), keeper)
    finally:
        borough.kill()
        keeper.stop()
        running.stop()


def clock(platform: Platform, *how: str) -> None:
    platform.run("clock", *how, "--no-catch-up")


def begin_borough(platform: Platform) -> "subprocess.Popen[bytes]":
    """A borough that lives on with the clock until it is told to stop."""
    token = platform.home / "borough-token"
    token.write_text(platform.run("token", "create", "--authority", AUTHORITY, "--system", "borough"))
    which = ["--authority", AUTHORITY, "--children", str(CHILDREN), "--seed", "4", "--begin", "2021-04-01"]
    how = ["--url", platform.url("intake"), "--token-file", str(token)]
    with (platform.home / "borough.log").open("wb") as log:
        return subprocess.Popen(
            [COMMAND, "simulate", *which, *how], env=platform.environment, cwd=platform.home, stdout=log, stderr=log
        )


def tell_history(platform: Platform, borough: "subprocess.Popen[bytes]") -> None:
    """Until the borough has told what lies before the clock's beginning."""
    told = platform.home / "boroughs" / f"{AUTHORITY}.json"

    def posted_to() -> str:
        assert borough.poll() is None, (platform.home / "borough.log").read_text()
        return str(msgspec.json.decode(told.read_bytes()).get("posted_to") or "") if told.exists() else ""

    eventually("history is told", lambda: posted_to() >= (BEGINS - timedelta(days=10)).isoformat(), 240)


def live_through(platform: Platform, keeper: Keeper) -> None:
    """The clock runs until the stream has been quiet on ten days after the last month end, then stands still."""
    rate = str(86_400 / seconds_a_day(platform, keeper))
    clock(platform, "--rate", rate)
    for day, following in pairwise(MONTH_ENDS if DAYS_OF_A_MONTH else ()):
        until_known(keeper, day, DAYS_OF_A_MONTH or 0)
        clock(platform, "--set", noon(following - timedelta(days=1)).isoformat(), "--rate", rate)
    until_known(keeper, MONTH_ENDS[-1], LATER_INSTANTS)
    clock(platform, "--rate", "0")


def until_known(keeper: Keeper, day: date, days: int) -> None:
    """Until the stream has been quiet on so many days after one."""
    eventually(f"{days} days after {day}", lambda: len(days_after(keeper.check().quiet(), day)) >= days, 3600)


def seconds_a_day(platform: Platform, keeper: Keeper) -> float:
    """How long a day is to last on this machine, as busy as it is: measured at the first midnight."""
    next_day = BEGINS.date() + timedelta(days=1)
    began = datetime.now(UTC)
    clock(platform, "--set", noon(next_day).isoformat(), "--rate", "0")
    eventually("the next day is said", lambda: keeper.says_of(next_day), 120)
    return max(1.0, SAYINGS_A_DAY * (datetime.now(UTC) - began).total_seconds())


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LONDON)


def days_after(quiet: list[Quiet], day: date) -> dict[date, Quiet]:
    """The last quiet instant of each day after one."""
    on = {instant.at.astimezone(LONDON).date(): instant for instant in quiet}
    return {each: instant for each, instant in sorted(on.items()) if each > day}


# --- As known -------------------------------------------------------------------------------------------------------


def test_a_month_end_as_known_at_ten_later_instants_is_what_the_stream_had_published(lived: Lived) -> None:
    quiet, asked, compared = lived.keeper.quiet(), dict[Quiet, list[date]](), 0
    for day in MONTH_ENDS:
        after = list(days_after(quiet, day).values())
        assert len(after) >= LATER_INSTANTS
        # The first and the last of all, and between them evenly.
        for number in range(LATER_INSTANTS):
            instant = after[number * (len(after) - 1) // (LATER_INSTANTS - 1)]
            asked.setdefault(instant, []).append(day)
    restated = Counter[date]()
    for instant, days in sorted(asked.items(), key=lambda each: each[0].at):
        published = lived.keeper.published(instant.at)
        for day in days:
            wanted = {cell: said.month_ends[day.isoformat()] for cell, said in published.items()}
            assert numbers(by_instant(lived, day, instant)) == wanted, (day, instant)
            assert numbers(by_offset(lived, day, instant)) == wanted, (day, instant)
            final = {cell: said.month_ends[day.isoformat()] for cell, said in lived.keeper.latest.items()}
            restated[day] += wanted != final
            compared += sum(map(len, wanted.values()))
    pairs = sum(map(len, asked.values()))
    print(f"\n{pairs} pairs of {len(MONTH_ENDS)} month ends and {len(asked)} instants, {compared:,} readings equal, ")
    print(f"by instant and by offset; {sum(restated.values())} pairs were restated since")
    assert pairs == LATER_INSTANTS * len(MONTH_ENDS)
    assert any(restated.values())


def by_instant(lived: Lived, day: date, instant: Quiet) -> list[Row]:
    known_at = {"known_at": instant.at.isoformat(), "clock": "received"}
    return lived.reader.figures(on=day.isoformat(), breakdowns="true", **known_at)


def by_offset(lived: Lived, day: date, instant: Quiet) -> list[Row]:
    cut = {"read_to": str(instant.read_to), "on": day.isoformat(), "breakdowns": "true"}
    answer = lived.platform.ask_register(AUTHORITY, "indicators", **cut)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def numbers(rows: list[Row]) -> dict[Cell, Numbers]:
    """Rows in the form of what is kept."""
    found: dict[Cell, Numbers] = {}
    for row in rows:
        cell = row["breakdown"]
        name = row["indicator"], "all" if cell is None else f"{cell['dimension']}:{cell['value']}"
        reading = row.get("period") or "on", row["numerator"], row["denominator"], row.get("unknown")
        found[name] = (*found.get(name, ()), reading)
    return found


# --- What lies ahead ------------------------------------------------------------------------------------------------


class Told(msgspec.Struct, frozen=True):
    """What was told before the clock moved on: every figure at each month end to come, and the crossings of each."""

    on: date
    month_ends: dict[date, dict[Cell, Numbers]]
    ahead: dict[tuple[str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def told(lived: Lived) -> Told:
    """What lies ahead after a day's noon, when everything said is of that day and of all that was ever told."""
    events = lived.platform.records("care.events")
    eventually("every event is seen", lambda: lived.keeper.check().read_to == events)
    on = max(said.on for said in lived.keeper.latest.values()) + timedelta(days=1)
    move_to(lived, on)
    ends = sorted(next(iter(lived.keeper.latest.values())).month_ends)
    coming = [date.fromisoformat(end) for end in ends if end > on.isoformat()]
    assert len(coming) == 12
    month_ends = {end: numbers(lived.reader.figures(on=end.isoformat(), breakdowns="true")) for end in coming}
    random = Random(1)
    cells = sorted({name for name, _ in lived.keeper.latest if name != "looked_after_rate"})
    broken_down = {name: sorted(cell for each, cell in lived.keeper.latest if each == name) for name in cells}
    asked = [
        (name, cell, period)
        for name in cells
        for period, *_ in lived.keeper.latest[name, "all"].today
        for cell in {"all", random.choice(broken_down[name])}
    ]
    return Told(on, month_ends, {each: ahead_of(lived, *each) for each in asked})


def move_to(lived: Lived, day: date) -> None:
    """Set the clock to a day's noon and wait until the stream has said every figure of that day."""
    clock(lived.platform, "--set", noon(day).isoformat(), "--rate", "0")
    eventually(f"everything is said of {day}", lambda: lived.keeper.says_of(day, lived.keeper.read_to), 120)


def ahead_of(lived: Lived, indicator: str, breakdown: str, period: str) -> dict[str, Any]:
    return paged(lived, "ahead", "crossings", indicator=indicator, breakdown=breakdown, period=period)


def paged(lived: Lived, what: str, listed: str, **asked: str) -> dict[str, Any]:
    """Every page of an answer as one."""
    whole: dict[str, Any] = {listed: [], "next": None}
    while True:
        cursor = {"cursor": whole["next"]} if whole["next"] else {}
        answer = lived.reader.http.get(
            f"/api/authorities/{AUTHORITY}/{what}", params={"limit": "1000", **asked, **cursor}
        )
        assert answer.status_code == 200, answer.text
        page = answer.json()
        whole = {**page, listed: whole[listed] + page[listed]}
        if not whole["next"]:
            return whole


def test_the_register_tells_of_the_months_ahead_what_the_stream_does(told: Told) -> None:
    assert len({(name, period) for name, _, period in told.ahead}) == 45
    for (name, cell, period), ahead in told.ahead.items():
        assert len(ahead["month_ends"]) == 12
        for room in ahead["month_ends"]:
            reading = room["reading"]
            said = period, reading["numerator"], reading.get("denominator"), reading.get("unknown")
            assert said in told.month_ends[date.fromisoformat(room["on"])][name, cell]


@pytest.fixture(scope="module")
def moved_on(lived: Lived, told: Told) -> dict[date, tuple[dict[Cell, Numbers], ...]]:
    """The clock moved on to each month end of the year, and nothing told: what stream and register then say of it."""
    events, found = lived.platform.records("care.events"), {}
    for end in told.month_ends:
        move_to(lived, end)
        stream = {cell: said.today for cell, said in lived.keeper.latest.items()}
        known = {"known_at": noon(end).isoformat(), "clock": "received"}
        read = [lived.reader.figures(on=end.isoformat(), breakdowns="true", **asked) for asked in ({}, known)]
        found[end] = stream, *map(numbers, read)
    assert lived.platform.records("care.events") == events
    return found


def test_the_figures_of_the_months_ahead_come_true_as_the_clock_moves_on(
    told: Told, moved_on: dict[date, tuple[dict[Cell, Numbers], ...]]
) -> None:
    assert len(moved_on) == 12
    readings = 0
    for end, said in moved_on.items():
        for each in said:
            assert each == told.month_ends[end], end
        readings += sum(map(len, told.month_ends[end].values()))
    first, *_, last = told.month_ends.values()
    print(f"\n{readings:,} readings told ahead came true in the stream, in the gateway and in the register")
    assert first != last


@pytest.mark.usefixtures("moved_on")
def test_each_crossing_has_happened_on_its_day_and_none_besides(lived: Lived, told: Told) -> None:
    random, crossings, receipts = Random(2), 0, 0
    for (name, cell, period), ahead in sorted(told.ahead.items()):
        days = sorted({each["crossing"]["on"] for each in ahead["crossings"]})
        for day in random.sample(days, min(CROSSING_DAYS, len(days))):
            moves = Counter[tuple[str, str]]()
            for each in ahead["crossings"]:
                if each["crossing"]["on"] == day:
                    crossed = each["crossing"]
                    moves[crossed["child"], crossed["of"]] += 1 if crossed["way"] == "comes" else -1
                    crossings += 1
            before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
            were, are = (members(lived, name, cell, period, on) for on in (before, day))
            receipts += 2
            changed = {key: are[key] - were[key] for key in {*are, *were} if are[key] != were[key]}
            assert changed == {key: by for key, by in moves.items() if by}, (name, cell, period, day)
    told_of = sum(len(ahead["crossings"]) for ahead in told.ahead.values())
    print(f"\n{crossings:,} of {told_of:,} crossings of {len(told.ahead)} figures seen in {receipts:,} receipts")
    assert crossings > 100


def members(lived: Lived, name: str, cell: str, period: str, on: str) -> Counter[tuple[str, str]]:
    """What each child adds to the numerator and to the denominator, by the receipt."""
    made = paged(lived, "receipt", "lines", indicator=name, breakdown=cell, period=period, on=on)
    return Counter({(line["child"], of): line[of] for line in made["lines"] for of in ("numerator", "denominator")})
