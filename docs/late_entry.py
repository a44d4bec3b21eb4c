"""The page on late entry and its picture: how far figures as first known are from the truth, in a made-up borough.

`python -m docs.late_entry` writes both; a test fails when they are stale.
"""

from datetime import date
from functools import cache
from pathlib import Path
from statistics import fmean
from textwrap import fill

from docs.as_known import Count, Known, known_and_true
from docs.late_entry_picture import picture
from holdfast.cli.borough import Borough
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.catalogue import INDICATORS

DOCS = Path(__file__).parent
PAGE, PICTURE = "late-entry.md", "late-entry.svg"
BOROUGH = Borough("E08000018", 1, 400, date(2022, 4, 1))
LAST, MONTHS = date(2026, 3, 31), 24
NI = {"three_or_more_placements": "NI 062", "long_term_stable": "NI 063"}
DAYS_AFTER = (0, 10, 60)
COLUMNS = ("On the last day", "Ten days after", "Sixty days after")


@cache
def known() -> dict[str, list[Known]]:
    """What was known and what was true of both figures, month end by month end."""
    ends = [date.fromordinal(day) for day in month_ends_to(LAST.toordinal(), MONTHS)]
    return known_and_true(BOROUGH, list(NI), ends, DAYS_AFTER)


def drawn() -> str:
    """The picture."""
    rows = [(f"{INDICATORS[code].title} ({NI[code]})", known()[code]) for code in NI]
    under = (
        f"A made-up borough of about {BOROUGH.children} children; every figure is as recorded by the end of that day."
    )
    return picture(_heading(), under, rows, COLUMNS, " ".join(_sentence(code) for code in NI))


def page() -> str:
    """The page, in Markdown."""
    said = "\n".join(fill(_sentence(code), 120) for code in NI)
    text = f"""# Late entry: how far a figure as first known is from the truth

Made by `make docs` from the code; don't edit.

![{_heading()}. The numbers are in the tables below.]({PICTURE})

A case system hears of most moves within days, of a few two months late, of some wrongly at first. So a figure for a
month end is one number when the pack is made and another when all has come in. The simulated borough knows both: what
it says to the platform, late and mended as people do, and beside it what truly happened. Here both are counted by the
same engine on {MONTHS} month ends of a borough of about {BOROUGH.children} children (seed {BOROUGH.seed}):
as recorded by the end of the last day of the month, of the tenth and of the sixtieth day after it, and as it truly
was. Dates are those of London; what was not yet right is in bold.

{said}

The platform answers the first question for real data too: `known_at=` reads any figure as it was known, and
`clock=received` as the door had heard of it. Nobody knows the truth of real data; how late entries are here is a
rough guess, kept with the other rates in [rates.py](../holdfast/cli/borough/rates.py).
"""
    return text + "".join(_table(code) for code in NI)


def _heading() -> str:
    both = [each for code in NI for each in known()[code]]
    right = [sum(each.true == each.known[column] for each in both) for column in range(len(DAYS_AFTER))]
    return (
        f"Of {len(both)} figures {right[0]} were right on the month's last day, {right[1]} ten days later, "
        f"{right[2]} after sixty days"
    )


def _sentence(code: str) -> str:
    """What the numbers say of one figure."""
    readings = known()[code]
    off = [fmean(abs(_off(each.true, each.known[column])) for each in readings) for column in range(len(DAYS_AFTER))]
    worst = max(readings, key=lambda each: abs(_off(each.true, each.known[0])))
    return (
        f"{NI[code]} was off by {off[0]:.2f} percentage points on average when first known, by {off[1]:.2f} ten days "
        f"later and by {off[2]:.2f} sixty days later; at worst it read {_percent(worst.known[0])} for what was "
        f"{_percent(worst.true)} ({worst.month_end:%B %Y})."
    )


def _off(true: Count, held: Count) -> float:
    return held.percent - true.percent


def _percent(count: Count) -> str:
    return f"{count.percent:.1f}%"


def _table(code: str) -> str:
    head = ["month end", *(f"{column[:1].lower()}{column[1:]}" for column in COLUMNS), "truly"]
    lines = [f"| {' | '.join(head)} |", f"| --- {'| --: ' * (len(head) - 1)}|"]
    for each in known()[code]:
        cells = [*(_cell(one, each.true) for one in each.known), _cell(each.true, each.true)]
        lines.append(f"| {each.month_end:%-d %B %Y} | {' | '.join(cells)} |")
    return f"\n## {INDICATORS[code].title} ({NI[code]})\n\n" + "\n".join(lines) + "\n"


def _cell(count: Count, true: Count) -> str:
    text = f"{count.numerator} of {count.denominator}, {_percent(count)}"
    return text if count == true else f"**{text}**"


def files() -> dict[str, str]:
    """The text of both files, by their names under docs/."""
    return {PAGE: page(), PICTURE: drawn()}


def main() -> None:
    """Write both."""
    for name, text in files().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
