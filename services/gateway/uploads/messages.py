"""What the gateway and the process that reads an upload say to one another: frames over the process's two pipes.

A frame is its length in four bytes, then MessagePack. What is asked of the door passes through as bytes, unread here.
"""

from datetime import date
from typing import TypeAlias

import msgspec
from msgspec import Struct

LENGTH_BYTES = 4
# How a reader ends that needed more memory than it may use.
EXIT_TOO_LARGE = 77
# A request to the door is at most 8 MiB; findings as CSV are compressed and bounded in number.
LONGEST_FRAME_BYTES = 32 * 1024 * 1024


class Year(Struct, frozen=True):
    """What was recognised of one year; `files` by name, numbers of rows read."""

    year_ending: date
    files: list[str]
    episodes: int
    headers: int
    missing: int
    children: int
    left_out: int


class Located(Struct, frozen=True):
    """Where something is wrong: rows of a file (`word` is what they are called), or, without any, the whole file."""

    file: str
    column: str | None
    word: str
    rows: list[str]


class Group(Struct, frozen=True):
    """Findings that are alike: what is wrong, what would mend it, how many, and where the first `shown` are."""

    code: str
    sentence: str
    mend: str
    left_out: bool
    count: int
    shown: int
    places: list[Located]


class Numbers(Struct, frozen=True):
    """What the door did with facts, or would do, as its protocol counts them; two are of rows of the return."""

    published: int
    new: int
    restated: int
    withdrawn: int
    unchanged: int
    outvoted: int
    later: int
    rows_withdrawn: int
    rows_held: int
    remembered: int


class Progress(Struct, frozen=True, tag=True):
    """How far something is, in `total`'s unit, and how many rows have been read so far."""

    done: int
    total: int
    doing: str = ""
    rows: int = 0


class Read(Struct, frozen=True, tag=True):
    """What a reading found. `unread`: files that are no table of the return, each with why. `csv`: every finding."""

    years: list[Year]
    unread: list[tuple[str, str]]
    dropped: int
    groups: list[Group]
    facts: int
    children: int
    csv: bytes


class Request(Struct, frozen=True, tag=True):
    """What to ask of the door next, and of how many facts so far, this one included."""

    body: bytes
    done: int
    total: int


class Told(Struct, frozen=True, tag=True):
    """What the door's answers come to, with what it refused; and every finding so far as a CSV file, compressed.

    `asks_first`: more would be withdrawn than is done without a person's explicit word. `recordedtime`: as of when the
    door counts it as recorded.
    """

    numbers: Numbers
    refused: list[Group]
    asks_first: bool
    recordedtime: str | None
    csv: bytes


class Failed(Struct, frozen=True, tag=True):
    """A fault of ours ended the reading: its kind, and at which lines. Its text may quote a cell, and stays away."""

    kind: str
    where: list[str]


class Pass(Struct, frozen=True, tag=True):
    """Go through the facts from the first, and give each request in turn."""


class Answer(Struct, frozen=True, tag=True):
    """The door's answer to the last request."""

    body: bytes


FromReader: TypeAlias = Progress | Read | Request | Told | Failed
ToReader: TypeAlias = Pass | Answer

encode = msgspec.msgpack.Encoder().encode
from_reader: msgspec.msgpack.Decoder[FromReader] = msgspec.msgpack.Decoder(FromReader)
to_reader: msgspec.msgpack.Decoder[ToReader] = msgspec.msgpack.Decoder(ToReader)


def framed(message: FromReader | ToReader) -> bytes:
    """A message as it goes over a pipe."""
    body = encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body
