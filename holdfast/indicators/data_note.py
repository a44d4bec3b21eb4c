"""A drafted note on moves to the very placement that a child was in: how many, how they are read, and what hangs on it.

A paragraph for people to copy and change. The numbers are the engine's: the figures with and without the reading.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Literal

from msgspec import UNSET, Struct

from holdfast.contracts.effects import Counts
from holdfast.contracts.facts import Fact
from holdfast.contracts.figures import Period, Reading
from holdfast.indicators.accounts import account
from holdfast.indicators.calendar import financial_year_start, month_start
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import Choices, definitions
from holdfast.indicators.effects import Figures, Name, changes, figures_of
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import Residents
from holdfast.indicators.rewriting import read_of, restarts_apart
from holdfast.indicators.steps import fold
from holdfast.indicators.values import printed
from holdfast.indicators.wording import some, spoken

CODE = "spurious-restart"
Over = Literal["year", "month"]
_FLOWS: dict[Over, Period] = {"year": "year_to_date", "month": "month"}


class Span(Struct, frozen=True):
    """What a note is about: the financial year or the month from `begins` to `on`, both with them."""

    over: Over
    begins: date
    on: date

    @property
    def words(self) -> str:
        """`2017/18`, `June 2017`."""
        if self.over == "month":
            return f"{self.on:%B %Y}"
        return f"{self.begins.year}/{(self.begins.year + 1) % 100:02d}"

    def has(self, day: int | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.begins.toordinal() <= day <= self.on.toordinal()


class NoteFigure(Struct, frozen=True):
    """A figure as it reads, and as it would were the moves counted."""

    indicator: str
    title: str
    period: Period
    reads: Counts
    would_read: Counts


class DataNote(Struct, frozen=True, kw_only=True):
    """The note. `moves`: restarts in the span, of so many `children`; `accepted`: of them, those so decided on."""

    over: Over
    begins: date
    on: date
    moves: int
    children: int
    accepted: int
    definitions: str
    figures: list[NoteFigure]
    text: str


def span_to(on: date, over: Over) -> Span:
    """The part of a financial year, or of a month, up to a day."""
    begins = (financial_year_start if over == "year" else month_start)(on.toordinal())
    return Span(over, date.fromordinal(begins), on)


class Counting:
    """Takes children with restarts one by one, and adds up what the figures would be were these counted as moves."""

    def __init__(self, span: Span, choices: Choices, residents: Residents | None, figures: Figures) -> None:
        self._span, self._choices, self._residents = span, choices, residents
        self._reads, self._would_read = figures, dict(figures)
        self._moves = self._children = 0

    def take(self, facts: Collection[Fact], restarts: Collection[str]) -> None:
        """A child: what stands of it, and the facts that are its restarts in the span."""
        self._moves += len(restarts)
        self._children += 1
        day = self._span.on.toordinal()
        read = read_of(tuple(facts), account(facts, self._choices), day)
        before, after = (self._alone(each, day) for each in (facts, restarts_apart(restarts)(read)))
        # What changes is told of each child; here only what it all comes to is asked for.
        for _ in changes(before, after, self._span.on, self._would_read):
            pass

    def _alone(self, facts: Iterable[Fact], day: int) -> Figures:
        alone = Ledger()
        alone.add(fold(facts, self._choices))
        return figures_of(alone, [day], self._residents)

    def note(self, accepted: int) -> DataNote:
        """The note on all that were taken."""
        span, figures = self._span, list(self._figures())
        return DataNote(
            over=span.over,
            begins=span.begins,
            on=span.on,
            moves=self._moves,
            children=self._children,
            accepted=accepted,
            definitions=definitions(self._choices),
            figures=figures,
            text=_text(span, self._moves, self._children, accepted, figures, self._choices),
        )

    def _figures(self) -> Iterator[NoteFigure]:
        for name, counts in self._would_read.items():
            if counts != self._reads[name] and self._is_of_span(name):
                title = INDICATORS[name.indicator].title
                yield NoteFigure(name.indicator, title, name.period, self._reads[name], counts)

    def _is_of_span(self, name: Name) -> bool:
        return name.period in ("on", _FLOWS[self._span.over])


def _text(
    span: Span, moves: int, children: int, accepted: int, figures: Collection[NoteFigure], choices: Choices
) -> str:
    if not moves:
        if choices.spurious_restart == "counted":
            return f"In {span.words}, moves to the very placement that a child was already in are counted as moves."
        return f"In {span.words}, no move was recorded to the very placement that the child was already in."
    were = "was" if moves == 1 else "were"
    said = [
        f"In {span.words}, {some(moves, 'move')} of {some(children, 'child', 'children')} {were} recorded to the very "
        "placement that the child was already in: the same placement, or the same kind of placement with the same "
        "provider at the same address.",
        f"{'It is' if moves == 1 else 'Each is'} treated as the placement going on, and not counted as a move "
        f"(definitions {definitions(choices)}).",
    ]
    if accepted:
        said.append(f"{accepted} of these {'has' if accepted == 1 else 'have'} been looked at and accepted so.")
    if not figures:
        said.append(f"Counted as moves, they would change no figure of the whole authority at {_day(span.on)}.")
    else:
        said.append(f"Without this, {'; '.join(_would_read(each, span) for each in figures)}.")
    return " ".join(said)


def _would_read(figure: NoteFigure, span: Span) -> str:
    when = "at" if figure.period == "on" else f"in the {span.over} to"
    title = figure.title[0].lower() + figure.title[1:]
    return (
        f"{title} {when} {_day(span.on)} would read {_value(figure, figure.would_read)} instead of "
        f"{_value(figure, figure.reads)}"
    )


def _value(figure: NoteFigure, counts: Counts) -> str:
    unknown = None if counts.unknown is UNSET else counts.unknown
    shown = printed(
        Reading(figure.period, counts.numerator, counts.denominator, unknown=unknown), INDICATORS[figure.indicator].per
    )
    if counts.denominator is None:
        return shown or "nothing"
    return f"{shown or 'no value'} ({counts.numerator:,} of {counts.denominator:,})"


def _day(on: date) -> str:
    return spoken(on.toordinal())
