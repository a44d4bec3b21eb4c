"""Work beside a service: a fault ends the process; and a consumer can be stopped whatever the broker does."""

import asyncio
import subprocess
import sys

import pytest
from aiokafka import AIOKafkaConsumer

from holdfast.runtime import kafka
from holdfast.runtime.tasks import EXIT_BUG

PROGRAM = """
import asyncio, sys
from holdfast.runtime.tasks import beside

async def ends(): pass
async def fails(): raise RuntimeError("LCS-204518")
async def is_cancelled(): raise asyncio.CancelledError
async def lasts(): await asyncio.Event().wait()

async def main():
    async with beside(lasts(), {work}()):
        await asyncio.sleep(0.3 if "{work}" in ("ends", "lasts") else 20)

asyncio.run(main())
"""


@pytest.mark.parametrize(("work", "code"), [("ends", 0), ("lasts", 0), ("fails", EXIT_BUG), ("is_cancelled", EXIT_BUG)])
def test_a_fault_in_work_beside_a_service_ends_the_process(work: str, code: int) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM.replace("{work}", work)], capture_output=True, timeout=60)
    assert done.returncode == code
    assert b"LCS-204518" not in done.stdout + done.stderr


async def test_a_cancelling_that_the_driver_lets_escape_is_not_taken_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop(self: AIOKafkaConsumer) -> None:
        raise asyncio.CancelledError

    reader = kafka.consumer("127.0.0.1:1")
    monkeypatch.setattr(AIOKafkaConsumer, "stop", stop)
    await reader.stop()


async def test_a_stop_that_is_cancelled_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop(self: AIOKafkaConsumer) -> None:
        await asyncio.Event().wait()

    reader = kafka.consumer("127.0.0.1:1")
    monkeypatch.setattr(AIOKafkaConsumer, "stop", stop)
    stopping = asyncio.create_task(reader.stop())
    await asyncio.sleep(0)
    stopping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopping
