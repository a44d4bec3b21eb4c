"""Work that runs beside a service for as long as it lives. Where a fault of ours ends it, the process ends too."""

import asyncio
import os
import traceback
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from holdfast.runtime.logs import logger

log = logger(__name__)

EXIT_BUG = 70


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run all of `work` until the block is left; it may also end by itself, without a fault."""
    tasks = [asyncio.create_task(one) for one in work]
    for task in tasks:
        task.add_done_callback(_end_on_bug)
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(_end_on_bug)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _end_on_bug(task: asyncio.Task[None]) -> None:
    """End at once: what was not acknowledged is read again by the next process. Cancelled by nobody is a fault too."""
    if task.cancelled():
        log.critical("ended by a fault of ours", kind="CancelledError")
        os._exit(EXIT_BUG)
    if (error := task.exception()) is not None:
        # Not its text, which may quote what it was given.
        where = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.critical("ended by a fault of ours", kind=type(error).__name__, where=where)
        os._exit(EXIT_BUG)
