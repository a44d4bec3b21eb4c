"""The door's OpenAPI document: who sends, what every address answers besides its own, and how rejections are read.

What one address takes and answers is said beside its route.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from holdfast.contracts.door_verdicts import PROBLEMS
from holdfast.runtime import http, openapi

PATH = "/openapi.json"
ABOUT = """The door: where a case system's events come in, and what stewards ask of them by way of the gateway.

**Begin** with `POST /events?dry_run=true`: it says of each event whether it would be taken and what it would change,
and keeps nothing. Each type of event is described with its data and has an example. Then post them without `dry_run`.

**Who sends.** `Authorization: Bearer …` with a sender's token, which an operator makes for one authority and one
system: its `source` is `/authorities/E08000018/systems/NAME`. What stewards ask comes with a token that the gateway
signs, for a short while and one purpose; case systems have no use for it.

**Verdicts.** Each event gets one: `accepted` is durable and counts once, however often it is sent. `rejected` says
where and why: `code` and `pointer` are stable, `message` is for people. `unavailable`, 503, or no answer at all: send
the same again. The page at `/problems/CODE` explains each code.

**Problems** with a request as a whole are `application/problem+json` (RFC 9457). `type` leads to a page that says what
it means, `detail` says how to put it right. With 429 and 503, wait as long as `Retry-After` says.
"""
SCHEMES: dict[str, openapi.Described] = {
    "sender": {"type": "http", "scheme": "bearer", "description": "A sender's token, of one authority and one system"},
    "gateway": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token that the gateway signs for somebody signed in, good for one purpose",
    },
}
BY_SENDER: openapi.Described = {"security": [{"sender": []}]}
BY_GATEWAY: openapi.Described = {"security": [{"gateway": []}]}
BY_BOTH: openapi.Described = {"security": [{"sender": []}, {"gateway": []}]}

KNOWN = http.PROBLEMS | PROBLEMS
_EVERYWHERE = ("unauthorized", "forbidden", "authority-not-served", "unavailable", "keys-differ")


def answered(answers: Mapping[int, openapi.Described], *problems: str) -> Any:
    """What a route may answer besides what every one may."""
    return openapi.responses(KNOWN, answers, problems)


def document(app: FastAPI) -> openapi.Described:
    """The document of the application's addresses."""
    return openapi.document(app, "Holdfast: the door", ABOUT, _finish, SCHEMES)


def _finish(method: str, operation: openapi.Described) -> None:
    codes = [*_EVERYWHERE]
    if method != "get":
        codes += ["unreadable", "too-large"]
    if any(each["in"] == "query" for each in operation.get("parameters", ())):
        codes.append("unusable-request")
    openapi.add_problems(operation["responses"], KNOWN, codes)
