"""A threshold crossed raises an alert and crossing back clears it: on the topic, and at a webhook that checks it."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.system.platform import Platform, Sender, eventually, today

AUTHORITY = "E08000029"


class Receiver:
    """Somebody's own address that alerts are sent to. It refuses the first delivery, which must then be tried again."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.attempts = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.attempts += 1
                if receiver.attempts == 1:
                    self.send_response(503)
                else:
                    receiver.received.append((dict(self.headers.items()), body))
                    self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/alerts"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.server.shutdown()


def move(sender: Sender, days: int) -> dict[str, Any]:
    on = (today() - timedelta(days=days)).isoformat()
    data = {"on": on, "reason_for_new_episode": "P", "placement": {"type": "U6", "placement_id": f"P{days}"}}
    return sender.event("A1", "placement-move", f"move/{days}", f"{on}T12:00:00Z", data)


def test_crossing_a_threshold_raises_an_alert_and_crossing_back_clears_it(
    platform: Platform, receiver: Receiver
) -> None:
    sender, reader = platform.sender(AUTHORITY), platform.reader(AUTHORITY)
    webhook = reader.http.post(f"/api/authorities/{AUTHORITY}/webhooks", json={"url": receiver.url})
    assert webhook.status_code == 201, webhook.text
    target = {
        "in_force_from": "2000-01-01",
        "good": "low",
        "green": {"value": 96, "of": 1000, "inclusive": False},
        "red": {"value": 12, "of": 100, "inclusive": True},
    }
    answer = reader.http.put(f"/api/authorities/{AUTHORITY}/targets/three_or_more_placements", json=[target])
    assert answer.status_code in (200, 202, 204), answer.text

    on = (today() - timedelta(days=100)).isoformat()
    admission = {"on": on, "legal_status": "C2", "date_of_birth": "2012-05-03", "placement": {"type": "U6"}}
    events = [
        sender.event("A1", "admission", "admission", f"{on}T12:00:00Z", admission),
        move(sender, 60),
        move(sender, 30),
    ]
    assert sender.post(events) == ["accepted"] * 3
    eventually("three placements: red", lambda: reader.figure("three_or_more_placements") == (1, 1), 30)
    raised = eventually("the alert was delivered", lambda: receiver.received, 60)[0]

    never_was = sender.event("A1", "withdrawal", "move/30", f"{today().isoformat()}T00:00:00Z", {})
    assert sender.post([never_was]) == ["accepted"]
    eventually("two placements: not red", lambda: reader.figure("three_or_more_placements") == (0, 1), 30)
    cleared = eventually("the clearing was delivered", lambda: receiver.received[1:], 60)[0]

    states = []
    for headers, body in (raised, cleared):
        Webhook(webhook.json()["secret"]).verify(body, {name.lower(): value for name, value in headers.items()})
        assert b"A1" not in body
        states.append(json.dumps(json.loads(body)))
    assert '"raised"' in states[0]
    assert '"cleared"' in states[1]
    assert receiver.attempts == 3
