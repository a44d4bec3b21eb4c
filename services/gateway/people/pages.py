"""The pages by which people come in and go out, and the front door that leads each to what is theirs."""

import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.gateway.domain import Principal, may
from services.gateway.parts import Made
from services.gateway.people.access import COOKIE, CSRF_FIELD, refuse_forged, refuse_other_origins
from services.gateway.people.secret import hash_of
from services.gateway.people.sign_in import LONGEST_NAME, LONGEST_PASSWORD, Throttled
from services.gateway.telemetry import SIGN_INS
from services.gateway.templating import page

router = APIRouter(include_in_schema=False)

# Before there is a session, a form carries what this cookie does: another site can set neither.
FORM_COOKIE = "holdfast_form"


async def person(request: Request) -> Principal | None:
    """Whoever is signed in."""
    found: Principal | None = await request.app.state.access.principal(request)
    return found


Somebody = Annotated[Principal | None, Depends(person)]


def home_of(principal: Principal) -> str:
    """Where somebody's own pages begin."""
    if may(principal, "operations"):
        return "/operations"
    return f"/authorities/{principal.authority}"


@router.get("/")
async def front(somebody: Somebody) -> Response:
    """To one's own authority, or to sign in."""
    return RedirectResponse("/sign-in" if somebody is None else home_of(somebody), 303)


@router.get("/sign-in")
async def ask(request: Request, somebody: Somebody, onward: Annotated[str, Query(alias="next")] = "") -> Response:
    """The form to sign in with."""
    if somebody is not None:
        return RedirectResponse(home_of(somebody), 303)
    return _form(request, onward)


@router.post("/sign-in")
async def let_in(
    request: Request,
    parts: Made,
    name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    password: Annotated[str, Form(max_length=LONGEST_PASSWORD)] = "",
    csrf_token: Annotated[str, Form()] = "",
    onward: Annotated[str, Form(alias="next")] = "",
) -> Response:
    """Let somebody in, or say that name and password don't fit."""
    refuse_other_origins(request)
    cookie = request.cookies.get(FORM_COOKIE, "")
    if not cookie or not hmac.compare_digest(cookie.encode(), csrf_token.encode()):
        return _form(request, onward, "The page had been open for too long. Please try again.", status=403)
    address = request.client.host if request.client else ""
    try:
        token = await parts.door.sign_in(name.strip(), password, address)
    except Throttled as error:
        SIGN_INS.labels("throttled").inc()
        minutes = max(1, round(error.seconds / 60))
        message = f"There were too many attempts. Please wait {minutes} minute{'s' if minutes > 1 else ''}."
        return _form(request, onward, message, status=429, headers={"Retry-After": str(error.seconds)})
    SIGN_INS.labels("refused" if token is None else "let in").inc()
    if token is None:
        return _form(request, onward, "The name and password don't fit. Check both and try again.", status=403)
    answer = RedirectResponse(_own(onward), 303)
    _set(answer, COOKIE, token, parts.settings.secure_cookies, parts.settings.session_hours * 3600)
    answer.delete_cookie(FORM_COOKIE, path="/sign-in")
    return answer


@router.post("/sign-out")
async def let_out(request: Request, somebody: Somebody, parts: Made) -> Response:
    """End the session."""
    if somebody is not None and somebody.kind == "person":
        await refuse_forged(request, somebody.csrf)
        await parts.uploads.drop_of(somebody)
        await parts.store.end_session(hash_of(request.cookies.get(COOKIE, "")))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _form(
    request: Request, onward: str, fault: str = "", *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    answer = page(
        request,
        "sign_in.html",
        status=status,
        headers=headers,
        fault=fault,
        token=token,
        onward=onward,
        field=CSRF_FIELD,
    )
    _set(answer, FORM_COOKIE, token, request.app.state.parts.settings.secure_cookies, 3600, "/sign-in")
    return answer


def _set(answer: Response, name: str, value: str, secure: bool, seconds: int, path: str = "/") -> None:
    answer.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")


def _own(onward: str) -> str:
    """A place of ours to go on to: never another site, however it is written."""
    fine = onward.startswith("/authorities/") and "\\" not in onward and "//" not in onward and onward.isprintable()
    return onward if fine else "/"
