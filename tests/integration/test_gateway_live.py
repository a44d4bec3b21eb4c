"""The gateway's JSON and live streams over HTTP, on a real broker and database; the register is a fake over HTTP."""

import contextlib
import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts import topics
from holdfast.contracts.authorities import authorities
from holdfast.contracts.targets import Targets
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.parts import FIGURES
from holdfast.runtime.clock import london_date
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import Events, Running, eventually, running_gateway
from tests.integration.gateway_said import RED_FROM_12, alert, every_figure, figure, say

# Each test has an authority of its own: the topic is everybody's.
NAMES = iter(sorted(authorities())[100:])


@pytest.fixture(scope="module")
def gateway(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    one, two = free_ports(2)
    home: Path = tmp_path_factory.mktemp("gateway")
    with (
        a_database(postgres_server) as url,
        running_gateway(kafka, url, home, (one, two), heartbeat_seconds=0.3, subscribers=12) as running,
    ):
        yield running


@pytest.fixture
def authority() -> str:
    return next(NAMES)


@pytest.fixture
def reader(gateway: Running, authority: str) -> httpx.Client:
    return gateway.http(gateway.token("analyst", authority))


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def today() -> date:
    return london_date(datetime.now(UTC))


def offset_now() -> int:
    """A place in the stream later than any test before gave: the broker keeps what they said."""
    return time.time_ns()


def figures_of(reader: httpx.Client, authority: str, **asked: str) -> Any:
    answer = reader.get(f"/api/authorities/{authority}/indicators", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_today_and_month_ends_come_from_memory_and_any_other_day_from_the_register(
    gateway: Running, authority: str, reader: httpx.Client
) -> None:
    said = every_figure(authority, as_at=now(), offset=offset_now())
    say(gateway.kafka, topics.INDICATORS, *said)
    end = said[0].month_ends[-1].on
    eventually("the figures are held", lambda: len(figures_of(reader, authority, breakdowns="true")) >= len(said))
    before = len(gateway.register.asked)
    rows = figures_of(reader, authority, breakdowns="true")
    assert {row["date"] for row in rows} == {today().isoformat()}
    assert [row["indicator"] for row in rows if row["breakdown"] is None and "period" not in row] == [
        code for code, row in INDICATORS.items() if row.kind == "stock"
    ]
    assert len(rows) == sum(1 if INDICATORS[code].kind == "stock" else 3 for code, _ in FIGURES)
    assert {row["date"] for row in figures_of(reader, authority, on=end.isoformat())} == {end.isoformat()}
    assert len(gateway.register.asked) == before

    other = (end - timedelta(days=3)).isoformat()
    assert {row["numerator"] for row in figures_of(reader, authority, on=other)} == {7}
    claims, what, asked = gateway.register.asked[-1]
    assert (claims.issuer, claims.role, claims.authority, claims.purpose) == (
        "gateway",
        "analyst",
        authority,
        "figures",
    )
    assert (what, asked) == ("indicators", {"on": other, "breakdowns": "false"})
    figures_of(reader, authority, known_at="2017-07-01T00:00:00Z", clock="received")
    asked = gateway.register.asked[-1][2]
    assert (asked["known_at"], asked["clock"]) == ("2017-07-01T00:00:00+00:00", "received")


def test_a_reader_who_has_the_answer_already_is_told_so(gateway: Running, authority: str, reader: httpx.Client) -> None:
    say(gateway.kafka, topics.INDICATORS, *every_figure(authority, as_at=now(), offset=offset_now()))
    path = f"/api/authorities/{authority}/indicators"
    first = eventually("held", lambda: (a := reader.get(path)).json()[0]["numerator"] != 7 and a)
    again = reader.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert reader.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_nonsense_is_refused_as_a_problem(gateway: Running, authority: str, reader: httpx.Client) -> None:
    path = f"/api/authorities/{authority}/indicators"
    for asked in ({"on": "yesterday"}, {"clock": "mine"}, {"known_at": "2017-07-01T00:00:00"}):
        answer = reader.get(path, params=asked)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_subscriber_gets_every_figure_then_each_as_it_is_said_and_resumes_where_it_was(
    gateway: Running, authority: str, reader: httpx.Client
) -> None:
    say(gateway.kafka, topics.INDICATORS, *every_figure(authority, as_at=now(), offset=offset_now()))
    stream = Events(reader, authority)
    eventually("all", lambda: len(stream.figures()) >= len(FIGURES))
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["x-accel-buffering"] == "no"
    assert "no-store" in stream.headers["cache-control"]
    last = stream.figures()[-1][0]
    say(gateway.kafka, topics.INDICATORS, figure(authority, numerator=99, as_at=now(), offset=offset_now()))
    eventually("the change", lambda: stream.figures()[-1][1][0]["numerator"] == 99)
    assert stream.figures()[-1][1] == [
        {
            "indicator": "three_or_more_placements", "date": today().isoformat(), "numerator": 99,
            "denominator": 522, "breakdown": None,
        }
    ]  # fmt: skip
    # Somebody who was away from `last` on gets that one figure; one with an id of another topic gets all.
    missed = Events(gateway.http(gateway.token("analyst", authority)), authority, last)
    eventually("what was missed", missed.figures)
    eventually("silence", lambda: len(missed.comments) > 1)
    assert [rows[0]["numerator"] for _, rows in missed.figures()] == [99]
    unknown = Events(gateway.http(gateway.token("analyst", authority)), authority, "000000000000-5")
    eventually("all again", lambda: len(unknown.figures()) == len(FIGURES))


def test_a_silent_stream_says_that_it_is_there(gateway: Running, authority: str, reader: httpx.Client) -> None:
    stream = Events(reader, authority)
    eventually("three heartbeats", lambda: len(stream.comments) >= 4)
    gaps = [after - before for before, after in zip(stream.comments, stream.comments[1:], strict=False)]
    assert max(gaps) < 1.5


def test_the_same_generation_is_resumed_after_the_gateway_restarts(
    gateway: Running, kafka: str, authority: str, reader: httpx.Client, tmp_path: Path
) -> None:
    say(kafka, topics.INDICATORS, figure(authority, as_at=now(), offset=offset_now()))
    stream = Events(reader, authority)
    last = eventually("a figure", stream.figures)[-1][0]
    one, two = free_ports(2)
    with running_gateway(kafka, gateway.database_url, tmp_path, (one, two), heartbeat_seconds=0.2) as another:
        resumed = Events(another.http(gateway.token("analyst", authority)), authority, last)
        eventually("it listens", lambda: len(resumed.comments) > 1)
        assert resumed.figures() == []


def test_a_subscriber_that_stops_reading_holds_nobody_up_and_gets_the_latest(gateway: Running, authority: str) -> None:
    token = gateway.token("analyst", authority)
    host, port = "127.0.0.1", gateway.settings.port
    asleep = socket.socket()
    asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    asleep.connect((host, port))
    head = f"GET /live?authority={authority} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    asleep.sendall(head.encode())
    awake = Events(gateway.http(gateway.token("manager", authority)), authority)
    eventually("somebody listens", lambda: awake.comments)
    for number in range(30):
        said = [figure(authority, "admissions", cell, numerator=number, as_at=now(), offset=offset_now())
                for cell in CELLS]  # fmt: skip
        say(gateway.kafka, topics.INDICATORS, *said)
    eventually("the last", lambda: awake.figures() and awake.figures()[-1][1][0]["numerator"] == 29)
    asleep.settimeout(10)
    received = b""
    while b'"numerator":29' not in received[-3000:]:
        received += asleep.recv(65536)
    # Thirty sayings were made of each figure: whoever slept was sent far fewer.
    assert received.count(b"event: figure") < 30 * len(CELLS)
    asleep.close()


def test_more_streams_than_the_bound_are_refused_and_a_place_comes_free(
    gateway: Running, authority: str, reader: httpx.Client
) -> None:
    with contextlib.ExitStack() as stack:
        refused = None
        for _ in range(gateway.settings.subscribers + 1):
            client = stack.enter_context(gateway.http(reader.headers["authorization"].removeprefix("Bearer ")))
            answer = stack.enter_context(client.stream("GET", "/live", params={"authority": authority}))
            if answer.status_code == 503:
                refused = answer
                break
        assert refused is not None
        assert refused.headers["retry-after"]
    eventually(
        "a place is free", lambda: Events(gateway.http(gateway.token("analyst", authority)), authority).status != 503
    )


def test_alerts_are_pushed_and_listed(gateway: Running, authority: str, reader: httpx.Client) -> None:
    stream = Events(reader, authority)
    eventually("it listens", lambda: stream.comments)
    say(gateway.kafka, topics.ALERTS, alert(authority))
    eventually("the alert", lambda: [data for name, _, data in stream.events if name == "alert"])
    assert [one["state"] for one in reader.get(f"/api/authorities/{authority}/alerts").json()] == ["raised"]
    say(gateway.kafka, topics.ALERTS, alert(authority, "cleared", "2017-07-01T10:00:00Z"))
    eventually("cleared", lambda: [d["state"] for n, _, d in stream.events if n == "alert"] == ["raised", "cleared"])


def test_an_analyst_sets_targets_and_everybody_reads_them(
    gateway: Running, authority: str, reader: httpx.Client
) -> None:
    path = f"/api/authorities/{authority}/targets/three_or_more_placements"
    assert reader.get(path).json() == []
    body = msgspec.json.encode([RED_FROM_12])
    first = reader.get(path).headers["etag"]
    answer = reader.put(path, content=body, headers={"If-Match": first, "Content-Type": "application/json"})
    assert answer.status_code == 200
    assert msgspec.json.decode(answer.content, type=Targets).targets == [RED_FROM_12]
    eventually("it is read back", lambda: reader.get(path).json())
    stale = reader.put(path, content=body, headers={"If-Match": first})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-meanwhile")
    wrong = reader.put(path, json=[{"in_force_from": "2017-04-01", "good": "low", "green": {"value": 1}}])
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "/0/green"
    assert reader.put(path.replace("three_or_more_placements", "unheard_of"), content=body).status_code == 404
    assert reader.put(path, content=b"x" * 70_000).status_code == 413
    manager = gateway.http(gateway.token("manager", authority))
    assert manager.put(path, content=body).status_code == 403


def test_a_range_is_aimed_for_and_bounds_of_another_kind_are_refused(authority: str, reader: httpx.Client) -> None:
    path = f"/api/authorities/{authority}/targets/distant"
    bounds = {name: {"value": value, "of": 100, "inclusive": True} for name, value in (("low", 10), ("high", 20))}
    aimed = {"in_force_from": "2017-04-01", "good": "within", **bounds}
    assert reader.put(path, json=[aimed]).status_code == 200
    eventually("it is read back", lambda: reader.get(path).json() == [aimed])
    mixed = reader.put(path, json=[aimed | {"green": bounds["low"]}])
    assert mixed.status_code == 400
    assert mixed.json()["errors"][0]["pointer"] == "/0"
    assert "give low and high" in mixed.json()["errors"][0]["message"]
    crossed = reader.put(path, json=[aimed | {"low": bounds["high"], "high": bounds["low"]}])
    assert (crossed.status_code, crossed.json()["errors"][0]["code"]) == (400, "empty")
    a_count = reader.put(path.replace("distant", "admissions"), json=[aimed])
    assert (a_count.status_code, a_count.json()["errors"][0]["code"]) == (400, "no-fraction")


def test_england_stands_beside_what_it_equals_and_beside_nothing_else(authority: str, reader: httpx.Client) -> None:
    path = f"/api/authorities/{authority}/benchmarks"
    told = reader.get(path, params={"indicator": "long_term_stable"})
    assert told.status_code == 200
    assert told.json()["year_ending"] == "2025-03-31"
    assert told.json()["england"] == pytest.approx(100 * 19_680 / 28_710)
    earlier = reader.get(path, params={"indicator": "long_term_stable", "year": 2021})
    assert earlier.json()["england"] == pytest.approx(100 * 20_000 / 28_640)
    for asked, problem in (
        ("indicator=admissions", "no-benchmark"),
        ("indicator=long_term_stable&year=2017", "no-benchmark"),
        ("indicator=unheard_of", "unknown-indicator"),
    ):
        answer = reader.get(f"{path}?{asked}")
        assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{problem}")
    assert reader.get(path.replace(authority, "E08000031"), params={"indicator": "distant"}).status_code == 403


def test_the_register_being_away_is_said_and_what_is_in_memory_is_still_answered(
    kafka: str, postgres_url: str, authority: str, tmp_path: Path
) -> None:
    say(kafka, topics.INDICATORS, *every_figure(authority, as_at=now(), offset=offset_now()))
    one, two, nothing = free_ports(3)
    away = {"placements_url": f"http://127.0.0.1:{nothing}"}
    with running_gateway(kafka, postgres_url, tmp_path, (one, two), **away) as gateway:
        reader = gateway.http(gateway.token("analyst", authority))
        assert figures_of(reader, authority)
        answer = reader.get(f"/api/authorities/{authority}/indicators", params={"on": "2017-06-13"})
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/register-unavailable")
        assert answer.headers["retry-after"]


def test_streams_end_when_the_process_is_told_to_stop(
    kafka: str, postgres_url: str, authority: str, tmp_path: Path
) -> None:
    one, two = free_ports(2)
    with running_gateway(kafka, postgres_url, tmp_path, (one, two)) as gateway:
        stream = Events(gateway.http(gateway.token("analyst", authority)), authority)
        eventually("it listens", lambda: stream.comments)
        told_at = time.monotonic()
    assert time.monotonic() - told_at < 4
    eventually("the stream ended", lambda: stream.ended)
