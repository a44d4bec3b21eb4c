"""From a case system to a live figure: an admission, two moves and a subscriber; then the same things said badly."""

import queue
import threading
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from tests.system.platform import Numbers, Platform, Reader, Row, Sender, comparable, eventually, today

FIRST, SECOND = "E08000024", "E08000025"
TODAY = today()

# (indicator, period): (numerator, denominator) once the child of these tests has been told of.
EXPECTED = {
    ("looked_after", None): (1, None),
    ("three_or_more_placements", None): (1, 1),
    ("long_term_stable", None): (0, 0),
    ("admissions", "rolling_year"): (1, None),
    ("discharges", "rolling_year"): (0, None),
    ("placement_moves", "rolling_year"): (2, None),
    ("missing_now", None): (0, 1),
    ("missing_episodes", "rolling_year"): (0, None),
}


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def story(sender: Sender) -> list[dict[str, Any]]:
    """An admission a hundred days ago, and two moves to other carers since."""

    def placed(kind: str, days: int, data: dict[str, Any]) -> dict[str, Any]:
        on = days_ago(days)
        return sender.event("LCS-204518", kind, f"placement/{days}", f"{on}T16:41:09Z", {"on": on, **data})

    return [
        placed(
            "admission",
            100,
            {
                "legal_status": "C2",
                "date_of_birth": (TODAY - timedelta(days=4000)).isoformat(),
                "sex": "female",
                "category_of_need": "N1",
                "placement": {"type": "U6", "provider": "PR1", "placement_id": "A", "postcode": "S60 1AE"},
            },
        ),
        placed(
            "placement-move",
            60,
            {
                "reason_for_new_episode": "P",
                "reason_for_placement_change": "CREQB",
                "placement": {"type": "U6", "provider": "PR4", "placement_id": "B", "postcode": "S65 1AA"},
            },
        ),
        placed(
            "placement-move",
            20,
            {
                "reason_for_new_episode": "P",
                "reason_for_placement_change": "CARPL",
                "placement": {"type": "K2", "provider": "PR4", "placement_id": "C", "postcode": "S60 2TX"},
            },
        ),
    ]


def read(reader: Reader) -> dict[tuple[str, str | None], tuple[int, int | None]]:
    return {
        (row["indicator"], row.get("period")): (row["numerator"], row["denominator"])
        for row in reader.figures()
        if row["breakdown"] is None
    }


def holds(found: dict[tuple[str, str | None], tuple[int, int | None]]) -> bool:
    return all(found.get(name) == numbers for name, numbers in EXPECTED.items())


class Subscriber:
    """Keeps the latest rows that were pushed, by indicator, breakdown and period."""

    def __init__(self, reader: Reader) -> None:
        self.latest: dict[tuple[str, str | None], tuple[int, int | None]] = {}
        self.last_id = ""
        self.connected = threading.Event()
        self.failed: queue.Queue[BaseException] = queue.Queue()
        threading.Thread(target=self._listen, args=(reader,), daemon=True).start()

    def _listen(self, reader: Reader) -> None:
        try:
            with reader.live() as events:
                self.connected.set()
                for name, identity, data in events:
                    if name == "figure":
                        self.last_id = identity
                        self._keep(data)
        except httpx.HTTPError as error:
            self.failed.put(error)

    def _keep(self, rows: list[Row]) -> None:
        for row in rows:
            if row["breakdown"] is None:
                self.latest[row["indicator"], row.get("period")] = row["numerator"], row["denominator"]


@pytest.fixture(scope="module")
def first(platform: Platform) -> tuple[Sender, Reader]:
    return platform.sender(FIRST), platform.reader(FIRST)


def test_the_figure_pushed_to_a_subscriber_is_the_one_expected(first: tuple[Sender, Reader]) -> None:
    sender, reader = first
    subscriber = Subscriber(reader)
    assert subscriber.connected.wait(20)
    for event in story(sender):
        assert sender.post([event]) == ["accepted"]
    eventually("the pushed figures are those expected", lambda: holds(subscriber.latest), 30)
    assert holds(read(reader))


