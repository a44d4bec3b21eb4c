"""The topics, with their partitions and cleanup, and which partition an authority's events belong to."""

import zlib

from msgspec import Struct

EVENTS = "care.events"
REJECTED = "care.rejected"
INDICATORS = "care.indicators"
TARGETS = "care.targets"
ALERTS = "care.alerts"
# Faust names a table's changelog after the application and the table.
CHANGELOG = "metrics-children-changelog"

_DAY_MS = 24 * 60 * 60 * 1000


class Topic(Struct, frozen=True):
    """A topic as declared by the setup step: `config` are the broker's names and values."""

    name: str
    partitions: int
    config: dict[str, str]


def topics(partitions: int, *, compaction_lag_ms: int = _DAY_MS, rejected_retention_days: int = 30) -> list[Topic]:
    """Every topic. `partitions` is that of `care.events` and of the changelog, fixed when they are made."""
    compact = {"cleanup.policy": "compact"}
    kept_for_ever = compact | {
        "delete.retention.ms": str(30 * _DAY_MS),
        "max.compaction.lag.ms": str(compaction_lag_ms),
        "segment.ms": str(compaction_lag_ms),
        "min.insync.replicas": "1",
    }
    return [
        Topic(EVENTS, partitions, kept_for_ever),
        Topic(CHANGELOG, partitions, kept_for_ever),
        Topic(REJECTED, 1, {"cleanup.policy": "delete", "retention.ms": str(rejected_retention_days * _DAY_MS)}),
        Topic(INDICATORS, 1, compact),
        Topic(TARGETS, 1, compact),
        Topic(ALERTS, 1, compact),
    ]


def partition_of(authority: str, partitions: int) -> int:
    """The partition of `care.events` that holds all of an authority's events, tombstones included."""
    return zlib.crc32(authority.encode()) % partitions
