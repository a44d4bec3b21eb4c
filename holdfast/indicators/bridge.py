"""The bridge between two readings of one figure: which children came and went, and the cause of each. It adds up.

A child's (of a flow, a happening's) cause is the last stop that flipped it. Pure: who knows what when is given.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct, structs

from holdfast.contracts.facts import Fact
from holdfast.indicators.accounts import says
from holdfast.indicators.bridge_stops import CAUSES, Cause, Reading, Stop, dated, stops
from holdfast.indicators.bridge_words import of_definitions, of_fact, of_time
from holdfast.indicators.members import Asked, Membership, Memberships
from holdfast.indicators.steps import fold

__all__ = ["CAUSES", "Bridge", "Cause", "Change", "Part", "Reading", "bridge_of", "changes_of", "turned"]

Of = Literal["numerator", "denominator"]
Way = Literal["came", "went"]


class Change(Struct, frozen=True):
    """A child, or a happening of one on `happened_on`, that is in one of the two readings alone, and why.

    `fact` is the key of the fact that made the difference, `about` its day, `recorded_at` when it was recorded in
    microseconds since 1970; None where none did.
    """

    of: Of
    way: Way
    child: str
    cause: Cause
    sentence: str
    happened_on: date | None = None
    fact: str | None = None
    about: date | None = None
    recorded_at: int | None = None


class BridgeStep(Struct, frozen=True):
    """How many came and how many went by one cause."""

    cause: Cause
    came: int
    went: int


class Part(Struct, frozen=True):
    """The way of a numerator or a denominator from the first reading's number to the second's.

    `adds_up`: the first, less those that went, and those that came, is the second.
    """

    first: int
    second: int
    steps: tuple[BridgeStep, ...]
    adds_up: bool


class Bridge(Struct, frozen=True):
    """`denominator` is None of a count, and of a rate, whose denominator no child makes up."""

    numerator: Part
    denominator: Part | None
    changes: tuple[Change, ...]


def changes_of(
    child: str, asked: Asked, first: Reading, second: Reading, held: Iterable[Fact], since: Sequence[Fact]
) -> list[Change]:
    """Why a child is in one reading and not in the other. `held` and `since`: as `stops` takes them."""
    path = _Path(asked, stops(first, second, held, since))
    return [
        path.change(child, of, membership)
        for place, of in enumerate(_PARTS)
        for membership in sorted(path.members(0)[place] ^ path.members(-1)[place])
    ]


_PARTS: tuple[Of, ...] = ("numerator", "denominator")


class _Path:
    """The stops of one child, each read once at most, and from the last backwards: the last to flip is the cause."""

    def __init__(self, asked: Asked, path: list[Stop]) -> None:
        self.asked = asked
        self.stops = path
        self._members: dict[int, tuple[Memberships, Memberships]] = {}

    def members(self, place: int) -> tuple[Memberships, Memberships]:
        place %= len(self.stops)
        if place not in self._members:
            stop = self.stops[place]
            self._members[place] = self.asked.on(fold(stop.facts, stop.choices), stop.day)
        return self._members[place]

    def change(self, child: str, of: Of, membership: Membership) -> Change:
        part = _PARTS.index(of)
        is_in = membership in self.members(-1)[part]
        place = len(self.stops) - 1
        while (membership in self.members(place - 1)[part]) is is_in:
            place -= 1
        before, stop = self.stops[place - 1 : place + 1]
        change = Change(
            of,
            "came" if is_in else "went",
            child,
            stop.cause or "corrected",
            _sentence(self.asked, before, stop, below=part == 1),
            date.fromordinal(membership[0]) if self.asked.figure.is_flow else None,
        )
        return change if stop.by is None else _with_fact(change, stop.by, stop.was)


def _with_fact(change: Change, by: Fact, was: Fact | None) -> Change:
    about = dated(by) or (dated(was) if was else 0)
    return structs.replace(
        change, fact=by.key, about=date.fromordinal(about) if about else None, recorded_at=by.recorded_at
    )


def _sentence(asked: Asked, before: Stop, stop: Stop, *, below: bool) -> str:
    if stop.cause == "definition or setting changed":
        return of_definitions(before.choices, stop.choices)
    if stop.by is None:
        return of_time(asked, before, stop, below=below)
    return of_fact(stop.by, stop.was, says)


def bridge_of(
    asked: Asked,
    first: tuple[int, int],
    second: tuple[int, int],
    changes: Iterable[Change],
    stated: tuple[int, int] | None = None,
    stated_second: tuple[int, int] | None = None,
) -> Bridge:
    """The bridge between two readings' numbers, each numerator and denominator (0 of a count), counted by themselves.

    `stated`: the first reading's numbers as they were said at the time, and `stated_second` the second's. What they
    are more than `first` and `second`, which are of the statements still held, the register no longer holds: erased,
    and known by number alone; those of the first went, those of the second came.
    """
    told = sorted(changes, key=lambda each: (each.of != "numerator", CAUSES.index(each.cause), each.way, each.child))
    said, said_second = stated or first, stated_second or second
    parts = [
        _part(of, (first[place], second[place]), (said[place], said_second[place]), told)
        for place, of in enumerate(_PARTS)
    ]
    return Bridge(parts[0], parts[1] if asked.figure.is_share else None, tuple(told))


def _part(of: Of, held: tuple[int, int], stated: tuple[int, int], changes: Iterable[Change]) -> Part:
    number = Counter((each.cause, each.way) for each in changes if each.of == of)
    gone, gone_of_second = stated[0] - held[0], stated[1] - held[1]
    # One statement erased, such as a discharge, may let a child count that did not: then it is the other way about.
    number["erased", "went"] += max(gone, 0) + max(-gone_of_second, 0)
    number["erased", "came"] += max(-gone, 0) + max(gone_of_second, 0)
    steps = tuple(
        BridgeStep(cause, number[cause, "came"], number[cause, "went"])
        for cause in CAUSES
        if number[cause, "came"] or number[cause, "went"]
    )
    adds_up = stated[0] + sum(step.came - step.went for step in steps) == stated[1]
    return Part(*stated, steps, adds_up)


def turned(bridge: Bridge) -> Bridge:
    """The same bridge walked the other way: who came went, and the causes stay."""
    return Bridge(
        _part_turned(bridge.numerator),
        None if bridge.denominator is None else _part_turned(bridge.denominator),
        tuple(structs.replace(each, way="went" if each.way == "came" else "came") for each in bridge.changes),
    )


def _part_turned(part: Part) -> Part:
    return Part(
        part.second,
        part.first,
        tuple(BridgeStep(step.cause, step.went, step.came) for step in part.steps),
        part.adds_up,
    )
