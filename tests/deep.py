"""`make test-deep`: thousands of made-up histories against the twin, more than `make test` has time for.

They are shared out among as many processes as there are processors. What was compared is said as it goes and at the
end; a history that differs is told at once, the others are still compared, and the exit code is then 1.
"""

import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from random import Random
from typing import NamedTuple

from holdfast.indicators.choices import DEFAULTS, Choices
from tests.against_twin import EVERY_DAY_OF_TEN_YEARS, OTHERWISE, assert_agrees, days_of
from tests.factories import facts
from tests.histories import history

# Those before are compared by `make test`.
FIRST, HISTORIES = 200, 20_000
OF_EACH_CHOICE, EVERY_DAY = 500, 200
_AT_A_TIME = 20


class Block(NamedTuple):
    """Histories that one process compares in one go: on their boundaries and some more days, or on every day."""

    seeds: range
    choices: Choices = DEFAULTS
    every_day: bool = False


class Compared(NamedTuple):
    """What a block came to: how many histories and days of them were compared, and those that differ, in words."""

    histories: int
    days: int
    differing: tuple[str, ...]


def blocks() -> list[Block]:
    """All there is to compare, the longest first, so that no process is left with one alone at the end."""
    every_day = [Block(range(seed, seed + 1), every_day=True) for seed in range(EVERY_DAY)]
    of_choices = [Block(seeds, choices) for choices in OTHERWISE.values() for seeds in _shares(range(OF_EACH_CHOICE))]
    return [*every_day, *of_choices, *map(Block, _shares(range(FIRST, FIRST + HISTORIES)))]


def _shares(seeds: range) -> list[range]:
    return [seeds[first : first + _AT_A_TIME] for first in range(0, len(seeds), _AT_A_TIME)]


def compare(block: Block) -> Compared:
    """Every figure of every history of a block, on each of its days."""
    compared = 0
    differing: list[str] = []
    for seed in block.seeds:
        stated = history(seed)
        days = EVERY_DAY_OF_TEN_YEARS if block.every_day else days_of(facts(*stated), Random(seed))
        compared += len(days)
        try:
            assert_agrees(f"history({seed})", stated, days, block.choices)
        except AssertionError as difference:
            differing.append(str(difference))
    return Compared(len(block.seeds), compared, tuple(differing))


def compare_all(given: Iterable[Block], processes: int) -> Compared:
    """Every block, shared out among processes; prints how far it has come."""
    histories, days = 0, 0
    differing: list[str] = []
    # Processes that share nothing with this one.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        waiting = [pool.submit(compare, block) for block in given]
        try:
            for number, done in enumerate(as_completed(waiting), 1):
                one = done.result()
                histories, days = histories + one.histories, days + one.days
                differing += one.differing
                for difference in one.differing:
                    print(f"\nDIFFERS: {difference}\n", flush=True)
                if number * 100 // len(waiting) > (number - 1) * 100 // len(waiting):
                    share = number * 100 // len(waiting)
                    print(f"{share:3} %: {histories:,} histories compared, on {days:,} days of them", flush=True)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    return Compared(histories, days, tuple(differing))


def main() -> int:
    """0 where every figure is what the twin counts."""
    processes = os.cpu_count() or 1
    print(f"Comparing with the twin, {processes} processes side by side.", flush=True)
    try:
        compared = compare_all(blocks(), processes)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        return 130
    print(
        f"against the twin: {compared.histories:,} histories, {compared.days:,} days of a history, "
        f"{len(compared.differing):,} histories that differ"
    )
    return 1 if compared.differing else 0


if __name__ == "__main__":
    sys.exit(main())
