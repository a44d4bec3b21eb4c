"""Lists that come in pages: an answer that leads on to the next page, and all the pages together.

Of every page the data cut is that of the first, since its link names it: all of them are of one list.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Request, Response

from services.gateway.api.bodies import cacheable


class Part(Protocol):
    """A page as the register tells it."""

    @property
    def link(self) -> dict[str, str]:
        """The parameters that ask for the same list again."""

    @property
    def next(self) -> str | None:
        """The cursor of the next page; None with the last."""


class Leads(msgspec.Struct, frozen=True):
    """Where a page leads; what is on it is not read."""

    link: dict[str, str]
    next: str | None


Page = TypeVar("Page", bound=Part)


def leading_on(answer: Response, request: Request, asked: Mapping[str, str], following: str | None) -> Response:
    """The answer with the address of the next page, where there is one."""
    if following is not None:
        address = f"{request.url.path}?{urlencode({**asked, 'cursor': following})}"
        answer.headers["Link"] = f'<{address}>; rel="next"'
    return answer


def paged(request: Request, body: bytes, asked: Mapping[str, str]) -> Response:
    """A page with its ETag, leading on to the next of the same data cut and length."""
    told = msgspec.json.decode(body, type=Leads)
    length = {"limit": asked["limit"]} if "limit" in asked else {}
    return leading_on(cacheable(request, body), request, told.link | length, told.next)


async def pages_of(
    ask: Callable[[dict[str, str]], Awaitable[Page]], asked: Mapping[str, str], length: int, most: int
) -> list[Page]:
    """Every page of a list from the first on; where there are more than `most`, the last still leads on."""
    limit = {"limit": str(length)}
    pages = [await ask({name: value for name, value in asked.items() if name != "cursor"} | limit)]
    while len(pages) < most and (following := pages[-1].next) is not None:
        pages.append(await ask(pages[0].link | limit | {"cursor": following}))
    return pages
