"""A made-up borough whose figures are those that a council printed: families are drawn as ever, and some are exchanged.

Which ones, what the engine counts of each as known at each month's time decides; no life is changed to fit, and what
is said of it is what is said of any. After the printed months it lives on as any borough.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import takewhile
from operator import sub
from random import Random

from msgspec import Struct

from holdfast.cli.borough.choosing import NothingAddsUp, Vector, choose
from holdfast.cli.borough.lives import Life
from holdfast.cli.borough.population import Admitted, Borough, admissions
from holdfast.cli.borough.printed import Printed
from holdfast.cli.borough.reckoned import added_up, counted, is_clear, told_by_child
from holdfast.cli.borough.telling import tell

# So many sets of spare families are drawn at most, one after another, until with them it adds up.
MOST_SPARES = 4
# Each set is of a borough so many times as large; of those who neither come nor go in the printed months there are
# more than enough, so that each of so many is taken.
_SPARE_TIMES, _OF_OTHERS = 6, 2
# Whatever was said wrongly of one who has left is put right by then, and what was said late is said.
_ALL_IS_TOLD = timedelta(123)


class CannotBeLike(Exception):
    """No made-up borough was found whose figures are those printed. The text is one sentence for people."""


class Candidate(Struct, frozen=True):
    """The children of a family who come into care with a day, and what they add to the printed numbers."""

    on: date
    lives: tuple[Life, ...]
    adds: Vector
    spare: bool


def borough_like(printed: Printed, authority: str, seed: int) -> Borough:
    """The borough that is to come to what was printed."""
    return Borough(authority, seed, printed.children, printed.begins_on, like=printed.name)


def admissions_like(borough: Borough, printed: Printed) -> Iterator[Admitted]:
    """The lives that begin with each day: until the last month is printed those chosen. Raises CannotBeLike at once."""
    chosen: dict[date, list[Life]] = defaultdict(list)
    for family in families_like(borough, printed):
        chosen[family.on] += family.lives
    usual = admissions(borough.name, borough.children, borough.begins_on)
    return ((on, chosen[on] if on <= printed.ends_on else lives) for on, lives in usual)


def families_like(borough: Borough, printed: Printed) -> list[Candidate]:
    """The families, of all who come until the last month is printed, whose numbers add up. Raises CannotBeLike."""
    candidates = list(_own(borough, printed))
    missing: Vector = ()
    for spares in range(1, MOST_SPARES + 1):
        candidates += _spare(borough, printed, spares)
        adds, first = [one.adds for one in candidates], [not one.spare for one in candidates]
        try:
            places = choose(adds, first, printed.integers, Random(f"{borough.name}/chosen/{spares}"))
        except NothingAddsUp as nearest:
            missing = nearest.missing
        else:
            return _checked(borough, printed, [candidates[place] for place in places])
    raise CannotBeLike(_how_near(printed, missing))


def _checked(borough: Borough, printed: Printed, chosen: list[Candidate]) -> list[Candidate]:
    """The chosen, once all that is told of them, taken together, has come to what was printed."""
    lives = [life for family in chosen for life in family.lives]
    told = told_by_child(posting for life in lives for posting in tell(borough.name, borough.source, life))
    found = added_up(told, printed)
    if found != printed.integers:
        raise CannotBeLike(_how_near(printed, tuple(map(sub, printed.integers, found))))
    return chosen


def _own(borough: Borough, printed: Printed) -> Iterator[Candidate]:
    nothing = (0,) * len(printed.integers)
    for on, family in _families(printed, admissions(borough.name, borough.children, borough.begins_on)):
        if max(life.left_on for life in family) < printed.begins_at.date() - _ALL_IS_TOLD:
            yield Candidate(on, family, nothing, spare=False)
        else:
            yield from _clear(borough, printed, on, family, spare=False)


def _spare(borough: Borough, printed: Printed, number: int) -> Iterator[Candidate]:
    first, last = printed.begins_at.date(), printed.ends_on
    name, children = f"{borough.name}/spare/{number}", _SPARE_TIMES * borough.children
    drawn = admissions(name, children, first, f"SPARE{number}")
    for place, (on, family) in enumerate(_families(printed, drawn)):
        turns = {day for life in family for day in (life.admitted_on, life.left_on)}
        if place % _OF_OTHERS == 0 or any(first <= day <= last for day in turns):
            yield from _clear(borough, printed, on, family, spare=True)


def _families(printed: Printed, drawn: Iterator[Admitted]) -> Iterator[tuple[date, tuple[Life, ...]]]:
    """Each family with the day it comes on, until the last month is printed: who comes later may be dated earlier."""
    for on, lives in takewhile(lambda day: day[0] <= printed.ends_on, drawn):
        yield from ((on, family) for family in families_of(lives))


def _clear(
    borough: Borough, printed: Printed, on: date, family: tuple[Life, ...], *, spare: bool
) -> Iterator[Candidate]:
    """The family as a candidate, unless what is told of it can't be told apart without names."""
    told = told_by_child(posting for life in family for posting in tell(borough.name, borough.source, life))
    if all(map(is_clear, told)):
        yield Candidate(on, family, counted(told, printed), spare)


def families_of(lives: Sequence[Life]) -> list[tuple[Life, ...]]:
    """Brothers and sisters together: what is said of one may have been meant of another."""
    found: dict[str, list[Life]] = defaultdict(list)
    for life in lives:
        found[min((life.child, *life.siblings))].append(life)
    return list(map(tuple, found.values()))


def _how_near(printed: Printed, missing: Vector) -> str:
    off = [f"{printed.label(place)}: {-number:+d}" for place, number in enumerate(missing) if number]
    return f"No made-up borough adds up to what {printed.council} printed; the nearest is off by {'; '.join(off)}."
