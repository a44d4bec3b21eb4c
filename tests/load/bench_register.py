"""Benchmark of the register on a real PostgreSQL of its own: prints figures, asserts nothing.

Statements written a second; and over HTTP, for an authority of 2,500 children whose statements go over ten years and
more, the figures as known at past instants, a receipt of a thousand children, and the bridge from a pack to today.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[2]))

from holdfast.cli.laptop import postgres as laptop_postgres
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.cli.laptop.process import spawn, stop
from holdfast.cli.laptop.readiness import wait_ready
from holdfast.contracts.authorities import authorities
from holdfast.contracts.topics import partition_of
from holdfast.indicators.choices import DEFAULTS
from holdfast.runtime import postgres
from holdfast.runtime.clock import Clock
from holdfast.runtime.cycles import look_for_cycles_seldom
from holdfast.runtime.http import application
from services.placements import bridges, months_ahead, receipts
from services.placements.api import Context, router
from services.placements.domain import Delivery, batch_of
from services.placements.ends import Ends
from services.placements.readings import Readings
from services.placements.store import writer
from tests.integration.conftest import free_ports, shared_cache
from tests.integration.placements_asked import KEYS, token
from tests.load.bench_register_told import deliveries_of

PARTITIONS, TOPIC, PASSWORD = 8, "care.events", "only-for-this"
CHILDREN = 2_500
# The authority that is asked about is told of first.
HERE = "E08000018"
PAST = [datetime(year, month, 14, 9, tzinfo=UTC) for year in (2015, 2018, 2020, 2022, 2024) for month in (2, 7)]
ON = date(2020, 3, 31)


def main() -> None:
    """Print every figure of the register."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=500_000, help="statements written, of many authorities")
    asked = parser.parse_args()
    look_for_cycles_seldom()
    home = Path(tempfile.mkdtemp(prefix="hf-register-"))
    home.chmod(0o755)
    try:
        with _database(home) as url:
            asyncio.run(_bench(url, asked.statements))
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _database(home: Path) -> Iterator[str]:
    kafka, controller, port = free_ports(3)
    layout = Layout(home, shared_cache(), Ports(kafka=kafka, kafka_controller=controller, postgres=port))
    laptop_postgres.initialise(layout, PASSWORD)
    process = laptop_postgres.server(layout, PASSWORD)
    running = spawn(process)
    try:
        wait_ready(process, running)
        admin = laptop_postgres.superuser_url(layout, PASSWORD)
        asyncio.run(postgres.prepare(admin, "holdfast", {"placements": "word"}))
        url = postgres.service_url(admin, "holdfast", "placements", "word")
        asyncio.run(postgres.migrate(url, "services.placements"))
        yield url
    finally:
        stop(process, running)


async def _bench(url: str, statements: int) -> None:
    print(f"Made-up children, {CHILDREN:,} an authority, told of from 2011 to 2025.")
    await _written(url, statements)
    pool = await postgres.pool(url)
    try:
        await _asked(pool)
    finally:
        await pool.close()


# --- Writing ----------------------------------------------------------------------------------------------------------


async def _written(url: str, statements: int) -> None:
    codes = [HERE, *(code for code in authorities() if code != HERE)]
    told = (each for seed, code in enumerate(codes) for each in deliveries_of(code, CHILDREN, seed, PARTITIONS))
    # Making them is outside the time.
    deliveries = list(islice(told, statements))
    offsets = dict.fromkeys(range(PARTITIONS), 0)
    began = time.perf_counter()
    async with writer(url) as held:
        await held.take()
        await held.offsets(TOPIC, PARTITIONS)
        for first in range(0, len(deliveries), 5_000):
            numbered, read = _numbered(deliveries[first : first + 5_000], offsets)
            await held.write(TOPIC, batch_of(numbered, PARTITIONS), read)
    seconds = time.perf_counter() - began
    print(f"Written: {len(deliveries):,} statements in {seconds:.1f} s, {len(deliveries) / seconds:,.0f} a second.")


