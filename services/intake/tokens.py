"""Who is asking: the sender behind a bearer token. Tokens are issued in `issue.py`, by the real clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Request
from msgspec import Struct

from holdfast.runtime.http import Problem
from services.intake.issue import hashed
from services.intake.store import HeldToken, Store

# A revoked token is refused at most this much later.
_REMEMBERED_SECONDS = 5.0
_MOST_REMEMBERED = 10_000


class Sender(Struct, frozen=True):
    """What a token's holder may say: for one source, some types.

    `figures_as`: the role as which its dry runs are told the authority's figures; None: they aren't.
    """

    token: int
    authority: str
    system: str
    types: frozenset[str]
    figures_as: str | None = None
    # Who asks by way of the gateway; None where the token itself was sent.
    user: str | None = None

    @property
    def by(self) -> str:
        """Who asks, for the log and the register's audit: nobody's name."""
        return self.user or f"token {self.token}"

    @property
    def source(self) -> str:
        """The one source this sender may name."""
        return f"/authorities/{self.authority}/systems/{self.system}"


def bearer(request: Request) -> str:
    """The bearer token of a request. Raises Problem 401 where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unknown("Send your token as `Authorization: Bearer …`.")
    return token.strip()


def token_hash(request: Request) -> bytes:
    """The hash of the bearer token of a request. Raises Problem 401 where there is none."""
    return hashed(bearer(request))


class Tokens:
    """Senders by their tokens, remembered for 5 s."""

    def __init__(self, store: Store, authorities: frozenset[str], monotonic: Callable[[], float] = time.monotonic):
        self._store, self._authorities, self._monotonic = store, authorities, monotonic
        self._remembered: dict[bytes, tuple[float, HeldToken]] = {}

    async def sender(self, request: Request) -> Sender:
        """The sender of a request. Raises Problem 401 or 403, or Unavailable."""
        return await self.holder(token_hash(request))

    async def holder(self, hash_: bytes) -> Sender:
        """The sender that holds the token of this hash, now."""
        held = await self._held(hash_)
        if held is None or held.revoked_at is not None or held.expires_at <= datetime.now(UTC):
            raise unknown("The token is not known, has ended or was revoked: ask the operator for another.")
        if held.authority not in self._authorities:
            raise Problem(
                403, "authority-not-served", "This platform does not serve the authority that the token is for"
            )
        return Sender(held.token, held.authority, held.system, held.types, held.figures_as)

    async def _held(self, hash_: bytes) -> HeldToken | None:
        remembered = self._remembered.get(hash_)
        if remembered and self._monotonic() - remembered[0] < _REMEMBERED_SECONDS:
            return remembered[1]
        held = await self._store.token(hash_)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        if held is not None:
            self._remembered[hash_] = (self._monotonic(), held)
        return held


def unknown(detail: str) -> Problem:
    """The answer to somebody who is not known."""
    return Problem(401, "unauthorized", "Who is asking is not known", detail, headers={"WWW-Authenticate": "Bearer"})
