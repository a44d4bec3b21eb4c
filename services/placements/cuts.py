"""What the questions about one figure have in common: the figure, the data cut, the definitions, pages, and links.

A link holds all that an answer rests on, so that it reopens the same answer for as long as nothing is erased.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Query, Request
from fastapi.responses import Response
from msgspec import Struct

from holdfast.contracts.figures import WHOLE, Period
from holdfast.indicators.choices import Choices, choices_of, definitions
from holdfast.indicators.members import Figure
from holdfast.runtime.http import Problem
from services.placements.api import cell_of
from services.placements.readings import Question
from services.placements.store import Clocked, Known

MOST_AT_ONCE = 1_000
AT_ONCE = 200

Each = TypeVar("Each")


class Cut(Struct, frozen=True):
    """What was known: by an instant of a clock, of what had been read up to an offset.

    `erased_since`: something that was in it has been erased, and the figure may be another than it was.
    """

    known_at: str | None
    clock: Clocked
    read_to: int
    erased_since: bool


class Page(Struct, frozen=True):
    """Which part of a list is wanted."""

    begins: int
    most: int

    def of(self, every: Sequence[Each]) -> Sequence[Each]:
        """The part itself."""
        return every[self.begins : self.begins + self.most]

    def following(self, every: Sequence[Any]) -> str | None:
        """The cursor of the next part; None where this is the last."""
        ends = self.begins + self.most
        return str(ends) if ends < len(every) else None


def page(
    cursor: Annotated[str | None, Query(pattern=r"^\d{1,9}$")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = AT_ONCE,
) -> Page:
    """A dependency: the page asked for."""
    return Page(int(cursor or 0), limit)


def figure(indicator: str, breakdown: str = WHOLE, period: Period = "on") -> Figure:
    """A dependency: the figure asked about; 400 where there is none such."""
    return Figure(*cell_of(indicator, breakdown, period))


def chosen(version: str | None, otherwise: Choices) -> Choices:
    """The choices of a version of the definitions; 400 where it can't be read here."""
    try:
        return otherwise if version is None else choices_of(version)
    except ValueError as error:
        raise Problem(400, "no-such-definitions", "These definitions are not known here", str(error)) from error


def cut_told(question: Question, known: Known) -> Cut:
    """A data cut as it is told."""
    cut = question.cut(known)
    at = None if cut.at is None else _instant(cut.at)
    read_to = cut.read_to or 0
    return Cut(at, cut.clock, read_to, question.state.erased_to > read_to)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def figure_link(asked: Figure) -> dict[str, str]:
    """The parameters that name a figure."""
    return {"indicator": asked.indicator, "breakdown": asked.breakdown, "period": asked.period}


def reading_link(on: date, cut: Cut, choices: Choices, prefix: str = "") -> dict[str, str]:
    """The parameters that name a reading; the clock is named once, without a prefix."""
    known = {} if cut.known_at is None else {f"{prefix}known_at": cut.known_at}
    return {
        f"{prefix}on": on.isoformat(),
        **known,
        f"{prefix}read_to": str(cut.read_to),
        f"{prefix}definitions": definitions(choices),
    }


def told(request: Request, answer: Any, link: dict[str, str], following: str | None) -> Response:
    """An answer with its ETag, or 304 where the asker has it, and the address of its next page."""
    body = msgspec.json.encode(answer)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if following is not None:
        headers["Link"] = f'<{request.url.path}?{urlencode({**link, "cursor": following})}>; rel="next"'
    if tag in [held.strip().removeprefix("W/") for held in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
