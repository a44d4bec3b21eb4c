"""The borough's own truth: what happened to each child as facts, with no lateness and no mistake in them."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

from holdfast.cli.borough.lives import MISSING, Life
from holdfast.cli.borough.telling import event_of, instant


def true_events(source: str, life: Life) -> Iterator[dict[str, Any]]:
    """Each fact of a life, stated once, right, and at once: events as the door takes them."""
    for happening in life.happenings:
        at = datetime.combine(happening.on, time(), UTC)
        yield event_of(source, life.child, happening.name, "", happening.type, at, happening.data)
    for absence in life.absences:
        said: dict[str, Any] = {"kind": absence.kind, "from": instant(absence.begins_at)}
        if absence.ends_at is not None:
            said["until"] = instant(absence.ends_at)
        if absence.interview is not None:
            said["return_interview"] = absence.interview
        yield event_of(source, life.child, absence.name, "", MISSING, absence.ends_at or absence.begins_at, said)
