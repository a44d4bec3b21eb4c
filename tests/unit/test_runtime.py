"""The runtime: the platform's clock, settings, redaction, tokens between services, health and problems."""

import json
import logging
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fastapi.testclient import TestClient
from pydantic import Field
from starlette.responses import Response

from holdfast.runtime.clock import Clock, Course, london_date, next_midnight, write_clock
from holdfast.runtime.http import Problem, application, json_response
from holdfast.runtime.logs import Seldom, WhereOnly, redact
from holdfast.runtime.service_token import Claims, Refused, sign, verify
from holdfast.runtime.settings import ServiceSettings, load


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2017-01-31T23:59:59Z", date(2017, 1, 31)),
        ("2017-02-01T00:00:00Z", date(2017, 2, 1)),
        ("2017-06-30T22:59:59Z", date(2017, 6, 30)),
        ("2017-06-30T23:00:00Z", date(2017, 7, 1)),  # summer time: London is an hour ahead
        ("2017-03-26T00:30:00Z", date(2017, 3, 26)),  # the day the clocks go forward
        ("2017-10-29T00:30:00Z", date(2017, 10, 29)),  # the day they go back
        ("2017-10-28T22:59:59Z", date(2017, 10, 28)),
        ("2017-10-29T23:59:59Z", date(2017, 10, 29)),
    ],
)
def test_the_day_is_that_of_london(instant: str, day: date) -> None:
    assert london_date(at(instant)) == day


@pytest.mark.parametrize(
    ("instant", "midnight"),
    [
        ("2017-06-30T12:00:00Z", "2017-06-30T23:00:00Z"),
        ("2017-12-31T12:00:00Z", "2018-01-01T00:00:00Z"),
        ("2017-03-25T12:00:00Z", "2017-03-26T00:00:00Z"),  # the next day has 23 hours
        ("2017-03-26T12:00:00Z", "2017-03-26T23:00:00Z"),
        ("2017-10-28T12:00:00Z", "2017-10-28T23:00:00Z"),  # the next day has 25 hours
        ("2017-10-29T12:00:00Z", "2017-10-30T00:00:00Z"),
    ],
)
def test_midnight_is_that_of_london_also_when_the_clocks_change(instant: str, midnight: str) -> None:
    assert next_midnight(at(instant)) == at(midnight)


def test_a_clock_runs_at_its_rate_and_becomes_the_systems_once_it_has_caught_up() -> None:
    real = at("2026-01-10T00:00:00Z")
    course = Course(anchor=real, instant=real - timedelta(days=10), rate=1441.0, catch_up=True)
    assert course.at(real + timedelta(seconds=60)) == real - timedelta(days=10) + timedelta(seconds=60 * 1441)
    assert course.at(real + timedelta(minutes=11)) == real + timedelta(minutes=11)
    assert course.real_at(real - timedelta(days=9)) == real + timedelta(seconds=24 * 3600 / 1441)


def test_a_clock_that_does_not_catch_up_may_run_ahead() -> None:
    real = at("2026-01-10T00:00:00Z")
    course = Course(anchor=real, instant=real, rate=86400.0, catch_up=False)
    assert course.at(real + timedelta(seconds=3)) == real + timedelta(days=3)


def test_the_clock_file_is_honoured_and_never_goes_back(tmp_path: Path) -> None:
    write_clock(tmp_path, at("2017-06-30T22:59:00Z"), 0.0, catch_up=False)
    clock = Clock(tmp_path)
    assert clock.now() == at("2017-06-30T22:59:00Z")
    assert clock.today() == date(2017, 6, 30)
    with pytest.raises(ValueError, match="never goes back"):
        write_clock(tmp_path, at("2017-06-30T22:58:00Z"), 1.0, catch_up=False)
    write_clock(tmp_path, at("2017-06-30T23:00:00Z"), 0.0, catch_up=False)
    assert Clock(tmp_path).today() == date(2017, 7, 1)


def test_a_clock_that_runs_may_be_set_to_another_rate_and_nobody_reads_an_earlier_time(tmp_path: Path) -> None:
    write_clock(tmp_path, at("2017-06-30T12:00:00Z"), 1_000_000.0, catch_up=False)
    clock = Clock(tmp_path)
    before = clock.now()
    write_clock(tmp_path, None, 0.0, catch_up=False)
    assert clock.now() >= before
    stopped = Clock(tmp_path).now()
    assert stopped >= before and Clock(tmp_path).now() == stopped


