"""Reads figures of a dump of the topic with no service running: the engine's and the twin's.

Run as a command by tests that look at the platform from outside and import nothing of it:
`python tests/offline.py FILE --authority E08000016 --on DAY,DAY` (one event a line, as on the topic, or with `--posted`
as the door takes them) prints `{"engine": [rows], "twin": [rows]}`. Returns are read by `holdfast indicators`.
"""

import argparse
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from holdfast.cli.indicators import figures_on, ledger_of
from holdfast.contracts.events import decode_event
from holdfast.contracts.facts import Fact, fact_of, standing
from holdfast.contracts.unhashed import unhashed
from holdfast.england.residents import residents_of
from tests.reference import Residents, child_of, rows_on


def children_of_events(path: Path, authority: str, *, posted: bool) -> list[list[Fact]]:
    """What stands of each child of an authority in a dump of the topic, or in a file of events to post."""
    said: dict[str, list[Fact]] = defaultdict(list)
    for line in path.read_bytes().splitlines():
        event = unhashed(msgspec.json.decode(line)) if posted else decode_event(line)
        if event.authority == authority:
            said[event.subject].append(fact_of(event))
    return [list(standing(facts).values()) for facts in said.values()]


def main() -> None:
    """Print both readings as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("--on", required=True)
    parser.add_argument("--authority", required=True)
    parser.add_argument("--breakdowns", action="store_true")
    parser.add_argument("--posted", action="store_true")
    asked = parser.parse_args()
    days = [date.fromisoformat(day) for day in asked.on.split(",")]
    children = children_of_events(asked.path, asked.authority, posted=asked.posted)
    lives = [child_of(facts, max(days)) for facts in children]
    residents = residents_of(asked.authority)
    read = {
        "engine": figures_on(ledger_of(children), days, breakdowns=asked.breakdowns, residents=residents),
        "twin": [
            row
            for day in days
            for estimate in [residents(day.toordinal())]
            for row in rows_on(
                lives, day, breakdowns=asked.breakdowns, residents=None if estimate is None else Residents(*estimate)
            )
        ],
    }
    sys.stdout.buffer.write(msgspec.json.encode(read))


if __name__ == "__main__":
    main()
