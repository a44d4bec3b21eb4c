"""The pure engine alone, on one core: children folded a second, and what an authority's ledger costs to keep and read.

Made-up children of about seven plausible statements each, and of about twenty. Measures nothing of brokers,
databases or decoding.
"""

import gc
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from holdfast.contracts.facts import Described, Fact, Kind, Missing
from holdfast.indicators.contributions import contributions
from holdfast.indicators.journey import journey
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import figures
from holdfast.indicators.series import Steps
from holdfast.indicators.steps import fold

CHILDREN = 2_500
TODAY = date(2025, 6, 14)
_DAY_MICROSECONDS = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()


def child(random: Random, moves: Sequence[int] = (2, 3, 4, 5, 6)) -> list[Fact]:
    """An admission, as many moves as one of `moves`, a legal status, at times a missing episode, often a discharge."""
    day = TODAY.toordinal() - random.randint(30, 3000)
    facts = [
        _fact(
            random,
            Kind.ADMISSION,
            day,
            legal_status=random.choice(("C1", "V2")),
            placement=_placement(random),
            date_of_birth=day - random.randint(30, 5500),
            sex=random.choice(("male", "female")),
            category_of_need=random.choice(("N1", "N1", "N5")),
        )
    ]
    for _ in range(random.choice(moves)):
        day += random.randint(3, 400)
        facts.append(_fact(random, Kind.PLACEMENT_MOVE, day, reason="P", placement=_placement(random)))
    facts.append(_fact(random, Kind.LEGAL_STATUS, day + 20, legal_status="C2"))
    if random.random() < 0.3:
        began = date.fromordinal(day - 2)
        episode = Missing("M", f"{began}T21:00:00Z", f"{began + timedelta(days=1)}T03:00:00Z")
        facts.append(_fact(random, Kind.MISSING_EPISODE, None, missing=episode))
    if random.random() < 0.5:
        facts.append(_fact(random, Kind.DISCHARGE, day + random.randint(30, 900), reason="E4A"))
    return facts


def _placement(random: Random) -> Described:
    return Described(
        random.choice(("U6", "U6", "U4", "U1", "K2", "P1", "T3")),
        random.choice(("PR1", "PR4", "PR5")),
        random.randbytes(8).hex(),
        None,
        12.5,
        True,
        random.randbytes(8).hex(),
    )


def _fact(random: Random, kind: Kind, on: int | None, **said: object) -> Fact:
    recorded_at = ((on or TODAY.toordinal()) - _EPOCH) * _DAY_MICROSECONDS
    return Fact(
        key=random.randbytes(13).hex(),
        system="made-up",
        kind=kind,
        recorded_at=recorded_at,
        first_recorded_at=recorded_at,
        statement=random.randbytes(16),
        on=on,
        **said,  # type: ignore[arg-type]
    )


def best_seconds(run: Callable[[], object], rounds: int) -> float:
    """The fastest of some runs, in processor time: what the code takes when the machine does nothing else."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return min(taken)


def _settled(children: list[Steps]) -> Ledger:
    ledger = Ledger()
    for steps in children:
        ledger.add(steps)
    ledger.settle()
    return ledger


def main() -> None:
    """Print what was measured, a line each."""
    random = Random(14)
    told = [child(random) for _ in range(CHILDREN)]
    gc.collect()
    _folding(told)
    _folding([child(random, range(14, 21)) for _ in range(CHILDREN // 5)])
    children = [fold(facts) for facts in told]
    print(f"steps: {sum(map(len, children)) / CHILDREN:.0f} a child")
    print(f"an authority of {CHILDREN} children added and settled: {best_seconds(lambda: _settled(children), 3):.3f} s")
    tracemalloc.start()
    ledger = _settled(children)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"ledger: {held / CHILDREN:.0f} bytes a child, {held / len(ledger):.1f} an entry")
    _one_child(ledger, children, random)


def _folding(told: list[list[Fact]]) -> None:
    statements = sum(map(len, told)) / len(told)
    journeys = [journey(facts) for facts in told]
    folded, read, contributed = (
        best_seconds(run, 7) / len(told)
        for run in (
            lambda: [fold(facts) for facts in told],
            lambda: [journey(facts) for facts in told],
            lambda: [contributions(one) for one in journeys],
        )
    )
    print(f"fold: {1 / folded:,.0f} children a second ({statements:.1f} statements each)")
    print(f"a child: {read * 1e6:.0f} µs for the journey, {contributed * 1e6:.0f} µs for its steps")


def _one_child(ledger: Ledger, children: list[Steps], random: Random) -> None:
    changed: set[tuple[str, str]] = set()

    def update() -> None:
        ledger.subtract(children[0])
        children[0] = fold(child(random))
        ledger.add(children[0])
        changed.clear()
        changed.update(ledger.settle())

    print(f"one child folded and settled: {best_seconds(update, 20) * 1000:.2f} ms")
    every = best_seconds(lambda: figures(ledger, TODAY, month_ends=24, ahead=12), 10)
    print(f"every figure on 37 days: {every * 1000:.1f} ms")
    some = best_seconds(lambda: figures(ledger, TODAY, month_ends=24, ahead=12, only=changed), 20)
    print(f"the {len(changed)} figures that changed: {some * 1000:.2f} ms")


if __name__ == "__main__":
    main()
