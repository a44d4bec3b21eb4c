"""Reads very many mutated returns as `holdfast import --check` does, and holds each reading against what must be true.

`python -m tests.fuzz_returns --files 100000 --seed 1`, in one process, on files in a temporary folder; one return
again: `--only N`. Whatever is done to a file: nothing crashes, every row is accounted for, every file is read whole
with its unread rows named, or is named as unread, and the door takes the form of all that is taken here.
"""

import argparse
import io
import random
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from holdfast.cli.faults_shown import in_words
from holdfast.cli.import_shown import show_check, show_reading
from holdfast.cli.offline import unread_lines
from holdfast.contracts.door_forms import POSTED_TYPES
from holdfast.contracts.door_lines import LineReader
from holdfast.contracts.door_rules import terms_at
from holdfast.contracts.door_verdicts import Refused
from holdfast.returns import Reading, facts_offline, read_returns
from holdfast.returns.faults_csv import faults_csv
from holdfast.returns.reading import FileRead
from holdfast.returns.sending import chunks
from tests.mutated_returns import Mutated, mutated

TODAY = date(2024, 1, 1)
NOW = datetime(2024, 1, 1, 12, tzinfo=UTC)
SOURCE = "/authorities/E08000016/systems/ssda903"
TERMS = terms_at(NOW, sources=frozenset({SOURCE}), types=frozenset(POSTED_TYPES), authorities=frozenset({"E08000016"}))
# The table of what was recognised takes longer to lay out than a return takes to read: one in so many is.
_SHOWN_WHOLE = 20
# A reading of these says that no row of the file could be used, and tells of its rows too.
WITH_ROWS = frozenset({"no-row-read"})


class Untrue(Exception):
    """Something that must be true of every reading, and isn't of this one."""


def must(true: object, sentence: str) -> None:
    """Raise `Untrue` where it is not."""
    if not true:
        raise Untrue(sentence)


