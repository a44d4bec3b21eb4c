"""The HTTP side of a process: errors as `application/problem+json`, health, telemetry, and a server that stops cleanly.

What a service answers is in its own `api.py`. The one place where any exception is caught is here, to answer 500.
"""

import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any

import msgspec
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from holdfast.runtime.logs import logger
from holdfast.runtime.settings import ServiceSettings

log = logger(__name__)

Faults = Callable[[], Sequence[str]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# What every service may answer, by the last part of the problem's `type`; each has its own beside these.
PROBLEMS: dict[str, str] = {
    "unusable-request": "400: a part of the request cannot be used; `errors` says which, and why",
    "bad-request": "400: the request is not HTTP as it must be",
    "unreadable": "400: the body did not come to its end",
    "not-found": "404: there is nothing at this address",
    "method-not-allowed": "405: the address takes other methods than this one",
    "too-large": "413: the body is longer than this address takes",
    "fault": "500: a fault of ours; nothing was changed that was not acknowledged, and it is in the log",
    "not-live": "503: the process is not getting on with its work, and is about to be started anew",
    "not-ready": "503: the process is starting, or something that it needs is away; the title says what",
}


class Problem(Exception):
    """An answer other than success (RFC 9457). `errors` are {code, pointer, message}; `code` names the help page."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        *,
        errors: Sequence[dict[str, Any]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.headers = errors, headers or {}

    def response(self) -> Response:
        """The answer itself."""
        body: dict[str, Any] = {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = list(self.errors)
        return json_response(body, self.status, media_type="application/problem+json", headers=self.headers)


def json_response(
    value: Any, status: int = 200, *, media_type: str = "application/json", headers: dict[str, str] | None = None
) -> Response:
    """Anything msgspec can encode, as a response."""
    return Response(msgspec.json.encode(value), status, media_type=media_type, headers=headers)


def application(
    name: str,
    *,
    lifespan: Lifespan | None = None,
    ready: Faults = tuple,
    live: Faults = tuple,
    problems: Mapping[str, str] | None = None,
) -> FastAPI:
    """An application with /livez, /readyz, /metrics and /problems/{code}.

    `ready` and `live` say what is wrong; nothing means well. `problems` are the service's own codes, explained.
    """
    app = FastAPI(
        title=f"Holdfast {name}",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Every answer is made here: FastAPI is to describe none of its own.
        default_response_class=Response,
    )
    app.add_api_route("/livez", _health("not-live", live), include_in_schema=False)
    app.add_api_route("/readyz", _health("not-ready", ready), include_in_schema=False)
    app.add_api_route("/metrics", _telemetry, include_in_schema=False)
    app.add_api_route("/problems/{code}", _explain({**PROBLEMS, **(problems or {})}), include_in_schema=False)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
    return app


def _health(code: str, faults: Faults) -> Callable[[], Any]:
    async def answer() -> Response:
        found = [*faults()]
        if found:
            return Problem(503, code, "; ".join(found)).response()
        return json_response({"status": "ok"})

    return answer


def _explain(problems: Mapping[str, str]) -> Callable[[str], Any]:
    async def answer(code: str) -> Response:
        if code not in problems:
            raise Problem(404, "not-found", "There is no problem of this name")
        return Response(f"{code}\n\n{problems[code]}\n", media_type="text/plain; charset=utf-8")

    return answer


async def _telemetry() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"code": item["type"], "pointer": "/" + "/".join(map(str, item["loc"])), "message": item["msg"]}
        for item in error.errors()
    ]
    return Problem(400, "unusable-request", "The request is not usable", errors=errors).response()


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    return Problem(
        error.status_code, phrase.lower().replace(" ", "-"), phrase, headers=dict(error.headers or {})
    ).response()


async def _bug(_: Request, error: Exception) -> Response:
    # The text of an exception may quote what it was given: only its kind is logged.
    log.error("a request failed by a fault of ours", kind=type(error).__name__)
    return Problem(500, "fault", "This is a fault of ours; nothing was changed that was not acknowledged").response()


def server(app: FastAPI, settings: ServiceSettings) -> uvicorn.Server:
    """A server that takes SIGTERM as the end: it answers what it has begun, for 10 s at most, and stops."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,  # it would write addresses, which hold pseudonyms
            timeout_graceful_shutdown=10,
            server_header=False,
        )
    )


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until told to stop, and end with 0 then."""
    # Once it has stopped, the server raises the signal again: by then there is nothing left to end.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server(app, settings).run()


async def bounded_body(request: Request, longest_bytes: int) -> bytes:
    """The body, read once it is known who asks; raises Problem 413 where it is longer, 400 where the asker left."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > longest_bytes:
                raise Problem(413, "too-large", f"The body is longer than {longest_bytes} bytes")
    except ClientDisconnect as error:
        raise Problem(400, "unreadable", "The body did not come to its end") from error
    return bytes(body)
