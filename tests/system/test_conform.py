"""The conformance kit and the dry run on the running platform: nothing is left, and what is told then happens."""

import asyncio
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.system.platform import COMMAND, Numbers, Platform, Reader, Sender, comparable, eventually, today

KIT, HAPPENINGS, EARNEST, LIVE = "E08000001", "E08000002", "E08000003", "E08000004"
TOPICS = ("care.events", "care.rejected", "care.targets")
TODAY = today()
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def month_ends(count: int) -> list[date]:
    found, day = [], TODAY.replace(day=1)
    for _ in range(count):
        found.append(day - timedelta(days=1))
        day = found[-1].replace(day=1)
    return found


def token_file(platform: Platform, authority: str, *words: str) -> Path:
    token = platform.run("token", "create", "--authority", authority, "--system", "vendor", *words)
    path = platform.home / f"token-{authority}{'-'.join(words)}"
    path.write_text(token)
    return path


def kept(platform: Platform) -> dict[str, int]:
    """Records of each topic that a posting could reach, and rows of every table of the door."""
    found = {topic: platform.records(topic) for topic in TOPICS}
    return found | asyncio.run(_rows(platform.service_environment("intake")["HOLDFAST_DATABASE_URL"]))


async def _rows(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        tables = ("children", "statements", "quarantine", "tokens", "authority_keys")
        return {table: int(await connection.fetchval(f"SELECT count(*) FROM {table}")) for table in tables}
    finally:
        await connection.close()


def test_the_kit_passes_and_leaves_nothing_behind(platform: Platform) -> None:
    token = token_file(platform, KIT)
    before = kept(platform)
    told = json.loads(platform.run("conform", platform.url("intake"), "--token-file", str(token), "--format", "json"))
    assert [result for result in told["results"] if result["outcome"] == "failed"] == []
    assert told["passed"] > 70
    assert kept(platform) == before


def test_a_vendors_own_events_are_tried_and_nothing_is_left_behind(platform: Platform) -> None:
    token = token_file(platform, KIT)
    source = f"/authorities/{KIT}/systems/vendor"
    sender = Sender(platform.url("intake"), token.read_text(), source)
    events = [event for _, make in HAPPENED for event in make(sender)]
    bad = {**events[0], "id": "bad", "data": {**events[0]["data"], "on": "14/06/2017"}}
    path = platform.home / "ours.ndjson"
    path.write_text("\n".join(map(json.dumps, [*events, bad])))
    before = kept(platform)
    words = ("conform", platform.url("intake"), "--token-file", str(token), "--events", str(path), "--format", "json")
    told = json.loads(platform.run(*words, check=False))
    assert (told["accepted"], told["rejected"]) == (len(events), 1)
    assert told["events"][-1]["answer"]["errors"][0]["code"] == "bad-date"
    assert kept(platform) == before


def test_posted_in_earnest_it_is_what_was_expected_and_then_nothing_is_left(platform: Platform) -> None:
    token = token_file(platform, EARNEST)
    reader = platform.home / "reader-token"
    reader.write_text(platform.run("token", "create", "--reader", "--authority", EARNEST, "--role", "analyst"))
    before = kept(platform)
    words = ("--post", "--gateway", platform.url("gateway"), "--reader-token-file", str(reader), "--format", "json")
    told = json.loads(platform.run("conform", platform.url("intake"), "--token-file", str(token), *words))
    assert [result for result in told["results"] if result["outcome"] == "failed"] == []
    assert {"arrived", "2017-03-31", "nothing-left"} <= {result["name"] for result in told["results"]}
    assert kept(platform)["care.events"] > before["care.events"] + 200
    figures = Reader(platform.url("gateway"), reader.read_text(), EARNEST)
    for on in ("2017-03-31", TODAY.isoformat()):
        rows = figures.figures(on=on, breakdowns="true")
        assert rows
        assert {row["numerator"] for row in rows} == {0}


def test_in_earnest_nothing_is_posted_where_a_child_is_looked_after(platform: Platform) -> None:
    sender = sender_with_figures(platform, LIVE)
    assert sender.post(admitted(sender)) == ["accepted"]
    token = platform.home / "token-live"
    token.write_text(sender.token)
    before = kept(platform)
    words = ("conform", platform.url("intake"), "--token-file", str(token), "--post")
    eventually("the child is counted", lambda: dry_run(sender, admitted(sender, "another"))["behind"] == 0)
    done = subprocess.run([COMMAND, *words], env=platform.environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert "looks after 1 child, so nothing is posted" in done.stderr
    assert kept(platform)["care.events"] == before["care.events"]


# --- what is told is what happens -------------------------------------------------------------------------------------


def sender_with_figures(platform: Platform, authority: str) -> Sender:
    token = platform.run("token", "create", "--authority", authority, "--system", "vendor", "--figures")
    return Sender(platform.url("intake"), token, f"/authorities/{authority}/systems/vendor")


def said(
    sender: Sender, kind: str, fact: str, on: int, data: dict[str, Any], recorded: int | None = None
) -> dict[str, Any]:
    at = f"{days_ago(on if recorded is None else recorded)}T09:00:00Z"
    return sender.event("LCS-1", kind, fact, at, data)


def admitted(sender: Sender, child: str = "LCS-1", on: int = 500, **place: Any) -> list[dict[str, Any]]:
    data = {
        "on": days_ago(on),
        "legal_status": "C2",
        "date_of_birth": days_ago(4000),
        "placement": {"type": "U6", "provider": "PR1", "placement_id": "carer-1"} | place,
    }
    return [sender.event(child, "admission", f"admission/{child}", f"{days_ago(on)}T09:00:00Z", data)]


def moved(
    sender: Sender, fact: str, on: int, kind: str, reason: str = "P", recorded: int | None = None
) -> dict[str, Any]:
    place = {"type": kind, "provider": "PR4", "placement_id": fact, "distance_miles": 30.5, "in_authority": False}
    data = {"on": days_ago(on), "reason_for_new_episode": reason, "placement": place}
    return said(sender, "placement-move", fact, on, data, recorded)


def went(sender: Sender, on: int, until: int | None) -> dict[str, Any]:
    data = {"kind": "M", "from": f"{days_ago(on)}T20:00:00Z"}
    if until is not None:
        data["until"] = f"{days_ago(until)}T08:00:00Z"
    return said(sender, "missing-episode", "missing/1", on if until is None else until, data, until)


Make = Callable[[Sender], list[dict[str, Any]]]

# One on top of the other: what happened, and the events that say so.
HAPPENED: list[tuple[str, Make]] = [
    ("an admission", lambda sender: admitted(sender)),
    ("a second placement", lambda sender: [moved(sender, "placement/2", 200, "U6")]),
    ("a third placement, which makes three in the year", lambda sender: [moved(sender, "placement/3", 100, "K2")]),
    ("the same again", lambda sender: [moved(sender, "placement/3", 100, "K2")]),
    ("gone missing", lambda sender: [went(sender, 40, None)]),
    ("and found", lambda sender: [went(sender, 40, 38)]),
    ("a correction, found out late", lambda sender: [moved(sender, "placement/3", 130, "K2", recorded=20)]),
    ("what a later statement outvotes", lambda sender: [moved(sender, "placement/3", 90, "R1", recorded=90)]),
    ("a withdrawal", lambda sender: [said(sender, "withdrawal", "placement/2", 10, {})]),
    (
        "a discharge",
        lambda sender: [said(sender, "discharge", "end/1", 9, {"on": days_ago(9), "reason_episode_ceased": "E43"})],
    ),
    (
        "two children at once",
        lambda sender: [*admitted(sender, "LCS-2", 300), *admitted(sender, "LCS-3", 20, type="P1", provider="PR0")],
    ),
    (
        "a move before any admission, which does not add up",
        lambda sender: [
            sender.event(
                "LCS-4",
                "placement-move",
                "p/1",
                f"{days_ago(60)}T09:00:00Z",
                {"on": days_ago(60), "reason_for_new_episode": "P", "placement": {"type": "U4"}},
            )
        ],
    ),
    ("and the admission that mends it", lambda sender: admitted(sender, "LCS-4", 400)),
]


def dry_run(sender: Sender, events: list[dict[str, Any]]) -> dict[str, Any]:
    answer = sender.http.post("/events", params={"dry_run": "true"}, content=json.dumps(events), headers=BATCH)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def whole(reader: Reader, day: date) -> Numbers:
    return comparable(reader.figures(on=day.isoformat()))


def predicted(told: dict[str, Any]) -> dict[date, Numbers]:
    """What the dry run says that the figures will be, by day; and what they are now, under `before`."""
    after: dict[date, Numbers] = {}
    for event in told["events"]:
        for figure in event["effect"]["figures"]:
            for day in figure["days"]:
                name = (figure["indicator"], day["date"], figure["period"], "all")
                counts = day["authority"]["after"]
                after.setdefault(date.fromisoformat(day["date"]), {})[name] = counts["numerator"], counts["denominator"]
    return after


@pytest.fixture(scope="module")
def happening(platform: Platform) -> tuple[Sender, Reader]:
    return sender_with_figures(platform, HAPPENINGS), platform.reader(HAPPENINGS)


DAYS = [TODAY, *month_ends(24)]


@pytest.mark.parametrize(("what", "make"), HAPPENED, ids=[what for what, _ in HAPPENED])
def test_what_a_dry_run_tells_is_what_then_happens(
    happening: tuple[Sender, Reader], platform: Platform, what: str, make: Make
) -> None:
    sender, reader = happening
    events = make(sender)
    there = {day: whole(reader, day) for day in DAYS}
    count = platform.records("care.events")
    told = dry_run(sender, events)
    assert platform.records("care.events") == count
    after = predicted(told)
    expected = {day: there[day] | after.get(day, {}) for day in DAYS}
    if what in ("the same again", "what a later statement outvotes"):
        assert after == {}
    else:
        assert any(there[day] != expected[day] for day in DAYS)
    assert sender.post(events) == ["accepted"] * len(events)
    # Once the stream has read as far as the register: nothing else is said of this authority.
    eventually("the dry run calls each a duplicate", lambda: _known(sender, events))
    for day in DAYS:
        eventually(f"the figures of {day}", lambda day=day: whole(reader, day) == expected[day], 30)  # type: ignore[misc]


def _known(sender: Sender, events: list[dict[str, Any]]) -> bool:
    return {event["effect"]["outcome"] for event in dry_run(sender, events)["events"]} == {"duplicate"}


# --- a door that is wrong ---------------------------------------------------------------------------------------------


@contextmanager
def in_between(url: str, spoil: Callable[[Any], Any]) -> Iterator[str]:
    """A proxy before the door that changes its answers to dry runs."""

    class Spoiling(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            passed = {name: self.headers[name] for name in ("authorization", "content-type") if self.headers[name]}
            answer = httpx.post(url + self.path, content=body, headers=passed, timeout=60)
            content = answer.content
            if answer.status_code == 200 and "dry_run" in self.path:
                content = json.dumps(spoil(answer.json())).encode()
            self.send_response(answer.status_code)
            for name in ("content-type", "retry-after"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Spoiling)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _reject_moves(told: Any) -> Any:
    for event in told["events"]:
        if "effect" in event and event["effect"] and event["effect"]["outcome"] == "restated":
            event |= {"verdict": "rejected", "effect": None}
    return told


def _miscount(told: Any) -> Any:
    for event in told["events"]:
        for figure in (event["effect"] or {"figures": []})["figures"]:
            for day in figure["days"]:
                if figure["indicator"] == "long_term_stable":
                    day["child"]["after"]["numerator"] += 1
    return told


@pytest.mark.parametrize(
    ("spoil", "noticed"), [(_reject_moves, "correction"), (_miscount, "same-carer")], ids=["verdicts", "figures"]
)
def test_the_kit_fails_where_a_door_is_wrong(platform: Platform, spoil: Callable[[Any], Any], noticed: str) -> None:
    token = token_file(platform, KIT)
    with in_between(platform.url("intake"), spoil) as url:
        words = ("--token-file", str(token), "--only", noticed, "--only", "admission", "--format", "json")
        told = json.loads(platform.run("conform", url, *words, check=False))
    assert {result["name"]: result["outcome"] for result in told["results"]} == {
        "admission": "passed",
        noticed: "failed",
    }
