"""What holds for every test."""

import gc


def pytest_collection_finish() -> None:
    """Thousands of collected tests live until the end: the collector need not look at them again and again."""
    gc.set_threshold(50_000, 20, 50)
