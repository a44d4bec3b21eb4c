"""Encryption at rest: an authority's keys wrapped by the master key, and what is sealed under an authority's own key.

AES-256-GCM with a random nonce in front; what a text is about is bound to it, so that none can stand in for another.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake.domain import AuthorityKeys, keys_of

_NONCE_BYTES = 12
_SECRET_BYTES = 96


class NotOurs(Exception):
    """Sealed under another key, or changed since."""


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """The sealed bytes: 28 longer than the plain."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """The plain bytes; raises NotOurs."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
    except InvalidTag as error:
        raise NotOurs("this was sealed under another key, or changed since") from error


def master_id(master: bytes) -> str:
    """The master key's fingerprint, kept beside what it wraps."""
    return hashlib.sha256(b"holdfast master:" + master).hexdigest()[:16]


def new_secret() -> bytes:
    """The random bytes that an authority's keys are cut from."""
    return os.urandom(_SECRET_BYTES)


def wrap(master: bytes, authority: str, secret: bytes) -> bytes:
    """An authority's secret, as it is stored."""
    return seal(master, secret, f"keys of {authority}")


def unwrap(master: bytes, authority: str, wrapped: bytes) -> bytes:
    """An authority's secret; raises NotOurs where another master key wrapped it."""
    return unseal(master, wrapped, f"keys of {authority}")


def unwrapped_keys(master: bytes, authority: str, wrapped: bytes) -> AuthorityKeys:
    """An authority's keys; raises NotOurs where another master key wrapped them."""
    return keys_of(unwrap(master, authority, wrapped))
