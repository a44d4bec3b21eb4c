"""What a batch does to the facts held: the same as folding its statements one by one, in any order and any cut."""

from random import Random
from typing import NamedTuple

import pytest

from holdfast.contracts.events import AnyEvent, encode_event, record_key
from holdfast.contracts.facts import Fact, fact_of, standing
from services.metrics.domain import Unreadable, authority_of, child_of, decode, merge, stage
from tests import factories

STATED: list[AnyEvent] = [
    factories.admitted("2023-01-02", child="one", placement_id="home"),
    factories.admitted("2023-01-02", child="one", placement_id="home", recorded="2023-02-01T10:00:00Z", place="U4"),
    factories.moved("2023-03-04", child="one", place="K2"),
    factories.moved("2023-03-04", child="one", place="K2", system="mosaic"),
    factories.missing("2023-04-01T20:00:00Z", child="one"),
    factories.missing("2023-04-01T20:00:00Z", "2023-04-02T01:00:00Z", child="one", recorded="2023-04-02T09:00:00Z"),
    factories.legal_status("2023-05-01", "C1", child="two"),
    factories.withdrawn(factories.moved("2023-03-04", child="one", place="K2")),
    factories.discharged("2023-09-01", child="two"),
]


class Recorded(NamedTuple):
    key: bytes | None
    value: bytes | None


def record(event: AnyEvent) -> Recorded:
    return Recorded(record_key(event), encode_event(event))


def expected() -> dict[bytes, set[Fact]]:
    children: dict[bytes, list[AnyEvent]] = {}
    for event in STATED:
        children.setdefault(child_of(record_key(event)), []).append(event)
    return {child: set(standing(map(fact_of, events)).values()) for child, events in children.items()}


@pytest.mark.parametrize("seed", range(20))
def test_batches_of_any_size_in_any_order_with_repetitions_end_in_the_facts_of_a_plain_fold(seed: int) -> None:
    random = Random(seed)
    stated = STATED * 2
    random.shuffle(stated)
    held: dict[bytes, bytes] = {}
    while stated:
        size = random.randrange(1, 8)
        batch, stated = stated[:size], stated[size:]
        held.update(merge(stage(map(record, batch)).stated, held.get))
    assert {child: set(decode(encoded)) for child, encoded in held.items()} == expected()


def test_a_child_that_a_batch_does_not_change_is_not_written_again() -> None:
    held = dict(merge(stage(map(record, STATED)).stated, lambda child: None))
    assert dict(merge(stage(map(record, reversed(STATED))).stated, held.get)) == {}


def test_a_fact_of_another_system_under_the_same_key_is_a_fact_of_its_own() -> None:
    stated = [factories.moved("2023-03-04", fact="same", system=system) for system in ("liquidlogic", "mosaic")]
    held: dict[bytes, bytes] = {}
    for event in stated:
        held.update(merge(stage([record(event)]).stated, held.get))
    (encoded,) = held.values()
    assert set(decode(encoded)) == set(map(fact_of, stated))


def test_a_child_is_named_by_its_authority_and_pseudonym() -> None:
    key = record_key(STATED[0])
    assert child_of(key) == f"E08000018/{factories.pseudonym('one')}".encode()
    assert authority_of(child_of(key)) == "E08000018"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (None, b"{}"),
        (b"E08000018", b"{}"),
        (record_key(STATED[0]), b"{}"),
        (record_key(STATED[0]), b"\xff"),
        (record_key(STATED[0])[:-32] + b"z" * 32, encode_event(STATED[0])),
        (record_key(STATED[0]), encode_event(STATED[0]).replace(b"2023-01-02T12", b"2023-99-02T12")),
    ],
)
def test_a_record_that_can_not_be_read_is_never_passed_and_never_quoted(key: bytes | None, value: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        dict(merge(stage([Recorded(key, value)]).stated, lambda child: None))
    assert "2023" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_record_without_a_value_names_the_child_to_read_again() -> None:
    staged = stage([record(STATED[0]), Recorded(record_key(STATED[2]), None)])
    assert staged.erased == {child_of(record_key(STATED[0]))}
