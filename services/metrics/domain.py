"""What a batch of records does to the facts held of each child. Pure: bytes in, bytes out.

A record that can't be read is poison and raises; nothing is ever skipped. What facts add up to is the engine's.
"""

from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator

import msgspec

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, FactKey, fact_of, supersede
from holdfast.indicators.steps import Steps, fold

# A record's key is authority/child/statement, and the statement 32 hex digits: what is left of it names the child.
_STATEMENT_DIGITS = 32
_AUTHORITY_LETTERS = 9

Child = bytes
Encoded = bytes

_decode_facts = msgspec.msgpack.Decoder(list[Fact]).decode
_encode_facts = msgspec.msgpack.Encoder().encode


class Unreadable(ValueError):
    """A record that can't be read. Says nothing of what is in it."""


class Staged(msgspec.Struct):
    """The facts stated in a batch, by child in the order of its records, and the children something was erased of."""

    stated: dict[Child, list[Fact]]
    erased: set[Child]


def child_of(key: bytes) -> Child:
    """`authority/child` of a record's key `authority/child/statement`."""
    if key[-_STATEMENT_DIGITS - 1 : -_STATEMENT_DIGITS] != b"/":
        raise Unreadable("the key is not authority/child/statement")
    return key[: -_STATEMENT_DIGITS - 1]


def authority_of(child: Child) -> str:
    """The nine-character code that a child's key begins with."""
    return child[:_AUTHORITY_LETTERS].decode()


def fact_in(key: bytes, value: bytes) -> Fact:
    """The fact that a record states. Its statement is named in its key, so nothing is hashed."""
    try:
        return fact_of(decode_event(value), unhexlify(key[-_STATEMENT_DIGITS:]))
    except (msgspec.MsgspecError, ValueError) as error:  # their texts quote what they read
        raise Unreadable(f"the value is not an event: {type(error).__name__}") from None


def stage(records: Iterable[tuple[bytes | None, bytes | None]]) -> Staged:
    """Sort a batch's records by child. A record without a value erases its statement."""
    staged = Staged({}, set())
    for key, value in records:
        if key is None:
            raise Unreadable("the record has no key")
        child = child_of(key)
        if value is None:
            staged.erased.add(child)
            continue
        staged.stated.setdefault(child, []).append(fact_in(key, value))
    return staged


def merge(staged: dict[Child, list[Fact]], held: Callable[[Child], Encoded | None]) -> Iterator[tuple[Child, Encoded]]:
    """Each child whose facts the batch changes, with its facts as they now stand. Yields None-changes nowhere.

    `held` gives the facts held of a child, encoded.
    """
    for child, stated in staged.items():
        encoded = held(child)
        facts: dict[FactKey, Fact] = {} if encoded is None else by_name(encoded)
        if fold_into(facts, stated):
            yield child, _encode_facts(list(facts.values()))


def fold_into(facts: dict[FactKey, Fact], stated: Iterable[Fact]) -> bool:
    """Let each statement supersede what is held of its fact; says whether anything changed."""
    changed = False
    for fact in stated:
        name = (fact.system, fact.key)
        before = facts.get(name)
        after = supersede(before, fact)
        if after is not before:
            facts[name] = after
            changed = True
    return changed


def by_name(encoded: Encoded) -> dict[FactKey, Fact]:
    """Encoded facts, by the names they are superseded under."""
    return {(fact.system, fact.key): fact for fact in _decode_facts(encoded)}


def encode(facts: Iterable[Fact]) -> Encoded:
    """Facts as they are held and kept in the changelog."""
    return _encode_facts(list(facts))


def steps_of(encoded: Encoded) -> Steps:
    """What a child's facts contribute to every indicator."""
    return fold(_decode_facts(encoded))
