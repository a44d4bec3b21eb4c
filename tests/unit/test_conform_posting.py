"""What the kit posts in earnest, against a door in this process: only where nobody is, and nothing of it stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.cli.conformance import posting
from holdfast.cli.conformance.asking import Asked, introduced
from holdfast.cli.conformance.golden import GOLDEN
from holdfast.cli.conformance.posting import NotATrial, check_trial, posted, withdraw
from holdfast.cli.conformance.reading import Reader
from holdfast.cli.conformance.results import Result
from holdfast.cli.door import DoorAway
from holdfast.contracts.events import EVENT_TYPES, AnyEvent
from holdfast.contracts.facts import Kind, fact_of, standing
from tests.door_here import DoorHere
from tests.factories import AUTHORITY, admitted, discharged


def asked_of(here: DoorHere) -> Asked:
    return introduced(here.door())


def standing_facts(here: DoorHere) -> int:
    stands = [fact for facts in here.held.values() for fact in standing(facts).values()]
    return sum(fact.kind is not Kind.WITHDRAWAL for fact in stands)


def run(here: DoorHere, reader: Reader | None = None) -> list[Result]:
    return list(posted(asked_of(here), "run", reader))


# All of them are posted by the tests on a running platform.
SOME = GOLDEN[::7]


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not come at once never comes from a door in this process."""
    monkeypatch.setattr(posting, "GOLDEN", SOME)
    monkeypatch.setattr(posting, "_LONGEST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(posting, "_LOOK_AGAIN_SECONDS", 0.0)


def test_everything_is_posted_read_back_and_withdrawn() -> None:
    here = DoorHere(figures=True)
    results = run(here, Reader(here.client(), AUTHORITY))
    assert not [result for result in results if result.outcome != "passed"]
    names = [result.name for result in results]
    assert {case.name for case in SOME} <= set(names)
    assert {"lines", "batch", "one-by-one", "all-again", "arrived", "2017-03-31", "withdrawn", "nothing-left"} <= {
        *names
    }
    assert len(here.held) > len(SOME) - 1
    assert standing_facts(here) == 0


def test_a_reader_is_not_needed_and_neither_is_a_token_with_figures_where_there_is_one() -> None:
    assert all(result.outcome == "passed" for result in run(DoorHere(figures=True)))
    here = DoorHere()
    assert all(result.outcome == "passed" for result in run(here, Reader(here.client(), AUTHORITY)))


def test_nothing_is_posted_where_a_child_is_looked_after_now_or_then_or_that_cannot_be_seen() -> None:
    lives: list[list[AnyEvent]] = [[admitted("2020-01-01")], [admitted("2016-04-01"), discharged("2017-04-01")]]
    for life in lives:
        for figures in (True, False):
            here = DoorHere(figures=figures)
            here.held["somebody"] = [fact_of(event) for event in life]
            reader = None if figures else Reader(here.client(), AUTHORITY)
            with pytest.raises(NotATrial, match="looks after 1 child"):
                run(here, reader)
            assert list(here.held) == ["somebody"]
    here = DoorHere()
    with pytest.raises(NotATrial, match="can't be seen"):
        run(here)
    assert here.held == {}


def test_nothing_is_posted_by_a_token_that_could_not_take_it_out_again() -> None:
    here = DoorHere(figures=True, types=frozenset(EVENT_TYPES) - {"care.withdrawal.v1"})
    with pytest.raises(NotATrial, match="could not be taken out"):
        check_trial(asked_of(here), "run", None)


def test_a_run_that_is_broken_off_is_withdrawn_all_the_same() -> None:
    here = DoorHere(figures=True)
    results = posted(asked_of(here), "run", None)
    assert next(results).name == "lines"
    assert standing_facts(here) > 0
    results.close()
    assert standing_facts(here) == 0


def test_a_run_that_was_killed_is_withdrawn_by_its_name_whatever_of_it_arrived() -> None:
    here = DoorHere(figures=True)
    asked = asked_of(here)
    events = [event for case in SOME for event in case.events(asked.source, "killed")]
    asked.door.post("/events", msgspec.json.encode(events[::3]), "application/cloudevents-batch+json")
    assert standing_facts(here) > 0
    assert withdraw(asked, "killed") > len(SOME)
    assert standing_facts(here) == 0


class Losing(DoorHere):
    """Says that it has accepted, and keeps every second event alone."""

    def _post(self, kind: str, texts: list[bytes]) -> httpx.Response:
        answer = super()._post(kind, texts)
        for facts in self.held.values():
            del facts[1::2]
        return answer


class Rejecting(DoorHere):
    """Accepts nothing that comes in lines."""

    def _post(self, kind: str, texts: list[bytes]) -> httpx.Response:
        if kind.endswith("ndjson"):
            told = [{"id": "x", "verdict": "rejected", "errors": []} for _ in texts]
            return httpx.Response(200, content=b"\n".join(map(msgspec.json.encode, told)))
        return super()._post(kind, texts)


class Forgetting(DoorHere):
    """Takes no withdrawal that is the last word."""

    def _post(self, kind: str, texts: list[bytes]) -> httpx.Response:
        return super()._post(kind, [text for text in texts if b"2019-01-01" not in text])


class ReadingElse(DoorHere):
    """Its gateway counts one more."""

    def _figures(self, on: date) -> Any:
        rows = msgspec.to_builtins(super()._figures(on))
        if any(self.held.values()):
            rows[0]["numerator"] += 1
        return rows


WRONG: list[tuple[Callable[..., DoorHere], str]] = [
    (Losing, "arrived"),
    (Rejecting, "lines"),
    (ReadingElse, "2017-03-31"),
]


@pytest.mark.parametrize(("door", "noticed"), WRONG)
def test_each_way_to_do_otherwise_in_earnest_is_noticed(door: Callable[..., DoorHere], noticed: str) -> None:
    here = door(figures=True)
    results = run(here, Reader(here.client(), AUTHORITY) if door is ReadingElse else None)
    assert noticed in [result.name for result in results if result.outcome == "failed"]


def test_what_could_not_be_withdrawn_is_said_with_the_run_to_try_again() -> None:
    with pytest.raises(DoorAway, match="--withdraw run"):
        run(Forgetting(figures=True))
