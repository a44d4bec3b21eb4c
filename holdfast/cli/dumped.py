"""A dump of one authority's events, a line each, and what they add up to: by the code that stream and register use.

The first line says of what and how far; then come the broker's records in their order, each `{offset, key, value}`. A
value of null erases a statement. Reads a file and nothing else; `dump.py` asks the broker.
"""

import os
from binascii import unhexlify
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.indicators.choices import Choices
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.steps import fold_each

_NOTHING = b"null"

Line = TypeVar("Line")


class Cut(Struct, frozen=True):
    """Of what a dump is, and how far: up to the offset `read_to`, which is not in it."""

    topic: str
    partition: int
    read_to: int
    authority: str


class Record(Struct, frozen=True):
    """One record as the broker holds it; `value` is the event's own JSON, or null."""

    offset: int
    key: str
    value: Raw


class Dump(Struct, frozen=True):
    """A dump, in memory."""

    cut: Cut
    records: list[Record]


def record_of(offset: int, key: bytes, value: bytes | None) -> Record:
    """A record from the broker."""
    return Record(offset, key.decode(), Raw(_NOTHING if value is None else value))


def write(dump: Dump, path: Path) -> None:
    """A file that only its owner may read. Raises CannotRun where there is one of this name, or it can't be made."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotRun(f"{path} is there already: name a file that is not.") from None
    except OSError as refused:
        raise CannotRun(f"{path} can't be written: {refused.strerror}.") from refused
    with os.fdopen(handle, "wb") as file:
        for line in (dump.cut, *dump.records):
            file.write(msgspec.json.encode(line) + b"\n")


def read(path: Path) -> Dump:
    """The dump in a file. Raises CannotRun, naming the line, where it is none."""
    try:
        first, *lines = path.read_bytes().splitlines()
    except (OSError, ValueError) as refused:
        raise CannotRun(f"{path} is not a dump that can be read: `holdfast dump` makes one.") from refused
    cut = _line(path, 1, first, Cut)
    return Dump(cut, [_line(path, number, line, Record) for number, line in enumerate(lines, 2)])


def _line(path: Path, number: int, line: bytes, kind: type[Line]) -> Line:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.MsgspecError:  # its text may quote the line
        raise CannotRun(f"{path}, line {number}: this is not a line of a dump.") from None


def ledger_of(dump: Dump, read_to: int, choices: Choices) -> Ledger:
    """What the records before an offset add up to. Raises CannotRun where one of them is not an event."""
    ledger = Ledger()
    for steps in fold_each(_children(record for record in dump.records if record.offset < read_to), choices):
        ledger.add(steps)
    ledger.settle()
    return ledger


def _children(records: Iterable[Record]) -> Iterable[Iterable[Fact]]:
    stated: dict[str, dict[str, Fact]] = {}
    for record in records:
        child, _, statement = record.key.rpartition("/")
        of_child = stated.setdefault(child, {})
        if bytes(record.value) == _NOTHING:
            of_child.pop(statement, None)
        else:
            of_child[statement] = _fact(record, statement)
    return [standing(facts.values()).values() for facts in stated.values()]


def _fact(record: Record, statement: str) -> Fact:
    try:
        return fact_of(decode_event(bytes(record.value)), unhexlify(statement))
    except (msgspec.MsgspecError, ValueError):
        raise CannotRun(f"The record at offset {record.offset} is not an event that can be read here.") from None
