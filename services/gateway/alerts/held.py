"""The state of every alert, as last said on `care.alerts`. Whom it is sent to is in `webhooks.py`."""

import msgspec
from aiokafka import ConsumerRecord

from holdfast.contracts.alerts import Alert

_alert = msgspec.json.Decoder(Alert)


class HeldAlert:
    """One alert with its record's key, bytes and offset."""

    __slots__ = ("alert", "key", "offset", "raw")

    def __init__(self, record: ConsumerRecord) -> None:
        self.key = str(record.key.decode())
        self.offset: int = record.offset
        self.alert = _alert.decode(record.value)
        # Compact: one line, whatever spaces the writer left in it.
        self.raw = msgspec.json.encode(self.alert)


class Alerts:
    """All alerts by authority and rule, in the order they were last said."""

    def __init__(self) -> None:
        self.generation = ""
        self.next_offset = 0
        self._held: dict[str, dict[str, HeldAlert]] = {}

    def start_anew(self, generation: str) -> None:
        """The topic is another one than before: nothing held is its."""
        if self.generation not in ("", generation):
            self._held.clear()
            self.next_offset = 0
        self.generation = generation

    def take(self, record: ConsumerRecord) -> HeldAlert | None:
        """Take one record in; None where it was a tombstone or is held already."""
        self.next_offset = max(self.next_offset, record.offset + 1)
        authority, rule = record.key.decode().split("/", 1)
        of_authority = self._held.setdefault(authority, {})
        held = of_authority.get(rule)
        if held is not None and record.offset <= held.offset:
            return None
        of_authority.pop(rule, None)
        if record.value is None:
            return None
        said = of_authority[rule] = HeldAlert(record)
        return said

    def newer_than(self, authority: str, offset: int) -> list[HeldAlert]:
        """Alerts of an authority said after an offset, the oldest first."""
        return [held for held in self._held.get(authority, {}).values() if held.offset > offset]

    def raised(self, authority: str, indicators: frozenset[str] | None = None) -> list[Alert]:
        """The alerts standing now, the latest first."""
        standing = [held.alert for held in self._held.get(authority, {}).values() if held.alert.state == "raised"]
        wanted = [alert for alert in standing if indicators is None or alert.evidence.indicator in indicators]
        return sorted(wanted, key=lambda alert: alert.since, reverse=True)
