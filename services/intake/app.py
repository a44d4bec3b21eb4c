"""Intake put together: what it is made of, and how it opens and closes. It opens once all it needs has answered."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import httpx
from fastapi import FastAPI

from holdfast.contracts.door_verdicts import explained
from holdfast.contracts.quarantine import MENDING_CODES
from holdfast.runtime import kafka, openapi, postgres
from holdfast.runtime.http import application
from holdfast.runtime.logs import logger
from holdfast.runtime.tasks import beside
from services.intake import described
from services.intake.api import Api, add_answers
from services.intake.corrections.api import Corrections
from services.intake.corrections.store import CorrectionsStore
from services.intake.door import Door
from services.intake.erasures.api import Erasures
from services.intake.failures import KeysDiffer, PartitionsDiffer, Unavailable
from services.intake.keyring import Keyring
from services.intake.last_keys import last_keyids
from services.intake.limits import Budget, Places, Rate
from services.intake.people import People
from services.intake.publisher import Publisher
from services.intake.quarantine.api import QuarantineApi
from services.intake.quarantine.replaying import Quarantine
from services.intake.quarantine.store import QuarantineStore
from services.intake.register import Register
from services.intake.settings import IntakeSettings
from services.intake.store import Store
from services.intake.tokens import Tokens
from services.intake.topic import check_partitions

log = logger(__name__)

_LOOK_SECONDS = 2.0
_PURGE_SECONDS = 3600.0
_LONGEST_PAUSE_SECONDS = 5.0


class Health:
    """What is wrong, in sentences. Looked after by loops of `app`; asked by /readyz and by every request."""

    def __init__(self, publisher_ready: Callable[[], bool]) -> None:
        self._publisher_ready = publisher_ready
        self.opened = False
        self.database = True

    def closed(self) -> list[str]:
        """Why nothing can be taken yet."""
        return [] if self.opened else ["intake is still looking at its database and the broker"]

    def faults(self) -> list[str]:
        """Why this process is not ready."""
        found = self.closed()
        if not self._publisher_ready():
            found.append("the broker cannot be reached")
        if not self.database:
            found.append("the database cannot be reached")
        return found


def intake(settings: IntakeSettings, refuse: Callable[[str], None]) -> FastAPI:
    """The application. `refuse` is told where intake must not open: its keys or settings don't fit the topic."""
    parts: list[Health] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            pool = await postgres.pool(settings.database(), min_size=0)
            stack.push_async_callback(_close, pool)
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=settings.placements_url))
            publisher = Publisher(lambda: kafka.producer(settings.kafka), settings.publish_seconds)
            store, health = Store(pool), Health(lambda: publisher.ready)
            parts.append(health)
            keyring = Keyring(
                store,
                settings.master(),
                lambda codes: last_keyids(settings.kafka, codes, settings.partitions, settings.look_back),
            )
            people = People(store, settings.authorities, settings.trusted_keys)
            door, held = _door(settings, store, keyring, publisher), QuarantineStore(store)
            api = _api(settings, store, door, people, client, health)
            stewards = (
                Erasures(door, store, people),
                QuarantineApi(people, Quarantine(door, held, people), held, health.closed),
                Corrections(door, CorrectionsStore(store), people, api.register, health.closed),
            )
            for answering in (api, *stewards):
                answering.add_to(app)
            await stack.enter_async_context(
                beside(
                    publisher.run(),
                    _open(settings, keyring, health, refuse),
                    _look(store, health),
                    _purge(settings, store),
                )
            )
            yield

    app = application(
        "intake",
        lifespan=lifespan,
        ready=lambda: parts[-1].faults() if parts else ["starting"],
        problems=explained() | MENDING_CODES,
    )
    # Before the first request: later ones would not be looked at.
    add_answers(app)
    openapi.serve(app, described.PATH, lambda: described.document(app))
    return app


def _door(settings: IntakeSettings, store: Store, keyring: Keyring, publisher: Publisher) -> Door:
    return Door(
        store,
        keyring,
        publisher,
        settings.clock(),
        authorities=settings.authorities,
        partitions=settings.partitions,
        statements_per_child=settings.statements_per_child,
    )


def _api(
    settings: IntakeSettings, store: Store, door: Door, people: People, client: httpx.AsyncClient, health: Health
) -> Api:
    signing = settings.signing_key.get_secret_value() if settings.signing_key else None
    return Api(
        door=door,
        tokens=Tokens(store, settings.authorities),
        people=people,
        register=Register(client, signing),
        rate=Rate(settings.requests_per_second, settings.requests_at_once),
        streams=Places(settings.streams, settings.streams_per_token, "streams"),
        dry_rate=Rate(settings.dry_runs_per_second, settings.dry_runs_at_once),
        dry_runs=Places(settings.dry_runs, settings.dry_runs_per_token, "dry runs"),
        bodies=Places(settings.bodies, settings.bodies_per_token, "requests"),
        room=Budget(settings.bodies_mebibytes * 1024 * 1024),
        body_seconds=settings.body_seconds,
        open_=health.closed,
    )


async def _open(settings: IntakeSettings, keyring: Keyring, health: Health, refuse: Callable[[str], None]) -> None:
    """Migrate, check the topic and the keys; try again, with pauses up to 5 s, while anything is away."""
    pause = 0.2
    while not health.opened:
        try:
            await postgres.migrate(settings.database(), "services.intake")
            await check_partitions(settings.kafka, settings.partitions)
            await keyring.load()
            health.opened = True
        except (KeysDiffer, PartitionsDiffer) as error:
            refuse(str(error))
            return
        except (Unavailable, *postgres.AWAY) as error:
            log.warning("not open yet: something is away", kind=type(error).__name__)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


async def _look(store: Store, health: Health) -> None:
    while True:
        try:
            await store.ping()
            health.database = True
        except Unavailable:
            health.database = False
        await asyncio.sleep(_LOOK_SECONDS)


async def _purge(settings: IntakeSettings, store: Store) -> None:
    """Every hour, drop what has been in quarantine for its time, by the platform's clock, or is too much of it."""
    clock = settings.clock()
    while True:
        await asyncio.sleep(_PURGE_SECONDS)
        with contextlib.suppress(Unavailable):
            await store.purge(clock.now() - timedelta(days=settings.quarantine_days), settings.quarantine_entries)


async def _close(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    try:
        await asyncio.wait_for(pool.close(), 5)
    except TimeoutError:
        pool.terminate()
