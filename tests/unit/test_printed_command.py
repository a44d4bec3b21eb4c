"""`holdfast printed`: what it asks of the gateway, and what it makes of the answers. The gateway is a transport."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import application, printed
from holdfast.cli.borough.printed import ROTHERHAM_2017
from holdfast.cli.laptop.faults import CannotRun
from holdfast.cli.laptop.layout import Layout, Ports
from holdfast.runtime.clock import Clock

PUBLISHED = {month.ends_on.isoformat(): month for month in ROTHERHAM_2017.months}
LATER = datetime(2018, 1, 1, tzinfo=UTC)

Handler = Callable[[httpx.Request], httpx.Response]
Run = Callable[..., Result]


class Gateway:
    """Answers with the printed figures, but for the numerators that are given instead."""

    def __init__(self, **instead: int) -> None:
        self.instead = instead
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(request.url.params))
        assert request.headers["authorization"] == "Bearer secret"
        assert request.url.path == "/api/authorities/E08000018/indicators"
        return httpx.Response(200, json=self.rows(request.url.params["on"]))

    def rows(self, on: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for figure in PUBLISHED[on].figures:
            counts = {
                "numerator": self.instead.get(figure.indicator, figure.numerator),
                "denominator": figure.denominator,
            }
            row = {"indicator": figure.indicator, "date": on, "breakdown": None, **counts}
            rows.append(row | ({} if figure.period == "on" else {"period": figure.period}))
            # Other periods and cells, which are none of the printed ones.
            rows.append(row | {"period": "rolling_year", "numerator": 900})
            rows.append(row | {"breakdown": {"dimension": "sex", "value": "male"}, "numerator": 901})
        return rows


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command against a handler, on a day on the platform's clock."""

    def run(handler: Handler, *arguments: str, now: datetime = LATER, token: str = "secret") -> Result:
        def connect(url: str, token: str) -> httpx.Client:
            bears = {"authorization": f"Bearer {token}"}
            return httpx.Client(base_url=url, headers=bears, transport=httpx.MockTransport(handler))

        monkeypatch.setattr(printed, "connect", connect)
        monkeypatch.setattr(Clock, "now", lambda clock: now)
        monkeypatch.setenv("HOLDFAST_READER_TOKEN", token)
        return CliRunner().invoke(application("printed"), ["printed", "rotherham-2017", *arguments])

    return run


def test_every_month_is_asked_for_as_known_on_the_tenth_of_the_next_and_as_now(run: Run) -> None:
    gateway = Gateway()
    assert run(gateway).exit_code == 0
    assert gateway.asked[:2] == [
        {"on": "2017-01-31", "known_at": "2017-02-10T23:59:59+00:00"},
        {"on": "2017-01-31"},
    ]
    assert gateway.asked[-2] == {"on": "2017-06-30", "known_at": "2017-07-10T22:59:59+00:00"}
    assert len(gateway.asked) == 12


def test_each_number_stands_beside_the_printed_one(run: Run) -> None:
    said = run(Gateway())
    lines = [line.split("  ") for line in said.stdout.splitlines()]
    told = {tuple(cell.strip() for cell in line if cell.strip()) for line in lines}
    title = "Three or more placements in twelve months"
    assert ("Jan 2017", "10/02/2017", title, "61 of 470", "61 of 470", "=", "61 of 470") in told
    assert ("Jun 2017", "10/07/2017", "Admissions to care", "33", "33", "=", "33") in told
    family = ("Jun 2017", "10/07/2017", "Living in a family", "82.0%", "82.0% (428 of 522)", "=", "428 of 522")
    assert family in told
    assert "All 42 numbers are equal." in said.stdout and "; 0 figures have been restated" in said.stdout


def test_one_that_differs_is_marked_and_the_command_fails(run: Run) -> None:
    said = run(Gateway(discharges=20))
    assert said.exit_code == 1
    assert said.stdout.count("differs") == 6
    assert "36 of 42 numbers are equal." in said.stdout


def test_a_month_that_was_not_printed_yet_is_to_come(run: Run) -> None:
    gateway = Gateway()
    said = run(gateway, now=datetime(2017, 3, 10, 23, 59, 59, tzinfo=UTC))
    assert said.exit_code == 0
    assert sum(line.endswith("  to come") for line in said.stdout.splitlines()) == 4 * 4 + 3
    # Of months that have not ended nothing is asked.
    assert {asked["on"] for asked in gateway.asked} == {"2017-01-31", "2017-02-28"}
    assert "All 12 numbers are equal." in said.stdout and "19 figures are to come." in said.stdout


def test_the_gateway_of_this_machine_is_asked_unless_another_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.host}:{request.url.port}")
        return Gateway()(request)

    monkeypatch.setattr(printed, "layout_from", lambda environ: Layout(tmp_path, tmp_path, Ports(gateway=8199)))
    run(handler)
    run(handler, "--url", "http://gateway:9000")
    assert (asked[0], asked[-1]) == ("127.0.0.1:8199", "gateway:9000")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(403, json={"title": "Not yours", "detail": "Another authority."}), "Another authority"),
        (httpx.Response(502, text="<html>"), "it gave no reason"),
        (httpx.Response(200, json=[{"indicator": "admissions", "numerator": None}]), "exact figures"),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(run: Run, answer: httpx.Response, said: str) -> None:
    failed = run(lambda request: answer)
    assert isinstance(failed.exception, CannotRun) and said in str(failed.exception)


def test_a_gateway_that_does_not_answer_and_a_name_that_is_none_are_one_sentence(run: Run) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert "does not answer" in str(run(away).exception)
    failed = CliRunner().invoke(application("printed"), ["printed", "atlantis"])
    assert isinstance(failed.exception, CannotRun) and "rotherham-2017" in str(failed.exception)


def test_without_a_token_it_says_how_to_come_by_one(run: Run) -> None:
    said = run(Gateway(), token="")
    assert said.exit_code == 2
    assert "holdfast token create --reader --authority E08000018 --role analyst" in said.output
