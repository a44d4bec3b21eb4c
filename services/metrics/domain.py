"""What a batch of records does to the facts held of each child. Pure: bytes in, bytes out.

A record that can't be read is poison and raises; nothing is ever skipped. What facts add up to is the engine's.
"""

from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import msgspec

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, supersede
from holdfast.indicators.choices import Choices
from holdfast.indicators.steps import Steps, fold_each

# A record's key is authority/child/statement, and the statement 32 hex digits: what is left of it names the child.
_STATEMENT_DIGITS = 32
_AUTHORITY_LETTERS = 9

Child = bytes
Encoded = bytes

_decode_facts = msgspec.msgpack.Decoder(list[Fact]).decode
_encode = msgspec.msgpack.Encoder().encode


class Record(Protocol):
    """What is looked at of a record."""

    @property
    def key(self) -> bytes | None:
        """`authority/child/statement`."""

    @property
    def value(self) -> bytes | None:
        """The event; None where the statement was erased."""


class Unreadable(ValueError):
    """A record that can't be read. Says nothing of what is in it."""


class Staged(msgspec.Struct):
    """A batch's records by child, in their order, and the children something was erased of. Nothing is decoded."""

    stated: dict[Child, list[Record]]
    erased: set[Child]


def child_of(key: bytes) -> Child:
    """`authority/child` of a record's key `authority/child/statement`."""
    if key[-_STATEMENT_DIGITS - 1 : -_STATEMENT_DIGITS] != b"/":
        raise Unreadable("the key is not authority/child/statement")
    return key[: -_STATEMENT_DIGITS - 1]


def authority_of(child: Child) -> str:
    """The nine-character code that a child's key begins with."""
    return child[:_AUTHORITY_LETTERS].decode()


def fact_in(record: Record) -> Fact:
    """The fact that a record states. Its statement is named in its key, so nothing is hashed."""
    key, value = record.key, record.value
    assert key is not None and value is not None, "a record that erases states nothing"
    try:
        return fact_of(decode_event(value), unhexlify(key[-_STATEMENT_DIGITS:]))
    except (msgspec.MsgspecError, ValueError) as error:  # their texts quote what they read
        raise Unreadable(f"the value is not an event: {type(error).__name__}") from None


def stage(records: Iterable[Record]) -> Staged:
    """Sort a batch's records by child. A record without a value erases its statement."""
    staged = Staged({}, set())
    stated = staged.stated
    for record in records:
        if record.key is None:
            raise Unreadable("the record has no key")
        child = child_of(record.key)
        if record.value is None:
            staged.erased.add(child)
        elif (of_child := stated.get(child)) is None:
            stated[child] = [record]
        else:
            of_child.append(record)
    return staged


def merge(
    stated: dict[Child, list[Record]], held: Callable[[Child], Encoded | None]
) -> Iterator[tuple[Child, Encoded]]:
    """Each child whose facts the batch changes, with its facts as they now stand. `held`: those held of a child.

    One child at a time from its records to its bytes: to decode the whole batch first takes half as long again.
    """
    for child, records in stated.items():
        merged = merged_into(held(child), records)
        if merged is not None:
            yield child, merged


def merged_into(held: Encoded | None, records: Iterable[Record]) -> Encoded | None:
    """The facts held of a child, each superseded by what records state of it; None where nothing changes."""
    facts = {} if held is None else {(fact.system, fact.key): fact for fact in _decode_facts(held)}
    changed = False
    for record in records:
        fact = fact_in(record)
        name = (fact.system, fact.key)
        before = facts.get(name)
        after = supersede(before, fact)
        if after is not before:
            facts[name] = after
            changed = True
    return encode(facts.values()) if changed else None


def encode(facts: Iterable[Fact]) -> Encoded:
    """Facts as they are held and kept in the changelog."""
    return _encode(list(facts))


def decode(encoded: Encoded) -> list[Fact]:
    """The facts held of a child."""
    return _decode_facts(encoded)


def steps_of(children: Iterable[Encoded], choices: Choices) -> Iterator[Steps]:
    """What the facts of each of some children contribute to every indicator."""
    return fold_each(map(_decode_facts, children), choices)
