"""What a golden journey is: what a case system says of made-up children, and what the door must then answer.

What is said is put into words in `said.py`. Nothing here reckons a figure.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct

from holdfast.cli.conformance.said import Said
from holdfast.contracts.figures import Period
from holdfast.indicators.effects import days_around

# Not an indicator: in how many placements a child was in the year that ends on the day.
PLACEMENTS = "placements_in_year"
# Later than anything that is said in a case, so that it outvotes it; the clock of a platform must be past it.
WITHDRAWN_AT = "2019-01-01T00:00:00Z"

_PERIODS: tuple[Period, ...] = ("month", "year_to_date", "rolling_year")

Event = dict[str, Any]


class Name(NamedTuple):
    """One figure of the whole on a day."""

    indicator: str
    period: Period
    on: date

    def is_told(self, on: date) -> bool:
        """Whether a dry run about a day tells of it: of the day itself, and of month ends around it."""
        return self.on == on or (self.indicator != PLACEMENTS and self.on.toordinal() in days_around(on))

    def __str__(self) -> str:
        return " ".join([self.on.isoformat(), self.indicator, *([self.period] if self.period != "on" else [])])


class Counts(NamedTuple):
    """No denominator: a count."""

    numerator: int
    denominator: int | None = None

    def __str__(self) -> str:
        return f"{self.numerator}" if self.denominator is None else f"{self.numerator} of {self.denominator}"


Figures = dict[Name, Counts]


class Case(Struct, frozen=True, kw_only=True):
    """`shows` is the rule in a sentence, `why` why a sender should care; `finds` what does not add up on the last day.

    `figures` has a line a figure: day, indicator, period where it isn't `on` the day, and `n` or `n of d`; they are
    what the case's children come to together.
    """

    name: str
    shows: str
    why: str
    said: tuple[Said, ...]
    figures: str
    finds: tuple[str, ...] = ()

    def lines(self) -> Figures:
        """The figures, read."""
        return dict(line_of(text) for text in map(str.strip, self.figures.splitlines()) if text)

    def days(self) -> list[date]:
        """Days that a dry run has to be about so that every line is told of, the latest first."""
        asked: list[date] = []
        while left := [name for name in self.lines() if not any(name.is_told(day) for day in asked)]:
            asked.append(max(name.on for name in left))
        return asked

    def events(self, source: str, run: str) -> list[Event]:
        """What is said, as posted. Whatever names something is of this run alone, so that runs never meet."""
        return [_event(said, source, f"conform-{run}-{self.name}") for said in self.said]


def line_of(text: str) -> tuple[Name, Counts]:
    """Read one line. Raises ValueError for a word that means nothing."""
    day, indicator, *words = text.split()
    period = next((known for known in _PERIODS if known == words[0]), None)
    numerator, *below = words[1:] if period else words
    if below and (len(below) != 2 or below[0] != "of"):
        raise ValueError(f"{text!r}: {below} is no part of a line")
    counts = Counts(int(numerator), int(below[1]) if below else None)
    return Name(indicator, period or "on", date.fromisoformat(day)), counts


def _event(said: Said, source: str, prefix: str) -> Event:
    event = {
        "specversion": "1.0",
        "id": f"{prefix}-{said.key}",
        "source": source,
        "type": said.type,
        "subject": f"{prefix}-{said.child}",
        "data": said.data,
    }
    optional = {"fact": said.fact, "recordedtime": said.recorded, "time": said.time}
    return event | {name: value for name, value in optional.items() if value is not None}


def withdrawals_of(events: Sequence[Event]) -> list[Event]:
    """Each fact that events state or withdraw, withdrawn: nothing is left of it."""
    facts = dict.fromkeys((event["source"], event["subject"], event.get("fact", event["id"])) for event in events)
    return [
        {
            "specversion": "1.0",
            "id": f"{subject}-withdrawn-{fact}",
            "source": source,
            "type": "care.withdrawal.v1",
            "subject": subject,
            "fact": fact,
            "recordedtime": WITHDRAWN_AT,
            "data": {},
        }
        for source, subject, fact in facts
    ]
