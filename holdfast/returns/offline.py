"""The facts of a reading as the engine takes them, without a door: same data, all recorded at one instant.

Names stay as they are and the normalised postcode stands for its hash: *same place* comes out the same either way.
"""

from collections import defaultdict
from datetime import datetime

from holdfast.contracts.door_rules import utc
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, fact_of
from holdfast.contracts.unhashed import unhashed
from holdfast.returns.reading import Reading
from holdfast.returns.wanted import WantedFact

SYSTEM = "ssda903"


def facts_offline(reading: Reading, authority: str, recorded_at: datetime) -> dict[str, list[Fact]]:
    """Every child's facts, by the child's reference; `recorded_at` is an aware instant."""
    recorded = utc(recorded_at)
    children: dict[str, list[Fact]] = defaultdict(list)
    for wanted in reading.facts:
        children[wanted.subject].append(fact_of(_event(wanted, authority, recorded)))
    return dict(children)


def _event(wanted: WantedFact, authority: str, recorded: str) -> AnyEvent:
    return unhashed(
        {
            "type": wanted.type,
            "id": wanted.fact,
            "source": f"/authorities/{authority}/systems/{SYSTEM}",
            "subject": wanted.subject,
            "fact": wanted.fact,
            "recordedtime": recorded,
            "data": wanted.data,
        }
    )
