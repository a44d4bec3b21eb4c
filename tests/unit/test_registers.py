"""The lists that others rely on are as the code says."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
_spec = importlib.util.spec_from_file_location("registers", DOCS / "registers.py")
assert _spec is not None and _spec.loader is not None
registers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(registers)


@pytest.mark.parametrize("name", ["settings.md", "telemetry.md", "indicators.md"])
def test_a_register_is_as_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == registers.registers()[name], "run `make docs`"


def test_every_setting_says_what_it_is() -> None:
    assert "None |" not in registers.settings()
