"""What the catalogue's rows make up: the numerators and denominators that are kept, each once, and their numbers."""

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from msgspec import Struct

from holdfast.contracts.facts import Described
from holdfast.indicators.breakdowns import CELLS
from holdfast.indicators.catalogue import INDICATORS, Indicator, PlaceRule, Rule
from holdfast.indicators.happenings import Happened, Telling
from holdfast.indicators.series import marked


class Part(Struct, frozen=True):
    """A numerator or denominator. `rule` finds its days or happenings, or `in_place` is of the children looked after.

    `kind`: `stock` parts are kept to the days looked after, those `after care` go on past them. `shown_by`: the codes
    of the indicators that show it.
    """

    name: str
    kind: Literal["stock", "after care", "flow"]
    rule: Rule | None
    in_place: PlaceRule | None
    shown_by: tuple[str, ...]


class PartsOf(NamedTuple):
    """The places in `PARTS` of what an indicator counts, of what that is a share of, and of what it can't be told of.

    The denominator is the sum of two, where those no longer looked after are in it.
    """

    numerator: int
    denominator: int | None
    denominator_after: int | None
    unknown: int | None


class Counting(NamedTuple):
    """What is told to happen, and the shares of the parts that count it: for any reason, or for one they ask for."""

    told: Telling
    for_any: int
    for_reason: dict[str | None, int]


def _named(row: Indicator) -> dict[str, str]:
    """The names of a row's parts, by their role."""
    names = {"numerator": row.numerator if isinstance(row.numerator, str) else row.code}
    if row.denominator is not None:
        names["denominator"] = row.denominator if isinstance(row.denominator, str) else f"{row.code}/denominator"
    if row.denominator_after is not None:
        names["denominator_after"] = f"{row.code}/after care"
    if row.unknown is not None:
        names["unknown"] = f"unknown/{row.unknown.__name__}"
    return names


_NAMES = {code: _named(row) for code, row in INDICATORS.items()}


def _part(name: str, row: Indicator, rule: Rule | None, in_place: PlaceRule | None) -> Part:
    kind = "after care" if row.after_care else row.kind
    return Part(name, kind, rule, in_place, tuple(code for code, names in _NAMES.items() if name in names.values()))


def _parts() -> tuple[Part, ...]:
    parts: dict[str, Part] = {}
    for code, row in INDICATORS.items():
        names = _NAMES[code]
        if not isinstance(row.numerator, str):
            parts[code] = _part(code, row, row.numerator, row.in_place)
        if row.denominator is not None and not isinstance(row.denominator, str):
            parts[names["denominator"]] = _part(names["denominator"], row, row.denominator, None)
        if row.denominator_after is not None:
            parts[names["denominator_after"]] = _part(names["denominator_after"], row, row.denominator_after, None)
        if row.unknown is not None:
            parts[names["unknown"]] = _part(names["unknown"], row, None, row.unknown)
    return tuple(parts.values())


PARTS: tuple[Part, ...] = _parts()
_NUMBERS = {part.name: number for number, part in enumerate(PARTS)}

LOOKED_AFTER = _NUMBERS["looked_after"]
PARTS_OF: dict[str, PartsOf] = {
    code: PartsOf(*(_NUMBERS[names[role]] if role in names else None for role in PartsOf._fields))  # type: ignore[arg-type]
    for code, names in _NAMES.items()
}

# By mark of a step, the part that it stands for; of steps of flows others than of stocks.
MARKS: tuple[int, ...] = tuple(number for number, part in enumerate(PARTS) if part.kind != "flow")
FLOW_MARKS: tuple[int, ...] = tuple(number for number, part in enumerate(PARTS) if part.kind == "flow")


def _shares(marks: tuple[int, ...]) -> list[tuple[int, Part]]:
    return [(marked(mark), PARTS[number]) for mark, number in enumerate(marks)]


def _counting() -> Iterator[Counting]:
    counted: dict[Telling, list[tuple[int, Collection[str] | None]]] = {}
    for share, part in _shares(FLOW_MARKS):
        if not isinstance(part.rule, Happened):
            raise TypeError(f"what the flow {part.name} counts is no `Happened`")
        counted.setdefault(part.rule.told, []).append((share, part.rule.why))
    for told, shares in counted.items():
        reasons = {reason for _, why in shares for reason in why or ()}
        yield Counting(
            told,
            sum(share for share, why in shares if why is None),
            {reason: sum(share for share, why in shares if why is None or reason in why) for reason in reasons},
        )


# Shares of a profile: by share, the rule that says when it is there; of flows, by what happens.
IN_CARE = marked(MARKS.index(LOOKED_AFTER))
MARKING: tuple[tuple[int, Rule], ...] = tuple(
    (share, part.rule) for share, part in _shares(MARKS) if part.rule and share != IN_CARE
)
FLOW_MARKING: tuple[Counting, ...] = tuple(_counting())
AFTER_CARE = sum(share for share, part in _shares(MARKS) if part.kind == "after care")
_PLACES = [(share, part.in_place) for share, part in _shares(MARKS) if part.in_place]
PLACE_MARKS = sum(share for share, _ in _PLACES)


def marks_of(place: Described) -> int:
    """The marks of a placement so described, as a share of a profile."""
    return sum(share for share, in_place in _PLACES if in_place(place))


def is_broken_down(code: str) -> bool:
    """Whether an indicator has breakdowns, or the whole alone."""
    return not INDICATORS[code].of_residents


# Every figure there is: (indicator, breakdown text).
FIGURES: tuple[tuple[str, str], ...] = tuple(
    (code, cell) for code in INDICATORS for cell in (CELLS if is_broken_down(code) else CELLS[:1])
)
