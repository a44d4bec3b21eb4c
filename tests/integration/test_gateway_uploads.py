"""A return uploaded in the browser, over HTTP: read, compared, confirmed and sent; what is found, and what is refused.

The door is a fake that keeps the protocol; the whole way, with the real one, is in `tests/system/test_upload.py`.
"""

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from holdfast.runtime.service_token import IMPORT_PURPOSE
from tests.integration.gateway_door import RECORDED
from tests.integration.gateway_rig import Running
from tests.integration.gateway_uploading import (
    CHILDREN,
    EPISODES,
    GOOD,
    HERE,
    IMPORT,
    ODD,
    begun,
    browsing,
    confirm,
    counts,
    imported,
    importing_gateway,
    on_disk,
    reached,
    token_of,
    upload,
)  # fmt: skip


@pytest.fixture(scope="module")
def standing(kafka: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with importing_gateway(kafka, postgres_server, tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture
def gateway(standing: Running) -> Running:
    """Its door has heard of nothing."""
    standing.door.begin_anew()
    return standing


@pytest.fixture
def analyst(gateway: Running) -> Iterator[httpx.Client]:
    with browsing(gateway) as browser:
        yield browser


def test_a_return_is_read_compared_confirmed_and_sent(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, GOOD)
    page = reached(analyst, address, "ready")
    assert counts(page) == {"new": 6, "restated": 0, "gone": 0, "unchanged": 0}
    assert "31 March 2018" in page
    assert "2017-episodes.csv<br>2017-header.csv" in page
    assert gateway.door.facts == {}
    assert on_disk(gateway) == []
    assert confirm(analyst, address).status_code == 303
    page = reached(analyst, address, "done")
    assert counts(page) == {"new": 6, "restated": 0, "withdrawn": 0, "unchanged": 0}
    assert f'href="/authorities/{HERE}"' in page
    assert gateway.door.facts.keys() == set(CHILDREN)
    claims, asked, _ = gateway.door.asked[-1]
    assert (claims.issuer, claims.role, claims.authority) == ("gateway", "analyst", HERE)
    assert claims.purpose == IMPORT_PURPOSE
    assert asked == {"system": "ssda903", "dry_run": "false", "withdraw": "true", "recordedtime": RECORDED}


def test_the_same_return_again_says_that_there_is_nothing_new(gateway: Running, analyst: httpx.Client) -> None:
    imported(gateway, analyst, GOOD)
    page = reached(analyst, begun(analyst, GOOD), "unchanged")
    assert "There is nothing new in these files" in page
    assert counts(page) == {"new": 0, "restated": 0, "gone": 0, "unchanged": 6}
    assert "/confirm" not in page


def test_findings_name_file_row_and_column_and_never_a_cell(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, ODD)
    page = reached(analyst, address, "ready")
    assert "DECOM is not a date." in page
    assert "PLACE holds a code that is in no list." in page
    answer = analyst.get(f"{address}/findings.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "file,row,column,code,sentence,mend,left_out,place"
    assert "2017-episodes.csv,5,DECOM,not-a-date,DECOM is not a date." in lines[1]
    assert lines[2].startswith("2017-episodes.csv,6,PLACE,unknown-code,")
    confirm(analyst, address)
    done = reached(analyst, address, "done")
    for text in (page, done, answer.text):
        assert not re.search(r"REF-|31/02/2017|B1 ?1AA|ZZ", text)


def test_what_the_door_refuses_is_located_by_file_and_row_in_words_of_our_own(
    gateway: Running, analyst: httpx.Client
) -> None:
    gateway.door.refused = {f"{CHILDREN[1]}/2017-04-09/S/discharge": "too-far-ahead"}
    address = begun(analyst, GOOD)
    page = reached(analyst, address, "ready")
    assert "What would be refused" in page
    confirm(analyst, address)
    done = reached(analyst, address, "done")
    assert "The door refused it: a date or instant more than a year ahead." in done
    lines = analyst.get(f"{address}/findings.csv").text.splitlines()
    assert lines[1].startswith("2017-episodes.csv,3,on,too-far-ahead,")
    assert CHILDREN[1] not in done + page + lines[1]


def test_where_more_than_one_row_in_twenty_has_gone_it_is_decided_first(
    gateway: Running, analyst: httpx.Client
) -> None:
    imported(gateway, analyst, GOOD)
    shorter = GOOD | {"2017-episodes.csv": GOOD["2017-episodes.csv"].replace(f"{CHILDREN[0]},09", f"{CHILDREN[0]},10")}
    address = begun(analyst, shorter)
    page = reached(analyst, address, "ready")
    assert counts(page) == {"new": 2, "restated": 0, "gone": 2, "unchanged": 4}
    assert "2 of 6 rows" in page
    before = dict(gateway.door.facts)
    refused = confirm(analyst, address)
    assert refused.status_code == 400
    assert "Decide first" in refused.text
    assert gateway.door.facts == before
    assert confirm(analyst, address, gone="leave").status_code == 303
    assert counts(reached(analyst, address, "done")) == {"new": 2, "restated": 0, "left-standing": 2, "unchanged": 4}
    assert sum(map(len, gateway.door.facts.values())) == 8
    address = begun(analyst, shorter)
    reached(analyst, address, "ready")
    confirm(analyst, address, gone="withdraw")
    assert counts(reached(analyst, address, "done")) == {"new": 0, "restated": 0, "withdrawn": 2, "unchanged": 6}
    assert sum(map(len, gateway.door.facts.values())) == 6


def test_files_without_an_episode_are_told_and_nothing_can_be_sent(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, {"notes.csv": "a,b\n1,2\n", "holiday.png": b"\x89PNG"})
    page = reached(analyst, address, "unreadable")
    assert "notes.csv" in page
    assert confirm(analyst, address).status_code == 303
    assert gateway.door.asked == []
    assert on_disk(gateway) == []


def test_without_a_source_the_page_says_what_to_ask_the_operator_for(gateway: Running, analyst: httpx.Client) -> None:
    gateway.door.has_source = False
    page = analyst.get(IMPORT)
    assert page.status_code == 403
    assert f"holdfast token create --authority {HERE} --system ssda903" in page.text
    address = begun(analyst, GOOD)
    assert "holdfast token create" in reached(analyst, address, "stopped")


def test_a_door_that_is_away_stops_an_import_and_it_goes_on_when_asked(
    gateway: Running, analyst: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.neighbours.intake.LONGEST_PAUSE_SECONDS", 0.01)
    address = begun(analyst, GOOD)
    reached(analyst, address, "ready")
    gateway.door.away, gateway.door.let_through = True, 0
    confirm(analyst, address)
    page = reached(analyst, address, "stopped")
    assert "not sent a second time" in page
    gateway.door.away, gateway.door.let_through = False, 10
    confirm(analyst, address)
    assert counts(reached(analyst, address, "done"))["new"] == 6


def test_a_script_is_told_where_its_upload_is(gateway: Running, analyst: httpx.Client) -> None:
    answer = upload(analyst, GOOD, headers={"Accept": "application/json"})
    assert answer.status_code == 201
    address = answer.json()["location"]
    assert re.fullmatch(rf"{IMPORT}/[\w-]{{22}}", address)
    reached(analyst, address, "ready")
    told = analyst.get(f"{address}/progress").json()
    assert told == {"state": "ready", "title": "", "words": "", "percent": 100}


def test_an_upload_is_dropped_when_asked(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, GOOD)
    answer = analyst.post(f"{address}/drop", data={"csrf_token": token_of(analyst)})
    assert (answer.status_code, answer.headers["location"]) == (303, IMPORT)
    assert analyst.get(address).status_code == 404
    assert on_disk(gateway) == []


def test_today_bounds_the_dates_that_are_read(gateway: Running, analyst: httpx.Client) -> None:
    ahead = date.today().year + 3  # noqa: DTZ011 - only the year matters
    files = {"e.csv": EPISODES + f"{CHILDREN[0]},09/04/{ahead},S,C1,N1,U6,PR1,,,,,,\n"}
    assert "more than a year ahead" in reached(analyst, begun(analyst, files), "unreadable")
