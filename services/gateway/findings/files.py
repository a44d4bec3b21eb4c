"""The list *to mend in the case system* as files: flat CSV, or a workbook with a table a sheet. Asks nobody."""

import csv
from collections.abc import Iterable
from io import StringIO

from holdfast.contracts.effects import Counts
from holdfast.contracts.findings import FindingListed, FindingsTold, RestsOn, Touches
from holdfast.returns.faults_csv import inert
from services.gateway.workbook import Cell, Table, workbook

_COLUMNS = [
    "child",
    "code",
    "what_does_not_add_up",
    "what_would_mend_it",
    "on",
    "source",
    "facts",
    "came_up",
    "status",
    "decision_reason",
    "figures_touched",
]
_NOTES = (
    ("child", "The child's pseudonym. The platform's operator says how the reference behind it is looked up."),
    ("on", "The day it is about; blank where it is about the child."),
    ("source", "The system that stated it: where it is to be mended."),
    ("facts", "What the finding rests on, as it stands: the kind, its day, what it states, when it was recorded."),
    ("came_up", "When the last of these facts was recorded as it is."),
    ("status", "open; asked: the source was asked; mended: said to be mended, and yet it holds; accepted: as it is."),
    ("figures_touched", "Which figures would change were it otherwise; or, where it is not known how, those in which"),
    ("", "the child counts from that day on. Looked at: today and the last 24 month ends."),
)


def figure_sentences(touches: Touches | None) -> list[str]:
    """What hangs on a finding, a sentence a figure."""
    if touches is None:
        return []
    return [each.sentence for each in touches.figures] + [each.sentence for each in touches.counts]


def csv_of(told: FindingsTold) -> bytes:
    """A line a finding, in UTF-8 with the mark that spreadsheets look for; no cell is taken for a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([inert(cell) for cell in _row(one)] for one in told.findings)
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(told: FindingsTold) -> bytes:
    """A workbook: what it is a list of, what its columns mean, the findings, and the figures that hang on them."""
    return workbook(_tables(told))


def _tables(told: FindingsTold) -> Iterable[tuple[str, Table]]:
    cover: list[list[Cell]] = [
        ["Authority", told.authority],
        ["As of", told.on.isoformat()],
        ["Findings", told.number],
        ["Definitions", told.definitions],
        ["Read to offset", told.read_to],
    ]
    yield "Cover", (["To mend in the case system", ""], cover)
    yield "Notes", (["Column", "Meaning"], [list(pair) for pair in _NOTES])
    yield "To mend", (_COLUMNS, [_row(one) for one in told.findings])
    heads = ["child", "code", "on", "indicator", "period", "day", "child_from", "child_to", "figure_from", "figure_to"]
    yield "Figures touched", (heads, [row for one in told.findings for row in _figures(one)])


def _row(one: FindingListed) -> list[Cell]:
    return [
        one.child,
        one.code,
        one.sentence,
        one.mend,
        one.on,
        ", ".join(one.systems),
        "; ".join(_fact(each) for each in one.rests_on),
        one.came_up,
        one.status,
        "" if one.decision is None else one.decision.reason,
        " ".join(figure_sentences(one.touches)),
    ]


def _fact(stated: RestsOn) -> str:
    day = "" if stated.on is None else f" of {stated.on.isoformat()}"
    author = " by a steward" if stated.by_steward else ""
    return f"{stated.kind}{day}: {stated.says} (recorded {stated.recordedtime}{author})"


def _figures(one: FindingListed) -> Iterable[list[Cell]]:
    if one.touches is None:
        return
    for figure in one.touches.figures:
        for day in figure.days:
            shifts = (day.child, day.authority) if day.authority else (day.child,)
            counts = [text for shift in shifts for text in (_counts(shift.before), _counts(shift.after))]
            yield [one.child, one.code, one.on, figure.indicator, figure.period, day.date, *counts]
    for count in one.touches.counts:
        for each in count.days:
            now, whole = _counts(each.child), "" if each.authority is None else _counts(each.authority)
            yield [one.child, one.code, one.on, count.indicator, count.period, each.date, now, "", whole, ""]


def _counts(counts: Counts) -> str:
    return str(counts.numerator) if counts.denominator is None else f"{counts.numerator} of {counts.denominator}"
