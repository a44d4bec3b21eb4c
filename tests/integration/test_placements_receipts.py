"""Receipts, bridges and the months ahead over HTTP, from a real database that a real topic was read into."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import httpx
import msgspec
import pytest

from holdfast.contracts.events import AnyEvent, statement_hash
from holdfast.contracts.facts import fact_of
from holdfast.contracts.topics import partition_of
from holdfast.england.residents import residents_of
from holdfast.indicators.ahead import crossings
from holdfast.indicators.bridge import Reading
from holdfast.indicators.catalogue import INDICATORS
from holdfast.indicators.choices import definitions
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.members import Asked, Figure
from holdfast.indicators.reading import PERIODS, rows
from holdfast.indicators.receipts import receipt
from holdfast.indicators.steps import fold
from tests.factories import admitted, discharged, facts, moved, pseudonym
from tests.histories import history
from tests.integration.placements_asked import HERE, THERE, TOP, serving, token, told
from tests.integration.placements_rig import PARTITIONS, Rig, rigged, until
from tests.unit.test_bridge import Known, Read, bridged

FIGURES = [Figure(code, period=period) for code, row in INDICATORS.items() for period in PERIODS[row.kind]]


@pytest.fixture
async def rig(kafka: str, postgres_url: str) -> AsyncIterator[Rig]:
    async with rigged(kafka, postgres_url) as made:
        yield made


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(rig) as made:
        await until(lambda: made.get("/readyz"), lambda answer: answer.status_code == 200)
        yield made


def some_children(many: int) -> dict[str, list[AnyEvent]]:
    """Made-up children by pseudonym; each statement received some days after it was recorded, in order."""
    random = Random(5)
    children: dict[str, list[AnyEvent]] = {}
    for seed in range(many):
        child = pseudonym(f"child {seed}")
        for event in dict.fromkeys(history(seed)):
            at = datetime.fromisoformat(event.recordedtime) + timedelta(days=random.randrange(60))
            received = at.isoformat().replace("+00:00", "Z")
            stated = msgspec.structs.replace(event, subject=child, receivedtime=received)
            children.setdefault(child, []).append(stated)
    return children


async def asked(client: httpx.AsyncClient, what: str, parameters: Any, status: int = 200) -> Any:
    answer = await client.get(f"{TOP}/{what}", params=parameters, headers=token())
    assert answer.status_code == status, answer.text
    return answer.json()


def plain(value: Any) -> Any:
    """As JSON would have it."""
    return msgspec.json.decode(msgspec.json.encode(value))


def named(figure: Figure) -> dict[str, str]:
    return {"indicator": figure.indicator, "breakdown": figure.breakdown, "period": figure.period}


async def whole(client: httpx.AsyncClient, what: str, parameters: dict[str, str], listed: str) -> tuple[Any, list[Any]]:
    """An answer, and its list from all pages."""
    found, cursor, answer = [], None, None
    while True:
        paged = parameters | ({} if cursor is None else {"cursor": cursor})
        answer = await asked(client, what, paged)
        found += answer[listed]
        if (cursor := answer["next"]) is None:
            return answer, found


async def test_a_receipt_is_that_of_the_statements_and_its_pages_make_it_up(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    children = some_children(40)
    await told(rig, *(event for stated in children.values() for event in stated))
    on = date(2017, 3, 31)
    for figure in FIGURES:
        expected = receipt({child: facts(*stated) for child, stated in children.items()}, figure, on)
        answer, lines = await whole(client, "receipt", {**named(figure), "on": str(on), "limit": "7"}, "lines")
        assert lines == plain(expected.lines), figure
        assert (answer["numerator"], answer["denominator"]) == (expected.numerator, expected.denominator)
        assert answer["definitions"] == definitions()
    [looked] = await rig.rows("SELECT count(DISTINCT child) FROM looks WHERE what LIKE 'receipt %'", authority=HERE)
    assert looked[0] > 20


async def test_a_link_reopens_the_receipt_whatever_was_said_since(rig: Rig, client: httpx.AsyncClient) -> None:
    life: list[AnyEvent] = [
        admitted("2016-01-05", "U6"),
        moved("2017-03-09", "P", "K2"),
        moved("2017-05-09", "P", "U4"),
    ]
    await told(rig, *life)
    question = {"indicator": "three_or_more_placements", "on": "2017-06-30"}
    first = await client.get(f"{TOP}/receipt", params=question, headers=token())
    assert (first.json()["numerator"], first.json()["denominator"]) == (1, 1)
    assert [stay["counted"] for stay in first.json()["lines"][0]["stays"]] == [True] * 3
    late: list[AnyEvent] = [
        discharged("2017-06-20", recorded="2017-08-09T12:00:00Z"),
        admitted("2017-01-01", child="another"),
    ]
    await told(rig, *late)
    assert (await asked(client, "receipt", question))["numerator"] == 0
    again = await client.get(f"{TOP}/receipt", params=first.json()["link"], headers=token())
    assert again.content == first.content
    known = {"If-None-Match": first.headers["ETag"]}
    assert (await client.get(f"{TOP}/receipt", params=first.json()["link"], headers=token() | known)).status_code == 304
    partition = partition_of(HERE, PARTITIONS)
    erased = [(partition, f"{HERE}/{one.subject}/{statement_hash(one)}".encode(), None) for one in life]
    await rig.send_records(erased)
    await rig.until_read(8)
    after = await asked(client, "receipt", first.json()["link"])
    assert (after["numerator"], after["denominator"], after["cut"]["erased_since"]) == (0, 0, True)


async def test_figures_as_known_at_any_cut_are_those_of_the_statements_known_then(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    children = some_children(30)
    stated = [event for known in children.values() for event in known]
    await told(rig, *stated)
    random = Random(3)
    offsets = {event: place for place, event in enumerate(stated)}
    for turn in range(12):
        # Cold at first, then beside what is kept of today.
        if turn == 4:
            await asked(client, "indicators", {"on": "2017-06-30"})
        at = datetime.fromisoformat(random.choice(stated).recordedtime)
        clock, read_to = random.choice(("recorded", "received")), random.choice((None, random.randrange(len(stated))))
        cut = {"known_at": at.isoformat(), "clock": clock} | ({} if read_to is None else {"read_to": str(read_to)})
        known = [
            [event for event in every if _instant(event, clock) <= at and (read_to is None or offsets[event] < read_to)]
            for every in children.values()
        ]
        on = str(at.date())
        found = await asked(client, "indicators", {"on": on, "breakdowns": "true", **cut})
        assert [row for row in found if row["numerator"]] == [row for row in by_engine(known, on) if row["numerator"]]


def _instant(event: AnyEvent, clock: str) -> datetime:
    return datetime.fromisoformat(event.recordedtime if clock == "recorded" else str(event.receivedtime))


def by_engine(children: Sequence[Sequence[AnyEvent]], on: str) -> Any:
    ledger = Ledger()
    for stated in children:
        ledger.add(fold(facts(*stated)))
    return plain(rows(ledger, date.fromisoformat(on), breakdowns=True, residents=residents_of(HERE)))


async def test_a_bridge_is_that_of_the_statements_and_adds_up_either_way(rig: Rig, client: httpx.AsyncClient) -> None:
    children = some_children(30)
    await told(rig, *(event for stated in children.values() for event in stated))
    random, causes = Random(11), set[str]()
    known = [
        Known(child, fact, _microseconds(event, "received"))
        for child, stated in children.items()
        for event, fact in ((event, fact_of(event)) for event in stated)
    ]
    for figure in random.sample([figure for figure in FIGURES if figure.indicator != "looked_after_rate"], 12):
        instants = sorted(random.choice(known).known_at for _ in range(2))
        days = [date(2017, 3, 31), random.choice((date(2017, 3, 31), date(2017, 4, 30), date(2018, 3, 31)))]
        ends = [Read(Reading(on), at) for on, at in zip(days, instants, strict=True)]
        expected = bridged(known, figure, *ends)
        parameters = {**named(figure), "clock": "received"}
        for name, end in zip(("first", "second"), ends, strict=True):
            parameters |= {f"{name}_on": str(end.reading.on), f"{name}_known_at": _text(end.known_at)}
        answer, changes = await whole(client, "bridge", parameters | {"limit": "5"}, "changes")
        assert answer["adds_up"]
        assert changes == plain(expected.changes), figure
        assert answer["numerator"] == plain(expected.numerator)
        assert answer["denominator"] == plain(expected.denominator)
        causes |= {change["cause"] for change in changes}
        reopened = await asked(client, "bridge", answer["link"])
        assert reopened["numerator"] == answer["numerator"]
    assert len(causes) >= 3


def _microseconds(event: AnyEvent, clock: str) -> int:
    return fact_of(admitted("2017-01-01", recorded=_instant(event, clock).isoformat())).recorded_at


def _text(microseconds: int) -> str:
    return (datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(microseconds=microseconds)).isoformat()


JUNE = {"indicator": "looked_after", "first_on": "2017-06-30", "second_on": "2017-06-30"}


async def test_june_as_it_stood_in_july_and_today_are_bridged_by_what_was_entered_late(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, admitted("2017-01-05"), discharged("2017-06-20", recorded="2017-08-09T12:00:00Z"))
    july = {"first_known_at": "2017-07-14T09:00:00Z"}
    answer = await asked(client, "bridge", JUNE | july)
    assert (answer["numerator"]["first"], answer["numerator"]["second"], answer["turned"]) == (1, 0, False)
    assert [(each["way"], each["cause"]) for each in answer["changes"]] == [("went", "entered late")]
    back = await asked(client, "bridge", JUNE | {"second_known_at": "2017-07-14T09:00:00Z"})
    assert (back["numerator"]["first"], back["numerator"]["second"], back["turned"]) == (0, 1, True)
    assert [(each["way"], each["cause"]) for each in back["changes"]] == [("came", "entered late")]
    otherwise = await asked(client, "bridge", JUNE | july | {"second_definitions": "1-eighteen.counted"})
    assert otherwise["second"]["definitions"] == "1-eighteen.counted"


async def test_readings_that_each_know_what_the_other_does_not_have_no_bridge(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await told(rig, admitted("2017-01-05"), discharged("2017-06-20", recorded="2017-08-09T12:00:00Z"))
    crossing = {"first_known_at": "2017-07-14T09:00:00Z", "first_read_to": "2", "second_read_to": "1"}
    answer = await asked(client, "bridge", JUNE | crossing, status=400)
    assert answer["type"] == "/problems/readings-cross"
    answer = await asked(client, "bridge", JUNE | {"first_definitions": "0"}, status=400)
    assert answer["type"] == "/problems/no-such-definitions"
    assert (await asked(client, "receipt", {"indicator": "looked_after", "read_to": "99"}, 503))["type"].endswith(
        "behind"
    )
    assert (await asked(client, "receipt", {"indicator": "nothing"}, 400))["type"].endswith("no-such-figure")


async def test_the_months_ahead_are_the_figures_of_those_days_and_who_crosses(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    children = some_children(30)
    await told(rig, *(event for stated in children.values() for event in stated))
    on = date(2017, 3, 31)
    for code in ("long_term_stable", "three_or_more_placements", "placement_moves"):
        figure = Figure(code, period=PERIODS[INDICATORS[code].kind][-1])
        answer, found = await whole(client, "ahead", {**named(figure), "on": str(on), "limit": "9"}, "crossings")
        assert len(answer["month_ends"]) == 12
        for month_end in answer["month_ends"]:
            [row] = [
                row
                for row in by_engine(list(children.values()), month_end["on"])
                if row["indicator"] == code and row["breakdown"] is None and row.get("period", "on") == figure.period
            ]
            assert month_end["readings"][0]["numerator"] == row["numerator"]
        expected = [
            each
            for child, stated in children.items()
            for each in crossings(
                child, Asked(figure), fold(facts(*stated)), on.toordinal(), date(2018, 3, 31).toordinal()
            )
        ]
        assert len(expected) == len(found)
        assert {(each.child, str(each.on)) for each in expected} == {
            (each["crossing"]["child"], each["crossing"]["on"]) for each in found
        }
        assert all(each["sentence"] for each in found)


@pytest.mark.parametrize("what", ["receipt", "bridge", "ahead"])
async def test_only_roles_with_exact_figures_may_ask(client: httpx.AsyncClient, what: str) -> None:
    parameters = {"indicator": "looked_after", "first_on": "2017-06-30"}
    for headers, status in (
        (token("panel"), 403),
        (token(issuer="intake"), 403),
        (token(authority=THERE), 403),
        ({}, 401),
        (token("manager"), 200),
    ):
        answer = await client.get(f"{TOP}/{what}", params=parameters, headers=headers)
        assert answer.status_code == status, answer.text
