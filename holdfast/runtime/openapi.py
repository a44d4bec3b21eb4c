"""What a service's OpenAPI document is put together from: answers, bodies and problems, said beside the routes.

FastAPI makes the document of the routes. The schemas of classes that msgspec reads and writes are put in here.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from msgspec import UNSET, Struct, UnsetType

JSON = "application/json"
PROBLEM = "application/problem+json"
VERSION = "1"

Described = dict[str, Any]
Responses = dict[int | str, Described]
Finish = Callable[[str, Described], None]

# A class by its name in a description, until its schema is put in: FastAPI copies descriptions as JSON.
_KINDS: dict[str, Any] = {}

_EXAMPLE = "example as JSON: "

_ETAG = {
    "ETag": {
        "description": "Names this very answer: send it in `If-None-Match`, and 304 comes where nothing has changed",
        "schema": {"type": "string"},
        "example": '"5f1c0e9b7a3d4f60815c2e7a9b4d3f10"',
    }
}
_LINK = {
    "Link": {
        "description": "The address of the next page, as `rel=next`; none with the last",
        "schema": {"type": "string"},
    }
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the answer held already; 304 without a body comes where it is still the same",
    "schema": {"type": "string", "examples": ['"5f1c0e9b7a3d4f60815c2e7a9b4d3f10"']},
}


class ProblemFault(Struct, frozen=True):
    """A part of the request that can't be used: a stable code, a pointer to it, and how to put it right."""

    code: str
    pointer: str
    message: str


class ProblemDetails(Struct, frozen=True, omit_defaults=True):
    """An answer other than success (RFC 9457). `type` is the address of the page that explains it."""

    type: str
    title: str
    status: int
    detail: str | UnsetType = UNSET
    errors: list[ProblemFault] | UnsetType = UNSET


def shape(kind: Any) -> Described:
    """A reference to the schema of whatever msgspec can write."""
    _KINDS[repr(kind)] = kind
    return {"$ref": repr(kind)}


def _kept(example: Any) -> str:
    """An example as text until the document is made: FastAPI would leave out whatever in it is null."""
    return _EXAMPLE + msgspec.json.encode(example).decode()


def json_body(kind: Any, example: Any, media_type: str = JSON) -> Described:
    """A route's `openapi_extra`, of a body of this shape."""
    content = {media_type: {"schema": shape(kind), "example": _kept(example)}}
    return {"requestBody": {"required": True, "content": content}}


def answer(meaning: str, kind: Any, example: Any, *, etag: bool = False, pages: bool = False) -> Described:
    """An answer in JSON. With `etag` it can be asked for again at little cost, with `pages` it is one of a list's."""
    headers = (_ETAG if etag else {}) | (_LINK if pages else {})
    content = {JSON: {"schema": shape(kind), "example": _kept(example)}}
    return {"description": meaning, "content": content} | ({"headers": headers} if headers else {})


def answers(meaning: str, kinds: Iterable[Any], examples: Mapping[str, Any]) -> Described:
    """An answer in JSON that is one of several things, with an example of each by name."""
    told = {name: {"value": _kept(each)} for name, each in examples.items()}
    return {
        "description": meaning,
        "content": {JSON: {"schema": {"anyOf": [shape(kind) for kind in kinds]}, "examples": told}},
    }


def text_answer(meaning: str, media_type: str, example: str, *, etag: bool = False) -> Described:
    """An answer that is a file or a text."""
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {"description": meaning, "content": content} | ({"headers": _ETAG} if etag else {})


def file_answer(meaning: str, media_type: str) -> Described:
    """An answer of bytes."""
    return {"description": meaning, "content": {media_type: {}}}


def add_problems(responses: Described, register: Mapping[str, str], codes: Iterable[str]) -> None:
    """Add problems by their codes; their statuses and words are the register's."""
    for code in codes:
        statuses, _, words = register[code].partition(": ")
        for status in statuses.split(" or "):
            held = responses.setdefault(status, {"description": HTTPStatus(int(status)).phrase})
            content = held.setdefault("content", {}).setdefault(PROBLEM, {"schema": shape(ProblemDetails)})
            title = words.partition(";")[0]
            told = {"type": f"/problems/{code}", "title": title[:1].upper() + title[1:], "status": int(status)}
            content.setdefault("examples", {})[code] = {"summary": words, "value": told}


def responses(register: Mapping[str, str], answers: Mapping[int, Described], problems: Iterable[str]) -> Responses:
    """What a route may answer, as FastAPI takes it; of the rest is said that it is a problem too."""
    told: Described = {str(status): one for status, one in answers.items()}
    if any(one.get("headers", {}).get("ETag") == _ETAG["ETag"] for one in answers.values()):
        told["304"] = {"description": "The answer that is held already still stands", "headers": _ETAG}
    add_problems(told, register, problems)
    rest = {"schema": shape(ProblemDetails)}
    told["default"] = {
        "description": "Any other problem; its `type` leads to what it means",
        "content": {PROBLEM: rest},
    }
    return {(int(status) if status.isdigit() else status): one for status, one in told.items()}


def document(
    app: FastAPI, title: str, description: str, finish: Finish, schemes: Mapping[str, Described] | None = None
) -> Described:
    """The document of an application's routes; `finish` adds to an operation what its service answers everywhere."""
    told = get_openapi(title=title, version=VERSION, description=description, routes=app.routes)
    for item in told.get("paths", {}).values():
        for method, operation in item.items():
            finish(method, operation)
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if "304" in operation["responses"]:
                operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
    if schemes:
        told.setdefault("components", {})["securitySchemes"] = dict(schemes)
    return _with_schemas(told)


def _with_schemas(told: Described) -> Described:
    """The document with the schema of each class that it names."""
    names = sorted(set(_named(told)))
    roots, parts = msgspec.json.schema_components(
        [_KINDS[name] for name in names], ref_template="#/components/schemas/{name}"
    )
    found: Described = _put_in(told, dict(zip(names, roots, strict=True)))
    found.setdefault("components", {}).setdefault("schemas", {}).update(parts)
    return found


def _named(told: Any) -> Iterable[str]:
    if isinstance(told, dict):
        if told.get("$ref") in _KINDS:
            yield told["$ref"]
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from _named(each)


def _put_in(told: Any, roots: Mapping[str, Described]) -> Any:
    if isinstance(told, str) and told.startswith(_EXAMPLE):
        return msgspec.json.decode(told.removeprefix(_EXAMPLE))
    if isinstance(told, dict):
        if told.get("$ref") in roots:
            return roots[told["$ref"]]
        return {name: _put_in(each, roots) for name, each in told.items()}
    return [_put_in(each, roots) for each in told] if isinstance(told, list) else told


def serve(app: FastAPI, path: str, make: Callable[[], Described]) -> None:
    """Serve the document at a path, to anybody: it says nothing of anyone. It is made when it is first asked for."""
    made: list[bytes] = []

    async def openapi(request: Request) -> Response:
        if not made:
            made.append(msgspec.json.encode(make()))
        tag = f'"{hashlib.sha256(made[0]).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
        held = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
        if tag in held:
            return Response(status_code=304, headers=headers)
        return Response(made[0], media_type=JSON, headers=headers)

    app.add_api_route(path, openapi, include_in_schema=False)
