"""Alerts as they travel on `care.alerts`: the state of one rule of one authority, with its evidence, never a child."""

from datetime import date
from typing import Literal

from msgspec import Struct

from holdfast.contracts.figures import Reading
from holdfast.contracts.targets import Target


class Evidence(Struct, frozen=True):
    """The figure that raised or cleared the alert: the reading on a day, and the target it was held against."""

    indicator: str
    on: date
    reading: Reading
    target: Target


class Alert(Struct, frozen=True):
    """Raised or cleared. The rule is named `indicator.red`; `since` is the UTC instant at which the state began."""

    authority: str
    rule: str
    state: Literal["raised", "cleared"]
    since: str
    evidence: Evidence
    definitions: str

    @property
    def key(self) -> bytes:
        """The record key on `care.alerts`."""
        return f"{self.authority}/{self.rule}".encode()