def _numbered(some: list[Delivery], offsets: dict[int, int]) -> tuple[list[Delivery], dict[int, tuple[int, int]]]:
    """Each at the next offset of its partition, and from where to where each partition is read with them."""
    before, numbered = offsets.copy(), []
    for each in some:
        numbered.append(Delivery(each.partition, offsets[each.partition], each.key, each.value, each.timestamp_ms))
        offsets[each.partition] += 1
    return numbered, {one: (before[one], end) for one, end in offsets.items() if end != before[one]}


# --- Asking -----------------------------------------------------------------------------------------------------------


def _application(pool: Any) -> FastAPI:
    context = Context(
        pool=pool,
        readings=Readings(pool, TOPIC, PARTITIONS, 200_000, DEFAULTS),
        ends=Ends("127.0.0.1:1", TOPIC),
        clock=Clock(),
        trusted_keys={name: keys.public for name, keys in KEYS.items()},
        topic=TOPIC,
        partitions=PARTITIONS,
        wait_seconds=1,
        choices=DEFAULTS,
    )
    app = application("placements")
    app.include_router(router(context))
    for questions in (receipts, bridges, months_ahead):
        app.include_router(questions.router(context))
    return app


async def _asked(pool: Any) -> None:
    partition = partition_of(HERE, PARTITIONS)
    print(f"Asked of {HERE}, partition {partition}: first, where nothing is held, then with today's children folded.")

    async def figures(ask: "Ask", at: datetime) -> Took:
        known = {"on": str(ON), "breakdowns": "true", "known_at": at.isoformat()}
        return (await _timed(ask, "indicators", **known))[0]

    cold = [await figures(_asker(_application(pool)), at) for at in PAST[4:7]]
    ask = _asker(_application(pool))
    held, _ = await _timed(ask, "indicators", on=str(ON), breakdowns="true")
    print(f"Figures of a month end, every cell, all that is known: {_told([held])} the first time.")
    warm = [await figures(ask, at) for at in PAST]
    again = [await figures(ask, at) for at in PAST]
    print(f"The same as known at a past instant: {_told(cold)} where nothing is held,")
    print(f"{_told(warm)} beside today's, {_told(again)} asked again.")
    await _receipts(ask)
    await _bridges(ask)


async def _receipts(ask: "Ask") -> None:
    for indicator in ("three_or_more_placements", "long_term_stable", "family_based"):
        question = {"indicator": indicator, "on": str(ON), "limit": "1000"}
        seconds, answer = await _timed(ask, "receipt", **question)
        again, _ = await _timed(ask, "receipt", **question)
        print(
            f"Receipt of {indicator}: {answer['children']:,} children and {answer['near_misses']:,} near misses in "
            f"{_told([seconds])}, {len(answer['lines']):,} lines; {_told([again])} asked again."
        )


async def _bridges(ask: "Ask") -> None:
    for indicator in ("three_or_more_placements", "long_term_stable"):
        taken: list[Took] = []
        changes = 0
        for at in PAST[4:]:
            question = {"indicator": indicator, "first_on": str(at.date()), "first_known_at": at.isoformat()}
            question |= {"second_on": str(ON if at.date() < ON else at.date())}
            seconds, answer = await _timed(ask, "bridge", limit="1000", **question)
            taken.append(seconds)
            changes += answer["number_of_changes"]
        print(f"Bridge of {indicator} to today: {_told(taken)}, {changes / len(taken):.0f} changes each.")


Ask = Callable[..., Awaitable[Any]]


def _asker(app: FastAPI) -> Ask:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://register", timeout=120)

    async def ask(what: str, **parameters: str) -> Any:
        answer = await client.get(f"/authorities/{HERE}/{what}", params=parameters, headers=token())
        answer.raise_for_status()
        return answer.json()

    return ask


class Took(NamedTuple):
    """Seconds by the wall, and of this process's own work: where a machine is busy with other things they part."""

    wall: float
    own: float


async def _timed(ask: Ask, what: str, **parameters: str) -> tuple[Took, Any]:
    began, own = time.perf_counter(), time.process_time()
    answer = await ask(what, **parameters)
    return Took(time.perf_counter() - began, time.process_time() - own), answer


def _told(taken: list[Took]) -> str:
    walls = [took.wall for took in taken]
    own = statistics.median(took.own for took in taken)
    return f"{statistics.median(walls):.2f} s (most {max(walls):.2f}; own work {own:.2f})"


if __name__ == "__main__":
    main()
