"""Alerts as states: which of an authority's thresholds are crossed today. Knows no child, and tells nobody itself.

The last state of each rule is read back from the topic before any is said, so that a restart raises nothing twice.
"""

from datetime import date

import msgspec

from holdfast.contracts.alerts import Alert, Evidence
from holdfast.contracts.targets import Target
from holdfast.indicators.choices import DEFAULTS, Choices, definitions
from holdfast.indicators.reading import FigureReadings

# The reading that a rule watches: a stock's today, a flow's over the year that ends today.
_WATCHED = ("on", "rolling_year")

_decode = msgspec.json.Decoder(Alert).decode


class AlertBook:
    """The last state of each rule, by its key."""

    def __init__(self, choices: Choices = DEFAULTS) -> None:
        self._definitions = definitions(choices)
        self._states: dict[bytes, Alert] = {}

    def note(self, key: bytes, value: bytes | None) -> None:
        """Take in a record of the alerts' topic, our own included."""
        if value is None:
            self._states.pop(key, None)
        else:
            self._states[key] = _decode(value)

    def judge(
        self, authority: str, figure: FigureReadings, target: Target | None, today: date, instant: str
    ) -> Alert | None:
        """The new state of `indicator.red` where it changes; `figure` is a whole authority's, rated.

        Raised when the watched reading becomes red, cleared when it is no longer, or when no target is in force.
        A figure without a reading (of residents nobody has estimated) changes nothing.
        """
        reading = next((item for item in figure.readings if item.period in _WATCHED), None)
        if reading is None:
            return None
        rule = f"{figure.indicator}.red"
        held = self._states.get(f"{authority}/{rule}".encode())
        red = reading.rating == "red"
        if red == (held is not None and held.state == "raised"):
            return None
        target = target or (held.evidence.target if held else None)
        assert target is not None, "only a target makes a reading red"
        evidence = Evidence(figure.indicator, today, reading, target)
        alert = Alert(authority, rule, "raised" if red else "cleared", instant, evidence, self._definitions)
        self._states[alert.key] = alert
        return alert
