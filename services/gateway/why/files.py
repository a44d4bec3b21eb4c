"""A receipt as files for analysts: flat CSV, or a workbook with a cover, notes and a table a sheet. Asks nobody."""

from collections.abc import Iterable, Sequence
from datetime import date

from holdfast.indicators.explain import StayTold
from holdfast.indicators.near import Near
from holdfast.indicators.receipts import Line
from services.gateway.workbook import Cell, Table, flat, workbook

_NOTES = (
    (
        "children",
        "A line a child, by pseudonym: counted_as says whether in the numerator, in the denominator alone, or",
    ),
    ("", "in neither and near. numerator and denominator are what the child adds to each."),
    (
        "placements",
        "A line a placement that the figure looks at. ends is blank where it was still going on on the day; counted",
    ),
    (
        "",
        "is blank where placements play no part in the figure.",
    ),
    ("happenings", "A line a happening that a count over a period counts."),
    ("near misses", "A line a thing that keeps a child just outside: one of a count, so many days, or one rule."),
    ("z", "Not applicable: a count has no denominator."),
    ("", "Days are those of London; a placement that ends on a day ends as that day begins."),
)


def csv_of(lines: Sequence[Line], on: date) -> bytes:
    """A line a child, all that is told of it in the same line; UTF-8 with the mark that spreadsheets look for."""
    heads = [*_CHILDREN, "conditions", "placements", "happenings", "near_misses"]
    rows: list[list[Cell]] = [
        [
            *_child(line),
            " ".join(check.sentence for check in line.checks),
            "; ".join(f"{stay.begins} to {ended(stay, on) or 'then'}: {stay.place}" for stay in line.stays),
            "; ".join(f"{each.on}: {each.sentence}" for each in line.occurrences),
            " ".join(near.sentence for near in line.near),
        ]
        for line in lines
    ]
    return flat((heads, rows))


def ended(stay: StayTold, on: date) -> date | None:
    """The day a placement had ended on by a day: what ends later, if only on the 18th birthday, was still going on."""
    return stay.ends if stay.ends is not None and stay.ends <= on else None


def xlsx_of(cover: Sequence[tuple[str, Cell]], lines: Sequence[Line], on: date) -> bytes:
    """A workbook: what it is a receipt of, what its columns mean, and a table a sheet."""
    return workbook(
        [
            ("Cover", (["Receipt", ""], [list(pair) for pair in cover])),
            ("Notes", (["Sheet or symbol", "Meaning"], [list(pair) for pair in _NOTES])),
            *_tables(lines, on),
        ]
    )


_CHILDREN = ["child", "counted_as", "numerator", "denominator"]


def _child(line: Line) -> list[Cell]:
    return [line.child, line.of, line.numerator, line.denominator]


def _tables(lines: Sequence[Line], on: date) -> Iterable[tuple[str, Table]]:
    yield (
        "Children",
        (
            [*_CHILDREN, "conditions"],
            [[*_child(line), " ".join(check.sentence for check in line.checks)] for line in lines],
        ),
    )
    yield (
        "Placements",
        (
            ["child", "begins", "ends", "placement", "counted", "why"],
            [
                [line.child, stay.begins, ended(stay, on), stay.place, _yes(stay.counted), stay.why]
                for line in lines
                for stay in line.stays
            ],
        ),
    )
    yield (
        "Happenings",
        (
            ["child", "on", "what"],
            [[line.child, each.on, each.sentence] for line in lines for each in line.occurrences],
        ),
    )
    yield (
        "Near misses",
        (
            ["child", "kind", "by", "unit", "on", "what_keeps_it_out"],
            [
                [line.child, near.kind, near.by, _unit(near), near.turns_on or near.happened_on, near.sentence]
                for line in lines
                for near in line.near
            ],
        ),
    )


def _unit(near: Near) -> str:
    return {"count": "of the count", "span": "days", "birthday": "days", "rule": "rule"}[near.kind]


def _yes(counted: bool | None) -> str | None:
    return None if counted is None else "yes" if counted else "no"