def check_one(number: int, seed: int, folder: Path, seen: Counter[str]) -> None:
    """Make one return, read it, and see that all is true of it. `seen` counts what there was."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
    made = mutated(random.Random(f"{seed}/{number}"), folder)
    for name, content in made.files.items():
        (files / name).write_bytes(content)
    reading = read_returns([files], today=TODAY)
    _shown(reading, whole=not number % _SHOWN_WHOLE)
    _rows_add_up(reading)
    _files_are_accounted_for(reading, files, made)
    _rows_are_those_there(reading, made)
    _facts_are_sound(reading)
    _count(reading, made, seen)
    for file in files.iterdir():
        file.unlink()


def _shown(reading: Reading, *, whole: bool) -> None:
    faults_csv(reading.faults)
    list(in_words(reading.faults, 3))
    list(unread_lines(reading))
    if whole:
        out = Console(file=io.StringIO(), highlight=False, soft_wrap=True)
        show_reading(out, reading)
        show_check(out, reading)


def _rows_add_up(reading: Reading) -> None:
    for file in reading.files:
        must(file.rows == file.read + file.left_out + file.blank, f"the rows of {file.file} do not add up")
    read = {file.file for file in reading.files}
    named = {(one.file, one.row, one.place) for one in reading.faults if one.left_out and one.row is not None}
    left_out = sum(file.left_out for file in reading.files)
    must(sum(one[0] in read for one in named) == left_out, "not each row left out has a fault of its own")
    kept = {(fact.origin.file, fact.origin.row, fact.origin.place) for fact in reading.facts}
    must(not kept & named, "a row that was left out became a fact")


def _files_are_accounted_for(reading: Reading, folder: Path, made: Mutated) -> None:
    read = {file.file for file in reading.files}
    unread = {one.file for one in reading.left_out}
    unread |= {one.file for one in reading.faults if one.left_out and one.row is None}
    must(not read & unread, "a file was read and not read")
    for name in made.files:
        file = str(folder / name)
        must(any(one == file or one.startswith(f"{file}/") for one in read | unread), f"{name} is not spoken of")
    silent = {one.file for one in reading.faults if one.row is None and one.left_out and one.code not in WITH_ROWS}
    must(
        not any(one.row is not None and one.file in silent for one in reading.faults), "rows of an unread file are told"
    )
    must(all(fact.origin.file in read for fact in reading.facts), "a fact came of an unread file")


def _rows_are_those_there(reading: Reading, made: Mutated) -> None:
    """The rows of a file, counted otherwise, where that can be done: lines, and the elements of a tree."""
    for file in reading.files:
        content = made.files.get(Path(file.file).name)
        if content is None:
            continue  # inside a zip
        if file.table in ("header", "episodes", "missing") and made.form == "xml":
            expected: int | None = _elements(content, file)
        else:
            expected = _lines(content.decode(file.encoding))
        must(expected in (None, file.rows), f"{file.file} has {expected} rows, and {file.rows} were found")


def _lines(text: str) -> int | None:
    if '"' in text:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = lines[: -1 if lines[-1] == "" else None]
    names = next(number for number, line in enumerate(lines) if line.strip(" ,;\t"))
    return len(lines) - names - 1


def _elements(content: bytes, file: FileRead) -> int | None:
    tag = {"header": "HEADER", "episodes": "EPISODE", "missing": "AMISSING"}[file.table]
    try:
        root = ET.fromstring(content)
    except (ET.ParseError, LookupError, ValueError):
        return None
    # A row is one wherever it is in a child, but for inside a cell.
    children = [child for child in root if child.tag == "CHILD"]
    return sum(_rows_inside(child, tag, in_row=False) for child in children)


def _rows_inside(element: ET.Element, tag: str, *, in_row: bool) -> int:
    rows = ("HEADER", "EPISODE", "AMISSING")
    return sum(
        (each.tag == tag) + _rows_inside(each, tag, in_row=in_row or each.tag in rows)
        for each in element
        if each.tag in rows or not in_row
    )


def _facts_are_sound(reading: Reading) -> None:
    told = sum(1 for _ in reading.facts)
    must(len(reading.facts) == told, f"{told} facts were told and {len(reading.facts)} counted")
    facts_offline(reading, "E08000016", NOW)
    door = LineReader(SOURCE, "2023-12-31T12:00:00Z", TERMS)
    for chunk in chunks(reading):
        for line in chunk.body.splitlines():
            taken = door.read(line)
            must(not isinstance(taken, Refused), f"the door refuses a fact: {taken}")


def _count(reading: Reading, made: Mutated, seen: Counter[str]) -> None:
    seen["files"] += 1
    seen[f"as {made.form}"] += 1
    partly = any(one.left_out and one.row is not None for one in reading.faults)
    unread = any(one.left_out and one.row is None for one in reading.faults)
    seen["returns with a file named as unread"] += unread
    seen["returns with rows left out"] += partly
    seen["returns read whole"] += not partly and not unread
    seen["returns without a fact"] += not reading.facts
    for file in reading.files:
        seen["rows read"] += file.read
        seen["rows left out"] += file.left_out
        seen["rows without any text"] += file.blank
    seen["facts"] += len(reading.facts)
    for code in {fault.code for fault in reading.faults}:
        seen[f"told: {code}"] += 1


def main() -> None:
    """Print what there was; end with 1 at the first reading of which something is not true."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    numbers = range(asked.files) if asked.only is None else [asked.only]
    seen: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hf-fuzz-") as folder:
        for number in numbers:
            try:
                check_one(number, asked.seed, Path(folder), seen)
            except BaseException:
                print(f"Return {number} of seed {asked.seed}: again with --seed {asked.seed} --only {number}")
                raise
            if number and not number % 10_000:
                print(f"{number:,} after {time.monotonic() - began:.0f} s", flush=True)
    for what, count in sorted(seen.items(), key=lambda one: (one[0].startswith("told"), -one[1])):
        print(f"{count:12,} {what}")


if __name__ == "__main__":
    main()
