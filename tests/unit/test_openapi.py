"""The OpenAPI documents: every route of the API is in them, whole, and every example is what its schema says."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast, get_type_hints
from unittest.mock import MagicMock

import jsonschema
import msgspec
import pytest
from fastapi import FastAPI, Response
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from pydantic import SecretStr

from holdfast.contracts.door import read
from holdfast.contracts.door_forms import POSTED_TYPES
from holdfast.contracts.door_verdicts import Refused
from holdfast.contracts.event_examples import EVENTS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime import openapi
from holdfast.runtime.http import application
from services.gateway.api import document as gateway_described
from services.gateway.app import build
from services.gateway.settings import GatewaySettings
from services.intake import described as intake_described
from services.intake.api import Api
from services.intake.corrections.api import Corrections
from services.intake.erasures.api import Erasures
from services.intake.quarantine.api import QuarantineApi
from services.placements import app as placements_app
from services.placements.api import router as placements_router
from services.placements.erasures import api as placements_erasures
from tests.unit.test_door import terms

FORMATS = jsonschema.FormatChecker()
METHODS = {"get", "put", "post", "delete"}
NOTHING = cast(Any, None)
Document = dict[str, Any]


def gateway(home: Path) -> FastAPI:
    given: Any = {"home": home, "signing_key": SecretStr("not used here")}
    return build(GatewaySettings(**given))


def door(_: Path) -> FastAPI:
    """The door's addresses, with nothing behind them."""
    app = application("intake")
    Api(*[NOTHING] * len(Api.__struct_fields__)).add_to(app)
    Erasures(NOTHING, NOTHING, NOTHING).add_to(app)
    QuarantineApi(NOTHING, NOTHING, NOTHING, NOTHING).add_to(app)
    Corrections(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING).add_to(app)
    openapi.serve(app, intake_described.PATH, lambda: intake_described.document(app))
    return app


def placements(_: Path) -> FastAPI:
    """The register's addresses, with nothing behind them."""
    app, nothing = application("placements"), MagicMock()
    app.include_router(placements_router(nothing))
    for questions in placements_app.QUESTIONS:
        app.include_router(questions.router(nothing))
    app.include_router(placements_erasures.router(nothing, nothing, nothing))
    return app


class Served:
    """An application, where its document is, what its paths begin with, and how many there are at the least."""

    def __init__(self, app: FastAPI, path: str, begins: str, least: int) -> None:
        self.app, self.path, self.begins, self.least = app, path, begins, least
        self.document: Document = TestClient(app).get(path).json()

    def operations(self) -> Iterator[tuple[str, Document]]:
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                assert method in METHODS
                yield f"{method} {path}", operation

    def errors(self, schema: Document, value: Any) -> list[str]:
        """What is wrong with a value by a schema of the document."""
        whole = {**schema, "components": self.document["components"]}
        return [
            error.message for error in jsonschema.Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)
        ]


MADE: dict[str, tuple[Callable[[Path], FastAPI], str, str, int]] = {
    "gateway": (gateway, gateway_described.PATH, "/api/", 40),
    "door": (door, intake_described.PATH, "/", 12),
}


@pytest.fixture(scope="module", params=MADE)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Served:
    make, path, begins, least = MADE[request.param]
    return Served(make(tmp_path_factory.mktemp("home")), path, begins, least)


def contents(operation: Document) -> Iterator[tuple[str, str, Document]]:
    """Where, of which media type, and what is described: the bodies that are taken and given."""
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", media, content
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            yield status, media, content


def examples_in(content: Document) -> list[Any]:
    named = [each["value"] for each in content.get("examples", {}).values()]
    return named + ([content["example"]] if "example" in content else [])


