"""Which of a child's rows stand, and as what, once returns are laid over one another by year. Pure.

Of the rows of one return the return of the latest year that names the child, covers the row and is not silent about
it has the word: it has the row, or the row has gone. Of what a set has no column for, the latest that has one.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Generic, TypeVar

from msgspec import UNSET, Struct, structs

from holdfast.contracts.returned import covers, year_ending
from services.intake.rows import REASON_FOR_CHANGE, Absence, Episode, Row

NO_MISSING = "missing"
# Field of a fact -> what a row calls it; those of a placement -> what a placement calls it.
_OF_ROW = {"category_of_need": "need", REASON_FOR_CHANGE: "reason_for_change"}
_OF_PLACEMENT = {
    "placement/provider": "provider",
    "placement/placement_id": "placement_id",
    "placement/urn": "urn",
    "placement/postcode": "locality",
    "placement/distance_miles": "distance_miles",
    "placement/in_authority": "in_authority",
}
_FIELDS = frozenset({*_OF_ROW, *_OF_PLACEMENT})


class Silence(Struct, frozen=True, omit_defaults=True):
    """What the return of a year can't say of a child: fields, and facts."""

    fields: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()


class Years:
    """The returns that name a child, by the year that they are of: those of this import, and others before it."""

    def __init__(self, ours: Mapping[date, Silence], others: Mapping[date, Silence]) -> None:
        self.ours = ours
        self._latest_first = sorted({**others, **ours}.items(), reverse=True)
        fields = (silence.fields for _, silence in self._latest_first)
        self.silent_fields = _FIELDS & frozenset[str]().union(*fields)

    def with_word(self, name: str, versions: Sequence[Row], field: str | None = None) -> date | None:
        """The year whose return has the word on a row in any of its versions, or on a field of it."""
        for year, silence in self._latest_first:
            if name in silence.facts or field in silence.fields:
                continue
            for row in versions:
                if covers(row.began_on, row.ended_on, year):
                    return year
        return None

    def ours_to_tell(self, field: str) -> bool:
        """Whether this import has the word on who the child is."""
        telling = next((year for year, silence in self._latest_first if field not in silence.fields), None)
        return telling in self.ours


Kind = TypeVar("Kind", Episode, Absence)


class Laid(Struct, Generic[Kind]):
    """Rows by name, as they were `wanted` and `held`; of them those `standing`, in order, and those that have `gone`.

    What is wanted and in neither is outvoted: a later return, imported before, does not have it.
    """

    wanted: Mapping[str, Kind]
    held: Mapping[str, Kind]
    standing: dict[str, Kind]
    gone: dict[str, Kind]

    def names(self) -> Set[str]:
        """Those of all rows."""
        return self.wanted.keys() | self.held.keys()


def lay_over(
    wanted: Mapping[str, Kind],
    held: Mapping[str, Kind],
    years: Years,
    left: Mapping[str, Set[str]],
    *,
    withdraw: bool,
) -> Laid[Kind]:
    """Lay the rows of an import over those held, both by name. Without `withdraw` what has gone stands.

    `left` are the fields of a row that the import leaves as they were.
    """
    laid = Laid(wanted, held, {}, {})
    ranked: list[tuple[date, date, tuple[int, int], str]] = []
    for name in held.keys() | wanted.keys():
        asked, before = wanted.get(name), held.get(name)
        versions = [row for row in (asked, before) if row is not None]
        word = years.with_word(name, versions, NO_MISSING if isinstance(versions[0], Absence) else None)
        ours = word in years.ours
        row = _standing(asked, before, years, ours or word is None, left.get(name, frozenset()))
        if row is None:
            continue
        if asked is None and ours:
            laid.gone[name] = row
            if withdraw:
                continue
        ranked.append((row.began_on, word or year_ending(row.began_on), row.order, name))
        laid.standing[name] = row
    laid.standing = {name: laid.standing[name] for *_, name in sorted(ranked)}
    return laid


def _standing(asked: Kind | None, before: Kind | None, years: Years, ours: bool, left: Set[str]) -> Kind | None:
    """The version of a row that stands; None: a later return, imported before, does not have it."""
    if asked is None:
        return before
    if before is None:
        return asked if ours else None
    row, other = (asked, before) if ours else (before, asked)
    # Other returns have the row only where it covers their year as it now stands.
    silent = years.silent_fields
    by_import = {field for field in silent if years.with_word(row.name, (row,), field) in years.ours} - left
    return _with_fields(row, other, (silent | left) - by_import if ours else by_import)


def _with_fields(row: Kind, other: Kind, fields: Set[str]) -> Kind:
    """The row with these fields as the other has them, and what it knows nothing of."""
    if not isinstance(row, Episode) or not isinstance(other, Episode):
        return row
    unknown = {field for field, its in _OF_ROW.items() if getattr(row, its) is UNSET}
    changed = {its: getattr(other, its) for field, its in _OF_ROW.items() if field in fields | unknown}
    place, theirs = row.placement or other.placement, other.placement
    described = {its: getattr(theirs, its) for field, its in _OF_PLACEMENT.items() if theirs and field in fields}
    if place is not None and described:
        place = structs.replace(place, **described)
    return structs.replace(row, placement=place, legal_status=row.legal_status or other.legal_status, **changed)
