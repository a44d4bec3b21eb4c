"""Which children returns name, in which years, and what the returns of those years can't say of them.

Pure. What the door makes of it is the rule of the event contract, "From an SSDA903 return".
"""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import UNSET, Struct

from holdfast.returns.layers import Return
from holdfast.returns.rows import EpisodeRow, HeaderRow, Key
from holdfast.returns.wanted import FIELDS


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
    """Every child that is in any file of the returns, told one at a time."""

    def __init__(self, returns: Iterable[Return], headers: dict[str, HeaderRow]) -> None:
        self._headers = headers
        self._years = [_Year(one) for one in sorted(returns, key=lambda one: one.year_ending)]

    def __iter__(self) -> Iterator[str]:
        """The children's references, in order."""
        return iter(sorted(set().union(*(year.named for year in self._years)) - {""}))

    def child(self, subject: str) -> NamedChild:
        """What the returns say of a child apart from its rows."""
        naming = [year for year in self._years if subject in year.named]
        known = self._headers.get(subject)
        silent = [year.silent_of(subject) for year in naming]
        return NamedChild(
            subject,
            tuple(year.year_ending for year in naming),
            known.date_of_birth if known else None,
            known.sex if known else None,
            tuple(one for one in silent if one.fields or one.facts),
        )


class _Year:
    def __init__(self, one: Return) -> None:
        self.year_ending, self.named = one.year_ending, one.named
        self._fields = _without_column(one.episodes.good) + (() if one.missing else ("missing",))
        self._born = {row.child for row in one.headers.good if row.date_of_birth}
        self._sexed = {row.child for row in one.headers.good if row.sex}
        self._facts = _unreadable(one)

    def silent_of(self, child: str) -> Silent:
        born = () if child in self._born else ("date_of_birth",)
        sexed = () if child in self._sexed else ("sex",)
        return Silent(self.year_ending, (*self._fields, *born, *sexed), tuple(self._facts.get(child, ())))


def _without_column(rows: list[EpisodeRow]) -> tuple[str, ...]:
    return tuple(name for field, name in FIELDS.items() if all(getattr(row, field) is UNSET for row in rows))


def _unreadable(one: Return) -> dict[str, list[str]]:
    """By child, the names of facts whose row is there and can't be read: what was said of them before stays."""
    found: dict[str, list[str]] = {}
    keys = one.episodes.keys - {row.key for row in one.episodes.good}
    names = [(key[0], episode_fact(key)) for key in sorted(keys)]
    if one.missing is not None:
        away = one.missing.keys - {row.key for row in one.missing.good}
        names += [(key[0], missing_fact(key)) for key in sorted(away)]
    for child, name in names:
        found.setdefault(child, []).append(name)
    return found


def episode_fact(key: Key) -> str:
    """The name of an episode's fact: child, DECOM and RNE."""
    child, began_on, reason = key
    return f"{child}/{began_on.isoformat()}/{reason}"


def missing_fact(key: Key) -> str:
    """The name of a missing episode's fact: child, MISSING and MIS_START."""
    child, began_on, kind = key
    return f"{child}/{kind}/{began_on.isoformat()}"
