"""The deliberate mistakes can still be made, and the cases that must catch them are there. Making them is a command."""

from collections import Counter
from pathlib import Path

import pytest

import holdfast.indicators
from tests.mistakes import MISTAKES, Mistake
from tests.spec import CASES

ENGINE = Path(holdfast.indicators.__file__).parent
each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.what for mistake in MISTAKES])


@each_mistake
def test_what_a_mistake_replaces_is_in_the_engine_once(mistake: Mistake) -> None:
    assert (ENGINE / mistake.where).read_text(encoding="utf-8").count(mistake.right) == 1
    assert mistake.wrong != mistake.right


@each_mistake
def test_what_must_catch_a_mistake_is_there(mistake: Mistake) -> None:
    file, _, test = mistake.caught_by.partition("::")
    if test:
        assert f"def {test}(" in Path(file).read_text(encoding="utf-8")
    else:
        assert mistake.caught_by in {case.title for case in CASES}


def test_no_mistake_is_told_twice() -> None:
    assert max(Counter(mistake.what for mistake in MISTAKES).values()) == 1
