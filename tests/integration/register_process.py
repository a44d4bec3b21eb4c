"""The real register beside a door under test: a process that reads the broker's own topic into a role of its own."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from holdfast.contracts.topics import topics
from holdfast.runtime import postgres
from holdfast.runtime.kafka import declare
from tests.integration.conftest import free_ports
from tests.integration.intake_door import PARTITIONS, ROOT

_ROLE, _PASSWORD = "register_of_tests", "only-for-tests"


class RegisterProcess:
    """Where it listens, and the key that the door signs its questions with."""

    def __init__(self, kafka: str, superuser_url: str, trusted: Mapping[str, str] = {}) -> None:
        key = Ed25519PrivateKey.generate()
        self.private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        database = urlsplit(superuser_url).path.strip("/")
        asyncio.run(postgres.prepare(superuser_url, database, {_ROLE: _PASSWORD}))
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOLDFAST_PORT": str(port),
            "HOLDFAST_KAFKA": kafka,
            "HOLDFAST_DATABASE_URL": postgres.service_url(superuser_url, database, _ROLE, _PASSWORD),
            "HOLDFAST_PARTITIONS": str(PARTITIONS),
            "HOLDFAST_TRUSTED_KEYS": json.dumps({"intake": public, **trusted}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "services.placements"], env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        deadline, said = time.monotonic() + 60, "nothing"
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the register ended"
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.get(self.url + "/readyz")
                if answer.status_code == 200:
                    return
                said = answer.text
            # A poll, not a wait for something to have happened.
            time.sleep(0.1)
        raise AssertionError(f"the register did not become ready; it says: {said}")

    def stop(self) -> None:
        """End it at once, where it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(20)


@contextlib.contextmanager
def register_process(kafka: str, superuser_url: str, trusted: Mapping[str, str] = {}) -> Iterator[RegisterProcess]:
    """A register that is ready; ended afterwards. `trusted`: keys of those it trusts beside the door."""
    asyncio.run(declare(kafka, topics(PARTITIONS)))
    made = RegisterProcess(kafka, superuser_url, trusted)
    try:
        made.start()
        yield made
    finally:
        made.stop()
