"""How fast metrics drains a backlog, to figures said, beside a raw reader of the same topic; and its memory a child.

Run as `python -m tests.load.bench_spine_metrics --kafka HOST:PORT`. The worker is a process of its own with topics of
its own; the backlog is in random order, of some authorities that between them fill every partition.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parents[2]))

from holdfast.cli.laptop import kafka as laptop_kafka
from holdfast.cli.laptop.kafka_jars import fetch_jars
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.cli.laptop.process import spawn, stop
from holdfast.cli.laptop.readiness import wait_ready
from holdfast.contracts.authorities import authorities
from holdfast.contracts.events import AnyEvent, decode_event, encode_event, record_key
from holdfast.contracts.figures import ReadTo
from holdfast.contracts.topics import partition_of
from holdfast.runtime.kafka import assign_from_start, consumer, producer
from services.metrics.sending import Record, send_records
from tests import factories
from tests.integration.conftest import free_ports
from tests.integration.metrics_world import Process, World, until

PARTITIONS = 8
AUTHORITIES = 24
_PLACES = ("U6", "U6", "U4", "K2", "P1", "H5", "T1", "U1")
_LONGEST_SECONDS = 180.0

Take = Callable[[list[Any]], object]


def history(authority: str, child: str, random: Random) -> list[AnyEvent]:
    """Some twenty statements of thirteen facts about one child: missing episodes are said twice, moves corrected."""
    on = date(2019, 1, 1) + timedelta(days=random.randrange(1500))
    born = on - timedelta(days=random.randrange(200, 5500))
    one: dict[str, Any] = {"authority": authority, "child": child}
    stated: list[AnyEvent] = [
        factories.admitted(str(on), dob=str(born), provider="PR1", placement_id=f"{child}/0", **one)
    ]
    for number in range(1, 12):
        on += timedelta(days=random.randrange(10, 90))
        match number % 3:
            case 0:
                begins = f"{on}T20:00:00Z"
                stated.append(factories.missing(begins, recorded=f"{on}T21:00:00Z", **one))
                stated.append(factories.missing(begins, f"{on}T23:00:00Z", recorded=f"{on}T23:30:00Z", **one))
            case 1:
                where: dict[str, Any] = {
                    "placement_id": f"{child}/{number}",
                    "locality": f"{child}/{number}",
                    "provider": "PR4",
                }
                place = random.choice(_PLACES)
                stated.append(factories.moved(str(on), "P", place, **where, **one))
                stated.append(factories.moved(str(on), "P", place, recorded=f"{on}T15:00:00Z", **where, **one))
            case _:
                stated.append(factories.legal_status(str(on), random.choice(("C1", "C2", "V2")), **one))
    stated.append(factories.moved(str(on), "P", "U4", placement_id=f"{child}/13", **one))
    if random.random() < 0.5:
        stated.append(factories.discharged(str(on + timedelta(days=60)), **one))
    return stated


def backlog(children: int) -> list[tuple[int, bytes, bytes]]:
    """The records, in random order: partition, key and value."""
    random = Random(3)  # the same backlog each time
    codes = sorted(authorities())[:AUTHORITIES]
    records = []
    for number in range(children):
        for event in history(codes[number % AUTHORITIES], str(number), random):
            records.append((partition_of(event.authority, PARTITIONS), record_key(event), encode_event(event)))
    random.shuffle(records)
    return records


async def post(kafka: str, topic: str, records: list[tuple[int, bytes, bytes]]) -> None:
    """Put the backlog on the topic in the order given, partition by partition."""
    async with producer(kafka) as out:
        for number in range(PARTITIONS):
            of_partition: list[Record] = [(key, value, []) for partition, key, value in records if partition == number]
            await asyncio.gather(*await send_records(out, topic, number, of_partition))


async def read_raw(kafka: str, topic: str, take: Take) -> tuple[float, float]:
    """Events a second of a plain consumer, from its first fetch on, and its CPU seconds an event."""
    async with consumer(kafka) as reader:
        ends = await assign_from_start(reader, topic)
        began, began_cpu, count = time.perf_counter(), time.process_time(), 0
        while count < sum(ends.values()):
            for records in (await reader.getmany(timeout_ms=500)).values():
                count += len(records)
                take(records)
        return count / (time.perf_counter() - began), (time.process_time() - began_cpu) / count


def decode_into(held: dict[bytes, AnyEvent]) -> Take:
    """What any program must do at the least: decode each event, and hold it."""

    def take(records: list[Any]) -> None:
        for record in records:
            held[record.key] = decode_event(record.value)

    return take


def cpu_seconds(worker: Process) -> float:
    """The CPU time the worker has used."""
    fields = Path(f"/proc/{worker.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(worker: Process) -> int:
    """The worker's resident memory."""
    pages = Path(f"/proc/{worker.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def gauge(worker: Process, name: str) -> float:
    """What the worker says of itself; 0 where it does not."""
    for line in worker.get("/metrics")[1].splitlines():
        if line.startswith(f"holdfast_metrics_{name} "):
            return float(line.split()[1])
    return 0.0


async def begun_at(worker: Process) -> float:
    """The time just before the first records were drained."""
    last = time.time()
    while not gauge(worker, "events_total"):
        last = time.time()
        await asyncio.sleep(0.01)
    return last


class Said(Struct):
    """What is looked at of a figure; the rest is not decoded, for the worker needs the processor."""

    authority: str
    read_to: ReadTo


async def said_at(world: World, ends: dict[int, int]) -> float:
    """The time at which the last authority's figures of everything were first said, by the records' timestamps."""
    decode = msgspec.json.Decoder(Said).decode
    at: dict[str, float] = {}
    until_at = time.monotonic() + _LONGEST_SECONDS
    async with consumer(world.kafka, fetch_max_wait_ms=500, fetch_min_bytes=1 << 20) as reader:
        await assign_from_start(reader, world.indicators)
        while len(at) < AUTHORITIES:
            for records in (await reader.getmany(timeout_ms=500)).values():
                for record in records:
                    figure = decode(record.value)
                    if figure.read_to.offset == ends[figure.read_to.partition]:
                        at.setdefault(figure.authority, record.timestamp / 1000)
            assert time.monotonic() < until_at, "the figures of the whole backlog were not said in time"
    return max(at.values())


async def ready_bytes(world: World) -> tuple[Process, int]:
    """A worker that is ready, and its resident memory."""
    worker = world.start(partitions=str(PARTITIONS))
    await until(lambda: worker.get("/readyz")[0] == 200, _LONGEST_SECONDS)
    await asyncio.sleep(12)  # it gives back what it can once it has measured itself
    return worker, resident_bytes(worker)


async def bench(kafka: str, children: int, folder: Path) -> None:
    """Run and print."""
    empty, world = World(kafka, folder), World(kafka, folder)
    await empty.declare(PARTITIONS)
    await world.declare(PARTITIONS)
    try:
        idle, base = await ready_bytes(empty)
        idle.end()
        records = backlog(children)
        await post(kafka, world.events, records)
        ends = {number: sum(1 for partition, *_ in records if partition == number) for number in range(PARTITIONS)}
        size = sum(len(value) for *_, value in records) / len(records)
        count = len(records)
        del records
        print(f"backlog: {count:,} events of {size:.0f} bytes, {children:,} children, {AUTHORITIES} authorities")
        raw, raw_cpu = max([await read_raw(kafka, world.events, len) for _ in range(2)])
        least, least_cpu = max([await read_raw(kafka, world.events, decode_into({})) for _ in range(2)])
        worker = world.start(partitions=str(PARTITIONS))
        began = await begun_at(worker)
        began_cpu = cpu_seconds(worker)
        rate = count / (await said_at(world, ends) - began)
        cpu = (cpu_seconds(worker) - began_cpu) / count
        for name, speed, used in (
            ("raw aiokafka, reading", raw, raw_cpu),
            ("raw aiokafka, decoding into a dict", least, least_cpu),
            ("metrics, drained to figures said", rate, cpu),
        ):
            print(f"{name:36s}{speed:9,.0f} events/s {used * 1e6:6.1f} us of CPU an event")
        print(f"metrics is {rate / raw:.2f} of reading, {rate / least:.2f} of reading and decoding")
        await asyncio.sleep(12)
        after = resident_bytes(worker)
        print(f"memory a child after the backlog    {(after - base) / children:9,.0f} bytes resident")
        worker.end()
        again, restored = await ready_bytes(world)
        await until(lambda: gauge(again, "ledger_entries") > 0, _LONGEST_SECONDS)
        print(f"memory a child after a restart      {(restored - base) / children:9,.0f} bytes resident, of which")
        print(f"  facts and their keys              {gauge(again, 'facts_bytes') / children:9,.0f} bytes")
        print(f"  entries of the ledgers            {gauge(again, 'ledger_entries') / children:9,.0f}, of 8 bytes")
    finally:
        await empty.drop()
        await world.drop()


@contextlib.contextmanager
def broker(given: str | None) -> Iterator[str]:
    """The broker named, or one of our own in a temporary folder."""
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    cache = Path(os.environ.get("HOLDFAST_CACHE") or Path(__file__).parents[2] / ".holdfast" / "cache")
    kafka, controller, postgres = free_ports(3)
    layout = Layout(home, cache, Ports(kafka=kafka, kafka_controller=controller, postgres=postgres))
    jars = fetch_jars(layout.cache, lambda here, of: None)
    laptop_kafka.configure(layout)
    laptop_kafka.format_storage(layout, jars)
    process = laptop_kafka.broker(layout, jars)
    running = spawn(process)
    try:
        wait_ready(process, running)
        yield layout.bootstrap
    finally:
        stop(process, running)
        shutil.rmtree(home)


def main() -> None:
    """The command line."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument(
        "--kafka", default=os.environ.get("HOLDFAST_TEST_KAFKA"), help="a broker's address; else our own"
    )
    words.add_argument("--children", type=int, default=20_000, help="children in the backlog, some twenty events each")
    said = words.parse_args()
    with tempfile.TemporaryDirectory() as folder, broker(said.kafka) as kafka:
        asyncio.run(bench(kafka, said.children, Path(folder)))


if __name__ == "__main__":
    main()
