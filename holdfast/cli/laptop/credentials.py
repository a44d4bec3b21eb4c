"""The keys and passwords of one platform, made once and kept under `secrets/`, readable by their owner alone.

Doesn't put any of them into an environment or a log: services are told the files.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SIGNERS = ("gateway", "intake")


def make_credentials(folder: Path) -> None:
    """Makes what is missing: the door's master key, the signing keys, and the list of public keys to trust."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept(folder / "master.key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())
    public = {signer: _public(kept(folder / f"{signer}.pem", _private)) for signer in SIGNERS}
    write_secret(folder / "trusted-keys.json", json.dumps(public))


def password(folder: Path, name: str) -> str:
    """The password kept under this name, made the first time it is asked for; safe in a URL."""
    return kept(folder / f"{name}.password", lambda: secrets.token_urlsafe(24))


def kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds, made first where there is none."""
    if not path.exists():
        write_secret(path, make())
    return path.read_text(encoding="utf-8")


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def _private() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(private: str) -> str:
    key = load_pem_private_key(private.encode(), None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
