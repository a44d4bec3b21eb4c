"""What an import changes of one child: each wanted fact against what the source last stated of it itself. Pure.

Which facts are wanted where a return names the child is in `by_row`.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, structs

from holdfast.contracts.events import WithdrawalData
from services.intake.asked import Child, Wanted
from services.intake.rows import Said

WITHDRAWAL = "care.withdrawal.v1"
NOTHING = Said(WITHDRAWAL, WithdrawalData())

# What becomes of a fact that is not as it was.
Kind = Literal["new", "restated", "withdrawn"]


class Change(Struct, frozen=True, gc=False):
    """A fact, by pseudonym and by name, that is to be stated as `said`. `line` is its own, or its child's."""

    line: int
    fact: str
    name: str
    said: Said
    kind: Kind


class Counts(Struct, frozen=True):
    """What was held of the years that were asked about: facts, rows of the return, and rows that have gone."""

    held: int = 0
    rows_held: int = 0
    rows_withdrawn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.held + other.held, self.rows_held + other.rows_held, self.rows_withdrawn + other.rows_withdrawn
        )


def by_fact(child: Child, held: Mapping[str, Said]) -> list[Change]:
    """What changes of a child whose returns are not named: each wanted fact by itself."""
    found = [
        change_of(wanted.line, fact, wanted.name, _with_left(wanted, held.get(fact)), held.get(fact))
        for fact, wanted in child.facts.items()
    ]
    return [change for change in found if change is not None]


def change_of(line: int, fact: str, name: str, said: Said, before: Said | None) -> Change | None:
    """The change that makes a fact say so; None where it does. What was never stated need not be withdrawn."""
    stood = before is not None and before.type != WITHDRAWAL
    if said == before or (said.type == WITHDRAWAL and not stood):
        return None
    kind: Kind = "withdrawn" if said.type == WITHDRAWAL else "restated" if stood else "new"
    return Change(line, fact, name, said, kind)


def _with_left(wanted: Wanted, before: Said | None) -> Said:
    """What is to be said, with the fields that stay as they were."""
    if before is None or before.type != wanted.said.type or not wanted.not_restated:
        return wanted.said
    data = wanted.said.data
    for path in wanted.not_restated:
        data = _copied(data, before.data, path.split("/"))
    return Said(before.type, data)


def _copied(data: Any, before: Any, path: list[str]) -> Any:
    name, *rest = path
    name = "locality" if name == "postcode" else name
    if not hasattr(data, name):
        return data
    kept = getattr(before, name)
    return structs.replace(data, **{name: _copied(getattr(data, name), kept, rest) if rest else kept})
