"""What the gateway keeps for a time goes when its time is over, while it runs; on a real broker and database."""

from pathlib import Path
from typing import Any

import pytest

from services.gateway import app
from tests.integration.conftest import free_ports
from tests.integration.gateway_rig import Running, eventually, running_gateway

ENDED = """
INSERT INTO deliveries (webhook_id, alert_key, since, alert_state, body, status, ended_at)
SELECT id, $1, '', 'raised', '', 'delivered', now() - make_interval(days => $2) FROM webhooks
"""


def left(gateway: Running, query: str) -> list[Any]:
    return [row[0] for row in gateway.execute(query)]


def test_sessions_that_are_over_and_deliveries_that_ended_long_ago_are_forgotten(
    kafka: str, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "CLEARING_SECONDS", 0.2)
    one, two = free_ports(2)
    with running_gateway(kafka, postgres_url, tmp_path, (one, two), delivery_days=7) as gateway:
        gateway.person("ada")
        [[user]] = gateway.execute("SELECT id FROM users")
        gateway.execute(
            "INSERT INTO webhooks (id, authority, url, sealed_secret, registered_by, generation, from_offset) "
            "VALUES (gen_random_uuid(), 'E08000018', '', '', '', '', 0)"
        )
        for name, days in (("old", 8), ("young", 6)):
            gateway.execute(ENDED, name, days)
        for key, hours in ((b"over", -1), (b"good", 1)):
            gateway.execute(
                "INSERT INTO sessions VALUES ($1, $2, '', now(), now() + make_interval(hours => $3))",
                key,
                user,
                hours,
            )
        eventually("the old went", lambda: left(gateway, "SELECT alert_key FROM deliveries") == ["young"])
        eventually("what is over went", lambda: left(gateway, "SELECT token_hash FROM sessions") == [b"good"])
