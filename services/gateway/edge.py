"""The outermost layer: headers every answer carries, files that pages need, and errors as pages for people.

Decides nothing about who may see what.
"""

import re
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.runtime.http import Problem
from services.gateway.settings import GatewaySettings
from services.gateway.templating import page

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Addresses hold pseudonyms: they are told to nobody else.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TLS_ONLY = "max-age=31536000; includeSubDomains"
_MACHINES = ("/api/", "/live", "/livez", "/readyz", "/metrics")
_STATIC_SECONDS = 86_400
_UPLOAD = re.compile(r"/authorities/[^/]+/import")
LONGEST_BODY_BYTES = 256 * 1024


class Headers:
    """Adds what every answer carries. Plain ASGI: a live stream passes through untouched."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if self._secure:
                    headers.setdefault("Strict-Transport-Security", _TLS_ONLY)
                static = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", f"public, max-age={_STATIC_SECONDS}" if static else "no-store")
            await send(message)

        return await self._app(scope, receive, finish)


class Bounded:
    """Refuses a body that is longer than any form or document of ours, or that doesn't say how long it is.

    Uploads are longer, and are bounded where they are read as they come.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on where its body is short."""
        if scope["type"] == "http" and (problem := _fault_of_length(Request(scope))) is not None:
            return await problem.response()(scope, receive, send)
        return await self._app(scope, receive, send)


def _fault_of_length(request: Request) -> Problem | None:
    if "transfer-encoding" in request.headers:
        return Problem(411, "length-required", "The request doesn't say how long its body is")
    if request.method == "POST" and _UPLOAD.fullmatch(request.url.path):
        return None
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LONGEST_BODY_BYTES:
        return Problem(413, "too-large", f"The body is longer than {LONGEST_BODY_BYTES} bytes")
    return None


def finish(app: FastAPI, settings: GatewaySettings) -> None:
    """Put the outermost layer around the application."""
    app.add_exception_handler(Problem, _problem)
    app.add_middleware(Bounded)
    app.add_middleware(Headers, secure=settings.secure_cookies)
    app.mount("/static", StaticFiles(packages=[("services.gateway", "static")]), name="static")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return await answer_problem(request, error)


async def answer_problem(request: Request, problem: Problem) -> Response:
    """A problem as JSON for machines, as a page for people; somebody not signed in is asked to."""
    if request.url.path.startswith(_MACHINES) or "text/html" not in request.headers.get("accept", ""):
        return problem.response()
    if problem.status == 401:
        target = "/sign-in"
        if request.method == "GET" and request.url.path != "/":
            target += f"?next={quote(request.url.path)}"
        return RedirectResponse(target, 303)
    return page(request, "problem.html", status=problem.status, headers=problem.headers, problem=problem)
