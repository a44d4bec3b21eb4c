"""Rejected events in the hands of a steward, at a real door: listed, opened, mended, replayed, dismissed, counted."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.events import decode_event, statement_hash
from holdfast.runtime import postgres
from holdfast.runtime.service_token import ERASURE_PURPOSE
from services.intake.store import Store
from tests.integration.conftest import a_database
from tests.integration.intake_door import SYSTEM, RunningDoor, running_door
from tests.integration.intake_stewards import STEWARD, TRUSTING, AtQuarantine

CHILD = "LCS-SECRET-77"


@pytest.fixture(scope="module")
def standing_door(kafka: str, postgres_server: str) -> Iterator[RunningDoor]:
    with (
        a_database(postgres_server) as url,
        running_door(kafka, url, HOLDFAST_STATEMENTS_PER_CHILD="3", **TRUSTING) as running,
    ):
        yield running


@pytest.fixture
def door(standing_door: RunningDoor) -> RunningDoor:
    """One door for all these tests; each sees what it put there alone."""
    standing_door.begin_anew()
    standing_door.rows("TRUNCATE quarantine, quarantine_days, quarantine_audit, statements, children")
    return standing_door


@pytest.fixture
def steward(door: RunningDoor) -> AtQuarantine:
    return AtQuarantine(door)


def reject(door: RunningDoor, event: dict[str, Any]) -> int:
    """Post an event that is rejected; its entry."""
    (verdict,) = door.post([event]).json()
    assert verdict["verdict"] == "rejected", verdict
    (row,) = door.rows("SELECT max(entry) AS entry FROM quarantine")
    return int(row["entry"])


def wrong_code(door: RunningDoor, number: int = 1, child: str = CHILD) -> dict[str, Any]:
    """An event whose reason for a new episode is in no list."""
    event = door.event(number, child)
    return event | {"data": event["data"] | {"reason_for_new_episode": "Z"}}


def mended(event: dict[str, Any], **changed: Any) -> str:
    """The event with its code put right, and with whatever else is changed."""
    said = event | {"data": event["data"] | {"reason_for_new_episode": "P"}} | changed
    return msgspec.json.encode(said).decode()


def published(door: RunningDoor) -> list[Any]:
    return [decode_event(record.value or b"") for record in door.records()]


def day(door: RunningDoor, steward: AtQuarantine) -> dict[str, int]:
    (counted,) = steward.ask("/days").json()
    assert counted.pop("system") == SYSTEM
    assert counted.pop("day")
    return {name: number for name, number in counted.items() if number}


def test_from_rejection_to_the_topic(door: RunningDoor, steward: AtQuarantine) -> None:
    event = wrong_code(door)
    entry = reject(door, event)

    (listed,) = steward.listed()
    assert (listed["entry"], listed["system"], listed["status"], listed["begun"]) == (entry, SYSTEM, "waiting", False)
    assert listed["type"] == "care.placement-move.v1"
    (wrong,) = listed["errors"]
    assert (wrong["code"], wrong["pointer"]) == ("unknown-code", "/data/reason_for_new_episode")
    assert wrong["sentence"] == "a code that is in no code list"
    assert CHILD not in steward.ask().text + steward.ask(f"/{entry}").text

    opened = steward.opened(entry, "the sender asked about it")
    assert CHILD in opened["body"]
    assert msgspec.json.decode(opened["body"]) == event
    assert opened["errors"][0]["message"].startswith("It must be one of the reasons for a new episode (RNE): B, P")
    assert opened["keeps"] == ["id", "source", "subject", "fact", "recordedtime"]
    assert opened["recordedtime"] == "2017-06-20T16:41:09+01:00"
    (step,) = door.rows("SELECT * FROM quarantine_audit")
    assert (step["by"], step["authority"], step["entry"]) == (STEWARD, door.authority, entry)
    assert (step["action"], step["reason"]) == ("opened", "the sender asked about it")

    assert steward.checked(entry, mended(event))["verdict"] == "accepted"
    assert published(door) == []
    (outcome,) = steward.replayed(entry, text=mended(event))
    assert (outcome["done"], outcome["status"]) == (True, "replayed")

    (said,) = published(door)
    assert (said.statedby, said.recordedtime) == (STEWARD, "2017-06-20T15:41:09Z")
    assert said.receivedtime > "2026"
    assert said.data.reason_for_new_episode == "P"
    assert CHILD not in "".join(str(record.value) + str(record.key) for record in door.records())
    # The very names that the system's own statement of it would carry.
    assert door.post([door.event(1, CHILD)]).json()[0]["verdict"] == "accepted"
    own = published(door)[1]
    assert (own.id, own.source, own.subject, own.fact) == (said.id, said.source, said.subject, said.fact)
    (listed,) = steward.listed(status="replayed")
    assert (listed["decided_by"], listed["begun"]) == (STEWARD, False)
    assert [one["action"] for one in steward.ask(f"/{entry}").json()["steps"]] == ["opened", "replayed"]
    assert day(door, steward) == {"arrived": 1, "entered": 1, "replayed": 1}


def test_a_replay_that_is_repeated_says_the_same_statement(door: RunningDoor, steward: AtQuarantine) -> None:
    event = wrong_code(door) | {"recordedtime": None}
    entry = reject(door, event)
    for _ in range(2):
        (outcome,) = steward.replayed(entry, text=mended(event))
        assert outcome["done"], outcome
    (outcome,) = steward.replayed(entry)
    assert outcome["done"], outcome
    first, *others = published(door)
    assert len(others) == 2
    assert {statement_hash(other) for other in others} == {statement_hash(first)}
    assert first.recordedtime > "2026"  # none came with it
    assert len({record.key for record in door.records()}) == 1
    assert day(door, steward)["replayed"] == 1
    (outcome,) = steward.replayed(entry, text=mended(event, data=door.event(1)["data"] | {"on": "2017-06-15"}))
    assert (outcome["done"], outcome["status"], len(published(door))) == (False, "replayed", 3)


def test_a_replay_cut_short_before_or_after_it_was_published_ends_in_one_statement(
    door: RunningDoor, steward: AtQuarantine
) -> None:
    event = wrong_code(door) | {"recordedtime": None}
    entry = reject(door, event)
    assert steward.replayed(entry, text=mended(event))[0]["done"]
    # As it stands where the process ended before the status was written.
    undecided = "UPDATE quarantine SET status = 'waiting', decided_by = NULL, decided_at = NULL"
    door.rows(undecided)
    (listed,) = steward.listed()
    assert (listed["status"], listed["begun"]) == ("waiting", True)
    (outcome,) = steward.decided("dismissals", entry)
    assert (outcome["done"], outcome["status"]) == (False, "waiting")
    other = AtQuarantine(door, user="user:8")
    (outcome,) = other.replayed(entry, text=mended(event, data=door.event(1)["data"] | {"on": "2017-06-15"}))
    assert (outcome["done"], outcome["status"]) == (False, "waiting")
    assert "without changes" in outcome["sentence"]
    (outcome,) = other.replayed(entry)
    assert (outcome["done"], outcome["status"]) == (True, "replayed")
    first, second = published(door)
    assert statement_hash(first) == statement_hash(second)
    assert first.statedby == STEWARD


def test_a_mended_event_keeps_its_names_and_its_time_and_a_failed_attempt_leaves_a_count(
    door: RunningDoor, steward: AtQuarantine
) -> None:
    event = wrong_code(door)
    entry = reject(door, event)
    before = door.rows("SELECT * FROM quarantine")
    for changed in ({"fact": "placement/9"}, {"subject": "LCS-2"}, {"recordedtime": "2017-06-21T00:00:00Z"}):
        found = steward.checked(entry, mended(event, **changed))
        (fault,) = found["errors"]
        assert (found["verdict"], fault["code"], fault["pointer"]) == ("rejected", "kept", f"/{next(iter(changed))}")
        assert CHILD not in fault["message"]
    (outcome,) = steward.replayed(entry, text="{")
    assert (outcome["done"], outcome["errors"][0]["code"]) == (False, "not-json")
    (outcome,) = steward.replayed(entry)  # as it came
    assert (outcome["done"], outcome["errors"][0]["code"]) == (False, "unknown-code")
    assert door.rows("SELECT * FROM quarantine") == before
    assert published(door) == []
    assert day(door, steward) == {"arrived": 1, "entered": 1, "failed": 5}


def test_what_was_dismissed_is_not_replayed_unless_it_is_reopened(door: RunningDoor, steward: AtQuarantine) -> None:
    event = wrong_code(door)
    entry = reject(door, event)
    (outcome,) = steward.decided("dismissals", entry, reason="another system states it")
    assert (outcome["done"], outcome["status"]) == (True, "dismissed")
    assert steward.listed(status="waiting") == []
    assert steward.decided("dismissals", entry, reason="once more")[0]["done"]
    (outcome,) = steward.replayed(entry, text=mended(event))
    assert (outcome["done"], outcome["status"]) == (False, "dismissed")
    assert "reopen it first" in outcome["sentence"]
    # The sender says the same again: it is the same entry, and still dismissed.
    reject(door, event)
    (listed,) = steward.listed(status="dismissed")
    assert listed["times"] == 2
    (outcome,) = steward.decided("reopenings", entry, reason="it is needed after all")
    assert (outcome["done"], outcome["status"]) == (True, "waiting")
    assert steward.replayed(entry, text=mended(event))[0]["done"]
    steps = steward.ask(f"/{entry}").json()["steps"]
    assert [(step["action"], step["reason"]) for step in steps] == [
        ("dismissed", "another system states it"),
        ("reopened", "it is needed after all"),
        ("replayed", None),
    ]
    (outcome,) = steward.decided("dismissals", entry)
    assert (outcome["done"], outcome["status"]) == (False, "replayed")
    assert day(door, steward) == {"arrived": 2, "entered": 1, "dismissed": 1, "reopened": 1, "replayed": 1}


def test_many_are_replayed_at_once_each_with_its_own_outcome(door: RunningDoor, steward: AtQuarantine) -> None:
    late = [reject(door, door.event(n, f"LCS-{n}", recordedtime="2999-01-01T00:00:00Z")) for n in range(5)]
    wrong, gone = reject(door, wrong_code(door, 9)), 10**12
    outcomes = steward.replayed(*late, wrong, gone)
    assert [outcome["entry"] for outcome in outcomes] == [*late, wrong, gone]
    assert [outcome["done"] for outcome in outcomes] == [True] * 5 + [False] * 2
    assert [outcome["status"] for outcome in outcomes[5:]] == ["waiting", None]
    assert len(published(door)) == 5
    assert all("2026" < said.recordedtime < "2999" for said in published(door))  # that was what was wrong
    assert steward.say("/replays", {"entries": [{"entry": n} for n in range(1, 102)]}).status_code == 400
    assert steward.say("/replays", {"entries": [{"entry": 1}, {"entry": 1}]}).status_code == 400
    for reason in ("no", "x" * 301, "nothing\0"):
        assert steward.say("/dismissals", {"entries": late, "reason": reason}).status_code == 400


def test_what_is_too_many_for_its_child_stays_as_it_was(door: RunningDoor, steward: AtQuarantine) -> None:
    assert [v["verdict"] for v in door.post([door.event(n, "LCS-many") for n in range(3)]).json()] == ["accepted"] * 3
    entry = reject(door, door.event(3, "LCS-many"))
    opened = steward.opened(entry)
    assert [fault["code"] for fault in opened["errors"]] == ["too-many"]
    (outcome,) = steward.replayed(entry)
    assert (outcome["done"], outcome["errors"][0]["code"]) == (False, "too-many")
    (row,) = door.rows("SELECT status, replay FROM quarantine")
    assert (row["status"], row["replay"]) == ("waiting", None)
    assert len(published(door)) == 3


def test_a_body_that_is_no_event_or_too_long_can_be_opened_and_written_anew(
    door: RunningDoor, steward: AtQuarantine
) -> None:
    long = wrong_code(door) | {"traceparent": "x" * 70_000}
    assert door.post(msgspec.json.encode([long])).json()[0]["errors"][0]["code"] == "too-large"
    assert door.post(b'{"broken": \xff', "x-ndjson").json()["errors"][0]["code"] == "not-json"
    unreadable, cut = (one["entry"] for one in steward.listed())
    assert steward.opened(unreadable)["body"] == '{"broken": \ufffd'
    opened = steward.opened(cut)
    assert (opened["whole"], opened["keeps"], len(opened["body"])) == (False, [], 64 * 1024)
    text = mended(wrong_code(door))
    assert steward.checked(cut, text) == {
        "verdict": "accepted", "errors": [], "recordedtime": "2017-06-20T15:41:09Z",
    }  # fmt: skip
    assert steward.replayed(cut, text=text)[0]["done"]
    assert [said.recordedtime for said in published(door)] == ["2017-06-20T15:41:09Z"]


def test_entries_are_filtered_and_paged_newest_first(door: RunningDoor, steward: AtQuarantine) -> None:
    codes = [reject(door, wrong_code(door, n)) for n in range(3)]
    times = [reject(door, door.event(n, recordedtime="soon")) for n in range(2)]
    assert [one["entry"] for one in steward.listed()] == [*reversed(codes + times)]
    assert [one["entry"] for one in steward.listed(code="unknown-code")] == [*reversed(codes)]
    assert steward.listed(system="mosaic") == []
    assert steward.ask(system="mosaic\0").status_code == 400
    first = steward.ask(limit=2).json()
    second = steward.ask(limit=2, cursor=first["next"]).json()
    last = steward.ask(limit=2, cursor=second["next"]).json()
    paged = first["entries"] + second["entries"] + last["entries"]
    assert ([one["entry"] for one in paged], last["next"]) == ([*reversed(codes + times)], None)
    assert first["summary"] == {
        "statuses": {"waiting": 5}, "systems": [SYSTEM], "codes": ["bad-instant", "unknown-code"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"role": "analyst"}, 403),
        ({"role": "manager"}, 403),
        ({"purpose": "import of a return"}, 403),
        ({"authority": "E08000018"}, 403),  # not served here
        ({"issuer": "placements"}, 401),
    ],
)
def test_nobody_but_a_steward_by_way_of_the_gateway_sees_anything(
    door: RunningDoor, changed: dict[str, str], status: int
) -> None:
    entry = reject(door, wrong_code(door))
    other = AtQuarantine(door, **changed)
    assert other.ask().status_code == status
    assert other.say(f"/{entry}/openings", {"reason": "to look"}).status_code == status
    assert door.post([], token="none.at.all").status_code == 401


def test_an_entry_of_another_authority_is_none(door: RunningDoor, steward: AtQuarantine) -> None:
    entry = reject(door, wrong_code(door))
    door.rows("UPDATE quarantine SET authority = 'E09999999'")
    assert steward.listed() == []
    for path, body in (("openings", {"reason": "to look"}), ("checks", {"text": "{}"})):
        assert steward.say(f"/{entry}/{path}", body).status_code == 404
    assert steward.ask(f"/{entry}").json()["type"] == "/problems/no-such-entry"
    assert steward.replayed(entry)[0]["status"] is None
    assert steward.decided("dismissals", entry)[0]["status"] is None
    assert door.rows("SELECT * FROM quarantine_audit") == []


def test_what_no_good_token_may_state_is_not_replayed(door: RunningDoor, steward: AtQuarantine) -> None:
    entry = reject(door, wrong_code(door))
    door.rows("UPDATE tokens SET types = '{care.discharge.v1}'")
    try:
        (outcome,) = steward.replayed(entry, text=mended(wrong_code(door)))
        assert (outcome["done"], outcome["errors"][0]["code"]) == (False, "foreign-type")
        assert "ask the operator" in outcome["errors"][0]["message"]
    finally:
        door.rows("UPDATE tokens SET types = $1", list(_all_types()))


def _all_types() -> tuple[str, ...]:
    from holdfast.contracts.events import EVENT_TYPES

    return tuple(EVENT_TYPES)


def test_counts_and_who_did_what_stay_when_entries_go(door: RunningDoor, steward: AtQuarantine) -> None:
    entry, waiting = reject(door, wrong_code(door)), reject(door, wrong_code(door, 2))
    assert steward.decided("dismissals", entry)[0]["done"]
    door.rows("UPDATE quarantine SET last_received_at = last_received_at - interval '91 days' WHERE entry = $1", entry)

    async def purge() -> None:
        pool = await postgres.pool(door.database_url, max_size=1)
        try:
            await Store(pool).purge(datetime.now(UTC) - timedelta(days=90), 100)
        finally:
            await pool.close()

    asyncio.run(purge())
    assert [one["entry"] for one in steward.listed()] == [waiting]
    assert steward.ask(f"/{entry}").status_code == 404
    assert day(door, steward) == {"arrived": 2, "entered": 2, "dismissed": 1}
    (step,) = door.rows("SELECT entry, action, reason FROM quarantine_audit")
    assert tuple(step) == (entry, "dismissed", "sent by mistake")
    last = datetime.now(UTC).date() - timedelta(days=20)
    first = last - timedelta(days=20)
    assert steward.ask("/days", since=first, until=last).json() == []
    assert steward.ask("/days", since=last, until=first).status_code == 400


def test_what_was_mended_goes_with_the_child_that_it_was_mended_to(door: RunningDoor, steward: AtQuarantine) -> None:
    nameless = [door.event(n, "") for n in range(2)]
    first, second = (reject(door, event) for event in nameless)
    texts = [msgspec.json.encode(event | {"subject": "LCS-erased"}).decode() for event in nameless]
    assert steward.replayed(first, text=texts[0])[0]["done"]
    (said,) = published(door)
    asked, headers = (
        {"child": said.subject, "reason": "To try it"},
        AtQuarantine(door, purpose=ERASURE_PURPOSE).headers(),
    )
    answer = httpx.post(f"{door.url}/erasures", json=asked, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["quarantined"]) == (200, 1)
    assert [one["entry"] for one in steward.listed()] == [second]
    (outcome,) = steward.replayed(second, text=texts[1])
    assert (outcome["done"], outcome["errors"][0]["code"]) == (False, "erased")
    (row,) = door.rows("SELECT status, replay, child FROM quarantine")
    assert (row["status"], row["replay"], row["child"]) == ("waiting", None, None)
    assert len(published(door)) == 1
