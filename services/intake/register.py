"""What intake asks of the register: for an import, what did this source itself last state of each fact? And for a dry
run, what would these events change? Never on the way of a posted event.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx
import msgspec
import stamina
from msgspec import Struct

from holdfast.contracts.corrections import Correctable, Named
from holdfast.contracts.effects import Effects
from holdfast.contracts.events import EVENT_TYPES
from holdfast.runtime.service_token import Claims, sign
from services.intake.domain import as_written
from services.intake.failures import Unavailable
from services.intake.rows import Said
from services.intake.telemetry import UNAVAILABLE
from services.intake.tokens import Sender

_SECONDS = 30.0
_TRIES = 3
_TOO_LARGE = 413
# Children asked about at a time: each answer holds all that the source ever stated of them.
CHILDREN_AT_ONCE = 500


class LastStated(Struct, frozen=True, gc=False):
    """The last statement a source made of a fact, as it is on the broker."""

    fact: str
    type: str
    recordedtime: str
    data: msgspec.Raw

    @property
    def said(self) -> Said:
        """What it says."""
        return Said(self.type, as_written(_data[self.type].decode(self.data)))


_data = {
    name: msgspec.json.Decoder(next(field.type for field in msgspec.structs.fields(kind) if field.name == "data"))
    for name, kind in EVENT_TYPES.items()
}


class _Answer(Struct):
    children: dict[str, list[LastStated]]


class Register:
    """The register, over HTTP. Every question carries a token of intake's own, good for 60 s."""

    def __init__(self, client: httpx.AsyncClient, signing_key: str | None) -> None:
        self._client, self._signing_key = client, signing_key

    async def last_stated(self, sender: Sender, children: Sequence[str]) -> dict[str, dict[str, LastStated]]:
        """Of these children, every fact that was stated, by child and fact. Raises Unavailable where it is behind."""
        found: dict[str, dict[str, LastStated]] = {}
        for begin in range(0, len(children), CHILDREN_AT_ONCE):
            for child, stated in (await self._of(sender, children[begin : begin + CHILDREN_AT_ONCE])).items():
                found[child] = {one.fact: one for one in stated}
        return found

    async def effects(self, sender: Sender, on: date | None, events: Sequence[bytes]) -> Effects | None:
        """What events (as they would be published) would change on a day, None: today.

        None where too much is known of their children. Raises Unavailable.
        """
        asked = {"on": on, "events": [msgspec.Raw(event) for event in events]}
        claims = Claims("intake", sender.by, sender.figures_as or "sender", sender.authority, "dry run")
        answer = await self._ask("effects", asked, claims)
        return None if answer.status_code == _TOO_LARGE else msgspec.json.decode(answer.content, type=Effects)

    async def correctable(self, claims: Claims, named: Named) -> Correctable:
        """Whether a steward may correct a fact, and what is known of it. Raises Unavailable."""
        asked = {"child": named.child, "system": named.system, "fact": named.fact}
        own = Claims("intake", claims.user, claims.role, claims.authority, claims.purpose)
        answer = await self._ask("correctable", asked, own)
        return msgspec.json.decode(answer.content, type=Correctable)

    async def _of(self, sender: Sender, children: Sequence[str]) -> dict[str, list[LastStated]]:
        asked = {"system": sender.system, "children": children, "partition_end": True}
        claims = Claims("intake", sender.by, "intake", sender.authority, "comparison of an import")
        answer = await self._ask("comparisons", asked, claims)
        return msgspec.json.decode(answer.content, type=_Answer).children

    async def _ask(self, question: str, asked: dict[str, Any], claims: Claims) -> httpx.Response:
        """The answer, be it that what was asked about is too large. Raises Unavailable."""
        if self._signing_key is None:
            raise self._away()
        try:
            async for attempt in stamina.retry_context(on=_worth_another_try, attempts=_TRIES, timeout=_SECONDS):
                with attempt:
                    token = sign(self._signing_key, claims)
                    answer = await self._client.post(
                        f"/authorities/{claims.authority}/{question}",
                        content=msgspec.json.encode(asked),
                        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                        timeout=_SECONDS,
                    )
                    if answer.status_code != _TOO_LARGE:
                        answer.raise_for_status()
        except httpx.HTTPError as error:
            raise self._away() from error
        return answer

    def _away(self) -> Unavailable:
        UNAVAILABLE.labels("register").inc()
        return Unavailable("the register")


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (502, 503, 504)
    return isinstance(error, httpx.TransportError)
