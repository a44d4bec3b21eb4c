"""Whoever did something is told by name where there is one."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from services.gateway.parts import Parts
from services.gateway.people.authors import GONE, PROGRAM, names_of

ANN, GONE_SINCE = UUID(int=1), UUID(int=2)


class Users:
    """A store that knows Ann alone."""

    async def names_of(self, ids: Sequence[UUID]) -> dict[UUID, str]:
        return {one: "Ann" for one in ids if one == ANN}


async def test_people_are_called_by_name_programs_and_those_who_have_gone_in_words() -> None:
    parts = cast(Parts, SimpleNamespace(store=Users()))
    authors = [f"user:{ANN}", f"user:{GONE_SINCE}", "token:3", "user:no-id", ""]
    assert await names_of(parts, authors) == {
        f"user:{ANN}": "Ann",
        f"user:{GONE_SINCE}": GONE,
        "token:3": PROGRAM,
        "user:no-id": "user:no-id",
        "": "",
    }
