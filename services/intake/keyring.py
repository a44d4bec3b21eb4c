"""The authorities' keys, unwrapped and held in memory once the broker's last events were seen to be made with them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from holdfast.runtime.logs import logger
from services.intake.domain import AuthorityKeys
from services.intake.failures import KeysDiffer
from services.intake.sealing import NotOurs, unwrapped_keys
from services.intake.store import Store

log = logger(__name__)

LastKeyids = Callable[[Iterable[str]], Awaitable[dict[str, str]]]


class Keyring:
    """Keys by authority. `last_keyids` asks the broker; keys that don't fit what it says are never used."""

    def __init__(self, store: Store, master: bytes, last_keyids: LastKeyids) -> None:
        self._store, self._master, self._last_keyids = store, master, last_keyids
        self._held: dict[str, AuthorityKeys] = {}
        self._loading = asyncio.Lock()

    async def load(self) -> None:
        """Load and check all keys there are. Raises KeysDiffer with what to do, or Unavailable."""
        await self._add(None)

    async def of(self, authority: str) -> AuthorityKeys:
        """An authority's keys; those made since the start are checked before their first use."""
        if authority not in self._held:
            async with self._loading:
                if authority not in self._held:
                    await self._add(authority)
        return self._held[authority]

    async def _add(self, authority: str | None) -> None:
        wrapped = await self._store.wrapped_keys(authority)
        unwrapped = {code: self._unwrap(code, text) for code, _, text in wrapped}
        if unwrapped:
            last = await self._last_keyids(unwrapped)
            for code in sorted(unwrapped):
                if last.get(code, unwrapped[code].keyid) != unwrapped[code].keyid:
                    raise KeysDiffer(
                        f"the last events of {code} were made with the keys {last[code]}, and the database holds "
                        f"{unwrapped[code].keyid}: every child would be counted twice. Restore a later database."
                    )
        self._held |= unwrapped

    def _unwrap(self, authority: str, wrapped: bytes) -> AuthorityKeys:
        try:
            return unwrapped_keys(self._master, authority, wrapped)
        except NotOurs as error:
            raise KeysDiffer(
                f"the keys of {authority} are wrapped by another master key: set HOLDFAST_MASTER_KEY to the one they "
                "were made or last rotated with"
            ) from error
