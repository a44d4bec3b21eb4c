"""The random secrets of sessions and of readers' tokens: what is kept of them. Imports nothing, for commands too."""

import hashlib

TOKEN_PREFIX = "hfr_"


def hash_of(secret: str) -> bytes:
    """What is kept of a random secret. Not for passwords: those are few and guessable."""
    return hashlib.sha256(secret.encode()).digest()
