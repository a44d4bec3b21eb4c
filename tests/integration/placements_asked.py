"""A register that answers: the application over a rig, asked as the gateway and the door ask it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr

from holdfast.contracts.events import AnyEvent
from holdfast.runtime.service_token import Claims, sign
from services.placements.app import build
from services.placements.settings import PlacementsSettings
from tests.integration.placements_rig import PARTITIONS, Rig

HERE, THERE = "E08000018", "E08000016"
TOP = f"/authorities/{HERE}"


class Keys:
    def __init__(self) -> None:
        key = Ed25519PrivateKey.generate()
        self.private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


KEYS = {"gateway": Keys(), "intake": Keys()}


@asynccontextmanager
async def serving(rig: Rig, **overrides: Any) -> AsyncIterator[httpx.AsyncClient]:
    settings = PlacementsSettings(
        kafka=rig.bootstrap,
        database_url=SecretStr(rig.url),
        partitions=PARTITIONS,
        trusted_keys={name: keys.public for name, keys in KEYS.items()},
        **overrides,
    )
    app = build(settings, rig.topic)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://r") as client:
        yield client


def token(role: str = "analyst", authority: str = HERE, issuer: str = "gateway") -> dict[str, str]:
    claims = Claims(issuer=issuer, user="person-1", role=role, authority=authority, purpose="test")
    return {"Authorization": f"Bearer {sign(KEYS[issuer].private, claims)}"}


async def told(rig: Rig, *events: AnyEvent) -> None:
    before = await rig.read_to()
    await rig.send(*events)
    await rig.until_read(before + len(events))
