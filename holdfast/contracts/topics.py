"""The topics, with their partitions and cleanup, and which partition an authority's events belong to."""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta

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


def topics(
    partitions: int,
    *,
    compaction_lag_ms: int = _DAY_MS,
    tombstone_retention_ms: int = 30 * _DAY_MS,
    rejected_retention_days: int = 30,
) -> list[Topic]:
    """Every topic. `partitions` is that of `care.events` and of the changelog, fixed when they are made."""
    compact = {"cleanup.policy": "compact"}
    kept_for_ever = compact | {
        "delete.retention.ms": str(tombstone_retention_ms),
        "max.compaction.lag.ms": str(compaction_lag_ms),
        "segment.ms": str(compaction_lag_ms),
        "min.insync.replicas": "1",
    }
    # Whole files are removed: one that took records for a week would keep the first of them a week longer.
    kept_for_a_time = {
        "cleanup.policy": "delete",
        "retention.ms": str(rejected_retention_days * _DAY_MS),
        "segment.ms": str(_DAY_MS),
    }
    return [
        Topic(EVENTS, partitions, kept_for_ever),
        Topic(CHANGELOG, partitions, kept_for_ever),
        Topic(REJECTED, 1, kept_for_a_time),
        Topic(INDICATORS, 1, compact),
        Topic(TARGETS, 1, compact),
        Topic(ALERTS, 1, compact),
    ]


# The broker's cleaner has many files to see to: it is given this long once it must clean one.
_CLEANING = timedelta(minutes=15)
_LONGEST_SLACK = timedelta(minutes=1)
# A time longer than this is none: the broker's word for "never" is nearly three hundred million years.
_NEVER_MS = 10 * 366 * _DAY_MS


class Erasing(Struct, frozen=True):
    """What a compacted topic's own settings say of how long what was erased lies in the broker's files.

    A file is closed when a record comes in after `segment`, and only a closed one is cleaned: so somebody sends one at
    `closes_at`. From `lag` on it must be cleaned, and the values are gone. The tombstones, which name what was erased,
    stay `retention` for whoever reads late, and go when the next file is closed and cleaned.
    """

    segment: timedelta
    lag: timedelta
    retention: timedelta

    @classmethod
    def of(cls, config: Mapping[str, str]) -> "Erasing | None":
        """From the broker's settings of a topic; None where it sets no bound."""
        names = ("segment.ms", "max.compaction.lag.ms", "delete.retention.ms")
        times = [int(config[name]) for name in names if name in config]
        if len(times) < len(names) or max(times) > _NEVER_MS or "compact" not in config.get("cleanup.policy", ""):
            return None
        return cls(*(timedelta(milliseconds=time) for time in times))

    @property
    def _slack(self) -> timedelta:
        return min(self.segment, _LONGEST_SLACK)

    def closes_at(self, erased_at: datetime) -> datetime:
        """From when on a record closes the files that hold what was erased."""
        return erased_at + self.segment + self._slack

    def values_gone_by(self, erased_at: datetime) -> datetime:
        """By when what was erased is in no file any more."""
        return self.closes_at(erased_at) + self._slack + self.lag + _CLEANING

    def closes_again_at(self, erased_at: datetime) -> datetime:
        """From when on a record closes the files that hold the tombstones, which may then go."""
        return self.values_gone_by(erased_at) + self.retention

    def names_gone_by(self, erased_at: datetime) -> datetime:
        """By when nothing names what was erased, the tombstones neither."""
        return self.closes_again_at(erased_at) + self._slack + self.lag + _CLEANING


def nobodys_key(authority: str) -> bytes:
    """The key of a statement that never was, of a child that never was: erasing it closes files and changes nothing."""
    return f"{authority}/{'a' * 26}/{'0' * 32}".encode()


def partition_of(authority: str, partitions: int) -> int:
    """The partition of `care.events` that holds all of an authority's events, tombstones included."""
    return zlib.crc32(authority.encode()) % partitions
