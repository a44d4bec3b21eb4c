"""Runs one metrics worker: everything started in order, one end for all of it, and no loss whatever ends it.

Exits with 0 where it was told to stop; with 1 where anything failed, before the offset moved; the watch and the fence
exit with 75 at once.
"""

import asyncio
import contextlib
import gc
import signal
import sys
import traceback
from collections.abc import Awaitable, Coroutine, Iterator
from typing import Any

import uvicorn
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faust.types import TP

from holdfast.runtime.http import application
from holdfast.runtime.http import server as http_server
from holdfast.runtime.kafka import producer
from holdfast.runtime.logs import logger
from holdfast.runtime.watch import Watch
from services.metrics.alerts import AlertBook
from services.metrics.app import MetricsApp, faust_app
from services.metrics.compacted import Follower
from services.metrics.health import Health
from services.metrics.saying import Saying
from services.metrics.settings import MetricsSettings
from services.metrics.targets import TargetBook

log = logger(__name__)

_LOOK_SECONDS = 1.0
# Leaving the group in good order is worth so long, and no more, when something has failed.
_LEAVE_SECONDS = 5.0
_FRAMES = 8


class WrongTopics(Exception):
    """The topics are not as this worker must have them; the text says which and what to do."""


async def verify_topics(settings: MetricsSettings) -> None:
    """Raise WrongTopics where the events and the changelog haven't the partitions that the settings say.

    Found later, by Faust, it would be raised inside an agent, acknowledged and lost.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        there = {item["topic"]: len(item["partitions"]) for item in await admin.describe_topics()}
    finally:
        await admin.close()
    for topic in (settings.indicators_topic, settings.targets_topic, settings.alerts_topic):
        if topic not in there:
            raise WrongTopics(f"the topic {topic} does not exist: run `holdfast setup`")
    for topic in (settings.events_topic, settings.changelog_topic):
        if there.get(topic) != settings.partitions:
            raise WrongTopics(
                f"{topic} has {there.get(topic, 0)} partitions and HOLDFAST_PARTITIONS is {settings.partitions}: "
                "the events and the changelog must have the same number, fixed when they are made"
            )


class Worker:
    """One worker and its tasks. The first of them to end, or the signal to stop, ends it."""

    def __init__(self, settings: MetricsSettings) -> None:
        self.settings = settings
        self.app: MetricsApp = faust_app(settings)
        self.stream = self.app.batches
        self.targets = TargetBook(lambda authority, indicator: self.saying.say_again(authority, indicator))
        self.alerts = AlertBook(settings.chosen)
        self._follow_targets = Follower(settings.kafka, settings.targets_topic, self.targets.note)
        self._follow_alerts = Follower(settings.kafka, settings.alerts_topic, self.alerts.note)
        self._figures = producer(settings.kafka, request_timeout_ms=int(settings.send_timeout_seconds * 1000))
        self.saying = self.app.saying = Saying(
            settings, settings.clock(), self.stream, self.targets, self.alerts, self._figures, self._informed, self._lag
        )
        self.health = Health(
            self.stream,
            stall_seconds=settings.stall_seconds,
            rebalance_seconds=2 * settings.session_timeout_seconds,
            informed=[("targets", lambda: self._follow_targets.begun), ("alerts", lambda: self._follow_alerts.begun)],
        )
        api = application("metrics", ready=self.health.ready, live=self.health.live)
        self._pages = _Server(http_server(api, settings).config)
        self._told_to_stop = asyncio.Event()

    async def run(self) -> int:
        """Work until told to stop or something fails; returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop.set)
        await verify_topics(self.settings)
        await self._figures.start()
        watch = Watch(self.settings.session_timeout_seconds, self.health.stalled)
        watch.start(loop)
        failed = await self._until_one_ends(self._tasks())
        watch.stop()
        return 1 if failed else 0

    def _tasks(self) -> list[asyncio.Task[Any]]:
        work: list[tuple[str, Coroutine[Any, Any, Any]]] = [
            ("stop", self._told_to_stop.wait()),
            ("http", self._serve()),
            ("targets", self._follow_targets.run()),
            ("alerts", self._follow_alerts.run()),
            ("drain", self._drain()),
            ("saying", self.saying.run()),
            ("health", self._look()),
        ]
        return [asyncio.create_task(coroutine, name=name) for name, coroutine in work]

    async def _until_one_ends(self, tasks: list[asyncio.Task[Any]]) -> bool:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        failed = not self._told_to_stop.is_set()
        for task in done:
            error = task.exception()
            if error is not None:
                failed = True
                # Only its kind: the text of an exception may quote a record.
                kind = type(error).__name__
                log.error("a task of the worker failed", task=task.get_name(), kind=kind, frames=_frames(error))
            elif failed:
                log.error("a task of the worker ended", task=task.get_name())
        await self._end(failed)
        self._pages.should_exit = True
        for task in tasks:
            if task.get_name() != "http":  # it ends by itself
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _within(_LEAVE_SECONDS, self._figures.stop())
        return failed

    async def _end(self, failed: bool) -> None:
        """Finish what is in hand, commit, and leave the group. Where something failed no offset moves any more."""
        if failed:
            self.app.consumer.broken = True
        else:
            log.info("stopping: finishing the batch in hand")
            await self.app.consumer.finish()
        await _within(_LEAVE_SECONDS if failed else self.settings.send_timeout_seconds, self.app.stop())

    async def _drain(self) -> None:
        await self.app.start()
        await self.app.wait_until_stopped()
        if self.app.crash_reason is not None:
            raise self.app.crash_reason

    async def _look(self) -> None:
        while True:
            if self.app.consumer.started_up:
                self.health.look(self.app.consumer, self.settings.events_topic)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _serve(self) -> None:
        await self._pages.serve()

    async def _informed(self) -> None:
        await self._follow_targets.caught_up()
        await self._follow_alerts.caught_up()

    def _lag(self, partition: int) -> int:
        """How many records are waiting, as the broker last said."""
        end = self.app.consumer.end_of(TP(self.settings.events_topic, partition))
        return max(0, int(end) - self.stream.table[partition].position)


class _Server(uvicorn.Server):
    """Leaves the signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _frames(error: BaseException) -> list[str]:
    """The last lines of code that an exception came through."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


async def _within(seconds: float, ending: Awaitable[Any]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await ending
    except (TimeoutError, KafkaError) as error:
        log.warning("an orderly end was cut short", kind=type(error).__name__)


def run(settings: MetricsSettings) -> None:
    """Run a worker and exit with its code."""
    # Facts and records come by the hundred thousand and in no cycles: looking for cycles at Python's usual pace takes
    # a third of the time of a backlog.
    gc.set_threshold(200_000, 20, 20)
    try:
        code = asyncio.run(_run(settings))
    except WrongTopics as error:
        sys.exit(str(error))
    except KafkaError as error:
        sys.exit(f"the broker at {settings.kafka} can not be used: {type(error).__name__}")
    sys.exit(code)


async def _run(settings: MetricsSettings) -> int:
    return await Worker(settings).run()
