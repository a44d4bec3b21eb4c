"""Reads figures with no service running: the engine's and the twin's, over returns or over a dump of the topic.

Run as a command by tests that look at the platform from outside and import nothing of it:
`python tests/offline.py returns FOLDER --on DAY,DAY` or `python tests/offline.py events FILE --on DAY` (one event a
line, as they are on the topic) prints `{"engine": [rows], "twin": [rows]}`.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.figures import Row
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold
from holdfast.returns import facts_offline, read_returns
from tests.reference import child_of, rows_on

# Any instant will do: everything in a reading of returns is recorded at one.
RECORDED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def children_of_events(path: Path, authority: str) -> list[list[Fact]]:
    """What stands of each child of an authority in a dump of the topic."""
    said: dict[str, list[Fact]] = defaultdict(list)
    for line in path.read_bytes().splitlines():
        event = decode_event(line)
        if event.authority == authority:
            said[event.subject].append(fact_of(event))
    return [list(standing(facts).values()) for facts in said.values()]


def children_of_returns(paths: list[Path], authority: str) -> list[list[Fact]]:
    """What stands of each child in a set of returns."""
    return list(facts_offline(read_returns(paths), authority, RECORDED_AT).values())


def engine_rows(children: Iterable[Iterable[Fact]], days: list[date], breakdowns: bool) -> list[Row]:
    """The figures as the platform's own code reads them."""
    ledger = Ledger()
    for facts in children:
        ledger.add(fold(facts))
    ledger.settle()
    return [row for day in days for row in rows(ledger, day, breakdowns=breakdowns)]


def main() -> None:
    """Print both readings as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["returns", "events"])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--on", required=True)
    parser.add_argument("--authority", default="")
    parser.add_argument("--breakdowns", action="store_true")
    parser.add_argument("--without-twin", action="store_true")
    asked = parser.parse_args()
    days = [date.fromisoformat(day) for day in asked.on.split(",")]
    if asked.what == "returns":
        children = children_of_returns(asked.paths, asked.authority)
    else:
        children = children_of_events(asked.paths[0], asked.authority)
    read = {"engine": engine_rows(children, days, asked.breakdowns)}
    if not asked.without_twin:
        lives = [child_of(facts, max(days)) for facts in children]
        read["twin"] = [row for day in days for row in rows_on(lives, day, breakdowns=asked.breakdowns)]
    sys.stdout.buffer.write(msgspec.json.encode(read))


if __name__ == "__main__":
    main()
