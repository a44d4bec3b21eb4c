"""The gateway's OpenAPI document: what every address answers besides its own, how to sign in, and how lists are read.

What one address takes and answers is said beside its route.
"""

from collections.abc import Mapping

from fastapi import FastAPI

from holdfast.runtime import http, openapi
from services.gateway.problems import PROBLEMS

PATH = "/api/openapi.json"
# What the register may say of any question, and what the door may.
REGISTER = ("register-unavailable", "behind")
DOOR = ("door-unavailable", "door-refuses")
CUT = (*REGISTER, "no-such-day", "no-such-definitions", "erased-since")
ABOUT = """The figures of an authority, why they are what they are, and what is done about them.

**Who asks.** Send a reader's token, `Authorization: Bearer hfr_…`, which an operator makes for one authority and one
role; or sign in as a person, whose browser keeps a session cookie. A change by a person also carries the session's form
token in `X-CSRF-Token`; a token needs none. The roles that may ask are named with each address.

**Children** go by pseudonyms here. No answer holds a name, a reference or a postcode, but a rejected event that a
steward opens.

**Lists** come in pages. Where there is more, `next` holds a cursor and the header `Link` the address of the next page:
follow that address, for it names the data cut, so that all pages are of one list however many events come meanwhile.

**ETag.** Where an answer has an `ETag`, send it in `If-None-Match` when you ask again, and 304 without a body says that
nothing has changed. Targets are changed with `If-Match`, so that nobody overwrites what they have not read.

**Problems** are `application/problem+json` (RFC 9457). `type` leads to a page that says what it means, `title` and
`detail` say what to do, and `errors` names the parts of the request that can't be used.
"""

_EVERYWHERE = ("not-signed-in", "not-for-this-role", "another-authority", "database-unavailable")
_CHANGES = ("forged", "length-required", "too-large")
_BODIES = ("not-json", "unusable-body")
KNOWN = http.PROBLEMS | PROBLEMS


def answered(answers: Mapping[int, openapi.Described], *problems: str) -> openapi.Responses:
    """What a route may answer besides what every one may."""
    return openapi.responses(KNOWN, answers, problems)


def document(app: FastAPI) -> openapi.Described:
    """The document of the application's API."""
    return openapi.document(app, "Holdfast", ABOUT, _finish)


def _finish(method: str, operation: openapi.Described) -> None:
    codes = list(_EVERYWHERE)
    if method != "get":
        codes += _CHANGES
    if "requestBody" in operation:
        codes += _BODIES
    if any(each["in"] == "query" for each in operation.get("parameters", ())):
        codes.append("unusable-request")
    openapi.add_problems(operation["responses"], KNOWN, codes)
