"""How `POST /events` and `POST /imports` are described: bodies in each content type, answers, and examples of both."""

import json
from typing import Any

from holdfast.contracts.door_forms import AnyPosted
from holdfast.contracts.door_verdicts import Verdict
from holdfast.contracts.effects import DryRun
from holdfast.contracts.event_examples import EVENTS, SOURCE
from holdfast.runtime.openapi import Described, answer, answers, shape
from services.intake.imports import Imported

_ADMISSION, *_OTHERS = EVENTS.values()
_FAULT = {
    "code": "unknown-code",
    "pointer": "/data/reason_episode_ceased",
    "message": "It must be one of the reasons an episode ceased (REC).",
}
_VERDICTS = [
    {"id": _ADMISSION["id"], "verdict": "accepted", "errors": []},
    {"id": "discharge/5005@2025-02-03T10:30:00Z", "verdict": "rejected", "errors": [_FAULT]},
]
_DRY_RUN: dict[str, Any] = {
    "on": "2025-03-31",
    "today": "2025-03-31",
    "read_to": {"topic": "care.events", "partition": 3, "offset": 1284},
    "behind": 0,
    "definitions": "1",
    "figures": False,
    "source": SOURCE,
    "types": sorted(EVENTS),
    "events": [
        {
            "id": _ADMISSION["id"],
            "subject": "C-0001",
            "verdict": "accepted",
            "errors": [],
            "effect": {
                "outcome": "stated",
                "sentence": "A fact that was not known before.",
                "placements_in_year": {"before": 0, "after": 1},
                "figures": [
                    {
                        "indicator": "looked_after",
                        "period": "on",
                        "sentence": "The child comes to be counted.",
                        "days": [
                            {
                                "date": "2025-03-31",
                                "child": {"before": {"numerator": 0}, "after": {"numerator": 1}},
                            }
                        ],
                    }
                ],
                "findings_new": [],
                "findings_mended": [],
            },
        }
    ],
}
_LINE = {name: _ADMISSION[name] for name in ("subject", "fact", "type", "data")}
_CHILD = {"subject": "C-0001", "years": ["2024-03-31"], "date_of_birth": "2015-09-21", "sex": "female"}
_IMPORTED = {
    "published": 1,
    "new": 1,
    "restated": 0,
    "withdrawn": 0,
    "unchanged": 41,
    "outvoted": 0,
    "held": 41,
    "rows_withdrawn": 0,
    "rows_held": 40,
    "remembered": 1,
    "rejected": [],
    "later": [],
    "recordedtime": "2025-02-03T10:30:00Z",
}


def _lines(*each: Any) -> str:
    return "".join(f"{json.dumps(one)}\n" for one in each)


def _events_body() -> Described:
    named = {kind.removeprefix("care.").removesuffix(".v1"): {"value": event} for kind, event in EVENTS.items()}
    return {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": shape(AnyPosted), "examples": named},
            "application/cloudevents-batch+json": {
                "schema": shape(list[AnyPosted]), "example": list(EVENTS.values())
            },
            "application/x-ndjson": {
                "schema": {"type": "string", "description": "An event a line, as alone"},
                "example": _lines(_ADMISSION, _OTHERS[0]),
            },
        },
    }  # fmt: skip


EVENTS_BODY: Described = {"requestBody": _events_body()}
_JSON = answers(
    "A verdict for each event, in order; of a dry run, one object. Lines are answered by lines",
    (list[Verdict], DryRun),
    {"posted": _VERDICTS, "dry run": _DRY_RUN},
)
EVENTS_ANSWER: Described = {
    **_JSON,
    "content": {
        **_JSON["content"],
        "application/x-ndjson": {
            "schema": {"type": "string", "description": "A verdict a line"}, "example": _lines(*_VERDICTS)
        },
    },
}  # fmt: skip
IMPORT_BODY: Described = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": "A line a fact as it ought to stand, after a line of its child: "
                    "`import-line.json` among the schemas",
                },
                "example": _lines(_CHILD, _LINE),
            }
        },
    }
}
IMPORT_ANSWER: Described = answer("What became of the facts, or would", Imported, _IMPORTED)
