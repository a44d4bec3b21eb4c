"""The OpenAPI documents: every route of the API is in them, whole, and every example is what its schema says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import SecretStr

from services.gateway import described
from services.gateway.app import build
from services.gateway.settings import GatewaySettings

FORMATS = jsonschema.FormatChecker()
METHODS = {"get", "put", "post", "delete"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    given: Any = {"home": tmp_path_factory.mktemp("home"), "signing_key": SecretStr("not used here")}
    return build(GatewaySettings(**given))


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    told: dict[str, Any] = TestClient(app).get(described.PATH).json()
    return told


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield f"{method} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Where, of which media type, and what is described: the bodies that are taken and given."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", media, content
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            yield status, media, content


def examples_in(content: dict[str, Any]) -> list[Any]:
    named = [each["value"] for each in content.get("examples", {}).values()]
    return named + ([content["example"]] if "example" in content else [])


def validator(document: dict[str, Any], schema: Any) -> Any:
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]}, format_checker=FORMATS)


def test_every_route_of_the_api_is_in_the_document_and_no_page(app: FastAPI, document: dict[str, Any]) -> None:
    routes = {
        f"{method.lower()} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if str(route.path).startswith("/api/") and route.path != described.PATH and method.lower() in METHODS
    }
    assert len(routes) > 35
    assert {name for name, _ in operations(document)} == routes


def test_every_operation_says_what_it_is_for_and_who_may_ask(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        handler = operation["operationId"].partition("_api_")[0]
        assert operation["summary"].lower() != handler.replace("_", " "), f"{name} has no summary of its own"
        assert operation["description"], name
        assert operation["tags"], name
        assert all(roles for each in operation["security"] for roles in each.values()), name


def test_every_parameter_is_described_with_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        named = set(re.findall(r"{(\w+)}", name))
        assert named <= {each["name"] for each in operation["parameters"] if each["in"] == "path"}, name
        for parameter in operation["parameters"]:
            where = f"{name}: {parameter['name']}"
            assert parameter["description"], where
            [example, *_] = parameter["schema"]["examples"]
            said = _read(example, parameter["schema"])
            assert not list(validator(document, parameter["schema"]).iter_errors(said)), where


def _read(example: Any, schema: dict[str, Any]) -> Any:
    """An example of what goes in an address, as its schema means it."""
    return int(example) if schema.get("type") == "integer" and isinstance(example, str) else example


def test_every_answer_in_json_has_a_schema_and_an_example_and_every_example_fits(document: dict[str, Any]) -> None:
    seen = 0
    for name, operation in operations(document):
        for where, media, content in contents(operation):
            if media == "application/json":
                assert content["schema"] and examples_in(content), f"{name} {where}"
            for example in examples_in(content):
                errors = [error.message for error in validator(document, content["schema"]).iter_errors(example)]
                assert errors == [], f"{name} {where} {media}"
                seen += 1
    assert seen > 300


def test_every_operation_says_which_problems_it_may_answer(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        problems = {code for code, media, _ in contents(operation) if media == "application/problem+json"}
        assert {"401", "403", "503", "default"} <= problems, name
        assert [code for code in operation["responses"] if code.startswith("2")], name
        assert "422" not in operation["responses"], name


def test_every_reference_leads_somewhere_and_every_schema_is_one(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    found = set(re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(document)))
    assert found == {f"#/components/schemas/{name}" for name in schemas}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_anybody_may_read_it_and_keep_it(app: FastAPI) -> None:
    asked = TestClient(app)
    first = asked.get(described.PATH)
    assert (first.status_code, first.json()["openapi"]) == (200, "3.1.0")
    again = asked.get(described.PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
