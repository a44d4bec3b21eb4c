"""One platform for all the tests that leave it standing, and more for those that break theirs."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.platform import Platform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What breaks a platform comes last: one that waits beside another takes its share of the processor."""
    items.sort(key=lambda item: "breakable" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A folder for platforms, outside the checkout."""
    # Short, because a database's socket has to fit into its path.
    folder = Path(tempfile.mkdtemp(prefix="hf-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def platform(home: Path) -> Iterator[Platform]:
    """A platform without a borough in it. The sample return is years old, so more month ends than usual are kept."""
    running = Platform(home / "standing", "--without-demonstration", HOLDFAST_MONTH_ENDS="120")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def breakable(home: Path) -> Iterator[Platform]:
    """A platform whose processes are killed and whose clock is moved."""
    running = Platform(home / "breakable", "--without-demonstration")
    running.start()
    yield running
    running.stop()
