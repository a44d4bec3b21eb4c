"""The pure engine alone: children folded a second, what very many children's figures take, what reading takes.

Nothing of brokers, databases or decoding is measured. Seconds are of the wall clock where processes work side by side,
else of the processor, the best of several runs; `python -m tests.load.bench_engine --children N` for others than
500,000.
"""

import argparse
import gc
import pickle
import resource
import time
import tracemalloc
from collections.abc import Callable
from datetime import date

import numpy as np

from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import WHOLE
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.contributions import contributions_of_each
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.parts import FIGURES
from holdfast.indicators.reading import figures, readings_on
from holdfast.indicators.steps import Steps, fold, fold_each
from tests.load.bench_engine_bulk import PROCESSES, Folded, fold_in_processes
from tests.load.bench_engine_children import LAST, PLACEMENTS_MEAN, STATEMENTS_MEAN, some_children
from tests.load.bench_engine_sql import Counts, Queried, query

CHILDREN, DISTINCT = 500_000, 20_000
FOLDED = 4_000
AUTHORITIES = (1_000, 10_000)
TODAY = date.fromordinal(LAST)
MONTH_ENDS = month_ends_to(LAST, 120)
WHOLES = [(code, WHOLE) for code in INDICATORS]


def best_seconds(run: Callable[[], object], rounds: int) -> float:
    """The fastest of some runs, in processor time: what the code takes when the machine does nothing else."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> None:
    """Print what was measured, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=CHILDREN)
    asked = parser.parse_args()
    told = some_children(max(AUTHORITIES), seed=14)
    gc.collect()
    gc.freeze()
    _folding(told[:FOLDED])
    steps = list(fold_each(told))
    for size in AUTHORITIES:
        _authority(steps[:size], told)
    _very_many(asked.children)


def _folding(told: list[list[Fact]]) -> None:
    journeys = [journey(facts) for facts in told]
    placements, statements = (sum(len(one.placements) for one in journeys), sum(map(len, told)))
    if (placements, statements) != (PLACEMENTS_MEAN * len(told), STATEMENTS_MEAN * len(told)):
        raise SystemExit(f"The made-up children have {placements} placements and {statements} statements.")
    folded, alone, read, contributed = (
        best_seconds(run, 7) / len(told)
        for run in (
            lambda: list(fold_each(told)),
            lambda: [fold(facts) for facts in told],
            lambda: [journey(facts) for facts in told],
            lambda: contributions_of_each(journeys),
        )
    )
    print(f"made-up children: a mean of {placements / len(told):g} placements, {statements / len(told):g} statements")
    print(f"facts to steps: {1 / folded:,.0f} children a second on one core; one by one {1 / alone:,.0f}")
    print(f"a child: {read * 1e6:.1f} µs for the journey, {contributed * 1e6:.1f} µs for its steps")


def _authority(children: list[Steps], told: list[list[Fact]]) -> None:
    tracemalloc.start()
    ledger = _settled(children)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    settled = best_seconds(lambda: _settled(children), 3)
    print(f"\nan authority of {len(children):,} children, {sum(map(len, children)) / len(children):.1f} steps each:")
    print(f"  added and settled: {settled:.3f} s, {settled / len(children) * 1e6:.1f} µs a child")
    print(f"  its ledger: {held / len(children):,.0f} bytes a child, {held / len(ledger):.1f} an entry")
    _reading(ledger)
    every = best_seconds(lambda: figures(ledger, TODAY, month_ends=24, ahead=12), 10)
    print(f"  every figure and cell on 37 days: {every * 1000:.1f} ms")
    _one_child(ledger, children, told)


def _settled(children: list[Steps]) -> Ledger:
    ledger = Ledger()
    for steps in children:
        ledger.add(steps)
    ledger.settle()
    return ledger


def _reading(ledger: Ledger) -> None:
    slowest = max(best_seconds(lambda: list(readings_on(ledger, [LAST], [cell])), 5) for cell in FIGURES)  # noqa: B023
    wholes = best_seconds(lambda: list(readings_on(ledger, MONTH_ENDS, WHOLES)), 10)
    print(f"  one figure on one day: {slowest * 1000:.3f} ms (the slowest of {len(FIGURES)})")
    print(f"  all {len(WHOLES)} whole-authority figures on {len(MONTH_ENDS)} month ends: {wholes * 1000:.1f} ms")


