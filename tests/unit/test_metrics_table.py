"""The table and its changelog: what is written is read back, and late writes of a paused process are passed by."""

from types import SimpleNamespace

from services.metrics.sending import Record
from services.metrics.table import Partition, Restoration, changelog_records, day_record

ONE, TWO = b"E08000018/one", b"E08000018/two"


def read_back(*records: Record) -> Partition:
    partition = Partition()
    Restoration(partition).read(
        [SimpleNamespace(key=key, value=value, headers=headers) for key, value, headers in records]
    )
    return partition


def test_what_is_written_is_read_back_with_the_offset_it_was_folded_to() -> None:
    written = [*changelog_records([(ONE, b"a")], [], 10), *changelog_records([(TWO, b"b")], [], 25)]
    partition = read_back(*written)
    assert partition.children == {ONE: b"a", TWO: b"b"}
    assert partition.ahead == 25
    assert not partition.settled


def test_a_child_of_whom_nothing_is_left_is_gone_and_its_offset_still_counts() -> None:
    partition = read_back(*changelog_records([(ONE, b"a")], [], 10), *changelog_records([], [ONE], 30))
    assert partition.children == {}
    assert partition.ahead == 30


def test_a_record_written_late_by_a_paused_process_does_not_undo_a_newer_one() -> None:
    partition = read_back(
        *changelog_records([(ONE, b"old")], [], 10),
        *changelog_records([(ONE, b"new")], [], 40),
        *changelog_records([(ONE, b"late")], [], 20),
        *changelog_records([], [ONE], 30),
    )
    assert partition.children == {ONE: b"new"}


def test_the_day_of_the_last_daily_figures_is_kept_beside_the_children() -> None:
    partition = read_back(day_record("E08000018", 738000), day_record("E08000018", 738001))
    assert partition.days == {"E08000018": 738001}
    assert partition.children == {}
    assert partition.settled


def test_a_partition_is_settled_once_the_drain_has_passed_what_was_read_back() -> None:
    partition = read_back(*changelog_records([(ONE, b"a")], [], 10))
    partition.apply([(TWO, b"b")], [], 9)
    assert not partition.settled
    partition.apply([(ONE, b"c")], [TWO], 10)
    assert partition.settled
    assert partition.children == {ONE: b"c"}


def test_positions_never_go_back() -> None:
    partition = read_back()
    partition.apply([], [], 20)
    partition.apply([], [], 15)
    assert partition.position == 20
