"""A steward's correction of what a system stated, as the gateway asks it of the door, and what the register says of it.

Names are pseudonyms already: a steward sees no others. What becomes of it on the broker is an event like any other.
"""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct

Pseudonym = Annotated[str, Meta(pattern=r"^[a-z2-7]{26}$")]
System = Annotated[str, Meta(min_length=1, max_length=100)]
Type = Literal[
    "care.admission.v1",
    "care.placement-move.v1",
    "care.legal-status.v1",
    "care.missing-episode.v1",
    "care.discharge.v1",
    "care.withdrawal.v1",
]
WITHDRAWAL = "care.withdrawal.v1"


class Named(Struct, frozen=True, forbid_unknown_fields=True):
    """A fact of a child that a system stated."""

    child: Pseudonym
    system: System
    fact: Pseudonym


class Correction(Named, frozen=True, forbid_unknown_fields=True):
    """What the fact is to say instead, whole; a withdrawal says nothing. `request`, made up by the asker, makes the
    same correction asked twice one statement.

    `data` is as on `care.events`: a `placement_id` and a `locality` are among those known of the child.
    """

    request: UUID
    type: Type
    data: Raw


class Correctable(Struct, frozen=True):
    """What the register knows of a fact that is to be corrected.

    `allowed`: the authority lets its stewards correct. `recordedtime`: that of the latest statement; None where nobody
    stated the fact. The others are those known of the child.
    """

    allowed: bool
    recordedtime: str | None
    placement_ids: list[str]
    localities: list[str]


class Corrected(Struct, frozen=True):
    """The statement that a correction became; `published` is false where it was only tried."""

    statement: str
    recordedtime: str
    published: bool
