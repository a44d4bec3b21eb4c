"""Feeds and settledness through the gateway, from a real register and real topics: they come to the JSON's figures."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import httpx
import msgspec
import pytest

from holdfast.contracts import topics
from holdfast.contracts.events import AnyEvent
from holdfast.contracts.figures import Figure, ReadTo
from holdfast.england.residents import residents_of
from holdfast.indicators.breakdowns import DIMENSIONS
from holdfast.indicators.calendar import month_ends_to
from holdfast.indicators.choices import definitions
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.memberships import OF_CHILDREN
from holdfast.indicators.reading import figures
from holdfast.indicators.steps import fold
from holdfast.runtime.clock import london_date
from services.gateway.feeds.columns import CHILDREN, FIGURES
from tests.factories import admitted, facts, moved, pseudonym
from tests.histories import history
from tests.integration.gateway_over_register import Over, gateway_over_register
from tests.integration.gateway_rig import eventually
from tests.integration.gateway_said import say

# An authority that no other test says anything of.
HERE, ELSEWHERE = "E08000021", "E08000016"
API = f"/api/authorities/{HERE}"
TODAY = london_date(datetime.now(UTC))
# A child of these tests is ten years old, whenever they run.
BORN = f"{TODAY.year - 10}-01-01"
Line = dict[str, str]


def of_here(name: str, stated: list[AnyEvent], system: str = "other") -> list[AnyEvent]:
    source = f"/authorities/{HERE}/systems/{system}"
    return [msgspec.structs.replace(each, subject=pseudonym(name), source=source) for each in stated]


def lately(number: int) -> list[AnyEvent]:
    """A child who moved eight times in the last year, each said a day later; a third of children, fifty days later."""
    late = timedelta(days=50 if number % 3 == 0 else 1)
    stated: list[AnyEvent] = [
        admitted(str(TODAY - timedelta(days=700)), dob=BORN, receivedtime=f"{TODAY - timedelta(days=699)}T09:00:00Z")
    ]
    for each in range(8):
        on = TODAY - timedelta(days=400 - 35 * each + number)
        stated.append(moved(str(on), place=("U6", "K2")[each % 2], receivedtime=f"{on + late}T09:00:00Z"))
    return stated


def told() -> dict[str, list[AnyEvent]]:
    """By child: 30 random histories of the years around 2016, and 12 lives of the last two years."""
    then = {f"then {seed}": of_here(f"then {seed}", history(seed)) for seed in range(30)}
    return then | {f"now {number}": of_here(f"now {number}", lately(number), "case") for number in range(12)}


def said(by_child: dict[str, list[AnyEvent]], as_at: str) -> list[Figure]:
    """What the stream says of these children today, made by the same engine."""
    ledger = Ledger()
    for stated in by_child.values():
        ledger.add(fold(facts(*stated)))
    return [
        Figure(HERE, each.indicator, each.breakdown, as_at, each.readings, each.month_ends, each.ahead, definitions(),
               ReadTo(topics.EVENTS, 0, 10**9))
        for each in figures(ledger, TODAY, month_ends=24, ahead=12, residents=residents_of(HERE))
    ]  # fmt: skip


AS_AT = datetime.now(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def made(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Over]:
    by_child = told()
    events = [event for stated in by_child.values() for event in stated]
    with gateway_over_register(kafka, postgres_server, tmp_path_factory.mktemp("gateway"), events) as running:
        gateway = running.gateway
        for role in ("manager", "analyst"):
            gateway.person(role, role, HERE)
        gateway.person("operator", "operator", None)
        whole = said(by_child, AS_AT)
        say(kafka, topics.INDICATORS, *whole)
        reader = gateway.http(gateway.token("analyst", HERE))
        eventually(
            "the figures are held",
            lambda: whole[-1].as_at == AS_AT and _held(reader) == len({each.indicator for each in whole}),
            60,
        )
        yield running


def _held(reader: httpx.Client) -> int:
    """How many indicators the last month end has in the feed that were said at the instant."""
    end = _end(1)
    lines = read(reader.get(f"{API}/feeds/figures.csv", params={"from": end, "to": end}))
    return len({line["indicator"] for line in lines if line["as_at"] == AS_AT})


def _end(back: int) -> str:
    return date.fromordinal(month_ends_to(TODAY.toordinal(), back)[0]).isoformat()


@pytest.fixture(scope="module")
def analyst(made: Over) -> httpx.Client:
    return made.gateway.http(made.gateway.token("analyst", HERE), headers={"Accept-Encoding": "identity"})


def read(answer: httpx.Response) -> list[Line]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8"))))


def test_the_feed_of_figures_has_every_row_of_the_json_of_each_month_end(analyst: httpx.Client) -> None:
    # Three more than are held in memory, so that the register answers some of them.
    answer = analyst.get(f"{API}/feeds/figures.csv", params={"from": _end(27)})
    lines = read(answer)
    assert list(lines[0]) == [column.name for column in FIGURES]
    days = sorted({line["month_end"] for line in lines})
    assert (len(days), days[0], days[-1]) == (27, _end(27), _end(1))
    assert {line["as_at"] == AS_AT for line in lines if line["month_end"] >= _end(24)} == {True}
    assert AS_AT not in {line["as_at"] for line in lines if line["month_end"] < _end(24)}
    assert {line["definitions"] for line in lines} == {definitions()}
    for day in (days[0], days[2], days[3], days[-1]):
        rows = analyst.get(f"{API}/indicators", params={"on": day, "breakdowns": "true"}).json()
        expected = [
            (
                row["indicator"], row.get("period", "on"), (row["breakdown"] or {}).get("dimension", ""),
                (row["breakdown"] or {}).get("value", ""), str(row["numerator"]),
                "" if row["denominator"] is None else str(row["denominator"]),
            )
            for row in rows
        ]  # fmt: skip
        names = ("indicator", "period", "dimension", "value", "numerator", "denominator")
        assert [tuple(line[name] for name in names) for line in lines if line["month_end"] == day] == expected
        assert any(int(line["numerator"]) for line in lines if line["month_end"] == day)


def test_the_feed_of_children_comes_to_the_figures_in_every_breakdown(
    analyst: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of several pages of the register.
    monkeypatch.setattr("services.gateway.feeds.children.CHILDREN_AT_ONCE", 7)
    children = read(analyst.get(f"{API}/feeds/children.csv"))
    assert list(children[0]) == [column.name for column in CHILDREN]
    sums: Counter[tuple[str, ...]] = Counter()
    for line in children:
        assert line["authority"] == HERE
        for dimension in ("", *DIMENSIONS):
            if dimension and not line[dimension]:
                continue
            cell = (
                line["month_end"],
                line["indicator"],
                line["period"],
                dimension,
                line[dimension] if dimension else "",
            )
            for part in ("numerator", "denominator"):
                sums[(*cell, part)] += int(line[f"in_{part}"] or 0)
    compared = 0
    for line in read(analyst.get(f"{API}/feeds/figures.csv")):
        if line["indicator"] not in OF_CHILDREN or line["period"] not in ("on", "month"):
            continue
        names = ("month_end", "indicator", "period", "dimension", "value")
        for part in ("numerator", "denominator"):
            key = (*(line[name] for name in names), part)
            assert sums.pop(key, 0) == int(line[part] or 0), key
            compared += 1
    assert compared > 10_000
    assert not +sums


def test_every_child_in_the_feed_is_recorded_as_looked_at(made: Over) -> None:
    reader = made.gateway.http(made.gateway.token("manager", HERE))
    asked = {"from": _end(2), "indicators": "looked_after"}
    before = made.rows("SELECT coalesce(max(look), 0) FROM looks", HERE)[0][0]
    lines = read(reader.get(f"{API}/feeds/children.csv", params=asked))
    assert {line["indicator"] for line in lines} == {"looked_after"}
    looks = made.rows(f"SELECT child, role, purpose, what FROM looks WHERE look > {before}", HERE)
    what = f"children at month ends {_end(2)} to {_end(1)}"
    assert sorted(looks) == [(child, "manager", "members", what) for child in sorted({line["child"] for line in lines})]


@pytest.mark.parametrize("feed", ["figures.csv", "children.csv"])
def test_managers_and_analysts_of_the_authority_may_read_a_feed_and_nobody_else(made: Over, feed: str) -> None:
    gateway, asked = made.gateway, {"from": _end(1)}
    for role, authority, status in (("manager", HERE, 200), ("analyst", HERE, 200), ("analyst", ELSEWHERE, 403)):
        answer = gateway.http(gateway.token(role, authority)).get(f"{API}/feeds/{feed}", params=asked)
        assert answer.status_code == status, (role, answer.text)
    assert gateway.signed_in("operator").get(f"{API}/feeds/{feed}", params=asked).status_code == 403
    assert gateway.signed_in("manager").get(f"{API}/feeds/{feed}", params=asked).status_code == 200
    assert gateway.http().get(f"{API}/feeds/{feed}").status_code == 401


@pytest.mark.parametrize("feed", ["figures.csv", "children.csv"])
def test_a_feed_is_streamed_and_is_a_304_until_something_changes(made: Over, analyst: httpx.Client, feed: str) -> None:
    asked = {"from": _end(3), "to": _end(2)}
    answer = analyst.get(f"{API}/feeds/{feed}", params=asked)
    assert answer.status_code == 200, answer.text
    assert "content-length" not in answer.headers
    tag = {"If-None-Match": answer.headers["ETag"]}
    again = analyst.get(f"{API}/feeds/{feed}", params=asked, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert analyst.get(f"{API}/feeds/{feed}", params={"from": _end(2)}, headers=tag).status_code == 200


def test_a_target_changes_the_rating_and_the_etag(made: Over, analyst: httpx.Client) -> None:
    asked = {"from": _end(1)}
    before = analyst.get(f"{API}/feeds/figures.csv", params=asked)
    target = {"in_force_from": "2010-04-01", "good": "low", "green": {"value": 0, "of": 1, "inclusive": True},
              "red": {"value": 0, "of": 1, "inclusive": False}}  # fmt: skip
    assert analyst.put(f"{API}/targets/placement_moves", json=[target]).status_code == 200
    after = eventually(
        "the target is held",
        lambda: (
            (a := analyst.get(f"{API}/feeds/figures.csv", params=asked)).headers["ETag"] != before.headers["ETag"] and a
        ),
    )
    rated = {(line["indicator"], line["dimension"], line["rating"]) for line in read(after) if line["rating"]}
    assert {(indicator, dimension) for indicator, dimension, _ in rated} == {("placement_moves", "")}
    assert "red" in {rating for *_, rating in rated}


def test_new_facts_change_the_feed_of_children(made: Over, analyst: httpx.Client) -> None:
    asked = {"from": _end(1), "indicators": "looked_after"}
    before = analyst.get(f"{API}/feeds/children.csv", params=asked)
    made.tell(*of_here("new", [admitted(str(TODAY - timedelta(days=300)), dob=BORN)]))
    after = analyst.get(f"{API}/feeds/children.csv", params=asked, headers={"If-None-Match": before.headers["ETag"]})
    assert {line["child"] for line in read(after)} - {line["child"] for line in read(before)} == {pseudonym("new")}


def test_what_a_feed_does_not_have_is_refused_in_words(analyst: httpx.Client) -> None:
    for feed, asked, code in (
        ("figures.csv", {"from": "2001-01-01"}, "too-many-month-ends"),
        ("children.csv", {"from": _end(25)}, "too-many-month-ends"),
        ("figures.csv", {"from": str(TODAY), "to": str(TODAY - timedelta(days=40))}, "no-month-end"),
        ("children.csv", {"from": _end(1), "indicators": "looked_after_rate"}, "no-such-figure"),
        ("figures.csv", {"from": "yesterday"}, "unusable-request"),
    ):
        answer = analyst.get(f"{API}/feeds/{feed}", params=asked)
        assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{code}"), answer.text


def test_the_page_of_the_feeds_leads_to_them(made: Over) -> None:
    browser = made.gateway.signed_in("manager")
    answer = browser.get(f"/authorities/{HERE}/feeds")
    assert answer.status_code == 200, answer.text
    links = re.findall(r'href="(/api/[^"]+\.csv)"', answer.text)
    assert links == [f"{API}/feeds/figures.csv", f"{API}/feeds/children.csv"]
    assert f"<code>{made.gateway.url}{links[0]}</code>" in answer.text
    assert f'href="/authorities/{HERE}/feeds"' in browser.get(f"/authorities/{HERE}").text
    assert made.gateway.signed_in("operator").get(f"/authorities/{HERE}/feeds").status_code == 403


# --- How settled recent months are ------------------------------------------------------------------------------------


def test_settledness_is_told_to_those_who_see_figures(made: Over, analyst: httpx.Client) -> None:
    answer = analyst.get(f"{API}/settledness")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    [case] = [each for each in body["sources"] if each["source"] == "case"]
    assert (case["facts"], [case["points"][days]["share"] for days in (0, 1, 49, 50, 92)]) == (
        96, [0, 0.6667, 0.6667, 1, 1]
    )  # fmt: skip
    assert body["whole"]["facts"] >= 96
    assert body["month_ends"][0]["on"] == _end(1)
    again = analyst.get(f"{API}/settledness", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    gateway = made.gateway
    assert gateway.http(gateway.token("analyst", ELSEWHERE)).get(f"{API}/settledness").status_code == 403
    assert gateway.signed_in("operator").get(f"{API}/settledness").status_code == 403
    assert analyst.get(f"{API}/settledness", params={"on": "1970-01-01"}).status_code == 400


def test_recent_months_say_on_each_page_how_settled_they_are(made: Over) -> None:
    browser = made.gateway.signed_in("manager")
    answer = browser.get(f"/authorities/{HERE}/settledness")
    assert answer.status_code == 200, answer.text
    month = re.escape(f"{date.fromisoformat(_end(1)):%B %Y}")
    assert f'data-settled="{_end(1)}"' in answer.text
    assert 'data-source="case"' in answer.text
    assert answer.text.count('class="band"') >= 2
    # A register that is slow to answer is not waited for, and asked again ten seconds later.
    eventually(
        "the scorecard says it",
        lambda: re.search(
            rf"{month}: (about|over) \d+% of what will be said has been \(\d+–\d+%\)",
            browser.get(f"/authorities/{HERE}").text,
        ),
        90,
    )
    page = browser.get(f"/authorities/{HERE}/indicators/looked_after").text
    assert re.search(rf'<tr data-on="{_end(1)}">.*?(about|over) \d+% said \(\d+–\d+%\)', page)
    assert not re.search(rf'<tr data-on="{_end(6)}">[^\n]*% said', page)
    june = browser.get(f"/authorities/{HERE}/settledness?on=2001-07-05")
    assert "There is not enough to tell yet" in june.text
