"""The version of the definitions: that it says every choice, and leads back to it."""

from itertools import product

import pytest

from holdfast.indicators.choices import CHOICES, choices_of, choose, definitions


def test_every_version_leads_back_to_its_choices() -> None:
    for values in product(*CHOICES.values()):
        choices = choose(",".join(f"{name}={value}" for name, value in zip(CHOICES, values, strict=True)))
        assert choices_of(definitions(choices)) == choices


@pytest.mark.parametrize("version", ["0", "2-eighteen.counted", "", "1-eighteen.never", "1-nothing.counted"])
def test_a_version_that_cannot_be_read_here_is_a_sentence(version: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        choices_of(version)
