"""Mending a rejected event: what stays as it came, when it counts as recorded, and what is still refused."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from holdfast.contracts.door import read
from holdfast.contracts.door_rules import Terms, terms_at
from holdfast.contracts.door_verdicts import Refused, RejectedFault
from holdfast.contracts.events import EVENT_TYPES
from services.intake.quarantine.mending import Rejected, Settled, keeps, object_in, posted_in, settled, wrong_in

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOW_TEXT = "2026-03-02T09:30:00Z"
SOURCE = "/authorities/E08000018/systems/liquidlogic"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "statement 1",
    "source": SOURCE,
    "type": "care.discharge.v1",
    "subject": "LCS-1",
    "recordedtime": "2026-02-20T16:41:09+01:00",
    "fact": "discharge/1",
    "data": {"on": "2026-02-14", "reason_episode_ceased": "E4A"},
}


def terms(now: datetime = NOW) -> Terms:
    return terms_at(
        now, sources=frozenset({SOURCE}), types=frozenset(EVENT_TYPES), authorities=frozenset({"E08000018"})
    )


def encoded(event: Any) -> bytes:
    return msgspec.json.encode(event)


def rejected(event: Any, at: Terms | None = None) -> Rejected:
    """An event as the door keeps it after it has rejected it."""
    body = event if isinstance(event, bytes) else encoded(event)
    refused = read(body, at or terms())
    assert isinstance(refused, Refused)
    return Rejected(body, [RejectedFault(fault.code, fault.public_pointer) for fault in refused.faults])


def mend(came: Any, mended: Any) -> Settled | list[tuple[str, str]]:
    """The event as it would be replayed, or the codes and places of what is wrong."""
    found = settled(rejected(came), mended if isinstance(mended, bytes) else encoded(mended), terms(), NOW)
    return [(fault.code, fault.pointer) for fault in found.faults] if isinstance(found, Refused) else found


def recorded(came: Any, mended: Any) -> Any:
    found = mend(came, mended)
    assert isinstance(found, Settled), found
    assert posted_in(found.text) == found.event
    return msgspec.json.decode(found.text)["recordedtime"]


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in names}


WRONG_CODE = EVENT | {"data": {"on": "2026-02-14", "reason_episode_ceased": "Z"}}


def test_a_mended_event_is_recorded_when_it_came_to_be() -> None:
    assert recorded(WRONG_CODE, EVENT) == EVENT["recordedtime"]


def test_what_is_still_wrong_is_said_as_at_the_door() -> None:
    assert mend(WRONG_CODE, WRONG_CODE) == [("unknown-code", "/data/reason_episode_ceased")]
    assert mend(WRONG_CODE, b"{") == [("not-json", "")]
    assert mend(WRONG_CODE, b"[]") == [("wrong-type", "")]
    assert mend(WRONG_CODE, b"\xff") == [("not-json", "")]
    assert mend(WRONG_CODE, EVENT | {"data": {"on": "2026-02-14"}}) == [("missing", "/data/reason_episode_ceased")]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("id", "statement 2"),
        ("subject", "LCS-2"),
        ("fact", "discharge/2"),
        ("fact", None),
        ("recordedtime", "2026-02-21T00:00:00Z"),
    ],
)
def test_who_stated_what_of_whom_and_when_stays_as_it_came(name: str, other: str | None) -> None:
    assert mend(WRONG_CODE, EVENT | {name: other}) == [("kept", f"/{name}")]


def test_the_source_stays_that_of_the_system_that_sent_it() -> None:
    other = "/authorities/E08000018/systems/mosaic"
    assert mend(WRONG_CODE, EVENT | {"source": other}) == [("foreign-source", "/source")]
    assert isinstance(mend(EVENT | {"source": other}, EVENT), Settled)


@pytest.mark.parametrize(("name", "wrong"), [("id", ""), ("subject", "x" * 300), ("fact", 7), ("source", "E08000018")])
def test_a_name_that_was_itself_wrong_may_be_put_right(name: str, wrong: Any) -> None:
    assert isinstance(mend(EVENT | {name: wrong}, EVENT), Settled)
    if name != "source":
        assert isinstance(mend(EVENT | {name: wrong}, EVENT | {name: "another"}), Settled)


def test_a_fault_behind_other_faults_may_be_put_right_too() -> None:
    # Faults between fields are found once the form is right.
    withdrawal = without(EVENT, "data", "fact") | {"type": "care.withdrawal.v1", "data": {"extra": 1}}
    assert [fault.code for fault in rejected(withdrawal).errors] == ["unknown-field"]
    assert isinstance(mend(withdrawal, withdrawal | {"data": {}, "fact": "discharge/1"}), Settled)
    foreign = WRONG_CODE | {"source": "/authorities/E08000018/systems/mosaic"}
    assert isinstance(mend(foreign, EVENT), Settled)


@pytest.mark.parametrize("wrong", ["soon", None, "2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 7])
def test_where_the_time_of_recording_was_wrong_it_is_now(wrong: Any) -> None:
    came = EVENT | {"recordedtime": wrong}
    assert recorded(came, came) == NOW_TEXT
    assert recorded(came, EVENT) == NOW_TEXT  # no steward says when the system recorded it
    assert recorded(came | {"data": WRONG_CODE["data"]}, EVENT) == NOW_TEXT


def test_a_time_of_recording_that_was_ahead_is_now_even_when_it_has_come() -> None:
    came = EVENT | {"recordedtime": "2026-03-02T09:00:00Z"}
    then = rejected(came, terms(datetime(2026, 3, 2, 8, 0, tzinfo=UTC)))
    found = settled(then, encoded(came), terms(), NOW)
    assert isinstance(found, Settled)
    assert found.event.recordedtime == NOW


def test_an_event_without_a_fact_is_recorded_at_its_time() -> None:
    came = without(WRONG_CODE, "fact", "recordedtime") | {"time": "2026-02-14T10:00:00Z"}
    right = without(EVENT, "fact", "recordedtime") | {"time": "2026-02-14T10:00:00Z"}
    assert recorded(came, right) == "2026-02-14T10:00:00Z"
    assert mend(came, right | {"time": "2026-02-15T10:00:00Z"}) == [("kept", "/time")]
    assert mend(came, right | {"fact": "discharge/1"}) == [("kept", "/fact")]
    ahead = right | {"time": "2026-03-02T10:00:00Z"}
    assert recorded(ahead, ahead) == NOW_TEXT
    assert recorded(right | {"time": "noon"}, right) == NOW_TEXT


def test_of_what_could_not_be_read_everything_may_be_written_anew() -> None:
    assert isinstance(mend(b'{"id": "cut off', EVENT), Settled)
    assert recorded(b"[]", EVENT) == EVENT["recordedtime"]
    assert recorded(b"[]", without(EVENT, "recordedtime")) == NOW_TEXT
    assert mend(b"[]", EVENT | {"recordedtime": "2999-01-01T00:00:00Z"}) == [("recorded-ahead", "/recordedtime")]


def test_what_no_token_may_state_is_for_the_operator() -> None:
    narrow = terms_at(NOW, sources=frozenset({SOURCE}), types=frozenset(), authorities=frozenset({"E08000018"}))
    found = settled(rejected(WRONG_CODE), encoded(EVENT), narrow, NOW)
    assert isinstance(found, Refused)
    ((code, message),) = [(fault.code, fault.message) for fault in found.faults]
    assert (code, "ask the operator" in message) == ("foreign-type", True)


def test_a_steward_is_told_what_stays() -> None:
    def kept(event: Any) -> list[str]:
        came = rejected(event)
        return keeps(object_in(came.body), wrong_in(came, terms()))

    assert kept(WRONG_CODE) == ["id", "source", "subject", "fact", "recordedtime"]
    assert kept(EVENT | {"recordedtime": None, "id": ""}) == ["source", "subject", "fact"]
    assert kept(without(WRONG_CODE, "fact", "recordedtime") | {"time": "2026-02-14T10:00:00Z"})[-1] == "time"
    assert kept(b"no event") == []


@pytest.mark.parametrize(
    "text",
    [b'{"subject": "\\ud800"}', b'{"a":' * 60 + b"1" + b"}" * 60, b'{"on": 1e999}', b'{"on": ' + b"9" * 400 + b"}"],
)
def test_whatever_is_written_has_a_verdict(text: bytes) -> None:
    found = settled(rejected(WRONG_CODE), text, terms(), NOW)
    assert isinstance(found, Refused)
    assert found.faults
