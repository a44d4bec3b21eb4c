"""What findings, decisions and corrections look like in JSON, for their OpenAPI description. Made-up throughout."""

from typing import Any

from services.gateway.api.parameters import CHILD, FINDING, THREE

_FACT = "zk4q2vn7m3xw5ahc6ydbt2jfse"
_REQUEST = "f3a1c7d2-58e4-4b0c-9a6e-0d2b7c4e1f95"
_DECISION = {
    "child": CHILD,
    "finding": FINDING,
    "code": "spurious-restart",
    "about": "2017-05-09",
    "fact": _FACT,
    "decision": "asked",
    "author": "user:8c1f",
    "role": "steward",
    "reason": "Asked the team whether the carer stayed the same",
    "decided_at": "2017-07-11T08:45:00Z",
}
_LISTED: dict[str, Any] = {
    "finding": FINDING,
    "child": CHILD,
    "code": "spurious-restart",
    "sentence": "A move to the placement that the child was in already.",
    "mend": "Say that the placement went on, or name the new one.",
    "on": "2017-05-09",
    "fact": _FACT,
    "systems": ["liquidlogic"],
    "holds": True,
    "status": "asked",
    "came_up": "2017-05-12T16:41:09Z",
    "rests_on": [
        {
            "system": "liquidlogic",
            "fact": _FACT,
            "kind": "placement move",
            "on": "2017-05-09",
            "says": "A move to U4",
            "recordedtime": "2017-05-12T16:41:09Z",
            "by_steward": False,
        }
    ],
    "touches": {
        "rule": "otherwise",
        "supposing": "were it a move",
        "figures": [
            {
                "indicator": THREE,
                "period": "on",
                "sentence": "The child would count.",
                "days": [
                    {
                        "date": "2017-06-30",
                        "child": {
                            "before": {"numerator": 0, "denominator": 1},
                            "after": {"numerator": 1, "denominator": 1},
                        },
                    }
                ],
            }
        ],
        "counts": [],
        "elsewhere": False,
    },
    "decision": _DECISION,
}
LISTED = {
    "authority": "E08000018",
    "on": "2017-07-14",
    "definitions": "1",
    "read_to": 1284,
    "counts": {"spurious-restart": {"asked": 1, "open": 3}},
    "number": 4,
    "findings": [_LISTED],
    "link": {"status": "undecided", "read_to": "1284"},
    "next": "1",
}
ALLOWED = {"allowed": True, "author": "user:41d0", "role": "manager", "decided_at": "2017-07-01T09:00:00Z"}
ALLOWED_WANTED = {"allowed": True}
TOLD = {
    "authority": "E08000018",
    "on": "2017-07-14",
    "listed": _LISTED,
    "decisions": [_DECISION],
    "statements": [
        {
            "statement": "9f4c1e7a2b5d4836a0c7e1f29b8d6a53",
            "type": "care.placement-move.v1",
            "fact": _FACT,
            "system": "liquidlogic",
            "recordedtime": "2017-05-12T16:41:09Z",
            "receivedtime": "2017-05-12T17:00:02Z",
            "partition": 3,
            "offset": 1184,
            "standing": "standing",
            "data": {"on": "2017-05-09", "reason_for_new_episode": "P", "placement": {"type": "U4"}},
        }
    ],
    "corrections": ALLOWED,
}
DECISION = {"decision": "asked", "reason": _DECISION["reason"], "request": _REQUEST}
CORRECTION = {
    "system": "liquidlogic",
    "fact": _FACT,
    "type": "care.placement-move.v1",
    "data": {"on": "2017-05-09", "reason_for_new_episode": "B", "placement": {"type": "U4"}},
    "reason": "The carer moved house with the child",
    "request": _REQUEST,
}
CORRECTED = {
    "statement": "4b8e0d2c7a19f5631ce70a4d9b2f8e65",
    "recordedtime": "2017-07-14T09:31:00Z",
    "published": True,
}
NOTE_TEXT = "In 2017/18 to 30 June 2017, one move of one child was to the placement that it was in already."
NOTE = {
    "over": "year",
    "begins": "2017-04-01",
    "on": "2017-06-30",
    "moves": 1,
    "children": 1,
    "accepted": 0,
    "definitions": "1",
    "figures": [
        {
            "indicator": THREE,
            "title": "Three or more placements in the year",
            "period": "on",
            "reads": {"numerator": 38, "denominator": 402},
            "would_read": {"numerator": 39, "denominator": 402},
        }
    ],
    "text": NOTE_TEXT,
}
FINDINGS_CSV = f"child,code,sentence\n{CHILD},spurious-restart,A move to the placement that the child was in already.\n"
