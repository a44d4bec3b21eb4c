"""Wires the gateway: topics into memory, answers, pages, live streams, deliveries. Decides nothing."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from aiokafka import ConsumerRecord
from fastapi import FastAPI

from holdfast.contracts import topics
from holdfast.contracts.figures import WHOLE
from holdfast.runtime import openapi, postgres
from holdfast.runtime.http import Problem, application
from holdfast.runtime.logs import logger
from holdfast.runtime.outlet import Outlet
from holdfast.runtime.postgres import AWAY
from holdfast.runtime.tasks import beside
from holdfast.runtime.watch import Watch
from services.gateway import edge, operations
from services.gateway.alerts import api as alerts
from services.gateway.alerts import pages as alert_pages
from services.gateway.alerts.held import Alerts
from services.gateway.alerts.store import Deliveries
from services.gateway.alerts.webhooks import Deliverer, Seal
from services.gateway.api import document
from services.gateway.api import pages as api_pages
from services.gateway.children import pages as child_pages
from services.gateway.erasures import api as erasures
from services.gateway.erasures import pages as erasure_pages
from services.gateway.erasures.store import ErasureStore
from services.gateway.feeds import api as feeds
from services.gateway.feeds.sent import Places
from services.gateway.figures import api as figures
from services.gateway.figures import pages as figure_pages
from services.gateway.figures.held import Figures
from services.gateway.figures.live import Live
from services.gateway.figures.targets import TargetsHeld
from services.gateway.findings import api as findings
from services.gateway.findings import corrections
from services.gateway.findings import pages as finding_pages
from services.gateway.follower import Follower
from services.gateway.neighbours.intake import Intake
from services.gateway.neighbours.register import Register
from services.gateway.neighbours.rejected import Rejected
from services.gateway.packs import api as packs
from services.gateway.packs import pages as pack_pages
from services.gateway.parity import pages as parity_pages
from services.gateway.parity.check import Parity
from services.gateway.parts import Parts
from services.gateway.people import pages as people_pages
from services.gateway.people.access import Access
from services.gateway.people.sign_in import Door
from services.gateway.people.store import Store
from services.gateway.problems import PROBLEMS
from services.gateway.quarantine import api as quarantine
from services.gateway.quarantine import pages as quarantine_pages
from services.gateway.settings import GatewaySettings
from services.gateway.settledness import pages as settledness_pages
from services.gateway.settledness.settled import Settled
from services.gateway.telemetry import FIGURES_HELD
from services.gateway.uploads import pages as upload_pages
from services.gateway.uploads.course import Uploads
from services.gateway.uploads.folder import Folders
from services.gateway.why import api as why
from services.gateway.why import pages as why_pages

log = logger(__name__)

LONGEST_PAUSE_SECONDS = 25.0
CLEARING_SECONDS = 3600.0
ROUTERS = (
    figures.router,
    alerts.router,
    api_pages.router,
    why.router,
    people_pages.router,
    figure_pages.router,
    alert_pages.router,
    child_pages.router,
    why_pages.router,
    settledness_pages.router,
    packs.router,
    pack_pages.router,
    feeds.router,
    findings.router,
    finding_pages.router,
    corrections.router,
    operations.router,
    parity_pages.router,
    upload_pages.router,
    erasures.router,
    erasure_pages.router,
    quarantine.router,
    quarantine_pages.router,
)


class Gateway:
    """The process's parts that outlive a request, and the tasks that keep them true."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings = settings
        self.figures, self.alerts, self.targets = Figures(), Alerts(), TargetsHeld()
        self.live = Live(
            self.figures,
            self.alerts,
            subscribers=settings.subscribers,
            heartbeat_seconds=settings.heartbeat_seconds,
        )
        self.deliverer: Deliverer | None = None
        self.migrated = asyncio.Event()
        self.followers = (
            Follower(settings.kafka, topics.INDICATORS, self.figures.start_anew, self._figures),
            Follower(settings.kafka, topics.TARGETS, self.targets.start_anew, self._targets),
            Follower(settings.kafka, topics.ALERTS, self.alerts.start_anew, self._alerts),
        )

    def faults(self) -> Sequence[str]:
        """Why nothing can be served yet."""
        found = [fault for follower in self.followers if (fault := follower.fault())]
        return found if self.migrated.is_set() else ["the database is not ready", *found]

    def stalled(self) -> str | None:
        """A sentence where a topic has more and is not being read."""
        return next((reason for follower in self.followers if (reason := follower.stalled())), None)

    async def prepare(self) -> None:
        """Bring the database to its form, once it answers."""

        async def migrate() -> None:
            await postgres.migrate(self.settings.database(), "services.gateway")

        await until_answered(migrate)
        self.migrated.set()

    async def deliver(self) -> None:
        """Make deliveries for as long as the process lives."""
        await self.migrated.wait()
        assert self.deliverer is not None
        while True:
            await until_answered(self.deliverer.run)

    async def clear_away(self, deliveries: Deliveries, store: Store) -> None:
        """Every hour, forget the deliveries that have been kept for their time, and the sessions that are over."""

        async def forget() -> None:
            await deliveries.clear_away(self.settings.delivery_days)
            await store.clear_sessions()

        await self.migrated.wait()
        while True:
            await until_answered(forget)
            await asyncio.sleep(CLEARING_SECONDS)

    async def _figures(self, records: list[ConsumerRecord]) -> None:
        self.figures.take(records)
        FIGURES_HELD.set(self.figures.counts()["figures"])

    async def _targets(self, records: list[ConsumerRecord]) -> None:
        for record in records:
            changed = self.targets.take(record)
            held = self.figures.of(changed[0]).held.get((changed[1], WHOLE)) if changed else None
            if held is not None:
                held.forget_fragment()

    async def _alerts(self, records: list[ConsumerRecord]) -> None:
        """Show alerts at once; go on to the next only when what is to be sent of them is in the database."""
        said = [held for record in records if (held := self.alerts.take(record)) is not None]
        for authority in {held.alert.authority for held in said}:
            self.figures.wake(authority)
        assert self.deliverer is not None
        await self.migrated.wait()
        note, generation, reached = self.deliverer.note, self.alerts.generation, records[-1].offset + 1
        await until_answered(lambda: note(generation, said, reached))


