"""Every problem that a service answers with has a page that says what it means, where its `type` points to."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from holdfast.contracts.door_verdicts import CODES, PROBLEMS, explained
from holdfast.runtime import http
from services.gateway.problems import PROBLEMS as GATEWAY
from services.placements.problems import PROBLEMS as PLACEMENTS

ROOT = Path(__file__).parents[2]
# What the register finds wrong with a question is passed on by the gateway in its words.
PASSED_ON = {
    "no-such-day",
    "no-such-figure",
    "no-such-child",
    "no-such-definitions",
    "readings-cross",
    "no-such-finding",
    "unknown-finding",
    "not-your-role",
    "behind",
    "erased-since",
    "no-such-month-end",
    "no-such-pack",
    "another-pack",
    "frozen-meanwhile",
    "nothing-to-freeze",
    "too-many-packs",
    # What the door finds wrong with a correction.
    "corrections-not-allowed",
    "unusable-correction",
    "another-correction",
    "too-many-statements",
}


def answered(folder: str) -> set[str]:
    said = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))
    return set(re.findall(r'Problem\(\s*\d{3},\s*"([a-z-]+)"', said))


@pytest.mark.parametrize(
    ("service", "explanations", "besides"),
    [("intake", PROBLEMS, set()), ("placements", PLACEMENTS, set()), ("gateway", GATEWAY, PASSED_ON)],
)
def test_a_service_explains_what_it_answers_and_nothing_else(
    service: str, explanations: Mapping[str, str], besides: set[str]
) -> None:
    said = answered(f"services/{service}") | besides
    assert said - set(http.PROBLEMS) <= set(explanations) <= said


def test_what_every_service_may_answer_is_explained() -> None:
    assert answered("holdfast/runtime") <= set(http.PROBLEMS)


def test_the_page_of_a_problem_is_where_its_type_points_to() -> None:
    asked = TestClient(http.application("example", problems=explained()), raise_server_exceptions=False)
    for code in (*PROBLEMS, *CODES, "fault"):
        page = asked.get(f"/problems/{code}")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/plain; charset=utf-8"), code
        assert page.text.startswith(f"{code}\n\n")
    assert CODES["too-large"] in asked.get("/problems/too-large").text
    unknown = asked.get("/problems/of-nobody")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/not-found")
    assert asked.get(unknown.json()["type"]).status_code == 200
