"""Tokens between services: signed by the asking service, good for 60 s, saying for whom and why it asks."""

import time
from collections.abc import Mapping

import jwt
from msgspec import Struct

GOOD_FOR_SECONDS = 60
_ALGORITHM = "EdDSA"
_AUDIENCE = "holdfast"
# What a token must be for where it lets somebody state or erase something, not only ask.
IMPORT_PURPOSE = "import of a return"
ERASURE_PURPOSE = "erasure"
QUARANTINE_PURPOSE = "quarantine"
CORRECTION_PURPOSE = "correction by a steward"
# The role of the gateway itself where it compares the stream's figures with the register's: it sees no child.
PARITY_ROLE = "parity"
# Clocks of two machines may differ a little.
_LEEWAY_SECONDS = 5


class Refused(Exception):
    """The token is missing, expired, or signed by nobody we trust."""


class Claims(Struct, frozen=True):
    """Who asks (`issuer` is the service, `user` the person or token behind it), as what, about which authority, why."""

    issuer: str
    user: str
    role: str
    authority: str
    purpose: str


def sign(private_pem: str, claims: Claims) -> str:
    """A token for these claims. `private_pem` is an Ed25519 key."""
    now = int(time.time())
    payload = {
        "iss": claims.issuer,
        "sub": claims.user,
        "role": claims.role,
        "authority": claims.authority,
        "purpose": claims.purpose,
        "aud": _AUDIENCE,
        "iat": now,
        "exp": now + GOOD_FOR_SECONDS,
    }
    return jwt.encode(payload, private_pem, algorithm=_ALGORITHM)


def verify(public_pems: Mapping[str, str], token: str) -> Claims:
    """The claims of a token signed by one of the trusted issuers; raises Refused."""
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss", "")
        if issuer not in public_pems:
            raise Refused("the token is from no service that is trusted here")
        payload = jwt.decode(
            token,
            public_pems[issuer],
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "role", "authority", "purpose"]},
        )
    except jwt.PyJWTError as error:
        raise Refused("the token is not valid, or no longer") from error
    return Claims(issuer, payload["sub"], payload["role"], payload["authority"], payload["purpose"])
