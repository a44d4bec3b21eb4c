"""The feed of figures: what the JSON answers for each month end, from the same places, as lines of one flat file."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date

import msgspec
from msgspec import Struct, structs

from holdfast.contracts.authorities import authorities
from holdfast.contracts.figures import Row
from holdfast.contracts.targets import Target
from holdfast.indicators.catalogue import INDICATORS
from services.gateway.domain import Principal
from services.gateway.feeds.columns import FIGURES
from services.gateway.feeds.lines import Made, encoded, figure_line, head
from services.gateway.feeds.sent import tag_of
from services.gateway.figures.memory import from_memory
from services.gateway.neighbours.register import day_parameters
from services.gateway.parts import Parts

_rows = msgspec.json.Decoder(list[Row])


class Month(Struct, frozen=True):
    """The figures of a month end as JSON, by which definitions they were made, and when."""

    rows: bytes
    definitions: str
    as_at: str


class FiguresFeed(Struct, frozen=True):
    """A feed that is ready to be sent. `months` are a few hundred kilobytes each, most of them shared with the JSON."""

    made: Made
    months: list[Month]

    @property
    def tag(self) -> str:
        """Another one where any figure, target or name is another, or a column is new."""
        of = structs.replace(self.made, as_at="", definitions="")
        return tag_of([head(FIGURES), msgspec.json.encode(of), *(part for each in self.months for part in _told(each))])

    async def parts(self) -> AsyncIterator[bytes]:
        """The header, then a part for each month end, the oldest first."""
        yield head(FIGURES)
        for month in self.months:
            made = structs.replace(self.made, definitions=month.definitions, as_at=month.as_at)
            yield encoded(figure_line(row, made) for row in _rows.decode(month.rows))
            # Others have their turn between two months.
            await asyncio.sleep(0)


def _told(month: Month) -> tuple[bytes, bytes]:
    return month.rows, month.definitions.encode()


async def figures_feed(parts: Parts, asker: Principal, authority: str, ends: Sequence[date]) -> FiguresFeed:
    """The figures of these month ends, each read as the JSON of that day is."""
    known = authorities().get(authority)
    months = []
    for end in ends:
        months.append(await _month(parts, asker, authority, end))
        await asyncio.sleep(0)
    return FiguresFeed(Made(authority, known.name if known else authority, _targets(parts, authority), "", ""), months)


async def _month(parts: Parts, asker: Principal, authority: str, end: date) -> Month:
    body = from_memory(parts.figures, authority, end, breakdowns=True)
    if body is not None:
        latest = parts.figures.of(authority).latest
        return Month(body, latest.head.definitions, latest.as_at)
    rows, definitions = await parts.register.figures(asker, authority, day_parameters(end, breakdowns=True))
    return Month(msgspec.json.encode(rows), definitions, parts.clock.instant())


def _targets(parts: Parts, authority: str) -> dict[str, list[Target]]:
    return {code: parts.targets.of(authority, code)[1] for code in INDICATORS}
