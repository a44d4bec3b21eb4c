"""What authorities aim for: read back from `care.targets`, and said there when an analyst sets it."""

import asyncio
from typing import Protocol

import msgspec
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError

from holdfast.contracts import topics
from holdfast.contracts.targets import Target, Targets
from holdfast.runtime.http import Problem

MOST_TARGETS = 100
_targets = msgspec.json.Decoder(Targets)


class Publisher(Protocol):
    """The part of a producer that is used here."""

    async def send_and_wait(self, topic: str, value: bytes, key: bytes) -> object: ...


class TargetsHeld:
    """Every authority's targets, by indicator, as last said."""

    def __init__(self) -> None:
        self.generation = ""
        self._held: dict[tuple[str, str], tuple[int, Targets]] = {}

    def start_anew(self, generation: str) -> None:
        """The topic is another one than before: nothing held is its."""
        if self.generation not in ("", generation):
            self._held.clear()
        self.generation = generation

    def take(self, record: ConsumerRecord) -> tuple[str, str] | None:
        """Take one record in; returns whose target changed, or None. Residents' numbers are nothing to us yet."""
        authority, _, indicator = record.key.decode().partition("/")
        held = self._held.get((authority, indicator))
        if held is not None and record.offset <= held[0]:
            return None
        if record.value is None:
            self._held.pop((authority, indicator), None)
            return authority, indicator
        try:
            self._held[authority, indicator] = (record.offset, _targets.decode(record.value))
        except msgspec.ValidationError:
            return None
        return authority, indicator

    def of(self, authority: str, indicator: str) -> tuple[int, list[Target]]:
        """The version (an offset; -1 where none was ever set) and the targets, the earliest first."""
        held = self._held.get((authority, indicator))
        return (-1, []) if held is None else (held[0], held[1].targets)


def faults_of(targets: list[Target], *, counted: bool = False) -> list[dict[str, str]]:
    """What is wrong with targets that somebody wants to set: {code, pointer, message} each. `counted`: of a count."""
    faults: list[dict[str, str]] = []
    if len(targets) > MOST_TARGETS:
        faults.append(_fault("too-many", "", f"Give {MOST_TARGETS} targets at most"))
    if len({target.in_force_from for target in targets}) < len(targets):
        faults.append(_fault("same-day", "", "Two targets are in force from the same day: keep one of them"))
    for number, target in enumerate(targets):
        wrong = _no_fractions(number, target, counted)
        faults += wrong
        if not wrong and not _apart(target):
            faults.append(_overlap(number, target))
    return faults


def _no_fractions(number: int, target: Target, counted: bool) -> list[dict[str, str]]:
    named = {"green": target.green, "red": target.red, "low": target.low, "high": target.high}
    message = (
        "A bound of a count is a value from 0, of 1"
        if counted
        else "A bound is a fraction: a value from 0, of more than 0 and no less than the value; 12% is 12 of 100"
    )
    return [
        _fault("no-fraction", f"/{number}/{name}", message)
        for name, bound in named.items()
        if bound and (bound.value < 0 or (bound.of != 1 if counted else not 0 < bound.of >= bound.value))
    ]


def _apart(target: Target) -> bool:
    """Whether green and red have no value in common; of a range, whether there is a value in it."""
    if target.good == "within":
        lower, upper = target.low, target.high
    else:
        lower, upper = (target.green, target.red) if target.good == "low" else (target.red, target.green)
    if lower is None or upper is None:
        return True
    difference = upper.value * lower.of - lower.value * upper.of
    if difference == 0:
        return (lower.inclusive and upper.inclusive) == (target.good == "within")
    return difference > 0


def _overlap(number: int, target: Target) -> dict[str, str]:
    if target.good == "within":
        return _fault("empty", f"/{number}/low", "No value is from low to high: part them, or take both bounds in")
    return _fault("overlap", f"/{number}/red", "Red and green overlap: part them, or let them touch")


def _fault(code: str, pointer: str, message: str) -> dict[str, str]:
    return {"code": code, "pointer": pointer, "message": message}


async def publish(producer: Publisher, stated: Targets, seconds: float) -> None:
    """Say targets on `care.targets`; returns once every in-sync replica has them, else raises Problem 503."""
    try:
        async with asyncio.timeout(seconds):
            await producer.send_and_wait(topics.TARGETS, msgspec.json.encode(stated), stated.key)
    except (KafkaError, TimeoutError) as error:
        raise Problem(
            503,
            "broker-unavailable",
            "The broker is not acknowledging",
            "The target may or may not have been set: set it again in a little while.",
            headers={"Retry-After": "5"},
        ) from error
