"""Who may upload a return, how much of it and how many at a time; whose an upload is, and that nothing of it stays."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import httpx
import pytest

from services.gateway.people.secret import hash_of
from tests.integration.gateway_rig import Running, eventually
from tests.integration.gateway_uploading import (
    GOOD,
    HERE,
    IMPORT,
    begun,
    browsing,
    confirm,
    counts,
    imported,
    importing_gateway,
    on_disk,
    reached,
    sign_out,
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


def test_only_an_analyst_of_the_authority_who_is_signed_in_may_import(gateway: Running) -> None:
    for name in ("manager", "else", "operator"):
        with closing(gateway.signed_in(name)) as browser:
            assert browser.get(IMPORT).status_code == 403, name
            assert upload(browser, GOOD, token="guessed").status_code == 403, name
    assert gateway.http(headers={"Accept": "text/html"}).get(IMPORT).headers["location"] == f"/sign-in?next={IMPORT}"
    machine = gateway.http(gateway.token("analyst", HERE))
    assert machine.get(IMPORT).json()["type"] == "/problems/not-for-machines"
    assert gateway.door.asked == []
    assert on_disk(gateway) == []


def test_an_upload_that_no_page_of_ours_asked_for_is_refused_before_a_byte_is_kept(
    gateway: Running, analyst: httpx.Client
) -> None:
    token = token_of(analyst)
    files = [("files", ("2017-episodes.csv", GOOD["2017-episodes.csv"], "text/csv"))]
    late: list[tuple[str, Any]] = [*files, ("csrf_token", (None, token))]
    assert upload(analyst, GOOD, token="guessed").status_code == 403
    assert analyst.post(IMPORT, files=files).status_code == 403
    assert analyst.post(IMPORT, files=late).status_code == 403
    assert upload(analyst, GOOD, token=token, headers={"Origin": "https://evil.example"}).status_code == 403
    assert upload(analyst, GOOD, token=token, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert list(gateway.settings.folder_of_uploads.glob("gateway-*/*")) == []
    address = begun(analyst, GOOD)
    reached(analyst, address, "ready")
    for step in ("confirm", "drop"):
        assert analyst.post(f"{address}/{step}", data={"csrf_token": "guessed"}).status_code == 403
    assert gateway.door.facts == {}


def test_an_upload_is_its_sessions_alone_and_goes_with_it(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, GOOD)
    reached(analyst, address, "ready")
    with closing(gateway.signed_in("analyst")) as again:
        for path in (address, f"{address}/progress", f"{address}/findings.csv"):
            assert again.get(path).status_code == 404
        assert confirm(again, address).status_code == 404
        assert "upload the files again" in again.get(address).text
    kept = analyst.cookies["holdfast_session"]
    sign_out(analyst)
    sessions = gateway.execute("SELECT 1 FROM sessions WHERE token_hash = $1", hash_of(kept))
    assert sessions == []
    with closing(gateway.signed_in("analyst")) as later:
        assert later.get(address).status_code == 404
        analyst.cookies.update(later.cookies)


def test_a_further_upload_takes_the_place_of_the_last_and_none_is_begun_beyond_the_bound(gateway: Running) -> None:
    with (
        closing(gateway.signed_in("analyst")) as one,
        closing(gateway.signed_in("ann")) as two,
        closing(gateway.signed_in("bob")) as three,
    ):
        first = begun(one, GOOD)
        second = begun(one, GOOD)
        assert one.get(first).status_code == 404
        reached(one, second, "ready")
        reached(two, begun(two, GOOD), "ready")
        full = upload(three, GOOD)
        assert full.status_code == 503
        assert "Others are importing" in full.text
        reached(one, begun(one, GOOD), "ready")  # one's own place is free to oneself
        sign_out(two)
        third = begun(three, GOOD)
        for browser in (one, three):
            sign_out(browser)
    assert third
    assert on_disk(gateway) == []


def test_while_an_upload_is_sent_no_other_takes_its_place(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, GOOD)
    reached(analyst, address, "ready")
    gateway.door.let_through = 0
    confirm(analyst, address)
    page = reached(analyst, address, "sending")
    assert "you may leave this page" in page.lower()
    assert '<meta http-equiv="refresh"' in page
    assert upload(analyst, GOOD).status_code == 409
    gateway.door.let_through = 10
    reached(analyst, address, "done")


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        ({}, 400, "No file was chosen"),
        ({"a.csv": "x" * (1024 * 1024 + 1)}, 413, "1 MiB"),
        ({"a.csv": "x" * 8 * 1024 * 1024}, 413, "1 MiB"),
        ({f"{number}.csv": "x" for number in range(6)}, 413, "5 files"),
        ({"x" * 300 + ".csv": "x"}, 400, "name"),
        ({"2017/a.csv": "x", "2017\\a.csv": "x"}, 400, "same name"),
    ],
)
def test_an_upload_that_can_not_be_taken_is_refused_on_its_page_and_nothing_of_it_stays(
    gateway: Running, analyst: httpx.Client, files: Mapping[str, str | bytes], status: int, said: str
) -> None:
    page = upload(analyst, files)
    assert page.status_code == status
    assert said in page.text
    assert 'type="file"' in page.text
    machine = upload(analyst, files, headers={"Accept": "application/json"})
    assert (machine.status_code, machine.headers["content-type"]) == (status, "application/problem+json")
    assert list(gateway.settings.folder_of_uploads.glob("gateway-*/*")) == []


def test_a_name_that_leads_outside_stays_inside(gateway: Running, analyst: httpx.Client) -> None:
    address = begun(analyst, {f"../../{name}": text for name, text in GOOD.items()})
    assert counts(reached(analyst, address, "ready"))["new"] == 6
    assert not list(gateway.settings.home.glob("*.csv"))


def test_an_upload_broken_off_leaves_nothing(gateway: Running, analyst: httpx.Client) -> None:
    token = token_of(analyst)
    head = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--b\r\n'
        'Content-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nCHILD,'
    ).encode()
    kind = {"Content-Type": "multipart/form-data; boundary=b"}

    def broken() -> Iterator[bytes]:
        yield head
        raise OSError("the cable was pulled")

    with pytest.raises(OSError, match="cable"):
        analyst.post(IMPORT, content=broken(), headers={**kind, "Content-Length": "100000"})
    unended = analyst.post(IMPORT, content=head, headers=kind)
    assert unended.status_code == 400
    assert "did not come to its end" in unended.text
    eventually("nothing stays", lambda: not list(gateway.settings.folder_of_uploads.glob("gateway-*/*")))


def test_what_is_counted_of_uploads_names_nobody(gateway: Running, analyst: httpx.Client) -> None:
    imported(gateway, analyst, GOOD)
    series = gateway.http().get("/metrics").text
    assert 'holdfast_gateway_uploads_total{outcome="imported"}' in series
    assert not re.search(r"REF-|episodes\.csv|analyst", series)


def test_the_scorecard_leads_those_who_may_to_the_import(gateway: Running, analyst: httpx.Client) -> None:
    assert f'href="{IMPORT}"' in analyst.get(f"/authorities/{HERE}").text
    with closing(gateway.signed_in("manager")) as manager:
        assert f'href="{IMPORT}"' not in manager.get(f"/authorities/{HERE}").text
