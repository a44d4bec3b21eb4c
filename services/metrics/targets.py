"""The targets of every authority, as last set, and how a reading is rated by the one in force on its day."""

from collections.abc import Callable
from datetime import date

import msgspec

from holdfast.contracts.figures import WHOLE, MonthEnd, Rating, Reading
from holdfast.contracts.targets import Target, Targets
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.rating import rate, target_in_force
from holdfast.indicators.reading import FigureReadings
from holdfast.indicators.values import is_withheld

_decode = msgspec.json.Decoder(Targets).decode


class TargetBook:
    """Targets by authority and indicator. `changed` is told of both when one is set."""

    def __init__(self, changed: Callable[[str, str], None] = lambda authority, indicator: None) -> None:
        self._targets: dict[tuple[str, str], list[Target]] = {}
        self._changed = changed

    def note(self, key: bytes, value: bytes | None) -> None:
        """Take in a record of the targets' topic. What is not an indicator of ours (residents) is passed by."""
        authority, _, indicator = key.decode().partition("/")
        if indicator not in INDICATORS:
            return
        if value is None:
            self._targets.pop((authority, indicator), None)
        else:
            self._targets[authority, indicator] = _decode(value).targets
        self._changed(authority, indicator)

    def in_force(self, authority: str, indicator: str, on: date) -> Target | None:
        """The target of the whole authority for an indicator on a day."""
        return target_in_force(self._targets.get((authority, indicator), ()), on)

    def rated(self, authority: str, figure: FigureReadings, today: date) -> FigureReadings:
        """The figure with its colours: each reading by the target in force on its day. A cell has none of its own."""
        if figure.breakdown != WHOLE or (authority, figure.indicator) not in self._targets:
            return figure
        ends = {
            name: [MonthEnd(end.on, self._rate(authority, figure, end.on, end.readings)) for end in held]
            for name, held in (("month_ends", figure.month_ends), ("ahead", figure.ahead))
        }
        readings = self._rate(authority, figure, today, figure.readings)
        return msgspec.structs.replace(figure, readings=readings, **ends)

    def _rate(self, authority: str, figure: FigureReadings, on: date, readings: list[Reading]) -> list[Reading]:
        target = self.in_force(authority, figure.indicator, on)
        if target is None:
            return readings
        return [msgspec.structs.replace(reading, rating=_rated(reading, target)) for reading in readings]


def _rated(reading: Reading, target: Target) -> Rating | None:
    """A value that is withheld has no colour."""
    return None if is_withheld(reading) else rate(reading.numerator, reading.denominator, target)
