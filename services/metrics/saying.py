"""When and what metrics says: figures as they change, at an authority's pace, and all of them again now and then.

One saying at a time; between its slices the drain goes on. What a figure is, is the engine's; whether a colour or an
alert comes of it, `targets` and `alerts` say.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime

import msgspec
from aiokafka import AIOKafkaProducer

from holdfast.contracts.figures import WHOLE, Figure, ReadTo
from holdfast.england.residents import residents_of
from holdfast.indicators.choices import definitions
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import FigureReadings, figures
from holdfast.runtime.clock import Clock, london_date
from services.metrics import telemetry
from services.metrics.alerts import AlertBook
from services.metrics.ledgers import SLICE_SECONDS, Account, Cell
from services.metrics.sending import Acknowledgement, Record, send_records
from services.metrics.settings import MetricsSettings
from services.metrics.stream import Stream
from services.metrics.table import day_record
from services.metrics.targets import TargetBook

# Cells computed and sent between two turns of the loop: some 20 ms at 24 month ends.
_CELLS_A_SLICE = 64
# The longest wait before the clock is looked at again: it may be set, or run fast.
_LOOK_SECONDS = 0.5
# Of the time, what the figures of one authority may take while facts of it keep coming: an import changes them all.
_SHARE = 0.1
# However long that takes: who watches an import sees it move.
_SLOWEST_PACE_SECONDS = 5.0

_encode = msgspec.json.Encoder().encode


class Saying:
    """Says what the ledgers hold. Closed from a revocation until the drain is positioned again."""

    def __init__(
        self,
        settings: MetricsSettings,
        clock: Clock,
        stream: Stream,
        targets: TargetBook,
        alerts: AlertBook,
        producer: AIOKafkaProducer,
        caught_up: Callable[[], Awaitable[None]],
        lag: Callable[[int], int],
    ) -> None:
        self._settings, self._clock, self._stream = settings, clock, stream
        self._targets, self._alerts = targets, alerts
        self._producer, self._caught_up, self._lag = producer, caught_up, lag
        self._definitions = definitions(settings.chosen)
        self._open = False
        self._informed = False
        self._one_at_a_time = asyncio.Lock()
        self._woken = asyncio.Event()
        self._sent: set[Acknowledgement] = set()
        stream.changed = self._woken.set

    # Opening and closing

    def open(self) -> None:
        """The assignment stands: figures may be said, once the alerts said by others have been read."""
        self._open = True
        self._informed = False
        self._woken.set()

    async def close(self) -> None:
        """Say no more, and wait for what was said."""
        self._open = False
        async with self._one_at_a_time:
            if self._sent:
                await asyncio.wait(self._sent)

    def say_again(self, authority: str, indicator: str) -> None:
        """A target was set: the colours of an indicator may be others."""
        account = self._stream.ledgers.accounts.get(authority)
        if account is not None:
            account.unsaid.add((indicator, WHOLE))
            self._woken.set()

    # The loop

    async def run(self) -> None:
        """Say what is due, until cancelled; raises what a record's sending raised."""
        while True:
            self._woken.clear()
            self._raise_failures()
            due_in = await self._say_due() if self._open else _LOOK_SECONDS
            if due_in > 0:
                await self._wait(due_in)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _raise_failures(self) -> None:
        for sent in [sent for sent in self._sent if sent.done()]:
            self._sent.discard(sent)
            sent.result()

    async def _say_due(self) -> float:
        """Say what is due; returns in how many seconds something is."""
        async with self._one_at_a_time:
            if not self._informed:
                await self._caught_up()
                self._informed = True
            due_in = _LOOK_SECONDS
            for account in list(self._stream.ledgers.accounts.values()):
                if not self._open:
                    break
                if account.closed or not self._stream.table[account.partition].settled:
                    continue
                self._note_due(account)
                account_due_in = self._due_in(account)
                if account_due_in <= 0:
                    await self._say(account)
                    account_due_in = self._due_in(account)
                due_in = min(due_in, account_due_in)
            return due_in

    def _note_due(self, account: Account) -> None:
        """A new day, or enough time gone by, makes every cell unsaid."""
        if time.monotonic() >= account.all_due_at:
            account.unsaid.update(FIGURES)
            account.all_due_at = time.monotonic() + self._settings.again_seconds
        today = self._clock.today().toordinal()
        days = self._stream.table[account.partition].days
        # An authority first heard of today has nothing as of last midnight.
        if days.setdefault(account.authority, today) < today:
            days[account.authority] = today
            account.unsaid.update(FIGURES)
            account.unsaid_daily.update(FIGURES)

    def _due_in(self, account: Account) -> float:
        if account.owing or account.unsaid_daily:
            return 0.0
        if not (account.touched or account.unsaid):
            return max(0.0, account.all_due_at - time.monotonic())
        pace = max(self._settings.pace_seconds, min(account.took / _SHARE, _SLOWEST_PACE_SECONDS))
        since = account.said_at
        if account.touched and self._lag(account.partition) > self._settings.backlog_records:
            pace = self._settings.backlog_pace_seconds
            since = max(since, account.touched_at or since)
        return since + pace - time.monotonic()

    # One authority

    async def _say(self, account: Account) -> None:
        began, changed_at = time.monotonic(), account.touched_at
        partition = self._stream.table[account.partition]
        account.take(partition.children.get, partition.position)
        while account.owing and self._speaks_for(account):
            account.fold_slice(time.monotonic() + SLICE_SECONDS)
            await asyncio.sleep(0)
        if not self._speaks_for(account):
            return  # what is owed stays owed
        changed = account.settle()
        account.said_at = time.monotonic()
        while account.unsaid and self._speaks_for(account):
            await self._say_some(account, account.unsaid)
        while account.unsaid_daily and self._speaks_for(account):
            await self._say_some(account, account.unsaid_daily, "/daily")
        day = partition.days[account.authority]
        if self._speaks_for(account) and account.daily_kept != day:
            self._sent.update(await self._stream.write(account.partition, [day_record(account.authority, day)]))
            account.daily_kept = day
        account.took = changed * (time.monotonic() - began)
        if changed_at is not None:
            telemetry.SAYING_SECONDS.observe(time.monotonic() - changed_at)
        self._stream.progress()

    def _speaks_for(self, account: Account) -> bool:
        return self._open and not account.closed

    async def _say_some(self, account: Account, unsaid: set[Cell], suffix: str = "") -> None:
        cells = [unsaid.pop() for _ in range(min(_CELLS_A_SLICE, len(unsaid)))]
        now = self._clock.now()
        settings, today = self._settings, london_date(now)
        read = figures(
            account.ledger,
            today,
            month_ends=settings.month_ends,
            ahead=settings.ahead,
            only=cells,
            residents=residents_of(account.authority),
        )
        records = [
            self._record(account, self._targets.rated(account.authority, each, today), now, suffix) for each in read
        ]
        self._sent.update(await send_records(self._producer, settings.indicators_topic, 0, records))
        telemetry.SAID.inc(len(records))
        if not suffix:
            await self._say_alerts(account, [each for each in read if each.breakdown == WHOLE], today, now)
        await asyncio.sleep(0)

    def _record(self, account: Account, figure: FigureReadings, now: datetime, suffix: str) -> Record:
        said = Figure(
            authority=account.authority,
            indicator=figure.indicator,
            breakdown=figure.breakdown,
            as_at=now.isoformat().replace("+00:00", "Z"),
            readings=figure.readings,
            month_ends=figure.month_ends,
            ahead=figure.ahead,
            definitions=self._definitions,
            read_to=ReadTo(self._settings.events_topic, account.partition, account.read_to),
        )
        return said.key + suffix.encode(), _encode(said), []

    async def _say_alerts(
        self, account: Account, whole: Collection[FigureReadings], today: date, now: datetime
    ) -> None:
        records: list[Record] = []
        for figure in whole:
            rated = self._targets.rated(account.authority, figure, today)
            target = self._targets.in_force(account.authority, figure.indicator, today)
            alert = self._alerts.judge(account.authority, rated, target, today, now.isoformat().replace("+00:00", "Z"))
            if alert is not None:
                records.append((alert.key, _encode(alert), []))
                telemetry.ALERTS.labels(alert.state).inc()
        self._sent.update(await send_records(self._producer, self._settings.alerts_topic, 0, records))
