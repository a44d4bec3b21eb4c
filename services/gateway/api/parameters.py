"""The parameters of the API's addresses: each is declared once, for FastAPI to take and to describe.

What the register makes of a question about a figure or a finding it says itself, so those go to it as they came.
"""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.findings import SENTENCES
from holdfast.runtime.http import Problem

CHILD, FINDING = "mxu3vnkbmm4u5o2sclztpfmyoi", "3f0c9a1be7d24c58a6b1f2e09d7c4a53"
PACK = "0b6f2c1e-6a3d-4b8e-9f0a-2d5c7e1a4b90"
THREE = "three_or_more_placements"

Authority = Annotated[
    str, Path(description="The authority's nine-character code: your own, or 403 comes", examples=["E08000018"])
]
_INDICATOR: dict[str, Any] = {
    "description": "The code of an indicator",
    "examples": [THREE],
    "json_schema_extra": {"enum": sorted(INDICATORS)},
}
IndicatorNamed = Annotated[str, Path(**_INDICATOR)]
IndicatorAsked = Annotated[str, Query(min_length=1, **_INDICATOR)]
Child = Annotated[
    str, Path(pattern=r"^[a-z2-7]{26}$", description="The pseudonym of a child, as receipts name it", examples=[CHILD])
]
Named = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", description="The name of a finding, as the list has it", examples=[FINDING])
]


def _text(description: str, example: str, **schema: Any) -> Any:
    return Field(default=None, description=description, examples=[example], json_schema_extra=schema or None)


Text = str | SkipJsonSchema[None]
_DAY = {"format": "date"}
_INSTANT = {"format": "date-time"}
_DEFINITIONS = "By this version of the definitions, as an answer names it; those in force unless one is named"


class PageAsked(BaseModel):
    """Which page of a list. Of all its pages the data cut is that of the first, where the `Link` is followed."""

    cursor: Text = _text("`next` of the page before; none asks for the first page", "200", pattern=r"^\d{1,9}$")
    limit: Text = _text("So many a page at most, 200 unless said", "50", type="integer", minimum=1, maximum=1000)


class FigureAsked(BaseModel):
    """Which figure."""

    indicator: IndicatorAsked
    breakdown: Text = _text(
        "`all`, the whole authority, unless a cell is named", "age_band:5_to_9", enum=["all", *map(str, BREAKDOWNS)]
    )
    period: Text = _text(
        "`on` for what is counted on a day; for what happens over time another, `month` unless said",
        "on",
        enum=["on", "month", "year_to_date", "rolling_year"],
    )


class CutAsked(BaseModel):
    """As of which day, and as known when: the data cut."""

    on: Text = _text("The day that the figure is of; today unless one is named", "2017-06-30", **_DAY)
    known_at: Text = _text("As it was known at this instant, with its offset", "2017-07-10T09:00:00Z", **_INSTANT)
    clock: Text = _text(
        "Known by when a source recorded it (`recorded`, unless said) or when it came here", "recorded",
        enum=["recorded", "received"],
    )  # fmt: skip
    read_to: Text = _text(
        "By the events read up to this offset, as an answer names it", "1284", type="integer", minimum=0
    )
    definitions: Text = _text(_DEFINITIONS, "1")


class ReceiptFileAsked(CutAsked, FigureAsked):
    """A whole receipt as a file."""


class ReceiptAsked(PageAsked, CutAsked, FigureAsked):
    """A page of a receipt, or of the months ahead."""


class BridgeAsked(PageAsked, FigureAsked):
    """A page of the bridge between two readings; each is a data cut, or that of a frozen pack."""

    clock: Text = _text(
        "Both are known by when a source recorded it (`recorded`, unless said) or when it came here", "recorded",
        enum=["recorded", "received"],
    )  # fmt: skip
    first_on: Text = _text("The day of the first reading", "2017-06-30", **_DAY)
    first_known_at: Text = _text("The first as known at this instant", "2017-07-10T09:00:00Z", **_INSTANT)
    first_read_to: Text = _text("The first by the events read up to this offset", "1284", type="integer", minimum=0)
    first_definitions: Text = _text(_DEFINITIONS, "1")
    first_pack: Text = _text("The first is that of this frozen pack", PACK, format="uuid")
    second_on: Text = _text("The day of the second reading; today unless one is named", "2017-06-30", **_DAY)
    second_known_at: Text = _text("The second as known at this instant", "2017-12-10T09:00:00Z", **_INSTANT)
    second_read_to: Text = _text("The second by the events read up to this offset", "1371", type="integer", minimum=0)
    second_definitions: Text = _text(_DEFINITIONS, "1")
    second_pack: Text = _text("The second is that of this frozen pack", PACK, format="uuid")


class FindingsFileAsked(BaseModel):
    """Which findings."""

    status: Text = _text(
        "`undecided` unless said: those that hold and are not accepted. `gone`: decided on, and no longer so",
        "open",
        enum=["undecided", "open", "asked", "mended", "accepted", "all", "gone"],
    )
    code: Text = _text("Of this kind", "spurious-restart", enum=sorted(SENTENCES))
    source: Text = _text("Resting on something that this system stated", "liquidlogic", maxLength=100)
    child: Text = _text("Of this child, by its pseudonym", CHILD, pattern=r"^[a-z2-7]{26}$")
    read_to: Text = _text(
        "By the events read up to this offset, as an answer names it", "1284", type="integer", minimum=0
    )


class FindingsAsked(PageAsked, FindingsFileAsked):
    """A page of findings."""


class NoteAsked(BaseModel):
    """What a data note is about."""

    on: Text = _text("The last day of it; today unless one is named", "2017-06-30", **_DAY)
    over: Text = _text("The financial `year` (unless said) or the `month` that the day is in", "year",
                       enum=["year", "month"])  # fmt: skip


def given(asked: BaseModel) -> dict[str, str]:
    """The parameters that were given, by name."""
    return {name: value for name, value in asked.model_dump(exclude_none=True).items() if value}


def refuse_unknown(indicator: str) -> None:
    """Raise Problem 404 unless the catalogue holds it."""
    if indicator not in INDICATORS:
        raise Problem(404, "unknown-indicator", "There is no indicator of this name")
