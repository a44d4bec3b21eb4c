"""What pages and files show of frozen packs, worded, with the colours by the pack's own targets. Asks nobody."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, Struct

from holdfast.contracts.figures import WHOLE, Period, Rating, Reading, Row
from holdfast.contracts.packs import Kept, Pack, PackDifference, PackTold, key_of
from holdfast.contracts.targets import Target
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.parts import is_broken_down
from holdfast.indicators.rating import rate
from holdfast.indicators.values import is_withheld
from services.gateway.figures.views import Number, RatingWords, aim_words, number, rating_words
from services.gateway.presentation import PERIODS, Words, breakdown_words, dimensions, groups, words

_CAUSES = {
    "erased": "Erased since",
    "estimate": "Another estimate of residents",
    "gone": "No longer made",
    "fault": "Nothing explains it",
}


class FigureShown(Struct, frozen=True):
    """One figure of a pack: an indicator in a cell over a period."""

    indicator: str
    breakdown: str
    period: Period
    words: Words
    number: Number
    rating: RatingWords | None
    aim: str
    is_broken_down: bool


class DifferenceShown(Struct, frozen=True):
    """A figure that a re-run has otherwise, with each of its numbers that is another."""

    title: str
    cell: str
    period: str
    cause: str
    numbers: list[tuple[str, Kept]]


def reading_in(row: Row) -> Reading:
    """A row of a pack as a reading."""
    return Reading(
        row.period or "on",
        row.numerator,
        row.denominator,
        unknown=None if row.unknown is UNSET else row.unknown,
        mid_year=None if row.mid_year is UNSET else row.mid_year,
    )


def rating_in(row: Row, targets: Mapping[str, Target]) -> Rating | None:
    """The colour of a figure of the whole by the targets it was frozen with; a cell has none of its own."""
    target = targets.get(row.indicator)
    if target is None or row.breakdown is not None or is_withheld(reading_in(row)):
        return None
    return rate(row.numerator, row.denominator, target)


def figure_shown(row: Row, targets: Mapping[str, Target]) -> FigureShown:
    """A row of a pack, worded."""
    indicator, breakdown, period = key_of(row)
    said, target = words(indicator), targets.get(indicator) if row.breakdown is None else None
    per = None if row.denominator is None else said.per
    return FigureShown(
        indicator,
        breakdown,
        period,
        said,
        number(reading_in(row), said, target),
        rating_words(rating_in(row, targets), target, per),
        aim_words(target, per),
        indicator in INDICATORS and is_broken_down(indicator),
    )


def whole_shown(told: PackTold) -> list[tuple[str, list[FigureShown]]]:
    """The figures of the whole authority in the parts of the scorecard; those known no longer at the end."""
    rows = [row for row in told.figures if row.breakdown is None]
    placed = [(name, [row for code in codes for row in rows if row.indicator == code]) for name, codes in _parts(rows)]
    return [(name, [figure_shown(row, told.targets) for row in held]) for name, held in placed if held]


def _parts(rows: Sequence[Row]) -> list[tuple[str, Sequence[str]]]:
    known = groups()
    placed = {code for codes in known.values() for code in codes}
    older = dict.fromkeys(row.indicator for row in rows if row.indicator not in placed)
    return [*known.items(), ("Made no longer", tuple(older))]


def cells_shown(told: PackTold, indicator: str) -> list[tuple[str, list[tuple[str, list[FigureShown]]]]]:
    """The breakdowns of an indicator: each dimension with its cells, each with its periods."""
    held: dict[str, list[FigureShown]] = {}
    for row in told.figures:
        if row.indicator == indicator and row.breakdown is not None:
            shown = figure_shown(row, {})
            held.setdefault(shown.breakdown, []).append(shown)
    parted = [(name, [(text, held[cell]) for cell, text in cells if cell in held]) for name, cells in dimensions()]
    return [(name, cells) for name, cells in parted if cells]


def difference_shown(different: PackDifference) -> DifferenceShown:
    """A difference of a re-run, worded."""
    said = words(different.indicator)
    named = (
        ("Numerator" if different.denominator else said.counted.capitalize(), different.numerator),
        ("Denominator", different.denominator),
        ("Not known", different.unknown),
    )
    return DifferenceShown(
        said.title,
        "" if different.breakdown == WHOLE else breakdown_words(different.breakdown),
        "" if different.period == "on" else PERIODS[different.period],
        _CAUSES[different.cause],
        [(name, kept) for name, kept in named if kept is not None and kept.fewer],
    )


def freezer_words(pack: Pack) -> str:
    """Who froze it: the name that people know, with the role; a program by its role alone."""
    return f"{pack.shown_as} ({pack.role})" if pack.shown_as else f"a program ({pack.role})"
