"""The documents as the running services serve them: their real answers fit, and the door takes its own examples."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import jsonschema
import pytest

from tests.integration.conftest import a_database
from tests.integration.gateway_over_register import gateway_over_register
from tests.integration.gateway_rig import Running
from tests.integration.intake_door import RunningDoor, running_door
from tests.integration.register_process import RegisterProcess, register_process
from tests.integration.test_gateway_why import THREE, told

HERE = "E08000018"
FIGURE = {"indicator": THREE, "on": "2017-06-30"}
FORMATS = jsonschema.FormatChecker()


def fits(document: dict[str, Any], path: str, method: str, answer: httpx.Response) -> None:
    """Assert that an answer is one of those that the document has for the operation."""
    told_of = document["paths"][path][method]["responses"][str(answer.status_code)]
    schema = told_of["content"][answer.headers["content-type"]]["schema"]
    whole = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=FORMATS).validate(answer.json())


@pytest.fixture(scope="module")
def gateway(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with gateway_over_register(kafka, postgres_server, tmp_path_factory.mktemp("gateway"), told()) as over:
        yield over.gateway


@pytest.fixture(scope="module")
def steward(gateway: Running) -> httpx.Client:
    return gateway.http(gateway.token("steward", HERE))


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("receipt", FIGURE, 200),
        ("receipt", {"indicator": "nothing"}, 404),
        ("receipt", {**FIGURE, "on": "1970-01-01"}, 400),
        ("receipt", {}, 400),
        ("bridge", {"indicator": THREE, "first_on": "2017-05-31", "second_on": "2017-06-30"}, 200),
        ("ahead", FIGURE, 200),
        ("indicators", {"on": "2017-06-30", "breakdowns": "true"}, 200),
        ("findings", {}, 200),
        ("data-note", {"on": "2017-06-30"}, 200),
        ("packs", {}, 200),
        ("erasures", {}, 200),
        ("webhooks", {}, 200),
        ("alerts", {}, 200),
        ("corrections-allowed", {}, 200),
        ("settledness", {"on": "2017-06-30"}, 200),
        ("benchmarks", {"indicator": "long_term_stable"}, 200),
    ],
)
def test_what_the_gateway_answers_is_what_its_document_says(
    gateway: Running, steward: httpx.Client, path: str, asked: dict[str, str], status: int
) -> None:
    document = gateway.http().get("/api/openapi.json").json()
    answer = steward.get(f"/api/authorities/{HERE}/{path}", params=asked)
    assert answer.status_code == status, answer.text
    fits(document, "/api/authorities/{authority}/" + path, "get", answer)


@pytest.mark.parametrize("path", ["findings", "receipt"])
def test_whoever_has_no_token_gets_a_problem_that_the_document_has(gateway: Running, path: str) -> None:
    document = gateway.http().get("/api/openapi.json").json()
    # Of a receipt no figure is named: who may ask comes before what is asked.
    answer = gateway.http().get(f"/api/authorities/{HERE}/{path}")
    assert answer.status_code == 401
    fits(document, "/api/authorities/{authority}/" + path, "get", answer)


@contextmanager
def door_beside(register: RegisterProcess, database: str) -> Iterator[RunningDoor]:
    asks = {"HOLDFAST_PLACEMENTS_URL": register.url, "HOLDFAST_SIGNING_KEY": register.private}
    with running_door(register.environment["HOLDFAST_KAFKA"], database, **asks) as door:
        yield door


@pytest.fixture(scope="module")
def door(kafka: str, postgres_server: str) -> Iterator[RunningDoor]:
    with (
        a_database(postgres_server) as url,
        register_process(kafka, url) as register,
        door_beside(register, url) as running,
    ):
        yield running


def test_the_door_tries_the_examples_of_its_own_document(door: RunningDoor) -> None:
    document = httpx.get(f"{door.url}/openapi.json").json()
    body = document["paths"]["/events"]["post"]["requestBody"]["content"]
    batch = body["application/cloudevents-batch+json"]["example"]
    # The source is that of the token, whose authority is another in each test.
    sent = [event | {"source": door.source} for event in batch]
    headers = {
        "Authorization": f"Bearer {door.token}",
        "Content-Type": "application/cloudevents-batch+json",
    }
    answer = httpx.post(
        f"{door.url}/events", params={"dry_run": "true"}, content=json.dumps(sent), headers=headers, timeout=60
    )
    assert answer.status_code == 200, answer.text
    assert [each["verdict"] for each in answer.json()["events"]] == ["accepted"] * len(batch)
    fits(document, "/events", "post", answer)
    assert door.records() == []


def test_a_request_that_the_door_refuses_is_a_problem_that_its_document_has(door: RunningDoor) -> None:
    document = httpx.get(f"{door.url}/openapi.json").json()
    for answer, status in (
        (door.post([], token="of nobody"), 401),
        (door.post([], "json"), 415),
        (door.post(b"{"), 400),
    ):
        assert answer.status_code == status
        fits(document, "/events", "post", answer)
