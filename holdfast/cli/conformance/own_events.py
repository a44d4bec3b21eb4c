"""A vendor's own events, from a file, by dry run: each verdict, what it would change, and what would not add up.

The events of a child are tried together, in the order of the file. Nothing is posted.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from holdfast.cli.conformance.asking import Asked, dry_run_of, whole_children
from holdfast.cli.conformance.requests import LINES
from holdfast.contracts.door import UNREADABLE
from holdfast.contracts.effects import MOST_EVENTS, Tried

MOST_OWN_EVENTS = 10_000


class Unusable(Exception):
    """The file can't be tried; the text is a sentence that says why."""


class Own(Struct, frozen=True):
    """One event of the file: where it is (a line, or a member of an array, from 1), its text, and whose it is."""

    place: int
    text: bytes
    child: str


class Answered(Struct, frozen=True):
    """What the door said of an event of the file."""

    place: int
    answer: Tried


class _Clear(Struct):
    subject: str = ""


def read_own(path: Path) -> list[Own]:
    """The events of a file: a line each, or one JSON array, or one event. Raises Unusable."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise Unusable(f"The file {path} can't be read.") from error
    texts = _members(body)
    if not texts:
        raise Unusable(f"The file {path} holds no events.")
    if len(texts) > MOST_OWN_EVENTS:
        raise Unusable(f"The file holds {len(texts):,} events; try {MOST_OWN_EVENTS:,} at a time.")
    return [Own(place, text, _child(text, place)) for place, text in texts]


def _members(body: bytes) -> list[tuple[int, bytes]]:
    """By place. What is one JSON value, over however many lines, is taken as such."""
    try:
        value = msgspec.json.decode(body, type=msgspec.Raw)
    except UNREADABLE:
        lines = enumerate(body.split(b"\n"), 1)
        return [(place, line) for place, line in lines if line.strip()]
    is_array = bytes(value).lstrip().startswith(b"[")
    members = msgspec.json.decode(value, type=list[msgspec.Raw]) if is_array else [value]
    return [(place, msgspec.json.format(bytes(raw), indent=-1)) for place, raw in enumerate(members, 1)]


def _child(text: bytes, place: int) -> str:
    """Whose it is; one that can't be read is by itself."""
    try:
        return msgspec.json.decode(text, type=_Clear).subject
    except UNREADABLE:
        return f"place {place}"


def try_own(asked: Asked, own: Sequence[Own], on: date | None) -> list[Answered]:
    """The door's answer to each about a day, None: today; in the order of the file."""
    answered: list[Answered] = []
    for together in whole_children(own, lambda one: one.child):
        told = dry_run_of(asked.door, b"\n".join(one.text for one in together), LINES, on)
        if len(told.events) != len(together):
            raise Unusable(f"The door gave {len(told.events)} answers to {len(together)} events.")
        answered += [Answered(one.place, answer) for one, answer in zip(together, told.events, strict=True)]
    return sorted(answered, key=lambda one: one.place)


def too_long(own: Sequence[Own]) -> int:
    """Of how many children there are more events than a dry run takes: those are not all told on top of each other."""
    return sum(many > MOST_EVENTS for many in Counter(one.child for one in own).values())
