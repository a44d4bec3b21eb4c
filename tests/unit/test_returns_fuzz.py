"""Some hundred mutated returns, as `make fuzz` reads very many; and that what it holds them against can fail."""

import random
from collections import Counter
from pathlib import Path

import pytest

from holdfast.returns.faults import Origin
from holdfast.returns.loading import Load, Loader
from holdfast.returns.rows import Faults
from tests.fuzz_returns import Untrue, check_one
from tests.mutated_returns import mutated

RETURNS = 400


def test_mutated_returns_are_read_whole_or_named(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for number in range(RETURNS):
        check_one(number, 20, tmp_path, seen)
    assert seen["files"] == RETURNS
    wanted = ("as csv", "as zip", "as xml", "rows read", "rows left out", "rows without any text", "returns read whole")
    assert all(seen[what] for what in (*wanted, "returns with a file named as unread", "returns with rows left out"))
    assert sum(what.startswith("told: ") for what in seen) > 40


def test_a_return_is_mutated_the_same_way_each_time(tmp_path: Path) -> None:
    csv = [mutated(random.Random(f"1/{number}"), tmp_path) for number in (1, 2, 3)]
    assert csv == [mutated(random.Random(f"1/{number}"), tmp_path) for number in (1, 2, 3)]


def _untold(self: Loader, load: Load, origin: Origin, found: Faults) -> None:
    load.left_out += 1


def _lost(self: Loader, load: Load, origin: Origin, found: Faults) -> None:
    load.rows -= 1


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [(_untold, "not each row left out has a fault of its own"), (_lost, "rows, and")],
)
def test_a_reading_that_loses_rows_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: object, sentence: str
) -> None:
    monkeypatch.setattr(Loader, "_leave_out", broken)
    with pytest.raises(Untrue, match=sentence):
        for number in range(RETURNS):
            check_one(number, 20, tmp_path, Counter())