def test_without_a_file_the_clock_is_the_systems(tmp_path: Path) -> None:
    assert abs(Clock(tmp_path).now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(minutes=1)


class ExampleSettings(ServiceSettings):
    port: int = Field(8999, description="port", ge=1, le=65535)
    retries: int = Field(description="a setting without a default", ge=1)


def test_every_fault_of_the_settings_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOLDFAST_PORT", "99999")
    monkeypatch.setenv("HOLDFAST_KAFKA_FILE", "/nowhere/at/all")
    with pytest.raises(SystemExit) as stop:
        load(ExampleSettings)
    said = capsys.readouterr().err
    assert stop.value.code == 2
    for name in ("HOLDFAST_PORT", "HOLDFAST_RETRIES", "HOLDFAST_KAFKA_FILE"):
        assert name in said


def test_a_setting_may_be_given_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://x@y/z\n")
    monkeypatch.setenv("HOLDFAST_RETRIES", "3")
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", "")
    monkeypatch.delenv("HOLDFAST_DATABASE_URL")
    monkeypatch.setenv("HOLDFAST_DATABASE_URL_FILE", str(tmp_path / "url"))
    settings = load(ExampleSettings)
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", "")  # so that what the file set is taken out again
    assert settings.database() == "postgresql://x@y/z"
    assert "x@y" not in repr(settings)


@pytest.mark.parametrize("name", ["subject", "token", "postcode", "url", "data"])
def test_what_could_name_a_child_is_withheld_from_logs(name: str) -> None:
    logged = redact(None, "info", {"event": "a sentence", name: "LCS-204518", "authority": "E08000018"})
    assert "LCS-204518" not in json.dumps(logged)
    assert logged["event"] == "a sentence"
    assert logged["authority"] == "E08000018"


def test_a_librarys_traceback_shows_where_and_not_what() -> None:
    try:
        raise ValueError("LCS-204518")
    except ValueError:
        said = WhereOnly().formatException(sys.exc_info())
    assert "ValueError" in said
    assert "test_runtime.py" in said
    assert "LCS-204518" not in said.replace('raise ValueError("LCS-204518")', "")


def test_a_library_that_repeats_itself_is_heard_once_in_a_while() -> None:
    seldom = Seldom(10)

    def said(message: str, at: float) -> bool:
        record = logging.LogRecord("aiokafka", logging.ERROR, "", 0, message, (), None)
        record.created = at
        return seldom.filter(record)

    heard = [said("away", 0), said("away", 9), said("back", 9), said("away", 11), said("away", 12)]
    assert heard == [True, False, True, True, False]


def keys() -> tuple[str, str]:
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    )


CLAIMS = Claims("gateway", "ann", "analyst", "E08000018", "reading figures")


def test_a_token_between_services_says_who_asks_and_why() -> None:
    private, public = keys()
    assert verify({"gateway": public}, sign(private, CLAIMS)) == CLAIMS


def test_a_token_of_another_key_another_issuer_or_no_longer_good_is_refused() -> None:
    private, public = keys()
    other_private, _ = keys()
    expired = jwt.encode(
        {
            "iss": "gateway",
            "sub": "a",
            "role": "b",
            "authority": "c",
            "purpose": "d",
            "aud": "holdfast",
            "iat": 1,
            "exp": 2,
        },
        private,
        algorithm="EdDSA",
    )
    unsigned = jwt.encode({"iss": "gateway", "aud": "holdfast"}, "", algorithm="none")
    for token in (sign(other_private, CLAIMS), expired, unsigned, "not a token", ""):
        with pytest.raises(Refused):
            verify({"gateway": public}, token)
    with pytest.raises(Refused):
        verify({"intake": public}, sign(private, CLAIMS))


def client(faults: list[str]) -> TestClient:
    app = application("example", ready=lambda: faults)

    @app.get("/refuses")
    async def refuses() -> Response:
        raise Problem(409, "already-held", "Somebody holds it", "Ask them", errors=[{"code": "x", "pointer": "/y"}])

    @app.get("/fails")
    async def fails() -> Response:
        raise RuntimeError("LCS-204518")

    @app.get("/number")
    async def number(n: int) -> Response:
        return json_response({"n": n})

    return TestClient(app, raise_server_exceptions=False)


def test_health_says_what_is_wrong() -> None:
    faults: list[str] = []
    asked = client(faults)
    assert asked.get("/livez").status_code == 200
    assert asked.get("/readyz").status_code == 200
    faults.append("the broker is away")
    answer = asked.get("/readyz")
    assert answer.status_code == 503
    assert "the broker is away" in answer.json()["title"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/refuses", 409, "already-held"),
        ("/nowhere", 404, "not-found"),
        ("/openapi.json", 404, "not-found"),
        ("/number?n=many", 400, "unusable-request"),
        ("/fails", 500, "fault"),
    ],
)
def test_every_error_is_a_problem_document(path: str, status: int, code: str) -> None:
    answer = client([]).get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{code}"
    assert "LCS-204518" not in answer.text


def test_telemetry_is_there_to_be_scraped() -> None:
    answer = client([]).get("/metrics")
    assert answer.status_code == 200
    assert "process_" in answer.text
