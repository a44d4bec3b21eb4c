"""Signing in and out with a local account: passwords, throttling, and the session that comes of it.

Passwords are checked one at a time in a thread: each costs 64 MB and a few hundredths of a second, by design.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.gateway.people.secret import hash_of
from services.gateway.people.store import Store, User

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
LONGEST_NAME = 200
# People whose passwords wait to be checked; one more is asked to come back.
LONGEST_QUEUE = 50
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash that is kept of a password."""
    return _hasher.hash(password)


@cache
def _nobodys() -> str:
    """Checked where there is no such person, so that an unknown name takes as long as a wrong password."""
    return hash_password(secrets.token_urlsafe(16))


def fault_of_password(password: str) -> str | None:
    """Why a password can't be used; None where it can."""
    if len(password) < SHORTEST_PASSWORD:
        return f"The password is too short: use at least {SHORTEST_PASSWORD} characters, such as three random words."
    return "The password is too long." if len(password) > LONGEST_PASSWORD else None


def matches(password_hash: str, password: str) -> bool:
    """Whether a password is the one hashed."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


class Throttled(Exception):
    """Too many failures, or too many at once: try again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = max(1, round(seconds))


class Throttle:
    """Counts failures by who tries; after so many in a window, further tries wait until it is over.

    Holds so many names at most, the oldest forgotten first.
    """

    def __init__(self, failures: int, window_seconds: float, names: int = 10_000) -> None:
        self._failures, self._window_seconds, self._names = failures, window_seconds, names
        self._held: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_seconds(self, name: str, now: float) -> float:
        """How long this one has to wait before trying again; 0 where it needn't."""
        count, until = self._held.get(name, (0, 0.0))
        return max(0.0, until - now) if count >= self._failures else 0.0

    def failed(self, name: str, now: float) -> None:
        """One more failure."""
        count, until = self._held.pop(name, (0, 0.0))
        self._held[name] = (1, now + self._window_seconds) if until <= now else (count + 1, until)
        while len(self._held) > self._names:
            self._held.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures of this one."""
        self._held.pop(name, None)


class Door:
    """Lets people in. After five failures of a name from an address in 15 minutes, or fifty of an address, waits."""

    def __init__(self, store: Store, session_hours: int) -> None:
        self._store, self._session_hours = store, session_hours
        self._by_name = Throttle(5, 900)
        self._by_address = Throttle(50, 900)
        self._checking = asyncio.Semaphore(1)
        self._queue = 0

    async def sign_in(self, name: str, password: str, address: str) -> str | None:
        """The new session's token where name and password are right; None where not. Raises Throttled."""
        if self._queue >= LONGEST_QUEUE:
            raise Throttled(5)
        self._queue += 1
        try:
            # One at a time from the look at the throttle on, so that many tries at once are counted too.
            async with self._checking:
                return await self._check(name[:LONGEST_NAME], password[:LONGEST_PASSWORD], address)
        finally:
            self._queue -= 1

    async def _check(self, name: str, password: str, address: str) -> str | None:
        who = f"{address}\n{name.lower()}"
        now = time.monotonic()
        wait = max(self._by_name.wait_seconds(who, now), self._by_address.wait_seconds(address, now))
        if wait:
            raise Throttled(wait)
        user = await self._store.user(name)
        right = await asyncio.to_thread(matches, user.password_hash if user else _nobodys(), password)
        if user is None or user.disabled_at is not None or not right:
            self._by_name.failed(who, time.monotonic())
            self._by_address.failed(address, time.monotonic())
            return None
        self._by_name.succeeded(who)
        return await self._begin(user)

    async def _begin(self, user: User) -> str:
        token = secrets.token_urlsafe(32)
        await self._store.begin_session(hash_of(token), user.id, secrets.token_urlsafe(24), self._session_hours)
        return token