def _one_child(ledger: Ledger, children: list[Steps], told: list[list[Fact]]) -> None:
    changed: set[tuple[str, str]] = set()
    others = iter(told)
    now = children[0]

    def update() -> None:
        nonlocal now
        ledger.subtract(now)
        now = fold(next(others))
        ledger.add(now)
        changed.clear()
        changed.update(ledger.settle())

    print(f"  one child folded anew and settled: {best_seconds(update, 100) * 1000:.2f} ms")
    some = best_seconds(lambda: figures(ledger, TODAY, month_ends=24, ahead=12, only=changed), 20)
    print(f"  the {len(changed)} figures that changed, on 37 days: {some * 1000:.2f} ms")


def _very_many(children: int) -> None:
    shares = fold_in_processes(children, DISTINCT, rows_too=True)
    began = time.perf_counter()
    ledger = _together(shares)
    added = time.perf_counter() - began
    read = list(readings_on(ledger, MONTH_ENDS))
    reading = time.perf_counter() - began - added
    folding = max(share.elapsed_seconds for share in shares)
    processor = sum(share.processor_seconds for share in shares) / children
    peak = max(share.peak_bytes for share in shares) / 1e6
    # The kernel counts the peak in kilobytes.
    own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"\n{children:,} children in one ledger, folded by {PROCESSES} processes")
    print(f"  ({DISTINCT:,} made-up children told of again with later days; making facts is left out of the time):")
    print(f"  facts to steps to a ledger each: {folding:.2f} s, {processor * 1e6:.1f} µs of a processor a child")
    print(f"  the ledgers unpickled and added up: {added:.2f} s")
    print(f"  all {len(read)} figures and cells read on {len(MONTH_ENDS)} month ends: {reading:.2f} s")
    print(f"  together: {folding + added + reading:.2f} s")
    print(f"  the ledger: {len(ledger):,} entries, {8 * len(ledger) / children:.0f} bytes a child")
    print(f"  peak memory: {peak:,.0f} MB for a folding process, {own_peak:,.0f} MB for this one")
    _reading(ledger)
    periods, stays = (np.concatenate(rows) for rows in zip(*[(one.periods, one.stays) for one in shares], strict=True))
    _beside(query(periods, stays, MONTH_ENDS), ledger)


def _together(shares: list[Folded]) -> Ledger:
    ledger = Ledger()
    for share in shares:
        ledger.add_ledger(pickle.loads(share.ledger))
    ledger.settle()
    return ledger


def _beside(queried: Queried | None, ledger: Ledger) -> None:
    """What SQL takes for the headline figures, and whether it counts the same."""
    if queried is None:
        print("\nDuckDB is not here, so nothing is set beside it: `make bench-engine` installs it.")
        return
    print(
        f"\nDuckDB {queried.version}, {PROCESSES} threads, the same children, placements given, whole authority only:"
    )
    for (code, role), seconds in queried.seconds.items():
        print(f"  {code}, {role}: {seconds:.2f} s")
    print(f"  together: {sum(queried.seconds.values()):.2f} s for {len(queried.seconds)} of the counts")
    ours = _headlines(ledger)
    differing = sum(
        one != other for key, found in queried.counts.items() for one, other in zip(found, ours[key], strict=True)
    )
    if differing:
        raise SystemExit(f"{differing} counts of DuckDB's are not ours.")
    print(f"  all {sum(map(len, queried.counts.values()))} of its counts equal ours")


def _headlines(ledger: Ledger) -> Counts:
    counts: Counts = {}
    for (code, _), by_day in readings_on(ledger, MONTH_ENDS, WHOLES):
        # A stock has one reading a day; of a flow's the rolling year is the last.
        counts[code, "numerator"] = [readings[-1].numerator for readings in by_day if readings]
        counts[code, "denominator"] = [readings[-1].denominator or 0 for readings in by_day if readings]
    return counts


if __name__ == "__main__":
    main()
