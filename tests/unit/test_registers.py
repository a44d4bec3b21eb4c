"""The lists that others rely on are as the code says."""

from pathlib import Path

import pytest

from docs import indicators_page, registers
from docs.boundaries import EXPLAINED
from holdfast.indicators.breakdowns import DIMENSIONS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import CHOICES
from tests.spec import CASES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    "name", ["settings.md", "telemetry.md", "indicators.md", "conformance.md", "findings.md", "feeds.md"]
)
def test_a_register_is_as_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == registers.registers()[name], "run `make docs`"


def test_every_setting_says_what_it_is() -> None:
    assert "None |" not in registers.settings()


def test_every_indicator_has_its_boundaries_and_one_or_two_examples_of_itself() -> None:
    assert list(EXPLAINED) == list(INDICATORS)
    about = {(case.title, line.name.indicator) for case in CASES for line in case.lines()}
    for code, (boundaries, examples) in EXPLAINED.items():
        assert boundaries, code
        assert 1 <= len(examples) <= 2, code
        assert all((title, code) in about for title in examples), code


def test_an_indicator_whose_example_is_in_no_table_has_no_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXPLAINED, "looked_after", EXPLAINED["looked_after"]._replace(examples=("in no table",)))
    with pytest.raises(KeyError, match="in no table"):
        indicators_page.page()


def test_every_choice_and_every_dimension_is_explained() -> None:
    assert list(indicators_page.CHOICE_MEANINGS) == list(CHOICES)
    assert list(indicators_page.DIMENSIONS) == list(DIMENSIONS)
