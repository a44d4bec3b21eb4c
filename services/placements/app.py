"""Wires the register: the reading of the topic, the answers, erasing, the watch. Decides nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from holdfast.contracts.topics import EVENTS
from holdfast.runtime import postgres
from holdfast.runtime.http import application
from holdfast.runtime.outlet import Outlet
from holdfast.runtime.tasks import beside
from holdfast.runtime.watch import Watch
from services.placements import (
    bridges,
    dry_run,
    lateness,
    members,
    months_ahead,
    parity,
    receipts,
)
from services.placements.api import Context, router
from services.placements.consumer import Register, Source
from services.placements.ends import Ends
from services.placements.erasures import api as erasures
from services.placements.erasures.closing import Closing
from services.placements.findings import api as findings
from services.placements.findings import correctable, notes
from services.placements.packs import api as packs
from services.placements.problems import PROBLEMS
from services.placements.readings import Readings
from services.placements.settings import PlacementsSettings

_LONGEST_PAUSE_SECONDS = 25.0
QUESTIONS = (
    dry_run,
    receipts,
    bridges,
    months_ahead,
    lateness,
    members,
    packs,
    findings,
    notes,
    correctable,
    parity,
)


def build(settings: PlacementsSettings, topic: str = EVENTS) -> FastAPI:
    """The application; nothing is connected until it starts."""
    ends = Ends(settings.kafka, topic)
    source = Source(settings.kafka, topic, settings.partitions, settings.database(), settings.batch_records)
    register = Register(source, ends)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # No connection is made before one is needed, so that a database that is away only makes us not ready.
        pool = await postgres.pool(settings.database(), min_size=0)
        readings = Readings(pool, topic, settings.partitions, settings.held_children, settings.chosen)
        context = Context(
            pool=pool,
            readings=readings,
            ends=ends,
            clock=settings.clock(),
            trusted_keys=settings.trusted_keys,
            topic=topic,
            partitions=settings.partitions,
            wait_seconds=settings.wait_seconds,
            choices=settings.chosen,
        )
        app.include_router(router(context))
        for questions in QUESTIONS:
            app.include_router(questions.router(context))
        outlet = Outlet(settings.kafka)
        closing = Closing(settings.kafka, topic, settings.partitions, pool, outlet)
        app.include_router(erasures.router(context, outlet, closing))
        watch = Watch(_LONGEST_PAUSE_SECONDS, register.stalled)
        watch.start(asyncio.get_running_loop())
        async with beside(register.run(), register.watch_ends(), closing.run()):
            yield
            watch.stop()
        await outlet.close()
        await ends.stop()
        await pool.close()

    return application("placements", lifespan=lifespan, ready=register.faults, problems=PROBLEMS)
