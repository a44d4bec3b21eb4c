"""The catalogue: one row of data an indicator. Adding one touches nothing else but, where its rule is new, `rules`.

A denominator that is another row's numerator is named, so that it is kept once.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct, structs

from holdfast.indicators import rules
from holdfast.indicators.care import Journey
from holdfast.indicators.choices import DEFAULTS, Choices

Rule = Callable[[Journey], Sequence[tuple[int, int]]]


class Indicator(Struct, frozen=True, kw_only=True):
    """One indicator. `denominator`: another row's code, a rule of its own, or None for a count.

    `kind`: a `stock` holds on days, a `flow` is counted over periods. `pack`: its numbers in the panel's scorecard.
    `meaning` is told to people as it stands; `counted` and `counted_one` name what a count is of, `share_of` what a
    numerator is a share of.
    """

    code: str
    title: str
    meaning: str
    counted: str = "children"
    counted_one: str = "child"
    share_of: str = ""
    kind: Literal["stock", "flow"]
    numerator: Rule
    denominator: str | Rule | None = None
    good: Literal["high", "low", "within", "none"] = "none"
    pack: str | None = None


_ROWS = (
    Indicator(
        code="looked_after",
        title="Children looked after",
        meaning="Children in the authority's care at the end of the day. Agreed short breaks are left out.",
        kind="stock",
        numerator=rules.looked_after,
        pack="6.1",
    ),
    Indicator(
        code="three_or_more_placements",
        title="Three or more placements in twelve months",
        meaning=(
            "Of the children looked after now, those who lived in three or more placements over the last twelve months."
        ),
        share_of="children looked after",
        kind="stock",
        numerator=rules.three_or_more_placements,
        denominator="looked_after",
        good="low",
        pack="8.2",
    ),
    Indicator(
        code="long_term_stable",
        title="Looked after long term and two years in the same placement",
        meaning=(
            "Of the children under 16 looked after for two and a half years or more, those in the same placement for "
            "two years or more. The placement before one for adoption counts with it."
        ),
        share_of="children looked after long term",
        kind="stock",
        numerator=rules.long_term_stable,
        denominator=rules.settled_long_enough,
        good="high",
        pack="8.1",
    ),
    Indicator(
        code="missing_now",
        title="Missing now",
        meaning="Of the children looked after now, those who are missing and whose return nobody has recorded.",
        share_of="children looked after",
        kind="stock",
        numerator=rules.missing_now,
        denominator="looked_after",
        good="low",
    ),
    Indicator(
        code="admissions",
        title="Admissions to care",
        meaning="Times that a child came into care.",
        counted="admissions",
        counted_one="admission",
        kind="flow",
        numerator=rules.admissions,
        pack="6.3",
    ),
    Indicator(
        code="discharges",
        title="Discharges from care",
        meaning="Times that a child left care.",
        counted="discharges",
        counted_one="discharge",
        kind="flow",
        numerator=rules.discharges,
        pack="6.4",
    ),
    Indicator(
        code="placement_moves",
        title="Placement moves",
        meaning="Times that a child in care moved to another placement. Coming into care is not a move.",
        counted="moves",
        counted_one="move",
        kind="flow",
        numerator=rules.placement_moves,
        good="low",
    ),
    Indicator(
        code="missing_episodes",
        title="Missing episodes",
        meaning="Times that a child in care went missing.",
        counted="episodes",
        counted_one="episode",
        kind="flow",
        numerator=rules.missing_episodes,
        good="low",
    ),
)

INDICATORS: dict[str, Indicator] = {row.code: row for row in _ROWS}

CHOICES = DEFAULTS


def _version(choices: Choices) -> str:
    changed = {name: value for name, value in structs.asdict(choices).items() if value != getattr(DEFAULTS, name)}
    return "-".join(["1", *(f"{name}.{value}" for name, value in sorted(changed.items()))])


# Every figure carries this: the version of the rules, and every choice that is not the default.
DEFINITIONS: str = _version(CHOICES)


class Part(Struct, frozen=True):
    """A numerator or denominator that is kept, with the indicators that show it."""

    name: str
    kind: Literal["stock", "flow"]
    rule: Rule
    shown_by: tuple[str, ...]


def _own_denominator(row: Indicator) -> str:
    return f"{row.code}/denominator"


def _parts() -> tuple[Part, ...]:
    parts = []
    for row in _ROWS:
        sharing = tuple(other.code for other in _ROWS if other.denominator == row.code)
        parts.append(Part(row.code, row.kind, row.numerator, (row.code, *sharing)))
        if row.denominator is not None and not isinstance(row.denominator, str):
            parts.append(Part(_own_denominator(row), row.kind, row.denominator, (row.code,)))
    return tuple(parts)


PARTS: tuple[Part, ...] = _parts()
_NUMBERS = {part.name: number for number, part in enumerate(PARTS)}


def _denominator_part(row: Indicator) -> int | None:
    if row.denominator is None:
        return None
    return _NUMBERS[row.denominator if isinstance(row.denominator, str) else _own_denominator(row)]


# By indicator, the places in `PARTS` of what it counts and of what that is a share of; None for a count.
PARTS_OF: dict[str, tuple[int, int | None]] = {row.code: (_NUMBERS[row.code], _denominator_part(row)) for row in _ROWS}
