"""What an authority aims for, as it travels on `care.targets`: dated bounds for one indicator, and dated residents."""

from datetime import date
from typing import Literal

from msgspec import Struct


class Bound(Struct, frozen=True):
    """A bound as an exact fraction of `of`, e.g. 12 of 100; `inclusive` says whether the bound itself is in."""

    value: int
    of: int
    inclusive: bool


class Target(Struct, frozen=True, omit_defaults=True):
    """In force from a day until a later one is. `high`: red below `red`, green above `green`; `low` the other way."""

    in_force_from: date
    good: Literal["high", "low"]
    green: Bound
    red: Bound | None = None


class Targets(Struct, frozen=True):
    """The state under the key `authority/indicator`: every target of an indicator, and who last set them and when."""

    authority: str
    indicator: str
    targets: list[Target]
    set_by: str
    set_at: str

    @property
    def key(self) -> bytes:
        """The record key on `care.targets`."""
        return f"{self.authority}/{self.indicator}".encode()