async def until_answered(question: Callable[[], Awaitable[None]]) -> None:
    """Ask until the database answers, waiting up to 5 s between; nothing is skipped."""
    wait = 0.2
    while True:
        try:
            return await question()
        except AWAY as error:
            log.warning("the database is not answering", kind=type(error).__name__)
        await asyncio.sleep(wait)
        wait = min(5.0, wait * 2)


def build(settings: GatewaySettings, stopping: Callable[[], bool] = lambda: False) -> FastAPI:
    """The application; nothing is connected until it starts. `stopping` says that the process was told to end."""
    if settings.signing_key is None:
        sys.exit("HOLDFAST_SIGNING_KEY is not set: give the Ed25519 key (PEM) that signs what the register is asked")
    gateway, key = Gateway(settings), settings.signing_key.get_secret_value()
    folders = folders_of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # No connection is made before one is needed, so that a database that is away only makes us answer 503.
        pool = await postgres.pool(settings.database(), min_size=0)
        outlet, register, store, seal = (
            Outlet(settings.kafka),
            Register(settings.placements_url, key),
            Store(pool),
            Seal(key),
        )
        intake, rejected = Intake(settings.intake_url, key), Rejected(settings.intake_url, key)
        deliveries = Deliveries(pool)
        gateway.deliverer = deliverer = Deliverer(deliveries, seal, settings)
        app.state.access = access = Access(store)
        clock = settings.clock()
        parity = Parity(gateway.figures, register, clock, settings.parity_seconds)
        uploads = Uploads(settings, intake, access, folders, clock)
        app.state.parts = Parts(
            settings=settings, clock=clock, figures=gateway.figures, alerts=gateway.alerts,
            targets=gateway.targets, live=gateway.live, parity=parity, register=register,
            settled=Settled(register), feeds=Places(), intake=intake, rejected=rejected, uploads=uploads,
            access=access, door=Door(store, settings.session_hours), store=store, deliveries=deliveries,
            erasures=ErasureStore(pool),
            deliverer=deliverer, seal=seal, producer=outlet, followers=gateway.followers,
        )  # fmt: skip
        watch = Watch(LONGEST_PAUSE_SECONDS, gateway.stalled)
        watch.start(asyncio.get_running_loop())
        running = [*(follower.run() for follower in gateway.followers)]
        running += [gateway.prepare(), gateway.deliver(), gateway.clear_away(deliveries, store), parity.run()]
        running.append(_end_streams(gateway.live, stopping))
        async with beside(*running):
            yield
            watch.stop()
        for closing in (uploads, deliverer, register, intake, rejected, outlet):
            await closing.close()
        folders.close()
        await pool.close()

    app = application("gateway", lifespan=lifespan, ready=gateway.faults, problems=PROBLEMS)
    for kind in AWAY:
        app.add_exception_handler(kind, _database_away)
    for routes in ROUTERS:
        app.include_router(routes)
    app.state.document = cache(lambda: document.document(app))
    openapi.serve(app, document.PATH, app.state.document)
    edge.finish(app, settings)
    return app


def folders_of(settings: GatewaySettings) -> Folders:
    """The folder for uploads, empty; exits with a sentence where there can be none."""
    folders = Folders(settings.folder_of_uploads)
    try:
        left = folders.open()
    except OSError as error:
        sys.exit(
            f"HOLDFAST_UPLOAD_FOLDER: {error.strerror}: name a folder that the gateway may make and keep to itself"
        )
    if left:
        log.warning("files of uploads that a killed process left behind were removed", folders=left)
    return folders


async def _end_streams(live: Live, stopping: Callable[[], bool]) -> None:
    # The server waits for open answers before it ends, and live streams have no end of their own.
    # It is a signal that says so, to the server: there is nothing to wait for but to look.
    while not stopping():  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    live.stop()


async def _database_away(request: Any, error: Exception) -> Any:
    problem = Problem(
        503,
        "database-unavailable",
        "The gateway's database is not answering",
        "Nothing was changed. Try again in a little while.",
        headers={"Retry-After": "5"},
    )
    return await edge.answer_problem(request, problem)
