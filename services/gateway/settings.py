"""What the gateway is told at its start, and nothing read later."""

from pydantic import Field, SecretStr

from holdfast.runtime.settings import ServiceSettings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class GatewaySettings(ServiceSettings):
    """The gateway's own settings, beside those of every service."""

    port: int = Field(8100, description="port to listen on", ge=1, le=65535)
    signing_key: SecretStr | None = Field(
        None,
        description="Ed25519 key (PEM) that signs what the gateway asks of the register and guards webhook secrets",
    )
    placements_url: str = Field("http://127.0.0.1:8102", description="address of the register")
    intake_url: str = Field("http://127.0.0.1:8101", description="address of the door")
    subscribers: int = Field(1000, description="live streams held at a time; one more is answered 503", ge=1, le=20_000)
    heartbeat_seconds: float = Field(10, description="longest silence of a live stream", gt=0, le=15)
    session_hours: int = Field(12, description="hours after which a person signs in again", ge=1, le=24)
    webhook_attempts: int = Field(8, description="attempts at one delivery before it is given up", ge=1, le=20)
    webhook_backoff_seconds: float = Field(
        5,
        description="wait after a delivery's first failed attempt; each later wait is four times as long",
        gt=0,
        le=600,
    )
    broker_seconds: float = Field(10, description="longest wait for the broker to acknowledge a target", gt=0, le=60)

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only, but on a laptop, where there is none."""
        return not (self.demonstration or self.host in _LOOPBACK)
