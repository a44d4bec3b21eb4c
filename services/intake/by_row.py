"""What an import changes of a child that returns name: its rows, laid over those that the source last stated. Pure.

Names of facts are in the clear here, so that a row's parts can be told from its key; `hashed` makes pseudonyms.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from msgspec import Struct

from holdfast.contracts.door_forms import SilentYear, Untold, WantedChild
from holdfast.contracts.returned import DISCHARGE, STATUS, covers, row_of
from services.intake.asked import Child
from services.intake.changes import NOTHING, WITHDRAWAL, Change, Counts, change_of
from services.intake.laying import Laid, Silence, Years, lay_over
from services.intake.rows import (
    Absence,
    Episode,
    Facts,
    Person,
    Row,
    Said,
    absences,
    episodes,
    person_of,
    possible_names,
    stated,
    untold,
)

Kind = TypeVar("Kind", Episode, Absence)
Value = TypeVar("Value")


class Memory(Struct, frozen=True, omit_defaults=True):
    """What the door remembers of the returns that named a child, because no fact says it. Facts are pseudonyms.

    `years`: which they were, and what each could not say. `untold` and `person`: what the facts alone would not tell.
    """

    years: dict[date, Silence] = {}
    untold: dict[str, Untold] = {}
    person: Person | None = None


class ByRow:
    """A child's wanted facts beside those that the source last stated, which are by pseudonym.

    What has gone is among the changes in any case; without `withdraw` what comes after it is said as if it stood.
    """

    def __init__(
        self,
        child: Child,
        line: WantedChild,
        last: Mapping[str, Said],
        memory: Memory,
        hashed: Callable[[str], str],
        *,
        withdraw: bool,
    ) -> None:
        self._child, self._line, self._last, self._memory, self._hashed = child, line, last, memory, hashed
        held = {fact: said for fact, said in last.items() if said.type != WITHDRAWAL and not _taken_back(child, fact)}
        self._names = self._named(held)
        self._facts = {name: fact for fact, name in self._names.items()}
        self._asked = Facts(
            {one.name: one.said for one in child.facts.values()},
            {one.name: one.untold for one in child.facts.values() if one.untold},
            {one.name: one.not_restated for one in child.facts.values() if one.not_restated},
        )
        self._held = Facts(self._by_name(held), self._by_name(memory.untold))
        self._years = Years(
            {year: self._silence(year) for year in line.years},
            {year: self._known(silence) for year, silence in memory.years.items() if year not in line.years},
        )
        self._episodes = self._lay_over(episodes, withdraw=withdraw)
        self._absences = self._lay_over(absences, withdraw=withdraw)
        self._rows = self._episodes.names() | self._absences.names()
        rows, away = self._episodes.standing.values(), self._absences.standing.values()
        self._person = self._who()
        self._said = dict(stated(list(rows), list(away), self._person))

    def _named(self, held: Mapping[str, Said]) -> dict[str, str]:
        """By pseudonym, the names of the facts that are wanted, and of those held that are a row's or part of one."""
        reference, names = self._child.reference, {fact: one.name for fact, one in self._child.facts.items()}
        unknown = held.keys() - names.keys()
        for fact in unknown:
            for name in possible_names(reference, held[fact]):
                if self._hashed(name) == fact:
                    names[fact] = name
                    break
        if unknown := unknown - names.keys():
            parts = [name + suffix for name in names.values() for suffix in (STATUS, DISCHARGE)]
            found = {self._hashed(name): name for name in parts}
            names |= {fact: found[fact] for fact in unknown & found.keys()}
        return names

    def _by_name(self, held: Mapping[str, Value]) -> dict[str, Value]:
        return {self._names[fact]: value for fact, value in held.items() if fact in self._names}

    def _silence(self, year: date) -> Silence:
        """What this import's return of a year can't say: what it tells so, and facts whose lines are refused."""
        told = next((one for one in self._line.silent if one.year == year), SilentYear(year))
        refused = frozenset(self._names[fact] for fact in self._child.refused if fact in self._names)
        return Silence(frozenset(told.fields), refused.union(told.facts))

    def _known(self, silence: Silence) -> Silence:
        return Silence(silence.fields, frozenset(self._by_name(dict.fromkeys(silence.facts))))

    def _lay_over(self, read: Callable[[str, Facts], Iterable[Kind]], *, withdraw: bool) -> Laid[Kind]:
        wanted = {row.name: row for row in read(self._child.reference, self._asked)}
        held = {row.name: row for row in read(self._child.reference, self._held)}
        return lay_over(wanted, held, self._years, self._asked.left, withdraw=withdraw)

    def _who(self) -> Person:
        """Who the child is: as this import says, but for what a later return has the word on."""
        line = self._line
        wanted = person_of(self._asked.said.values(), Person(line.date_of_birth, line.sex))
        held = self._memory.person or person_of(self._held.said.values())
        born_on, sex = wanted.date_of_birth, wanted.sex
        if not self._years.ours_to_tell("date_of_birth"):
            born_on = held.date_of_birth or born_on
        if not self._years.ours_to_tell("sex"):
            sex = held.sex or sex
        return Person(born_on or held.date_of_birth, sex or held.sex)

    def changes(self) -> list[Change]:
        """Every fact that is not as it ought to be: what is to be stated, row by row, and then what has gone."""
        wanted = {name: said for name, said in self._asked.said.items() if row_of(name) not in self._rows}
        gone = {name: NOTHING for name in self._held.said if self._has_gone(name)}
        found = [self._change(name, said) for every in (self._said, wanted, gone) for name, said in every.items()]
        return [change for change in found if change is not None]

    def _change(self, name: str, said: Said) -> Change | None:
        fact = self._facts.get(name) or self._hashed(name)
        if fact in self._child.refused:
            # What its line wanted can't be told.
            return None
        wanted = self._child.facts.get(fact)
        line = self._child.number if wanted is None else wanted.line
        return change_of(line, fact, name, said, self._last.get(fact))

    def _has_gone(self, name: str) -> bool:
        """Whether a fact's row has gone, or stands and says it no longer."""
        row = row_of(name)
        if row in self._episodes.gone or row in self._absences.gone:
            return True
        return row in self._rows and name != row and name not in self._said

    def outvoted(self) -> set[str]:
        """The facts of this import that are not said, since a later return has the word on them."""
        return {name for name in self._asked.said if row_of(name) in self._rows and name not in self._said}

    def counts(self) -> Counts:
        """What was held of this import's years, and what of it has gone."""
        laid = (self._episodes, self._absences)
        held = {name for one in laid for name, row in one.held.items() if self._of_ours(row)}
        return Counts(
            held=sum(row_of(name) in held for name in self._held.said),
            rows_held=len(held),
            rows_withdrawn=sum(len(one.gone) for one in laid),
        )

    def _of_ours(self, row: Row) -> bool:
        return any(covers(row.began_on, row.ended_on, year) for year in self._years.ours)

    def memory(self) -> Memory:
        """What to remember of the child once this is done."""
        ours = {
            year: Silence(
                silence.fields, frozenset(self._facts.get(name) or self._hashed(name) for name in silence.facts)
            )
            for year, silence in self._years.ours.items()
        }
        rows = untold(list(self._episodes.standing.values()))
        told = person_of(self._said.values()) == self._person
        return Memory(
            {**self._memory.years, **ours},
            {self._facts[name]: beside for name, beside in rows},
            None if told else self._person,
        )


def _taken_back(child: Child, fact: str) -> bool:
    """Whether one of the child's own lines withdraws the fact."""
    return fact in child.facts and child.facts[fact].said.type == WITHDRAWAL
