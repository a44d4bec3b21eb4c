"""What the gateway is told at its start, and nothing read later."""

from pathlib import Path

from pydantic import Field, SecretStr

from holdfast.runtime.settings import ServiceSettings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class GatewaySettings(ServiceSettings):
    """The gateway's own settings, beside those of every service."""

    port: int = Field(8100, description="port to listen on", ge=1, le=65535)
    signing_key: SecretStr | None = Field(
        None,
        description="Ed25519 key (PEM) that signs what is asked of register and door, and guards webhook secrets",
    )
    placements_url: str = Field("http://127.0.0.1:8102", description="address of the register")
    intake_url: str = Field("http://127.0.0.1:8101", description="address of the door")
    metrics_urls: str = Field(
        "http://127.0.0.1:8103",
        description="addresses of the metrics workers, separated by commas; they are asked only how they are",
    )
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
    parity_seconds: float = Field(
        60,
        description="an authority's figures are compared with the register's so often while they change, else seldom",
        ge=1,
        le=3600,
    )
    delivery_days: int = Field(90, description="days for which an ended delivery is kept", ge=1, le=3650)
    uploads: int = Field(4, description="returns at work at a time, by upload; one more is asked to wait", ge=1, le=50)
    upload_mebibytes: int = Field(64, description="MiB that the files of an upload may have", ge=1, le=1024)
    upload_files: int = Field(200, description="files that an upload may have", ge=1, le=10_000)
    upload_minutes: int = Field(30, description="minutes for which an upload waits for a person", ge=1, le=24 * 60)
    upload_memory_mebibytes: int = Field(1024, description="MiB of memory that reading an upload may take", ge=256)
    upload_folder: Path | None = Field(
        None, description="folder in which files lie until they are read; `uploads` in the home if none"
    )
    broker_seconds: float = Field(10, description="longest wait for the broker to acknowledge a target", gt=0, le=60)

    @property
    def folder_of_uploads(self) -> Path:
        """Where files lie until they are read."""
        return self.upload_folder or self.home / "uploads"

    @property
    def neighbours(self) -> dict[str, str]:
        """The address of each process that may be asked how it is, by its name; workers are counted."""
        workers = [url.strip() for url in self.metrics_urls.split(",") if url.strip()]
        metrics = {f"metrics-{number}" if number > 1 else "metrics": url for number, url in enumerate(workers, 1)}
        return {"intake": self.intake_url, "placements": self.placements_url} | metrics

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only, but on a laptop, where there is none."""
        return not (self.demonstration or self.host in _LOOPBACK)
