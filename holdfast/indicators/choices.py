"""Where the sources disagree: the readings chosen, each a named setting, and part of the definitions' version."""

from typing import Literal

from msgspec import Struct


class Choices(Struct, frozen=True):
    """`eighteen`: days from the 18th birthday on are cut out, or counted until the discharge.

    `spurious_restart`: a move to the very placement left is joined to it, or counted.
    """

    eighteen: Literal["cut", "counted"] = "cut"
    spurious_restart: Literal["joined", "counted"] = "joined"


DEFAULTS = Choices()
