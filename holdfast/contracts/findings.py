"""What the register and the gateway say to each other of findings: the facts that one rests on. No figure."""

from datetime import date

from msgspec import Struct


class RestsOn(Struct, frozen=True):
    """A fact that a finding rests on, as it stands; `on` is its day, of an episode the day it began.

    A finding about a steward's correction that the system outvoted rests on the correction too, as it was made.
    """

    system: str
    fact: str
    kind: str
    on: date | None
    says: str
    recordedtime: str
    by_steward: bool
