"""Asking a door by dry run, and reading what its effects come to for the children of a case. Judges nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import UNSET, Struct

from holdfast.cli.conformance.cases import PLACEMENTS, Counts, Event, Figures, Name
from holdfast.cli.conformance.requests import BATCH, DRY_RUN
from holdfast.cli.door import Door, DoorRefused
from holdfast.contracts import effects
from holdfast.contracts.effects import MOST_EVENTS, DryRun, Effect, Shift

Item = TypeVar("Item")


class Asked(Struct, frozen=True):
    """A door, and what it says of the token: its source, its types, and whether it is told the authority's figures."""

    door: Door
    source: str
    types: frozenset[str]
    figures: bool
    today: date
    definitions: str


def introduced(door: Door) -> Asked:
    """Ask a door who we are, with a dry run of nothing. DoorRefused where it knows no dry run."""
    told = dry_run(door, [], None)
    return Asked(door, told.source, frozenset(told.types), told.figures, told.today, told.definitions)


def dry_run(door: Door, events: Sequence[Event], on: date | None) -> DryRun:
    """What events would change, by the door."""
    return dry_run_of(door, msgspec.json.encode(events), BATCH, on)


def dry_run_of(door: Door, body: bytes, content_type: str, on: date | None) -> DryRun:
    """The same of a body as it is."""
    asked = DRY_RUN if on is None else DRY_RUN | {"on": on.isoformat()}
    answer = door.post("/events", body, content_type, asked)
    try:
        return msgspec.json.decode(answer, type=DryRun)
    except msgspec.MsgspecError as error:
        raise DoorRefused(
            "This door answers no dry run that can be read, so nothing is tried: it may be of an earlier version "
            f"({error})."
        ) from error


class Told(Struct, frozen=True):
    """What effects come to: each child's figures before the first and after the last, and what does not add up then.

    `mended`: what does not add up before, and does then. `wrong`: where they don't hang together.
    """

    before: dict[str, Figures]
    after: dict[str, Figures]
    findings: list[str]
    mended: list[str]
    wrong: list[str]


def told_by(told: DryRun) -> Told:
    """Read the effects of a dry run, one on top of the other."""
    before: dict[str, Figures] = {}
    after: dict[str, Figures] = {}
    wrong: list[str] = []
    findings: Counter[str] = Counter()
    for event in told.events:
        if event.effect is None:
            continue
        findings.update(one.code for one in event.effect.findings_new)
        findings.subtract(one.code for one in event.effect.findings_mended)
        first, last = before.setdefault(str(event.subject), {}), after.setdefault(str(event.subject), {})
        for name, shift in _shifts(event.effect, told.on):
            here = Counts(shift.before.numerator, shift.before.denominator)
            first.setdefault(name, here)
            if last.get(name, here) != here:
                wrong.append(f"{name} was {last[name]}, and before the next event it is {here}")
            last[name] = Counts(shift.after.numerator, shift.after.denominator)
        wrong += _apart(event.effect)
    return Told(before, after, sorted((+findings).elements()), sorted((-findings).elements()), wrong)


def _shifts(effect: Effect, on: date) -> list[tuple[Name, Shift]]:
    found = [
        (Name(figure.indicator, figure.period, day.date), day.child) for figure in effect.figures for day in figure.days
    ]
    if effect.placements_in_year is not None:
        many = effect.placements_in_year
        found.append((Name(PLACEMENTS, "on", on), Shift(effects.Counts(many.before), effects.Counts(many.after))))
    return found


def _apart(effect: Effect) -> list[str]:
    """Where the authority's figure, if it is told, changes otherwise than the child's."""
    return [
        f"{day.date} {figure.indicator}: the child changes by {_by(day.child)}, the authority by {_by(day.authority)}"
        for figure in effect.figures
        for day in figure.days
        if day.authority is not UNSET and not _alike(day.child, day.authority)
    ]


def _alike(child: Shift, authority: Shift) -> bool:
    # The rate is of residents: the child has no denominator in it, and it has no other.
    below = child.before.denominator is not None
    return _by(child)[: 1 + below] == _by(authority)[: 1 + below]


def _by(shift: Shift) -> tuple[int, int]:
    before, after = shift.before, shift.after
    return after.numerator - before.numerator, (after.denominator or 0) - (before.denominator or 0)


def together(children: dict[str, Figures], name: Name, like: Counts) -> Counts:
    """What the children come to; nothing where no effect spoke of it. `like`: whether there is a denominator."""
    found = [figures[name] for figures in children.values() if name in figures]
    below = None if like.denominator is None else sum(counts.denominator or 0 for counts in found)
    return Counts(sum(counts.numerator for counts in found), below)


def whole_children(sent: Iterable[Item], child: Callable[[Item], str]) -> Iterator[list[Item]]:
    """What is sent, as requests of at most so many events as a dry run takes: each child's in one, in their order.

    Only of a child that has more than that are there several, and those can't be told on top of each other.
    """
    by_child: dict[str, list[Item]] = {}
    for item in sent:
        by_child.setdefault(child(item), []).append(item)
    held: list[Item] = []
    for of_child in by_child.values():
        if held and len(held) + len(of_child) > MOST_EVENTS:
            yield held
            held = []
        held = held + of_child
        while len(held) > MOST_EVENTS:
            yield held[:MOST_EVENTS]
            held = held[MOST_EVENTS:]
    if held:
        yield held
