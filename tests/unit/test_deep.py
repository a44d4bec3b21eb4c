"""What `make test-deep` compares, and what it makes of a history that differs. The comparing itself takes too long."""

from collections import Counter

import pytest

from holdfast.indicators.choices import DEFAULTS
from holdfast.indicators.steps import fold
from tests import against_twin, deep
from tests.against_twin import OTHERWISE


def test_every_history_is_in_one_block() -> None:
    told = Counter((block.choices, block.every_day, seed) for block in deep.blocks() for seed in block.seeds)
    assert set(told.values()) == {1}
    assert Counter((choices, every_day) for choices, every_day, _ in told) == {
        (DEFAULTS, False): deep.HISTORIES,
        (DEFAULTS, True): deep.EVERY_DAY,
        **{(choices, False): deep.OF_EACH_CHOICE for choices in OTHERWISE.values()},
    }
    assert {seed for choices, every_day, seed in told if (choices, every_day) == (DEFAULTS, False)} == set(
        range(deep.FIRST, deep.FIRST + deep.HISTORIES)
    )


def test_what_processes_compare_is_added_up_and_how_far_they_are_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    compared = deep.compare_all([deep.Block(range(2)), deep.Block(range(2, 3))], processes=2)
    assert compared.histories == 3
    assert compared.days > 3 * against_twin.MONTH_ENDS
    assert not compared.differing
    assert f"100 %: 3 histories compared, on {compared.days:,} days of them" in capsys.readouterr().out


def test_a_history_that_differs_is_told_and_those_after_it_are_compared_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Made by folding under another choice than the twin's."""
    monkeypatch.setattr(against_twin, "fold", lambda child, _: fold(child, OTHERWISE["all"]))
    block = deep.Block(range(4, 9))
    compared = deep.compare(block)
    assert compared.histories == 5
    assert 1 < len(compared.differing) < 5
    assert all("by the twin" in difference for difference in compared.differing)


def test_the_command_fails_where_a_history_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for differing, code in (((), 0), (("history(7)",), 1)):
        monkeypatch.setattr(deep, "compare_all", lambda *_, found=differing: deep.Compared(9, 4_000, found))
        assert deep.main() == code
        assert f"9 histories, 4,000 days of a history, {code} histories that differ" in capsys.readouterr().out
