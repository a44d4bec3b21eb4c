"""Benchmark of the spine on the running platform: prints figures, asserts nothing.

In one run: the drain of a backlog beside raw aiokafka (`bench_spine_metrics`), events a second accepted by the door in
batches, and the time from posting an event to its figure at a subscriber, with 50 authorities saying one a second each.
"""

import argparse
import asyncio
import itertools
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.system.platform import ROOT, Platform, Reader, Sender, today

BATCH = 1000
CHILDREN = 40
TYPES = ("U6", "U4", "K2", "U1", "P1", "H5")


def main() -> None:
    """Print every figure of the spine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=60_000, help="events posted in batches")
    parser.add_argument("--authorities", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--only", choices=["drain", "door", "live"])
    asked = parser.parse_args()
    if asked.only in (None, "drain"):
        subprocess.run([sys.executable, str(Path(__file__).with_name("bench_spine_metrics.py"))], check=True)
    if asked.only in (None, "door", "live"):
        bench_platform(asked)


def bench_platform(asked: argparse.Namespace) -> None:
    """Bring up a platform of its own and measure the door and the way to a subscriber."""
    home = Path(tempfile.mkdtemp(prefix="hf-"))
    home.chmod(0o755)
    platform = Platform(home / "bench", "--without-demonstration")
    try:
        platform.start()
        codes = known_authorities()
        if asked.only in (None, "door"):
            bench_door(platform, codes[-1], asked.events)
        if asked.only in (None, "live"):
            bench_live(platform, codes[: asked.authorities], asked.seconds)
    finally:
        platform.stop()
        shutil.rmtree(home, ignore_errors=True)


def known_authorities() -> list[str]:
    """The codes of England's authorities."""
    table = (ROOT / "holdfast" / "contracts" / "authorities.csv").read_text().splitlines()[1:]
    return [line.split(",", 1)[0] for line in table]


def story(sender: Sender, seed: int) -> Iterator[dict[str, Any]]:
    """Admissions of some children, and then moves without end."""
    chance = random.Random(seed)
    for number in itertools.count():
        child = f"C{number % CHILDREN}" if number < CHILDREN else f"C{chance.randrange(CHILDREN)}"
        on = (today() - timedelta(days=chance.randrange(1, 700))).isoformat()
        placement = {"type": chance.choice(TYPES), "provider": "PR1", "placement_id": f"P{chance.randrange(9)}"}
        recorded = f"{today() - timedelta(days=1)}T00:00:00.{number % 1_000_000:06d}Z"
        if number < CHILDREN:
            admission = {"on": "2021-01-04", "legal_status": "C2", "date_of_birth": "2014-05-03"}
            yield sender.event(child, "admission", "a", recorded, {**admission, "placement": placement})
        else:
            move = {"on": on, "reason_for_new_episode": "P", "placement": placement}
            yield sender.event(child, "placement-move", f"m{chance.randrange(12)}", recorded, move)


def bench_door(platform: Platform, authority: str, events: int) -> None:
    """Batches of a thousand events of different children over two connections, until so many are accepted."""
    sender = platform.sender(authority)
    bodies = []
    for batch in range(events // BATCH):
        rows = list(itertools.islice(story(sender, batch), BATCH))
        for number, row in enumerate(rows):
            child = f"B{batch}-{number // 8}"
            row.update(subject=child, id=f"{batch}/{number}", fact=f"f{number % 8}")
        bodies.append(json.dumps(rows).encode())
    headers = {"Authorization": f"Bearer {sender.token}", "Content-Type": "application/cloudevents-batch+json"}

    def post(body: bytes) -> int:
        with httpx.Client(base_url=sender.http.base_url, headers=headers, timeout=120) as client:
            while True:
                answer = client.post("/events", content=body)
                if answer.status_code == 429:
                    time.sleep(float(answer.headers["retry-after"]))
                    continue
                answer.raise_for_status()
                return answer.text.count('"accepted"')

    began = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        accepted = sum(pool.map(post, bodies))
    seconds = time.perf_counter() - began
    print(f"door: {accepted} events accepted in batches of {BATCH}: {accepted / seconds:,.0f} events/s", flush=True)


def bench_live(platform: Platform, authorities: list[str], seconds: int) -> None:
    """One event a second to each authority, evenly spaced; from its posting to the first figure at a subscriber."""
    with ThreadPoolExecutor(3) as pool:
        senders = list(pool.map(platform.sender, authorities))
        readers = list(pool.map(platform.reader, authorities))
    for number, sender in enumerate(senders):
        sender.post(list(itertools.islice(story(sender, number), CHILDREN * 3)))
    time.sleep(5)  # what was posted to begin with has been said by then
    latencies = asyncio.run(_live(senders, readers, seconds))
    ordered = sorted(latencies)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(
        f"event to SSE, {len(authorities)} events/s to {len(authorities)} authorities, {len(ordered)} figures: "
        f"p50 {statistics.median(ordered) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms",
        flush=True,
    )


async def _live(senders: list[Sender], readers: list[Reader], seconds: int) -> list[float]:
    posted: dict[int, float] = {}
    latencies: list[float] = []
    listeners = [
        asyncio.create_task(_listen(reader, number, posted, latencies)) for number, reader in enumerate(readers)
    ]
    await asyncio.sleep(3)  # every subscriber has been sent what there was before
    async with httpx.AsyncClient(timeout=30) as client:
        stories = [itertools.islice(story(sender, 1000 + n), CHILDREN, None) for n, sender in enumerate(senders)]
        began = time.perf_counter()
        tasks = set()
        for turn in range(seconds * len(senders)):
            await asyncio.sleep(max(0.0, began + turn / len(senders) - time.perf_counter()))
            number = turn % len(senders)
            event = next(stories[number])
            event["recordedtime"] = f"{today()}T00:00:00.{turn:06d}Z"
            posted[number] = time.perf_counter()
            task = asyncio.create_task(_post(client, senders[number], event))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.sleep(2)
    for listener in listeners:
        listener.cancel()
    return latencies


async def _post(client: httpx.AsyncClient, sender: Sender, event: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {sender.token}", "Content-Type": "application/cloudevents+json"}
    answer = await client.post(sender.http.base_url.join("/events"), content=json.dumps(event), headers=headers)
    answer.raise_for_status()


async def _listen(reader: Reader, number: int, posted: dict[int, float], latencies: list[float]) -> None:
    address = httpx.URL(reader.url)
    stream, writer = await asyncio.open_connection(address.host, address.port, limit=1 << 22)
    writer.write(
        f"GET /live?authority={reader.authority} HTTP/1.1\r\nHost: {address.host}\r\n"
        f"Authorization: Bearer {reader.token}\r\n\r\n".encode()
    )
    try:
        while chunk := await stream.read(1 << 18):
            if b"event: figure" in chunk and number in posted:
                latencies.append(time.perf_counter() - posted.pop(number))
    finally:
        writer.close()


if __name__ == "__main__":
    main()
