"""The columns of the feeds, in their order: what each is called, of which type, what it says and where it is empty.

They are what others' workbooks are built on: none is renamed, retyped or taken away. New ones are added at the end.
"""

from typing import Literal

from msgspec import Struct

from holdfast.indicators.breakdowns import DIMENSIONS

Type = Literal["text", "date", "instant", "whole number", "decimal number"]
WITHHELD, NONE_IN_IT = "x", "z"


class Column(Struct, frozen=True):
    """A column. `empty`: where a row has nothing in it; never, where that is blank."""

    name: str
    type: Type
    says: str
    empty: str = ""


FIGURES: tuple[Column, ...] = (
    Column("authority", "text", "the authority's nine-character code"),
    Column("authority_name", "text", "its name"),
    Column("indicator", "text", "the indicator's code, as in the list of indicators"),
    Column("title", "text", "the indicator's title"),
    Column("measure", "text", "what `figure` is: `percentage`, `rate` (per 10,000 residents under 18) or `count`"),
    Column(
        "period",
        "text",
        "`on` (at the month end), or for what is counted over time `month`, `year_to_date` (since 1 April) or "
        "`rolling_year` (the twelve months to the month end)",
    ),
    Column(
        "month_end", "date", "the last day of a month; the figure is as known now, late facts and corrections in it"
    ),
    Column(
        "dimension",
        "text",
        "what the figure is broken down by: " + ", ".join(f"`{name}`" for name in DIMENSIONS),
        "the whole authority",
    ),
    Column("value", "text", "which cell of the dimension, such as `5_to_9` of `age_band`", "the whole authority"),
    Column("breakdown", "text", "dimension and value in words, such as `Age: 5 to 9`", "the whole authority"),
    Column("numerator", "whole number", "how many children, or happenings, are counted"),
    Column("denominator", "whole number", "of how many", "a count"),
    Column(
        "figure",
        "decimal number",
        "the percentage, the rate or the count, with up to four decimals, the last rounded half up",
        "there is none; `symbol` says why",
    ),
    Column(
        "symbol",
        "text",
        f"why there is no figure: `{WITHHELD}`, of more than 5% it can't be told; `{NONE_IN_IT}`, the denominator is 0",
        "there is a figure",
    ),
    Column("unknown", "whole number", "of how many in the denominator it can't be told", "it can be told of all"),
    Column("mid_year", "whole number", "the year of the estimate of residents that the denominator is", "not a rate"),
    Column(
        "rating",
        "text",
        "`red`, `amber` or `green`, by the authority's target in force on the month end",
        "no target, no figure, or a breakdown",
    ),
    Column("definitions", "text", "the version of the definitions that the figure was made with"),
    Column("as_at", "instant", "when the month's figures were made, in UTC"),
)

CHILDREN: tuple[Column, ...] = (
    Column("authority", "text", "the authority's nine-character code"),
    Column("month_end", "date", "the last day of a month"),
    Column(
        "indicator", "text", "the indicator's code; all but `looked_after_rate`, whose children are those looked after"
    ),
    Column("period", "text", "`on` (at the month end), or `month` (something happened in the month that it ends)"),
    Column("child", "text", "the child's pseudonym: the same child has the same one, everywhere in Holdfast"),
    Column(
        "happened_on",
        "date",
        "the day of the happening, one a row: what is of a longer period is the sum of its months",
        "`period` is `on`",
    ),
    Column("in_numerator", "whole number", "1 where it counts in the numerator, else 0"),
    Column("in_denominator", "whole number", "1 where it counts in the denominator, else 0", "a count"),
    Column("unknown", "whole number", "1 where it can't be told, else 0", "it can be told of all"),
    *(
        Column(name, "text", f"the child's cell of the dimension `{name}`, on that day", "the child is in none")
        for name in DIMENSIONS
    ),
    Column("definitions", "text", "the version of the definitions that it was counted by"),
)


def page() -> str:
    """The columns as tables, for the documentation."""
    return (
        f"## The columns of `figures.csv`\n\n{_table(FIGURES)}\n## The columns of `children.csv`\n\n{_table(CHILDREN)}"
    )


def _table(columns: tuple[Column, ...]) -> str:
    rows = [f"| `{each.name}` | {each.type} | {each.says} | {each.empty or 'never'} |" for each in columns]
    return "| column | type | what it is | empty where |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
