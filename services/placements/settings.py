"""What the register is told by its environment. Reads nothing by itself and decides nothing."""

from pydantic import Field, field_validator

from holdfast.indicators.choices import Choices, choose
from holdfast.runtime.settings import ServiceSettings


class PlacementsSettings(ServiceSettings):
    """The register's settings beside those of every service."""

    port: int = Field(8102, description="port to listen on", ge=1, le=65535)
    trusted_keys: dict[str, str] = Field(description="JSON: the public key (PEM) of each service that may ask here")
    batch_records: int = Field(5_000, description="records written in one transaction, at most", ge=1, le=50_000)
    held_children: int = Field(
        200_000,
        description="children, over all authorities, whose facts and steps are held in memory",
        ge=1,
        le=5_000_000,
    )
    choices: str = Field("", description="choices of the definitions other than the default, as name=value,name=value")
    wait_seconds: float = Field(
        20, description="how long a comparison waits for the register to catch up", gt=0, le=120
    )

    @field_validator("choices")
    @classmethod
    def _are_choices(cls, text: str) -> str:
        choose(text)
        return text

    @property
    def chosen(self) -> Choices:
        """The choices that the figures are made with: those of the stream, or the two will not agree."""
        return choose(self.choices)
