"""Alerts to webhooks: signed as Standard Webhooks says, at least once, with one id however often it is tried.

What is still to be sent is in PostgreSQL (`store.py`); which addresses may be used is in `addresses.py`.
"""

import asyncio
import base64
import os
import random
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from standardwebhooks import Webhook as Signer

from holdfast.contracts.alerts import Alert
from holdfast.runtime.logs import logger
from services.gateway.alerts.addresses import Unusable, reachable
from services.gateway.alerts.held import HeldAlert
from services.gateway.alerts.store import Deliveries, Delivery
from services.gateway.domain import retry_after_seconds
from services.gateway.settings import GatewaySettings
from services.gateway.telemetry import DELIVERIES, DELIVERIES_PENDING

log = logger(__name__)

AT_ONCE = 8
ATTEMPT_SECONDS = 10.0
LOOK_SECONDS = 5.0
_NONCE_BYTES = 12


class Seal:
    """Keeps webhooks' secrets unreadable in the database, under a key derived from the gateway's own."""

    def __init__(self, signing_key: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"holdfast webhook secrets").derive(signing_key.strip().encode())
        self._cipher = AESGCM(derived)

    def close(self, webhook_id: UUID, secret: str) -> bytes:
        """The secret, sealed for this webhook alone."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), webhook_id.bytes)

    def open(self, webhook_id: UUID, sealed: bytes) -> str:
        """The secret again; raises InvalidTag where it was sealed under another key."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher.decrypt(nonce, text, webhook_id.bytes).decode()


def new_secret() -> str:
    """A secret in the form that Standard Webhooks libraries take."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def body_of(alert: Alert) -> str:
    """What is sent of an alert."""
    return msgspec.json.encode({"type": f"alert.{alert.state}", "timestamp": alert.since, "data": alert}).decode()


def signed(delivery: Delivery, secret: str, now: datetime) -> dict[str, str]:
    """The headers of a delivery: its id stays the same over attempts, its time and signature don't."""
    identity = f"msg_{delivery.id.hex}"
    return {
        "content-type": "application/json",
        "user-agent": "Holdfast",
        "webhook-id": identity,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(identity, now, delivery.body),
    }


class Deliverer:
    """Makes deliveries that are due: eight at a time, each attempt 10 s at most, so many attempts and no more."""

    def __init__(self, deliveries: Deliveries, seal: Seal, settings: GatewaySettings) -> None:
        self._deliveries, self._seal, self._settings = deliveries, seal, settings
        self._due = asyncio.Event()
        # No redirects: where they lead was never checked.
        self._client = httpx.AsyncClient(timeout=ATTEMPT_SECONDS, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def note(self, generation: str, alerts: Sequence[HeldAlert], next_offset: int) -> None:
        """Turn alerts into deliveries to be made now."""
        if await self._deliveries.note(generation, [(held, body_of(held.alert)) for held in alerts], next_offset):
            self._due.set()

    async def run(self) -> None:
        """Deliver until cancelled. The database being away is waited for."""
        while True:
            self._due.clear()
            claimed = await self._deliveries.claim(AT_ONCE)
            await asyncio.gather(*(self._attempt(delivery) for delivery in claimed))
            pending, due = await self._deliveries.pending()
            DELIVERIES_PENDING.set(pending)
            if len(claimed) < AT_ONCE:
                await self._wait(LOOK_SECONDS if due is None else min(LOOK_SECONDS, max(0.05, due)))

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._due.wait()
        except TimeoutError:
            return

    async def _attempt(self, delivery: Delivery) -> None:
        outcome, delivered, hopeless = await self._send(delivery)
        if delivered:
            await self._deliveries.end(delivery.id, "delivered", outcome)
        elif hopeless or delivery.attempts >= self._settings.webhook_attempts:
            await self._deliveries.end(delivery.id, "given up", outcome)
            log.warning("a delivery is given up", attempts=delivery.attempts, outcome=outcome)
        else:
            wait = retry_after_seconds(delivery.attempts, self._settings.webhook_backoff_seconds, random.random())
            await self._deliveries.postpone(delivery.id, wait, outcome)
        DELIVERIES.labels("delivered" if delivered else "failed").inc()

    async def _send(self, delivery: Delivery) -> tuple[str, bool, bool]:
        """(what came of it, delivered, not worth another attempt)."""
        try:
            secret = self._seal.open(delivery.webhook_id, delivery.sealed_secret)
        except InvalidTag:
            return "sealed under another signing key: register the webhook again", False, True
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                address = await reachable(delivery.url, demonstration=self._settings.demonstration)
                status = await self._post(delivery, address, signed(delivery, secret, datetime.now(UTC)))
        except Unusable as error:
            return str(error), False, True
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            return type(error).__name__, False, False
        return f"answered {status}", 200 <= status < 300, status == 410

    async def _post(self, delivery: Delivery, address: str, headers: dict[str, str]) -> int:
        """Post to the very address that was checked, under the host's name, and read no more than the status."""
        parts = urlsplit(delivery.url)
        url = httpx.URL(delivery.url).copy_with(host=address)
        async with self._client.stream(
            "POST",
            url,
            content=delivery.body,
            headers=headers | {"host": parts.netloc},
            extensions={"sni_hostname": parts.hostname},
        ) as answer:
            return answer.status_code
