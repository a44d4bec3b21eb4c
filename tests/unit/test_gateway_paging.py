"""How a list that comes in pages leads on, and how its pages are taken together."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from services.gateway.api.paging import Leads, paged, pages_of

LINK = {"on": "2017-06-30", "read_to": "1284"}


class Listed(msgspec.Struct, frozen=True):
    """A page of a list of numbers."""

    link: dict[str, str]
    next: str | None
    numbers: list[int]


class Register:
    """A list of so many numbers, told in pages; keeps what it was asked."""

    def __init__(self, many: int) -> None:
        self.many = many
        self.asked: list[dict[str, str]] = []

    async def page(self, asked: dict[str, str]) -> Listed:
        self.asked.append(asked)
        begins = int(asked.get("cursor", "0"))
        ends = begins + int(asked["limit"])
        return Listed(LINK, str(ends) if ends < self.many else None, [*range(begins, min(ends, self.many))])


def served(told: Leads, asked: dict[str, str]) -> httpx.Response:
    app = FastAPI()

    @app.get("/list")
    def _page(request: Request) -> Response:
        return paged(request, msgspec.json.encode(told), asked)

    answer: httpx.Response = TestClient(app).get("/list")
    return answer


def leads_to(answer: httpx.Response) -> dict[str, str]:
    address, _, says = answer.headers["Link"].partition(">")
    assert says == '; rel="next"'
    assert urlsplit(address.removeprefix("<")).path == "/list"
    return dict(parse_qsl(urlsplit(address.removeprefix("<")).query))


def test_a_page_leads_to_the_next_of_the_same_cut_and_length() -> None:
    asked = {"indicator": "looked_after", "limit": "50", "cursor": "50"}
    assert leads_to(served(Leads(LINK, "100"), asked)) == LINK | {"limit": "50", "cursor": "100"}
    assert leads_to(served(Leads(LINK, "200"), {})) == LINK | {"cursor": "200"}


def test_the_last_page_leads_nowhere() -> None:
    assert "Link" not in served(Leads(LINK, None), {"limit": "50", "cursor": "50"}).headers


async def test_all_pages_are_asked_for_by_the_cut_of_the_first() -> None:
    register = Register(5)
    pages = await pages_of(register.page, {"indicator": "looked_after", "cursor": "3", "limit": "1"}, 2, 10)
    assert [page.numbers for page in pages] == [[0, 1], [2, 3], [4]]
    assert register.asked[0] == {"indicator": "looked_after", "limit": "2"}
    assert register.asked[1:] == [LINK | {"limit": "2", "cursor": cursor} for cursor in ("2", "4")]


async def test_no_more_pages_are_taken_than_the_most_and_the_last_says_that_there_are_more() -> None:
    register = Register(100)
    pages = await pages_of(register.page, {}, 2, 3)
    assert len(register.asked) == len(pages) == 3
    assert pages[-1].next == "6"
