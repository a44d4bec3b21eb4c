"""Whether a process answers yet: one question at a time, each with its own bound.

Doesn't wait or repeat: `supervise` does, and `wait_ready` for those without a supervisor.
"""

import asyncio
import logging
import subprocess

import httpx

from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.process import Answers, Broker, Check, Database, Lives, Process, last_lines, monotonic

_QUESTION_SECONDS = 3.0


async def is_ready(check: Check) -> bool:
    """Asks once; False within a few seconds where there is no answer."""
    match check:
        case Answers(url):
            return await http_answers(url, _QUESTION_SECONDS)
        case Broker(bootstrap):
            return await _broker_answers(bootstrap)
        case Database(url):
            return await _database_answers(url)
        case Lives():
            return True


async def http_answers(url: str, seconds: float) -> bool:
    """Whether a GET is answered with 200 within that time."""
    try:
        # Plain HTTP to ourselves: reading a list of certificates for it would cost more than the question.
        quick = httpx.AsyncClient(trust_env=False, verify=False, timeout=seconds)
        async with asyncio.timeout(seconds), quick as client:
            return (await client.get(url)).status_code == 200
    except (httpx.HTTPError, TimeoutError):
        return False


async def _broker_answers(bootstrap: str) -> bool:
    # A bare connection first: the client logs every refused one.
    if not await _listens(bootstrap):
        return False
    from aiokafka.admin import AIOKafkaAdminClient
    from aiokafka.errors import KafkaError

    # That it does not answer is what is asked: its log has no more to say than we do.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    try:
        async with asyncio.timeout(_QUESTION_SECONDS):
            await client.start()
            return bool((await client.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()


async def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(_QUESTION_SECONDS):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _database_answers(url: str) -> bool:
    import asyncpg

    try:
        # Without TLS on this machine, and so without looking for certificates in a home that may not be ours.
        connection = await asyncpg.connect(url, timeout=_QUESTION_SECONDS, ssl=False)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


def wait_ready(process: Process, running: subprocess.Popen[bytes]) -> None:
    """As `until_ready`, for those without an event loop."""
    asyncio.run(until_ready(process, running))


async def until_ready(process: Process, running: subprocess.Popen[bytes]) -> None:
    """Asks five times a second until it answers; CannotRun, with the end of its log, where it dies or is too slow."""
    deadline = monotonic() + process.ready_seconds
    while not await is_ready(process.ready):
        if running.poll() is not None:
            raise CannotRun(f"{process.name} ended while starting{_why(process)}")
        if monotonic() > deadline:
            raise CannotRun(f"{process.name} was not ready after {process.ready_seconds:.0f} seconds{_why(process)}")
        await asyncio.sleep(0.2)


def _why(process: Process) -> str:
    said = "\n  ".join(last_lines(process.log, 6))
    return f"; its log {process.log} ends:\n  {said}" if said else f" and its log {process.log} is empty."
