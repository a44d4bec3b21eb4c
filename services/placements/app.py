"""Wires the register: the reading of the topic, the answers, the watch. Decides nothing."""

import asyncio
import os
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from holdfast.contracts.topics import EVENTS
from holdfast.runtime import postgres
from holdfast.runtime.http import application
from holdfast.runtime.logs import logger
from holdfast.runtime.watch import Watch
from services.placements.api import Context, router
from services.placements.consumer import Register, Source
from services.placements.ends import Ends
from services.placements.readings import Readings
from services.placements.settings import PlacementsSettings

log = logger(__name__)

_LONGEST_PAUSE_SECONDS = 25.0
_EXIT_BUG = 70


def build(settings: PlacementsSettings, topic: str = EVENTS) -> FastAPI:
    """The application; nothing is connected until it starts."""
    ends = Ends(settings.kafka, topic)
    source = Source(settings.kafka, topic, settings.partitions, settings.database(), settings.batch_records)
    register = Register(source, ends)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # No connection is made before one is needed, so that a database that is away only makes us not ready.
        pool = await postgres.pool(settings.database(), min_size=0)
        readings = Readings(pool, topic, settings.partitions, settings.held_children)
        app.include_router(
            router(
                Context(
                    pool=pool,
                    readings=readings,
                    ends=ends,
                    clock=settings.clock(),
                    trusted_keys=settings.trusted_keys,
                    topic=topic,
                    partitions=settings.partitions,
                    wait_seconds=settings.wait_seconds,
                )
            )
        )
        watch = Watch(_LONGEST_PAUSE_SECONDS, register.stalled)
        watch.start(asyncio.get_running_loop())
        tasks = [asyncio.create_task(register.run()), asyncio.create_task(register.watch_ends())]
        for task in tasks:
            task.add_done_callback(_end_on_bug)
        yield
        watch.stop()
        await _stop(tasks)
        await ends.stop()
        await pool.close()

    return application("placements", lifespan=lifespan, ready=register.faults)


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _end_on_bug(task: asyncio.Task[None]) -> None:
    """A fault of ours ends the process: what was not committed is read again by the next one."""
    if not task.cancelled() and (error := task.exception()) is not None:
        # Not its text, which may quote what it was given.
        where = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.critical("ended by a fault of ours", kind=type(error).__name__, where=where)
        os._exit(_EXIT_BUG)
