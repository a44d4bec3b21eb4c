"""Settings of a process: read from the environment once, at its start, and every fault said at once.

Names are `HOLDFAST_…`; each may be given as `HOLDFAST_…_FILE`, naming a file that holds the value.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from holdfast.contracts.authorities import authorities
from holdfast.runtime.clock import Clock

PREFIX = "HOLDFAST_"

Settings = TypeVar("Settings", bound="ServiceSettings")


class ServiceSettings(BaseSettings):
    """What every service is told. A service adds its own, and the default of `port`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(description="port to listen on", ge=1, le=65535)
    home: Path = Field(Path(".holdfast"), description="folder of local state, and of the clock file in demonstrations")
    kafka: str = Field("127.0.0.1:29092", description="the broker's address, host:port")
    database_url: SecretStr | None = Field(None, description="PostgreSQL address with this service's own role")
    demonstration: bool = Field(False, description="honour the clock file, and allow what only a laptop may do")
    log_level: str = Field("info", description="debug, info, warning or error", pattern="^(debug|info|warning|error)$")
    partitions: int = Field(8, description="partitions of care.events, fixed when the topic is made", ge=1, le=1024)
    authorities: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(authorities()), description="codes of the authorities served, separated by commas"
    )

    @field_validator("authorities", mode="before")
    @classmethod
    def _codes(cls, value: object) -> object:
        return frozenset(code.strip() for code in value.split(",")) if isinstance(value, str) else value

    def clock(self) -> Clock:
        """The clock that this process tells the time by."""
        return Clock(self.home if self.demonstration else None)

    def database(self) -> str:
        """The database's address; exits with one sentence where none is set."""
        if self.database_url is None:
            sys.exit(f"{PREFIX}DATABASE_URL is not set: give the address of PostgreSQL with this service's role")
        return self.database_url.get_secret_value()


def load(kind: type[Settings]) -> Settings:
    """Read the settings, or print every fault at once and exit with 2."""
    faults = _read_files()
    try:
        settings = kind()  # type: ignore[call-arg]
    except ValidationError as error:
        faults += [_sentence(item["loc"], item["msg"]) for item in error.errors()]
    if faults:
        print("The settings are not usable:", *faults, sep="\n  ", file=sys.stderr)
        sys.exit(2)
    return settings


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    name = "_".join(str(part) for part in location).upper()
    return f"{PREFIX}{name}: {message}"


def _read_files() -> list[str]:
    faults = []
    for name, path in list(os.environ.items()):
        if name.startswith(PREFIX) and name.endswith("_FILE") and name.removesuffix("_FILE") not in os.environ:
            try:
                os.environ[name.removesuffix("_FILE")] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                faults.append(f"{name}: cannot read {path}: {error.strerror}")
    return faults
