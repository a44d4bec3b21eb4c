"""The page of indicators: what each number means, from the catalogue and the spec tables, with examples beside it.

The words that the catalogue has no place for are in `boundaries`; the sentences of the examples are made by `told`.
"""

from collections.abc import Iterable

from docs.boundaries import EXPLAINED
from docs.told import day, listed, sentences
from holdfast.contracts.codes import PLACEMENT_TYPES
from holdfast.indicators.breakdowns import CELL_OF_NEED, CELL_OF_PROVIDER, CELL_OF_STATUS, CELLS, GROUP_OF_TYPE
from holdfast.indicators.breakdowns import DIMENSIONS as VALUES
from holdfast.indicators.catalogue import INDICATORS, Indicator
from holdfast.indicators.choices import CHOICES, definitions
from tests.spec import CASES, Case, Line

GOOD = {"high": "higher", "low": "lower", "within": "within a range", "none": "neither way"}
PERIODS = {"on": "", "month": "in the month", "year_to_date": "in the year to date", "rolling_year": "in twelve months"}
CHOICE_MEANINGS = {
    "eighteen": "Days from the 18th birthday on are `cut` out, but for a child accommodated (`V2`) in a children's "
    "home (`K2`), or `counted` until the discharge.",
    "spurious_restart": "A move to the very placement that the child was in is `joined` to it, and is a finding, or "
    "`counted` as a move to another placement.",
    "two_year_cohort": "`three_or_more_placements_2y` is of those looked after in the `year_before` the last twelve "
    "months too, or of those in the `current_period` of care for 24 months.",
}
DIMENSIONS = {
    "age_band": "By birthdays: the band changes on the 1st, 5th, 10th and 16th. Born on 29 February, that is "
    "28 February of a common year. Without a date of birth `unknown`.",
    "placement_group": "By the type of the placement; temporary placements that the child came back from do not show.",
    "provider": "By who provides the placement. A parent (`PR0`) and a provider that is not known are in neither.",
    "sex": "As the latest recorded admission has it that says so.",
    "legal_status": "As last stated in the period of care.",
    "category_of_need": "That of the admission, for the whole period of care.",
}
INTRODUCTION = """
A figure is a number of an authority on a day, or over a period that ends on it. A *stock* counts those of whom
something is so at the end of the day. A *flow* counts what happened in the month, in the financial year to date (from
1 April) or in the twelve months (the rolling year) that end with the day, by the day it happened. A percentage is 100
times the numerator, divided by the denominator; both are whole numbers, and nothing is rounded before it is shown or
rated.

The examples are cases of the tests: what was told of one child, and what the figures are of an authority that looks
after no other. Times are London's.
"""


def page() -> str:
    """The whole page as Markdown, without its heading."""
    parts = [
        f"Definitions `{definitions()}`: the version that a figure made with them carries.\n{INTRODUCTION}",
        f"## All of them\n\n{_overview()}",
        f"## Choices\n\n{_choices()}",
        f"## Breakdowns\n\n{_breakdowns()}",
        *map(section, INDICATORS.values()),
    ]
    return "\n".join(parts)


def _overview() -> str:
    rows = [
        f"| [`{code}`](#{code}) | {row.title} | {row.kind} | {_of(row)} | {GOOD[row.good]} | {row.pack or '-'} |"
        for code, row in INDICATORS.items()
    ]
    return "| code | title | kind | of | good is | scorecard |\n| --- | --- | --- | --- | --- | --- |\n" + _lines(rows)


def _choices() -> str:
    text = "Where the sources disagree a setting says how they are read; a value other than the default shows in the\n"
    text += "version.\n\n| choice | default | or | what it decides |\n| --- | --- | --- | --- |\n"
    return text + _lines(
        f"| `{name}` | `{values[0]}` | {_codes(values[1:])} | {CHOICE_MEANINGS[name]} |"
        for name, values in CHOICES.items()
    )


