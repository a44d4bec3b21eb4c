"""What the JSON of the quarantine looks like, for the OpenAPI documents of gateway and door. Made-up throughout."""

import json
from typing import Any

from holdfast.contracts.event_examples import EVENTS

_LISTED: dict[str, Any] = {
    "entry": 4711,
    "system": "liquidlogic",
    "id": "mxu3vnkbmm4u5o2sclztpfmyoi",
    "type": "care.placement-move.v1",
    "errors": [
        {
            "code": "unknown-code",
            "pointer": "/data/placement/type",
            "sentence": "a code that is in no code list",
        }
    ],
    "status": "waiting",
    "begun": False,
    "received_at": "2026-03-02T09:14:05Z",
    "last_received_at": "2026-03-02T21:14:11Z",
    "times": 2,
    "decided_by": None,
    "decided_at": None,
}
_STEP = {"at": "2026-03-02T10:00:00Z", "by": "user:8c1f", "action": "opened", "reason": "The sender asked about it"}
_FAULT = {
    "code": "unknown-code",
    "pointer": "/data/placement/type",
    "message": "It must be one of the placement types (PLACE): …",
}
_EVENT = EVENTS["care.discharge.v1"]

REPLAYS = {"entries": [{"entry": 4711}, {"entry": 4712, "event": _EVENT}]}
REPLAYED_TEXTS = {"entries": [{"entry": 4711}, {"entry": 4712, "text": json.dumps(_EVENT)}]}
DECIDED = {"entries": [4711], "reason": "Another system states the same"}
WHY = {"reason": "The sender asked about it"}
MENDED = {"event": _EVENT}
MENDED_TEXT = {"text": json.dumps(_EVENT)}

LISTED = {
    "entries": [_LISTED],
    "next": 4711,
    "summary": {"statuses": {"waiting": 12}, "systems": ["liquidlogic"], "codes": ["unknown-code"]},
}
DAYS = [
    {"system": "liquidlogic", "day": "2026-03-02", "arrived": 14, "entered": 12, "replayed": 3, "dismissed": 1,
     "reopened": 0, "failed": 2},
]  # fmt: skip
SHOWN = {"listed": _LISTED, "steps": [_STEP]}
OPENED = {
    "listed": _LISTED,
    "steps": [_STEP],
    "body": "{…}",
    "whole": True,
    "errors": [_FAULT],
    "keeps": ["id", "source", "subject", "fact", "recordedtime"],
    "recordedtime": "2026-03-01T16:41:09Z",
}
CHECKED = {"verdict": "rejected", "errors": [_FAULT], "recordedtime": None}
OUTCOMES = [
    {"entry": 4711, "done": True, "status": "replayed", "sentence": "", "errors": []},
    {"entry": 4712, "done": False, "status": "dismissed", "sentence": "This was dismissed: reopen it first.",
     "errors": []},
]  # fmt: skip
