"""The process that reads one upload: `python -m services.gateway.uploads.reader FOLDER TODAY MEBIBYTES`.

It reads the files, says what it found, and then, as often as it is asked, gives the requests to the door in turn and
adds up the answers. It opens no connection, holds no secret, writes no file, and ends with its input.
"""

import os
import resource
import sys
import traceback
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NoReturn

from msgspec import structs

from holdfast.returns import Fault, Reading, read_returns
from holdfast.returns import Progress as HowFar
from holdfast.returns.sending import Outcome, chunks
from services.gateway.uploads.findings import compressed, grouped, named, refused
from services.gateway.uploads.messages import (
    EXIT_TOO_LARGE,
    LENGTH_BYTES,
    Answer,
    Failed,
    FromReader,
    Numbers,
    Pass,
    Progress,
    Read,
    Request,
    Told,
    ToReader,
    Year,
    framed,
    to_reader,
)

# Whoever looks at a page goes first.
NICENESS = 10
_MEBIBYTE = 1024 * 1024


class Pipes:
    """The two pipes to the gateway."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def say(self, message: FromReader) -> None:
        """Say something."""
        self._outgoing.write(framed(message))
        self._outgoing.flush()

    def hear(self) -> ToReader:
        """What is said next; ends the process where the gateway is no more."""
        length = self._incoming.read(LENGTH_BYTES)
        if len(length) < LENGTH_BYTES:
            sys.exit(0)
        return to_reader.decode(self._incoming.read(int.from_bytes(length, "big")))


def read_and_answer(folder: Path, today: date, pipes: Pipes) -> NoReturn:
    """Read the files and tell what they hold; then go through the facts as often as is asked."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    reading = read_returns(files, today=today, told=lambda how_far: pipes.say(progress_of(how_far)))
    found = [structs.replace(fault, file=named(fault.file, folder)) for fault in reading.faults]
    pipes.say(told_of(reading, found, folder))
    asked = pipes.hear()
    while isinstance(asked, Pass):
        asked = go_through(reading, found, folder, pipes)
    sys.exit("an answer came to no request")


def progress_of(told: HowFar) -> Progress:
    """How far the reading is."""
    return Progress(told.done, told.total, told.doing, told.rows)


def told_of(reading: Reading, found: list[Fault], folder: Path) -> Read:
    """What was recognised and found, in numbers and places."""
    return Read(
        years=[
            Year(
                year_ending=one.year_ending,
                files=[named(file, folder) for file in one.files],
                episodes=one.episodes,
                headers=one.headers,
                missing=one.missing,
                children=one.children,
                left_out=one.left_out,
            )
            for one in reading.years
        ],
        unread=[(named(one.file, folder), one.because) for one in reading.left_out],
        dropped=reading.dropped,
        groups=grouped(found),
        facts=len(reading.facts),
        children=reading.children,
        csv=compressed(found),
    )


def go_through(reading: Reading, found: list[Fault], folder: Path, pipes: Pipes) -> ToReader:
    """Give each request, and take its answer, then tell what they come to; returns what is asked next."""
    outcome, total = Outcome(), len(reading.facts)
    for chunk in chunks(reading):
        pipes.say(Request(chunk.body, outcome.sent + chunk.facts, total))
        heard = pipes.hear()
        if not isinstance(heard, Answer):
            return heard
        outcome.take_in(chunk, heard.body)
    pipes.say(told_at_the_end(outcome, found, folder))
    return pipes.hear()


def told_at_the_end(outcome: Outcome, found: list[Fault], folder: Path) -> Told:
    """What the answers come to."""
    wrong = [refused(one, folder) for one in outcome.rejected]
    numbers = Numbers(**{name: getattr(outcome, name) for name in Numbers.__struct_fields__})
    return Told(numbers, grouped(wrong), outcome.withdraws_much, outcome.recordedtime, compressed([*wrong, *found]))


def bound_what_it_may_use(mebibytes: int) -> None:
    """So much memory, no file written, and no core to be left behind."""
    for what, most in (
        (resource.RLIMIT_AS, mebibytes * _MEBIBYTE),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(NICENESS)


def main() -> None:
    """Run as the gateway starts it."""
    folder, today, mebibytes = sys.argv[1:]
    pipes = Pipes(sys.stdin.buffer, sys.stdout.buffer)

    def say_where(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
        pipes.say(Failed(kind.__name__, [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]))

    sys.excepthook = say_where
    bound_what_it_may_use(int(mebibytes))
    try:
        read_and_answer(Path(folder), date.fromisoformat(today), pipes)
    except MemoryError:
        # At once: there is no memory to tidy up in.
        os._exit(EXIT_TOO_LARGE)


if __name__ == "__main__":
    main()
