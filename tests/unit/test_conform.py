"""The conformance kit against a door in this process: a good one passes, and each way to be wrong is noticed."""

from collections.abc import Callable, Collection
from typing import Any

import httpx
import pytest

from holdfast.cli.conformance.asking import introduced
from holdfast.cli.conformance.golden import GOLDEN
from holdfast.cli.conformance.refusals import NOT_TRIED, REFUSALS
from holdfast.cli.conformance.requests import REQUESTS
from holdfast.cli.conformance.results import Result
from holdfast.cli.conformance.trying import tried, try_refusals
from holdfast.cli.door import DoorRefused
from holdfast.contracts.door_verdicts import CODES
from holdfast.contracts.events import EVENT_TYPES
from tests.door_here import DoorHere


def run(here: DoorHere, only: Collection[str] = ()) -> list[Result]:
    with here.client() as client:
        return list(tried(introduced(here.door()), client, "run", only))


def failed(results: list[Result]) -> set[str]:
    return {result.name for result in results if result.outcome == "failed"}


@pytest.mark.parametrize("figures", [False, True])
def test_a_good_door_passes_everything_and_nothing_was_posted(figures: bool) -> None:
    here = DoorHere(figures=figures)
    results = run(here)
    assert not failed(results), [result for result in results if result.outcome == "failed"]
    assert len(results) == len(GOLDEN) + len(REFUSALS) + len(REQUESTS) + 1
    assert [result.name for result in results if result.outcome == "skipped"] == ["foreign-type /type"]
    assert here.held == {}
    in_earnest = [request for request in here.requests if request.url.params.get("dry_run") != "true"]
    assert {request.url.path for request in in_earnest} == {"/events", "/imports"}
    assert {bytes(request.content) for request in in_earnest} == {b"[]", b""}


def test_a_token_of_some_types_skips_what_it_cannot_show_and_shows_what_others_cannot() -> None:
    some = frozenset(EVENT_TYPES) - {"care.discharge.v1"}
    results = run(DoorHere(types=some))
    assert not failed(results)
    skipped = {result.name for result in results if result.outcome == "skipped"}
    assert "late-discharge" in skipped
    assert "admission" not in skipped
    assert "foreign-type /type" not in skipped


def test_a_door_without_a_dry_run_is_not_tried() -> None:
    with pytest.raises(DoorRefused, match="answers no dry run"):
        introduced(DoorHere(spoil=lambda told: []).door())


def each_event(change: Callable[[dict[str, Any]], None]) -> Callable[[Any], Any]:
    def spoil(told: Any) -> Any:
        for event in told["events"]:
            change(event)
        return told

    return spoil


def each_figure(change: Callable[[str, dict[str, Any]], None]) -> Callable[[Any], Any]:
    def of_event(event: dict[str, Any]) -> None:
        for figure in (event["effect"] or {"figures": []})["figures"]:
            for day in figure["days"]:
                change(figure["indicator"], day)

    return each_event(of_event)


def _reject_withdrawals(event: dict[str, Any]) -> None:
    if event["effect"] and event["effect"]["outcome"] == "withdrawn":
        event |= {"verdict": "rejected", "effect": None}


def _accept_all(event: dict[str, Any]) -> None:
    event |= {"verdict": "accepted", "errors": []}


def _one_more(indicator: str, day: dict[str, Any]) -> None:
    if indicator == "long_term_stable":
        day["child"]["after"]["numerator"] += 1


def _other_denominator(indicator: str, day: dict[str, Any]) -> None:
    if indicator == "three_or_more_placements":
        day["child"]["after"]["denominator"] += 1


def _authority_of_its_own(indicator: str, day: dict[str, Any]) -> None:
    if indicator == "looked_after":
        day["authority"]["after"]["numerator"] += 1


def _all_stated(event: dict[str, Any]) -> None:
    if event["effect"]:
        event["effect"]["outcome"] = "stated"


def _no_findings(event: dict[str, Any]) -> None:
    if event["effect"]:
        event["effect"] |= {"findings_new": [], "findings_mended": []}


def _another_pointer(event: dict[str, Any]) -> None:
    for fault in event["errors"]:
        fault["pointer"] += "/else"


def _another_code(event: dict[str, Any]) -> None:
    for fault in event["errors"]:
        fault["code"] = "bad-form"


def _no_placements(event: dict[str, Any]) -> None:
    if event["effect"]:
        event["effect"]["placements_in_year"] = None


SPOILT = [
    (each_event(_reject_withdrawals), {"withdrawal", "withdrawal-undone", "wrong-child"}),
    (each_event(_accept_all), {refusal.name for refusal in REFUSALS} - {"foreign-type /type"}),
    (each_figure(_one_more), {"same-carer", "sixteenth-birthday"}),
    (each_figure(_other_denominator), {"two-placements", "three-placements"}),
    (each_figure(_authority_of_its_own), {case.name for case in GOLDEN} - {"short-breaks"}),
    (each_event(_all_stated), {"correction", "repeated", "correction-overtakes"}),
    (each_event(_no_findings), {case.name for case in GOLDEN if case.finds}),
    (each_event(_another_pointer), {refusal.name for refusal in REFUSALS} - {"foreign-type /type"}),
    (
        each_event(_another_code),
        {refusal.name for refusal in REFUSALS if refusal.code != "bad-form"} - {"foreign-type /type"},
    ),
    (each_event(_no_placements), {"three-placements", "readmitted"}),
    (lambda told: told | {"events": told["events"][:-1]}, {"admission", "three-forms", REFUSALS[-1].name}),
]


@pytest.mark.parametrize(("spoil", "noticed"), SPOILT, ids=range(len(SPOILT)))
def test_each_way_for_a_door_to_be_wrong_is_noticed(spoil: Callable[[Any], Any], noticed: set[str]) -> None:
    here, journeys = DoorHere(figures=True, spoil=spoil), {case.name for case in GOLDEN}
    if noticed <= journeys:
        assert noticed == failed(run(here, only=noticed))
    elif noticed.isdisjoint(journeys):
        assert noticed <= failed(list(try_refusals(introduced(here.door()), "run")))
    else:
        assert noticed <= failed(run(here))


def test_a_door_that_refuses_requests_otherwise_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.door_here._problem", lambda status, code: httpx.Response(404))
    assert {request.name for request in REQUESTS} <= failed(run(DoorHere()))


def test_every_code_of_a_rejection_is_tried_or_said_not_to_be() -> None:
    assert {refusal.code for refusal in REFUSALS} | NOT_TRIED.keys() == CODES.keys()
    assert len({refusal.name for refusal in REFUSALS}) == len(REFUSALS)
