"""The command: what it prints for people and for programs, its exit codes, and a vendor's own events."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from holdfast.cli import application, conform
from holdfast.cli.conformance import posting, trying
from holdfast.cli.conformance.happenings import STATEMENTS
from holdfast.cli.conformance.own_events import MOST_OWN_EVENTS, Own, Unusable, read_own, too_long
from tests.door_here import SOURCE, TOKEN, DoorHere


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> DoorHere:
    """A door that the command speaks to, whatever address it is given."""
    made = DoorHere(figures=True)

    @contextmanager
    def connect(url: str, token: str) -> Iterator[httpx.Client]:
        with made.client() as client:
            client.headers["authorization"] = f"Bearer {token}"
            yield client

    monkeypatch.setattr(conform, "connect", connect)
    monkeypatch.setattr(trying, "SECTIONS", {"Statements": STATEMENTS})
    monkeypatch.setattr(posting, "GOLDEN", STATEMENTS)
    return made


def run(*words: str) -> Any:
    # So wide that no line is broken.
    return CliRunner(env={"COLUMNS": "400"}).invoke(
        application("conform"), ["conform", "http://door", "--token", TOKEN, *words]
    )


def event(number: int, child: str = "LCS-1", **changed: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"event-{number}",
        "source": SOURCE,
        "type": "care.placement-move.v1",
        "subject": child,
        "fact": f"placement/{number}",
        "recordedtime": "2017-06-20T16:41:09Z",
        "data": {"on": f"2017-0{1 + number}-14", "reason_for_new_episode": "P", "placement": {"type": "K2"}},
    } | changed


def test_a_good_door_is_shown_for_people_and_nothing_is_posted(here: DoorHere) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    for case in STATEMENTS:
        assert case.name in done.output
    assert "0 failed" in done.output
    assert here.held == {}


def test_a_wrong_door_ends_with_1_and_says_what_came_instead(here: DoorHere) -> None:
    def spoil(told: Any) -> Any:
        for one in told["events"]:
            one["errors"] = one["errors"] and [{"code": "bad-form", "pointer": "/here", "message": "…"}]
        return told

    here.spoil = spoil
    done = run("--format", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["failed"] > 20) == (1, True)
    [result] = [one for one in told["results"] if one["name"] == "bad-date /data/on"]
    assert result["checks"] == [{"expected": "rejected: bad-date at /data/on", "got": "rejected: bad-form at /here"}]
    assert "bad-form at /here" in run().output


def test_one_journey_may_be_tried_alone_and_one_that_is_not_there_is_a_sentence(here: DoorHere) -> None:
    done = run("--only", "withdrawal", "--only", "repeated", "--format", "json")
    assert [one["name"] for one in json.loads(done.stdout)["results"]] == ["withdrawal", "repeated"]
    assert "Nothing was posted." in done.stderr
    done = run("--only", "birthday")
    assert (done.exit_code, "There is no journey birthday" in done.stderr) == (2, True)


def test_posting_in_earnest_is_part_of_the_same_report(here: DoorHere) -> None:
    done = run("--post", "--gateway", "http://gateway", "--reader-token", TOKEN, "--format", "json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["failed"]) == (0, 0)
    assert {"Posted in earnest", "Read over the gateway"} <= {one["section"] for one in told["results"]}
    again = run("--withdraw", told["run"])
    assert again.exit_code == 0
    assert f"run {told['run']} are withdrawn" in again.stderr


def test_nothing_is_posted_where_something_was_not_as_expected(here: DoorHere) -> None:
    def spoil(told: Any) -> Any:
        for one in told["events"]:
            one["errors"] = []
        return told

    here.spoil = spoil
    done = run("--post")
    assert (done.exit_code, "So nothing was posted." in done.stderr) == (1, True)
    assert here.held == {}


def test_own_events_are_told_line_by_line(here: DoorHere, tmp_path: Path) -> None:
    file = tmp_path / "ours.ndjson"
    bad = event(3, data={"on": "14/06/2017"})
    file.write_bytes(b"\n".join(map(msgspec.json.encode, [event(1), event(2), bad])) + b"\n\nnot json\n")
    done = run("--events", str(file), "--on", "2017-06-30")
    assert done.exit_code == 1
    assert "2 accepted, 2 rejected" in done.output
    assert "bad-date /data/on" in done.output
    assert "goes from 1 to 2 placements in the twelve months to 30 June 2017" in done.output
    told = json.loads(run("--events", str(file), "--on", "2017-06-30", "--format", "json").stdout)
    assert [one["place"] for one in told["events"]] == [1, 2, 3, 5]
    assert [one["answer"]["verdict"] for one in told["events"]] == ["accepted", "accepted", "rejected", "rejected"]
    assert here.held == {}


def test_what_a_child_is_only_one_of_is_told_in_one_line(here: DoorHere, tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    data = {"on": "2017-01-14", "legal_status": "C2", "placement": {"type": "K2"}}
    file.write_text(json.dumps(event(1, type="care.admission.v1", data=data)))
    done = run("--events", str(file), "--on", "2017-06-30")
    assert "In residential care, on 30 June 2017: this child goes from 0 of 0 to 1 of 1" in done.output
    [line] = [line for line in done.output.splitlines() if "the denominator alone changes" in line]
    assert "three_or_more_placements, " in line
    assert "Three or more placements in twelve months" not in done.output


def test_own_events_without_fault_end_with_0(here: DoorHere, tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    file.write_text(json.dumps([event(1), event(2)], indent=2))
    done = run("--events", str(file))
    assert done.exit_code == 0, done.output
    assert "Does not add up in the end: " in done.output
    assert "beginning-not-known 1" in done.output


@pytest.mark.parametrize(
    "text", [json.dumps(event(1)), json.dumps([event(1)], indent=4), json.dumps(event(1)) + "\r\n"]
)
def test_one_event_may_be_written_in_any_way(tmp_path: Path, text: str) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(text.encode())
    [own] = read_own(file)
    assert msgspec.json.decode(own.text) == event(1)
    assert (own.place, own.child, b"\n" in own.text) == (1, "LCS-1", False)


def test_a_file_that_cannot_be_tried_is_a_sentence(here: DoorHere, tmp_path: Path) -> None:
    empty, large = tmp_path / "empty", tmp_path / "large"
    empty.write_bytes(b"\n")
    large.write_bytes(b"7\n" * (MOST_OWN_EVENTS + 1))
    for file, said in ((empty, "holds no events"), (large, "at a time"), (tmp_path / "none", "can't be read")):
        with pytest.raises(Unusable, match=said):
            read_own(file)
        done = run("--events", str(file))
        assert (done.exit_code, said in done.stderr) == (2, True)


def test_children_of_too_many_events_are_told_so(here: DoorHere, tmp_path: Path) -> None:
    assert too_long([Own(place, b"", "a") for place in range(101)] + [Own(0, b"", "b")]) == 1
    file = tmp_path / "ours.ndjson"
    same = msgspec.json.encode(event(1))
    file.write_bytes(b"\n".join([same] * 101 + [msgspec.json.encode(event(2, "other"))]))
    done = run("--events", str(file))
    assert "Of 1 children there are more than 100 events" in done.stderr
    assert "102 accepted" in done.output


def test_a_door_that_will_not_have_us_or_has_another_clock_is_a_sentence(
    here: DoorHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = CliRunner().invoke(application("conform"), ["conform", "http://door", "--token", "hfs_unknown"])
    assert (done.exit_code, "(401)" in done.stderr) == (2, True)
    here.spoil = lambda told: told | {"today": "2018-03-31"}
    done = run()
    assert (done.exit_code, "clock says 2018-03-31" in done.stderr) == (2, True)
    here.spoil = lambda told: told | {"definitions": "1-eighteen.counted"}
    done = run()
    assert "reads the definitions as 1-eighteen.counted" in done.stderr
