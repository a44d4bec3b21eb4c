"""Who is asking, and whether they may: sessions, tokens, roles and authorities, asked once on the way out.

What each role may do is the table in `gateway/domain.py`. Signing in and out is in `sign_in.py`.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from holdfast.runtime.http import Problem
from holdfast.runtime.postgres import AWAY
from services.gateway.domain import Principal, may, roles_that_may
from services.gateway.people.secret import hash_of
from services.gateway.people.store import Store

COOKIE = "holdfast_session"
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# For the OpenAPI document alone: who asks is told by `Access`.
_TOKEN = HTTPBearer(
    scheme_name="token", auto_error=False, description="A reader's token, of one authority and one role: `hfr_…`"
)
_SESSION = APIKeyCookie(
    name=COOKIE, scheme_name="session", auto_error=False, description="The session of somebody who has signed in"
)


class Access:
    """Tells who asks, from a bearer token or a session cookie."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def principal(self, request: Request) -> Principal | None:
        """Who asks; None where nobody known does."""
        header = request.headers.get("authorization", "")
        scheme, _, secret = header.partition(" ")
        if header:
            return await self.by_token(hash_of(secret.strip())) if scheme.lower() == "bearer" else None
        cookie = request.cookies.get(COOKIE, "")
        return await self.by_session(hash_of(cookie)) if cookie else None

    async def by_token(self, secret_hash: bytes) -> Principal | None:
        """The machine whose token this is."""
        token = await self._store.token(secret_hash)
        if token is None:
            return None
        return Principal(f"token:{token.id}", "machine", token.role, token.authority, secret=secret_hash)

    async def by_session(self, token_hash: bytes) -> Principal | None:
        """The person whose session this is."""
        held = await self._store.session(token_hash)
        if held is None:
            return None
        return Principal(f"user:{held.user_id}", "person", held.role, held.authority, held.name, held.csrf, token_hash)

    async def still(self, principal: Principal) -> bool:
        """Whether whoever opened a stream may still read it. Nobody is turned out because the database is away."""
        again = self.by_token if principal.kind == "machine" else self.by_session
        try:
            now = await again(principal.secret)
        except AWAY:
            return True
        return now is not None and (now.role, now.authority) == (principal.role, principal.authority)


def allowed_to(action: str) -> Callable[[Request, object, object], Awaitable[Principal]]:
    """A dependency: whoever asks may do this, in the authority the address names; raises Problem 401 or 403."""
    may_ask, roles = admitted(action), roles_that_may(action)

    async def check(
        request: Request,
        _token: Annotated[object, Security(_TOKEN, scopes=roles)],
        _session: Annotated[object, Security(_SESSION, scopes=roles)],
    ) -> Principal:
        principal = await may_ask(request)
        if principal.kind == "person" and request.method not in _SAFE:
            await refuse_forged(request, principal.csrf)
        return principal

    return check


def admitted(action: str) -> Callable[[Request], Awaitable[Principal]]:
    """The same for a form that is read as it comes: whoever reads it looks at its own token."""

    async def check(request: Request) -> Principal:
        access: Access = request.app.state.access
        principal = await access.principal(request)
        if principal is None:
            raise Problem(
                401, "not-signed-in", "Sign in, or send a reader's token", headers={"WWW-Authenticate": "Bearer"}
            )
        authority = request.path_params.get("authority", request.query_params.get("authority"))
        refuse_unless(principal, action, authority)
        if principal.kind == "person" and request.method not in _SAFE:
            refuse_other_origins(request)
        return principal

    return check


def refuse_unless(principal: Principal, action: str, authority: str | None) -> None:
    """Raise Problem 403 unless the role allows the action, in this authority where one is named."""
    if not may(principal, action):
        raise Problem(403, "not-for-this-role", f"The role {principal.role} may not do this")
    if authority is not None and principal.authority != authority:
        raise Problem(403, "another-authority", "This belongs to another authority than yours")


async def refuse_forged(request: Request, csrf: str) -> None:
    """Raise Problem 403 where a change was not asked for by a page of ours: another origin, or no form token."""
    refuse_other_origins(request)
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        field = (await request.form()).get(CSRF_FIELD) if _is_form(request) else None
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), csrf.encode()):
        raise Problem(
            403, "forged", "This request did not come from a page of ours", "Load the page again and repeat it."
        )


def refuse_other_origins(request: Request) -> None:
    """Raise Problem 403 where a browser says that the request comes from another site."""
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem(403, "forged", "This request did not come from a page of ours")


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded"


Reader = Annotated[Principal, Depends(allowed_to("figures"))]
