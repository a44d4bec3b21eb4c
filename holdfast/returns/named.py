"""Which children returns name, in which years, and what the returns of those years can't say of them.

Pure. What the door makes of it is the rule of the event contract, "From an SSDA903 return".
"""

from collections.abc import Iterator, Sequence, Set
from datetime import date

from msgspec import Struct

from holdfast.contracts.returned import episode_fact, missing_fact
from holdfast.returns.distances import Distances
from holdfast.returns.kept import Kept
from holdfast.returns.layers import Return, Source, by_return, keys_unread, lay_over
from holdfast.returns.rows import AnyRow, HeaderRow
from holdfast.returns.tables import EPISODES, MISSING
from holdfast.returns.wanted import WantedFact, wanted_facts

# What a fact calls the columns that a set of files may lack.
FIELDS = {
    "need": "category_of_need",
    "reason_for_change": "reason_for_placement_change",
    "provider": "placement/provider",
    "postcode": "placement/postcode",
    "urn": "placement/urn",
    "distance_miles": "placement/distance_miles",
    "in_authority": "placement/in_authority",
}
# Those that a directory of postcodes tells where no column does.
COMPUTED = frozenset({"distance_miles", "in_authority"})


class Silent(Struct, frozen=True, omit_defaults=True):
    """What the return of a year can't say of a child: fields without a column or a cell, facts of unreadable rows."""

    year: date
    fields: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class NamedChild(Struct, frozen=True):
    """A child, the years whose returns name it, and who it is as far as they tell."""

    subject: str
    years: tuple[date, ...]
    date_of_birth: date | None
    sex: str | None
    silent: tuple[Silent, ...]


class Named:
    """Every child that is in any file of the returns, in the order of the references, each with its facts.

    Told a child at a time, anew whenever gone through.
    """

    def __init__(self, kept: Kept, sources: Sequence[Source], distances: Distances | None = None) -> None:
        self._kept, self._sources, self._distances = kept, sources, distances

    def __iter__(self) -> Iterator[tuple[NamedChild, Iterator[WantedFact]]]:
        known = COMPUTED if self._distances else frozenset[str]()
        for child, rows in self._kept:
            naming = list(by_return(rows, self._sources))
            if naming:
                standing = lay_over(rows, self._sources)
                facts = wanted_facts(child, standing, self._sources, self._distances)
                yield _named(child, naming, standing.header, known), facts


def _named(
    child: str, naming: list[tuple[Return, list[AnyRow]]], header: HeaderRow | None, known: frozenset[str]
) -> NamedChild:
    silent = [_silent(child, one, rows, one.lacks - known) for one, rows in naming]
    return NamedChild(
        child,
        tuple(one.year_ending for one, _ in naming),
        header.date_of_birth if header else None,
        header.sex if header else None,
        tuple(one for one in silent if one.fields or one.facts),
    )


def _silent(child: str, one: Return, rows: list[AnyRow], lacks: Set[str]) -> Silent:
    headers = [row for row in rows if isinstance(row, HeaderRow)]
    fields = [name for field, name in FIELDS.items() if field in lacks]
    fields += [] if one.has_missing else ["missing"]
    fields += [] if any(row.date_of_birth for row in headers) else ["date_of_birth"]
    fields += [] if any(row.sex for row in headers) else ["sex"]
    facts = [episode_fact(child, *key) for key in sorted(keys_unread(rows, EPISODES))]
    if one.has_missing:
        facts += [missing_fact(child, kind, day.isoformat()) for day, kind in sorted(keys_unread(rows, MISSING))]
    return Silent(one.year_ending, tuple(fields), tuple(facts))
