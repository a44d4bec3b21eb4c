"""What a simulated borough tells against what truly happened: the engine's figures of the one, the twin's of the other.

The truth is counted in plain loops, with no lateness in it; what was told, shuffled and repeated, as a platform would.
`python -m tests.boroughs` does so for five whole councils, on month ends of two years and days of no account.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from holdfast.cli.borough import Borough, days, lives_by, true_events
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.unhashed import unhashed
from holdfast.indicators.steps import fold
from tests.against_twin import counted_on, ledger_of
from tests.reference import Counts, child_of, counts_of, tally_on
from tests.reference_journey import months_after

Events = list[dict[str, Any]]

SEEDS = range(1, 6)
_CHILDREN, _MONTH_ENDS, _OTHER_DAYS = 400, 24, 24


def facts_by_child(events: Iterable[dict[str, Any]]) -> dict[str, list[Fact]]:
    """What stands of each child once all of these have come, in whatever order."""
    said: dict[str, list[Fact]] = defaultdict(list)
    for event in events:
        said[event["subject"]].append(fact_of(unhashed(event)))
    return {child: list(standing(facts).values()) for child, facts in said.items()}


def everything_told(borough: Borough, until: date) -> Events:
    """Every posting about what happens up to a day, those of the months after it too; repeated ones again."""
    return [posting.event for day in days(borough, until) for posting in day.postings]


def the_truth(borough: Borough, until: date) -> Events:
    """What has truly happened by the end of a day."""
    return [event for life in lives_by(borough, until) for event in true_events(borough.source, life)]


def engines(told: Events, on: Sequence[date], random: Random) -> list[Counts]:
    """What the engine counts on each of the days once these have come, in a random order."""
    ledger = ledger_of(fold(facts) for facts in facts_by_child(random.sample(told, len(told))).values())
    ledger.settle()
    return counted_on(ledger, on)


def twins(truth: Events, on: Sequence[date]) -> list[Counts]:
    """What the twin counts on each of the days."""
    children = [child_of(facts, max(on)) for facts in facts_by_child(truth).values()]
    return [counts_of(tally_on(children, day)) for day in on]


def differences(ours: Sequence[Counts], theirs: Sequence[Counts], on: Sequence[date]) -> Iterator[str]:
    """Every figure on which two readings differ, in words."""
    for day, mine, other in zip(on, ours, theirs, strict=True):
        for key in sorted(mine.keys() | other.keys()):
            if mine.get(key) != other.get(key):
                yield f"{day} {' '.join(key)}: {mine.get(key)} is told, {other.get(key)} is true"


def month_ends_to(last: date, many: int) -> list[date]:
    """The last days of so many months, up to that of a day."""
    first_of_next = months_after(last.replace(day=1), 1)
    return [months_after(first_of_next, -back) - timedelta(1) for back in reversed(range(many))]


def main() -> None:
    """Compare five whole councils, and print how much was compared."""
    for seed in SEEDS:
        borough, last = Borough("E08000018", seed, _CHILDREN, date(2020, 4, 1)), date(2026, 3, 31)
        random = Random(seed)
        others = [last - timedelta(random.randrange(5 * 365)) for _ in range(_OTHER_DAYS)]
        on = sorted({*month_ends_to(last, _MONTH_ENDS), *others})
        told, truth = everything_told(borough, last), twins(the_truth(borough, last), on)
        differing = list(differences(engines(told, on, random), truth, on))
        print(
            f"seed {seed}: {len(told):,} postings, {sum(map(len, truth)):,} figures on {len(on)} days, "
            f"{len(differing)} differ",
            flush=True,
        )
        assert not differing, differing[:10]


if __name__ == "__main__":
    main()
