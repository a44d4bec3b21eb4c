"""The text of docs/feeds.md: how to read the feeds with a spreadsheet. Its columns are those of the code."""

from string import Template

from services.gateway.feeds import columns
from services.gateway.feeds.api import MOST_MONTH_ENDS, MOST_MONTH_ENDS_OF_CHILDREN
from services.gateway.feeds.asked import USUAL_MONTH_ENDS
from services.gateway.feeds.sent import MOST_AT_ONCE

_ABOUT = Template(
    """Two flat files hold what a workbook or a report needs, at addresses that stay the same:

| `GET /api/authorities/{code}/feeds/` | a row is |
| --- | --- |
| `figures.csv` | a figure at a month end: an indicator, whole or in one cell of a breakdown, over a period |
| `children.csv` | a child that counts in an indicator at a month end, or by one happening of the month |

Managers, analysts and stewards may read both, of their own authority; every child in the second is recorded as
looked at.

Both have the last $usual month ends. `from=2015-04-01&to=2017-03-31` asks for others: $figures of figures at once,
$children of children. Months to come are never in them. `indicators=looked_after,placement_moves` keeps the
children's file to some indicators. It grows with the authority: of 500 children at 24 month ends some 200,000 rows.
A worksheet takes 1,048,576.

The figures are those that `GET /api/authorities/{code}/indicators?on=2017-06-30&breakdowns=true` answers for the
same days: as known now, so last month may still change ([how settled it is](why.md#how-settled-a-recent-month-is)).
The children come to the figures: the sum of `in_numerator` by `month_end` and `indicator` is the numerator in
`figures.csv` with the period `on` or `month`; and by one of the last columns, that of its breakdown.

The files are CSV (RFC 4180) in UTF-8, the first line the names of the columns, and nothing before it. Days are
written 2017-06-30, and decimals with a point. A column has one type, and is empty where there is nothing to say.
Columns are never renamed, retyped or taken away; new ones come at the end. All cells are codes, names and numbers
of Holdfast's own: none begins with what a spreadsheet takes for a formula, so none is changed to guard against
that.

## With Excel or Power BI, step by step

1. Have the operator make a reader's token with
   `holdfast token create --authority E08000018 --reader --role analyst --expires-on 2018-03-31`. It is a password:
   give each report its own, and pass on no workbook that still holds it.
2. In Excel choose *Data*, *Get Data*, *From Other Sources*, *From Web*; in Power BI Desktop *Get data*, *Web*.
   Choose *Advanced*.
3. *URL parts*: `https://holdfast.example/api/authorities/E08000018/feeds/figures.csv`.
4. *HTTP request header parameters*: write `Authorization` in the first field and `Bearer`, a space and the
   token in the second.
5. *OK*. Asked how to sign in, choose *Anonymous*: the header does it.
6. In the preview choose 65001 (UTF-8) as *File origin* and comma as *Delimiter*, then *Load*. *Refresh* reads
   it anew.

The same as a query, with the token a parameter of its own, to be changed in one place:

```
let
    Answer = Web.Contents("https://holdfast.example", [
        RelativePath = "api/authorities/E08000018/feeds/figures.csv",
        Query = [#"from" = "2015-04-01", #"to" = "2017-03-31"],
        Headers = [Authorization = "Bearer " & Token]
    ]),
    Rows = Csv.Document(Answer, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
    Named = Table.PromoteHeaders(Rows, [PromoteAllScalars = true]),
    Typed = Table.TransformColumnTypes(Named, {
        {"month_end", type date},
        {"numerator", Int64.Type},
        {"denominator", Int64.Type},
        {"figure", type number}
    }, "en-GB")
in
    Typed
```

For a trend take the rows where `dimension` is empty, of one `period`, with `month_end` along the bottom. Never add
up `figure`: add up `numerator` and `denominator`, and divide.

With anything else:

```
curl -H "Authorization: Bearer $$(cat reader)" \\
  https://holdfast.example/api/authorities/E08000018/feeds/figures.csv
```

Send the `ETag` back as `If-None-Match`, and a file that is the same but for `as_at` is a 304. A file that breaks
off before the answer ends is not whole: read it again. At most $at_once are sent at one time; after a 503 wait as
long as `Retry-After` says.

"""
)


def page() -> str:
    """The page below its title."""
    bounds = {"usual": USUAL_MONTH_ENDS, "figures": MOST_MONTH_ENDS, "children": MOST_MONTH_ENDS_OF_CHILDREN}
    return _ABOUT.substitute(bounds, at_once=MOST_AT_ONCE) + columns.page()
