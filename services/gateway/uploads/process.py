"""The process that reads one upload, from the gateway's side: started, spoken to over its pipes, ended.

A process of its own, so that a long reading stops nobody else's page, what it may use is bounded, and the children's
references end with it. It is given no secret: requests to the door pass through here, and are signed here.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from holdfast.runtime.logs import logger
from holdfast.runtime.settings import PREFIX
from services.gateway.uploads.messages import (
    EXIT_TOO_LARGE,
    LENGTH_BYTES,
    LONGEST_FRAME_BYTES,
    Answer,
    Failed,
    FromReader,
    Pass,
    Progress,
    Read,
    Request,
    Told,
    ToReader,
    framed,
    from_reader,
)

log = logger(__name__)

MODULE = "services.gateway.uploads.reader"


class ReaderEnded(Exception):
    """The process ended by itself. `too_large`: for want of the memory it may use."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.too_large = code == EXIT_TOO_LARGE


class Reader:
    """A running reader."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def read(self, tell: Callable[[Progress], None]) -> Read:
        """What the files hold. Raises ReaderEnded."""
        while isinstance(said := await self._hear(), Progress):
            tell(said)
        assert isinstance(said, Read)
        return said

    async def go_through(self) -> Request | Told:
        """Begin with the first fact: what to ask of the door, or that there is nothing to ask. Raises ReaderEnded."""
        return await self._ask(Pass())

    async def answer(self, body: bytes) -> Request | Told:
        """Hand on the door's answer: what to ask of it next, or what all answers come to. Raises ReaderEnded."""
        return await self._ask(Answer(body))

    async def end(self) -> None:
        """End the process, whatever it is at."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _ask(self, message: ToReader) -> Request | Told:
        await self._say(message)
        said = await self._hear()
        assert isinstance(said, Request | Told)
        return said

    async def _say(self, message: ToReader) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(framed(message))
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ReaderEnded(await self._process.wait()) from error

    async def _hear(self) -> FromReader:
        assert self._process.stdout is not None
        try:
            length = int.from_bytes(await self._process.stdout.readexactly(LENGTH_BYTES), "big")
            assert length <= LONGEST_FRAME_BYTES, "a frame is bounded"
            said = from_reader.decode(await self._process.stdout.readexactly(length))
        except asyncio.IncompleteReadError as error:
            raise ReaderEnded(await self._process.wait()) from error
        if isinstance(said, Failed):
            log.error("the reading of an upload ended by a fault of ours", kind=said.kind, where=said.where)
            raise ReaderEnded(await self._process.wait())
        return said


@asynccontextmanager
async def reading(folder: Path, today: date, mebibytes: int) -> AsyncIterator[Reader]:
    """A reader of the files in a folder, ended when the block is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE, str(folder), today.isoformat(), str(mebibytes),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=environment_of_readers(),
    )  # fmt: skip
    reader = Reader(process)
    try:
        yield reader
    finally:
        ending = asyncio.create_task(reader.end())
        try:
            await asyncio.shield(ending)
        finally:
            # Though cancelled meanwhile: it has been killed, and takes no time any more.
            await ending


def environment_of_readers() -> dict[str, str]:
    """What a reader is given of our own environment: nothing that is ours to keep."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
