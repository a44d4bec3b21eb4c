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
    """In force from a day until a later one is.

    `high`: red below `red`, green above `green`; `low` the other way; both may go without `red`. `within`: green from
    `low` to `high`, red outside. ValueError where a bound that is needed is missing, or there is one of the other kind.
    """

    in_force_from: date
    good: Literal["high", "low", "within"]
    green: Bound | None = None
    red: Bound | None = None
    low: Bound | None = None
    high: Bound | None = None

    def __post_init__(self) -> None:
        if self.good == "within":
            if self.low is None or self.high is None or self.green is not None or self.red is not None:
                raise ValueError("Where good is within, give low and high, and neither green nor red")
        elif self.green is None or self.low is not None or self.high is not None:
            raise ValueError(f"Where good is {self.good}, give green (and red if you like), and neither low nor high")


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
