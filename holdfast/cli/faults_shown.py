"""Faults of a return for people: one that is repeated is said once, with its count and its rows.

Shows files, row numbers, columns and sentences, never what a cell holds.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from textwrap import TextWrapper

from holdfast.returns import Fault

_wrapped = TextWrapper(
    width=120, initial_indent="    ", subsequent_indent="        ", break_long_words=False, break_on_hyphens=False
).wrap


def in_words(faults: Iterable[Fault], most_rows: int | None = None, named: Callable[[str], str] = str) -> Iterator[str]:
    """What is wrong and what would mend it, each once, with how often; then its rows by file, or the first of them."""
    alike: dict[tuple[bool, str, str, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((not fault.left_out, fault.sentence, fault.mend, fault.code), []).append(fault)
    # What was left out first, and of each the most frequent.
    for (read, sentence, mend, code), those in sorted(alike.items(), key=lambda one: (one[0][0], -len(one[1]), one[0])):
        yield f"{len(those):,} {'read, but odd' if read else 'left out'} ({code}): {sentence} {mend}"
        for file, inside in groupby(those[:most_rows], key=lambda one: one.file):
            yield from _wrapped(f"{named(file)}{_rows(inside)}")
        if most_rows is not None and len(those) > most_rows:
            yield f"    and {len(those) - most_rows:,} more"
        yield ""


def _rows(faults: Iterable[Fault]) -> str:
    located = sorted({(fault.row, fault.place) for fault in faults if fault.row is not None}, key=str)
    located.sort(key=lambda one: one[0] or 0)
    if not located:
        return ""
    word = "row" if located[0][1] is None else "line"
    rows = (str(row) if place is None else f"{row} ({place})" for row, place in located)
    return f" {word}{'' if len(located) == 1 else 's'} {', '.join(rows)}"
