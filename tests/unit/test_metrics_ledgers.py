"""Ledgers follow the table: settled they are the plain sum, for the authorities assigned and no others."""

import time
from collections.abc import Sequence
from datetime import date

import pytest

from holdfast.contracts.events import AnyEvent, record_key
from holdfast.contracts.facts import fact_of
from holdfast.contracts.topics import partition_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from services.metrics.domain import Unreadable, child_of, encode
from services.metrics.ledgers import Account, Ledgers
from services.metrics.table import Partition, Table
from tests import factories

ON = date(2023, 6, 1)
PARTITIONS = 4
NUMBER = partition_of(factories.AUTHORITY, PARTITIONS)


def held(events: Sequence[AnyEvent]) -> dict[bytes, bytes]:
    by_child: dict[bytes, list[AnyEvent]] = {}
    for event in events:
        by_child.setdefault(child_of(record_key(event)), []).append(event)
    return {child: encode(map(fact_of, stated)) for child, stated in by_child.items()}


def settled(account: Account, table: Table) -> Ledger:
    partition = table[account.partition]
    account.take(partition.children.get, partition.position)
    while account.owing:
        account.fold_slice(time.monotonic())
    account.settle()
    return account.ledger


def plain(events: Sequence[AnyEvent]) -> Ledger:
    ledger = Ledger()
    for child in {event.subject for event in events}:
        ledger.add(fold([fact_of(event) for event in events if event.subject == child]))
    return ledger


def of_table() -> tuple[Table, Ledgers]:
    table = Table()
    table.partitions[NUMBER] = Partition()
    return table, Ledgers(table, PARTITIONS)


ADMITTED = [factories.admitted("2023-01-02", child=f"child {number}") for number in range(5)]
MOVED = [factories.moved("2023-02-02", place="K2", child=f"child {number}") for number in range(3)]


def test_a_partition_read_back_is_folded_whole() -> None:
    table, ledgers = of_table()
    table[NUMBER].children.update(held(ADMITTED))
    ledgers.restored(NUMBER, all_due_at=0)
    ledger = settled(ledgers.accounts[factories.AUTHORITY], table)
    assert rows(ledger, ON, breakdowns=True) == rows(plain(ADMITTED), ON, breakdowns=True)


def test_a_child_touched_while_another_saying_is_in_hand_counts_in_the_next() -> None:
    table, ledgers = of_table()
    table[NUMBER].children.update(held(ADMITTED))
    ledgers.restored(NUMBER, all_due_at=0)
    account = ledgers.accounts[factories.AUTHORITY]
    account.take(table[NUMBER].children.get, 5)
    changed = held([*ADMITTED[:3], *MOVED])
    ledgers.touch(NUMBER, changed, all_due_at=0)
    table[NUMBER].apply(changed.items(), [], 8)
    while account.owing:
        account.fold_slice(time.monotonic())
    account.settle()
    assert account.read_to == 5
    assert rows(account.ledger, ON, breakdowns=True) == rows(plain(ADMITTED), ON, breakdowns=True)
    ledger = settled(account, table)
    assert account.read_to == 8
    assert rows(ledger, ON, breakdowns=True) == rows(plain([*ADMITTED, *MOVED]), ON, breakdowns=True)


def test_a_child_touched_many_times_between_two_sayings_is_folded_once() -> None:
    table, ledgers = of_table()
    turns: list[list[AnyEvent]] = [[ADMITTED[0]], [ADMITTED[0], MOVED[0]], [ADMITTED[0]]]
    for events in turns:
        changed = held(events)
        ledgers.touch(NUMBER, changed, all_due_at=0)
        table[NUMBER].apply(changed.items(), [], 1)
    account = ledgers.accounts[factories.AUTHORITY]
    account.take(table[NUMBER].children.get, 3)
    assert len(account.owing) == 1


def test_a_child_that_is_gone_counts_nowhere() -> None:
    table, ledgers = of_table()
    changed = held(ADMITTED)
    ledgers.touch(NUMBER, changed, all_due_at=0)
    table[NUMBER].apply(changed.items(), [], 5)
    settled(ledgers.accounts[factories.AUTHORITY], table)
    ledgers.touch(NUMBER, changed, all_due_at=0)
    table[NUMBER].apply([], changed, 6)
    assert len(settled(ledgers.accounts[factories.AUTHORITY], table)) == 0


def test_what_is_revoked_is_dropped_and_closed() -> None:
    _, ledgers = of_table()
    ledgers.touch(NUMBER, held(ADMITTED), all_due_at=0)
    account = ledgers.accounts[factories.AUTHORITY]
    ledgers.drop({NUMBER})
    assert account.closed
    assert not ledgers.accounts
    assert ledgers.entries == 0


def test_an_authority_in_a_partition_that_is_not_its_own_is_poison() -> None:
    table, ledgers = of_table()
    table.partitions[NUMBER + 1] = Partition()
    with pytest.raises(Unreadable):
        ledgers.touch(NUMBER + 1, held(ADMITTED), all_due_at=0)


def test_after_an_erasure_every_figure_of_its_authority_is_due_and_of_no_other() -> None:
    _, ledgers = of_table()
    child = child_of(record_key(ADMITTED[0]))
    ledgers.touch(NUMBER, [child], all_due_at=1000.0)
    ledgers.say_all({child, b"E08000001/" + b"a" * 26}, at=5.0)
    [account] = ledgers.accounts.values()
    assert account.all_due_at == 5.0
    ledgers.say_all({child}, at=7.0)
    assert account.all_due_at == 5.0
