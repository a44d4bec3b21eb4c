"""The simulated borough's postings and its truth, as the facts that the engine and the twin take: without a door."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from holdfast.cli.borough import Borough, days, lives_by, true_events
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.facts import Fact, fact_of, standing


def after_the_door(posted: dict[str, Any]) -> AnyEvent:
    """The event as it would go into Kafka, with its names and its postcode as they are."""
    data = dict(posted["data"])
    if "placement" in data:
        names = {"postcode": "locality"}
        data["placement"] = {names.get(name, name): value for name, value in data["placement"].items()}
    event: AnyEvent = msgspec.convert(posted | {"data": data, "keyid": "test"}, type=AnyEvent)
    return event


def facts_by_child(events: Iterable[dict[str, Any]]) -> dict[str, list[Fact]]:
    """What stands of each child once all of these have come, in whatever order."""
    said: dict[str, list[Fact]] = defaultdict(list)
    for event in events:
        said[event["subject"]].append(fact_of(after_the_door(event)))
    return {child: list(standing(facts).values()) for child, facts in said.items()}


def everything_told(borough: Borough, until: date) -> list[dict[str, Any]]:
    """Every posting about what happens up to a day, those of the months after it too; repeated ones again."""
    return [posting.event for day in days(borough, until) for posting in day.postings]


def the_truth(borough: Borough, until: date) -> list[dict[str, Any]]:
    """What has truly happened by the end of a day."""
    return [event for life in lives_by(borough, until) for event in true_events(borough.source, life)]
