"""What holds for every test."""

import functools
import gc
import ssl

# Nothing under test speaks TLS, yet each client reads every certificate anew: 50 ms of a processor, for each question.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]


def pytest_collection_finish() -> None:
    """Thousands of collected tests live until the end: the collector need not look at them again and again."""
    gc.set_threshold(50_000, 20, 50)
