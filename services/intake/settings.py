"""What intake is told: the settings of every service, its keys, and the bounds it keeps."""

import base64
import binascii

from pydantic import Field, SecretStr, field_validator

from holdfast.runtime.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """Environment variables `HOLDFAST_…`; secrets may be given as files (`…_FILE`)."""

    port: int = Field(8101, description="port to listen on", ge=1, le=65535)
    master_key: SecretStr = Field(description="32 random bytes in base64, wrapping every authority's keys")
    new_master_key: SecretStr | None = Field(None, description="only for `keys rotate`: the master key to change to")
    signing_key: SecretStr | None = Field(None, description="Ed25519 key (PEM) that signs questions to the register")
    trusted_keys: dict[str, str] = Field(
        {}, description="JSON: the gateway's public key (PEM), by its name, where people import returns through it"
    )
    placements_url: str = Field("http://127.0.0.1:8102", description="address of the register")

    requests_per_second: float = Field(500, description="requests a token may make a second, in the long run", gt=0)
    requests_at_once: int = Field(1_000, description="requests a token may make in one burst", ge=1)
    streams_per_token: int = Field(4, description="newline-delimited streams a token may have open", ge=1)
    streams: int = Field(64, description="newline-delimited streams open at a time, of all tokens", ge=1)
    bodies: int = Field(256, description="other requests in work at a time, of all tokens", ge=1)
    bodies_per_token: int = Field(64, description="other requests of a token in work at a time", ge=1)
    dry_runs_per_second: float = Field(2, description="dry runs a token may make a second, in the long run", gt=0)
    dry_runs_at_once: int = Field(120, description="dry runs a token may make in one burst", ge=1)
    dry_runs: int = Field(8, description="dry runs in work at a time, of all tokens", ge=1)
    dry_runs_per_token: int = Field(2, description="dry runs of a token in work at a time", ge=1)
    bodies_mebibytes: int = Field(128, description="MiB of bodies in memory at a time", ge=8)
    body_seconds: float = Field(30, description="longest time a body, or a pause in a stream, may take", gt=0)
    publish_seconds: float = Field(10, description="longest wait for the broker before answering 503", gt=0)
    statements_per_child: int = Field(5_000, description="different statements a child may have", ge=1)
    quarantine_days: int = Field(90, description="days for which a rejected event is kept", ge=1)
    quarantine_entries: int = Field(100_000, description="rejected events kept of one authority, the latest", ge=1)
    look_back: int = Field(5_000, description="records looked back over in a partition for the last keyid", ge=1)

    @field_validator("master_key", "new_master_key")
    @classmethod
    def _thirty_two_bytes(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _key(value)
        return value

    def master(self) -> bytes:
        """The master key."""
        return _key(self.master_key)

    def new_master(self) -> bytes | None:
        """The master key to change to, where one is set."""
        return None if self.new_master_key is None else _key(self.new_master_key)


def _key(secret: SecretStr) -> bytes:
    try:
        key = base64.b64decode(secret.get_secret_value(), validate=True)
    except binascii.Error as error:
        raise ValueError("must be base64: make one with `openssl rand -base64 32`") from error
    if len(key) != 32:
        raise ValueError("must be 32 bytes in base64: make one with `openssl rand -base64 32`")
    return key