def test_every_route_of_the_api_is_in_the_document_and_nothing_else(served: Served) -> None:
    own = {served.path, "/livez", "/readyz", "/metrics", "/problems/{code}"}
    routes = {
        f"{method.lower()} {route.path}"
        for route in iter_route_contexts(served.app.routes)
        for method in route.methods or ()
        if str(route.path).startswith(served.begins) and route.path not in own and method.lower() in METHODS
    }
    assert len(routes) >= served.least
    assert {name for name, _ in served.operations()} == routes


def test_every_operation_says_what_it_is_for_and_who_may_ask(served: Served) -> None:
    schemes = served.document["components"]["securitySchemes"]
    for name, operation in served.operations():
        handler = re.split("_api_|__|_(?=events|imports|quarantine)", operation["operationId"])[0]
        assert operation["summary"].lower() != handler.replace("_", " "), f"{name} has no summary of its own"
        assert operation["description"], name
        assert operation["tags"], name
        assert operation["security"], name
        assert {scheme for each in operation["security"] for scheme in each} <= set(schemes), name


def test_the_gateway_names_the_roles_that_may_ask(tmp_path: Path) -> None:
    document = Served(gateway(tmp_path), *MADE["gateway"][1:]).document
    erasing = document["paths"]["/api/authorities/{authority}/erasures"]["post"]
    assert erasing["security"] == [{"token": ["steward"]}, {"session": ["steward"]}]


def test_every_parameter_is_described_with_an_example_that_it_takes(served: Served) -> None:
    for name, operation in served.operations():
        told = operation.get("parameters", [])
        assert set(re.findall(r"{(\w+)}", name)) == {each["name"] for each in told if each["in"] == "path"}, name
        for parameter in told:
            where = f"{name}: {parameter['name']}"
            assert parameter["description"], where
            [example, *_] = parameter["schema"]["examples"]
            assert served.errors(parameter["schema"], _meant(example, parameter["schema"])) == [], where


def _meant(example: Any, schema: Document) -> Any:
    """An example of what stands in an address, as its schema means it."""
    return int(example) if schema.get("type") == "integer" and isinstance(example, str) else example


def test_every_answer_in_json_has_a_schema_and_an_example_and_every_example_fits(served: Served) -> None:
    seen = 0
    for name, operation in served.operations():
        for where, media, content in contents(operation):
            if "json" in media and where != "default":
                assert content["schema"] and examples_in(content), f"{name} {where}"
            for example in examples_in(content):
                assert served.errors(content["schema"], example) == [], f"{name} {where} {media}"
                seen += 1
    assert seen > 100


def test_every_operation_says_which_problems_it_may_answer(served: Served) -> None:
    for name, operation in served.operations():
        problems = {code for code, media, _ in contents(operation) if media == "application/problem+json"}
        assert {"401", "403", "503", "default"} <= problems, name
        assert [code for code in operation["responses"] if code.startswith("2")], name
        assert "422" not in operation["responses"], name


def test_every_reference_leads_somewhere_and_every_schema_is_one(served: Served) -> None:
    schemas = served.document["components"]["schemas"]
    found = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(served.document)))
    assert found == {f"#/components/schemas/{name}" for name in schemas}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_schema_has_a_plain_name_of_its_own(served: Served) -> None:
    # Two classes of one name would both be told with the paths of their modules, by dots or by `__`.
    names = [*served.document["components"]["schemas"]]
    assert len(names) > 40
    assert [name for name in names if "__" in name or not re.fullmatch("[A-Z][A-Za-z]+", name)] == []


def test_it_has_the_form_of_openapi_3_1(served: Served) -> None:
    jsonschema.Draft202012Validator(FORM).validate(served.document)
    ids = [operation["operationId"] for _, operation in served.operations()]
    assert len(ids) == len(set(ids))


