"""How rejected events are worded and drawn for a steward. Pure: from what the door says to what a template shows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from holdfast.contracts.door_verdicts import CODES, Fault
from holdfast.contracts.quarantine import Action, EntryOutcome, EntryStep, Listed, SourceDay, Status

WEEKS = 26
_BAR, _GAP, HEIGHT = 7, 2, 36
WIDTH = WEEKS * (_BAR + _GAP)

STATUS_WORDS: dict[Status, str] = {"waiting": "Waiting", "replayed": "Replayed", "dismissed": "Dismissed"}
_ACTIONS: dict[Action, str] = {
    "opened": "Opened", "replayed": "Replayed", "dismissed": "Dismissed", "reopened": "Reopened",
}  # fmt: skip


class Bar(Struct, frozen=True):
    """A week in a drawing."""

    x: int
    y: float
    width: int
    height: float


class SourceWeeks(Struct, frozen=True):
    """A source's last weeks: what arrived in each, drawn, and what came of all of it."""

    system: str
    bars: list[Bar]
    by_week: list[int]
    arrived: int
    entered: int
    replayed: int
    dismissed: int
    failed: int


class Done(Struct, frozen=True):
    """Something that was done to an entry, in words."""

    at: str
    by: str
    what: str
    reason: str


class NotDone(Struct, frozen=True):
    """An entry of a request that was left as it is, and why."""

    entry: int
    sentence: str
    wrong: list[tuple[str, str]]


def type_words(kind: str | None) -> str:
    """What an event is about: `care.placement-move.v1` is a placement move."""
    if kind is None:
        return "Not known"
    return kind.removeprefix("care.").rpartition(".")[0].replace("-", " ").capitalize()


def code_words(code: str) -> str:
    """What a code of a fault means, as a sentence; nothing of what was sent."""
    said = CODES.get(code, code.replace("-", " "))
    return f"{said[0].upper()}{said[1:]}."


def done_words(steps: Sequence[EntryStep], names: Mapping[str, str]) -> list[Done]:
    """What was done to an entry, in words."""
    return [Done(step.at.isoformat(), names[step.by], _ACTIONS[step.action], step.reason or "") for step in steps]


def not_done(outcomes: Sequence[EntryOutcome]) -> list[NotDone]:
    """What was left as it is. Codes and places alone: what was sent is shown where it was opened."""
    return [
        NotDone(one.entry, one.sentence, [(code_words(fault.code), place_of(fault)) for fault in one.errors])
        for one in outcomes
        if not one.done
    ]


def place_of(fault: Fault) -> str:
    """Where a fault is, in our own vocabulary."""
    return fault.public_pointer or "the event itself"


def editable(body: str) -> str:
    """A body as it is put into an editor: a line a field where it is JSON, else as it came."""
    try:
        return msgspec.json.format(body, indent=2)
    except msgspec.DecodeError:
        return body


def first_week(today: date) -> date:
    """The Monday on which the weeks shown begin."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def mondays(today: date) -> list[date]:
    """Every Monday of the weeks shown."""
    return [first_week(today) + timedelta(weeks=number) for number in range(WEEKS)]


def weeks(days: Sequence[SourceDay], today: date) -> list[SourceWeeks]:
    """The last weeks of each source, drawn to one scale."""
    begins = first_week(today)
    arrived: dict[str, list[int]] = {}
    for one in days:
        number = (one.day - begins).days // 7
        if 0 <= number < WEEKS:
            arrived.setdefault(one.system, [0] * WEEKS)[number] += one.arrived
    top = max((max(numbers) for numbers in arrived.values()), default=0)
    return [_source(system, arrived[system], days, top) for system in sorted(arrived)]


def _source(system: str, by_week: list[int], days: Sequence[SourceDay], top: int) -> SourceWeeks:
    own = [one for one in days if one.system == system]
    return SourceWeeks(
        system,
        [_bar(number, many, top) for number, many in enumerate(by_week) if many],
        by_week,
        sum(by_week),
        sum(one.entered for one in own),
        sum(one.replayed for one in own),
        sum(one.dismissed for one in own),
        sum(one.failed for one in own),
    )


def _bar(number: int, many: int, top: int) -> Bar:
    height = max(1.5, round(HEIGHT * many / top, 1))
    return Bar(number * (_BAR + _GAP), HEIGHT - height, _BAR, height)


def status_words(listed: Listed) -> str:
    """An entry's status; one whose replay was cut short says so."""
    return "Replay begun, not ended" if listed.begun else STATUS_WORDS[listed.status]
