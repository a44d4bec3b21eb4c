"""What a batch of records does to the facts held of each child. Pure: bytes in, bytes out.

A record that can't be read is poison and raises; nothing is ever skipped. What facts add up to is the engine's.
"""

from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator

import msgspec

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, standing, supersede
from holdfast.indicators.steps import Steps, fold

# A record's key is authority/child/statement, and the statement 32 hex digits: what is left of it names the child.
_STATEMENT_DIGITS = 32
_AUTHORITY_LETTERS = 9

Child = bytes
Encoded = bytes

_decode_facts = msgspec.msgpack.Decoder(list[Fact]).decode
_decode_fact = msgspec.msgpack.Decoder(Fact).decode
_encode = msgspec.msgpack.Encoder().encode

# Always the long form of an array's head, so that facts can be appended without decoding any.
_ARRAY = b"\xdd"
_LENGTH_BYTES = 4
# How each fact in it begins: the head of its own array. Its key comes first.
_FACT = b"\xdc" + len(Fact.__struct_fields__).to_bytes(2)


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
    stated = staged.stated
    for key, value in records:
        if key is None:
            raise Unreadable("the record has no key")
        child = child_of(key)
        if value is None:
            staged.erased.add(child)
            continue
        fact = fact_in(key, value)
        facts = stated.get(child)
        if facts is None:
            stated[child] = [fact]
        else:
            facts.append(fact)
    return staged


def merge(staged: dict[Child, list[Fact]], held: Callable[[Child], Encoded | None]) -> Iterator[tuple[Child, Encoded]]:
    """Each child whose facts the batch changes, with its facts as they now stand. `held`: those held of a child."""
    for child, stated in staged.items():
        encoded = held(child)
        merged = encode(standing(stated).values()) if encoded is None else merged_into(encoded, stated)
        if merged is not encoded:
            yield child, merged


def merged_into(held: Encoded, stated: Iterable[Fact]) -> Encoded:
    """The facts held with each statement superseding what is held of its fact; `held` itself where nothing changes.

    Most statements are of a fact not heard of before, so its head is looked for in the bytes, and nothing is decoded;
    where it is found, that fact alone is.
    """
    merged, new = held, list[bytes]()
    for fact in standing(stated).values():
        place = _place_of(fact, merged)
        if place is None:
            new.append(_encode(fact))
            continue
        begin, end, before = place
        after = supersede(before, fact)
        if after is not before:
            merged = merged[:begin] + _encode(after) + merged[end:]
    return _appended(merged, new) if new else merged


def _place_of(fact: Fact, held: Encoded) -> tuple[int, int, Fact] | None:
    """Where in the bytes the same fact is held, and how it stands."""
    head = _FACT + _encode(fact.key)
    begin = held.find(head)
    while begin >= 0:
        end, before = _fact_at(held, begin)
        if before.system == fact.system:
            return begin, end, before
        begin = held.find(head, end)
    return None


def _fact_at(held: Encoded, begin: int) -> tuple[int, Fact]:
    """The fact that begins at a place, and where it ends: where the next begins, if what lies between can be read.

    The bytes that begin a fact may be in the middle of one by chance.
    """
    end = held.find(_FACT, begin + 1)
    while end >= 0:
        try:
            return end, _decode_fact(held[begin:end])
        except msgspec.DecodeError:
            end = held.find(_FACT, end + 1)
    return len(held), _decode_fact(held[begin:])


def encode(facts: Iterable[Fact]) -> Encoded:
    """Facts as they are held and kept in the changelog: one array, each fact an array of its own."""
    return _joined([_encode(fact) for fact in facts])


def _joined(items: list[bytes]) -> Encoded:
    return _ARRAY + len(items).to_bytes(_LENGTH_BYTES) + b"".join(items)


def _appended(held: Encoded, new: list[bytes]) -> Encoded:
    begin = len(_ARRAY) + _LENGTH_BYTES
    count = int.from_bytes(held[len(_ARRAY) : begin]) + len(new)
    return b"".join((_ARRAY, count.to_bytes(_LENGTH_BYTES), held[begin:], *new))


def decode(encoded: Encoded) -> list[Fact]:
    """The facts held of a child."""
    return _decode_facts(encoded)


def steps_of(encoded: Encoded) -> Steps:
    """What a child's facts contribute to every indicator."""
    return fold(_decode_facts(encoded))