def test_anybody_may_read_it_and_keep_it(served: Served) -> None:
    asked = TestClient(served.app)
    first = asked.get(served.path)
    assert (first.status_code, first.json()["openapi"]) == (200, "3.1.0")
    again = asked.get(served.path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_example_speaks_of_anybody(served: Served) -> None:
    text = json.dumps(served.document)
    assert "LCS-" not in text
    assert set(re.findall(r'"indicator": "(\w+)"', text)) <= set(INDICATORS)
    assert set(re.findall(r"https?://([^/\"`]+)", text)) <= {"alerts.example"}


@pytest.mark.parametrize(("make", "least"), [(gateway, 90), (door, 15), (placements, 25)])
def test_every_handler_makes_its_answer_itself(make: Callable[[Path], FastAPI], least: int, tmp_path: Path) -> None:
    # FastAPI is told to make none of its own, so anything but an answer would be a fault.
    routes = iter_route_contexts(make(tmp_path).routes)
    handlers = [route.endpoint for route in routes if route.endpoint is not None]
    assert len(handlers) >= least
    assert [each for each in handlers if not issubclass(get_type_hints(each)["return"], Response)] == []


@pytest.mark.parametrize("kind", POSTED_TYPES)
def test_the_door_takes_the_example_of_each_type(kind: str) -> None:
    taken = read(msgspec.json.encode(EVENTS[kind]), terms())
    assert not isinstance(taken, Refused), taken
    assert taken.type == kind


def test_the_examples_of_events_are_those_of_the_document(tmp_path: Path) -> None:
    document = Served(door(tmp_path), *MADE["door"][1:]).document
    body = document["paths"]["/events"]["post"]["requestBody"]["content"]
    assert [each["value"] for each in body["application/cloudevents+json"]["examples"].values()] == [*EVENTS.values()]
    assert body["application/cloudevents-batch+json"]["example"] == [*EVENTS.values()]


# What OpenAPI 3.1 asks of the parts that are made here, in our words: of schemas, see above.
_DESCRIBED = {"type": "object", "required": ["description"], "properties": {"description": {"type": "string"}}}
_CONTENT = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "not": {"required": ["example", "examples"]},
        "properties": {
            "examples": {"type": "object", "additionalProperties": {"type": "object", "required": ["value"]}},
        },
    },
}
_RESPONSE = {
    **_DESCRIBED,
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "content": _CONTENT,
        "headers": {"type": "object", "additionalProperties": {"type": "object", "required": ["schema"]}},
    },
    "additionalProperties": False,
}
_PARAMETER = {
    "type": "object",
    "required": ["name", "in", "schema"],
    "properties": {
        "name": {"type": "string"},
        "in": {"enum": ["path", "query", "header", "cookie"]},
        "required": {"type": "boolean"},
        "description": {"type": "string"},
        "schema": {"type": "object"},
    },
    "additionalProperties": False,
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"properties": {"required": {"const": True}}, "required": ["required"]},
}
_OPERATION = {
    "type": "object",
    "required": ["summary", "operationId", "responses"],
    "properties": {
        "tags": {"type": "array", "items": {"type": "string"}},
        "summary": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "operationId": {"type": "string"},
        "security": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        },
        "parameters": {"type": "array", "items": _PARAMETER},
        "requestBody": {"type": "object", "required": ["content"], "properties": {"content": _CONTENT}},
        "responses": {
            "type": "object",
            "patternProperties": {"^([1-5][0-9][0-9]|default)$": _RESPONSE},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
FORM = {
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "paths": {
            "type": "object",
            "patternProperties": {"^/": {"type": "object", "additionalProperties": _OPERATION}},
            "additionalProperties": False,
        },
        "components": {
            "type": "object",
            "required": ["schemas", "securitySchemes"],
            "properties": {
                "schemas": {"type": "object", "propertyNames": {"pattern": "^[A-Za-z0-9._-]+$"}},
                "securitySchemes": {
                    "type": "object",
                    "additionalProperties": {
                        "oneOf": [
                            {"required": ["type", "scheme"], "properties": {"type": {"const": "http"}}},
                            {"required": ["type", "name", "in"], "properties": {"type": {"const": "apiKey"}}},
                        ]
                    },
                },
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
