"""An upload's form, read as it comes: the form's own token first, then the files, straight into a folder.

What is in the files is not looked at here. Nothing is held in memory but the part that has just come.
"""

import asyncio
import hmac
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from msgspec import Struct
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from holdfast.runtime.http import Problem
from services.gateway.people.access import CSRF_FIELD

FILES_FIELD = "files"
# A pause longer than this ends an upload.
IDLE_SECONDS = 30.0
LONGEST_TOKEN_BYTES = 200
LONGEST_NAME_BYTES = 200
DEEPEST = 6

_BROKEN = Problem(400, "unreadable", "The upload did not come to its end", "Nothing was kept. Upload the files again.")


class Bounds(Struct, frozen=True):
    """How many files an upload may hold, and how many bytes in all."""

    files: int
    size: int


async def receive(request: Request, folder: Path, csrf: str, bounds: Bounds) -> list[Path]:
    """The files of a form, in `folder`. Raises Problem: 400, 403 before a byte of a file is kept, 413."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Problem(415, "not-a-form", "Files come as multipart/form-data")
    form = _Form(folder, csrf, bounds)
    try:
        parser = form.parser(options[b"boundary"])
        async for part in _parts(request):
            # Parsing takes its time, and so may the disk.
            await asyncio.to_thread(parser.write, part)
        parser.finalize()
    except FormParserError as error:
        raise _BROKEN from error
    except OSError as error:
        raise Problem(503, "no-room", "There is no room for the files just now", "Nothing was kept.") from error
    finally:
        form.close()
    return form.complete()


async def _parts(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                part = await anext(stream, None)
            if part is None:
                return
            yield part
    except (ClientDisconnect, TimeoutError) as error:
        raise _BROKEN from error


class _Form:
    """The form so far. Its parts are told by the parser's calls, in their order."""

    def __init__(self, folder: Path, csrf: str, bounds: Bounds) -> None:
        self._folder, self._csrf, self._bounds = folder, csrf, bounds
        self._files: list[Path] = []
        self._size = 0
        self._genuine = self._ended = False
        self._header = self._disposition = self._token = b""
        self._field = ""
        self._writing: BinaryIO | None = None

    def parser(self, boundary: bytes) -> MultipartParser:
        """A parser that tells this form."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_begin": self._begin_header,
                "on_header_field": self._name_header,
                "on_header_value": self._take_header,
                "on_headers_finished": self._begin_content,
                "on_part_data": self._take,
                "on_part_end": self.close,
                "on_end": self._end,
            },
        )

    def close(self) -> None:
        """Close the file being written, and hold the token against the session's once it has all come."""
        if self._writing is not None:
            self._writing.close()
            self._writing = None
        elif self._field == CSRF_FIELD:
            self._genuine = hmac.compare_digest(self._token, self._csrf.encode())
        self._field = ""

    def complete(self) -> list[Path]:
        """The files. Raises Problem where there is none, or the form has no end."""
        if not self._ended:
            raise _BROKEN
        if not self._genuine:
            raise _forged()
        if not self._files:
            raise Problem(400, "no-file", "No file was chosen", "Choose the CSV files, the zip or the XML of a return.")
        return self._files

    def _begin(self) -> None:
        self._disposition = b""

    def _begin_header(self) -> None:
        self._header = b""

    def _name_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _take_header(self, data: bytes, start: int, end: int) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition += data[start:end]

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        if self._field == CSRF_FIELD:
            self._token = b""
        elif self._field == FILES_FIELD and name:
            self._begin_file(name)

    def _begin_file(self, name: str) -> None:
        if not self._genuine:
            raise _forged()
        if len(self._files) >= self._bounds.files:
            raise Problem(
                413, "too-large", f"An upload may hold {self._bounds.files:,} files", "Put them into a zip, as one."
            )
        path = self._folder / place_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._writing = path.open("xb")
        except FileExistsError as error:
            raise Problem(
                400, "same-name", "Two of the files have the same name", "Name them apart, such as by their year."
            ) from error
        self._files.append(path)

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._writing is not None:
            self._size += end - start
            if self._size > self._bounds.size:
                raise too_large(self._bounds)
            self._writing.write(data[start:end])
        elif self._field == CSRF_FIELD:
            self._token = (self._token + data[start:end])[:LONGEST_TOKEN_BYTES]

    def _end(self) -> None:
        self._ended = True


def place_of(name: str) -> Path:
    """Where a file of this name goes, inside a folder: folders it came in are kept, whatever leads outside is not."""
    parts = [part for part in re.split(r"[/\\]", name) if part.strip() not in ("", ".", "..")]
    kept = ["".join(letter if letter.isprintable() else "_" for letter in part) for part in parts]
    if not kept or len(kept) > DEEPEST or any(len(part.encode()) > LONGEST_NAME_BYTES for part in kept):
        raise Problem(
            400, "unusable-name", "The name of a file can't be used", "Give it a short name, such as 2017.zip."
        )
    return Path(*kept)


def too_large(bounds: Bounds) -> Problem:
    """The files are more than an upload may hold."""
    return Problem(
        413,
        "too-large",
        f"An upload may hold {bounds.size // 2**20:,} MiB",
        "Zip the files, which makes them much smaller, or upload one year at a time.",
    )


def _forged() -> Problem:
    return Problem(403, "forged", "This upload did not come from a page of ours", "Load the page again and repeat it.")
