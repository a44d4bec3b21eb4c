"""Which children returns name, in which years, and what the returns of those years can't say of them.

Pure. What the door makes of it is the rule of the event contract, "From an SSDA903 return".
"""

from collections.abc import Iterator, Sequence, Set
from datetime import date

from msgspec import Struct

from holdfast.contracts.returned import episode_fact, missing_fact
from holdfast.returns.kept import Kept
from holdfast.returns.layers import Return, Source, by_return, keys_unread, lay_over
from holdfast.returns.rows import AnyRow, HeaderRow
from holdfast.returns.tables import EPISODES, MISSING

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
    """Every child that is in any file of the returns, told one at a time.

    `computed`: distances are known without a column for them.
    """

    def __init__(self, kept: Kept, sources: Sequence[Source], *, computed: bool = False) -> None:
        self._kept, self._sources = kept, sources
        self._known = COMPUTED if computed else frozenset[str]()

    def __iter__(self) -> Iterator[str]:
        """The children's references, in order."""
        for child, rows in self._kept:
            if any(self._sources[row.source].part_of for row in rows):
                yield child

    def child(self, subject: str) -> NamedChild:
        """What the returns say of a child apart from its rows."""
        rows = self._kept.rows(subject)
        naming = list(by_return(rows, self._sources))
        known = lay_over(rows, self._sources).header
        silent = [_silent(subject, one, of_year, one.lacks - self._known) for one, of_year in naming]
        return NamedChild(
            subject,
            tuple(one.year_ending for one, _ in naming),
            known.date_of_birth if known else None,
            known.sex if known else None,
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
