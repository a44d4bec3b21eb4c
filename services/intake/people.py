"""People who come by way of the gateway, which signs for them: to import, correct or erase, to mend what was rejected.

Who imports speaks for the authority's own source `ssda903`, and only while a sender's token of that system is good:
issuing one is where an authority's keys are made and where one source is settled for each type. What a steward replays
is the statement of the system that sent it, and as little may be stated by one that has no good token.
"""

from collections.abc import Mapping

from fastapi import Request

from holdfast.runtime.http import Problem
from holdfast.runtime.service_token import (
    CORRECTION_PURPOSE,
    ERASURE_PURPOSE,
    IMPORT_PURPOSE,
    QUARANTINE_PURPOSE,
    Claims,
    Refused,
    verify,
)
from services.intake.store import Store
from services.intake.tokens import Sender, bearer, unknown

GATEWAY = "gateway"
SYSTEM = "ssda903"
ROLES = frozenset({"analyst", "steward"})
STEWARDS = frozenset({"steward"})
# Of no token: what it states is stated by a person.
_NO_TOKEN = 0


class People:
    """Tells who asks, by the gateway's word."""

    def __init__(self, store: Store, authorities: frozenset[str], trusted_keys: Mapping[str, str]) -> None:
        self._store, self._authorities = store, authorities
        # Of all services that sign, this one alone speaks for people here.
        self._trusted = {GATEWAY: trusted_keys[GATEWAY]} if GATEWAY in trusted_keys else {}

    def are_asking(self, request: Request) -> bool:
        """Whether the bearer token is one that a service signed: three parts, where a sender's has no dot."""
        return bearer(request).count(".") == 2

    async def sender(self, request: Request) -> Sender:
        """The authority's source, with whoever asks. Raises Problem 401 or 403, or Unavailable."""
        claims = self._claims(bearer(request), IMPORT_PURPOSE, ROLES)
        live = await self._store.live_tokens(claims.authority, SYSTEM)
        if not live:
            raise Problem(
                403,
                "no-source",
                f"No sender's token lets {SYSTEM} state anything for {claims.authority}",
                f"Ask the operator for one: holdfast token create --authority {claims.authority} --system {SYSTEM}",
            )
        types = frozenset[str]().union(*(types for _, types in live))
        return Sender(live[-1][0], claims.authority, SYSTEM, types, user=claims.user)

    def steward(self, request: Request) -> Claims:
        """The steward who erases. Raises Problem 401 or 403."""
        return self._claims(bearer(request), ERASURE_PURPOSE, STEWARDS)

    def keeper(self, request: Request) -> Claims:
        """The steward who asks for what was rejected. Raises Problem 401 or 403."""
        return self._claims(bearer(request), QUARANTINE_PURPOSE, STEWARDS)

    async def source(self, steward: Claims, system: str) -> Sender:
        """A system of the steward's authority, with every type that one of its good tokens may state."""
        live = await self._store.live_tokens(steward.authority, system)
        types = frozenset[str]().union(*(types for _, types in live))
        return Sender(_NO_TOKEN, steward.authority, system, types, user=steward.user)

    def corrector(self, request: Request) -> Claims:
        """The steward who corrects. Raises Problem 401 or 403."""
        return self._claims(bearer(request), CORRECTION_PURPOSE, STEWARDS)

    def _claims(self, token: str, purpose: str, roles: frozenset[str]) -> Claims:
        try:
            claims = verify(self._trusted, token)
        except Refused as error:
            raise unknown(f"{str(error).capitalize()}.") from error
        if claims.purpose != purpose or claims.role not in roles:
            raise Problem(403, "forbidden", f"This token is not good for this: {purpose}")
        if claims.authority not in self._authorities:
            raise Problem(403, "authority-not-served", "This platform does not serve this authority")
        return claims