def _breakdowns() -> str:
    text = "Every indicator but the rate is also counted by each of these. Whose values they are is said with the\n"
    text += "indicator.\n"
    for dimension, values in VALUES.items():
        text += f"\n**{dimension}**: {DIMENSIONS[dimension]}\n\n"
        text += listed([f"`{value}`{_made_of(f'{dimension}:{value}')}" for value in values])
    return text


def _made_of(cell: str) -> str:
    """The codes that fall in a cell, where it is made of codes."""
    number = CELLS.index(cell)
    maps = (GROUP_OF_TYPE, CELL_OF_PROVIDER, CELL_OF_STATUS, CELL_OF_NEED)
    codes = sorted(code for each in maps for code, found in each.items() if found == number and code)
    kept = [code for code in codes if code not in PLACEMENT_TYPES or not code.startswith("T")]
    others = ", a temporary placement that the child did not come back from" if kept != codes else ""
    return f": {_codes(kept)}{others}" if codes else ""


def section(row: Indicator) -> str:
    """What one indicator means, with its examples. KeyError where it has no words, or an example is in no table."""
    explained = EXPLAINED[row.code]
    text = f'<a id="{row.code}"></a>\n\n## {row.title}\n\n`{row.code}`. {row.meaning}\n\n'
    text += listed([f"**{name}**: {words}" for name, words in _facts(row).items()])
    text += f"\nWhere it begins and ends:\n\n{listed(explained.boundaries)}"
    return text + "".join(_example(row.code, title) for title in explained.examples)


def _facts(row: Indicator) -> dict[str, str]:
    facts = {
        "Counts": f"{row.counted} {'at the end of a day' if row.kind == 'stock' else 'over a period'}",
        "Of": _of(row) if row.denominator or row.of_residents else "nothing; it is a number",
        "Shown as": _shown_as(row),
        "Good is": GOOD[row.good],
        "Published": row.published,
        "Panel's scorecard": row.pack or "no number",
        "Broken down by": _decided_by(row),
    }
    return {name: words if words.endswith(".") else f"{words}." for name, words in facts.items()}


def _of(row: Indicator) -> str:
    if isinstance(row.denominator, str) and not row.after_care:
        return f"{row.share_of} (`{row.denominator}`)"
    return row.share_of or "-"


def _shown_as(row: Indicator) -> str:
    if not row.share_of:
        return "a number"
    return "a percentage" if row.per == 100 else f"a rate for every {row.per:,}"


def _decided_by(row: Indicator) -> str:
    """Which day's values put a child, or what happened, in a cell."""
    if row.of_residents:
        return "nothing; there is only the whole authority"
    if row.after_care:
        return (
            "the values on the day, or of a child not in care on it those of the last day looked after; age on the day"
        )
    if row.kind == "stock":
        return "the values on the day"
    if "discharges" in (row.code, row.denominator):
        return "the values of the last day looked after, and the age on the day of the discharge"
    if row.code == "unplanned_moves":
        return "the placement that ended: the values of the day before the move, and the age on the day of it"
    return "the values at the end of the day it happened"


def _example(code: str, title: str) -> str:
    case = next((case for case in CASES if case.title == title), None)
    lines = [line for line in case.lines() if line.name.indicator == code] if case else []
    if case is None or not lines:
        raise KeyError(f"no case of the spec tables, or none about {code}, has the title {title!r}")
    return f"\n**Example: {title}.**\n\n{listed(sentences(case.told))}\n{_figures(case, lines)}"


def _figures(case: Case, lines: Iterable[Line]) -> str:
    return "| on | figure |\n| --- | --- |\n" + _lines(f"| {day(line.on)} | {_figure(line)} |" for line in lines)


def _figure(line: Line) -> str:
    counts, name = line.counts, line.name
    text = str(counts.numerator) if counts.denominator is None else f"{counts.numerator} of {counts.denominator:,}"
    if counts.unknown is not None:
        text += f", {counts.unknown} unknown"
    where = PERIODS[name.period]
    if name.cell != "all":
        where += f" in {name.cell.split(':')[0].replace('_', ' ')} `{name.cell.split(':')[1]}`"
    return f"{text} {where.strip()}".strip()


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)
