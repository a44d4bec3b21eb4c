"""What figures, alerts, targets and webhooks look like in JSON, for their OpenAPI description. Made-up throughout."""

from typing import Any

from services.gateway.parameters import THREE

_TARGET: dict[str, Any] = {
    "in_force_from": "2017-04-01",
    "good": "low",
    "green": {"value": 10, "of": 100, "inclusive": True},
    "red": {"value": 12, "of": 100, "inclusive": False},
}
_WEBHOOK = "7d2f4a10-93b5-4c1e-8f60-1e5b0c9a2d34"
_URL = "https://alerts.example/holdfast"

ROWS = [
    {"indicator": THREE, "date": "2017-06-30", "numerator": 38, "denominator": 402, "breakdown": None},
    {"indicator": "admissions", "date": "2017-06-30", "period": "month", "numerator": 9, "denominator": None,
     "breakdown": {"dimension": "age_band", "value": "5_to_9"}},
]  # fmt: skip
BENCHMARKS = {
    "indicator": "long_term_stable",
    "series": "long_term_stable",
    "year_ending": "2025-03-31",
    "per": 100,
    "authority": 62.6,
    "england": 68.5,
    "region": {"name": "Yorkshire and The Humber", "value": 68.9},
    "neighbours": {"average": 66.7, "averaged": 10, "best": 73.2, "best_names": ["Doncaster"]},
    "top_quartile": {"value": 72.3, "authorities": 150},
}
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
            "target": _TARGET,
        },
        "definitions": "1",
    }
]
TARGETS = [_TARGET]
TARGETS_SET = {
    "authority": "E08000018",
    "indicator": THREE,
    "targets": TARGETS,
    "set_by": "user:8c1f",
    "set_at": "2017-03-28T10:15:00Z",
}
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
SETTLEDNESS = {
    "authority": "E08000018",
    "on": "2017-07-14",
    "first": "2015-07-01",
    "last": "2017-04-13",
    "whole": {
        "source": None,
        "facts": 812,
        "months": 22,
        "points": [
            {"days": 0, "share": 0.41, "low": 0.33, "high": 0.49},
            {"days": 1, "share": 0.58, "low": 0.5, "high": 0.66},
        ],
    },
    "sources": [{"source": "liquidlogic", "facts": 12, "months": 2, "points": []}],
    "month_ends": [
        {"on": "2017-06-30", "days": 14, "point": {"days": 14, "share": 0.93, "low": 0.89, "high": 0.97}},
        {"on": "2017-05-31", "days": 44, "point": None},
    ],
}
AGREEMENT = {
    "state": "disagrees",
    "looked_at": "2017-07-14T09:31:00Z",
    "agreed_at": "2017-07-14T09:20:00Z",
    "on": "2017-07-14",
    "read_to": 1284,
    "cells": {THREE: 1},
    "differences": [
        {"indicator": THREE, "breakdown": "all", "on": "2017-06-30", "period": "on", "number": "numerator",
         "first": 38, "second": 37},
    ],
}  # fmt: skip
VERSION = {
    "ETag": {"description": "Send it in `If-Match` to change them", "schema": {"type": "string"}, "example": '"41"'}
}
