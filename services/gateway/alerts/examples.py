"""What alerts and webhooks look like in JSON, for their OpenAPI description. Made-up throughout."""

from services.gateway.api.parameters import THREE
from services.gateway.figures.examples import TARGET

_WEBHOOK = "7d2f4a10-93b5-4c1e-8f60-1e5b0c9a2d34"
_URL = "https://alerts.example/holdfast"

ALERTS = [
    {
        "authority": "E08000018",
        "rule": f"{THREE}.red",
        "state": "raised",
        "since": "2017-06-12T08:30:00Z",
        "evidence": {
            "indicator": THREE,
            "on": "2017-06-12",
            "reading": {"period": "on", "numerator": 50, "denominator": 402, "rating": "red"},
            "target": TARGET,
        },
        "definitions": "1",
    }
]
WEBHOOK_WANTED = {"url": _URL}
WEBHOOK_MADE = {"id": _WEBHOOK, "url": _URL, "secret": "whsec_bWFkZS11cC1zZWNyZXQtb2YtYW4tZXhhbXBsZQ=="}
WEBHOOKS = [
    {
        "id": _WEBHOOK,
        "authority": "E08000018",
        "url": _URL,
        "registered_at": "2017-04-03T09:00:00Z",
        "pending": 0,
        "delivered": 12,
        "given_up": 1,
    }
]
