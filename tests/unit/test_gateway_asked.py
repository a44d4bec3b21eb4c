"""What the gateway's API asks of the register for each parameter, and that its answers are those of its document."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from services.gateway.api.parameters import CHILD, FINDING, PACK, THREE
from services.gateway.domain import Principal
from services.gateway.findings import examples as finding_examples
from services.gateway.packs import examples as pack_examples
from services.gateway.why import examples as why_examples
from tests.unit.test_openapi import MADE, Served, gateway

HERE = "/api/authorities/E08000018"
ANSWERS: dict[str, Any] = {
    "receipt": why_examples.RECEIPT,
    "bridge": why_examples.BRIDGE,
    # The room that is left is the gateway's to add.
    "ahead": {
        **{name: value for name, value in why_examples.AHEAD.items() if name != "now"},
        "month_ends": [{"on": end["on"], "readings": [end["reading"]]} for end in why_examples.AHEAD["month_ends"]],
    },
    "findings": finding_examples.LISTED,
    f"findings/{CHILD}/{FINDING}": finding_examples.TOLD,
    "data-note": finding_examples.NOTE,
    "corrections-allowed": finding_examples.ALLOWED,
    "packs": pack_examples.LISTED,
    f"packs/{PACK}": pack_examples.TOLD,
    f"packs/{PACK}/rerun": pack_examples.RERUN,
}


class Register:
    """Answers with the examples, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}

    async def explained(
        self, _: Principal, authority: str, what: str, asked: dict[str, str], purpose: str = ""
    ) -> bytes:
        assert authority == "E08000018"
        self.asked = asked
        return msgspec.json.encode(ANSWERS[what])


class Anybody:
    async def principal(self, _: Any) -> Principal:
        return Principal("token:1", "machine", "steward", "E08000018")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    found = Served(gateway(tmp_path_factory.mktemp("home")), *MADE["gateway"][1:])
    found.app.state.access = Anybody()
    targets = SimpleNamespace(of=lambda *_: (-1, []))
    found.app.state.parts = SimpleNamespace(
        register=Register(), targets=targets, settings=SimpleNamespace(demonstration=False)
    )
    return found


@pytest.fixture
def register(served: Served) -> Register:
    held: Register = served.app.state.parts.register
    return held


@pytest.fixture
def client(served: Served) -> TestClient:
    return TestClient(served.app)


CUT = {"on": "2017-06-30", "known_at": "2017-07-10T09:00:00Z", "clock": "received", "read_to": "7", "definitions": "1"}
FIGURE = {"indicator": THREE, "breakdown": "age_band:5_to_9", "period": "on"}
PAGE = {"cursor": "200", "limit": "50"}
ENDS = {f"{end}_{name}": value for end in ("first", "second") for name, value in {**CUT, "pack": PACK}.items()}
BRIDGED = {name: value for name, value in ENDS.items() if not name.endswith("_clock")}


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("receipt", {**FIGURE, **CUT, **PAGE}),
        ("ahead", {**FIGURE, **CUT, **PAGE}),
        ("bridge", {**FIGURE, **BRIDGED, "clock": "received", **PAGE}),
        ("findings", {"status": "gone", "code": "contested", "source": "b", "child": CHILD, "read_to": "7", **PAGE}),
        ("data-note", {"on": "2017-06-30", "over": "month"}),
    ],
)
def test_every_parameter_reaches_the_register_as_it_came_and_no_other(
    client: TestClient, register: Register, what: str, asked: dict[str, str]
) -> None:
    answer = client.get(f"{HERE}/{what}", params={**asked, "nonsense": "1"})
    assert answer.status_code == 200, answer.text
    assert register.asked == asked
    told = served_parameters(client, what)
    assert set(asked) == told


def served_parameters(client: TestClient, what: str) -> set[str]:
    operation = client.get(MADE["gateway"][1]).json()["paths"]["/api/authorities/{authority}/" + what]["get"]
    return {each["name"] for each in operation["parameters"] if each["in"] == "query"}


def test_what_is_left_empty_is_not_asked(client: TestClient, register: Register) -> None:
    client.get(f"{HERE}/receipt", params={"indicator": "admissions", "known_at": ""})
    assert register.asked == {"indicator": "admissions", "period": "month"}


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "unusable-request"),
        ({"indicator": ""}, 400, "unusable-request"),
        ({"indicator": "nothing"}, 404, "unknown-indicator"),
    ],
)
@pytest.mark.parametrize("what", ["receipt", "receipt.csv", "receipt.xlsx", "bridge", "ahead", "benchmarks"])
def test_no_indicator_is_an_unusable_request_and_another_is_unknown_everywhere(
    client: TestClient, served: Served, what: str, asked: dict[str, str], status: int, code: str
) -> None:
    answer = client.get(f"{HERE}/{what}", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/problems/{code}"
    told = served.document["paths"]["/api/authorities/{authority}/" + what]["get"]["responses"][str(status)]
    assert [each["pointer"] for each in answer.json().get("errors", ())] == ["/query/indicator"] * (status == 400)
    assert code in told["content"]["application/problem+json"]["examples"]
    assert served.errors(told["content"]["application/problem+json"]["schema"], answer.json()) == []


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_is_what_the_document_says(client: TestClient, served: Served, what: str) -> None:
    path = what.replace(CHILD, "{child}").replace(FINDING, "{finding}").replace(PACK, "{pack}")
    operation = served.document["paths"]["/api/authorities/{authority}/" + path]["get"]
    asked = {"indicator": THREE} if what in ("receipt", "bridge", "ahead") else {}
    answer = client.get(f"{HERE}/{what}", params=asked)
    assert answer.status_code == 200, answer.text
    told = operation["responses"]["200"]
    assert served.errors(told["content"]["application/json"]["schema"], answer.json()) == []
    assert ("ETag" in answer.headers) == ("ETag" in told.get("headers", {}))
    assert answer.headers.get("Link") is None or "Link" in told["headers"]
    if "304" in operation["responses"]:
        again = client.get(f"{HERE}/{what}", params=asked, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_the_document_is_served_where_nobody_has_signed_in(tmp_path: Path) -> None:
    assert TestClient(gateway(tmp_path)).get(MADE["gateway"][1]).status_code == 200


def test_the_page_of_the_api_shows_every_address_to_anybody_without_a_script(served: Served) -> None:
    shown = TestClient(served.app).get("/api", headers={"Accept": "text/html"})
    assert shown.status_code == 200
    said = set(re.findall(r'data-address="([A-Z]+) ([^"]+)"', shown.text))
    assert {f"{method.lower()} {path}" for method, path in said} == {name for name, _ in served.operations()}
    assert "<script" not in shown.text
    assert not re.search(r'(?:src|href)="https?:', shown.text)
    assert "Three placements in the last 12 months." in shown.text
