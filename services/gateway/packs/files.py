"""A frozen pack as files for analysts: flat CSV, or a workbook with a cover, notes and a table a sheet. Asks nobody."""

from collections.abc import Iterable

from holdfast.contracts.figures import Row
from holdfast.contracts.packs import PackTold
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.values import printed
from services.gateway.packs.views import freezer_words, rating_in, reading_in
from services.gateway.presentation import words
from services.gateway.workbook import Cell, Table, flat, workbook

_HEADS = [
    "indicator", "title", "dimension", "cell", "period", "month_end", "numerator", "denominator", "value", "rating",
    "unknown", "mid_year",
]  # fmt: skip

_NOTES = (
    ("figures", "A line a figure of the whole authority, as it was frozen; breakdowns has a line a cell."),
    ("period", "on: on the month end. month, year_to_date, rolling_year: over the period that ends on it."),
    ("value", "As printed on the page: per cent, per 10,000 residents, or a count."),
    ("rating", "By the targets in force on the month end, as they were set when the pack was frozen."),
    ("unknown", "Of so many of the denominator it can't be told; over 5%, the value is withheld (x)."),
    ("mid_year", "The year of the estimate of residents that the denominator is."),
    ("z", "Not applicable: a count has no denominator."),
    ("", "A pack holds integers alone, and no child. A later pack of the same month end supersedes it."),
)


def pack_csv(told: PackTold) -> bytes:
    """A line a figure, whole and cells, in the order of the pack."""
    return flat(_figures(told, told.figures))


def pack_xlsx(told: PackTold) -> bytes:
    """A workbook: what was frozen, what its columns mean, and a table a sheet."""
    whole = [row for row in told.figures if row.breakdown is None]
    cells = [row for row in told.figures if row.breakdown is not None]
    return workbook(
        [
            ("Cover", (["Frozen pack", ""], [[name, value] for name, value in _cover(told)])),
            ("Notes", (["Sheet, column or symbol", "Meaning"], [list(pair) for pair in _NOTES])),
            ("Figures", _figures(told, whole)),
            ("Breakdowns", _figures(told, cells)),
            ("Targets", _targets(told)),
        ]
    )


def _cover(told: PackTold) -> Iterable[tuple[str, Cell]]:
    pack = told.pack
    yield "Authority", pack.authority
    yield "Month end", pack.month_end
    yield "Pack of the month end", pack.number
    yield "Name", str(pack.pack)
    yield "Frozen at", pack.frozen_at
    yield "Frozen by", freezer_words(pack)
    yield "Note", pack.note
    yield "Supersedes", str(pack.supersedes or "nothing")
    yield "Superseded by", str(pack.superseded_by or "nothing so far")
    yield "Definitions", pack.definitions
    yield "Read to offset", pack.read_to
    yield "Partition", pack.partition
    yield "Children known of", pack.children
    yield "Statements known", pack.statements


def _figures(told: PackTold, rows: Iterable[Row]) -> Table:
    return _HEADS, [_figure(told, row) for row in rows]


def _figure(told: PackTold, row: Row) -> list[Cell]:
    said, cell, reading = words(row.indicator), row.breakdown, reading_in(row)
    target = told.targets.get(row.indicator) if cell is None else None
    return [
        row.indicator,
        said.title,
        cell.dimension if cell else "",
        cell.value if cell else "all",
        row.period or "on",
        row.date,
        row.numerator,
        "z" if row.denominator is None else row.denominator,
        printed(reading, said.per, target) or "",
        rating_in(row, told.targets) or "",
        reading.unknown,
        reading.mid_year,
    ]


def _targets(told: PackTold) -> Table:
    heads = ["indicator", "title", "in_force_from", "good", "green", "red", "low", "high"]
    return heads, [_target(code, target) for code, target in told.targets.items()]


def _target(code: str, target: Target) -> list[Cell]:
    bounds = [_bound(bound) for bound in (target.green, target.red, target.low, target.high)]
    return [code, words(code).title, target.in_force_from, target.good, *bounds]


def _bound(bound: Bound | None) -> str:
    """As the exact fraction that it is: `12 of 100`, and whether the bound itself is in."""
    return "" if bound is None else f"{bound.value} of {bound.of}" + (", itself too" if bound.inclusive else "")
