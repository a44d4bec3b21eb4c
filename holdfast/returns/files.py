"""The files that are to be read: those named, those inside folders, and those inside zip files, each to be opened.

Says what they are called and which lie beside one another; nothing is unpacked, and what they hold is in `tables`.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from os.path import realpath
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from msgspec import Struct

from holdfast.returns.faults import Fault, file_fault

TABLES = frozenset({".csv", ".txt", ".tsv"})
XML = ".xml"
ZIP = ".zip"
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})

# Bounds of what a zip file may unpack to. A return of a million rows has a tenth of a gigabyte.
MOST_UNPACKED_BYTES = 4 * 1024**3
MOST_MEMBERS = 10_000
_ENCRYPTED = 0x1

# What opening or reading a broken zip file may end in.
UNREADABLE = (OSError, EOFError, BadZipFile, zlib.error, struct.error, ValueError, RuntimeError, OverflowError)


class Found(Struct, frozen=True):
    """A file to read: `file` is its name in faults, `folder` the same for those beside it, `size` its bytes."""

    file: str
    folder: str
    name: str
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def suffix(self) -> str:
        """The end of its name, in small letters."""
        return PurePosixPath(self.name.casefold()).suffix


class LeftOut(Struct, frozen=True):
    """A file that was not read, and why; not a fault."""

    file: str
    because: str


def find_files(paths: Iterable[Path], opened: ExitStack) -> Iterator[Found | LeftOut | Fault]:
    """The files named, directly inside the folders named, and inside zips; each once. `opened` closes the zips."""
    seen: set[str] = set()
    for path in paths:
        for file in _inside(path) if path.is_dir() else [path]:
            # Unlike Path.resolve, this bears with links that lead in a circle.
            real = realpath(file)
            if real in seen:
                continue
            seen.add(real)
            if file.is_dir():
                yield LeftOut(str(file), "a folder inside: name it too, to have it read")
            elif file.suffix.casefold() == ZIP:
                yield from _in_zip(file, opened)
            else:
                yield from _known(str(file), file.name, partial(_on_disk, file))


def _inside(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if not file.name.startswith("."))


def _known(file: str, name: str, found: Callable[[], Found | Fault]) -> Iterator[Found | LeftOut | Fault]:
    """A file by the end of its name: what may hold a table is opened."""
    suffix = PurePosixPath(name.casefold()).suffix
    if suffix in TABLES or suffix == XML:
        yield found()
    elif suffix in WORKBOOKS:
        yield file_fault(file, "workbook")
    else:
        yield LeftOut(file, "neither CSV nor XML nor zip")


def _on_disk(path: Path) -> Found | Fault:
    try:
        size = path.stat().st_size
    except OSError:
        return file_fault(str(path), "unreadable")
    return Found(str(path), realpath(path.parent), path.name, size, partial(_bytes, path))


def _bytes(path: Path) -> IO[bytes]:
    return path.open("rb")


def _in_zip(path: Path, opened: ExitStack) -> Iterator[Found | LeftOut | Fault]:
    file = str(path)
    try:
        held = opened.enter_context(ZipFile(path))
    except UNREADABLE:
        yield file_fault(file, "broken-zip")
        return
    members = [info for info in held.infolist() if not info.is_dir() and not _hidden(info)]
    if len(members) > MOST_MEMBERS or sum(info.file_size for info in members) > MOST_UNPACKED_BYTES:
        yield file_fault(file, "zip-too-large")
        return
    if not members:
        yield file_fault(file, "empty")
    last = {info.filename: info for info in members}
    for info in sorted(members, key=lambda info: info.filename):
        name = f"{file}/{_printable(info.filename)}"
        if last[info.filename] is not info:
            yield LeftOut(name, "the zip file has another of this name further on")
        elif info.flag_bits & _ENCRYPTED:
            yield file_fault(name, "encrypted")
        elif info.filename.casefold().endswith(ZIP):
            yield file_fault(name, "zip-in-zip")
        else:
            yield from _known(name, info.filename, partial(_member, held, info, name))


def _member(held: ZipFile, info: ZipInfo, name: str) -> Found:
    inner = PurePosixPath(name)
    return Found(name, str(inner.parent), inner.name, info.file_size, partial(held.open, info))


def _hidden(info: ZipInfo) -> bool:
    # What some systems put into every zip file beside what was asked for.
    parts = PurePosixPath(info.filename).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part.strip(".") for part in parts)


def _printable(name: str) -> str:
    """A name in a zip file may hold anything, and is printed."""
    return "".join(character if character.isprintable() else "?" for character in name)
