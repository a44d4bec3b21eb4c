"""What frozen packs look like in JSON, for their OpenAPI description. Made-up throughout."""

from typing import Any

from services.gateway.api.parameters import PACK, THREE

_PACK: dict[str, Any] = {
    "authority": "E08000018",
    "pack": PACK,
    "month_end": "2017-06-30",
    "number": 2,
    "supersedes": "5c1d7f20-3b9e-4f4a-8a66-7e0d2b9c1f58",
    "superseded_by": None,
    "frozen_at": "2017-07-10T09:00:00Z",
    "person": "user:8c1f",
    "role": "analyst",
    "shown_as": "Sam",
    "note": "For the panel of 12 July",
    "definitions": "1",
    "partition": 3,
    "read_to": 1284,
    "children": 640,
    "statements": 5120,
}
WISH = {"month_end": "2017-06-30", "note": "For the panel of 12 July", "pack": PACK}
LISTED = {"packs": [_PACK], "next": None}
TOLD = {
    "pack": _PACK,
    "targets": {
        THREE: {
            "in_force_from": "2017-04-01",
            "good": "low",
            "green": {"value": 10, "of": 100, "inclusive": True},
        }
    },
    "figures": [
        {"indicator": THREE, "date": "2017-06-30", "numerator": 38, "denominator": 402, "breakdown": None},
        {"indicator": "admissions", "date": "2017-06-30", "period": "month", "numerator": 9, "denominator": None,
         "breakdown": {"dimension": "age_band", "value": "5_to_9"}},
    ],
}  # fmt: skip
RERUN = {
    "pack": _PACK,
    "same": False,
    "why_not": "",
    "figures": 1840,
    "children_erased": 1,
    "statements_erased": 8,
    "differences": [
        {
            "indicator": THREE,
            "breakdown": "all",
            "period": "on",
            "cause": "erased",
            "numerator": {"kept": 38, "now": 37, "fewer": 1},
            "denominator": {"kept": 402, "now": 401, "fewer": 1},
            "unknown": None,
        }
    ],
}
FIGURES_CSV = f"indicator,breakdown,period,numerator,denominator\n{THREE},all,on,38,402\n"
