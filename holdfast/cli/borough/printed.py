"""What a council printed of itself, month by month: the figures that a made-up borough like it has to land on.

The months printed do not tie (488 looked after at the end of March, 26 more and 11 fewer, is not the 501 of April):
what is recorded late explains it. So each month's figures are as known on the tenth day of the month after.
"""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from holdfast.cli.laptop.faults import CannotRun
from holdfast.contracts.figures import Period
from holdfast.indicators.catalogue import INDICATORS
from holdfast.runtime.clock import LONDON

KNOWN_ON_DAY = 10


class Figure(Struct, frozen=True):
    """One printed figure of a month end or, of a flow, of the month.

    `percentage` is there where the percentage alone was printed, and the counts are those that make it so.
    """

    indicator: str
    numerator: int
    denominator: int | None = None
    percentage: str | None = None

    @property
    def period(self) -> Period:
        """The period it is read over, as a reading names it."""
        return "on" if INDICATORS[self.indicator].kind == "stock" else "month"

    @property
    def integers(self) -> tuple[int, ...]:
        """The numerator and, of a share, the denominator."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


class Month(Struct, frozen=True):
    """The figures printed of a month."""

    ends_on: date
    figures: tuple[Figure, ...]

    @property
    def known_at(self) -> datetime:
        """What was recorded by then was known when it was printed: the last second, in London, of the tenth day."""
        following = (self.ends_on + timedelta(1)).replace(day=KNOWN_ON_DAY)
        return datetime.combine(following, time(23, 59, 59), LONDON).astimezone(UTC)


class Printed(Struct, frozen=True):
    """The printed months of a council, in order. `begins_on`: where the history of a borough like it begins.

    `children`: how many are looked after at a time, about, in the borough that is made like it.
    """

    name: str
    council: str
    authority: str
    begins_on: date
    children: int
    months: tuple[Month, ...]

    @property
    def begins_at(self) -> datetime:
        """The instant at which the first printed month begins."""
        return datetime.combine(self.months[0].ends_on.replace(day=1), time(), LONDON).astimezone(UTC)

    @property
    def ends_on(self) -> date:
        """The last day that may still be told of when the last month is printed."""
        return self.months[-1].known_at.date()

    @property
    def integers(self) -> tuple[int, ...]:
        """Every printed number, month by month."""
        return tuple(number for month in self.months for figure in month.figures for number in figure.integers)

    def label(self, place: int) -> str:
        """Which number stands at a place of `integers`, in words."""
        labels = [
            f"{INDICATORS[figure.indicator].title}, {month.ends_on:%B %Y}{part}"
            for month in self.months
            for figure in month.figures
            for part in ("", " (of)")[: len(figure.integers)]
        ]
        return labels[place]


def _month(ends_on: date, stable: str, moved: str, admitted: int, left: int, *others: Figure) -> Month:
    return Month(
        ends_on,
        (
            _share("long_term_stable", stable),
            _share("three_or_more_placements", moved),
            Figure("admissions", admitted),
            Figure("discharges", left),
            *others,
        ),
    )


def _share(indicator: str, text: str, percentage: str | None = None) -> Figure:
    numerator, denominator = map(int, text.split(" of "))
    return Figure(indicator, numerator, denominator, percentage)


# The Corporate Parenting Panel's pack of 22 August 2017, indicators 6.3, 6.4, 8.1 and 8.2, and for June also 6.5, 6.8
# and 8.3, of which it prints the percentage alone.
ROTHERHAM_2017 = Printed(
    name="rotherham-2017",
    council="Rotherham",
    authority="E08000018",
    begins_on=date(2014, 4, 1),
    children=470,
    months=(
        _month(date(2017, 1, 31), "94 of 141", "61 of 470", 9, 21),
        _month(date(2017, 2, 28), "96 of 144", "58 of 483", 26, 14),
        _month(date(2017, 3, 31), "96 of 145", "58 of 488", 23, 18),
        _month(date(2017, 4, 30), "93 of 145", "58 of 501", 26, 11),
        _month(date(2017, 5, 31), "93 of 147", "64 of 504", 14, 12),
        _month(
            date(2017, 6, 30),
            "90 of 145",
            "63 of 522",
            33,
            16,
            _share("family_based", "428 of 522", "82.0%"),
            _share("discharged_to_permanence", "6 of 16", "37.5%"),
            _share("adoptions", "1 of 16", "6.3%"),
        ),
    ),
)

PRINTED = {printed.name: printed for printed in (ROTHERHAM_2017,)}


def printed_by(name: str) -> Printed:
    """The printed months of this name. Raises CannotRun, which says what names there are."""
    if name not in PRINTED:
        raise CannotRun(f"There are no printed figures called {name}; there are: {', '.join(PRINTED)}.")
    return PRINTED[name]
