"""The page that shows the API to people: every address with its parameters and examples, from the OpenAPI document.

It needs no sign-in, no script and nothing from elsewhere.
"""

import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.runtime.openapi import JSON, Described
from services.gateway.api.document import PATH
from services.gateway.templating import page

router = APIRouter(include_in_schema=False)


class Address(Struct, frozen=True):
    """An address of the API as the page shows it; `examples` are what is sent and what comes back, as text."""

    area: str
    method: str
    path: str
    summary: str
    says: str
    roles: str
    parameters: list[Described]
    examples: list[tuple[str, str]]
    problems: list[tuple[str, str]]


@router.get("/api")
async def api(request: Request) -> Response:
    """Every address, by area."""
    document = request.app.state.document()
    addresses = list(addresses_in(document))
    areas = {one.area: [each for each in addresses if each.area == one.area] for one in addresses}
    about = [paragraph.replace("\n", " ") for paragraph in document["info"]["description"].strip().split("\n\n")]
    return page(request, "api.html", document=PATH, about=about, areas=areas)


def addresses_in(document: Described) -> Iterator[Address]:
    """Every operation, in the document's order."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield Address(
                area=operation["tags"][0],
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                says=operation["description"].replace("\n", " "),
                roles=", ".join(next(iter(operation["security"][0].values()))),
                # What every address begins with is said once.
                parameters=[_parameter(each) for each in operation["parameters"] if each["name"] != "authority"],
                examples=list(_examples(operation)),
                problems=list(_problems(operation)),
            )


def _parameter(told: Described) -> Described:
    """A parameter with its values in words: those it may have, or what it looks like."""
    schema = told["schema"]
    known = schema.get("enum") or next((one["enum"] for one in schema.get("anyOf", ()) if "enum" in one), ())
    return {**told, "values": ", ".join(map(str, known)), "example": _text(schema["examples"][0])}


def _examples(operation: Described) -> Iterator[tuple[str, str]]:
    sent = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    yield from (("Sent", _text(each)) for each in _told(sent))
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                yield from ((f"Answered, {status}", _text(each)) for each in _told(content))


def _told(content: Described) -> Iterator[Any]:
    if "example" in content:
        yield content["example"]
    yield from (each["value"] for each in content.get("examples", {}).values())


def _text(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)


def _problems(operation: Described) -> Iterator[tuple[str, str]]:
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values():
            if status != "default" and not status.startswith("2"):
                yield from ((status, code) for code in content.get("examples", {}))
