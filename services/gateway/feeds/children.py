"""The feed of children: the register's pages, of one data cut, as lines of one flat file. Holds one page at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.indicators.memberships import Membership
from services.gateway.domain import Principal
from services.gateway.feeds.columns import CHILDREN
from services.gateway.feeds.lines import child_lines, encoded, head
from services.gateway.feeds.sent import tag_of
from services.gateway.neighbours.register import Parameters, Register

# With 24 month ends some 20,000 rows, two megabytes.
CHILDREN_AT_ONCE = 50


class Member(Struct, frozen=True):
    """A child with its rows, as the register tells it."""

    child: str
    rows: list[Membership]


class Members(Struct, frozen=True):
    """A page of the children, as the register tells it."""

    cut: dict[str, Any]
    children: list[Member]
    link: dict[str, str]
    next: str | None


class ChildrenFeed:
    """A feed that is ready to be sent: its first page is read, and says of which data cut the others are."""

    def __init__(self, register: Register, asker: Principal, authority: str, first: Members) -> None:
        self._register, self._asker, self._authority = register, asker, authority
        self._first = first

    @property
    def tag(self) -> str:
        """Another one where anything was said or erased since, and where other month ends or columns are asked for."""
        return tag_of(
            [head(CHILDREN), self._authority.encode(), msgspec.json.encode((self._first.cut, self._first.link))]
        )

    async def parts(self) -> AsyncIterator[bytes]:
        """The header, then a part for each page. Raises Problem where the register stops answering."""
        yield head(CHILDREN)
        page = self._first
        while True:
            # Whoever is shown figures as they change does not wait for so many lines.
            yield await asyncio.to_thread(self._lines, page)
            if page.next is None:
                return
            asked = page.link | {"limit": str(CHILDREN_AT_ONCE), "cursor": page.next}
            page = await members(self._register, self._asker, self._authority, asked)

    def _lines(self, page: Members) -> bytes:
        version = page.link["definitions"]
        return encoded(
            line for each in page.children for line in child_lines(self._authority, each.child, each.rows, version)
        )


async def children_feed(
    register: Register, asker: Principal, authority: str, ends: Sequence[date], indicators: str | None
) -> ChildrenFeed:
    """The children at these month ends, of which there is one at least; `indicators`: of these alone, by commas."""
    asked = {"first": ends[0].isoformat(), "on": ends[-1].isoformat(), "limit": str(CHILDREN_AT_ONCE)}
    asked |= {"indicators": indicators} if indicators else {}
    return ChildrenFeed(register, asker, authority, await members(register, asker, authority, asked))


async def members(register: Register, asker: Principal, authority: str, asked: Parameters) -> Members:
    """A page."""
    return msgspec.json.decode(await register.explained(asker, authority, "members", asked), type=Members)