def test_a_subscriber_that_comes_back_gets_what_it_missed_and_no_more(first: tuple[Sender, Reader]) -> None:
    sender, reader = first
    with reader.live() as events:
        seen = [next(events) for _ in range(1)]
    everything_from_the_start = seen[0][1]
    missing = {"kind": "M", "from": f"{days_ago(1)}T21:00:00Z"}
    event = sender.event("LCS-204518", "missing-episode", "missing/1", f"{days_ago(0)}T00:00:00Z", missing)
    assert sender.post([event]) == ["accepted"]
    eventually("the episode counts", lambda: read(reader).get(("missing_now", None)) == (1, 1), 30)
    with reader.live(everything_from_the_start) as events:
        for name, _, rows in events:
            if name == "figure" and rows and rows[0]["indicator"] == "missing_now" and rows[0]["breakdown"] is None:
                assert (rows[0]["numerator"], rows[0]["denominator"]) == (1, 1)
                break
    withdrawn = sender.event("LCS-204518", "withdrawal", "missing/1", f"{days_ago(0)}T00:00:01Z", {})
    assert sender.post([withdrawn]) == ["accepted"]
    eventually("the episode never was", lambda: read(reader).get(("missing_now", None)) == (0, 1), 30)


def of_no_residents(reader: Reader, day: date) -> Numbers:
    """Every figure of a day but the rate, whose residents are those of each authority."""
    read = comparable(reader.figures(on=day.isoformat(), breakdowns="true"))
    return {name: numbers for name, numbers in read.items() if name[0] != "looked_after_rate"}


def same(theirs: Numbers, reader: Reader, day: date) -> bool:
    return of_no_residents(reader, day) == theirs


def test_in_the_reverse_order_and_twice_each_the_figures_are_the_same(
    platform: Platform, first: tuple[Sender, Reader]
) -> None:
    sender, reader = platform.sender(SECOND), platform.reader(SECOND)
    backwards = list(reversed(story(sender)))
    for event in backwards:
        assert sender.post([event, event]) == ["accepted", "accepted"]
    eventually("the figures are those expected", lambda: holds(read(reader)), 30)
    for day in (TODAY, TODAY - timedelta(days=50), TODAY.replace(day=1) - timedelta(days=1)):
        theirs = of_no_residents(first[1], day)
        assert len(theirs) > 200
        # Figures are said one by one: some may still be on their way.
        eventually(f"the same figures on {day}", partial(same, theirs, reader, day), 30)


def test_the_register_and_the_stream_say_the_same(first: tuple[Sender, Reader]) -> None:
    _, reader = first
    as_now_known = (TODAY + timedelta(days=1)).isoformat() + "T00:00:00Z"
    stream = comparable(reader.figures(breakdowns="true"))
    register = eventually(
        "the register has read as far",
        lambda: (
            comparable(reader.figures(on=TODAY.isoformat(), known_at=as_now_known, breakdowns="true")) == stream
            and stream
        ),
        30,
    )
    assert register


@pytest.mark.parametrize("path", ["/api/authorities/E08000030/indicators", "/live?authority=E08000030"])
def test_nobody_reads_another_authoritys_figures(first: tuple[Sender, Reader], path: str) -> None:
    _, reader = first
    assert reader.http.get(path).status_code == 403


def test_nobody_reads_without_saying_who_they_are(platform: Platform) -> None:
    assert httpx.get(f"{platform.url('gateway')}/api/authorities/{FIRST}/indicators").status_code == 401
    assert httpx.get(f"{platform.url('placements')}/authorities/{FIRST}/indicators").status_code == 401
    assert httpx.post(f"{platform.url('intake')}/events", content="{}").status_code == 401


def test_a_bad_event_is_explained_and_does_not_hold_up_its_neighbours(first: tuple[Sender, Reader]) -> None:
    sender, _ = first
    good = story(sender)[0]
    bad = {**good, "id": "bad", "data": {**good["data"], "placement": {"type": "W1"}}}
    answer = sender.http.post(
        "/events", json=[bad, good], headers={"Content-Type": "application/cloudevents-batch+json"}
    )
    verdicts = answer.json() if isinstance(answer.json(), list) else answer.json()["verdicts"]
    assert [verdict["verdict"] for verdict in verdicts] == ["rejected", "accepted"]
    fault = verdicts[0]["errors"][0]
    assert fault["pointer"] == "/data/placement/type"
    assert fault["code"]
    assert "LCS-204518" not in fault["message"]


def test_every_process_says_that_it_is_well(platform: Platform) -> None:
    for service in ("gateway", "intake", "placements", "metrics"):
        for path in ("/livez", "/readyz", "/metrics"):
            assert httpx.get(platform.url(service) + path).status_code == 200, f"{service}{path}"


def test_no_reference_and_no_postcode_is_in_any_log_or_telemetry(platform: Platform) -> None:
    for log in (platform.home / "logs").glob("*"):
        text = log.read_text(errors="replace")
        for private in ("LCS-204518", "S60 1AE", "S601AE"):
            assert private not in text, log.name
    for service in ("gateway", "intake", "placements", "metrics"):
        text = httpx.get(platform.url(service) + "/metrics").text
        assert "LCS-204518" not in text
