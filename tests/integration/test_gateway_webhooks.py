"""Alerts to webhooks, on a real broker and database, to a receiver of the test's own on this machine."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from standardwebhooks import Webhook

from holdfast.contracts import topics
from holdfast.contracts.authorities import authorities
from services.gateway.alerts.webhooks import Seal, new_secret
from tests.integration.conftest import a_database, free_ports
from tests.integration.gateway_rig import Running, eventually, running_gateway
from tests.integration.gateway_said import alert, say

NAMES = iter(sorted(authorities())[60:])


class Receiver:
    """Takes deliveries, and answers the next ones with these codes, then 204."""

    def __init__(self, *codes: int) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.codes = list(codes)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.codes.pop(0) if outer.codes else 204)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def database(postgres_server: str) -> Iterator[str]:
    with a_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def gateway(kafka: str, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    one, two = free_ports(2)
    quick: dict[str, Any] = {"webhook_backoff_seconds": 0.05, "webhook_attempts": 3}
    with running_gateway(kafka, database, tmp_path_factory.mktemp("gateway"), (one, two), **quick) as running:
        yield running


@pytest.fixture
def authority() -> str:
    return next(NAMES)


def registered(gateway: Running, authority: str, url: str) -> dict[str, str]:
    answer = gateway.http(gateway.token("analyst", authority)).post(
        f"/api/authorities/{authority}/webhooks", json={"url": url}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def deliveries(gateway: Running, webhook: dict[str, str]) -> list[Any]:
    return list(
        gateway.execute(
            "SELECT status, attempts, last_outcome FROM deliveries WHERE webhook_id = $1 ORDER BY created_at",
            webhook["id"],
        )
    )


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def test_an_alert_is_delivered_signed_and_once_however_often_it_is_said(gateway: Running, authority: str) -> None:
    receiver = Receiver()
    webhook = registered(gateway, authority, receiver.url)
    raised, cleared = alert(authority, "raised", now()), alert(authority, "cleared", now())
    say(gateway.kafka, topics.ALERTS, raised, raised, raised)
    eventually("delivered", lambda: receiver.received)
    say(gateway.kafka, topics.ALERTS, raised, cleared)
    eventually("both", lambda: len(receiver.received) == 2)
    eventually("noted", lambda: [row["status"] for row in deliveries(gateway, webhook)] == ["delivered"] * 2)
    said = [Webhook(webhook["secret"]).verify(body, headers) for headers, body in receiver.received]
    assert [one["type"] for one in said] == ["alert.raised", "alert.cleared"]
    assert said[0]["data"]["evidence"]["reading"] == {
        "period": "on",
        "numerator": 63,
        "denominator": 522,
        "rating": "red",
    }
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 2


def test_a_failed_delivery_is_tried_again_under_the_same_id(gateway: Running, authority: str) -> None:
    receiver = Receiver(500, 302)
    webhook = registered(gateway, authority, receiver.url)
    say(gateway.kafka, topics.ALERTS, alert(authority, since=now()))
    eventually("the third attempt", lambda: len(receiver.received) == 3)
    eventually("delivered", lambda: deliveries(gateway, webhook)[0]["status"] == "delivered")
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    for headers, body in receiver.received:
        Webhook(webhook["secret"]).verify(body, headers)


def test_after_so_many_attempts_a_delivery_is_given_up(gateway: Running, authority: str) -> None:
    receiver = Receiver(*[500] * 9)
    webhook = registered(gateway, authority, receiver.url)
    say(gateway.kafka, topics.ALERTS, alert(authority, since=now()))
    eventually("given up", lambda: [row["status"] for row in deliveries(gateway, webhook)] == ["given up"])
    assert len(receiver.received) == 3
    assert deliveries(gateway, webhook)[0]["last_outcome"] == "answered 500"
    listed = gateway.http(gateway.token("analyst", authority)).get(f"/api/authorities/{authority}/webhooks").json()
    assert [(one["url"], one["given_up"]) for one in listed] == [(receiver.url, 1)]
    assert "secret" not in str(listed)


def test_nobody_there_and_gone_are_told_apart(gateway: Running, authority: str) -> None:
    gone = Receiver(410)
    (nobody,) = free_ports(1)
    hooks = [registered(gateway, authority, url) for url in (gone.url, f"http://127.0.0.1:{nobody}/")]
    say(gateway.kafka, topics.ALERTS, alert(authority, since=now()))
    eventually("given up", lambda: all([row["status"] for row in deliveries(gateway, hook)] == ["given up"]
                                       for hook in hooks))  # fmt: skip
    assert [deliveries(gateway, hook)[0]["attempts"] for hook in hooks] == [1, 3]


def test_a_webhook_hears_of_what_is_said_after_it_and_nothing_once_it_is_deleted(
    gateway: Running, authority: str
) -> None:
    first, second = Receiver(), Receiver()
    early = registered(gateway, authority, first.url)
    say(gateway.kafka, topics.ALERTS, alert(authority, since=now()))
    eventually("the first hears", lambda: first.received)
    registered(gateway, authority, second.url)
    reader = gateway.http(gateway.token("analyst", authority))
    path = f"/api/authorities/{authority}/webhooks/{early['id']}"
    assert reader.delete(path).status_code == 204
    assert reader.delete(path).status_code == 404
    say(gateway.kafka, topics.ALERTS, alert(authority, "cleared", now()))
    eventually("the second hears", lambda: second.received)
    assert (len(first.received), len(second.received)) == (1, 1)
    assert b"alert.cleared" in second.received[0][1]


def test_what_was_not_delivered_when_the_gateway_ended_is_delivered_by_the_next_one(
    gateway: Running, kafka: str, postgres_server: str, authority: str, tmp_path: Path
) -> None:
    receiver = Receiver(500)
    with a_database(postgres_server) as url:
        one, two = free_ports(2)
        key = gateway.settings.signing_key
        with running_gateway(kafka, url, tmp_path, (one, two), signing_key=key, webhook_backoff_seconds=60) as first:
            webhook = registered(first, authority, receiver.url)
            say(kafka, topics.ALERTS, alert(authority, since=now()))
            eventually("the first attempt", lambda: receiver.received)
            eventually("postponed", lambda: deliveries(first, webhook)[0]["last_outcome"])
        first.execute("UPDATE deliveries SET next_attempt_at = now()")
        with running_gateway(kafka, url, tmp_path, free_ports_pair(), signing_key=key) as second:
            eventually("the second attempt", lambda: len(receiver.received) == 2)
            eventually("delivered", lambda: deliveries(second, webhook)[0]["status"] == "delivered")
        assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1


def free_ports_pair() -> tuple[int, int]:
    one, two = free_ports(2)
    return one, two


@pytest.mark.parametrize("url", ["http://example.org/", "https://10.0.0.1/", "https://u:p@example.org/", "x", ""])
def test_an_address_that_alerts_may_not_go_to_is_refused(gateway: Running, authority: str, url: str) -> None:
    reader = gateway.http(gateway.token("analyst", authority))
    answer = reader.post(f"/api/authorities/{authority}/webhooks", json={"url": url})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unusable-address")
    assert reader.post(f"/api/authorities/{authority}/webhooks", json={"uri": url}).status_code == 400


def test_a_webhooks_secret_is_sealed_for_it_alone(gateway: Running, authority: str) -> None:
    webhook = registered(gateway, authority, Receiver().url)
    kept = gateway.execute("SELECT sealed_secret FROM webhooks WHERE id = $1", webhook["id"])[0]["sealed_secret"]
    assert webhook["secret"].encode() not in kept
    seal, one, two = Seal("a key"), uuid4(), uuid4()
    secret = new_secret()
    sealed = seal.close(one, secret)
    assert seal.open(one, sealed) == secret
    for other, under in ((seal, two), (Seal("another key"), one)):
        with pytest.raises(InvalidTag):
            other.open(under, sealed)


def test_an_authority_has_ten_webhooks_at_most(gateway: Running, authority: str) -> None:
    for _ in range(10):
        registered(gateway, authority, "http://127.0.0.1:9/")
    reader = gateway.http(gateway.token("analyst", authority))
    answer = reader.post(f"/api/authorities/{authority}/webhooks", json={"url": "http://127.0.0.1:9/"})
    assert answer.status_code == 409
