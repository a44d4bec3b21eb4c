"""The stops on the way from one reading of a child to another, one thing changed at each, and what that thing is.

First the definitions, then the day on what was known at first, then what became known, in its order. Counts nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct, structs

from holdfast.contracts.facts import Fact, FactKey, Kind, supersede
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.missing import day_said

Cause = Literal[
    "happened in between",
    "entered late",
    "corrected",
    "withdrawn",
    "erased",
    "time passing alone",
    "definition or setting changed",
]
# In the order in which they are told.
CAUSES: tuple[Cause, ...] = (
    "erased",
    "definition or setting changed",
    "time passing alone",
    "happened in between",
    "entered late",
    "corrected",
    "withdrawn",
)


class Reading(Struct, frozen=True):
    """What a figure was read on and by. What was known is given with each child."""

    on: date
    choices: Choices = DEFAULTS

    @property
    def day(self) -> int:
        """The day as an ordinal."""
        return self.on.toordinal()


class Stop(Struct, frozen=True):
    """A child as read at a stop: the facts that stand, the day and the choices, and what was changed to get here.

    `by`: the fact that was changed, as stated now; `was`: as it stood before. None where the change is of no fact.
    """

    cause: Cause | None
    facts: tuple[Fact, ...]
    day: int
    choices: Choices
    by: Fact | None = None
    was: Fact | None = None


def stops(first: Reading, second: Reading, held: Iterable[Fact], since: Sequence[Fact]) -> list[Stop]:
    """Every stop, the first reading and the second among them.

    `held`: the statements known at the first reading, in any order; `since`: those that became known after it, in the
    order in which they did.
    """
    stands: dict[FactKey, Fact] = {}
    # Withdrawn before it was ever said is not said.
    said: set[FactKey] = set()
    for fact in held:
        _state(stands, said, fact)
    known = tuple(stands.values())
    path = [Stop(None, known, first.day, first.choices)]
    if second.choices != first.choices:
        path.append(Stop("definition or setting changed", known, first.day, second.choices))
    path += _days_moved(known, first.day, second)
    for fact in since:
        was, is_new = stands.get((fact.system, fact.key)), (fact.system, fact.key) not in said
        _state(stands, said, fact)
        cause = _cause(fact, was, is_new, first.day)
        path.append(Stop(cause, tuple(stands.values()), second.day, second.choices, fact, was))
    return path


def _state(stands: dict[FactKey, Fact], said: set[FactKey], fact: Fact) -> None:
    name = (fact.system, fact.key)
    stands[name] = supersede(stands.get(name), fact)
    if fact.kind is not Kind.WITHDRAWAL:
        said.add(name)


def _cause(fact: Fact, was: Fact | None, is_new: bool, first: int) -> Cause:
    if fact.kind is Kind.WITHDRAWAL:
        return "withdrawn"
    came_back = _came_back_on(fact, was)
    if is_new or came_back is not None:
        about = dated(fact) if came_back is None else came_back
        return "entered late" if about <= first else "happened in between"
    return "corrected"


def _came_back_on(fact: Fact, was: Fact | None) -> int | None:
    """The day of a return, where that is all that an episode is restated for: something new, and no correction."""
    if was is None or was.missing is None or fact.missing is None or fact.missing.ends is None:
        return None
    open_one = structs.replace(fact.missing, ends=None, interview=was.missing.interview)
    return day_said(fact.missing.ends) if was.missing == open_one else None


def dated(fact: Fact) -> int:
    """The London day that a fact is about; a withdrawal is about none, and so before all."""
    return day_said(fact.missing.begins) if fact.missing is not None else fact.on or 0


# --- Moving the day ---------------------------------------------------------------------------------------------------


def _days_moved(known: tuple[Fact, ...], day: int, second: Reading) -> Iterator[Stop]:
    """Time alone moves the day; what is dated between the two days and was known all along has happened in between.

    Backwards, the same stops the other way.
    """
    if second.day == day:
        return
    earlier, later = sorted((day, second.day))
    told = told_by(known, earlier)
    ahead = _ahead(known, told)
    ways = [(told, None), *_one_by_one(told, ahead)]
    if second.day > day:
        for facts, by in ways:
            cause: Cause = "time passing alone" if by is None else "happened in between"
            yield Stop(cause, facts, later, second.choices, by)
        return
    for (facts, _), (_, by) in zip(ways[-2::-1], ways[:0:-1], strict=True):
        yield Stop("happened in between", facts, later, second.choices, by)
    yield Stop("time passing alone", known, earlier, second.choices)


def told_by(facts: Iterable[Fact], day: int) -> tuple[Fact, ...]:
    """The facts about days up to this one; an episode that ended after it has not ended."""
    return tuple(_still_open(fact, day) for fact in facts if dated(fact) <= day)


def _still_open(fact: Fact, day: int) -> Fact:
    missing = fact.missing
    if missing is None or missing.ends is None or day_said(missing.ends) <= day:
        return fact
    return structs.replace(fact, missing=structs.replace(missing, ends=None))


def _ahead(known: tuple[Fact, ...], told: tuple[Fact, ...]) -> list[Fact]:
    """What was known and is not told yet, by its day."""
    held = {(fact.system, fact.key): fact for fact in told}
    ahead = [fact for fact in known if held.get((fact.system, fact.key)) != fact]
    return sorted(ahead, key=lambda fact: (_turns_on(fact, held), fact.sequence or 0, fact.key))


def _turns_on(fact: Fact, held: dict[FactKey, Fact]) -> int:
    if (fact.system, fact.key) in held and fact.missing is not None and fact.missing.ends is not None:
        return day_said(fact.missing.ends)
    return dated(fact)


def _one_by_one(told: tuple[Fact, ...], ahead: Iterable[Fact]) -> Iterator[tuple[tuple[Fact, ...], Fact]]:
    held = {(fact.system, fact.key): fact for fact in told}
    for fact in ahead:
        held[fact.system, fact.key] = fact
        yield tuple(held.values()), fact
