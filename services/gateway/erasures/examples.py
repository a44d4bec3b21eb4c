"""What erasures look like in JSON, for their OpenAPI description. Made-up throughout."""

from services.gateway.api.parameters import CHILD

ASKED = {"child": CHILD, "reason": "The authority's own request of 3 July", "dry_run": True}
WOULD = {
    "what": "child",
    "register": {
        "statements": 8,
        "kinds": [{"type": "care.placement-move.v1", "system": "liquidlogic", "statements": 5}],
        "first_on": "2016-01-05",
        "last_on": "2017-05-09",
        "others": 2,
        "indicators": ["placement_moves"],
        "figures": 12,
        "packs": 1,
    },
    "door": {"child": True, "statements": 8, "returned": 0, "quarantined": 1, "refused": False},
}
DONE = {
    "what": "child",
    "complete": True,
    "steps": [
        {"step": "door", "done": True, "says": "The door takes this child no more."},
        {"step": "register", "done": True, "says": "The register has erased 8 statements and 2 rows about it."},
        {"step": "figures", "done": True, "says": "Every figure of every date was said again without it."},
    ],
    "figures_gone_at": "2017-07-14T09:31:04Z",
    "values_gone_by": "2017-07-15T09:31:02Z",
    "names_gone_by": "2017-07-16T09:31:02Z",
}
RECORDED = [
    {
        "what": "child",
        "asked_by": "user:8c1f",
        "role": "steward",
        "reason": "The authority's own request of 3 July",
        "asked_at": "2017-07-14T09:31:00Z",
        "done_at": "2017-07-14T09:31:04Z",
        "statements": 8,
        "figures_gone_at": "2017-07-14T09:31:04Z",
        "values_gone_by": "2017-07-15T09:31:02Z",
        "names_gone_by": "2017-07-16T09:31:02Z",
    }
]
ANSWERS = {"done": DONE, "dry_run": WOULD}
